// What pages show while they wait, when something fails, and of what was chosen: states, news, keys, histories, phones.

import { checkUnloaded } from "./unloaded.mjs";
import { check, newPage, register, signIn, signInBy, until } from "./harness.mjs";

export async function checkAnswers(browser, origin, folder) {
  const { page, context, complaints } = await newPage(browser, origin);
  const email = await register(page, origin, "fay");
  await signInBy(page, origin, email);
  await loads(page, origin);
  await fails(page, origin);
  await failsToDraw(page, origin);
  await signs(page, origin);
  await tells(page, origin, folder);
  await ranks(page, origin);
  await listings(page, origin);
  await veils(page, context, origin);
  await connects(page, origin);
  await ages(page, origin);
  // A failure is what was to be seen.
  const others = complaints.filter((text) => !/status of 503/.test(text));
  check(others.length === 0, "no error in the console", others);
  await context.close();
  await checkUnloaded(browser, origin);
  await checkHistories(browser, origin, folder);
  await checkCards(browser, origin, folder);
}

/** What takes a while shows where it will stand, and says what it is to those who do not see it. */
async function loads(page, origin) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/v1/security", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${origin}/account/security`);
  const waiting = page
    .getByRole("main")
    .getByRole("status")
    .filter({ hasText: /^Loading/ });
  await waiting.filter({ hasText: "Security" }).waitFor();
  check(
    (await page.getByText("Guests of the sandbox").count()) === 0,
    "a page that loads says so, and asks for nothing else",
  );
  release();
  await page.getByRole("form", { name: "Authenticator" }).waitFor();
  await until("and is there when its answer is", async () => (await waiting.count()) === 0);
  await page.unroute("**/v1/security");
}

/** What fails says so, and is asked for again. */
async function fails(page, origin) {
  const down = (route) => route.fulfill({ status: 503, json: { code: -1008, msg: "Busy." } });
  for (const [path, question, what] of [
    ["security", "security", "Security"],
    ["sessions", "sessions", "Sessions"],
    ["keys", "keys", "API keys"],
    ["identity", "kyc", "Identity"],
    ["subaccounts", "subaccounts", "Sub-accounts"],
  ]) {
    await page.route(`**/v1/${question}`, down);
    await page.goto(`${origin}/account/${path}`);
    const alert = page.getByRole("alert").filter({ hasText: `${what} cannot be loaded` });
    await alert.waitFor();
    check(
      (await page.getByText("Guests of the sandbox").count()) === 0,
      `${path} that cannot be loaded say so, and ask for no login`,
    );
    await page.unroute(`**/v1/${question}`);
    await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
    await alert.waitFor({ state: "detached" });
  }
  check(true, "each is there after another try");
}

/** A chart whose candles cannot be loaded says so, asks again by itself, and is drawn when they come. */
async function failsToDraw(page, origin) {
  const candles = "**/api/v3/klines?*";
  await page.route(candles, (route) =>
    route.fulfill({ status: 503, json: { code: -1008, msg: "Busy." } }),
  );
  await page.goto(`${origin}/trade/BTCUSDT`);
  const chart = page.locator(".chart");
  const alert = chart.getByRole("alert").filter({ hasText: "Chart cannot be loaded" });
  await alert.waitFor();
  check(
    (await chart.getByRole("button", { name: "Try again" }).count()) === 1,
    "a chart that cannot be loaded says so, and can be asked for again",
  );
  await page.unroute(candles);
  await alert.waitFor({ state: "detached", timeout: 60_000 });
  check(true, "and is there when its candles are");
}

/** A key that signs whole requests is chosen, listed so, and has a program that signs so. */
async function signs(page, origin) {
  await page.goto(`${origin}/account/keys`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /label/i }).fill("whole");
  await main.getByRole("combobox", { name: /^signs/i }).selectOption("request");
  await main.getByRole("button", { name: /create api key/i }).click();
  const program = await main.getByRole("group", { name: /connect with python/i }).textContent();
  check(
    program.includes("bourse.key.v1") &&
      program.includes(`HOST = "${origin}"`) &&
      !program.includes("ccxt"),
    "a key that signs whole requests has a program that does",
    program,
  );
  await main.getByRole("button", { name: /done/i }).click();
  const row = main.getByRole("row", { name: /whole/ });
  await row.getByText("Whole requests").waitFor();
  check(true, "and its row says how it signs");
}

