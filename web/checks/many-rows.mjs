// Long tables: of ten thousand orders all are reached and few are drawn at a time, and five hundred markets are searched, both
// without a pause that anybody would see.

import { crowding } from "./crowding.mjs";
import { check, newPage, until } from "./harness.mjs";
import { Measured, quantile, rounded } from "./measured.mjs";

const ORDERS = 10_000;
const PAGE = 1_000;
/** What is near: three groups of a hundred. */
const DRAWN_MAX = 300;
const FRAMES_PER_SECOND_MIN = 50;
/** What the main thread may work for a frame at that rate. */
const FRAME_WORK_MS_MAX = 1_000 / FRAMES_PER_SECOND_MIN;
/** At the end, what was room gets the height of its rows. */
const LAST_TURNS = 20;
const MARKETS = 500;
const FILTER_MS_MAX = 150;
const SEARCHES = ["x", "x1", "x12", "x1", "x", ""];

/** Scrolls through as many orders as one of the account makes, on the trade screen of `page`. */
export async function checkManyRows(page, folder) {
  await page.route("**/v1/account/orderHistory?*", fulfilWithMany);
  const asked = performance.now();
  await page.getByRole("tab", { name: /order history/i }).click();
  await page.getByLabel(/^from/i).fill(`${new Date().toISOString().slice(0, 10)}T00:00`);
  const table = page.getByRole("table", { name: /order history/i });
  await until(
    "ten thousand orders are there",
    async () => (await table.getAttribute("aria-rowcount")) === `${ORDERS + 1}`,
  );
  const shown = performance.now() - asked;
  const drawn = () => table.locator("tbody tr[aria-rowindex]").count();
  check((await drawn()) <= DRAWN_MAX, "few of ten thousand orders are drawn", await drawn());
  const work = await workOf(page);
  const { frames, seconds } = await table.evaluate(scrollThrough, LAST_TURNS);
  const workMs = (await work()) / (frames + LAST_TURNS);
  await table.locator(`tr[aria-rowindex="${ORDERS + 1}"]`).waitFor();
  check((await drawn()) <= DRAWN_MAX, "the last of them is reached, and still few are drawn");
  new Measured()
    // Frames are made by three processes on the processors of others, too: told, and held to by the work of the page.
    .note("B-11", "scrolling through 10,000 orders", Math.round(frames / seconds), {
      unit: "frames/s",
      target: `≥ ${FRAMES_PER_SECOND_MIN}`,
      least: FRAMES_PER_SECOND_MIN,
    })
    .note("B-11", "work of the main thread a frame, on a processor", rounded(workMs), {
      unit: "ms",
      target: `≤ ${FRAME_WORK_MS_MAX}`,
      most: FRAME_WORK_MS_MAX,
      isHeld: true,
    })
    .tell("from the choice of days to 10,000 orders in the table", `${Math.round(shown)} ms`)
    .write(`${folder}/../measured/many-rows.md`, "A history of ten thousand orders");
  await page.unroute("**/v1/account/orderHistory?*");
  await page.getByRole("tab", { name: /open orders/i }).click();
}

/** Searches a list of five hundred markets, letter by letter. */
export async function checkManyMarkets(browser, origin, folder) {
  const { page, context } = await newPage(browser, origin);
  await page.route("**/api/v3/exchangeInfo", (route) => multiply(route, ({ symbols }) => symbols));
  await page.route("**/api/v3/ticker/24hr", (route) => multiply(route, (tickers) => tickers));
  await page.goto(`${origin}/markets`);
  const table = page.getByRole("table", { name: /markets/i });
  const isWhole = async () => (await table.getAttribute("aria-rowcount")) === `${MARKETS + 1}`;
  await until("five hundred markets are there", isWhole);
  const drawn = await table.locator("tbody tr[aria-rowindex]").count();
  check(drawn <= DRAWN_MAX, "few of five hundred markets are drawn", drawn);
  const crowded = crowding();
  const waits = [];
  const works = [];
  for (const text of SEARCHES) {
    const work = await workOf(page);
    waits.push(await page.getByRole("searchbox").evaluate(searchFor, text));
    works.push(await work());
  }
  check(await isWhole(), "all of them are found when nothing is searched for");
  const held = { unit: "ms", target: "≤ 100", most: FILTER_MS_MAX, least: 0.1, isHeld: true };
  new Measured()
    .note("B-11", "a search is painted, in the middle", rounded(quantile(waits, 0.5)), {
      ...held,
      crowding: (crowded + crowding()) / 2,
    })
    .note("B-11", "the most of its work, on a processor", rounded(Math.max(...works)), held)
    .write(`${folder}/../measured/many-markets.md`, "A list of five hundred markets");
  await context.close();
}

/** Begins to count what the main thread of a page works; what is returned says how many milliseconds that was. */
async function workOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
  };
  const from = await worked();
  return async () => {
    const until = await worked();
    await session.detach();
    return until - from;
  };
}

/** Runs in the page: searches for a text and returns how long it was until that was painted. */
async function searchFor(box, text) {
  const since = performance.now();
  const set = Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, "value").set;
  set.call(box, text);
  box.dispatchEvent(new window.Event("input", { bubbles: true }));
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  // The frame after that begins when it was drawn.
  await frame();
  return performance.now() - since;
}

/** Answers with many markets like those that are there. */
async function multiply(route, partOf) {
  const json = await (await route.fetch()).json();
  const part = partOf(json);
  const [like] = part;
  for (let at = part.length; at < MARKETS; at += 1) {
    const base = `X${at}`;
    part.push({ ...like, symbol: `${base}USDT`, baseAsset: base });
  }
  await route.fulfill({ json });
}

/** Answers with orders like the first one of the account, a page after the other. */
async function fulfilWithMany(route) {
  const told = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
  if (told === 0) {
    const [like] = (await (await route.fetch()).json()).orders;
    if (like !== undefined) template ??= like;
  }
  const count = Math.max(0, Math.min(PAGE, ORDERS - told));
  const orders = Array.from({ length: count }, (_, at) => ({
    ...template,
    orderId: ORDERS - told - at,
    clientOrderId: `many-${ORDERS - told - at}`,
  }));
  const next = told + count < ORDERS ? { next: `${told + count}` } : {};
  await route.fulfill({ json: { orders, ...next } });
}
let template;

/** Scrolls ten screens a second for three seconds, then to the last row; returns how many frames there were meanwhile. */
async function scrollThrough(table, turns) {
  let box = table.parentElement;
  while (!["auto", "scroll"].includes(getComputedStyle(box).overflowY)) box = box.parentElement;
  const frame = () => new Promise(requestAnimationFrame);
  const since = performance.now();
  let frames = 0;
  for (let ms = 0; ms < 3_000; frames += 1) {
    await frame();
    ms = performance.now() - since;
    box.scrollTop = (ms / 100) * box.clientHeight;
  }
  const seconds = (performance.now() - since) / 1_000;
  // What was room has the height of its rows now.
  for (let turn = 0; turn < turns; turn += 1) {
    await frame();
    box.scrollTop = box.scrollHeight;
  }
  return { frames, seconds };
}
