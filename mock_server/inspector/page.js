// Small ways of working with the document.

export const $ = (id) => document.getElementById(id);

/** Makes an element: attributes by name (`on…` are listeners), then what it holds. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Fills a select, keeping what was chosen where it is still there. */
export function fill(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  if (options.some(([value]) => String(value) === chosen)) select.value = chosen;
}

export const statusClass = (status) =>
  status >= 500 || status === 0 ? "status failed" : status >= 400 ? "status refused" : "status";

/** Calls something once nothing has asked for it for a moment. */
export function settled(act, milliseconds = 150) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}

/** Shortens a long text in its middle, since the keys of parallel workers often differ only in their ends. */
export const shorten = (text) => (text.length > 24 ? `${text.slice(0, 11)}…${text.slice(-12)}` : text);

let quiet;

/** Tells something that the person has to know; an empty text takes it away. */
export function tell(text) {
  clearTimeout(quiet);
  $("notice").textContent = text;
  $("notice").hidden = !text;
  if (text) quiet = setTimeout(() => tell(""), 12000);
}
