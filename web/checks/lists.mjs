// Orders that depend on each other, that hide a part of themselves, or that follow the book.

import { acknowledgement, check, newPage, signIn, until, units } from "./harness.mjs";

const ONE = 100_000_000n;

export async function checkLists(browser, origin) {
  const { page, complaints, context } = await newPage(browser, origin);
  await signIn(page, origin, "alice");
  const form = page.getByRole("form", { name: /order ticket/i });
  const bids = page.getByRole("table", { name: "Bids" }).getByRole("button");
  const best = units(await bids.first().textContent()) / ONE;
  const low = (best * 80n) / 100n;
  await pair(page, form, best);
  await exits(page, form, low);
  await hidden(page, form, low);
  await pegged(page, form, low);
  await trailing(page, form, best, { name: "Trailing stop", wire: "STOP_LOSS_LIMIT" });
  await trailing(page, form, best, { name: "Trailing take profit", wire: "TAKE_PROFIT_LIMIT" });
  await ladder(page, form, low);
  await slider(form);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

const type = (form, label) =>
  form.getByRole("combobox", { name: /order type/i }).selectOption({ label });
const field = (form, name) => form.getByRole("textbox", { name });
const submit = (form) => form.getByRole("button", { name: /^(buy|sell) btc/i }).click();
const rows = (page) => page.getByRole("table", { name: /open orders/i }).locator("tbody tr");

const openOrders = (page) => page.evaluate(async () => (await fetch("/api/v3/openOrders")).json());

async function cancelled(page, form, what) {
  await page
    .getByRole("button", { name: /cancel order/i })
    .first()
    .click();
  await until(
    `${what}: cancelling one ends all of it`,
    async () => (await rows(page).count()) === 0,
  );
  await form.getByRole("radio", { name: "Buy" }).check();
}

async function pair(page, form, best) {
  await type(form, "OCO · one cancels other");
  await form.getByRole("radio", { name: "Sell" }).check();
  await field(form, /^price/i).fill(`${(best * 90n) / 100n}`);
  await field(form, /^trigger price/i).fill(`${(best * 80n) / 100n}`);
  await field(form, /^size/i).fill("0.01");
  await submit(form);
  check(
    (await field(form, /^price/i).getAttribute("aria-invalid")) === "true",
    "the limit of a pair to sell must stand above the market",
  );
  await field(form, /^price/i).fill(`${(best * 120n) / 100n}`);
  await wholePair(page, form);
  await acknowledgement(page)
    .filter({ hasText: /accepted #\d+, #\d+ · \d+ ms/i })
    .waitFor();
  await until("a pair is listed as two orders of one list", async () => {
    const texts = await rows(page).allTextContents();
    return texts.length === 2 && texts.every((text) => /list \d+/.test(text));
  });
  await amendedLeg(page, best);
  await cancelled(page, form, "a pair");
}

/** A pair takes the place of what was sent when both of its orders are there, answered or not. */
async function wholePair(page, form) {
  const path = /\/api\/v3\/orderList\/oco/;
  const seen = [];
  await page.exposeFunction("seenRows", (texts) => seen.push(texts));
  await page.evaluate(watchLists);
  let answer;
  const asking = new Promise((resolve) => (answer = resolve));
  await page.route(path, async (route) => {
    const response = await route.fetch();
    await asking;
    await route.fulfill({ response });
  });
  await submit(form);
  await until(
    "a pair is listed before it is answered",
    async () => (await rows(page).count()) === 2,
  );
  answer();
  await acknowledgement(page)
    .filter({ hasText: /accepted #/i })
    .waitFor();
  await page.unroute(path);
  const half = seen.filter(
    (texts) => texts.length !== 1 && texts.some((text) => !/list \d+/.test(text)),
  );
  check(seen.length >= 2 && half.length === 0, "and never by half, or without its list", half);
  await page.evaluate(() => globalThis.listsWatched.disconnect());
}

/** Runs in the page: tells the rows of the open orders at every change of them. */
function watchLists() {
  const tell = () => {
    const all = [...document.querySelectorAll(".open-orders tbody tr")];
    if (0 < all.length) globalThis.seenRows(all.map((row) => row.textContent));
  };
  globalThis.listsWatched = new MutationObserver(tell);
  const dock = document.querySelector(".dock");
  globalThis.listsWatched.observe(dock, { subtree: true, childList: true });
}

/** The limit of a pair is amended in its row; both stay, under their numbers and in their list. */
async function amendedLeg(page, best) {
  const names = () => rows(page).getByRole("button", { name: /amend order/i });
  const labels = () => names().evaluateAll((all) => all.map((one) => one.ariaLabel).join());
  const before = await labels();
  const leg = rows(page).filter({ hasText: /post only/i });
  await leg.getByRole("button", { name: /amend order/i }).click();
  const dialog = page.getByRole("dialog");
  check(
    (await dialog.getByRole("textbox", { name: /^size/i }).count()) === 0,
    "the size of a pair stays",
  );
  await dialog.getByRole("textbox", { name: /^price/i }).fill(`${(best * 125n) / 100n}`);
  await dialog.getByRole("button", { name: /^amend/i }).click();
  await acknowledgement(page)
    .filter({ hasText: /amended #/i })
    .waitFor();
  await until("a leg of a pair is amended in its row", async () => {
    const text = (await leg.textContent()).replace(/[^\d.#]/g, "");
    return text.includes(`${(best * 125n) / 100n}`) && (await labels()) === before;
  });
}

async function exits(page, form, low) {
  await type(form, "Limit");
  await field(form, /^price/i).fill(`${low}`);
  await field(form, /^size/i).fill("0.02");
  await form.getByRole("checkbox", { name: "TP/SL" }).check();
  await field(form, /^take profit/i).fill(`${low - 100n}`);
  await field(form, /^stop loss/i).fill(`${low - 100n}`);
  check(
    (await field(form, /^take profit/i).getAttribute("aria-invalid")) === "true",
    "a take profit below a purchase is refused as it is typed",
  );
  await field(form, /^take profit/i).fill(`${low + 100n}`);
  const preview = await form.locator(".preview").textContent();
  check(
    /At take profit≈ \+1\.99/.test(preview) && /At stop loss≈ −/.test(preview),
    "what leaving would gain and lose is previewed, after the fee of the purchase",
    preview,
  );
  await byRisk(form, low);
  await field(form, /^profit limit/i).fill(`${low + 90n}.001`);
  await submit(form);
  check(
    (await field(form, /^profit limit/i).getAttribute("aria-invalid")) === "true",
    "a limit that is off the tick is refused as it is typed",
  );
  await field(form, /^profit limit/i).fill(`${low + 90n}`);
  await submit(form);
  await acknowledgement(page)
    .filter({ hasText: /accepted #\d+, #\d+, #\d+/i })
    .waitFor();
  await until("its exits are listed with it", async () => (await rows(page).count()) === 3);
  const told = (await openOrders(page)).map((order) => [
    order.type,
    Number(order.stopPrice),
    Number(order.price),
  ]);
  const expected = [
    ["LIMIT", 0, Number(low)],
    ["STOP_LOSS", Number(low - 100n), 0],
    ["TAKE_PROFIT_LIMIT", Number(low + 100n), Number(low + 90n)],
  ];
  check(
    told.sort().join(";") === expected.join(";"),
    "the one that was given a limit has it, the other leaves at the market",
    told,
  );
  await cancelled(page, form, "an order with exits");
  await form.getByRole("checkbox", { name: "TP/SL" }).uncheck();
  await type(form, "Market");
  await form.getByText(/tp\/sl follow limit orders only/i).waitFor();
  check(true, "a type that nothing can follow says so");
  await type(form, "Limit");
  // What explains the word lies over what comes next while the mouse is there.
  await page.mouse.move(0, 0);
}

/** A stop loss a hundred below takes the share from a hundredth of it. */
async function byRisk(form, low) {
  const before = await field(form, /^size/i).inputValue();
  await field(form, /^risk/i).fill("0.01");
  await form.getByRole("button", { name: /set size/i }).click();
  const size = Number(await field(form, /^size/i).inputValue());
  const available = (await form.locator(".shares .small-text").textContent()).replaceAll(",", "");
  const free = Number(/[\d.]+/.exec(available)[0]);
  check(
    free * 0.0001 <= size * 100 + 0.01 && size * 100 < (free + 200 * Number(low)) * 0.0001,
    "a size by risk loses the share of what is free of both assets",
    `${size} of ${free}`,
  );
  await field(form, /^size/i).fill(before);
}

async function hidden(page, form, low) {
  await form.getByText("Advanced").click();
  await field(form, /^price/i).fill(`${low}`);
  await field(form, /^size/i).fill("0.5");
  await field(form, /^shown size/i).fill("0.001");
  check(
    /At least 0\.05/.test(await form.textContent()),
    "an iceberg may not come up more often than the market allows",
  );
  await field(form, /^shown size/i).fill("0.1");
  await submit(form);
  await until("an iceberg says what it shows", async () =>
    /shows 0\.1/.test((await rows(page).allTextContents()).join()),
  );
  await cancelled(page, form, "an iceberg");
}

async function pegged(page, form, low) {
  const peg = form.getByRole("combobox", { name: "Peg price" });
  await peg.selectOption({ label: "To the best price of this side" });
  await form.getByRole("combobox", { name: /levels behind/i }).selectOption("5");
  await field(form, /^size/i).fill("0.01");
  check(/Price now≈ [\d,.]+/.test(await form.textContent()), "the price of a peg is previewed");
  await submit(form);
  await acknowledgement(page)
    .filter({ hasText: /accepted #\d+ · /i })
    .waitFor();
  await until("a pegged order has the price of its level", async () => {
    const cells = await rows(page).first().locator("td").allTextContents();
    return /\d/.test(cells[4] ?? "") && 0n < units(cells[4]);
  });
  await cancelled(page, form, "a pegged order");
  await field(form, /^size/i).fill("0.01");
  await form.getByRole("checkbox", { name: "TP/SL" }).check();
  await field(form, /^stop loss/i).fill(`${low}`);
  await submit(form);
  await acknowledgement(page)
    .filter({ hasText: /accepted #\d+, #\d+ · /i })
    .waitFor();
  const orders = await openOrders(page);
  check(
    orders.map((order) => order.pegPriceType ?? order.type).join() === "PRIMARY_PEG,STOP_LOSS",
    "a pegged order has exits, too",
    orders,
  );
  await cancelled(page, form, "a pegged order with exits");
  await form.getByRole("checkbox", { name: "TP/SL" }).uncheck();
  await page.mouse.move(0, 0);
}

/** An order trails from a price that is given, and sells at a limit. */
async function trailing(page, form, best, { name, wire }) {
  await type(form, name);
  await form.getByRole("radio", { name: "Sell" }).check();
  await field(form, /^trail \(/i).fill("2");
  await field(form, /^trails from/i).fill(`${(best * 120n) / 100n}`);
  await field(form, /^stop limit price/i).fill(`${(best * 116n) / 100n}`);
  await field(form, /^size/i).fill("0.01");
  await submit(form);
  await until(`${name}: has its limit`, async () => {
    const texts = await rows(page).allTextContents();
    return texts.length === 1 && texts[0].includes(name);
  });
  const [order] = await openOrders(page);
  const told = [order.type, Number(order.stopPrice), Number(order.price), order.trailingDelta];
  const expected = [wire, (best * 120n) / 100n, (best * 116n) / 100n, 200];
  check(told.join() === expected.join(), "and the price from which it does", told);
  await cancelled(page, form, "an order that trails");
}

async function ladder(page, form, low) {
  await type(form, "Scale · many limits");
  await field(form, /^price from/i).fill(`${low}`);
  await field(form, /^price to/i).fill(`${low - 400n}`);
  await field(form, /^orders/i).fill("5");
  await field(form, /^size/i).fill("0.0501");
  await submit(form);
  await acknowledgement(page)
    .filter({ hasText: /accepted 5 orders · \d+ ms/i })
    .waitFor();
  await until("a ladder is five orders", async () => (await rows(page).count()) === 5);
  const cells = await rows(page).evaluateAll((all) =>
    all.map((row) => [row.cells[4].textContent, row.cells[6].textContent]),
  );
  const prices = cells.map(([price]) => units(price) / ONE).sort();
  check(
    prices.join() === [4n, 3n, 2n, 1n, 0n].map((step) => low - step * 100n).join(),
    "at even distances",
    cells,
  );
  const size = cells.reduce((sum, [, qty]) => sum + units(qty), 0n);
  check(size === 5_010_000n, "which sum up to the size", cells);
  await page.getByRole("button", { name: /cancel all/i }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /cancel 5 orders/i })
    .click();
  await until("and are cancelled together", async () => (await rows(page).count()) === 0);
}

async function slider(form) {
  await type(form, "Limit");
  await form.getByRole("slider", { name: /per cent of available/i }).fill("50");
  const size = await field(form, /^size/i).inputValue();
  check(0n < units(size), "the slider takes a share of what is there", size);
  const text = await form.getByRole("slider").getAttribute("aria-valuetext");
  check(/^(49|50) %$/.test(text), "and says which", text);
}
