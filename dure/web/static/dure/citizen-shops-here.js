// "Search near me": asks where the reader is on a tap alone, and passes it on blurred to 100 meters.
(() => {
  "use strict";
  const box = document.querySelector("[data-here]");
  const form = document.getElementById("search");
  if (!box || !form || !navigator.geolocation) return;
  const button = box.querySelector("button");
  const said = box.querySelector("p");
  box.hidden = false;

  const go = (place) => {
    const at = [place.coords.latitude.toFixed(3), place.coords.longitude.toFixed(3)];
    const origin = form.elements.namedItem("from");
    if (![...origin.options].some((one) => one.value === "here")) {
      origin.add(new Option("", "here"));
    }
    origin.value = "here";
    form.elements.namedItem("here").value = at.join(",");
    form.submit();
  };
  const sorry = () => {
    button.disabled = false;
    said.textContent = box.dataset.no;
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(go, sorry, { timeout: 10000, maximumAge: 60000 });
  });
})();
