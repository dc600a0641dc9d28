"use strict";
(() => {
  const find = (selector, root = document) => [...root.querySelectorAll(selector)];
  const controls = find("[data-filter]");
  const items = find("[data-item]");
  const groups = find("[data-group]");
  const count = document.getElementById("shown");

  const apply = () => {
    const wanted = Object.fromEntries(controls.map((control) => [control.dataset.filter, control.value.trim().toLowerCase()]));
    const filtering = Object.values(wanted).some(Boolean);
    let shown = 0;
    for (const item of items) {
      const fits =
        (!wanted.status || item.dataset.status === wanted.status) &&
        (!wanted.level || item.dataset.level === wanted.level) &&
        (!wanted.topic || item.dataset.topic === wanted.topic) &&
        wanted.text.split(/\s+/).every((word) => item.textContent.toLowerCase().includes(word));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of groups) {
      const some = find("[data-item]", group).some((item) => !item.hidden);
      group.hidden = !some;
      group.open = filtering ? some : group.dataset.group === "open";
    }
    count.textContent = `${shown} of ${items.length} requirements shown`;
  };

  const reveal = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = place; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (place) place.scrollIntoView();
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };

  const prelude = document.getElementById("prelude").content.textContent;
  for (const button of find("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).content.textContent;
      await copy(text.replace(document.body.dataset.mark + "\n", () => prelude));
      const label = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = label), 1500);
    });
  }
  for (const control of controls) control.addEventListener("input", apply);
  document.getElementById("filters").hidden = false;
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
