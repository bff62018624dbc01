// A script or a style that somebody between exchange and browser changed by one byte is not run, or worn; the same bytes on
// the same way are.

import { check, until } from "./harness.mjs";

/** Of each kind one, with a letter that would be seen: what the document names, what a script imports, and a style. */
const FILES = [
  { kind: "the script of the document", file: /\/assets\/first-[\w-]+\.js$/, word: "Markets" },
  { kind: "a script that another imports", file: /\/assets\/trade-[\w-]+\.js$/, word: "ticket" },
  { kind: "the style", file: /\/assets\/first-[\w-]+\.css$/, word: "flex" },
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

/** Opens the trade screen while so many bytes of a file are changed; returns what came of the file. */
async function visit(browser, origin, { file, word }, bytesChanged) {
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
  await page.goto(`${origin}/trade/BTCUSDT`);
  await until("the file was sent", () => isAsked);
  const isShown = await page
    .waitForFunction(isWorking, undefined, { timeout: bytesChanged === 0 ? undefined : 3_000 })
    .then(() => true)
    .catch(() => false);
  await context.close();
  return { isShown, refusals };
}

/** Runs in the page: whether its ticket is there, and looks like one. */
function isWorking() {
  const bar = document.querySelector(".market-bar");
  return bar !== null && getComputedStyle(bar).display === "flex";
}
