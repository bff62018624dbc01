// What a page does when nobody looks at it: next to nothing.

import { crowding } from "./crowding.mjs";
import { check, newPage, ready, until } from "./harness.mjs";
import { Measured, quantile, rounded } from "./measured.mjs";

/** Whoever looks elsewhere hears nothing of the market after so long, and all of it so soon after looking again. */
const REST_MS_MAX = 5_000;
const FRESH_MS_MAX = 500;
/** A hidden page takes so much of a processor, watched for so long. */
const HIDDEN_SHARE_MAX = 0.02;
const HIDDEN_S = 10;
const TURNS = 3;

/** A page that nobody looks at hears nothing of the market, and does next to nothing; who comes back sees all at once. */
export async function checkAttention(browser, origin, folder) {
  const { page, context } = await newPage(browser, origin);
  const said = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => said.push(JSON.parse(payload).method)),
  );
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const hide = (isHidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new window.Event("visibilitychange"));
    }, isHidden);
  const crowded = crowding();
  const since = performance.now();
  await hide(true);
  await until("nobody looks: nothing of the market is heard", () => said.includes("UNSUBSCRIBE"));
  const restMs = performance.now() - since;
  const share = await shareOfProcessor(page, session, HIDDEN_S);
  const freshMs = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (0 < turn) {
      said.length = 0;
      await hide(true);
      await until("and again", () => said.includes("UNSUBSCRIBE"));
    }
    const before = await page.locator(".book-table").first().textContent();
    const day = page.waitForRequest(/\/api\/v3\/ticker\/24hr/);
    const info = page.waitForRequest(/\/api\/v3\/exchangeInfo/);
    const looked = performance.now();
    await hide(false);
    await page.waitForFunction(
      (old) => document.querySelector(".book-table").textContent !== old,
      before,
    );
    freshMs.push(performance.now() - looked);
    // Markets that traded meanwhile and are quiet now say nothing by themselves.
    await Promise.all([day, info]);
  }
  check(true, "looked at again, the day of every market and its filters are read again");
  const times = { unit: "ms", isHeld: true, least: 1, crowding: (crowded + crowding()) / 2 };
  new Measured()
    .note("B-09", "nobody looks: the market is not heard", Math.round(restMs), {
      ...times,
      target: `≤ ${REST_MS_MAX}`,
      most: REST_MS_MAX,
    })
    .note("B-09", "a hidden page, of a processor", rounded(share * 100, 2), {
      unit: "%",
      target: "< 1",
      most: HIDDEN_SHARE_MAX * 100,
      isHeld: true,
    })
    .note("B-09", "looked at again: the book is fresh", Math.round(quantile(freshMs, 0.5)), {
      ...times,
      target: `≤ ${FRESH_MS_MAX}`,
      most: FRESH_MS_MAX,
    })
    .write(`${folder}/../measured/attention.md`, "A page that nobody looks at");
  await context.close();
}

/** Returns how much of a processor the main thread of a page took for so long. */
async function shareOfProcessor(page, session, seconds) {
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const [from, since] = [await worked(), performance.now()];
  await page.waitForTimeout(seconds * 1_000);
  return (((await worked()) - from) / (performance.now() - since)) * 1_000;
}
