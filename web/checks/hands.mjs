// What keeps hands from harm, and what lets them do without a mouse: questions before doubtful orders, a double click that
// is one order, keys of the panels and of the ticket, and keys that trade no more when nobody is there.

import { placesFromAfar } from "./by-keys.mjs";
import { acknowledgement, check, newPage, ready, signIn, units, until } from "./harness.mjs";

const ONE = 100_000_000n;
const IDLE_MS = 5 * 60_000;

export async function checkHands(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "dave");
  await cancelled(page);
  await far(page);
  await farAnyWay(page);
  await tooFar(page);
  await refused(page);
  await doubleClick(page);
  await panelKeys(page);
  await hiddenKeys(page);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
  await idleKeys(browser, origin);
  await stale(browser, origin);
}

const form = (page) => page.getByRole("form", { name: /order ticket/i });
const field = (page, name) => form(page).getByRole("textbox", { name });
const submit = (page) => form(page).locator(".submit");
const rows = (page) => page.getByRole("table", { name: /open orders/i }).locator("tbody tr");
const asked = (page) => page.getByRole("alertdialog", { name: /confirm order/i });

/** Cancels what others before left open, which the page may not have heard of yet: what is placed here is counted. */
async function cancelled(page) {
  const left = await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const open = async () => (await fetch("/api/v3/openOrders")).json();
    for (const { symbol, orderId } of await open()) {
      const order = `symbol=${symbol}&orderId=${orderId}`;
      await fetch(`/api/v3/order?${order}`, { method: "DELETE", headers });
    }
    return open();
  });
  check(left.length === 0, "what was open before is cancelled", left);
  await page.reload();
  await ready(page);
}

/** The best price of a side, in whole units. */
async function best(page, side) {
  const table = page.getByRole("table", { name: side }).getByRole("button");
  const text = await (side === "Asks" ? table.last() : table.first()).textContent();
  return units(text.trim()) / ONE;
}

/** Notes what is sent that places an order, until the returned function tells it. */
function noted(page) {
  const sent = [];
  const note = (request) => {
    if (request.method() === "POST" && /\/order|\/algo/.test(request.url())) sent.push(request);
  };
  page.on("request", note);
  return () => {
    page.off("request", note);
    return sent.length;
  };
}

/** A price through the market is asked about with how far, and not sent before that is answered. */
async function far(page) {
  const sent = noted(page);
  for (const [side, book, share, words] of [
    ["Buy", "Asks", 110n, /the price is (9|10|11) % through the market/i],
    ["Sell", "Bids", 90n, /the price is (9|10|11) % through the market/i],
  ]) {
    await form(page).getByRole("radio", { name: side }).check();
    await field(page, /^price/i).fill(`${((await best(page, book)) * share) / 100n}`);
    await field(page, /^size/i).fill("0.01");
    await submit(page).click();
    await asked(page).getByText(words).waitFor();
    await asked(page).getByRole("button", { name: "Cancel" }).click();
    check(true, `a price far through the market is asked about: ${side}`);
  }
  await form(page).getByRole("radio", { name: "Buy" }).check();
  check(sent() === 0, "and not sent before that is answered");
}

