// The pages on a phone: what is touched is 44 px wide and high, what is reached by keys is seen, and axe finds nothing; an
// order is placed in the sheet that lies over the page, and cancelled.

import { checkAxe, checkAxeInEveryLook } from "./axe.mjs";
import { check, newPage, open, ready, signIn, units } from "./harness.mjs";
import { PAGES, straight, turnTo } from "./look.mjs";

const THUMB_PX = 44;
const SIZE = { width: 390, height: 844 };
const LOW = { width: 320, height: 640 };
const CARD_PX_MAX = 112;

export async function checkPhone(browser, origin, folder) {
  const { page, context, complaints } = await newPage(browser, origin, SIZE);
  await signIn(page, origin, "dave");
  await firstScreen(page, folder);
  await rested(page);
  await sheet(page, folder);
  await chart(page, folder);
  await panels(page, folder);
  await focusIsSeen(page);
  await everyPage(page);
  check(complaints.length === 0, "390 px: no error in the console", complaints);
  await context.close();
  await lowScreen(browser, origin, folder);
}

/** As small as a phone may be, a price of both sides is still on the first screen. */
async function lowScreen(browser, origin, folder) {
  const { page, context } = await newPage(browser, origin, LOW);
  await page.goto(`${origin}/trade/BTCUSDT`);
  await page.locator(".chart-host canvas").first().waitFor();
  await page.locator(".action-bar").waitFor();
  for (const side of ["Bids", "Asks"]) {
    const best = page.getByRole("table", { name: side }).getByRole("button").first();
    await best.waitFor();
    const [price, foot] = [
      await best.boundingBox(),
      await page.locator(".action-bar").boundingBox(),
    ];
    check(
      price.y + price.height <= foot.y,
      `320 px: the best of ${side.toLowerCase()} is on the first screen`,
      [price, foot],
    );
  }
  await page.screenshot({ path: `${folder}/trade-first-320.png` });
  await context.close();
}

/** Some of them are seen at once, with what matters first; their fields are read in the order of the table. */
async function lowCards(rows, what) {
  await rows.first().waitFor();
  const heights = await rows.evaluateAll((all) =>
    all.map((row) => row.getBoundingClientRect().height),
  );
  check(
    heights.every((height) => height <= CARD_PX_MAX),
    `390 px: cards are low, ${what}`,
    heights,
  );
}

/** What is seen before anything is scrolled: market, chart, and what both sides of the book ask. */
async function firstScreen(page, folder) {
  await page.locator(".chart-host canvas").first().waitFor();
  const bid = page.getByRole("table", { name: "Bids" }).getByRole("button").nth(1);
  const ask = page.getByRole("table", { name: "Asks" }).getByRole("button").nth(1);
  for (const place of [bid, ask]) await place.waitFor();
  const boxOf = async (place) => place.boundingBox();
  const [head, bar, chart, foot] = await Promise.all(
    [".header", ".market-bar", ".chart-host", ".action-bar"].map((one) => boxOf(page.locator(one))),
  );
  check(head.height <= 48 && bar.height <= 56, "390 px: head and market are two rows", [head, bar]);
  check(bar.y === head.y + head.height, "390 px: and nothing stands between them", [head, bar]);
  check(
    chart.y - (bar.y + bar.height) <= 56 && chart.height === 300,
    "390 px: then the chart",
    chart,
  );
  for (const [what, place] of [
    ["bids", bid],
    ["asks", ask],
  ]) {
    const { y, height } = await boxOf(place);
    check(y + height <= foot.y, `390 px: prices of ${what} are on the first screen`, [y, foot.y]);
  }
  const priceOf = async (place) =>
    units(/Use ([\d,.]+) as/.exec(await place.getAttribute("aria-label"))[1]);
  const tables = page.locator(".book");
  const prices = await tables
    .getByRole("button", { name: /^use /i })
    .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  check(8 <= prices.length, "390 px: the book has both sides", `${prices.length}`);
  check((await priceOf(bid)) < (await priceOf(ask)), "390 px: each from its best price on");
  await page.screenshot({ path: `${folder}/trade-first-390.png` });
}

