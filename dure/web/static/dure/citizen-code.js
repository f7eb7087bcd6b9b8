// My code: counts down, draws the next one each minute, and goes to the payment when it was used.
"use strict";

(() => {
  const section = document.getElementById("code");
  const told = document.getElementById("code-said");
  const left = document.getElementById("code-left");
  const token = section.querySelector("[name=csrfmiddlewaretoken]").value;
  const json = { Accept: "application/json" };
  let drawnAt = performance.now();
  let goodFor = Number(section.dataset.good);
  const renewed = Number(section.dataset.renewed);
  let asking = false;

  const say = (text) => {
    told.textContent = text;
    told.hidden = !text;
  };
  const seconds = () => Math.floor((performance.now() - drawnAt) / 1000);

  const draw = (code) => {
    const qr = document.getElementById("code-qr");
    qr.setAttribute("viewBox", `0 0 ${code.qr_size} ${code.qr_size}`);
    qr.firstElementChild.setAttribute("d", code.qr_path);
    const bars = document.getElementById("code-bars");
    const height = bars.getAttribute("viewBox").split(" ")[3];
    bars.setAttribute("viewBox", `0 0 ${code.bars_width} ${height}`);
    bars.firstElementChild.setAttribute("d", code.bars_path);
    document.getElementById("code-digits").textContent = code.digits;
    goodFor = code.good_for_s;
    drawnAt = performance.now();
    section.classList.remove("is-over");
    say("");
  };

  const renew = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(section.dataset.next, {
        method: "POST",
        headers: { ...json, "X-CSRFToken": token },
      });
      if (answer.status === 401) {
        location.assign(section.dataset.proof);
        return;
      }
      const code = await answer.json();
      if (answer.ok) draw(code);
      else say(code.said || "");
    } catch {
      // No network: the code that is shown lasts on, and the countdown says how long.
    } finally {
      asking = false;
    }
  };

  const look = async () => {
    try {
      const address = `${section.dataset.state}?after=${section.dataset.after}`;
      const answer = await fetch(address, { headers: json });
      if (answer.status === 401) location.reload();
      if (!answer.ok) return;
      const { paid } = await answer.json();
      if (paid) location.replace(paid);
    } catch {
      // No network: it is looked again in a moment.
    }
  };

  const tick = () => {
    const past = seconds();
    const rest = Math.max(0, goodFor - past);
    if (past < renewed) {
      left.textContent = section.dataset.left.replace("{seconds}", String(renewed - past));
      return;
    }
    left.textContent = "";
    say(rest ? section.dataset.offline.replace("{seconds}", String(rest)) : section.dataset.over);
    section.classList.toggle("is-over", rest === 0);
    renew();
  };

  setInterval(tick, 1000);
  setInterval(look, 2000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  tick();
})();