/** So is one of any other order, and what an order is amended to. */
async function farAnyWay(page) {
  const sent = noted(page);
  const type = (label) =>
    form(page)
      .getByRole("combobox", { name: /order type/i })
      .selectOption({ label });
  const refused = async (what) => {
    await submit(page).click();
    await asked(page)
      .getByText(/is \d+ % through the market/i)
      .waitFor();
    await asked(page).getByRole("button", { name: "Cancel" }).click();
    check(sent() === 0, `it is asked about ${what}`);
  };
  const ask = await best(page, "Asks");
  const share = (percent) => `${(ask * percent) / 100n}`;
  await type("Stop limit");
  await field(page, /^trigger price/i).fill(share(98n));
  await form(page)
    .getByText(/^must be above/i)
    .waitFor();
  check(true, "a trigger on the wrong side of the market is told as it is typed");
  await field(page, /^trigger price/i).fill(share(102n));
  await field(page, /^price/i).fill(share(150n));
  await refused("the limit of a stop");
  await type("OCO · one cancels other");
  await field(page, /^price/i).fill(share(98n));
  await field(page, /^stop limit price/i).fill(share(150n));
  await refused("the stop of a pair");
  await type("Scale · many limits");
  await field(page, /^price from/i).fill(share(50n));
  await field(page, /^price to/i).fill(share(110n));
  await refused("the boldest order of a ladder");
  await type("Limit");
  await field(page, /^price/i).fill(share(90n));
  await submit(page).click();
  const row = rows(page).first();
  await row.getByRole("button", { name: /amend order/i }).click();
  const dialog = page.getByRole("dialog", { name: /amend order/i });
  const price = dialog.getByRole("textbox", { name: /^price/i });
  await amendedWithin(dialog, price, share(600n));
  await price.fill(share(150n));
  const amended = notedAmends(page);
  await price.press("Enter");
  await asked(page)
    .getByText(/is (49|50|51) % through the market/i)
    .waitFor();
  await asked(page).getByRole("button", { name: "Cancel" }).click();
  check((await price.inputValue()) === share(150n), "an amendment is asked about, and stays typed");
  check(amended() === 0, "and is not sent before that is answered");
  await price.fill(share(89n));
  await price.press("Enter");
  await acknowledgement(page)
    .filter({ hasText: /amended #/i })
    .waitFor();
  await row.getByRole("button", { name: /cancel order/i }).click();
  await until("it is cancelled", async () => (await rows(page).count()) === 0);
}

/** What an order is amended to is held against the band, the least value and the number of amendments as it is typed. */
async function amendedWithin(dialog, price, far) {
  const button = dialog.getByRole("button", { name: /^amend/i });
  const size = dialog.getByRole("textbox", { name: /^size/i });
  const [priceBefore, sizeBefore] = [await price.inputValue(), await size.inputValue()];
  await dialog.getByText("Amended 0 of at most 10 times.").waitFor();
  for (const [field, text, before, words] of [
    [price, far, priceBefore, /^at most [\d.]+: no limit may be further above the average/i],
    [size, "0.00001", sizeBefore, /^the order must be worth at least/i],
  ]) {
    await field.fill(text);
    await dialog.getByText(words).waitFor();
    check(await button.isDisabled(), "an amendment that the market would refuse is not sent", text);
    await field.fill(before);
  }
}

/** A limit that the market would refuse as too far from its average says so as it is typed, and is not sent. */
async function tooFar(page) {
  const sent = noted(page);
  await field(page, /^price/i).fill(`${(await best(page, "Bids")) / 10n}`);
  await field(page, /^size/i).fill("0.01");
  await submit(page).click();
  await form(page)
    .getByText(/^at least [\d.]+: no limit may be further below the average/i)
    .waitFor();
  check(sent() === 0, "a limit too far from the average is told as it is typed, and not sent");
}

const filter = (name, limit, value) => ({
  code: -1013,
  msg: `Filter failure: ${name}`,
  detail: { filter: name, limit, value },
});
/** What the exchange refuses, and what is said of it. */
const REFUSED = [
  [
    filter("PERCENT_PRICE_BY_SIDE", "bidMultiplierDown", "0.20000000"),
    /price: at least 0\.2 × av/i,
  ],
  [filter("PRICE_FILTER", "tickSize", "0.01000000"), /price: must be a multiple of 0\.01/i],
  [filter("LOT_SIZE", "maxQty", "9000.00000000"), /size: at most 9000/i],
  [filter("NOTIONAL", "minNotional", "5.00000000"), /must be worth at least 5/i],
  [filter("MAX_NUM_ORDERS", "maxNumOrders", "1000"), /more than 1000 open/i],
  [filter("ICEBERG_PARTS", "limit", "10"), /10 parts at most/i],
  [filter("TRAILING_DELTA", "minTrailingAboveDelta", "10"), /trail \(%\): at least 0\.1/i],
  [{ code: -2010, msg: "Order would immediately match and take." }, /post only/i],
  [
    { code: -2010, msg: "Your verification does not allow orders in this market." },
    /verification/i,
  ],
  [{ code: -1130, msg: "Data sent for parameter 'quantity' is not valid." }, /quantity/i],
  [{ code: -1155, msg: "SBE is not enabled." }, /SBE/],
];

/** A refusal says what to change, with the market's own numbers, in both languages; none is told in English in Chinese. */
async function refused(page) {
  const place = /\/api\/v3\/order(\?|$)/;
  const language = (name) => page.getByRole("button", { name, exact: true }).click();
  const low = `${((await best(page, "Bids")) * 8n) / 10n}`;
  for (const [answer, words] of REFUSED) {
    await page.route(place, (route) => route.fulfill({ status: 400, json: answer }));
    await field(page, /^price/i).fill(low);
    await field(page, /^size/i).fill("0.01");
    await submit(page).click();
    await page.locator(".ack").filter({ hasText: words }).waitFor();
    await page.unroute(place);
    await language("简体中文");
    const ack = page.locator(".ack").filter({ hasText: "已拒绝" });
    await ack.waitFor();
    const said = await ack.textContent();
    check(!/[a-z]{3,} [a-z]{2,}/i.test(said), `${answer.msg} In Chinese: ${said}`, said);
    await language("English");
    await page.locator(".ack").filter({ hasText: words }).waitFor();
  }
  await field(page, /^size/i).fill("");
}

/** Notes amendments that are sent, until the returned function tells how many. */
function notedAmends(page) {
  let count = 0;
  page.on("request", (request) => {
    if (request.url().includes("/v1/order/amend")) count += 1;
  });
  return () => count;
}

/** Two clicks on the button that buys, and Enter meanwhile, are one order. */
async function doubleClick(page) {
  const sent = noted(page);
  const path = /\/api\/v3\/order\?/;
  let answer;
  const asking = new Promise((resolve) => (answer = resolve));
  await page.route(path, async (route) => {
    await asking;
    await route.continue();
  });
  await field(page, /^price/i).fill(`${((await best(page, "Bids")) * 80n) / 100n}`);
  await field(page, /^size/i).fill("0.01");
  await submit(page).dblclick();
  await field(page, /^size/i).press("Enter");
  await field(page, /^size/i).press("Control+Enter");
  answer();
  await acknowledgement(page)
    .filter({ hasText: /accepted #/i })
    .waitFor();
  await page.unroute(path);
  await until("a double click places one order", async () => (await rows(page).count()) === 1);
  const count = sent();
  check(count === 1, "and sends one", count);
  await rows(page)
    .getByRole("button", { name: /cancel order/i })
    .click();
  await until("which is cancelled", async () => (await rows(page).count()) === 0);
}

const holdsFocus = (region) => region.evaluate((one) => one.contains(document.activeElement));

/** Keys go to each panel, wherever it is; one of them reads the best prices, and one sends the ticket. */
async function panelKeys(page) {
  const regions = {
    1: page.getByRole("region", { name: /^chart/i }),
    2: page.getByRole("region", { name: /^order book/i }),
    3: page.getByRole("region", { name: /^recent trades/i }),
    4: form(page),
    5: page.getByRole("region", { name: /^your account/i }),
  };
  for (const [width, tab] of [
    [1_440, "Depth"],
    [1_100, "Depth"],
    [1_100, "Recent trades"],
  ]) {
    await page.setViewportSize({ width, height: 900 });
    for (const [key, region] of Object.entries(regions)) {
      await page.getByRole("tab", { name: tab, exact: true }).click();
      await page.keyboard.press(`Alt+${key}`);
      await until(`${width} px, ${tab}: Alt+${key} goes to its panel`, () => holdsFocus(region));
    }
  }
  await page.setViewportSize({ width: 1_440, height: 900 });
  await page.keyboard.press("Alt+b");
  const told = page.locator("#announcement");
  await until("Alt+B reads the best prices", async () =>
    /^Best bid [\d.]+, best ask [\d.]+$/.test(await told.textContent()),
  );
  await field(page, /^price/i).fill(`${((await best(page, "Bids")) * 80n) / 100n}`);
  await field(page, /^size/i).fill("0.01");
  await form(page).getByRole("checkbox", { name: "TP/SL" }).focus();
  await page.keyboard.press("Control+Enter");
  await until("Ctrl+Enter sends the ticket", async () => (await rows(page).count()) === 1);
  await rows(page)
    .getByRole("button", { name: /cancel order/i })
    .click();
  await until("which is cancelled", async () => (await rows(page).count()) === 0);
}

async function arm(page) {
  await page.getByRole("button", { name: "Keys off" }).click();
  await page.getByRole("button", { name: "ARMED" }).waitFor();
}

/** A page that nobody sees trades by no key. */
async function hiddenKeys(page) {
  await field(page, /^size/i).fill("0.01");
  await form(page).getByRole("radio", { name: "Buy" }).check();
  await arm(page);
  await placesFromAfar(page);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new window.Event("visibilitychange"));
    delete document.hidden;
  });
  await page.getByRole("button", { name: "Keys off" }).waitFor();
  check(true, "keys are disarmed when the page is hidden");
}

/** Whoever does nothing for five minutes is taken to be gone. */
async function idleKeys(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  await page.clock.install();
  await signIn(page, origin, "dave");
  await arm(page);
  await page.clock.fastForward(IDLE_MS - 60_000);
  check(await page.getByRole("button", { name: "ARMED" }).isVisible(), "keys stay armed a while");
  await page.keyboard.press("s");
  await page.clock.fastForward(IDLE_MS - 60_000);
  check(await page.getByRole("button", { name: "ARMED" }).isVisible(), "and longer with each key");
  await page.clock.fastForward(70_000);
  await page.getByRole("button", { name: "Keys off" }).waitFor();
  check(true, "and are disarmed after five idle minutes");
  await context.close();
}

/** While prices are old, what would trade at any price is asked about, and a cancel goes out at once. */
async function stale(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  let isMuted = false;
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!isMuted) socket.send(message);
    });
  });
  await signIn(page, origin, "dave");
  const low = ((await best(page, "Bids")) * 80n) / 100n;
  await field(page, /^price/i).fill(`${low}`);
  await field(page, /^size/i).fill("0.01");
  await submit(page).click();
  await until("an order rests", async () => (await rows(page).count()) === 1);
  const placed = rows(page).getByRole("button", { name: /cancel order/i });
  await placed.waitFor();
  isMuted = true;
  await page.getByRole("button", { name: /connection: (stale|offline)/i }).waitFor();
  const sent = noted(page);
  for (const [type, fill] of [
    ["market", async () => undefined],
    ["stopMarket", () => field(page, /^trigger price/i).fill(`${(low * 15n) / 10n}`)],
    ["twap", async () => undefined],
  ]) {
    await form(page)
      .getByRole("combobox", { name: /order type/i })
      .selectOption(type);
    await field(page, /^size/i).fill("0.01");
    await fill();
    if (type === "twap") await field(page, /^limit price/i).fill("");
    await submit(page).click();
    await asked(page)
      .getByText(/prices are not live/i)
      .waitFor();
    await asked(page).getByRole("button", { name: "Cancel" }).click();
    check(true, `while prices are old, ${type} is asked about`);
  }
  check(sent() === 0, "and not sent before that is answered");
  await placed.click();
  await acknowledgement(page)
    .filter({ hasText: /cancelled #/i })
    .waitFor();
  check(true, "and a cancel needs no answer to a question");
  await context.close();
}
