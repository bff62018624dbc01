// A script or a style that somebody between exchange and browser changed by one byte is not run, or worn; the same bytes on
// the same way are.

import { check, until } from "./harness.mjs";

const TRADE = { path: "/trade/BTCUSDT", sign: ".market-bar" };
/** Of each kind one: a letter of it that would be seen, and what is laid out where it counts. */
const FILES = [
  {
    ...TRADE,
    kind: "the script of the document",
    file: /\/assets\/first-[\w-]+\.js$/,
    word: "Markets",
  },
  {
    ...TRADE,
    kind: "a script that another imports",
    file: /\/assets\/desk-[\w-]+\.js$/,
    word: "tab",
    sign: ".dock .tab-bar",
  },
  { ...TRADE, kind: "the style", file: /\/assets\/first-[\w-]+\.css$/, word: "flex" },
  {
    kind: "the script of signing in",
    path: "/sign-in",
    file: /\/assets\/entry-index-[\w-]+\.js$/,
    word: "Markets",
    sign: ".header",
  },
];

export async function checkAltered(browser, origin) {
  for (const one of FILES) {
    const [same, other] = [
      await visit(browser, origin, one, 0),
      await visit(browser, origin, one, 1),
    ];
    check(same.isShown && same.refusals.length === 0, `${one.kind} counts as it was built`, same);
    check(!other.isShown, `${one.kind} does not with one other byte`, other);
    check(0 < other.refusals.length, "and the browser says why", other);
  }
}

/** Opens a page while so many bytes of a file are changed; returns what came of the file. */
async function visit(browser, origin, { path, file, word, sign }, bytesChanged) {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const refusals = [];
  page.on("console", (message) => {
    if (/integrity/i.test(message.text())) refusals.push(message.text());
  });
  let isAsked = false;
  await page.route(file, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    const at = body.indexOf(word);
    check(0 <= at, `the word "${word}" is in ${file}`);
    // Another letter, so that it would run as well.
    if (0 < bytesChanged) body[at] ^= 1;
    const { "content-type": contentType } = response.headers();
    await route.fulfill({ body, headers: { "content-type": contentType } });
    isAsked = true;
  });
  await page.goto(origin + path);
  await until("the file was sent", () => isAsked);
  const isShown = await page
    .waitForFunction(isWorking, sign, { timeout: bytesChanged === 0 ? undefined : 3_000 })
    .then(() => true)
    .catch(() => false);
  await context.close();
  return { isShown, refusals };
}

/** Runs in the page: whether a part of it is there, and looks like one. */
function isWorking(sign) {
  const part = document.querySelector(sign);
  return part !== null && getComputedStyle(part).display === "flex";
}
