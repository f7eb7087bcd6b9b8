// The place in the queue, looked at again every moment until the ticket is served.
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
      } else if (answer.status === 401 || answer.status === 404) {
        location.replace(queue.dataset.queue);
        return;
      }
    } catch {
      // Not connected: the place stays, and we look again.
    }
    setTimeout(look, again);
  };
  setTimeout(look, 700);
})();
