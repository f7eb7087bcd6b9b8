/* On every page of the app: starts the worker, offers to install, keeps the balance that was shown
   last for when there is no network, and forgets it when nobody is signed in any more. */
"use strict";

(() => {
  const { app, member } = document.currentScript.dataset;
  const LAST = "dure.last";
  const LOOK = "dure.look";
  const LATER = "dure.install-later";
  const WEEK_MS = 7 * 24 * 3600 * 1000;

  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const write = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      /* A browser that keeps nothing shows no balance without a network. */
    }
  };

  const isOffline = document.querySelector("[data-offline]") !== null;

  function rememberBalance() {
    if (!member) {
      write(LAST, null);
      return;
    }
    const kept = JSON.parse(read(LAST) || "null");
    if (kept && kept.member !== member) write(LAST, null);
    const shown = document.querySelector("[data-balance-won]");
    if (!shown) return;
    const won = Number(shown.dataset.balanceWon);
    const atMs = Number(shown.dataset.balanceAtMs);
    if (Number.isSafeInteger(won) && atMs > 0) write(LAST, JSON.stringify({ member, won, atMs }));
  }

  function forgetAtSignOut() {
    document.addEventListener("submit", (event) => {
      const to = new URL(event.target.action, location.href).pathname;
      if (to.endsWith("/sign-out") || to.endsWith("/leave")) write(LAST, null);
    });
  }

  function offerToInstall() {
    const hint = document.getElementById("install-hint");
    const buttons = document.querySelectorAll("[data-install]");
    let offer = null;
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      offer = event;
      for (const button of buttons) button.hidden = false;
      if (hint && Date.now() - Number(read(LATER) || 0) > WEEK_MS) hint.hidden = false;
    });
    for (const button of buttons) {
      button.addEventListener("click", async () => {
        if (!offer) return;
        await offer.prompt();
        offer = null;
        if (hint) hint.hidden = true;
      });
    }
    document.querySelector("[data-install-later]")?.addEventListener("click", () => {
      write(LATER, String(Date.now()));
      hint.hidden = true;
    });
    window.addEventListener("appinstalled", () => {
      if (hint) hint.hidden = true;
      const done = document.getElementById("install-done");
      if (done) done.hidden = false;
    });
  }

  if (!isOffline) {
    rememberBalance();
    write(LOOK, document.documentElement.className || null);
  }
  forgetAtSignOut();
  offerToInstall();
  if ("serviceWorker" in navigator) {
    window.addEventListener("load", () => {
      navigator.serviceWorker.register(`${app}/worker.js`, { scope: `${app}/` }).catch(() => {
        /* Without a worker the app is a page like any other. */
      });
    });
  }
})();
