// Requests whose answers are lost, held back or not those of the exchange: unknown, asked for by name, never sent again.

import { acknowledgement, check, units, until } from "./harness.mjs";

const ONE = 100_000_000n;
/** The column of a row that says what was executed. */
const FILLED = 7;
const ORDER = /\/api\/v3\/order\?/;
/** Nobody knows after two seconds, and then so much for a busy machine. */
const UNKNOWN_MS_MAX = 4_000;
/** A request counts for five seconds by the clock of the exchange. */
const TOO_LATE_MS = 6_500;

const orders = (page) => page.getByRole("table", { name: /open orders/i });
const rows = (page) => orders(page).locator("tbody tr");
const told = (page, text) => acknowledgement(page).filter({ hasText: text }).waitFor();
const failed = (page, text) => page.locator(".ack").getByRole("alert").filter({ hasText: text });

/** Whatever is asked for is found by its name, or told as what cannot come any more. */
export async function checkUnanswered(page, form, { price, size, submit }) {
  const low = await lowPrice(page);
  const fill = async (at = low) => {
    await price.fill(`${at}`);
    await size.fill("0.01");
  };
  await neverSent(page, fill, submit);
  await answerHeldBack(page, fill, submit);
  await orderHeldBack(page, fill, submit);
  await answerOfProxy(page, fill, submit);
  await changes(page);
  await ladder(page, form, low, size, submit);
  await allCancelled(page);
  await overTime(page, form);
}

/** A price far enough below the market to rest, on the grid. */
async function lowPrice(page) {
  const bids = page.getByRole("table", { name: "Bids" }).getByRole("button");
  return ((units((await bids.last().textContent()).trim()) / ONE) * 85n) / 100n;
}

/** Does something to requests of a method, once, and counts how many there were. */
async function meet(page, path, method, act) {
  const sent = [];
  await page.route(path, async (route) => {
    const request = route.request();
    if (request.method() !== method) return route.fallback();
    sent.push(new URL(request.url()).searchParams);
    // The page gives up what takes too long, and then there is nobody to tell.
    return act(route, sent.length).catch(() => undefined);
  });
  return { sent, end: () => page.unroute(path) };
}