/** Leaves an order behind, which the account's panel shows. */
async function rested(page) {
  await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=20000";
    await fetch(`/api/v3/order?${order}`, { method: "POST", headers });
  });
  const orders = page.getByRole("table", { name: /open orders/i });
  await lowCards(orders.locator("tbody tr:not(.pending)"), "open orders");
  await open(page, "/wallet/ledger");
  await lowCards(page.locator(".ledger tbody tr"), "the ledger");
  await open(page, "/trade/BTCUSDT");
  await ready(page);
}

/** The ticket is a dialog: with the focus, the best prices and what became of the order, and nothing in reach behind it. */
async function sheet(page, folder) {
  const buy = page.locator(".action-bar").getByRole("button", { name: "Buy" });
  await buy.click();
  const dialog = page.getByRole("dialog", { name: /order ticket/i });
  await dialog.waitFor();
  const holdsFocus = () => dialog.evaluate((one) => one.contains(document.activeElement));
  check(await holdsFocus(), "390 px: the ticket has the focus");
  await everyTarget(page, "the ticket");
  await page.screenshot({ path: `${folder}/sheet-390.png` });
  await checkAxeInEveryLook(page, "the ticket on a phone");
  const left = await page.evaluate(() => {
    const stop = document.querySelector(".action-bar button");
    stop.focus();
    return document.activeElement === stop;
  });
  check(!left && (await holdsFocus()), "390 px: nothing behind it takes the focus");
  const book = dialog.getByRole("group", { name: /order book/i });
  const levels = book.getByRole("button");
  check((await levels.count()) === 6, "390 px: the ticket has the best prices of both sides");
  const form = dialog.getByRole("form", { name: /order ticket/i });
  const price = form.getByRole("textbox", { name: /^price/i });
  const [bid] = await book
    .getByRole("list", { name: "Bids" })
    .getByRole("button")
    .allTextContents();
  await book.getByRole("list", { name: "Bids" }).getByRole("button").first().click();
  const wanted = units(/Use ([\d,.]+) as/.exec(bid)[1]);
  const taken = units(await price.inputValue());
  check(taken !== 0n && wanted - taken < units("500"), "390 px: one of them is the price", bid);
  await price.fill("30000");
  await form.getByRole("textbox", { name: /^size/i }).fill("0.01");
  await form.getByRole("button", { name: /^buy btc/i }).click();
  await dialog
    .getByRole("status", { name: "Last order" })
    .filter({ hasText: /accepted/i })
    .waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  check(
    await buy.evaluate((one) => one === document.activeElement),
    "390 px: Escape closes the ticket, and the focus is where it was",
  );
  await buy.click();
  await page.getByRole("button", { name: /^✕ close/i }).click();
  await dialog.waitFor({ state: "hidden" });
  await page
    .getByRole("button", { name: /cancel order/i })
    .first()
    .click();
  await page
    .getByRole("status", { name: "Last order" })
    .filter({ hasText: /cancelled/i })
    .waitFor();
  check(true, "390 px: an order is placed and cancelled");
}

/** The chart is put away, which is kept, and fetched back. */
async function chart(page, folder) {
  const region = page.getByRole("region", { name: /^chart/i });
  const fold = region.getByRole("button", { name: /^chart/i });
  await region.locator("canvas").first().waitFor();
  const tall = (await region.boundingBox()).height;
  await fold.click();
  await region.locator("canvas").first().waitFor({ state: "detached" });
  const low = (await region.boundingBox()).height;
  check(low <= 60 && 300 <= tall, "390 px: the chart is put away", { tall, low });
  await page.screenshot({ path: `${folder}/trade-folded-390.png`, fullPage: true });
  await page.reload();
  await ready(page);
  check((await fold.getAttribute("aria-expanded")) === "false", "390 px: and stays so");
  await fold.click();
  await region.locator("canvas").first().waitFor();
  await everyTarget(page, "the chart");
  for (const name of ["Indicators ▾", /^Draw ▾/, /^Chart style ▾/]) {
    await region.getByText(name).click();
    await everyTarget(page, `the menu ${name}`);
    await straight(page, `the menu ${name}`, "390");
    await page.keyboard.press("Escape");
  }
}

