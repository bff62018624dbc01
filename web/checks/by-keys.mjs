// The chart without a mouse: drawings, the price of an order, and candles back to the listing as a table.

import { check, until } from "./harness.mjs";

/** The newest candles are there at once. */
const NEWEST = 200;
const PAGE = 500;
/** What is said one after the other is told within it. */
const TOLD_MS = 600;

const said = (page) => page.locator("#announcement").textContent();
const stop = (chart) => chart.getByRole("application").first();
const isHere = (chart) => stop(chart).evaluate((element) => element === document.activeElement);

/** Chooses what to draw by keys, from the head of the menu on. */
async function choose(page, chart, name) {
  await chart.getByText("Draw ▾").focus();
  await page.keyboard.press("Enter");
  await chart.getByRole("button", { name, exact: true }).focus();
  await page.keyboard.press("Enter");
}

export async function drawsByKeys(page, chart) {
  await choose(page, chart, "Trend line");
  const hint = chart.locator(".chart-hint");
  await hint.filter({ hasText: /trend line, point 1 of 2/i }).waitFor();
  check(await isHere(chart), "what is chosen by keys is drawn on the chart, which has the focus");
  await page.keyboard.press("Shift+ArrowLeft");
  await until("where it is, is told", async () =>
    /^\d{4}-.*, [\d,]+\.\d\d$/.test(await said(page)),
  );
  const before = await said(page);
  await page.keyboard.press("ArrowUp");
  await until("and where it is then", async () => ![before, ""].includes(await said(page)));
  const from = await said(page);
  await page.keyboard.press("Enter");
  await hint.filter({ hasText: /point 2 of 2/i }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowUp");
  await until("arrows go by bars and ticks", async () => minutesAndTicks(from, await said(page)));
  await page.keyboard.press("Enter");
  await chart.getByText("Drawings 1 ▾").waitFor();
  check((await hint.count()) === 0 && (await isHere(chart)), "the last point ends it");
  await choose(page, chart, "Brush");
  await hint.filter({ hasText: /brush, point 1 of 2/i }).waitFor();
  for (const key of ["Enter", "ArrowLeft", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await chart.getByText("Drawings 2 ▾").waitFor();
  check(true, "a brush goes by where the arrows lead it");
  await choose(page, chart, "Ray");
  await hint.filter({ hasText: /ray, point 1 of 2/i }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await until("Escape gives up", async () => /given up/i.test(await said(page)));
  check(await isHere(chart), "and leaves the focus where it is");
  await chart.getByText("Drawings 2 ▾").waitFor();
  const kept = await page.evaluate(() =>
    JSON.parse(localStorage.getItem("bourse.drawings.ETHUSDT")),
  );
  const [line, brush] = kept.map(({ points }) => points);
  check(
    line.length === 2 && line[1].timestamp - line[0].timestamp === 60_000,
    "a line has the two places that were set",
    line,
  );
  check(4 <= brush.length, "a brush all that it came by", brush);
}

/** Whether a place lies a minute later and a tick higher. */
function minutesAndTicks(from, to) {
  const [one, other] = [from, to].map((text) => ({
    ms: Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`),
    cents: Number(text.slice(21).replaceAll(/[,.]/g, "")),
  }));
  return other.ms - one.ms === 60_000 && other.cents - one.cents === 1;
}

export async function picksByKeys(page, chart) {
  await stop(chart).focus();
  await page.keyboard.press("Enter");
  await chart
    .locator(".chart-hint")
    .filter({ hasText: /price of an order/i })
    .waitFor();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const field = page
    .getByRole("form", { name: /order ticket/i })
    .getByRole("textbox", { name: /^price/i });
  await until("a price of the chart is put into the ticket by keys", async () => {
    // It is told where the pen was last.
    const price = (await said(page)).split(", ").at(-1).replace(",", "");
    return Number(price) === Number(await field.inputValue());
  });
}

/** Another chart of the same market says what it shows, and has a pen, too; what is drawn on one is on both. */
export async function drawsBesideByKeys(page, chart) {
  await chart.getByText("Chart style ▾").click();
  await page.getByRole("combobox", { name: "Charts", exact: true }).selectOption("2");
  await page.keyboard.press("Escape");
  const beside = page.getByRole("region", { name: "Chart: ETH/USDT, 1m", exact: true });
  await beside
    .locator("figcaption")
    .filter({ hasText: /ETH\/USDT, 1m, last [\d,.]+, /i })
    .waitFor({ state: "attached" });
  check(true, "a chart beside the first says what it shows");
  await choose(page, beside, "Horizontal line");
  await beside.locator(".chart-hint").waitFor();
  check(await isHere(beside), "and is drawn on by keys");
  await page.keyboard.press("Enter");
  await page.getByText("Drawings 3 ▾").waitFor();
  check(true, "what is drawn on it is drawn on every chart of its market");
  await beside.getByText("Draw ▾").click();
  await beside.getByRole("button", { name: /^Delete .* 3$/i }).click();
  await page.getByText("Drawings 2 ▾").waitFor();
  check(true, "and taken away from all of them");
  await page.keyboard.press("Escape");
}

/** With armed keys, one of them chooses a price on the chart from wherever the focus is, and the order stands there. */
export async function placesFromAfar(page) {
  const chart = page.getByRole("region", { name: /^chart/i });
  const orders = page.getByRole("table", { name: /open orders/i }).locator("tbody tr");
  check((await orders.count()) === 0, "no order is open");
  await page.keyboard.press("p");
  await chart
    .locator(".chart-hint")
    .filter({ hasText: /price of an order/i })
    .waitFor();
  for (let times = 0; times < 9; times += 1) await page.keyboard.press("ArrowDown");
  // It is told where the pen was last.
  await page.waitForTimeout(TOLD_MS);
  const [price] = /[\d,.]+$/.exec(await said(page));
  await page.keyboard.press("Enter");
  await orders.filter({ hasText: price }).waitFor();
  check(true, "with armed keys a price that is chosen on the chart places the order");
  check(
    await page.evaluate(() => document.activeElement === document.body),
    "and the next keys trade as before",
  );
  await page.keyboard.press("x");
  await until("one of them cancels it", async () => (await orders.count()) === 0);
}

/** Lists candles page by page until there are no more; `count` is how many there are. */
export async function readsBack(page, chart, count) {
  await chart.getByRole("button", { name: /view as table/i }).click();
  const table = chart.getByRole("table", { name: "Chart" });
  const rows = async () => Number(await table.getAttribute("aria-rowcount")) - 1;
  await until("a table has the newest candles", async () => (await rows()) === NEWEST);
  const older = chart.getByRole("button", { name: "Older candles" });
  await older.focus();
  for (let have = NEWEST; have < count; have += PAGE) {
    await page.keyboard.press("Enter");
    await until("and a page of older ones", async () => have < (await rows()));
  }
  check((await rows()) === count, "back to the listing", await rows());
  await chart.getByText(/since the listing/i).waitFor();
  check(
    await older.evaluate((button) => button === document.activeElement),
    "with the focus where it was",
  );
  const first = await table.locator("tbody tr").first().locator("td").first().textContent();
  check(
    (await chart.getByText(/since the listing/i).textContent()).includes(first),
    "the oldest is the first of the table",
    first,
  );
  await chart.getByRole("button", { name: /view as chart/i }).click();
}
