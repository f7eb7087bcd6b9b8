"use strict";
// Rows of a tree table can be closed and opened again; without script all are open.
for (const table of document.querySelectorAll(".tree")) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const closed = new Set();
  const show = () => {
    const hidden = new Set();
    for (const row of rows) {
      const parent = row.dataset.parent;
      const isHidden = parent !== "" && (hidden.has(parent) || closed.has(parent));
      row.hidden = isHidden;
      if (isHidden && row.dataset.id) {
        hidden.add(row.dataset.id);
      }
    }
  };
  for (const row of rows.filter((one) => "below" in one.dataset)) {
    const name = row.querySelector(".tree-name a").textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tree-toggle";
    const say = () => {
      const isOpen = !closed.has(row.dataset.id);
      button.textContent = isOpen ? "−" : "+";
      button.setAttribute("aria-expanded", String(isOpen));
      button.setAttribute("aria-label", `${isOpen ? table.dataset.close : table.dataset.open}: ${name}`);
    };
    button.addEventListener("click", () => {
      if (!closed.delete(row.dataset.id)) {
        closed.add(row.dataset.id);
      }
      say();
      show();
    });
    say();
    row.querySelector(".tree-name").prepend(button);
  }
}
