// Depth, tape and own orders in the book, where nobody else trades: each number is known beforehand.

import { checkAxeInEveryLook } from "./axe.mjs";
import { check, until } from "./harness.mjs";

/** Called where 1 was traded at 80 and 0.5 at 82, and half an offer stands at 82. */
export async function checkPanes({ maker, taker, folder }) {
  await depth(maker, taker, folder);
  await tape(maker, taker);
  await ownMarks(maker, taker);
}

/** Sends an order as the page's own client would; returns its number. */
const place = (page, query) =>
  page.evaluate(async (query) => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const path = `/api/v3/order?symbol=LTCUSDT&${query}`;
    return (await (await fetch(path, { method: "POST", headers })).json()).orderId;
  }, query);

const cancel = (page, id) =>
  page.evaluate(async (id) => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    await fetch(`/api/v3/order?symbol=LTCUSDT&orderId=${id}`, { method: "DELETE", headers });
  }, id);

const limit = (side, price, quantity) =>
  `side=${side}&type=LIMIT&timeInForce=GTC&price=${price}&quantity=${quantity}`;

/** What stands within a per cent of the best prices is summed up, told and drawn; what is further off is not. */
async function depth(maker, taker, folder) {
  const placed = [];
  for (const [side, price, quantity] of [
    ["SELL", "82.5", "2"],
    ["SELL", "83", "7"],
    ["BUY", "75", "3"],
    ["BUY", "74.5", "1"],
    ["BUY", "74", "9"],
  ])
    placed.push(await place(maker, limit(side, price, quantity)));
  await taker.getByRole("tab", { name: "Depth", exact: true }).click();
  const figure = taker.getByRole("figure", { name: "Depth" });
  await figure.getByText("Within 1 %: 4.00 LTC bid, 2.50 LTC offered").waitFor();
  check(true, "depth: what stands within a per cent is summed up");
  const caption = await figure.locator("figcaption span").allTextContents();
  check(
    caption[0] === "74.50" && caption[2] === "82.50",
    "between its lowest and highest",
    caption,
  );
  const paths = await figure
    .locator("path")
    .evaluateAll((all) => all.map((one) => one.getAttribute("d")));
  // From the best price outwards; 4 is as high as there is room, 2.5 and 0.5 in proportion.
  const heights = paths.map((path) => [...path.matchAll(/V([\d.]+)/g)].map((found) => +found[1]));
  check(
    JSON.stringify(heights) ===
      JSON.stringify([
        [59, 12, 200],
        [176.5, 82.5, 200],
      ]),
    "and drawn in steps as high as they are",
    heights,
  );
  await checkAxeInEveryLook(taker, "the depth chart");
  await taker.screenshot({ path: `${folder}/depth-dark-1440.png` });
  for (const id of placed) await cancel(maker, id);
  await taker.getByRole("tab", { name: "Recent trades", exact: true }).click();
}

/** Small trades are left out by a size, and nothing moves while the tape is held. */
async function tape(maker, taker) {
  const region = taker.getByRole("region", { name: /recent trades/i });
  const rows = region.getByRole("table").locator("tbody tr");
  await until("both trades are on the tape", async () => (await rows.count()) === 2);
  const least = region.getByRole("textbox", { name: /smallest size/i });
  await least.fill("0.6");
  await until("a size leaves smaller trades out", async () => {
    const texts = await rows.allTextContents();
    return texts.length === 1 && texts[0].includes("80.00");
  });
  await least.fill("7");
  await region.getByText(/no trade of this size yet/i).waitFor();
  await region.getByRole("button", { name: /show every size/i }).click();
  await until("and every size is a click away", async () => (await rows.count()) === 2);
  await region.getByRole("button", { name: /^pause/i }).click();
  const before = await rows.allTextContents();
  await place(maker, limit("BUY", "81", "0.1"));
  await place(taker, limit("SELL", "81", "0.1"));
  await region.getByText("Paused · 1 update waiting").waitFor();
  const held = await rows.allTextContents();
  check(held.join() === before.join(), "what is held does not move, and says what waits", held);
  await region.getByRole("button", { name: /^resume/i }).click();
  await until("and goes on", async () => (await rows.first().textContent()).includes("81.00"));
}

/** Own orders are marked where they stand, in steps of a price as well, and for nobody else. */
async function ownMarks(maker, taker) {
  const id = await place(taker, limit("BUY", "70.07", "1"));
  const other = await place(maker, limit("BUY", "69.5", "1"));
  const marked = (page) =>
    page
      .getByRole("table", { name: "Bids" })
      .getByRole("button")
      .evaluateAll((all) =>
        all.filter((one) => one.querySelector(".own-mark") !== null).map((one) => one.ariaLabel),
      );
  await until("an own order is marked in the book, and said", async () => {
    const names = await marked(taker);
    return names.join() === "Use 70.07 as the price, your order";
  });
  await until("to its owner alone", async () => {
    const names = await marked(maker);
    return names.join() === "Use 69.50 as the price, your order";
  });
  const grouping = taker.getByRole("combobox", { name: /grouping/i });
  await grouping.selectOption("1");
  await until("and in coarser steps", async () => {
    const names = await marked(taker);
    return names.join() === "Use 70 as the price, your order";
  });
  await grouping.selectOption("0.01");
  await cancel(taker, id);
  await until("the mark goes with its order", async () => (await marked(taker)).length === 0);
  await cancel(maker, other);
}