/** The key that was just made is news, in the language of the pages. */
async function tells(page, origin, folder) {
  await page.getByRole("banner").getByRole("button", { name: "简体中文" }).click();
  await page.locator("html[lang^=zh]").waitFor();
  await page.getByRole("button", { name: /^通知/ }).click();
  const list = page.getByRole("list", { name: "通知" });
  await list.getByText("安全：已创建 API 密钥").waitFor();
  const texts = await list.locator("li > span").allTextContents();
  check(
    texts.every((text) => !/[a-z]{3}/.test(text)),
    "news of security have no word of another language",
    texts,
  );
  await page.screenshot({ path: `${folder}/news-zh.png` });
  await page.keyboard.press("Escape");
  await page.getByRole("banner").getByRole("button", { name: "English" }).click();
  await page.locator("html[lang^=en]").waitFor();
}

/** Who is at the other end of the connection. */
async function connects(page, origin) {
  await page.goto(`${origin}/settings`);
  await page.getByRole("button", { name: /connection:/i }).click();
  const dialog = page.getByRole("dialog", { name: /connection details/i });
  const { version, region } = await page.evaluate(async () => (await fetch("/v1/status")).json());
  await dialog.getByText(version, { exact: true }).waitFor();
  const text = await dialog.textContent();
  check(
    text.includes(`Region${region ?? "–"}`) && /Pages[\w-]{8}/.test(text),
    "the details of a connection tell region, version and build",
    text,
  );
  await dialog.getByRole("button", { name: /^close/i }).click();
}

/** What the account has is hatched until its own stream says what it is now. */
async function veils(page, context, origin) {
  await page.goto(`${origin}/trade/BTCUSDT`);
  const spendable = page.locator(".shares bdi");
  const isHatched = () =>
    spendable.evaluate((one) => getComputedStyle(one).backgroundImage.startsWith("repeating"));
  await until("what can be spent is current", async () => !(await isHatched()));
  await context.setOffline(true);
  await until("without a network it is marked as old", isHatched);
  await context.setOffline(false);
  await until("until the account has been heard again", async () => !(await isHatched()));
}

/** A page that is one build old says so; one that is two builds old is loaded anew, when nothing is lost by it. */
async function ages(page, origin) {
  await page.goto(`${origin}/settings`);
  await until("the worker holds the page", () =>
    page.evaluate(() => window.navigator.serviceWorker.controller !== null),
  );
  await page.reload();
  const name = page.getByRole("textbox", { name: /name for this layout/i });
  await name.fill("half a name");
  const change = () =>
    page.evaluate(() =>
      window.navigator.serviceWorker.dispatchEvent(new window.Event("controllerchange")),
    );
  const offer = page.locator(".toast", { hasText: /newer version of these pages/i });
  await until("another build is offered", async () => {
    if ((await offer.count()) === 0) await change();
    return (await offer.count()) === 1;
  });
  await page.evaluate(() => (window.isOld = true));
  const isOld = () => page.evaluate(() => window.isOld === true);
  await change();
  await page.waitForTimeout(6_000);
  check(await isOld(), "a page that is two builds old stays while something is being written");
  const loaded = page.waitForEvent("load");
  await name.fill("");
  await loaded;
  check(!(await isOld()), "and is loaded anew when nothing is lost");
}

