// What the trade screen costs while it hears a thousand messages a second, beside its budgets.
//
// Called with the web address of a sandbox, its `dev.json`, the file to write, and for how many seconds. A run of an
// hour is six parts; memory is looked at between them, after the garbage is gone. The time of the main thread is that
// on a processor, so that a busy machine changes nothing of it. Acknowledgements and interactions are held to as much longer
// as the machine is crowded; so are frames and keys where nothing else runs, since beside other work they say little of the page.
// Tasks and keys are held to by that time as well, out of a trace of more than a minute, so that a candle ends within it.

import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { crowding } from "./crowding.mjs";
import { acknowledgement, check, newPage, signIn, startBrowser, units } from "./harness.mjs";
import { Measured, quantile, rounded } from "./measured.mjs";
import { traced } from "./trace.mjs";

const [, , origin, description, report, secondsText, extent] = process.argv;
/** Beside other work the trace is short, and there is no burst: both at length need the machine to themselves. */
const IS_WHOLE = extent === "whole";
const SECONDS = Number(secondsText);
/** From here on a run is long enough for memory to show what it does. */
const LONG_S = 600;
const PARTS = SECONDS < LONG_S ? 1 : 6;
const SYMBOL = "BTCUSDT";
const MESSAGES_PER_SECOND = 1_000;
/** Of which so many must come for a run to say anything. */
const SHARE_MIN = 0.8;
/** What is there once and stays is there after so long. */
const WARM_S = 10;
const SETTLE_MS = 500;
const KEY_PERIOD_MS = 500;
/** Every so many keys an order is placed and taken back. */
const KEYS_PER_ORDER = 4;
const MB = 1_000_000;
const TRACE_S = IS_WHOLE ? 62 : 12;
/** Some nodes and listeners are held by what was drawn last, a tenth more or less of them; beyond this they are not let go of. */
const LEAK_PERCENT = 25;
const BURST = { messagesPerSecond: 5_000, seconds: 30 };
const BOOK_PATIENCE_MS = 5_000;

/** Runs in the page, before anything of it. */
function watch() {
  const seen = { messages: 0, frames: 0, longTasks: [], waits: [], orders: [], interactions: {} };
  globalThis.seen = seen;
  globalThis.WebSocket = class extends globalThis.WebSocket {
    constructor(...values) {
      super(...values);
      this.addEventListener("message", () => (seen.messages += 1));
    }
  };
  const observe = (options, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe(options);
  observe({ type: "longtask" }, ({ duration }) => seen.longTasks.push(duration));
  observe({ type: "event", durationThreshold: 16 }, ({ name, duration, interactionId }) => {
    if (name === "keydown") seen.waits.push(duration);
    if (0 < interactionId)
      seen.interactions[interactionId] = Math.max(duration, seen.interactions[interactionId] ?? 0);
  });
  const count = () => {
    seen.frames += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  let clickedMs = 0;
  addEventListener("click", (event) => (clickedMs = event.timeStamp), true);
  const { fetch } = globalThis;
  globalThis.fetch = async (path, init) => {
    if (init?.method !== "POST" || !`${path}`.startsWith("/api/v3/order")) return fetch(path, init);
    const order = { clickedMs, sentMs: performance.now(), answeredMs: 0, shownMs: 0 };
    const response = await fetch(path, init);
    order.answeredMs = performance.now();
    seen.orders.push(order);
    return response;
  };
  const look = () => {
    const order = seen.orders.at(-1);
    const line = document.querySelector('[role="status"][aria-label="Last order"]');
    if (order?.shownMs === 0 && /accepted/i.test(line?.textContent ?? "")) {
      order.shownMs = performance.now();
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
  });
}

/** Starts the thread that trades; returns what it tells, and its end. */
function startDriver() {
  const { accounts } = JSON.parse(readFileSync(description));
  const traders = accounts.filter(({ name }) => ["bob", "carol"].includes(name));
  const worker = new Worker(new URL("driver.mjs", import.meta.url), {
    workerData: {
      origin,
      accounts: traders,
      symbol: SYMBOL,
      quantity: "0.0005",
      perSecond: MESSAGES_PER_SECOND,
    },
  });
  const told = (message) =>
    new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", resolve);
      worker.postMessage(message);
    });
  return {
    told: () => told("tell"),
    turn: (perSecond) => told(perSecond),
    stop: () => told("stop"),
  };
}

