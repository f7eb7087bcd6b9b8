// Brings the live page up to date each second: fetches the board as the server renders it and
// changes only what is different, so that focus, selection and a screen reader's place are kept.
"use strict";

(() => {
  const EVERY_MS = 1000;
  const PATIENCE_MS = 5000;
  const WHEN_LOST_MS = 3000;

  const board = document.getElementById("board");
  const button = document.getElementById("pause");
  const lost = document.getElementById("lost");
  const said = document.getElementById("said");
  let isPaused = false;
  let timer = 0;

  const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined);

  const isAlike = (old, fresh) =>
    old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);

  const changeAttributes = (old, fresh) => {
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    }
  };

  const change = (old, fresh) => {
    if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    changeAttributes(old, fresh);
    changeChildren(old, fresh);
  };

  // Children with a data-key keep their element wherever they move; the others are matched in order.
  const changeChildren = (old, fresh) => {
    const byKey = new Map([...old.children].filter(keyOf).map((child) => [keyOf(child), child]));
    let place = old.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      const key = keyOf(wanted);
      const kept = key ? byKey.get(key) : place;
      if (kept && isAlike(kept, wanted)) {
        if (kept === place) place = place.nextSibling;
        else old.insertBefore(kept, place);
        change(kept, wanted);
      } else {
        old.insertBefore(document.importNode(wanted, true), place);
      }
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  };

  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    changeChildren(board, fresh);
  };

  const later = (ms) => {
    window.clearTimeout(timer);
    if (!isPaused) timer = window.setTimeout(update, ms);
  };

  const update = async () => {
    if (document.hidden || isPaused) return;
    try {
      const answer = await fetch(board.dataset.source, {
        signal: AbortSignal.timeout(PATIENCE_MS),
        cache: "no-store",
      });
      if (!answer.ok && answer.status !== 503) throw new Error(String(answer.status));
      const html = await answer.text();
      if (isPaused) return;
      show(html);
      lost.hidden = true;
      later(answer.ok ? EVERY_MS : WHEN_LOST_MS);
    } catch {
      lost.hidden = false;
      later(WHEN_LOST_MS);
    }
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.textContent = isPaused ? button.dataset.resume : button.dataset.pause;
    said.textContent = isPaused ? button.dataset.paused : button.dataset.resumed;
    if (isPaused) window.clearTimeout(timer);
    else update();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) later(0);
  });
  later(EVERY_MS);
})();
