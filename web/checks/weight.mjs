// What a first visit loads, and how long it takes until one could trade.

import { check, newPage, ready } from "./harness.mjs";

const KIB = 1_024;
const SCRIPT_KIB_MAX = 180;
const USABLE_MS_MAX = 1_500;

export async function checkWeight(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const scripts = new Set();
  let bytes = 0;
  session.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Script") scripts.add(requestId);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  const since = performance.now();
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  const usableMs = Math.round(performance.now() - since);
  await page.locator(".chart-host canvas").first().waitFor();
  check(
    0 < bytes && bytes <= SCRIPT_KIB_MAX * KIB,
    `a first visit loads ${(bytes / KIB).toFixed(1)} KiB of script`,
  );
  console.log(`    usable after ${usableMs} ms, of at most ${USABLE_MS_MAX} on an idle machine`);
  await context.close();
}
