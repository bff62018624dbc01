// Asking the exchange in the session of this page, and a passkey for what it is to sign.

export const at = (id) => document.getElementById(id);
export const say = (text) => { at("said").textContent = text; };

// Whose session it is, and what it may ask for; nothing while nobody has signed in.
export const session = { csrf: "", name: "", roles: [], requests: [], policies: [] };

const SESSION_ENDED = -7017;
let hasEnded = () => {};
export const whenEnded = (deed) => { hasEnded = deed; };

export const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
export const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

async function send(method, path, form) {
  const body = form && new URLSearchParams(form);
  const answer = await fetch(path, { method, body, headers: { "X-BOURSE-CSRF": session.csrf } });
  if (answer.ok) return answer;
  const told = await answer.json();
  if (told.code === SESSION_ENDED) hasEnded();
  const failure = answer.headers.get("x-correlation-id");
  throw new Error(failure ? `${told.msg} (${failure})` : told.msg);
}

export const post = async (path, form) => (await send("POST", path, form)).json();
const target = (path, query) => (query ? `${path}?${new URLSearchParams(query)}` : path);
export const look = async (path, query) => (await send("GET", target(path, query))).json();
export const fetchPicture = async (path, query) => (await send("GET", target(path, query))).blob();

export async function sign(told) {
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

// What the passkey signs for one act in this session: the exchange binds the challenge to what the form says.
export async function prove(path, form) {
  const { userHandle, ...signed } = await sign(await post(path, form));
  return signed;
}

// One deed at a time: a second click while one is under way does nothing.
export async function attempt(deed) {
  const { body } = document;
  if (body.ariaBusy === "true") return;
  body.ariaBusy = "true";
  try {
    say("");
    await deed();
  } catch (error) {
    say(error.message);
  } finally {
    body.ariaBusy = "false";
  }
}
