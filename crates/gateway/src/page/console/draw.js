// Everything that comes from the exchange is put into the page as text, by these functions.

import { at, attempt } from "./ask.js";

export function make(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

export function button(name, deed) {
  const made = make("button", name);
  made.type = "button";
  made.addEventListener("click", () => attempt(deed));
  return made;
}

// To the second, in UTC.
export const moment = (millis) => `${new Date(millis).toISOString().slice(0, 19).replace("T", " ")} UTC`;
export const spaced = (roles) => roles.replaceAll(",", ", ");

const isMoment = (name) => /At$|Until$|^at$/.test(name);
const plain = (name, value) => {
  if (value === null || value === "") return "–";
  return isMoment(name) ? moment(value) : String(value);
};

// A list of names and values; a value may be an element.
export const rows = (pairs) =>
  make("dl", ...pairs.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));

// Objects and lists of them are lists within the list; lists of words are one line.
export function facts(told) {
  return rows(Object.entries(told).flatMap(([name, value]) => {
    const inner = (Array.isArray(value) ? value : [value]).filter((one) => one !== null && typeof one === "object");
    if (inner.length !== 0) return inner.map((one) => [name, facts(one)]);
    return [[name, Array.isArray(value) ? value.join(", ") || "–" : plain(name, value)]];
  }));
}

export const item = (...content) => make("li", ...content);
export const note = (text) => Object.assign(make("p", text), { className: "note" });

export function fill(id, items, nothing) {
  at(id).replaceChildren(...(items.length === 0 && nothing ? [item(nothing)] : items));
}

// Asks for a line of text; returns `null` for whoever thinks better of it.
export function question(text, { label, confirm, pattern, title, maxLength = 500 }) {
  const [dialog, field] = [at("question"), document.createElement("input")];
  Object.assign(field, { required: true, maxLength, autocomplete: "off", spellcheck: false, title: title ?? "" });
  if (pattern) field.pattern = pattern;
  return new Promise((resolve) => {
    const end = (answer) => { dialog.close(); resolve(answer); };
    const answer = () => { if (field.reportValidity()) end(field.value.trim()); };
    const [yes, no] = [make("button", confirm), make("button", "Back")];
    for (const [one, deed] of [[yes, answer], [no, () => end(null)]]) {
      one.type = "button";
      one.addEventListener("click", deed);
    }
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") answer(); });
    dialog.oncancel = () => resolve(null);
    dialog.replaceChildren(make("p", text), make("label", label, " ", field), yes, " ", no);
    dialog.showModal();
  });
}

export const askWhy = (text, confirm) => question(text, { label: "Why?", confirm });