/** The exchange carries it out, and nobody hears. */
async function carriedOut(route) {
  await route.fetch();
  return route.abort();
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function neverSent(page, fill, submit) {
  const { sent, end } = await meet(page, ORDER, "POST", (route) => route.abort());
  const line = page.locator(".ack");
  await fill();
  await submit.click();
  await line.getByText(/^unknown/i).waitFor();
  const [parameters] = sent;
  await line.getByRole("button", { name: parameters.get("newClientOrderId") }).waitFor();
  check(
    parameters.get("idempotencyKey") === parameters.get("newClientOrderId"),
    "what is not answered has a name, which is its key",
  );
  await line.getByText(/not found so far/i).waitFor();
  const row = rows(page).filter({ hasText: /unknown, asking/i });
  await row.filter({ hasText: parameters.get("newClientOrderId") }).waitFor();
  check(
    (await row.locator("td").nth(FILLED).textContent()) === "–",
    "and so has its row, which says nothing of what is not known",
  );
  // Whoever sees that nobody knows may write the next order.
  await submit.and(page.locator(":enabled")).waitFor();
  check((await failed(page, /./).count()) === 0, "it is not told as refused while it may come");
  await failed(page, /not carried out.*does not count any more/i).waitFor();
  await until("what did not come in time is none of the orders", async () => {
    const texts = await rows(page).allTextContents();
    return texts.every((text) => !/unknown/i.test(text));
  });
  check(sent.length === 1, "and was sent once", sent.length);
  await end();
}

async function answerHeldBack(page, fill, submit) {
  const { sent, end } = await meet(page, ORDER, "POST", async (route) => {
    const response = await route.fetch();
    await pause(12_000);
    return route.fulfill({ response });
  });
  await fill();
  const since = performance.now();
  await submit.click();
  await told(page, /accepted #/i);
  check(
    performance.now() - since < UNKNOWN_MS_MAX + 2_000 && sent.length === 1,
    "an order whose answer is held back is found by its name",
    performance.now() - since,
  );
  await end();
}

/** It is on its way for longer than anybody waits: told as unknown, the next one may be sent, and it arrives all the same. */
async function orderHeldBack(page, fill, submit) {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  const { end } = await meet(page, ORDER, "POST", async (route) => {
    await held;
    return route.continue();
  });
  const before = await rows(page).count();
  await fill();
  const since = performance.now();
  await submit.click();
  await page
    .locator(".ack")
    .getByText(/^unknown/i)
    .waitFor();
  const unknownMs = performance.now() - since;
  await submit.and(page.locator(":enabled")).waitFor();
  check(
    1_900 < unknownMs && unknownMs < UNKNOWN_MS_MAX,
    "an order that is held back is unknown after two seconds, and the button free",
    unknownMs,
  );
  letGo();
  await told(page, /accepted #/i);
  await until("and is one order when it arrives", async () => {
    const texts = await rows(page).allTextContents();
    return texts.length === before + 1 && !texts.join().includes("unknown");
  });
  await end();
  const late = await meet(page, ORDER, "POST", async (route) => {
    await pause(TOO_LATE_MS);
    return route.continue();
  });
  await fill();
  await submit.click();
  await failed(page, /came too late|not carried out/i).waitFor();
  check((await rows(page).count()) === before + 1, "one that comes too late is not carried out");
  await late.end();
}

/** A proxy in between says that it failed; the exchange has carried it out. */
async function answerOfProxy(page, fill, submit) {
  const { end } = await meet(page, ORDER, "POST", async (route) => {
    await route.fetch();
    return route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" });
  });
  await fill();
  await submit.click();
  await told(page, /accepted #/i);
  check(true, "a failure of what is between is not one of the order");
  await end();
}

/** An amendment and a cancel that were carried out are told so; one that never came leaves the order. */
async function changes(page) {
  const first = rows(page).first();
  const amended = await meet(page, /\/v1\/order\/amend/, "POST", async (route) => {
    await route.fetch();
    return route.fulfill({ status: 504, body: "" });
  });
  await first.getByRole("button", { name: /amend order/i }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^size/i }).fill("0.009");
  await dialog.getByRole("button", { name: /^amend/i }).click();
  await told(page, /amended #/i);
  await amended.end();
  const lost = await meet(page, ORDER, "DELETE", (route) => route.abort());
  const count = await rows(page).count();
  const cancel = first.getByRole("button", { name: /cancel order/i });
  await cancel.click();
  await first.filter({ hasText: /change unknown/i }).waitFor();
  check(await cancel.isEnabled(), "a cancel of which nobody knows may be asked for again");
  await failed(page, /not carried out/i).waitFor();
  check(
    (await rows(page).count()) === count && lost.sent.length === 1,
    "one that never came leaves its order, and is not sent again",
  );
  await lost.end();
  const carried = await meet(page, ORDER, "DELETE", carriedOut);
  await cancel.click();
  await told(page, /cancelled #/i);
  await carried.end();
  check(true, "what became of a change is told once that is known");
}

/** A ladder says how many of it stand, and sends nothing behind an order of which nobody knows. */
async function ladder(page, form, low, size, submit) {
  const choose = (label) =>
    form.getByRole("combobox", { name: /order type/i }).selectOption({ label });
  const type = (name, text) => form.getByRole("textbox", { name }).fill(text);
  await choose("Scale · many limits");
  await type(/^price from/i, `${low}`);
  await type(/^price to/i, `${low - 300n}`);
  await type(/^orders/i, "4");
  await size.fill("0.04");
  const before = await rows(page).count();
  const { sent, end } = await meet(page, ORDER, "POST", (route, count) =>
    count === 3 ? route.abort() : route.continue(),
  );
  await submit.click();
  await page
    .locator(".ack")
    .getByText(/placed 2 of 4\. unknown/i)
    .waitFor();
  await failed(page, /placed 2 of 4\. not carried out/i).waitFor();
  await until("a ladder of which one is lost says how many stand", async () => {
    return (await rows(page).count()) === before + 2 && sent.length === 3;
  });
  await end();
  await choose("Limit");
}

/** All that is cancelled at once is told so, though nobody answered. */
async function allCancelled(page) {
  const { sent, end } = await meet(page, /\/api\/v3\/openOrders/, "DELETE", carriedOut);
  const count = await rows(page).count();
  await page.getByRole("button", { name: /cancel all/i }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /^cancel \d+ orders?$/i })
    .click();
  await told(page, new RegExp(`cancelled ${count} orders`, "i"));
  check(sent.length === 1, "so is a cancel of all orders, with their number");
  await end();
}

/** An order over time is looked for by its name. */
async function overTime(page, form) {
  const type = (name, text) => form.getByRole("textbox", { name }).fill(text);
  await form.getByRole("combobox", { name: /order type/i }).selectOption("twap");
  await type(/^size/i, "0.02");
  await type(/^duration/i, "1");
  await form.getByRole("combobox", { name: /unit of the duration/i }).selectOption("hours");
  await form.getByText(/One every/).waitFor();
  const { sent, end } = await meet(page, /newOrderTwap/, "POST", carriedOut);
  const taken = page.getByRole("status", { name: /last order over time/i });
  await form.getByRole("button", { name: /^buy btc/i }).click();
  await taken.filter({ hasText: /taken as #\d+/i }).waitFor();
  check(sent.length === 1, "an order over time whose answer is lost is found, and sent once");
  await end();
  await page.getByRole("tab", { name: /over time/i }).click();
  const stopped = await meet(page, /algo\/spot\/order/, "DELETE", carriedOut);
  await page.getByRole("button", { name: /cancel order over time/i }).click();
  const first = page
    .getByRole("table", { name: /over time/i })
    .locator("tbody tr")
    .first();
  await until("and so is its end", async () => /cancelled/.test(await first.textContent()));
  await page
    .getByRole("alert")
    .filter({ hasText: /unknown/i })
    .waitFor({ state: "detached" });
  await stopped.end();
  await page.getByRole("tab", { name: /open orders/i }).click();
  await form.getByRole("combobox", { name: /order type/i }).selectOption("limit");
}
