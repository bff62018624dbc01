// What all checks share: the browser, how a check is said, and people who sign in.

import { chromium } from "playwright-core";

export const PATIENCE_MS = 30_000;

/** Starts the browser. */
export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
}

let checks = 0;
export const checkCount = () => checks;

/** Says that something holds, or ends the run. */
export function check(holds, what, detail = "") {
  if (!holds)
    throw new Error(`${what}: ${typeof detail === "string" ? detail : JSON.stringify(detail)}`);
  console.log(`ok  ${what}`);
  checks += 1;
}

/** Returns a page of somebody who has nothing of others; what its console complains of ends up in `complaints`. */
export async function newPage(
  browser,
  origin,
  { width = 1440, height = 900, theme = "dark", timezoneId = "UTC" } = {},
) {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, timezoneId, acceptDownloads: true });
  await context.addInitScript(
    (look) => {
      if (localStorage.getItem("bourse.look") === null) localStorage.setItem("bourse.look", look);
    },
    JSON.stringify({ theme, language: "en" }),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A guest who asks for a session is refused, and the browser says so.
    // What a proxy would say is played by checks.
    const isRefusal = /status of (400|401|409|429|502|504)/.test(message.text());
    // So is what a check loses on purpose.
    const isOffline =
      /ERR_(INTERNET_DISCONNECTED|FAILED)|WebSocket connection|imported module/.test(
        message.text(),
      );
    if (message.type() === "error" && !isRefusal && !isOffline)
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  const foreign = [];
  page.on("request", (request) => {
    const url = request.url();
    if (/^(https?|wss?):/.test(url) && new URL(url).host !== new URL(origin).host)
      foreign.push(url);
  });
  return { page, context, complaints, foreign };
}

/** Whose session had ended is led back to where that was. */
async function toTrade(page) {
  await page.waitForURL(({ pathname }) => !isEntry(pathname));
  if (!/\/trade/.test(page.url())) await page.goto(new URL("/trade", page.url()).href);
  await page.waitForURL(/\/trade\//);
}

/** Signs in as an account of the sandbox and waits for the trade screen. */
export async function signIn(page, origin, name) {
  await page.goto(`${origin}/sign-in`);
  await page.getByRole("button", { name: `Sign in as ${name}` }).click();
  await toTrade(page);
  await ready(page);
}

/** Signing in and what leads there are a document of their own. */
const isEntry = (path) => /^\/(sign-in|register)(\/|$)/.test(path);

/** Opens a page of the site in place, without its document where that is the one that is open. */
export async function open(page, path) {
  const here = new URL(page.url());
  if (isEntry(here.pathname) !== isEntry(path)) {
    await page.goto(here.origin + path);
    return;
  }
  await page.evaluate((to) => {
    window.history.pushState(null, "", to);
    window.dispatchEvent(new window.PopStateEvent("popstate"));
  }, path);
}

/** Waits until the book is there and the account is known. */
export async function ready(page) {
  await page.getByRole("table", { name: "Bids" }).getByRole("button").nth(2).waitFor();
  await page.getByRole("button", { name: /connection: (live|slow)/i }).waitFor();
}

/** Waits until a question has the answer that is wanted. */
export async function until(what, ask, patienceMs = PATIENCE_MS) {
  const since = performance.now();
  let last;
  while (performance.now() - since < patienceMs) {
    last = await ask();
    if (last) {
      check(true, what);
      return last;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${patienceMs} ms (${JSON.stringify(last)})`);
}

/** Reads a decimal as it is shown. */
export const units = (text) => {
  const [whole, fraction = ""] = text.replaceAll(",", "").trim().split(".");
  return BigInt(whole + fraction.padEnd(8, "0"));
};

/** What the last request came to. */
export const acknowledgement = (page) => page.getByRole("status", { name: "Last order" });

export const PASSWORD = "a horse of my own";

/** Opens an account of one's own and returns its address. */
export async function register(page, origin, name) {
  const email = `${name}${Date.now()}@example.test`;
  const main = page.getByRole("main");
  await page.goto(`${origin}/register`);
  await main.getByRole("textbox", { name: /email/i }).fill(email);
  await main.getByLabel(/^password/i).fill(PASSWORD);
  await main.getByRole("button", { name: /create account/i }).click();
  await main.getByRole("button", { name: /use this token/i }).click();
  await main.getByRole("button", { name: /confirm/i }).click();
  await main.getByText(/your account is open/i).waitFor();
  check(true, "an account is registered and confirmed");
  return email;
}

/** Signs in by password, and by a code where there is a second factor. */
export async function signInBy(page, origin, email, code = "") {
  await page.goto(`${origin}/sign-in`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /email/i }).fill(email);
  await main.getByLabel(/^password/i).fill(PASSWORD);
  await main.getByLabel(/^code/i).fill(code);
  await main.getByRole("button", { name: /^sign in$/i }).click();
  await toTrade(page);
  check(true, `signed in${code === "" ? "" : " with a code"}`);
}
