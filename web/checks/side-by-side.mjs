// What somebody arranges in two tabs and in two browsers at once: all of it stays, in each of them.

import { crowding } from "./crowding.mjs";
import { check, newPage, open, ready, signIn, until } from "./harness.mjs";

const DOCUMENT = /\/v1\/preferences/;
/** Tabs that answer each other would do it at once. */
const SETTLED_MS = 500;
/** Devices of one user agree within it. */
const AGREED_MS = 1_000;

export async function checkSideBySide(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "carol");
  const tab = await context.newPage();
  await tab.goto(`${origin}/markets`);
  const device = await newPage(browser, origin);
  await signIn(device.page, origin, "carol");
  await open(device.page, "/markets");
  await open(page, "/markets");
  await nothingMarked(page, device.page);
  await together(page, tab);
  await devices(page, device.page);
  await watchlists(page, tab, device.page);
  await tab.close();
  await drawings(page, device.page, origin);
  await leftUnsent(page, device.page, origin);
  await noRoom(page);
  check(complaints.length === 0, "no error in the console", complaints);
  await device.context.close();
  await context.close();
}

/** The exchange has what this page has marked. */
const sent = (page) =>
  until("what was marked is sent", () =>
    page.evaluate(() => {
      const listOf = (text) => JSON.parse(text ?? "{}").watchlist?.join() ?? "";
      const agreed = JSON.parse(localStorage.getItem("bourse.agreed.look") ?? "{}");
      return listOf(agreed.text) === listOf(localStorage.getItem("bourse.look"));
    }),
  );

/** What a run before left marked is taken away, everywhere. */
async function nothingMarked(page, device) {
  const marked = page.getByRole("button", { name: /^Remove .* from watchlist$/ });
  await page
    .getByRole("button", { name: /watchlist$/ })
    .first()
    .waitFor();
  while (0 < (await marked.count())) await marked.first().click();
  await sent(page);
  await until("nothing is marked", async () => {
    await lookAt(device);
    return ((await watched(device)) ?? "") === "";
  });
}

const star = (page, market) => page.getByRole("button", { name: `Add ${market} to watchlist` });
const unstar = (page, market) =>
  page.getByRole("button", { name: `Remove ${market} from watchlist` });
/** Somebody looks at it again; the other pages of a check are in sight all the time. */
const lookAt = (page) => page.evaluate(() => window.dispatchEvent(new window.Event("focus")));
const watched = (page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem("bourse.look")).watchlist?.join());

/** What is changed often in a moment is told as often, and no tab tells what it has heard. */
async function together(page, tab) {
  await tab.evaluate(() => {
    window.heard = 0;
    new window.BroadcastChannel("bourse.documents").onmessage = () => (window.heard += 1);
  });
  const stars = page.getByRole("button", { name: /^(Add|Remove) .* watchlist$/ });
  const press = () =>
    stars.evaluateAll(async (all) => {
      for (const star of all.slice(0, 3)) {
        star.click();
        // Drawn, and nothing else between two of them.
        await null;
      }
    });
  await press();
  await until(
    "another tab shows all that was marked in a moment",
    async () => (await watched(tab))?.split(",").length === 3,
  );
  await press();
  await until("and that none of it is any more", async () => (await watched(tab)) === "");
  await tab.waitForTimeout(SETTLED_MS);
  const heard = await tab.evaluate(() => window.heard);
  check(heard === 6, "each change is told once", `${heard}`);
  await sent(page);
}

/** Nobody looks at the other device: it is told. */
async function devices(page, device) {
  const list = (one) => watched(one).then((text) => text ?? "");
  for (const [what, press, shown] of [
    ["marked", star(page, "LTCUSDT"), "LTCUSDT"],
    ["no longer marked", unstar(page, "LTCUSDT"), ""],
  ]) {
    const crowded = crowding();
    await press.click();
    const since = performance.now();
    await until(
      `what is ${what} is so on another device`,
      async () => (await list(device)) === shown,
    );
    const tookMs = performance.now() - since;
    check(tookMs <= AGREED_MS * crowded, "within a second", `${tookMs} ms, crowded ${crowded}`);
  }
  await sent(page);
}

