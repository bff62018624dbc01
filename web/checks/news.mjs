// Keys that trade, and what the exchange tells; play money, in a group of its own.

import { acknowledgement, check, newPage, ready, signIn, until, units } from "./harness.mjs";

const ONE = 100_000_000n;
/** What volume and times take at the foot of the chart, and a little. */
const BELOW_PX = 145;

export async function checkNews(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "carol");
  await hotkeys(page);
  await remapped(page, origin);
  await fills(browser, page, origin);
  await alerts(page, origin);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** What a sandbox gives, and the way back to the beginning. */
export async function checkFaucet(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "carol");
  await faucet(page, origin);
  await withoutLogin(page, origin);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
  await strangers(browser, origin);
}

/** Guests of a sandbox are given no form that would be refused, and a way to an account. */
async function withoutLogin(page, origin) {
  const main = page.getByRole("main");
  for (const section of ["security", "keys", "subaccounts", "data"]) {
    await page.goto(`${origin}/account/${section}`);
    await main.getByRole("link", { name: "Create account" }).waitFor();
    check((await main.getByRole("form").count()) === 0, `a guest has no form of ${section}`);
  }
}

/** Whoever is not signed in is shown both ways in. */
async function strangers(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  await page.goto(`${origin}/wallet`);
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Sign in" }).waitFor();
  const way = main.getByRole("link", { name: "Create account" });
  check((await way.getAttribute("href")) === "/register", "a page of an account leads to one");
  await context.close();
}

const form = (page) => page.getByRole("form", { name: /order ticket/i });
const rows = (page) => page.getByRole("table", { name: /open orders/i }).locator("tbody tr");

