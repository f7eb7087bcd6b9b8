"use strict";
// Beside each number of the wizard comes a slider that says the same; without script the number does.
for (const number of document.querySelectorAll("input[data-slider]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  for (const name of ["min", "max", "step"]) {
    slider[name] = number[name];
  }
  slider.value = number.value;
  slider.setAttribute("aria-labelledby", `${number.id}-label`);
  const label = document.querySelector(`label[for="${number.id}"]`);
  label.id = `${number.id}-label`;
  slider.addEventListener("input", () => {
    number.value = slider.value;
  });
  number.addEventListener("input", () => {
    slider.value = number.value;
  });
  number.before(slider);
}