async function watchlists(page, tab, device) {
  await star(page, "LTCUSDT").click();
  await unstar(tab, "LTCUSDT").waitFor();
  check(true, "another tab shows what was marked");
  await unstar(device, "LTCUSDT").waitFor();
  // What the exchange has is told to the other browser, and not had: it marks one more of what is old.
  const deaf = (route) => (route.request().method() === "GET" ? route.abort() : route.continue());
  await device.route(DOCUMENT, deaf);
  await star(tab, "ETHUSDT").click();
  await unstar(page, "ETHUSDT").waitFor();
  await sent(tab);
  await device.unroute(DOCUMENT, deaf);
  await star(device, "ETHBTC").click();
  await until("a version that is old is joined", async () => {
    const list = await watched(device);
    return ["LTCUSDT", "ETHUSDT", "ETHBTC"].every((one) => list.includes(one));
  });
  await unstar(page, "ETHBTC").waitFor();
  check(true, "and is what the first browser shows");
  // Both change something before one hears of the other.
  await Promise.all([unstar(page, "LTCUSDT").click(), unstar(device, "ETHUSDT").click()]);
  await until("what each has taken away stays away", async () => {
    return (await watched(page)) === "ETHBTC" && (await watched(device)) === "ETHBTC";
  });
}

const DRAWN = /Drawings (\d+)/;
const drawn = async (page) => {
  const text = await page.getByRole("region", { name: /^chart/i }).textContent();
  return Number(DRAWN.exec(text)?.[1]);
};

async function draw(page, x) {
  const chart = page.getByRole("region", { name: /^chart/i });
  await chart.getByText("Draw ▾").click();
  await chart.getByRole("button", { name: "Horizontal line" }).click();
  const { width, height } = await page.locator(".chart-host").boundingBox();
  await page.locator(".chart-host").click({ position: { x: width * x, y: height * 0.4 } });
}

async function drawings(page, device, origin) {
  for (const one of [page, device]) {
    await one.goto(`${origin}/trade/ETHUSDT`);
    await ready(one);
    await one.locator(".chart-host canvas").first().waitFor();
  }
  // A run before may have left some.
  let before = 0;
  await until("both know what is drawn", async () => {
    before = await drawn(page);
    return before === (await drawn(device));
  });
  await draw(page, 0.3);
  await draw(device, 0.5);
  await until("what was drawn in two browsers is in both", async () => {
    return (await drawn(page)) === before + 2 && (await drawn(device)) === before + 2;
  });
}

/** What was drawn just before a page is left is there on the next one, and is sent by it. */
async function leftUnsent(page, device, origin) {
  await page.route(DOCUMENT, (route) =>
    route.request().method() === "PUT" ? route.abort() : route.continue(),
  );
  const before = await drawn(page);
  await draw(page, 0.6);
  await until("one more is drawn", async () => (await drawn(page)) === before + 1);
  await page.unroute(DOCUMENT);
  // Of another market than the one that is shown.
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await until(
    "what was left unsent is sent by the next page, of whatever market",
    async () => (await drawn(device)) === before + 1,
  );
}

/** What there is no room for is said. */
async function noRoom(page) {
  await page.route(DOCUMENT, (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({
          status: 400,
          json: { code: -1130, msg: "there is room for 64 documents of 256 KiB together." },
        })
      : route.continue(),
  );
  await page.locator(".chart-host canvas").first().waitFor();
  await draw(page, 0.4);
  await page
    .getByRole("status", { name: "News" })
    .getByText(/no more room/i)
    .waitFor();
  check(true, "that there is no room for what was drawn is said");
  await page.unroute(DOCUMENT);
  await draw(page, 0.5);
  await page.getByText(/no more room/i).waitFor({ state: "detached" });
  check(true, "until it is kept");
}
