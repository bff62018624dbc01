// Operators in a browser: a passkey signs in, and each further signature of it does exactly one thing: it approves a
// proposal, adds a passkey or takes one away.
// Everything that comes from the exchange is put into the page as text.
"use strict";

let csrf = "";
const at = (id) => document.getElementById(id);
const say = (text) => { at("said").textContent = text; };

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

async function ask(method, path, form) {
  const body = form && new URLSearchParams(form);
  const answer = await fetch(path, { method, body, headers: { "X-BOURSE-CSRF": csrf } });
  const told = await answer.json();
  const failure = answer.headers.get("x-correlation-id");
  if (!answer.ok) throw new Error(failure ? `${told.msg} (${failure})` : told.msg);
  return told;
}

async function sign(told) {
  const publicKey = { challenge: bytes(told.toBeSigned), rpId: told.relyingParty, userVerification: "required" };
  const { rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    challenge: told.challenge,
    credential: text(rawId),
    clientData: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    assertion: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : "",
  };
}

async function enrol(code, label) {
  const told = await ask("POST", "/v1/operator/passkey/begin", { code });
  const publicKey = {
    challenge: bytes(told.toBeSigned),
    rp: { id: told.relyingParty, name: "Bourse operators" },
    user: { id: bytes(told.userHandle), name: told.name, displayName: told.name },
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  };
  const { response } = await navigator.credentials.create({ publicKey });
  await ask("POST", "/v1/operator/passkey", {
    code,
    label,
    attestation: text(response.attestationObject),
    attestationClientData: text(response.clientDataJSON),
  });
  return told.name;
}

async function enrolByCode() {
  const name = await enrol(at("code").value.trim(), at("label").value);
  at("code").value = "";
  say(`The passkey of ${name} is enrolled: sign in with it.`);
}

// The name of the passkey is that of the field above; the halves count until it is enrolled.
async function accept() {
  const { enrolment } = await ask("POST", "/v1/operator/invitation/accept", {
    code: at("first-half").value.trim(),
    otherCode: at("other-half").value.trim(),
  });
  at("code").value = enrolment.code;
  await enrolByCode();
  at("first-half").value = "";
  at("other-half").value = "";
}

// What the passkey that is at hand signs for another one, or for taking away the one of this number.
async function signForPasskey(passkey) {
  const told = await ask("POST", "/v1/operator/passkey/challenge", passkey ? { passkey } : {});
  const { userHandle, ...signed } = await sign(told);
  return signed;
}

async function addPasskey() {
  const { code } = await ask("POST", "/v1/operator/enrolment", await signForPasskey());
  await enrol(code, at("other-label").value);
  await show();
  say("The passkey is added.");
}

async function removePasskey({ passkey }) {
  const signed = await signForPasskey(passkey);
  await ask("POST", "/v1/operator/passkey/remove", { passkey, ...signed });
  close();
  say("The passkey is taken away, and your sessions have ended: sign in again.");
}

async function showHalf() {
  const half = await ask("POST", "/v1/operator/invitation", { proposal: at("invitation").value.trim() });
  say(`Half of the code for ${half.name}: ${half.code}`);
}

async function signIn() {
  const told = await ask("POST", "/v1/operator/login/challenge");
  await open(await ask("POST", "/v1/operator/login", await sign(told)));
}

async function signOut() {
  await ask("POST", "/v1/operator/logout");
  close();
  say("Signed out.");
}

function close() {
  csrf = "";
  at("users").replaceChildren();
  at("desk").hidden = true;
  at("entrance").hidden = false;
}

async function open(session) {
  csrf = session.csrfToken;
  at("name").textContent = session.operator.name;
  at("roles").textContent = session.operator.roles;
  at("until").textContent = new Date(session.expiresAt).toISOString();
  at("digest").textContent = session.pagesDigest;
  at("warning").textContent = session.warning;
  at("warning").hidden = session.warning === "";
  at("entrance").hidden = true;
  at("desk").hidden = false;
  say("");
  await show();
}

