// The place in the queue, looked at again every moment; and a coupon that opens at its hour.
(() => {
  const queue = document.querySelector("[data-queue]");
  if (!queue) return;
  const before = queue.querySelector("[data-before]");
  const look = async () => {
    let again = 3000;
    try {
      const answer = await fetch(queue.dataset.queue, {
        headers: { Accept: "application/json" },
        cache: "no-store",
      });
      if (answer.ok) {
        const told = await answer.json();
        if (told.state !== "waiting") {
          location.replace(queue.dataset.queue);
          return;
        }
        if (before.textContent !== told.before) before.textContent = told.before;
        again = told.again_ms;
      } else if (answer.status === 401) {
        location.replace(queue.dataset.queue);
        return;
      } else if (answer.status === 404) {
        return;
      }
    } catch {
      // Not connected: the place stays, and we look again.
    }
    setTimeout(look, again);
  };
  setTimeout(look, 700);
})();

(() => {
  const opens = document.querySelector("[data-opens-ms]");
  if (!opens) return;
  const at = performance.now() + Number(opens.dataset.opensMs);
  const countdown = opens.querySelector("[data-countdown]");
  const opened = opens.querySelector("[data-opened]");
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    const left = Math.max(0, Math.ceil((at - performance.now()) / 1000));
    if (left === 0) {
      countdown.hidden = true;
      opened.textContent = opened.dataset.says;
      document.querySelector("[data-at-opening]").hidden = false;
      return;
    }
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor(left / 60) % 60;
    countdown.hidden = hours > 24;
    countdown.textContent = `${hours ? `${hours}:` : ""}${hours ? two(minutes) : minutes}:${two(left % 60)}`;
    setTimeout(tick, 250);
  };
  tick();
})();