const lastTradeId = async () =>
  (await (await fetch(`${origin}/api/v3/trades?symbol=${SYMBOL}&limit=1`)).json())[0].id;

/** Reads what the browser counts of the page. */
async function metricsOf(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** What is there when the garbage is gone. Of nodes and listeners some are held by what was drawn last, now more, now less. */
async function leftOver(page, session) {
  for (let turn = 0; turn < 3; turn += 1) await session.send("HeapProfiler.collectGarbage");
  const metrics = await metricsOf(session);
  return {
    heapMb: metrics.JSHeapUsedSize / MB,
    nodes: metrics.Nodes,
    listeners: metrics.JSEventListeners,
    elements: await page.evaluate(() => document.querySelectorAll("*").length),
  };
}

/** Types, and places orders that rest and are taken back, for so long. Returns how many keys were pressed, and how crowded it was. */
async function use(page, seconds) {
  const form = page.getByRole("form", { name: /order ticket/i });
  const [price, size] = [/^price/i, /^size/i].map((name) => form.getByRole("textbox", { name }));
  const best = page.getByRole("table", { name: "Bids" }).getByRole("button").first();
  const low = (units(await best.textContent()) / 100_000_000n / 10n) * 8n;
  await price.fill(`${low}`);
  await size.fill("");
  await size.focus();
  const end = performance.now() + seconds * 1_000;
  let keys = 0;
  const crowded = [];
  while (performance.now() < end) {
    await page.keyboard.press(keys % 2 === 0 ? "1" : "Backspace");
    keys += 1;
    await page.waitForTimeout(KEY_PERIOD_MS);
    if (keys % KEYS_PER_ORDER !== 0) continue;
    crowded.push(crowding());
    await size.fill("0.01");
    await form.getByRole("button", { name: /^buy btc/i }).click();
    const cancel = page.getByRole("button", { name: /cancel order/i }).first();
    await cancel.waitFor();
    await cancel.click();
    await acknowledgement(page)
      .filter({ hasText: /cancelled #/i })
      .waitFor();
    await size.fill("");
    await size.focus();
  }
  return { keys, crowded };
}

/** Measures one part: what it cost, and what it left behind. */
async function part(page, session, seconds) {
  // Collecting all garbage at once is a long task of the measurement; what tells of it comes a moment later.
  await page.waitForTimeout(SETTLE_MS);
  await page.evaluate(() => {
    const nothing = {
      ...{ messages: 0, frames: 0, longTasks: [] },
      ...{ waits: [], orders: [], interactions: {} },
    };
    Object.assign(globalThis.seen, nothing);
  });
  const since = performance.now();
  const from = await metricsOf(session);
  const firstTrade = await lastTradeId();
  const { keys, crowded } = await use(page, seconds);
  const lastTrade = await lastTradeId();
  // What was traded before this moment is on its way, or there.
  await page.waitForTimeout(SETTLE_MS);
  const to = await metricsOf(session);
  const seen = await page.evaluate(() => globalThis.seen);
  const tookMs = performance.now() - since;
  const left = await leftOver(page, session);
  const spent = (...names) =>
    names.reduce((sum, name) => sum + to[name] - from[name], 0) / (tookMs / 1_000);
  return {
    seen,
    keys,
    crowded,
    seconds: tookMs / 1_000,
    messagesPerSecond: seen.messages / (tookMs / 1_000),
    isWhole: lastTrade - firstTrade <= seen.messages,
    scriptAndLayout: spent("ScriptDuration", "LayoutDuration", "RecalcStyleDuration"),
    allTasks: spent("TaskDuration"),
    ...left,
  };
}

/** How crowded the machine was, in the middle of all looks at it. */
const crowdedOf = (parts) =>
  quantile(
    parts.flatMap(({ crowded }) => crowded),
    0.5,
  );

function noteCost(measured, parts) {
  const percent = (share) => rounded(share * 100);
  const seconds = parts.reduce((sum, one) => sum + one.seconds, 0);
  const mean = (take) => parts.reduce((sum, one) => sum + take(one) * one.seconds, 0) / seconds;
  const slowest = Math.round(Math.min(...parts.map((one) => one.messagesPerSecond)));
  const longTasks = parts.flatMap(({ seen }) => seen.longTasks);
  const frames = parts.reduce((sum, { seen }) => sum + seen.frames, 0);
  measured
    .tell("time under load, s", Math.round(seconds))
    .note("B-05", "messages a second, at least", slowest, {
      target: MESSAGES_PER_SECOND,
      least: MESSAGES_PER_SECOND * SHARE_MIN,
      isHeld: true,
    })
    .note(
      "B-05",
      "script, style and layout, of a processor",
      percent(mean((one) => one.scriptAndLayout)),
      {
        unit: "%",
        target: "≤ 20",
        most: 30,
        isHeld: true,
      },
    )
    .tell("all of the main thread, % of a processor", percent(mean((one) => one.allTasks)))
    .note("B-05", "frames a second", rounded(frames / seconds), {
      target: "≥ 50",
      least: 45,
      crowding: crowdedOf(parts),
      isHeld: IS_WHOLE,
    })
    .note("B-05", "longest task", Math.round(Math.max(0, ...longTasks)), {
      unit: "ms",
      target: "≤ 100",
      most: 200,
    })
    .tell("tasks above 50 ms, a minute", rounded((longTasks.length * 60) / seconds));
}

/** Five times as much for a while; and then the book is the one that the exchange has, within a second. */
async function burst(page, session, driver) {
  await driver.turn(BURST.messagesPerSecond);
  const one = await part(page, session, BURST.seconds);
  await driver.turn(0);
  const since = performance.now();
  let rightMs = null;
  while (rightMs === null && performance.now() - since < BOOK_PATIENCE_MS) {
    if (await isBookRight(page)) rightMs = Math.round(performance.now() - since);
  }
  await driver.turn(MESSAGES_PER_SECOND);
  return { ...one, rightMs };
}

/** Whether the best levels on the page are those of the exchange; makers move them, so that both are asked often. */
async function isBookRight(page) {
  const asked = page.evaluate(async (symbol) => {
    const ask = async () => (await fetch(`/api/v3/depth?symbol=${symbol}&limit=5`)).json();
    const shown = (side) =>
      [...document.querySelectorAll(`table[aria-label="${side}"] tbody tr`)].map((row) =>
        [...row.querySelectorAll("td")].slice(0, 2).map((cell) => cell.textContent),
      );
    const before = await ask();
    // What is drawn ten times a second is at most that old.
    await new Promise((resolve) => setTimeout(resolve, 110));
    const sides = { asks: shown("Asks").reverse(), bids: shown("Bids") };
    const after = await ask();
    return { before, sides, after };
  }, SYMBOL);
  const { before, sides, after } = await asked;
  const levels = (side) => side.map((row) => row.map((text) => units(text).toString()).join("@"));
  return ["asks", "bids"].every((side) => {
    const [was, is, shown] = [before[side], after[side], sides[side].slice(0, 5)].map(levels);
    return shown.length === 5 && (`${shown}` === `${was}` || `${shown}` === `${is}`);
  });
}

function noteTrace(measured, { tasks, longestTaskMs, keyWorkMs }) {
  const ms = { unit: "ms", isHeld: true };
  measured
    .tell("tasks of the main thread in a trace", tasks)
    .note("B-05", "longest task, on a processor", rounded(longestTaskMs), {
      ...ms,
      target: "≤ 100",
      most: 200,
    })
    .note(
      "B-05",
      "work between a key and its paint, on a processor, p95",
      rounded(quantile(keyWorkMs, 0.95)),
      // On a busy machine more of the feed is worked on until the paint comes.
      { ...ms, target: "≤ 50", most: 50, isHeld: IS_WHOLE },
    );
}

function noteBurst(measured, { seen, messagesPerSecond, rightMs, crowded }) {
  measured
    .tell(`burst of ${BURST.seconds} s, messages a second`, Math.round(messagesPerSecond))
    .note("B-06", "in a burst, an answer to a key, p95", quantile(seen.waits, 0.95), {
      unit: "ms or less",
      target: "≤ 200",
      most: 200,
      crowding: quantile(crowded, 0.5),
      isHeld: true,
    })
    .note("B-06", "the book is right after a burst", rightMs ?? BOOK_PATIENCE_MS, {
      unit: "ms",
      target: "≤ 1000",
      most: 1_000,
      isHeld: true,
    });
}

function noteWaits(measured, parts) {
  const keys = parts.reduce((sum, one) => sum + one.keys, 0);
  const waits = parts.flatMap(({ seen }) => seen.waits);
  // What took less than two frames is not listed.
  const all = [...waits, ...Array(Math.max(0, keys - waits.length)).fill(16)];
  const orders = parts.flatMap(({ seen }) => seen.orders).filter(({ shownMs }) => 0 < shownMs);
  const p95 = (take) => rounded(quantile(orders.map(take), 0.95));
  const crowded = crowdedOf(parts);
  const held = { unit: "ms", crowding: crowded, isHeld: true };
  const interactions = parts.flatMap(({ seen }) => Object.values(seen.interactions));
  measured
    .note("B-05", "a typed key is painted, p95", quantile(all, 0.95), {
      ...held,
      unit: "ms or less",
      target: "≤ 50",
      most: 50,
      isHeld: IS_WHOLE,
    })
    .tell("how crowded the machine was", rounded(crowded))
    .note("B-10", "an interaction is painted, p75", quantile(interactions, 0.75), {
      ...held,
      target: "≤ 100",
      most: 200,
    })
    .note("B-07", "orders placed by the ticket", orders.length, { least: 5, isHeld: true })
    .note(
      "B-07",
      "click to request, p95",
      p95((one) => one.sentMs - one.clickedMs),
      { ...held, target: "≤ 16", most: 32 },
    )
    .note(
      "B-07",
      "answer to text, p95",
      p95((one) => one.shownMs - one.answeredMs),
      { ...held, target: "≤ 50", most: 100 },
    )
    .tell(
      "click to acknowledgement, p50 and p95, ms",
      [0.5, 0.95].map((share) =>
        rounded(
          quantile(
            orders.map((one) => one.shownMs - one.clickedMs),
            share,
          ),
        ),
      ),
    );
}

function noteMemory(measured, first, parts) {
  const last = parts.at(-1);
  const base = parts.length === 1 ? first : parts[0];
  const growth = (what) => rounded((last[what] / base[what] - 1) * 100);
  const leak = { unit: "%", target: "± 2", most: LEAK_PERCENT, isHeld: true };
  measured
    .note("B-08", "memory after the garbage is gone", rounded(last.heapMb), {
      unit: "MB",
      target: "≤ 60",
      most: 80,
      isHeld: true,
    })
    .note(
      "B-08",
      parts.length === 1 ? "its growth" : "its growth, after the first sixth",
      rounded(last.heapMb - base.heapMb),
      {
        unit: "MB",
        target: "≤ 5",
        most: 8,
        isHeld: true,
      },
    )
    .note("B-08", "elements of the page, change", growth("elements"), {
      unit: "%",
      target: "± 2",
      most: 2,
      isHeld: true,
    })
    .note("B-08", "nodes in memory, growth", growth("nodes"), leak)
    .note("B-08", "listeners in memory, growth", growth("listeners"), leak)
    .tell("nodes in memory", [base, ...parts].map(({ nodes }) => nodes).join(", "))
    .tell("listeners in memory", [base, ...parts].map(({ listeners }) => listeners).join(", "))
    .tell("memory, MB", [base, ...parts].map(({ heapMb }) => rounded(heapMb)).join(", "));
}

const browser = await startBrowser();
const driver = startDriver();
try {
  const { page, context, complaints } = await newPage(browser, origin);
  await page.addInitScript(watch);
  await signIn(page, origin, "alice");
  await page.locator(".chart-host canvas").first().waitFor();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await session.send("HeapProfiler.enable");
  await use(page, WARM_S);
  const first = await leftOver(page, session);
  const parts = [];
  for (let index = 0; index < PARTS; index += 1) {
    parts.push(await part(page, session, SECONDS / PARTS));
  }
  const [, trace] = await traced(browser, page, () => use(page, TRACE_S));
  const peak = IS_WHOLE ? await burst(page, session, driver) : null;
  const { refused, lastRefusal } = await driver.told();
  check(refused === 0, "every order of the load was taken", lastRefusal);
  check(
    parts.every(({ isWhole }) => isWhole),
    "every trade came as a message",
  );
  await page.getByRole("button", { name: /connection:/i }).click();
  const details = page.getByRole("dialog", { name: /connection/i });
  check(/0 reconnects · 0 gaps/.test(await details.textContent()), "nothing was lost on the way");
  check(complaints.length === 0, "no error in the console", complaints);
  const measured = new Measured();
  noteCost(measured, parts);
  noteWaits(measured, parts);
  noteMemory(measured, first, parts);
  noteTrace(measured, trace);
  if (peak !== null) noteBurst(measured, peak);
  measured.write(report, `The trade screen at ${MESSAGES_PER_SECOND} messages a second`);
} finally {
  await driver.stop();
  await browser.close();
}
