// The editor as one types: form and text change each other, faults stand at their lines, and what
// is typed is kept. And the progress of long work, which moves by itself. Without it all buttons do.
"use strict";

(() => {
  const PAUSE_MS = 450;
  const PATIENCE_MS = 15000;
  const EVERY_MS = 1000;

  const htmlOf = (text) => new DOMParser().parseFromString(text, "text/html").body;

  const fill = (place, html) => {
    const open = new Map([...place.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
    place.replaceChildren(...htmlOf(html).childNodes);
    for (const one of place.querySelectorAll("details[id]")) {
      if (open.has(one.id)) one.open = open.get(one.id) || one.open;
    }
  };

  const startEditor = (form) => {
    const text = document.getElementById("text");
    const was = document.getElementById("was");
    const sideForm = document.getElementById("form");
    const found = document.getElementById("found");
    const state = document.getElementById("state");
    const gutter = document.getElementById("gutter");
    const kept = form.dataset.kept;
    let timer = 0;
    let asking = null;
    let faulty = new Set();
    let isLeaving = false;

    document.documentElement.classList.add("with-script");

    const number = () => {
      const count = text.value.split("\n").length;
      while (gutter.children.length > count) gutter.lastChild.remove();
      while (gutter.children.length < count) {
        const line = document.createElement("li");
        line.textContent = String(gutter.children.length + 1);
        gutter.append(line);
      }
      [...gutter.children].forEach((line, place) => {
        line.classList.toggle("is-faulty", faulty.has(place + 1));
      });
      gutter.scrollTop = text.scrollTop;
    };

    const forget = () => {
      try {
        localStorage.removeItem(kept);
      } catch {
        // A browser that keeps nothing has nothing to forget.
      }
    };

    const keep = () => {
      try {
        localStorage.setItem(kept, text.value);
      } catch {
        // The server keeps it as well.
      }
    };

    const showFaults = (html) => {
      const fresh = htmlOf(html);
      for (const place of sideForm.querySelectorAll("[data-faults]")) {
        const name = CSS.escape(place.dataset.faults);
        const now = fresh.querySelector(`[data-faults="${name}"]`);
        if (now) place.replaceChildren(...now.childNodes);
      }
    };

    const show = (told, before, wantsForm) => {
      const isTyping = text.value !== before;
      if (!isTyping && text.value !== told.text) {
        const { selectionStart, selectionEnd, scrollTop } = text;
        text.value = told.text;
        if (document.activeElement === text) text.setSelectionRange(selectionStart, selectionEnd);
        text.scrollTop = scrollTop;
      }
      if (!isTyping) was.value = told.text;
      const inForm = sideForm.contains(document.activeElement);
      if (!isTyping && (wantsForm || !inForm)) fill(sideForm, told.form);
      else showFaults(told.form);
      fill(found, told.found);
      faulty = new Set(told.lines);
      number();
      state.textContent = form.dataset.checked;
      if (!isTyping) forget();
    };

    const ask = async (button) => {
      window.clearTimeout(timer);
      if (asking) asking.abort();
      const own = new AbortController();
      asking = own;
      const sent = new FormData(form);
      if (button) sent.set("do", button.value);
      else sent.set("do", "check");
      const before = text.value;
      state.textContent = form.dataset.checking;
      try {
        const answer = await fetch(form.dataset.check, {
          method: "POST",
          body: sent,
          signal: AbortSignal.any([own.signal, AbortSignal.timeout(PATIENCE_MS)]),
          redirect: "error",
          cache: "no-store",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        if (asking !== own) return;
        show(told, before, Boolean(button));
        if (button) focusAfter(button);
      } catch (error) {
        if (own.signal.aborted) return;
        keep();
        state.textContent = form.dataset.lost;
      }
    };

    // A row more: into its first box. A row less: to the button that adds one.
    const focusAfter = (button) => {
      const [verb, name] = button.value.split(":");
      const more = document.getElementById(`more-${name}`);
      if (!more) return;
      if (verb === "less") {
        more.focus();
        return;
      }
      const rows = more.parentElement.querySelectorAll("tbody tr");
      const box = rows[rows.length - 1]?.querySelector("input, select");
      (box || more).focus();
    };

    const later = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => ask(null), PAUSE_MS);
    };

    form.addEventListener("input", (event) => {
      if (event.target === text) number();
      keep();
      later();
    });
    form.addEventListener("change", later);
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && /^(more|less):/.test(button.value)) {
        event.preventDefault();
        ask(button);
      }
    });
    form.addEventListener("submit", () => {
      isLeaving = true;
      forget();
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-line]");
      if (!link) return;
      event.preventDefault();
      const lines = text.value.split("\n").slice(0, Number(link.dataset.line) - 1);
      const place = lines.reduce((sum, line) => sum + line.length + 1, 0);
      text.focus();
      text.setSelectionRange(place, place + Number(link.dataset.column) - 1);
      const height = Number.parseFloat(getComputedStyle(text).lineHeight);
      text.scrollTop = Math.max(0, (Number(link.dataset.line) - 6) * height);
    });
    text.addEventListener("scroll", () => {
      gutter.scrollTop = text.scrollTop;
    });
    window.addEventListener("pagehide", () => {
      if (isLeaving || text.value === was.value) return;
      const sent = new FormData(form);
      sent.set("do", "check");
      fetch(form.dataset.check, { method: "POST", body: sent, keepalive: true }).catch(() => {});
    });

    gutter.hidden = false;
    let stored = null;
    try {
      stored = localStorage.getItem(kept);
    } catch {
      stored = null;
    }
    if (stored !== null && stored !== text.value && !("look" in form.dataset)) {
      text.value = stored;
      number();
      ask(null);
    } else {
      for (const link of document.querySelectorAll("a[data-line]")) {
        faulty.add(Number(link.dataset.line));
      }
      number();
    }
  };

  const startProgress = (place) => {
    const look = async () => {
      try {
        const answer = await fetch(place.dataset.source, {
          signal: AbortSignal.timeout(PATIENCE_MS),
          cache: "no-store",
          redirect: "error",
        });
        if (answer.ok) place.replaceChildren(...htmlOf(await answer.text()).childNodes);
        if (answer.headers.get("X-Work-Over") === "1") {
          window.location.reload();
          return;
        }
      } catch {
        // The next look will tell.
      }
      window.setTimeout(look, EVERY_MS);
    };
    window.setTimeout(look, EVERY_MS);
  };

  const editor = document.getElementById("editor");
  if (editor) startEditor(editor);
  const progress = document.querySelector("#progress[data-source]");
  if (progress) startProgress(progress);
})();
