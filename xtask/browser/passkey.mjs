// A user, a real browser and a virtual authenticator: a passkey is added, signs in alone, and proves an act.
//
// Called with the web address of a sandbox and the folder for the browser's profile. Everything happens in a page of
// the exchange itself, under its own content security policy.

import { check, visit } from "./driver.mjs";

const [, , origin, profile] = process.argv;

/** What the page can do: asking the exchange, and the browser for credentials. */
const HELPERS = `
  globalThis.csrf = "";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=/g, "");
  globalThis.ask = async (method, path, form) => {
    const body = form && new URLSearchParams(form);
    const answer = await fetch(path, { method, body, headers: { "X-BOURSE-CSRF": csrf } });
    const json = await answer.json();
    if (json.csrfToken) csrf = json.csrfToken;
    return { status: answer.status, json };
  };
  globalThis.make = async (told, name) => {
    const publicKey = {
      challenge: bytes(told.toBeSigned),
      rp: { id: told.relyingParty, name: "Bourse" },
      user: { id: bytes(told.userHandle), name, displayName: name },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: told.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
    };
    const { response } = await navigator.credentials.create({ publicKey });
    return {
      attestation: text(response.attestationObject),
      attestationClientData: text(response.clientDataJSON),
    };
  };
  globalThis.sign = async (told) => {
    const publicKey = {
      challenge: bytes(told.toBeSigned),
      rpId: told.relyingParty,
      userVerification: "required",
      allowCredentials: (told.credentials ?? []).map((id) => ({ type: "public-key", id: bytes(id) })),
    };
    const credential = await navigator.credentials.get({ publicKey });
    const signed = {
      credential: text(credential.rawId),
      clientData: text(credential.response.clientDataJSON),
      authenticatorData: text(credential.response.authenticatorData),
      assertion: text(credential.response.signature),
    };
    const { userHandle } = credential.response;
    return { signed, handle: userHandle && text(userHandle) };
  };
`;

const EMAIL = "ann@example.test";
const PASSWORD = "a horse of my own";

async function play(run) {
  const as = (method, path, form) => run(`ask(${JSON.stringify(method)}, ${JSON.stringify(path)}, ${JSON.stringify(form ?? null)})`);
  const ok = async (method, path, form) => {
    const { status, json } = await as(method, path, form);
    check(status === 200, `${method} ${path}`, json);
    return json;
  };
  await ok("POST", "/v1/register", { email: EMAIL, password: PASSWORD });
  const [{ token }] = await ok("GET", "/dev/outbox");
  await ok("POST", "/v1/register/confirm", { token });
  await ok("POST", "/v1/login", { email: EMAIL, password: PASSWORD });

  let told = await ok("POST", "/v1/challenge", { action: "addPasskey", label: "laptop" });
  const made = await run(`make(${JSON.stringify(told)}, "ann")`);
  const proof = { challenge: told.challenge, password: PASSWORD };
  await ok("POST", "/v1/passkeys", { label: "laptop", ...proof, ...made });
  check((await as("GET", "/v1/session")).status === 401, "adding a passkey ends all sessions");

  const login = async () => {
    told = await ok("POST", "/v1/login/challenge");
    const { signed, handle } = await run(`sign(${JSON.stringify(told)})`);
    return { challenge: told.challenge, userHandle: handle, ...signed };
  };
  const form = await login();
  const session = await ok("POST", "/v1/login/passkey", form);
  check((await ok("GET", "/v1/session")).account === session.account, "the passkey alone has signed ann in");
  check((await as("POST", "/v1/login/passkey", form)).status === 401, "what was signed counts once");

  const key = { label: "bot", scopes: "withdraw", addresses: "127.0.0.1" };
  told = await ok("POST", "/v1/challenge", { action: "createKey", ...key });
  const { signed } = await run(`sign(${JSON.stringify(told)})`);
  const answer = { challenge: told.challenge, ...signed };
  const swapped = await as("POST", "/v1/keys", { ...key, addresses: "203.0.113.9", ...answer });
  check(swapped.status === 400, "a signature counts for its parameters only", swapped.json);
  const issued = await ok("POST", "/v1/keys", { ...key, ...answer });
  check(issued.scopes.join() === "read,withdraw", "the passkey has proven the act", issued);

  return { as, ok, login };
}

// A page that does nothing by itself.
await visit(`${origin}/status`, profile, async (run, page, authenticatorId) => {
  await run(HELPERS);
  const { as, ok, login } = await play(run);
  await ok("DELETE", "/v1/session");
  check((await as("GET", "/v1/session")).status === 401, "ann has signed out");
  await page("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  const unverified = await login().then(() => "signed", (error) => error.message);
  check(unverified.includes("NotAllowedError"), "without its user the authenticator signs nothing", unverified);
});
