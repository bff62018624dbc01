// A form for each kind of proposal that the roles of the session propose.

import { at, attempt, post, say, session } from "./ask.js";
import { make, spaced } from "./draw.js";
import { KINDS, course } from "./kinds.js";

const meets = (roles) => roles.split(",").some((role) => session.roles.includes(role));
export const mayPropose = (kind) => session.policies.some((one) => one.kind === kind && meets(one.proposers));
export const mayApprove = (kind) => session.policies.some((one) => one.kind === kind && meets(one.approvers));
export const policyOf = (kind) => session.policies.find((one) => one.kind === kind);

const option = (value, text) => Object.assign(make("option", text), { value });

function chooser(field) {
  const values = field.isKind ? session.policies.map(({ kind }) => kind) : field.options;
  const nothing = option("", field.isOptional ? "as it is" : "choose");
  const select = make("select", nothing, ...values.map((value) => option(value, value)));
  return Object.assign(select, { name: field.name, required: !field.isOptional });
}

function boxes(field) {
  const boxOf = (value) => {
    const box = Object.assign(make("input"), { type: "checkbox", name: field.name, value });
    return make("label", box, ` ${value}`);
  };
  return make("fieldset", make("legend", field.label), ...field.options.map(boxOf));
}

function drawn(field) {
  if (field.isSeveral) return boxes(field);
  if (field.options || field.isKind) return make("label", field.label, " ", chooser(field));
  const { name, pattern, title, inputMode = "" } = field;
  const input = make("input");
  Object.assign(input, { name, pattern, title, inputMode, required: !field.isOptional });
  Object.assign(input, { autocomplete: "off", spellcheck: false });
  return make("label", field.label, " ", input);
}

const fieldsOf = (kind) => [...KINDS[kind].fields, ...(KINDS[kind].terms ?? [])];

// What is sent: nothing that was left empty, several values with commas, an address under its own name.
function written(kind, form) {
  const data = new FormData(form);
  const sent = {};
  for (const { name, isPerson } of fieldsOf(kind)) {
    const value = data.getAll(name).map((one) => one.trim()).filter((one) => one !== "").join(",");
    if (value !== "") sent[isPerson && value.includes("@") ? "email" : name] = value;
  }
  return sent;
}

function isWhole(kind, sent) {
  const needed = fieldsOf(kind).filter(({ isOptional }) => !isOptional);
  return needed.every(({ name, isPerson }) => sent[name] || (isPerson && sent.email));
}

function tell(kind, form) {
  const sent = written(kind, form);
  at("happens").textContent = isWhole(kind, sent) ? KINDS[kind].words(sent) : "";
}

function checked(kind, form) {
  if (!form.reportValidity()) return null;
  const sent = written(kind, form);
  const missing = fieldsOf(kind).find(({ isSeveral, name }) => isSeveral && !sent[name]);
  if (missing) throw new Error(`Choose at least one: ${missing.label}.`);
  return { kind, ...sent, reason: new FormData(form).get("reason").trim() };
}

function draw(kind) {
  const { fields, terms } = KINDS[kind];
  const form = at("draft");
  const more = make("details", make("summary", "Terms; what is left empty is as it is"), ...(terms ?? []).map(drawn));
  const why = Object.assign(make("input"), { name: "reason", required: true, maxLength: 500, autocomplete: "off" });
  at("fields").replaceChildren(...fields.map(drawn), ...(terms ? [more] : []), make("label", "Why? ", why));
  at("course").textContent = course(policyOf(kind));
  at("happens").textContent = "";
  form.hidden = false;
}

const drafted = () => at("kind").value;

export function showKinds() {
  const open = Object.keys(KINDS).filter(mayPropose);
  const options = open.map((kind) => option(kind, `${KINDS[kind].title} (${kind})`));
  at("kind").replaceChildren(option("", "choose what is to be done"), ...options);
  at("draft").hidden = true;
}

// Proposes something, and returns what is said of it.
export async function propose(form) {
  const { proposal, kind } = await post("/v1/operator/proposals", form);
  return `Proposal ${proposal} waits for another operator (${spaced(policyOf(kind).approvers)}).`;
}

async function send(after) {
  const form = checked(drafted(), at("draft"));
  if (form === null) return;
  const made = await propose(form);
  await after();
  say(made);
}

export function listen(after) {
  at("kind").addEventListener("change", () => {
    if (drafted() === "") at("draft").hidden = true;
    else draw(drafted());
  });
  at("draft").addEventListener("input", () => tell(drafted(), at("draft")));
  at("draft").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => send(after));
  });
}
