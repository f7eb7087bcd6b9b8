/* The page without a network: the balance that was seen last, with its date; opens again by itself. */
"use strict";

(() => {
  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const look = read("dure.look");
  if (look) document.documentElement.className = look;

  const language = document.documentElement.lang;
  const kept = JSON.parse(read("dure.last") || "null");
  if (kept) {
    const at = new Intl.DateTimeFormat(language, {
      dateStyle: "long",
      timeStyle: "short",
      timeZone: "Asia/Seoul",
    }).format(new Date(kept.atMs));
    const dated = document.getElementById("last-at");
    document.getElementById("last-won").textContent = kept.won.toLocaleString(language);
    dated.textContent = dated.dataset.sentence.replace("{at}", at);
    document.getElementById("last").hidden = false;
    document.getElementById("last-none").hidden = true;
  }
  document.getElementById("again").addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  window.addEventListener("online", () => location.reload());
})();
