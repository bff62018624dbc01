// What somebody with an account does: places, amends, cancels, is refused; to the last digit.

import { checkAxe, checkAxeInEveryLook } from "./axe.mjs";
import { checkManyRows } from "./many-rows.mjs";
import { checkUnanswered } from "./unanswered.mjs";
import { acknowledgement, check, newPage, ready, signIn, units, until } from "./harness.mjs";

export async function checkTrading(browser, origin, folder) {
  const { page, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "alice");
  const form = page.getByRole("form", { name: /order ticket/i });
  const fields = {
    price: form.getByRole("textbox", { name: /^price/i }),
    size: form.getByRole("textbox", { name: /^size/i }),
    submit: form.getByRole("button", { name: /^(buy|sell) btc/i }),
  };
  await oneScreen(page, form, fields);
  await limitOrder(page, fields);
  await amends(page);
  await story(page);
  await refusedHere(page, form, fields);
  await refusedThere(page, form, fields);
  await marketOrder(page, form, fields);
  await history(page);
  await checkManyRows(page, folder);
  await cancels(page, form, fields);
  await oneSide(page, form, fields);
  await overTime(page, form);
  await checkUnanswered(page, form, fields);
  await away(page, origin, fields);
  check(complaints.length === 0, "no error in the console", complaints);
  await page.context().close();
}