function row(list, name, value) {
  const term = document.createElement("dt");
  const said = document.createElement("dd");
  term.textContent = name;
  said.textContent = value;
  list.append(term, said);
}

function button(name, deed) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  made.addEventListener("click", () => attempt(deed));
  return made;
}

function card(proposal) {
  const item = document.createElement("li");
  const facts = document.createElement("dl");
  for (const name of ["proposal", "kind", "parameters", "worth", "reason", "proposer", "digest"]) {
    row(facts, name, String(proposal[name]));
  }
  const approvers = proposal.approvals.map((approval) => approval.operator).join(", ");
  row(facts, "approved by", `${approvers || "nobody"} (${proposal.approvals.length} of ${proposal.approvalsNeeded})`);
  item.append(facts, button("Approve", () => approve(proposal)), button("Reject", () => reject(proposal)));
  return item;
}

function passkeyRow(passkey) {
  const item = document.createElement("li");
  const used = passkey.lastUsedAt ? new Date(passkey.lastUsedAt).toISOString() : "never";
  item.textContent = `${passkey.label}, since ${new Date(passkey.createdAt).toISOString()}, used ${used} `;
  item.append(button("Take away", () => removePasskey(passkey)));
  return item;
}

const isMoment = (name) => /At$|Until$|^at$/.test(name);
const plain = (name, value) => {
  if (value === null) return "–";
  return isMoment(name) ? new Date(value).toISOString() : String(value);
};

// Objects and lists of them are lists within the list; lists of words are one line.
function facts(told) {
  const list = document.createElement("dl");
  for (const [name, value] of Object.entries(told)) {
    const rows = (Array.isArray(value) ? value : [value]).filter((one) => one !== null && typeof one === "object");
    if (rows.length === 0) row(list, name, Array.isArray(value) ? value.join(", ") || "–" : plain(name, value));
    for (const one of rows) {
      row(list, name, "");
      list.lastChild.append(facts(one));
    }
  }
  return list;
}

async function lookUp() {
  const who = at("who").value.trim();
  const users = await ask("GET", `/v1/operator/users?${new URLSearchParams({ who })}`);
  at("users").replaceChildren(...users.map((user) => {
    const item = document.createElement("li");
    item.append(facts(user));
    return item;
  }));
  say(users.length === 0 ? "Nobody has it, and nobody had it." : "");
}

async function show() {
  const passkeys = await ask("GET", "/v1/operator/passkeys");
  at("passkeys").replaceChildren(...passkeys.map(passkeyRow));
  const proposals = await ask("GET", "/v1/operator/proposals?state=proposed");
  at("proposals").replaceChildren(...proposals.map(card));
  at("none").hidden = proposals.length !== 0;
}

async function approve({ proposal, digest }) {
  const told = await ask("POST", "/v1/operator/approval", { proposal, digest });
  const { userHandle, ...signed } = await sign(told);
  const done = await ask("POST", "/v1/operator/proposal/approve", { proposal, digest, ...signed });
  await show();
  say(`Proposal ${done.proposal} is ${done.state}. ${done.outcome}`);
}

async function reject({ proposal }) {
  const reason = prompt("Why?");
  if (!reason) return;
  const done = await ask("POST", "/v1/operator/proposal/reject", { proposal, reason });
  await show();
  say(`Proposal ${done.proposal} is ${done.state}.`);
}

async function attempt(deed) {
  try {
    say("");
    await deed();
  } catch (error) {
    say(error.message);
  }
}

at("sign-in").addEventListener("click", () => attempt(signIn));
at("enrol").addEventListener("click", () => attempt(enrolByCode));
at("add").addEventListener("click", () => attempt(addPasskey));
at("accept").addEventListener("click", () => attempt(accept));
at("look-up").addEventListener("click", () => attempt(lookUp));
at("half").addEventListener("click", () => attempt(showHalf));
at("sign-out").addEventListener("click", () => attempt(signOut));
at("refresh").addEventListener("click", () => attempt(show));
ask("GET", "/v1/operator/session").then(open, () => {});
