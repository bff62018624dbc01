// What a first visit loads, and how long it takes until one could trade; beside the budgets. Times are medians of visits.

import { crowding } from "./crowding.mjs";
import { check } from "./harness.mjs";
import { Measured, quantile, rounded } from "./measured.mjs";

const KIB = 1_024;
/** In each language; in Chinese the words of the first screen come twice: its script has the English ones. */
const SCRIPT_KIB_MAX = 180;
/** All that signing in loads, but for what it asks the exchange: 60, and a fifth. */
const ENTRY_KIB_MAX = 72;
const ENTRIES = ["/sign-in", "/register", "/sign-in/reset"];
/** A phone on a bad day: a quarter of the speed, 10 Mbit/s, 40 ms. */
const SLOW = { cpu: 4, bytesPerSecond: 10_000_000 / 8, latencyMs: 40 };
const VISITS = 3;
/** As many rows a side make a book one can trade on. */
const ROWS_MIN = 5;

/** Runs in the page, before anything of it. */
function watch(rowsMin) {
  globalThis.seen = { usableMs: 0, largestMs: 0, shift: 0 };
  const { seen } = globalThis;
  const observe = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
    });
  observe("largest-contentful-paint", ({ startTime }) => (seen.largestMs = startTime));
  observe("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) seen.shift += value;
  });
  const look = () => {
    const rows = (side) => document.querySelectorAll(`.book-side.${side} tbody button`).length;
    const submit = document.querySelector(".ticket .submit:not([disabled])");
    if (rowsMin <= rows("bids") && rowsMin <= rows("asks") && submit !== null) {
      seen.usableMs = performance.now();
      watching.disconnect();
    }
  };
  const watching = new MutationObserver(look);
  watching.observe(document, { subtree: true, childList: true, attributes: true });
}

export async function checkWeight(browser, origin, folder) {
  const entered = await browser.newContext();
  const answer = await entered.request.post(`${origin}/dev/session`, { form: { name: "bob" } });
  check(answer.ok(), "somebody is signed in", await answer.text());
  const state = await entered.storageState();
  await entered.close();
  const fast = await visits(browser, origin, state, null);
  const slow = await visits(browser, origin, state, SLOW);
  const chinese = await visit(browser, origin, state, null, "zh-CN");
  check(fast.foreign.length + slow.foreign.length === 0, "nothing is asked of another origin");
  const measured = new Measured()
    .note("B-01", "script of a first visit", rounded(fast.bytes / KIB), {
      unit: "KiB",
      target: "≤ 150",
      most: SCRIPT_KIB_MAX,
      least: 1,
      isHeld: true,
    })
    .note("B-01", "script of a first visit in Chinese", rounded(chinese.bytes / KIB), {
      unit: "KiB",
      target: "≤ 150",
      most: SCRIPT_KIB_MAX,
      least: 1,
      isHeld: true,
    })
    .tell("how crowded the machine was", rounded(Math.max(fast.crowding, slow.crowding)));
  for (const path of ENTRIES) {
    measured.note(
      "B-03",
      `all of ${path}`,
      rounded((await entryBytes(browser, origin, path)) / KIB),
      {
        unit: "KiB",
        target: "≤ 60",
        most: ENTRY_KIB_MAX,
        least: 1,
        isHeld: true,
      },
    );
  }
  noteTimes(measured, fast, "", { usable: [1_000, 1_500], largest: [1_500, 2_500] });
  const how = ", a quarter of the speed at 10 Mbit/s and 40 ms";
  noteTimes(measured, slow, how, { usable: [3_000, 4_000], largest: [2_500, 2_500] });
  measured.write(`${folder}/../measured/first-load.md`, "The trade screen on a first visit");
}

function noteTimes(measured, visited, how, { usable, largest }) {
  const { crowding } = visited;
  const ms = ([target, most]) => {
    return { unit: "ms", target: `≤ ${target}`, most, least: 1, crowding, isHeld: true };
  };
  measured
    .note("B-04", `usable${how}`, visited.usableMs, ms(usable))
    .note("B-10", `largest paint${how}`, visited.largestMs, ms(largest))
    .note("B-10", `what moves by itself${how}`, rounded(visited.shift, 3), {
      target: "≤ 0.02",
      most: 0.05,
      isHeld: true,
    });
}

/** Visits the trade screen some times, and takes the middle of what was measured. */
async function visits(browser, origin, state, slow) {
  const all = [];
  for (let turn = 0; turn < VISITS; turn += 1) {
    const before = crowding();
    const visited = await visit(browser, origin, state, slow);
    all.push({ ...visited, crowding: (before + crowding()) / 2 });
  }
  const middle = (take) => quantile(all.map(take), 0.5);
  return {
    bytes: Math.max(...all.map(({ bytes }) => bytes)),
    foreign: all.flatMap(({ foreign }) => foreign),
    usableMs: Math.round(middle(({ usableMs }) => usableMs)),
    largestMs: Math.round(middle(({ largestMs }) => largestMs)),
    shift: middle(({ shift }) => shift),
    crowding: middle((one) => one.crowding),
  };
}

/** Opens the trade screen with nothing in any cache, as somebody who is signed in. */
async function visit(browser, origin, storageState, slow, locale = "en-US") {
  const context = await browser.newContext({
    storageState,
    locale,
    // What comes through a worker is counted there, not here.
    serviceWorkers: "block",
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.addInitScript(watch, ROWS_MIN);
  const foreign = [];
  page.on("request", (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && new URL(url).host !== new URL(origin).host) foreign.push(url);
  });
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  if (slow !== null) {
    await session.send("Emulation.setCPUThrottlingRate", { rate: slow.cpu });
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: slow.latencyMs,
      downloadThroughput: slow.bytesPerSecond,
      uploadThroughput: slow.bytesPerSecond,
    });
  }
  const scripts = new Set();
  let bytes = 0;
  session.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Script") scripts.add(requestId);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(`${origin}/trade/BTCUSDT`);
  await page.waitForFunction(() => 0 < globalThis.seen.usableMs);
  await page.locator(".chart-host canvas").first().waitFor();
  await page.locator(".dock [role=tab]").first().waitFor();
  const seen = await page.evaluate(() => globalThis.seen);
  const spoken = await page.evaluate(() => document.documentElement.lang);
  check(spoken.slice(0, 2) === locale.slice(0, 2), `a first visit in ${spoken}`);
  await context.close();
  return { ...seen, bytes, foreign };
}

/** Opens a page on the way in with nothing in any cache; returns what came of the site itself, as it was packed. */
async function entryBytes(browser, origin, path) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(origin + path, { waitUntil: "networkidle" });
  await page.getByRole("main").getByRole("textbox", { name: /email/i }).waitFor();
  await page.waitForLoadState("networkidle");
  const files = await page.evaluate(() =>
    ["navigation", "resource"]
      .flatMap((type) => performance.getEntriesByType(type))
      .filter(({ initiatorType }) => initiatorType !== "fetch")
      .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })),
  );
  await context.close();
  check(
    files.some(({ name }) => /\.woff2$/.test(name)) && files.every(({ bytes }) => 0 < bytes),
    `${path}: every file that was loaded is counted`,
    files,
  );
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
