// What a page does when nobody looks at it: next to nothing.

import { crowding } from "./crowding.mjs";
import { until } from "./harness.mjs";
import { Measured, quantile, rounded } from "./measured.mjs";
import { Tabs } from "./tabs.mjs";

/** Whoever looks elsewhere hears nothing of the market after so long, and all of it so soon after looking again. */
const REST_MS_MAX = 5_000;
const FRESH_MS_MAX = 500;
/** A hidden page takes so much of a processor, watched for so long. */
const HIDDEN_SHARE_MAX = 0.02;
const HIDDEN_S = 10;
const TURNS = 3;

/** A page that nobody looks at hears nothing of the market, and does next to nothing; who comes back sees all at once. */
export async function checkAttention(_browser, origin, folder) {
  const tabs = new Tabs();
  try {
    await attention(tabs, origin, folder);
  } finally {
    await tabs.close();
  }
}

const BOOK = '(document.querySelector(".book-table tbody")?.textContent ?? "")';

async function attention(tabs, origin, folder) {
  const page = await tabs.open(`${origin}/trade/BTCUSDT`);
  const said = [];
  const asked = [];
  await page.onSent((text) => said.push(JSON.parse(text).method));
  await page.onAsked((url) => asked.push(new URL(url).pathname));
  await until("the book is there", () => page.read(`${BOOK} !== ""`));
  await page.send("Performance.enable", { timeDomain: "threadTicks" });
  const crowded = crowding();
  said.length = 0;
  const since = performance.now();
  const other = await tabs.open("about:blank");
  await until("another tab is in front, and this one hidden", () => page.read("document.hidden"));
  await until("nobody looks: nothing of the market is heard", () => said.includes("UNSUBSCRIBE"));
  const restMs = performance.now() - since;
  const share = await shareOfProcessor(page, HIDDEN_S);
  const freshMs = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (0 < turn) {
      said.length = 0;
      await other.show();
      await until("and again", () => said.includes("UNSUBSCRIBE"));
    }
    asked.length = 0;
    const before = JSON.stringify(await page.read(BOOK));
    const looked = performance.now();
    await page.show();
    await page.read(`new Promise((done) => {
      const look = () => (${BOOK} === ${before} ? setTimeout(look, 10) : done(null));
      look();
    })`);
    freshMs.push(performance.now() - looked);
    // Markets that traded meanwhile and are quiet now say nothing by themselves.
    await until("the day of every market and its filters are read again", () =>
      ["ticker/24hr", "exchangeInfo"].every((path) => asked.includes(`/api/v3/${path}`)),
    );
  }
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
}

/** Returns how much of a processor the main thread of a page took for so long. */
async function shareOfProcessor(page, seconds) {
  const worked = async () => {
    const { metrics } = await page.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const [from, since] = [await worked(), performance.now()];
  await new Promise((done) => setTimeout(done, seconds * 1_000));
  return (((await worked()) - from) / (performance.now() - since)) * 1_000;
}
