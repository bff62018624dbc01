// A user, a real browser and a virtual authenticator: a passkey is added, signs in alone, and proves an act.
//
// Called with the web address of a sandbox and the folder for the browser's profile. Everything happens in a page of
// the exchange itself, under its own content security policy; the browser is driven through a pipe, without a library.

import { spawn } from "node:child_process";

const [, , origin, profile] = process.argv;
const PATIENCE_MS = 30_000;
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-pipe",
  `--user-data-dir=${profile}`,
];

let checks = 0;
function check(holds, what, detail) {
  console.log(`${holds ? "ok     " : "FAILED "} ${what}${holds ? "" : `: ${JSON.stringify(detail)}`}`);
  if (!holds) throw new Error(what);
  checks += 1;
}

/** Starts the browser and returns how commands are sent to it. */
function browser() {
  const child = spawn("chromium", FLAGS, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map();
  let next = 1;
  let rest = "";
  child.stdio[4].setEncoding("utf8").on("data", (text) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      const id = next++;
      const late = setTimeout(() => reject(new Error(`${method} was not answered`)), PATIENCE_MS);
      waiting.set(id, (message) => {
        clearTimeout(late);
        if (message.error) reject(new Error(`${method}: ${message.error.message}`));
        else resolve(message.result);
      });
      child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  return { child, send };
}

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

async function main() {
  const { child, send } = browser();
  try {
    const { targetId } = await send("Target.createTarget", { url: `${origin}/` });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const page = (method, params) => send(method, params, sessionId);
    const run = async (expression) => {
      const told = await page("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (told.exceptionDetails) throw new Error(told.exceptionDetails.exception?.description ?? expression);
      return told.result.value;
    };
    for (let left = 100; (await run("location.origin + document.readyState")) !== `${origin}complete`; left -= 1) {
      if (left === 0) throw new Error("the page did not load");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await page("WebAuthn.enable");
    const options = {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    };
    const { authenticatorId } = await page("WebAuthn.addVirtualAuthenticator", { options });
    await run(HELPERS);
    const { as, ok, login } = await play(run);
    await ok("DELETE", "/v1/session");
    check((await as("GET", "/v1/session")).status === 401, "ann has signed out");
    await page("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    const unverified = await login().then(() => "signed", (error) => error.message);
    check(unverified.includes("NotAllowedError"), "without its user the authenticator signs nothing", unverified);
    console.log(`${checks} checks`);
  } finally {
    child.kill();
  }
}

await main();