/** On a phone a row is a card: every cell of it is there, with its name, and nothing is cut off. */
async function checkCards(browser, origin, folder) {
  const { page, context, complaints } = await newPage(browser, origin, { width: 390, height: 844 });
  await signIn(page, origin, "carol");
  await page.evaluate(placed);
  const { orderId } = await page.evaluate(rested);
  for (const [path, table, names] of [
    ["/markets", "Markets", ["Last price", "24h change", "24h high", "24h low"]],
    [
      "/orders",
      "Open orders",
      ["Time", "Market", "Type", "Side", "Price", "Size", "Filled", "State"],
    ],
    ["/wallet", "Balances", ["Available", "In orders", "Total", "Share"]],
    ["/wallet/ledger", "Ledger", ["Time", "Asset", "Cause", "Available, change"]],
  ]) {
    await page.goto(origin + path);
    const row = page.getByRole("table", { name: table }).locator("tbody tr").first();
    await row.waitFor();
    const shown = await row.evaluate((row) =>
      [...row.querySelectorAll("[data-head]")]
        .filter((cell) => 0 < cell.getBoundingClientRect().height)
        .map((cell) => cell.dataset.head),
    );
    check(
      names.every((name) => shown.some((one) => one.startsWith(name))),
      `on a phone, a row of ${table} is a card with all of its cells`,
      shown,
    );
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(over <= 0, "and the page does not scroll sideways", `${over} px`);
    await page.screenshot({ path: `${folder}/cards-${table.replace(" ", "-")}-390.png` });
  }
  await page.goto(`${origin}/orders`);
  const row = page.getByRole("table", { name: "Open orders" }).locator("tbody tr").first();
  const time = row.locator("time");
  await until("an order that was just placed was placed now, or some seconds ago", async () =>
    /^(now|\d+ sec)/.test(await time.textContent()),
  );
  check(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/.test(await time.getAttribute("title")),
    "and exactly when, to whoever points there",
  );
  await row.getByRole("button", { name: `Cancel order #${orderId}` }).click();
  await row.waitFor({ state: "detached" });
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** Places an order that rests. */
async function rested() {
  const session = await (await fetch("/v1/session")).json();
  const headers = { "X-BOURSE-CSRF": session.csrfToken };
  const order = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.0400";
  return (await fetch(`/api/v3/order?symbol=ETHBTC&${order}`, { method: "POST", headers })).json();
}

/** What rose today and what fell, the most of it first. */
async function ranks(page, origin) {
  await page.goto(`${origin}/markets`);
  const rows = page.getByRole("table", { name: /markets/i }).locator("tbody tr");
  await rows.nth(1).waitFor();
  const all = await rows.count();
  await until("prices of a market that has just begun move", async () =>
    (await rows.locator("td:nth-child(4)").allTextContents()).some((text) => /[1-9]/.test(text)),
  );
  let ranked = 0;
  for (const [tab, sign] of [
    ["Gainers", 1],
    ["Losers", -1],
  ]) {
    await page.getByRole("tab", { name: tab }).click();
    const texts = await rows.locator("td:nth-child(4)").allTextContents();
    const changes = texts.map(
      (text) => sign * Number(text.replace("\u2212", "-").replace(/[^\d.-]/g, "")),
    );
    check(
      changes.every((change, at) => 0 < change && (at === 0 || change <= changes[at - 1])),
      `${tab} stand with the most first`,
      texts,
    );
    ranked += texts.length;
  }
  check(0 < ranked && ranked <= all, "and every market in one of both at most", `${ranked}`);
}

/** What was listed in the last thirty days, the newest first. */
async function listings(page, origin) {
  const day = 86_400_000;
  const told = await page.evaluate(async () => (await fetch("/v1/status")).json());
  check(
    told.markets.every(({ listedAt }) => told.at - listedAt < day),
    "the exchange tells when its markets were listed",
    told.markets,
  );
  const [first, second, ...others] = told.markets.map(({ symbol }) => symbol);
  const ago = { [first]: 3, [second]: 2 };
  await page.route(/\/v1\/status$/, async (route) => {
    const response = await route.fetch();
    const status = await response.json();
    for (const market of status.markets) {
      market.listedAt = status.at - (ago[market.symbol] ?? 31) * day;
    }
    await route.fulfill({ response, json: status });
  });
  await page.goto(`${origin}/markets`);
  await page.getByRole("tab", { name: "New" }).click();
  const rows = page.getByRole("table", { name: /markets/i }).locator("tbody tr");
  await until(
    "new markets are those of the last thirty days",
    async () => (await rows.count()) === 2,
  );
  const links = await rows.getByRole("link").evaluateAll((all) => all.map(({ href }) => href));
  check(
    links.map((href) => href.split("/").at(-1)).join() === `${second},${first}` &&
      0 < others.length,
    "and stand with the newest first",
    links,
  );
  for (const symbol of Object.keys(ago)) ago[symbol] = 40;
  await page.getByRole("tab", { name: "Gainers" }).click();
  await page.getByRole("tab", { name: "New" }).click();
  await page.getByText(/no market was listed in the last thirty days/i).waitFor();
  await page.getByRole("button", { name: /show all markets/i }).click();
  await rows.nth(2).waitFor();
  check(true, "where there are none, that is said");
  await page.unroute(/\/v1\/status$/);
}

/** Orders of the past by market, side, type, state and time with hours. */
async function checkHistories(browser, origin, folder) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "carol");
  const { first } = await page.evaluate(placed);
  await page.goto(`${origin}/orders`);
  await page.getByRole("tab", { name: /order history/i }).click();
  const filters = page.getByRole("group", { name: "Filters" });
  const rows = page.getByRole("table", { name: /order history/i }).locator("tbody tr");
  await until("orders of all markets are listed, each with its own", async () => {
    const texts = await rows.allTextContents();
    return 0 < texts.length && texts.some((text) => text.includes("ETH/BTC"));
  });
  const choose = (name, label) => filters.getByRole("combobox", { name }).selectOption({ label });
  const has = (id) => rows.filter({ hasText: `#${id}` }).count();
  await choose(/^market/i, "ETH/BTC");
  await until("orders of a market are listed", async () => (await has(first)) === 1);
  await choose(/^side/i, "Sell");
  await until("by side", async () => (await has(first)) === 0 && 0 < (await rows.count()));
  await choose(/^type/i, "Market");
  await page.getByText(/none of these rows matches/i).waitFor();
  await page.getByRole("button", { name: /show every one/i }).click();
  await until("and all of them again", async () => (await has(first)) === 1);
  await choose(/^state/i, "Cancelled");
  await until("by state", async () => {
    const texts = await rows.allTextContents();
    return 0 < texts.length && texts.every((text) => text.includes("Cancelled"));
  });
  await page.screenshot({ path: `${folder}/histories-dark-1440.png` });
  const ago = (ms) => new Date(Date.now() - ms).toISOString().slice(0, 16);
  const from = filters.getByLabel(/^from/i);
  await from.fill("30.11.2026");
  check(
    (await from.getAttribute("aria-invalid")) === "true",
    "a day is written with the year first, wherever the browser is",
  );
  await from.fill(ago(3_600_000).replace("T", " "));
  await until("of the last hour", async () => (await has(first)) === 1);
  const sent = page.waitForRequest(/account\/orders\?/);
  await filters.getByRole("button", { name: /export csv/i }).click();
  const asked = new URL((await sent).url()).searchParams;
  check(
    asked.get("status") === "CANCELED" && asked.get("symbol") === "ETHBTC",
    "and the file is asked for in the same way",
    [...asked],
  );
  await filters.getByLabel(/^until/i).fill(ago(1_800_000));
  await page.getByText(/no orders in this time/i).waitFor();
  check(true, "to the minute");
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** Places two orders far from the market and cancels the first, as the page's own client would. */
async function placed() {
  const session = await (await fetch("/v1/session")).json();
  const headers = { "X-BOURSE-CSRF": session.csrfToken };
  const order = async (query, method = "POST") =>
    (await fetch(`/api/v3/order?symbol=ETHBTC&${query}`, { method, headers })).json();
  const orders = [];
  for (const [side, price] of [
    ["BUY", "0.0400"],
    ["SELL", "0.0470"],
  ]) {
    orders.push(await order(`side=${side}&type=LIMIT&timeInForce=GTC&quantity=1&price=${price}`));
  }
  for (const { orderId } of orders) await order(`orderId=${orderId}`, "DELETE");
  return { first: orders[0].orderId };
}
