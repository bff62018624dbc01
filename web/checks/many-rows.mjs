// A history of ten thousand orders: all of them are reached, and few are drawn at a time.

import { check, until } from "./harness.mjs";
import { Measured } from "./measured.mjs";

const ORDERS = 10_000;
const PAGE = 1_000;
/** What is near: three groups of a hundred. */
const DRAWN_MAX = 300;

/** Scrolls through as many orders as one of the account makes, on the trade screen of `page`. */
export async function checkManyRows(page, folder) {
  await page.route("**/api/v3/allOrders?*", fulfilWithMany);
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
  const framesPerSecond = await table.evaluate(scrollThrough);
  await table.locator(`tr[aria-rowindex="${ORDERS + 1}"]`).waitFor();
  check((await drawn()) <= DRAWN_MAX, "the last of them is reached, and still few are drawn");
  new Measured()
    .note("B-11", "scrolling through 10,000 orders", Math.round(framesPerSecond), {
      unit: "frames/s",
      target: "≥ 50",
      least: 50,
    })
    .tell("from the choice of days to 10,000 orders in the table", `${Math.round(shown)} ms`)
    .write(`${folder}/../measured/many-rows.md`, "A history of ten thousand orders");
  await page.unroute("**/api/v3/allOrders?*");
  await page.getByRole("tab", { name: /open orders/i }).click();
}

/** Answers with orders like the first one of the account, a page after the other. */
async function fulfilWithMany(route) {
  const asked = new URL(route.request().url()).searchParams;
  const first = Number(asked.get("orderId") ?? 1);
  const [like] = await (await route.fetch()).json();
  if (like !== undefined) template ??= like;
  const count = Math.max(0, Math.min(PAGE, ORDERS + 1 - first));
  const json = Array.from({ length: count }, (_, at) => ({
    ...template,
    orderId: first + at,
    clientOrderId: `many-${first + at}`,
  }));
  await route.fulfill({ json });
}
let template;

/** Scrolls ten screens a second for three seconds, then to the last row; returns how many frames there were in a second. */
async function scrollThrough(table) {
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
  for (let turn = 0; turn < 20; turn += 1) {
    await frame();
    box.scrollTop = box.scrollHeight;
  }
  return frames / seconds;
}
