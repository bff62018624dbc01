// Operators in a browser: a passkey signs in, and each further signature of it does exactly one thing: it approves a
// proposal, grants a level, says that a payout is final, adds a passkey or takes one away.

import { at, attempt, look, post, say, session, sign, whenEnded } from "./ask.js";
import { moment, spaced } from "./draw.js";
import { showApplications, showDeposits } from "./identities.js";
import { accept, addPasskey, enrolByCode, showHalf, showPasskeys } from "./passkeys.js";
import { showPayouts } from "./payouts.js";
import { showProposals } from "./proposals.js";
import { listen, showKinds } from "./propose.js";
import { lookUp, showResets } from "./users.js";

// Each part of the desk, and what fills it; one that needs a request is there for roles that may send it alone.
const PARTS = {
  decide: showProposals,
  propose: async () => showKinds(),
  identities: showApplications,
  payouts: showPayouts,
  people: async () => {},
  yourself: () => showPasskeys(close),
};

const FIRST = "decide";
let shown = FIRST;
const needs = (element) => !element.dataset.needs || session.requests.includes(element.dataset.needs);

// What was shown goes with the session.
function close() {
  Object.assign(session, { csrf: "", name: "", roles: [], requests: [], policies: [] });
  for (const place of document.querySelectorAll("#desk ul, #case, #fields, #happens, #question")) place.replaceChildren();
  for (const field of document.querySelectorAll("#desk input")) field.value = field.defaultValue;
  at("desk").hidden = true;
  at("entrance").hidden = false;
}

async function part(name) {
  shown = name;
  for (const section of document.querySelectorAll("#desk > section")) section.hidden = section.id !== name;
  for (const tab of document.querySelectorAll("#tabs button")) {
    tab.ariaCurrent = tab.dataset.shows === name ? "page" : "false";
  }
  await PARTS[name]();
}

async function open(told) {
  const { operator } = told;
  const roles = operator.roles.split(",");
  Object.assign(session, { csrf: told.csrfToken, name: operator.name, roles, requests: told.requests });
  session.policies = await look("/v1/operator/policy");
  at("name").textContent = operator.name;
  at("roles").textContent = spaced(operator.roles);
  at("until").textContent = moment(told.expiresAt);
  at("digest").textContent = told.pagesDigest;
  at("warning").textContent = told.warning;
  at("warning").hidden = told.warning === "";
  for (const element of document.querySelectorAll("#desk [data-needs]")) element.hidden = !needs(element);
  at("entrance").hidden = true;
  at("desk").hidden = false;
  say("");
  await part(FIRST);
}

async function signIn() {
  const told = await post("/v1/operator/login/challenge");
  await open(await post("/v1/operator/login", await sign(told)));
}

async function signOut() {
  await post("/v1/operator/logout");
  close();
  say("Signed out.");
}

async function add() {
  await addPasskey();
  await showPasskeys(close);
  say("The passkey is added.");
}

const DEEDS = {
  "sign-in": signIn,
  "sign-out": signOut,
  refresh: () => PARTS[shown](),
  enrol: enrolByCode,
  accept,
  add,
  half: showHalf,
  "look-up": lookUp,
  "show-resets": showResets,
  "show-deposits": showDeposits,
};

for (const [id, deed] of Object.entries(DEEDS)) at(id).addEventListener("click", () => attempt(deed));
for (const tab of document.querySelectorAll("#tabs button")) {
  tab.addEventListener("click", () => attempt(() => part(tab.dataset.shows)));
}
for (const list of ["proposal-state", "application-state", "payout-state"]) {
  at(list).addEventListener("change", () => attempt(() => PARTS[shown]()));
}
listen(() => part(FIRST));
whenEnded(close);
look("/v1/operator/session").then(open, () => {});
