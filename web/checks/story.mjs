// The page of an order: what became of it, step by step and with its reason. Where nobody else trades, so that what waits is
// met by these two alone.

import { check, until } from "./harness.mjs";

const SYMBOL = "LTCUSDT";

export async function checkStory({ maker, taker }) {
  await shownInParts(taker);
  await startedAndTriggered(maker, taker);
  await foundNothing(taker);
  await withoutHistory(taker);
}

/** Asks the exchange as the page does, and returns what it says. */
async function ask(page, method, path, parameters) {
  const target = new URL(path, page.url());
  for (const [name, value] of Object.entries({ symbol: SYMBOL, ...parameters })) {
    target.searchParams.set(name, value);
  }
  const answer = await page.evaluate(
    async ([method, target]) => {
      const session = await (await fetch("/v1/session")).json();
      const headers = { "X-BOURSE-CSRF": session.csrfToken };
      const answer = await fetch(target, { method, headers });
      return { status: answer.status, body: await answer.json() };
    },
    [method, target.href],
  );
  check(answer.status === 200, `${method} ${path} is taken`, answer);
  return answer.body;
}

const place = async (page, order) => (await ask(page, "POST", "/api/v3/order", order)).orderId;
const cancel = (page, orderId) => ask(page, "DELETE", "/api/v3/order", { orderId });
const timeline = (page) => page.getByRole("table", { name: /what became of it/i });

/** Opens the page of an order, and waits until its story is this, from the first to the last. */
async function tells(page, id, what, story) {
  await page.goto(new URL(`/orders/${SYMBOL}/${id}`, page.url()).href);
  const texts = timeline(page).locator("tbody td:nth-child(2)");
  // The history is a moment behind.
  await until(what, async () => {
    const told = await texts.allTextContents();
    if (told.join() === story.join()) return true;
    await timeline(page).getByRole("button", { name: "Refresh" }).click();
    return false;
  });
  const times = await timeline(page).locator("tbody td:first-child").allTextContents();
  check(
    times.every((text) => /\d\d:\d\d:\d\d\.\d{3}/.test(text)),
    "each step has its time",
    times,
  );
}

async function shownInParts(page) {
  const id = await place(page, {
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "1",
    price: "70",
    icebergQty: "0.5",
  });
  await ask(page, "POST", "/v1/order/amend", { orderId: id, newIcebergQty: "0.2" });
  await tells(page, id, "what an iceberg shows is told before and after", [
    "Placed",
    "Amended: shown size 0.5 is now 0.2",
    "Now: Working",
  ]);
  const terms = await page.getByRole("region", { name: "Order", exact: true }).textContent();
  check(/Shown size \(iceberg\)0\.2/.test(terms), "and stands among its terms", terms);
  await cancel(page, id);
  await tells(page, id, "and how it ended", [
    "Placed",
    "Amended: shown size 0.5 is now 0.2",
    "Cancelled: by its owner",
  ]);
}

/** An order that follows another one, and then waits for a trigger. */
async function startedAndTriggered(maker, page) {
  const list = await ask(page, "POST", "/api/v3/orderList/oto", {
    workingType: "LIMIT",
    workingSide: "BUY",
    workingTimeInForce: "GTC",
    workingPrice: "82",
    workingQuantity: "0.2",
    pendingType: "STOP_LOSS_LIMIT",
    pendingSide: "SELL",
    pendingTimeInForce: "GTC",
    pendingPrice: "81",
    pendingStopPrice: "81",
    pendingQuantity: "0.1",
  });
  const [working, pending] = list.orders.map(({ orderId }) => orderId);
  await tells(page, working, "the trades of an order are told", [
    "Placed",
    "Filled 0.2 @ 82.00",
    "Now: Filled",
  ]);
  const started = ["Placed", "Started: the order it waited for was filled"];
  await tells(page, pending, "what follows it has started", [...started, "Now: Waiting"]);
  const bid = { side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.1", price: "80.5" };
  await place(maker, bid);
  await place(page, { side: "SELL", type: "MARKET", quantity: "0.1" });
  await tells(page, pending, "and was triggered", [...started, "Triggered", "Now: Working"]);
  await cancel(page, pending);
  await tells(page, pending, "and cancelled", [...started, "Triggered", "Cancelled: by its owner"]);
}

async function foundNothing(page) {
  const id = await place(page, {
    side: "BUY",
    type: "LIMIT",
    timeInForce: "IOC",
    quantity: "0.1",
    price: "70",
  });
  await tells(page, id, "an order that found nothing says so", [
    "Placed",
    "Expired: the rest of an IOC order found nothing at its price",
  ]);
}

/** The history may be away: the terms are there, the story says why it is not, and comes once it can be asked. */
async function withoutHistory(page) {
  const refused = { status: 504, json: { code: -1001, msg: "Internal error." } };
  await page.route(/\/v1\/order\/changes/, (route) => route.fulfill(refused));
  await page.reload();
  await page
    .getByRole("alert")
    .filter({ hasText: /what became of it/i })
    .waitFor();
  const terms = page.getByRole("region", { name: "Order", exact: true });
  check(/Expired/.test(await terms.textContent()), "without a history its terms are there");
  await page.unroute(/\/v1\/order\/changes/);
  await page.getByRole("button", { name: /again|retry/i }).click();
  await timeline(page).getByText("Placed").waitFor();
  check(true, "and its story comes when it is asked for again");
}
