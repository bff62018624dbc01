// What a page does when the exchange is not heard, and when there is no network at all.

import { crowding } from "./crowding.mjs";
import { check, newPage, open, ready, until } from "./harness.mjs";
import { Measured } from "./measured.mjs";
import { checkSilent } from "./silent.mjs";

/** A loss is seen within so long, and the exchange is heard again so soon after an outage. */
const LOSS_MS_MAX = 1_000;
const RETURN_MS_MAX = 4_000;
const OUTAGE_MS = 10_000;
const INFO = "**/api/v3/exchangeInfo*";

export async function checkOutage(browser, origin, folder) {
  const { page, complaints } = await newPage(browser, origin);
  const measured = new Measured();
  await cutOff(browser, origin, measured);
  await checkSilent(browser, origin, measured);
  // What is looked at without a network was there before.
  await page.goto(`${origin}/markets`);
  await page.getByRole("table", { name: /markets/i }).waitFor();
  await page.goto(`${origin}/trade/BTCUSDT`);
  await connection(page, measured);
  await withoutNetwork(page, origin);
  await shell(page);
  measured.write(`${folder}/../measured/connection.md`, "A page without the exchange");
  check(complaints.length === 0, "no error in the console", complaints);
  await page.context().close();
}

/** Waits until a connection is told to be so; returns how long it took. */
async function toldAs(page, what, since) {
  await page.getByRole("button", { name: what }).waitFor({ timeout: 20_000 });
  return performance.now() - since;
}

async function connection(page, measured) {
  await ready(page);
  const crowded = crowding();
  let since = performance.now();
  await page.context().setOffline(true);
  const lossMs = await toldAs(page, /connection: offline/i, since);
  check((await page.title()).startsWith("⚠"), "the title warns");
  check(0 < (await page.getByText(/stale since/i).count()), "old numbers are marked");
  const hatched = (selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((one) => window.getComputedStyle(one).backgroundImage.includes("gradient"));
  check(await hatched(".market-bar .last-price"), "and so is the last price");
  await open(page, "/markets");
  await page.getByRole("table", { name: /markets/i }).waitFor();
  check(await hatched("table.markets tbody"), "and so are those of the list of markets");
  await open(page, "/trade/BTCUSDT");
  await page.waitForTimeout(Math.max(0, OUTAGE_MS - (performance.now() - since)));
  since = performance.now();
  await anotherMarket(page);
  await page.context().setOffline(false);
  const returnMs = await toldAs(page, /connection: live/i, since);
  await open(page, "/markets");
  await page.getByRole("row", { name: /NEW\/?USDT/ }).waitFor();
  check(true, "a market that began meanwhile is there");
  await page.unroute(INFO);
  await open(page, "/trade/BTCUSDT");
  const held = { unit: "ms", isHeld: true, least: 1 };
  measured
    .note("D-26", "a lost network is seen", Math.round(lossMs), {
      ...held,
      target: `≤ ${LOSS_MS_MAX}`,
      most: LOSS_MS_MAX,
    })
    .note("B-12", "live again after ten seconds without a network", Math.round(returnMs), {
      ...held,
      target: "≤ 2000",
      most: RETURN_MS_MAX,
      crowding: (crowded + crowding()) / 2,
    });
}

/** Has the exchange tell of another market when it is asked again. */
async function anotherMarket(page) {
  await page.route(INFO, async (route) => {
    const info = await (await route.fetch()).json();
    const [first] = info.symbols;
    const begun = { ...first, symbol: "NEWUSDT", baseAsset: "NEW" };
    await route.fulfill({ json: { ...info, symbols: [...info.symbols, begun] } });
  });
}

/** The exchange ends its sockets and takes none for a while: that is seen as soon, and tried again soon. */
async function cutOff(browser, origin, measured) {
  const { page, context } = await newPage(browser, origin);
  const sockets = new Set();
  const triedMs = [];
  let isCut = false;
  let cutMs = 0;
  await page.routeWebSocket(/./, (socket) => {
    if (isCut) {
      triedMs.push(performance.now() - cutMs);
      socket.close();
      return;
    }
    socket.connectToServer();
    sockets.add(socket);
  });
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  isCut = true;
  cutMs = performance.now();
  for (const socket of sockets) socket.close();
  const lossMs = await toldAs(page, /connection: offline/i, cutMs);
  await until("a lost socket is opened again", () => 0 < triedMs.length);
  isCut = false;
  await ready(page);
  measured
    .note("D-26", "a lost socket is seen", Math.round(lossMs), {
      unit: "ms",
      target: `≤ ${LOSS_MS_MAX}`,
      most: LOSS_MS_MAX,
      isHeld: true,
    })
    .note("B-12", "and tried again", Math.round(triedMs[0]), {
      unit: "ms",
      target: "≤ 500",
      most: 500,
      crowding: crowding(),
      isHeld: true,
    });
  await context.close();
}

/** What one wants when the network is gone is there by then, and what is not takes nothing else with it. */
async function withoutNetwork(page, origin) {
  const browser = page.context().browser();
  // The worker of the pages has a network of its own.
  const context = await browser.newContext({ serviceWorkers: "block" });
  const alone = await context.newPage();
  const fetched = alone.waitForResponse((response) => /assets\/opened-/.test(response.url()));
  await alone.goto(`${origin}/trade/BTCUSDT`);
  await ready(alone);
  await fetched;
  await context.setOffline(true);
  await alone.getByRole("button", { name: /connection: offline/i }).click();
  await alone.getByRole("dialog", { name: /connection/i }).waitFor();
  await alone.keyboard.press("Escape");
  await alone.keyboard.press("Control+k");
  await alone.getByRole("dialog", { name: /command palette/i }).waitFor();
  await alone.keyboard.press("Escape");
  check(true, "without a network, details of the connection and the palette open");
  const failed = alone.getByText(/this part of the screen failed/i);
  await alone.getByRole("combobox", { name: /order type/i }).selectOption("twap");
  await failed.waitFor();
  const chart = alone.getByRole("region", { name: /^chart/i });
  check((await chart.count()) === 1, "what cannot be fetched takes nothing else with it");
  await open(alone, "/settings");
  await failed.waitFor();
  await context.setOffline(false);
  await alone.getByRole("button", { name: /connection: live/i }).waitFor();
  await alone.getByRole("button", { name: /try again/i }).click();
  await alone.getByRole("heading", { name: /^settings/i }).waitFor();
  check(true, "and is fetched when it is asked for again");
  await context.close();
}

/** Without a network the pages open, and say that there is none. */
async function shell(page) {
  await page.evaluate(() => window.navigator.serviceWorker.ready.then(() => null));
  await page.reload();
  await ready(page);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("button", { name: /connection: offline/i }).waitFor();
  check(true, "without a network the page opens and says so");
  const shown = await page.locator("main").textContent();
  check(!/\d[\d,]*\.\d\d/.test(shown), "and shows no price", shown);
  await page.context().setOffline(false);
  await ready(page);
  check(true, "and is live again by itself");
}