async function hotkeys(page) {
  const price = form(page).getByRole("textbox", { name: /^price/i });
  const bids = page.getByRole("table", { name: "Bids" }).getByRole("button");
  const best = units(await bids.first().textContent()) / ONE;
  await price.fill(`${(best * 80n) / 100n}`);
  await page.locator(".market-bar").click({ position: { x: 400, y: 24 } });
  await page.keyboard.press("s");
  check(
    await form(page).getByRole("radio", { name: "Buy" }).isChecked(),
    "keys do nothing before they are armed",
  );
  await page.getByRole("button", { name: "Keys off" }).click();
  await page.getByRole("button", { name: "ARMED" }).waitFor();
  await page.keyboard.press("1");
  await page.keyboard.press("ArrowUp");
  check(
    units(await price.inputValue()) === ((best * 80n) / 100n) * ONE + 1_000_000n,
    "an armed key moves the price by a tick",
  );
  check(
    0n < units(await form(page).getByRole("textbox", { name: /^size/i }).inputValue()),
    "and takes a share of what is there",
  );
  await page.keyboard.press("Enter");
  await acknowledgement(page)
    .filter({ hasText: /accepted #/i })
    .waitFor();
  await until("and places the order", async () => (await rows(page).count()) === 1);
  await page.keyboard.press("x");
  await until("and cancels the last one", async () => (await rows(page).count()) === 0);
  await fromChart(page);
  await price.click();
  await page.keyboard.press("s");
  check(
    await form(page).getByRole("radio", { name: "Buy" }).isChecked(),
    "in a field a key is a letter",
  );
  await page.evaluate(() => window.dispatchEvent(new window.Event("blur")));
  await page.getByRole("button", { name: "Keys off" }).waitFor();
  check(true, "whoever looks away disarms");
}

/** While keys are armed, the second button of the mouse on the chart places the order there. */
async function fromChart(page) {
  const host = page.locator(".chart-host");
  await host.locator("canvas").first().waitFor();
  // Without a candle it has no prices.
  await page.locator(".chart figcaption", { hasText: /last/ }).waitFor({ state: "attached" });
  const { width, height } = await host.boundingBox();
  await form(page).getByRole("textbox", { name: /^size/i }).fill("0.01");
  await page.locator(".market-bar").click({ position: { x: 400, y: 24 } });
  // Just above volume and times: below every candle, so that the order rests, unless the market goes there meanwhile.
  await host.click({ button: "right", position: { x: width / 2, y: height - BELOW_PX } });
  await acknowledgement(page)
    .filter({ hasText: /^(accepted #|(partly )?filled)/i })
    .waitFor();
  check(true, "an armed click on the chart places the order");
  await page.locator(".market-bar").click({ position: { x: 400, y: 24 } });
  await page.keyboard.press("x");
  await until("which a key cancels", async () => (await rows(page).count()) === 0);
}

async function remapped(page, origin) {
  await page.goto(`${origin}/settings`);
  const panel = page.getByRole("region", { name: /keys that trade/i });
  await panel.getByRole("button", { name: /standard keys/i }).click();
  await panel.getByRole("button", { name: /^sell: s/i }).click();
  await page.keyboard.press("b");
  await panel
    .getByText(/used twice/i)
    .first()
    .waitFor();
  check(true, "two actions of one key are told");
  await panel.getByRole("button", { name: /^sell: b/i }).click();
  await page.keyboard.press("q");
  await panel.getByRole("button", { name: /^sell: q/i }).waitFor();
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await page.getByRole("button", { name: "Keys off" }).click();
  await page.keyboard.press("q");
  check(
    await form(page).getByRole("radio", { name: "Sell" }).isChecked(),
    "another key can be chosen, and is kept",
  );
}

async function faucet(page, origin) {
  await page.goto(`${origin}/wallet`);
  const cell = page
    .getByRole("table", { name: /balances/i })
    .getByRole("row", { name: /^USDT/ })
    .locator("td")
    .first();
  const before = units(await cell.textContent());
  await page.getByRole("button", { name: /faucet/i }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /received/i })
    .waitFor();
  await until("the faucet gives funds", async () => before < units(await cell.textContent()));
  await resets(page);
}

/** Back to the beginning: what is open is cancelled, what is there is taken, and the first gift is given. */
async function resets(page) {
  const openOrders = () =>
    page.evaluate(async () => (await (await fetch("/api/v3/openOrders")).json()).length);
  await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=20000";
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    await fetch(`/api/v3/order?${order}`, { method: "POST", headers });
  });
  const button = page.getByRole("main").getByRole("button", { name: "Reset account" });
  const dialog = page.getByRole("alertdialog", { name: /reset this sandbox account/i });
  await button.click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  check((await openOrders()) === 1, "a reset that is not confirmed does nothing");
  await button.click();
  const said = async () =>
    (await page.getByRole("main").getByRole("status").allTextContents()).join(" ");
  const before = await said();
  const answered = page.waitForResponse(/\/dev\/reset/);
  await dialog.getByRole("button", { name: "Reset account" }).click();
  const answer = await answered;
  check(answer.ok(), "a reset is taken", `${answer.status()} ${await answer.text()}`);
  await until("a reset says what it gives", async () => !["", before].includes(await said()));
  const given = await said();
  check(/begins again with .*5000000 USDT/.test(given), "which is what a new account has", given);
  check((await openOrders()) === 0, "a reset cancels what is open");
  const table = page.getByRole("table", { name: /balances/i });
  await until("and every balance is that of a new account", async () => {
    const rows = await table.locator("tbody tr").allTextContents();
    const shown = rows.map((row) => row.replaceAll(",", "")).join(" ");
    return ["USDT5000000.00", "BTC50.0", "ETH500.0", "LTC5000.0"].every((row) =>
      shown.includes(row),
    );
  });
}

/** Carol's order rests; somebody else fills it while she looks elsewhere. */
async function fills(browser, page, origin) {
  await page.goto(`${origin}/account/notifications`);
  const isListed = page.getByRole("checkbox", { name: /^fills: in the list/i });
  check(await isListed.isChecked(), "fills are in the list of whoever has said nothing of them");
  const isMailed = page.getByRole("checkbox", { name: /^security: by mail/i });
  check(
    (await isMailed.isChecked()) && (await isMailed.isDisabled()),
    "letters of security are always written, and the settings say so",
  );
  const other = await newPage(browser, origin);
  await signIn(other.page, origin, "dave");
  const toast = page.locator(".toast", { hasText: /filled: buy/i }).first();
  await until("a fill flashes up on every page", async () => {
    await ordered(page, "BUY", "0.01", 0.01);
    await ordered(other.page, "SELL", "0.02", null);
    return toast.waitFor({ timeout: 1_000 }).then(
      () => true,
      () => false,
    );
  });
  await page.getByRole("button", { name: /notifications, [1-9]\d* unread/i }).click();
  const dialog = page.getByRole("dialog", { name: /notifications/i });
  await dialog
    .getByText(/filled: buy .* BTC\/USDT/i)
    .first()
    .waitFor();
  check(true, "and is in the list behind the bell");
  await dialog.getByRole("button", { name: /mark all read/i }).click();
  await page
    .getByRole("button", { name: /notifications, 0 unread/i })
    .waitFor({ state: "attached" });
  check(true, "until all is read");
  await dialog.getByRole("button", { name: /close/i }).click();
  await unlisted(page, other.page, isListed);
  await other.context.close();
}

/** Whoever wants no fills in the list has none of later ones. */
async function unlisted(page, other, isListed) {
  await isListed.click();
  await until("fills are not wanted in the list", async () => !(await isListed.isChecked()));
  await until("another one happens", async () => {
    const { orderId } = await ordered(page, "BUY", "0.01", 0.01);
    await ordered(other, "SELL", "0.02", null);
    const order = await page.evaluate(
      async (id) => (await fetch(`/api/v3/order?symbol=BTCUSDT&orderId=${id}`)).json(),
      orderId,
    );
    return order.status === "FILLED";
  });
  await page.waitForTimeout(1_500);
  await page.reload();
  await page
    .getByRole("button", { name: /notifications, 0 unread/i })
    .waitFor({ state: "attached" });
  check(true, "and is not in it");
  await isListed.click();
}

/** Places an order out of a page, as its own client would: so far above the best bid, or at the market. */
async function ordered(page, side, quantity, above) {
  return page.evaluate(
    async ([side, quantity, above]) => {
      const session = await (await fetch("/v1/session")).json();
      const ticker = await (await fetch("/api/v3/ticker/bookTicker?symbol=BTCUSDT")).json();
      const price = (Number(ticker.bidPrice) + above).toFixed(2);
      const kind = above === null ? "type=MARKET" : `type=LIMIT&timeInForce=GTC&price=${price}`;
      const query = `symbol=BTCUSDT&side=${side}&quantity=${quantity}&${kind}`;
      const headers = { "X-BOURSE-CSRF": session.csrfToken };
      return (await fetch(`/api/v3/order?${query}`, { method: "POST", headers })).json();
    },
    [side, quantity, above],
  );
}

async function alerts(page, origin) {
  await page.goto(`${origin}/account/notifications`);
  const panel = page.getByRole("region", { name: /price alerts/i });
  await panel.getByRole("combobox", { name: /market/i }).selectOption("BTC/USDT");
  await panel.getByRole("textbox", { name: /price/i }).fill("999999");
  await panel.getByRole("button", { name: /add alert/i }).click();
  const row = panel.getByRole("row", { name: /BTC\/USDT at or above 999,999/i });
  await row.waitFor();
  await row.getByRole("button", { name: /remove alert/i }).click();
  await panel.getByText(/no price is waited for/i).waitFor();
  check(true, "a price alert is added and removed");
  await panel.getByRole("textbox", { name: /price/i }).fill("1");
  await panel.getByRole("button", { name: /add alert/i }).click();
  await page.locator(".toast", { hasText: /BTC\/USDT is at or above 1/i }).waitFor();
  check(true, "an alert that is reached is told at once");
}
