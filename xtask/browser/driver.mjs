// A real browser, driven through a pipe without a library, with a virtual authenticator.

import { spawn } from "node:child_process";

const PATIENCE_MS = 30_000;
const flags = (profile) => [
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

export let checks = 0;

/** Ends the session with an error unless something holds. */
export function check(holds, what, detail) {
  console.log(`${holds ? "ok     " : "FAILED "} ${what}${holds ? "" : `: ${JSON.stringify(detail)}`}`);
  if (!holds) throw new Error(what);
  checks += 1;
}

/** Starts the browser and returns how commands are sent to it. */
function browser(profile) {
  const child = spawn("chromium", flags(profile), { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
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

/** Plays a session in the page of an address: `play` gets `run`, which evaluates in the page, and `page`, which commands it. */
export async function visit(address, profile, play) {
  const { child, send } = browser(profile);
  try {
    const { targetId } = await send("Target.createTarget", { url: address });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const page = (method, params) => send(method, params, sessionId);
    const run = async (expression) => {
      const told = await page("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (told.exceptionDetails) throw new Error(told.exceptionDetails.exception?.description ?? expression);
      return told.result.value;
    };
    // While a page is being loaded there is nothing to evaluate in.
    const state = () => run("location.href + document.readyState").catch(() => "loading");
    await until(state, `${address}complete`);
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
    await play(run, page, authenticatorId);
    console.log(`${checks} checks`);
  } finally {
    child.kill();
  }
}

/** Waits for ten seconds until something is as it is to be, and returns whether it is what was last seen. */
export async function until(look, expected) {
  let seen;
  for (let left = 100; 0 < left; left -= 1) {
    seen = await look();
    if (seen === expected) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${JSON.stringify(seen)} stayed, instead of ${JSON.stringify(expected)}`);
}
