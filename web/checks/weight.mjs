// What a first visit loads, and how long it takes until one could trade; beside the budgets.

import { check } from "./harness.mjs";
import { Measured, rounded } from "./measured.mjs";

const KIB = 1_024;
const SCRIPT_KIB_MAX = 180;
/** A phone on a bad day: a quarter of the speed, 10 Mbit/s, 40 ms. */
const SLOW = { cpu: 4, bytesPerSecond: 10_000_000 / 8, latencyMs: 40 };
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
    const rows = (name) =>
      document.querySelectorAll(`table[aria-label="${name}"] tbody button`).length;
    const submit = document.querySelector(".ticket .submit:not([disabled])");
    if (rowsMin <= rows("Bids") && rowsMin <= rows("Asks") && submit !== null) {
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
  const fast = await visit(browser, origin, state, null);
  const slow = await visit(browser, origin, state, SLOW);
  check(
    0 < fast.bytes && fast.bytes <= SCRIPT_KIB_MAX * KIB,
    `a first visit loads ${(fast.bytes / KIB).toFixed(1)} KiB of script`,
  );
  const ms = { unit: "ms" };
  new Measured()
    .note("B-01", "script of a first visit", rounded(fast.bytes / KIB), {
      unit: "KiB",
      target: "≤ 150",
      most: SCRIPT_KIB_MAX,
      isHeld: true,
    })
    .note("B-04", "usable", fast.usableMs, { ...ms, target: "≤ 1000", most: 1_500 })
    .note("B-04", "usable, a quarter of the speed at 10 Mbit/s and 40 ms", slow.usableMs, {
      ...ms,
      target: "≤ 3000",
      most: 4_000,
    })
    .note("B-10", "largest paint", fast.largestMs, { ...ms, target: "≤ 1500", most: 2_500 })
    .note("B-10", "largest paint, slow", slow.largestMs, { ...ms, target: "≤ 2500", most: 2_500 })
    .note("B-10", "what moves by itself", rounded(fast.shift, 3), { target: "≤ 0.02", most: 0.05 })
    .note("B-10", "what moves by itself, slow", rounded(slow.shift, 3), {
      target: "≤ 0.02",
      most: 0.05,
    })
    .write(`${folder}/../measured/first-load.md`, "The trade screen on a first visit");
}

/** Opens the trade screen with nothing in any cache, as somebody who is signed in. */
async function visit(browser, origin, storageState, slow) {
  const context = await browser.newContext({
    storageState,
    // What comes through a worker is counted there, not here.
    serviceWorkers: "block",
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.addInitScript(watch, ROWS_MIN);
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
  await page.getByRole("tab", { name: /open orders/i }).waitFor();
  const { usableMs, largestMs, shift } = await page.evaluate(() => globalThis.seen);
  await context.close();
  return { bytes, usableMs: Math.round(usableMs), largestMs: Math.round(largestMs), shift };
}