/** Whatever the tabs hold. */
async function panels(page, folder) {
  for (const name of ["Depth", "Recent trades", "Info", "Order book"]) {
    await page.getByRole("tab", { name, exact: true }).click();
    if (name === "Info") await info(page);
    await everyTarget(page, name);
  }
  for (const name of [
    /over time/i,
    /order history/i,
    /trade history/i,
    /balances/i,
    /open orders/i,
  ]) {
    await page.getByRole("tab", { name }).click();
    await page.waitForFunction(() => document.querySelector("main .skeleton") === null);
    await everyTarget(page, `the panel ${name}`);
  }
  await page.screenshot({ path: `${folder}/trade-thumbs-390.png`, fullPage: true });
}

/** What the bar of the market has no room for: its day, and what orders have to keep to. */
async function info(page) {
  const facts = page.getByRole("region", { name: "Info" });
  await facts.getByText("Price step").waitFor();
  const text = await facts.textContent();
  check(
    /StateTrading24h high[\d,.]+24h low[\d,.]+.*Price step0\.01Size step0\.00001 BTC/.test(text) &&
      /Smallest value5\.00 USDT/.test(text),
    "390 px: a market says what orders have to keep to",
    text,
  );
  await checkAxe(page, "390 px: what is known of a market");
}

/** Whoever comes by keyboard sees where: never below what is fixed to the foot of the screen. */
async function focusIsSeen(page) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.locator("body").press("Tab");
  const hidden = [];
  for (let stops = 0; stops < 80; stops += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === null || one === document.body || one.closest(".action-bar, .bottom-nav"))
        return null;
      // A list that is longer than the screen is no place but where its rows are.
      const { top, bottom } = one.getBoundingClientRect();
      const edge = document.querySelector(".action-bar").getBoundingClientRect().top;
      return edge - top < 8 || (bottom - top < edge && edge + 1 < bottom)
        ? `${bottom} ${edge} ${one.outerHTML.slice(0, 120)}`
        : null;
    });
    if (found !== null) hidden.push(found);
  }
  check(hidden.length === 0, "390 px: what has the focus is seen", hidden);
}

async function everyPage(page) {
  for (const [name, path] of PAGES) {
    await turnTo(page, name, path);
    await everyTarget(page, name);
    await checkAxe(page, `${name}, 390 px`);
  }
  await open(page, "/trade/BTCUSDT");
  await ready(page);
}

/** Links within a sentence are as high as its lines; whatever else takes a touch is as large as a thumb. */
async function everyTarget(page, name) {
  const small = await page.evaluate((least) => {
    const targets = 'a, button, input, select, textarea, summary, [role="button"], [role="tab"]';
    const top = document.querySelector("dialog[open]") ?? document;
    const found = [];
    for (const one of top.querySelectorAll(targets)) {
      const area = one.matches("input") ? (one.closest("label, .input") ?? one) : one;
      const { width, height } = area.getBoundingClientRect();
      const isSeen = one.checkVisibility({ visibilityProperty: true }) && 2 < width && 2 < height;
      const isInText = one.matches("a") && window.getComputedStyle(one).display === "inline";
      if (!isSeen || isInText || one.matches(".skip")) continue;
      // Half a pixel is a matter of rounding.
      if (height < least - 0.5 || width < least - 0.5)
        found.push(`${Math.round(width)}×${Math.round(height)} ${one.outerHTML.slice(0, 110)}`);
    }
    return found;
  }, THUMB_PX);

  check(small.length === 0, `390 px: what is touched is large enough: ${name}`, small);
}