/** An order that the exchange spreads over time is seen to be executed, and another one is cancelled. */
async function overTime(page, form) {
  const choose = (name, value) => form.getByRole("combobox", { name }).selectOption(value);
  const type = (name, text) => form.getByRole("textbox", { name }).fill(text);
  const buy = form.getByRole("button", { name: /^buy btc/i });
  const taken = page.getByRole("status", { name: /last order over time/i });
  await choose(/size in/i, "quote");
  await type(/^size/i, "500");
  await choose(/order type/i, "twap");
  const size = form.getByRole("textbox", { name: /^size/i });
  check((await size.inputValue()) === "", "an amount of the quote is no size of the base");
  await type(/^limit price/i, "");
  await type(/^size/i, "10000000");
  await form.getByText(/only .* available/i).waitFor();
  check(true, "more than there is is refused as it is typed");
  await type(/^size/i, "0.06");
  await type(/^duration/i, "1");
  await choose(/unit of the duration/i, "seconds");
  await form.getByText(/'duration' is not valid/i).waitFor();
  check(true, "a duration that is too short is told before it is sent");
  await type(/^duration/i, "3");
  await form.getByText(/3 × 0\.02000 BTC/).waitFor();
  check(true, "slices and their size are told before it is sent");
  const asked = page.getByRole("alertdialog", { name: /confirm order/i });
  await form.getByRole("button", { name: "100%" }).click();
  await form.getByText(/leaves 1 % for a price that moves/i).waitFor();
  await buy.click();
  await asked.getByText(/TWAP.*BTC/).waitFor();
  await asked.getByText(/takes (9\d|100) % of what you have/i).waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  check(true, "all that is available is asked about, and not sent");
  await type(/^size/i, "0.06");
  await form.getByText(/3 × 0\.02000 BTC/).waitFor();
  await buy.click();
  await taken.filter({ hasText: /taken as #\d+/i }).waitFor();
  const [, first] = /#(\d+)/.exec(await taken.textContent());
  await page.getByRole("tab", { name: /over time/i }).click();
  const table = page.getByRole("table", { name: /over time/i });
  const rows = table.locator("tbody tr");
  await until("its slices are executed, and it is filled", async () =>
    /0\.06000 \/ 0\.06000 \(100%\).*3 \/ 3.*filled/.test(await rows.first().textContent()),
  );
  await checkAxe(page, "orders over time");
  await type(/^size/i, "0.06");
  await type(/^duration/i, "1");
  await choose(/unit of the duration/i, "hours");
  await form.getByText(/One every/).waitFor();
  await size.press("Control+Enter");
  await taken
    .filter({ hasText: /taken as #\d+/i })
    .filter({ hasNotText: `#${first}:` })
    .waitFor();
  check(true, "Ctrl+Enter sends an order over time, too");
  await table.getByRole("button", { name: /cancel order over time/i }).click();
  await until("another one is cancelled", async () =>
    /cancelled/.test(await rows.first().textContent()),
  );
  await phoneRows(page);
  await page.getByRole("tab", { name: /open orders/i }).click();
  await choose(/order type/i, "limit");
}

/** On a phone orders over time are cards, each cell with its name. */
async function phoneRows(page) {
  await page.setViewportSize({ width: 390, height: 844 });
  const row = page.getByRole("table", { name: /over time/i }).locator("tbody tr");
  const names = await row
    .first()
    .locator("td")
    .evaluateAll((all) => all.map((one) => window.getComputedStyle(one, "::before").content));
  check(
    names.filter((name) => /^".+"$/.test(name)).length === 9,
    "on a phone orders over time are cards",
    names,
  );
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Everything that a limit order needs, on the smallest screen of a desk. */
async function oneScreen(page, form, fields) {
  await page.setViewportSize({ width: 1280, height: 720 });
  const places = {
    chart: page.getByRole("region", { name: /^chart/i }),
    book: page.getByRole("region", { name: /order book/i }),
    tape: page.getByRole("region", { name: /recent trades/i }),
    orders: page.getByRole("tab", { name: /open orders/i }),
    exits: form.getByRole("checkbox", { name: "TP/SL" }),
    ...fields,
  };
  for (const [name, place] of Object.entries(places)) {
    const box = await place.boundingBox();
    const fits =
      box !== null && 0 <= box.y && box.x + box.width <= 1_280 && box.y + box.height <= 720;
    check(fits, `signed in, 1280 × 720 shows ${name} without scrolling`, box);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** A price far enough below the market to rest, on the grid. */
async function restingPrice(page) {
  const text = await page
    .getByRole("table", { name: "Bids" })
    .getByRole("button")
    .last()
    .textContent();
  return ((units(text.trim()) / 100_000_000n) * 90n) / 100n;
}

/** What the ticket says is available; null before it is known. */
async function available(page) {
  const text = await page.getByRole("form").locator(".shares .small-text").textContent();
  const found = /[\d,]+\.\d+/.exec(text);
  return found === null ? null : units(found[0]);
}

const orders = (page) => page.getByRole("table", { name: /open orders/i });

async function limitOrder(page, { price, size, submit }) {
  const before = await until("the balance is there", () => available(page));
  const at = await restingPrice(page);
  await price.fill(`${at}`);
  await size.fill("0.5");
  const since = performance.now();
  await submit.click();
  await acknowledgement(page)
    .filter({ hasText: /accepted #\d+ · \d+ ms/i })
    .waitFor();
  check(performance.now() - since < 1_000, "accepted, with number and time, within a second");
  await orders(page)
    .getByRole("button", { name: /amend order/i })
    .waitFor();
  await until(
    "what is available falls by exactly price times size",
    async () => before - (await available(page)) === (at * 100_000_000n) / 2n,
  );
}

/** Looks for the row of an order every 20 ms from now on, and counts how often it is not there. */
function watchRows(name) {
  globalThis.rowsMissed = 0;
  globalThis.setInterval(() => {
    if (document.querySelector(`[aria-label="${name}"]`) === null) globalThis.rowsMissed += 1;
  }, 20);
}

async function amends(page) {
  const row = orders(page).locator("tbody tr").first();
  const name = await row.getByRole("button", { name: /amend order/i }).getAttribute("aria-label");
  await row.getByRole("button", { name: /amend order/i }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^size/i }).fill("0.3");
  await dialog.getByRole("button", { name: /^amend/i }).click();
  await acknowledgement(page)
    .filter({ hasText: /amended #/i })
    .waitFor();
  await until(
    "a smaller size keeps the order and its number",
    async () =>
      (await row.textContent()).includes("0.30000") &&
      (await row.getByRole("button", { name: /amend order/i }).getAttribute("aria-label")) === name,
  );
  await row.getByRole("button", { name: /amend order/i }).click();
  const price = dialog.getByRole("textbox", { name: /^price/i });
  const next = units(await price.inputValue()) / 100_000_000n - 100n;
  await price.fill(`${next}`);
  await dialog.getByRole("textbox", { name: /^size/i }).fill("0.4");
  const asked = [];
  // Settings may be kept at the same time.
  const note = (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== "GET" && /order/i.test(pathname)) asked.push(pathname);
  };
  page.on("request", note);
  await page.evaluate(watchRows, name);
  let answer;
  const asking = new Promise((resolve) => (answer = resolve));
  await page.route(/\/v1\/order\/amend/, async (route) => {
    await asking;
    await route.continue();
  });
  await dialog.getByRole("button", { name: /^amend/i }).click();
  const texts = await row.locator("td").allTextContents();
  check(
    /→ [\d,.]+ …$/.test(texts[4]) && /0\.30000 → 0\.40000 …$/.test(texts[6]),
    "until it is answered, old and new values stand beside each other",
    texts,
  );
  answer();
  await until("another price and a larger size keep the order and its number", async () => {
    const cells = await row.locator("td").allTextContents();
    return (
      !cells.join().includes("→") &&
      units(cells[4]) === next * 100_000_000n &&
      cells[6].includes("0.40000") &&
      (await row.getByRole("button", { name: /amend order/i }).getAttribute("aria-label")) === name
    );
  });
  check((await page.evaluate(() => globalThis.rowsMissed)) === 0, "its row was never absent");
  page.off("request", note);
  await page.unroute(/\/v1\/order\/amend/);
  check(asked.join() === "/v1/order/amend", "one request amends price and size", asked);
}

/** An order has an address, and behind it all that became of it. */
async function story(page) {
  const open = orders(page).locator("tbody tr").first();
  const link = await open.getByRole("link", { name: /order #\d+/i }).getAttribute("href");
  check(/^\/orders\/BTCUSDT\/\d+$/.test(link), "an open order leads to its page", link);
  await page.getByRole("tab", { name: /order history/i }).click();
  const amended = page
    .getByRole("table", { name: /order history/i })
    .getByRole("row", { name: /0\.40000/ });
  await amended
    .first()
    .getByRole("link", { name: /order #/i })
    .click();
  await page.waitForURL(/\/orders\/BTCUSDT\/\d+$/);
  const timeline = page.getByRole("table", { name: /what became of it/i });
  await timeline.getByText(/amended: size 0\.5 is now 0\.3/i).waitFor();
  const texts = await timeline.locator("tbody tr").allTextContents();
  check(
    /\d\d:\d\d:\d\d\.\d{3} · (now|\d+ (sec|min)\. ago)Placed/.test(texts[0]) &&
      /Now: Working/.test(texts.at(-1)),
    "the page of an order tells what became of it",
    texts,
  );
  await page.goBack();
  await ready(page);
}

async function refusedHere(page, form, { price, size, submit }) {
  const asked = [];
  const note = (request) => {
    if (request.method() === "POST") asked.push(request.url());
  };
  page.on("request", note);
  const at = await restingPrice(page);
  for (const [what, priceText, sizeText, field] of [
    ["off the tick", `${at}.001`, "0.5", price],
    ["no size", `${at}`, "0", size],
    ["more than is there", `${at}`, "5000", size],
    ["below the least value", `${at}`, "0.00001", size],
  ]) {
    await price.fill(priceText);
    await size.fill(sizeText);
    await submit.click();
    check((await field.getAttribute("aria-invalid")) === "true", `${what}: the field is marked`);
    const note = await form
      .locator(`[id="${await field.getAttribute("aria-describedby")}"]`)
      .textContent();
    check(0 < note.length, `${what}: ${note}`);
  }
  page.off("request", note);
  check(asked.length === 0, "nothing of it was sent", asked);
}

async function refusedThere(page, form, { price, size, submit }) {
  await form.getByRole("checkbox", { name: /post only/i }).check();
  const ask = await page
    .getByRole("table", { name: "Asks" })
    .getByRole("button")
    .first()
    .textContent();
  const through = units(ask.trim()) / 100_000_000n + 50n;
  await price.fill(`${through}`);
  await size.fill("0.01");
  const open = await orders(page).locator("tbody tr").count();
  await submit.click();
  const alert = page.getByRole("alert").filter({ hasText: /rejected.*post only/i });
  await alert.waitFor();
  check(
    (await orders(page).locator("tbody tr").count()) === open,
    "what is refused is not among the open orders",
  );
  check(
    (await price.inputValue()) === `${through}` && (await size.inputValue()) === "0.01",
    "a post-only order that would take is refused in words, the entry stays",
  );
  await form.getByRole("checkbox", { name: /post only/i }).uncheck();
}

async function marketOrder(page, form, { size, submit }) {
  await form.getByRole("combobox", { name: /order type/i }).selectOption({ label: "Market" });
  await size.fill("0.01");
  await allOfIt(page, form, { size, submit });
  await size.fill("0.01");
  await form.getByText(/average price/i).waitFor();
  const preview = await form.textContent();
  check(/Slippage/.test(preview) && /Fee \(taker\)/.test(preview), "a market order is previewed");
  await submit.click();
  await acknowledgement(page)
    .filter({ hasText: /filled 0\.01 @ [\d,.]+ · #\d+ · \d+ ms/i })
    .waitFor();
  check(true, "filled, with size, price, number and time");
  await form.getByRole("combobox", { name: /order type/i }).selectOption({ label: "Limit" });
  const types = await form
    .getByRole("combobox", { name: /order type/i })
    .locator("option")
    .allTextContents();
  check(11 === types.length, "every order type is offered", types);
}

/** All that is available buys as an amount of the quote, so that no price makes it too much. */
async function allOfIt(page, form, { size, submit }) {
  await form.getByRole("button", { name: "100%" }).click();
  const unit = form.getByRole("combobox", { name: /size in/i });
  check((await unit.inputValue()) === "quote", "all of it is an amount of the quote asset");
  const all = await available(page);
  check(units(await size.inputValue()) - all < 1_000_000n, "to the last digit");
  await form.getByText(/spends so much usdt/i).waitFor();
  await form.getByRole("slider").and(form.locator('[aria-valuetext="100 %"]')).waitFor();
  await submit.click();
  const asked = page.getByRole("alertdialog", { name: /confirm order/i });
  await asked.getByText(/takes 100 % of what you have/i).waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  await unit.selectOption("base");
}

/** Orders of one side are cancelled and the others stay; one that is not cancelled is named. */
async function oneSide(page, form, { price, size, submit }) {
  const low = await restingPrice(page);
  const rows = orders(page).locator("tbody tr");
  const placed = async (side, at) => {
    const before = await rows.count();
    await form.getByRole("radio", { name: side }).check();
    await price.fill(`${at}`);
    await size.fill("0.01");
    await submit.click();
    await until(`placed: ${side}`, async () => (await rows.count()) === before + 1);
  };
  await placed("Buy", low);
  await placed("Buy", low - 1n);
  await placed("Sell", (low * 13n) / 10n);
  await page.getByRole("button", { name: /cancel all/i }).click();
  const dialog = page.getByRole("alertdialog", { name: "Cancel 3 orders?" });
  await dialog.getByRole("radio", { name: "Buy" }).check();
  const asked = page.getByRole("alertdialog", { name: "Cancel 2 orders?" });
  const listed = await asked.getByRole("listitem").allTextContents();
  check(
    listed.length === 2 && listed.every((text) => /^BTC\/USDT #\d+ Buy 0\.01 @ /.test(text)),
    "asked which are cancelled, of one side",
    listed,
  );
  await checkAxe(page, "the question which orders are cancelled");
  const path = /\/api\/v3\/order\?/;
  const ids = [];
  await page.route(path, (route) => {
    const { searchParams } = new URL(route.request().url());
    ids.push(searchParams.get("orderId"));
    return ids.length === 1 ? route.abort() : route.continue();
  });
  await asked.getByRole("button", { name: "Cancel 2 orders" }).click();
  const alert = page.getByRole("alert").filter({ hasText: /cancelled 1 order, but not/i });
  await alert.waitFor();
  check((await alert.textContent()).includes(`not #${ids[0]}:`), "what is left is named");
  await page.unroute(path);
  await until("the other ones stay", async () => (await rows.count()) === 2);
  await page.getByRole("button", { name: /cancel all/i }).click();
  await page.getByRole("alertdialog").getByRole("radio", { name: "Buy" }).check();
  await page.getByRole("button", { name: "Cancel 1 order", exact: true }).click();
  await until("one of the other side stays", async () => {
    const texts = await rows.allTextContents();
    return texts.length === 1 && texts[0].includes("Sell");
  });
  await rows.getByRole("button", { name: /cancel order/i }).click();
  await page.getByText(/no open orders\. orders that you place appear here/i).waitFor();
  await form.getByRole("radio", { name: "Buy" }).check();
  await page.getByRole("button", { name: "Place order" }).click();
  await until("an empty list leads to the ticket", () =>
    price.evaluate((field) => field === document.activeElement),
  );
}

/** Buys at the market three times, out of the page. */
async function tradedThrice(page) {
  await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const query = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001";
    for (let turn = 0; turn < 3; turn += 1) {
      await fetch(`/api/v3/order?${query}`, { method: "POST", headers });
    }
  });
}

async function history(page) {
  await tradedThrice(page);
  await page.getByRole("tab", { name: /trade history/i }).click();
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel(/^from/i).fill(`${today}T00:00`);
  await page.getByLabel(/^until/i).fill(`${today}T23:59`);
  const table = page.getByRole("table", { name: /trade history/i });
  await table.locator("tbody tr").first().waitFor();
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: /export csv/i }).click();
  const stream = await (await waiting).createReadStream();
  let text = "";
  for await (const piece of stream) text += piece;
  const [head, row, ...others] = text.trimEnd().split("\r\n");
  const listed = await table.locator("tbody tr").count();
  check(
    3 <= listed && others.length + 1 === listed,
    "the export has a row for every trade of the time that is chosen",
    text,
  );
  const ids = [row, ...others].map((line) => line.split(",").at(-2));
  check(new Set(ids).size === ids.length, "each of them once", ids);
  await page.getByLabel(/^from/i).fill("2020-01-01T00:00");
  await page.getByLabel(/^until/i).fill("2020-01-31T23:59");
  await page.getByText(/no trades in this time/i).waitFor();
  await page.getByRole("button", { name: /show every one/i }).click();
  await table.locator("tbody tr").first().waitFor();
  check(true, "other days have other trades, and every one is a click away");
  check(
    head === "time,market,side,price,size,total,fee,fee_asset,role,order_id,trade_id,exchange",
    "the export has its columns",
    head,
  );
  check(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z,BTCUSDT,BUY,\d+(\.\d+)?,0?\.?\d+/.test(row),
    "times are UTC, numbers plain",
    row,
  );
  await page.getByRole("tab", { name: /order history/i }).click();
  await page
    .getByRole("table", { name: /order history/i })
    .locator("tbody tr")
    .first()
    .waitFor();
  await page.getByRole("tab", { name: /balances/i }).click();
  await page
    .getByRole("table", { name: /balances/i })
    .getByRole("rowheader", { name: "BTC" })
    .waitFor();
  check(true, "orders, trades and balances are listed");
  await page.getByRole("tab", { name: /open orders/i }).click();
}

async function cancels(page, form, { price, size, submit }) {
  await orders(page)
    .getByRole("button", { name: /cancel order/i })
    .first()
    .click();
  await acknowledgement(page)
    .filter({ hasText: /cancelled #/i })
    .waitFor();
  check(true, "one is cancelled");
  const before = await until("the balance is there", () => available(page));
  const at = await restingPrice(page);
  for (const less of [0n, 1n, 2n]) {
    await price.fill(`${at - less}`);
    await size.fill("0.01");
    await submit.click();
    await until(
      "placed",
      async () => (await orders(page).locator("tbody tr").count()) === Number(less) + 1,
    );
  }
  await page.reload();
  await ready(page);
  await until(
    "all of them are there after a reload",
    async () => (await orders(page).locator("tbody tr").count()) === 3,
  );
  await page.keyboard.press("Control+k");
  // After a reload it is fetched first, and what is typed before that goes nowhere.
  await page.getByRole("dialog", { name: /command palette/i }).waitFor();
  await page.keyboard.type("cancel all");
  await page.getByRole("option", { name: /cancel all/i }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor();
  await page.keyboard.press("Escape");
  check(
    (await orders(page).locator("tbody tr").count()) === 3,
    "the palette asks before it cancels all of them",
  );
  await page.getByRole("button", { name: /cancel all/i }).click();
  const dialog = page.getByRole("alertdialog");
  check(/3 orders/.test(await dialog.textContent()), "asked with their number");
  await dialog.getByRole("button", { name: /cancel 3 orders/i }).click();
  await acknowledgement(page)
    .filter({ hasText: /cancelled 3 orders/i })
    .waitFor();
  await until(
    "what was held is available again, exactly",
    async () => (await available(page)) === before,
  );
}

/** What happens to own orders while the connection is gone is told when it is back. */
async function away(page, origin, { price, size, submit }) {
  const at = await restingPrice(page);
  for (const less of [0n, 1n]) {
    await price.fill(`${at - less}`);
    await size.fill("0.02");
    await submit.click();
    // A row that is still on its way has nothing to cancel: what the page was not told yet would count as a change.
    const placed = orders(page)
      .locator("tbody tr")
      .filter({ has: page.getByRole("button", { name: /cancel order/i }) });
    await until("placed", async () => (await placed.count()) === Number(less) + 1);
  }
  await page.context().setOffline(true);
  await page.getByRole("button", { name: /connection: offline/i }).waitFor();
  await elsewhere(page, origin);
  await page.context().setOffline(false);
  const news = page.getByRole("status", { name: /^news/i });
  await news.getByText(/1 order changed while you were away/i).waitFor();
  check(true, "what changed while the connection was gone is told when it is back");
  await news.getByRole("button", { name: /show/i }).click();
  const list = page.getByRole("dialog", { name: /changed while you were away/i });
  const line = await list.getByRole("listitem").textContent();
  check(
    /BTC\/USDT #\d+.*Buy 0\.02.*Cancelled/.test(line),
    "each order with what became of it",
    line,
  );
  await checkAxeInEveryLook(page, "the list of what changed");
  await list.getByRole("link").click();
  await page.waitForURL(/\/orders\/BTCUSDT\/\d+$/);
  check(true, "and the way to its story");
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await orders(page)
    .getByRole("button", { name: /cancel order/i })
    .first()
    .click();
}

/** Somebody cancels an order of the same account in another browser. */
async function elsewhere(page, origin) {
  const other = await page.context().browser().newContext();
  const { request } = other;
  const answer = await request.post(`${origin}/dev/session`, { form: { name: "alice" } });
  const headers = { "X-BOURSE-CSRF": (await answer.json()).csrfToken };
  const open = await (await request.get(`${origin}/api/v3/openOrders?symbol=BTCUSDT`)).json();
  const one = `symbol=BTCUSDT&orderId=${open[0].orderId}`;
  const cancelled = await request.delete(`${origin}/api/v3/order?${one}`, { headers });
  check(cancelled.ok(), "an order is cancelled elsewhere", await cancelled.text());
  await other.close();
}
