"use strict";
// While work runs its state is fetched again each second; when it is over the page opens its result.
{
  const place = document.getElementById("work-state");
  const pause = (ms) => new Promise((go) => setTimeout(go, ms));
  const follow = async () => {
    let wait = 1000;
    for (;;) {
      await pause(wait);
      if (document.hidden) {
        continue;
      }
      try {
        const answer = await fetch(place.dataset.state, { headers: { Accept: "text/html" } });
        if (answer.redirected) {
          location.reload();
          return;
        }
        if (answer.ok) {
          const text = await answer.text();
          if (text !== place.innerHTML) {
            place.innerHTML = text;
          }
          wait = 1000;
          if (!place.querySelector("progress")) {
            location.assign(place.dataset.done);
            return;
          }
        }
      } catch {
        wait = Math.min(wait * 2, 15000);
      }
    }
  };
  if (place?.dataset.state) {
    follow();
  }
}
