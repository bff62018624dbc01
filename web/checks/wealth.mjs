// What an account was worth, files of it, accounts below it, and that nothing moves for whoever wants that.

import { check, newPage, register, signInBy, until } from "./harness.mjs";
import { cards } from "./look.mjs";

export async function checkWealth(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signInBy(page, origin, await register(page, origin, "eve"));
  await volume(page, origin);
  await portfolio(page, origin);
  await profit(page, origin);
  await statements(page, origin);
  await subAccounts(page, origin);
  await still(page, origin);
  // A panel was broken and a request failed on purpose; React and the browser say so.
  const others = complaints.filter((text) => !/status of 500|reading 'map'|above error/.test(text));
  check(others.length === 0, "no error in the console", others);
  await context.close();
}

async function portfolio(page, origin) {
  await page.goto(`${origin}/wallet/portfolio`);
  const panel = page.getByRole("region", { name: /portfolio/i });
  await panel.getByRole("radio", { name: "1h" }).check();
  await panel.getByText("Profit over time").waitFor();
  await panel.getByText(/view as table/i).click();
  const rows = panel.getByRole("table").locator("tbody tr");
  await until("an hour is told in sixty-one instants", async () => (await rows.count()) === 61);
  const cells = async (row) => {
    const texts = await row.locator("td").allTextContents();
    return [1, 2, 4, 5].map((column) => cents(texts[column]));
  };
  const first = await cells(rows.first());
  check(
    first.every((cell) => cell === 0),
    "before the account was opened it was worth nothing",
    first,
  );
  const [worth, profit, cameIn, wentOut] = await cells(rows.last());
  check(0 < worth && 0 < cameIn, "the last of them is what there is", [worth, cameIn]);
  check(
    Math.abs(worth - cameIn + wentOut - profit) <= 3 && Math.abs(profit) < cameIn / 100,
    "what was given is worth, but no profit",
    [worth, profit, cameIn, wentOut],
  );
  check(
    (await panel.locator("svg.curve polyline").count()) === 2,
    "worth and profit are drawn as two curves",
  );
  await panel.getByText(/deepest fall = /i).waitFor();
  check(true, "and by which formula stands below them");
  await page.getByRole("link", { name: "Fees" }).click();
  const fees = page.getByRole("main");
  await fees.getByRole("heading", { name: /^tier 0$/i }).waitFor();
  const schedule = fees.getByRole("table", { name: /what each tier pays/i });
  const own = await schedule.getByRole("row", { name: /your tier/i }).textContent();
  check(/0\.100%.*0\.100%/.test(own), "the schedule marks what the own tier pays", own);
  await cards(page, "fees");
}

/** Cents of an amount as it is shown. */
const cents = (text) => Math.round(Number(text.replace("−", "-").replace(/[^-.\d]/g, "")) * 100);

/** What was bought for is set against what its sale brought, to the cent. */
async function profit(page, origin) {
  const { expected, rest } = await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const order = "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.01";
    await fetch(`/api/v3/order?${order}`, { method: "POST", headers });
    const trades = await (await fetch("/api/v3/myTrades?symbol=BTCUSDT", { headers })).json();
    const feeIn = (asset, trade) => (trade.commissionAsset === asset ? +trade.commission : 0);
    const query = "/sapi/v1/capital/deposit/hisrec?coin=BTC&status=1";
    const deposits = await (await fetch(query, { headers })).json();
    // What came in has no cost here, and is used up first.
    const lots = deposits.map(({ amount }) => ({ qty: +amount, cost: null }));
    let gained = 0;
    for (const trade of trades) {
      if (trade.isBuyer) {
        lots.push({ qty: +trade.qty - feeIn("BTC", trade), cost: +trade.quoteQty });
        continue;
      }
      const proceeds = +trade.quoteQty - feeIn("USDT", trade);
      for (let left = +trade.qty; 1e-9 < left;) {
        const [lot] = lots;
        const taken = Math.min(left, lot.qty);
        if (lot.cost !== null) {
          const cost = (lot.cost * taken) / lot.qty;
          gained += (proceeds * taken) / +trade.qty - cost;
          lot.cost -= cost;
        }
        lot.qty -= taken;
        left -= taken;
        if (lot.qty < 1e-9) lots.shift();
      }
    }
    const bought = lots.filter(({ cost }) => cost !== null);
    return { expected: gained, rest: bought.reduce((sum, { qty }) => sum + qty, 0) };
  });
  await page.goto(`${origin}/wallet/portfolio`);
  const panel = page.getByRole("region", { name: /profit by market/i });
  await panel.getByRole("combobox", { name: /market/i }).selectOption("BTC/USDT");
  const told = async (name) =>
    await panel
      .locator("div", { has: page.getByText(name, { exact: true }) })
      .locator("dd")
      .first()
      .textContent();
  await panel.getByText("Realised", { exact: true }).waitFor();
  const shown = Number((await told("Realised")).replace("−", "-").replace(/[^-.\d]/g, ""));
  check(Math.abs(shown - expected) < 0.02, "realised profit is what the trades say", [
    shown,
    expected,
  ]);
  const held = Number.parseFloat(await told("Held, paid for in this currency"));
  check(Math.abs(held - rest) < 1e-7, "what is held is the rest", held);
  await failures(page, panel);
}

/** What fails says so in its place, why and until when, and takes nothing else with it. */
async function failures(page, panel) {
  const market = panel.getByRole("combobox", { name: /market/i });
  const answer = { status: 400, json: { code: -1130, msg: "Data sent is not valid." } };
  await page.route(/account\/profit\?.*symbol=ETHUSDT/, (route) => route.fulfill(answer));
  await market.selectOption("ETH/USDT");
  await panel.getByText(/more than 1000000 movements of your accounts/i).waitFor();
  check(true, "what is not summed up says so");
  let isBroken = true;
  const failed = {
    status: 500,
    headers: { "X-Correlation-Id": "0123456789abcdef" },
    json: { code: -1000, msg: "An unknown error occurred." },
  };
  await page.route(/account\/equity/, (route) =>
    isBroken ? route.fulfill(failed) : route.continue(),
  );
  const portfolio = page.getByRole("region", { name: /portfolio/i });
  await portfolio.getByRole("radio", { name: "7d" }).check();
  await portfolio.getByText(/cannot be loaded. orders and balances are not affected/i).waitFor();
  await portfolio.getByText(/next attempt in [12] s/i).waitFor();
  check(true, "a failure says what is not affected, and counts down to the next attempt");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await portfolio.getByText("0123456789abcdef").waitFor();
  await portfolio.getByRole("button", { name: "Copy" }).click();
  await portfolio.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => window.navigator.clipboard.readText());
  check(copied === "0123456789abcdef", "its request id is copied", copied);
  await portfolio.getByText(/next attempt in [34] s/i).waitFor();
  check(true, "after another failure it waits longer");
  isBroken = false;
  await portfolio.getByText("Profit over time").waitFor();
  check(true, "and goes on by itself when it is asked again");
  await page.unrouteAll();
  await broken(page, panel);
}

/** One panel that throws while it is drawn leaves the others as they are. */
async function broken(page, panel) {
  await page.route(/account\/equity/, (route) => route.fulfill({ json: {} }));
  await page.reload();
  await page.getByText(/this part of the screen failed/i).waitFor();
  await panel.getByText("Realised", { exact: true }).waitFor();
  check(true, "a broken panel leaves the one beside it as it is");
  await page.unrouteAll();
  await page.getByRole("button", { name: /try again/i }).click();
  await page.getByText("Profit over time").waitFor();
  check(true, "and comes back when it is tried again");
}

/** What was traded stands beside the tier, to the cent. */
async function volume(page, origin) {
  await page.goto(`${origin}/wallet/fees`);
  const main = page.getByRole("main");
  await main.getByText(/nothing traded in the last thirty days/i).waitFor();
  const traded = await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const query = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.02";
    const answer = await fetch(`/api/v3/order?${query}`, { method: "POST", headers });
    return (await answer.json()).cummulativeQuoteQty;
  });
  const table = main.getByRole("table", { name: /30-day volume/i });
  await until("the volume is that of the trade", async () => {
    await page.reload();
    await main.getByRole("heading", { name: /^tier 0$/i }).waitFor();
    const shown = (await table.count()) === 0 ? "" : await table.locator("tbody").textContent();
    const whole = traded.slice(0, traded.indexOf(".") + 3);
    return shown.replaceAll(",", "") === `USDT0.00${whole}${whole}`;
  });
}

async function statements(page, origin) {
  await page.goto(`${origin}/wallet/statements`);
  const form = page.getByRole("form", { name: /statements/i });
  for (const [kind, format, start] of [
    ["statement", "CSV", "row,time,"],
    ["statement", "JSON", '[\n{"row":"'],
    ["statement", "PDF", "%PDF-"],
    ["orders", "CSV", "time,market,order_id,"],
    ["trades", "JSON", '[\n{"time":"20'],
    ["tax-lots", "CSV", "cause,symbol,asset,"],
  ]) {
    await form.getByRole("combobox", { name: /file/i }).selectOption(kind);
    await form.getByRole("combobox", { name: /format/i }).selectOption(format);
    const waiting = page.waitForEvent("download");
    await form.getByRole("button", { name: /download/i }).click();
    const download = await waiting;
    let text = "";
    for await (const piece of await download.createReadStream()) text += piece;
    const name = download.suggestedFilename();
    check(name.startsWith(kind) && name.endsWith(format.toLowerCase()), `a file is made: ${name}`);
    check(text.startsWith(start), "and is what its name says", text.slice(0, 200));
    if (format === "JSON") check(Array.isArray(JSON.parse(text)), "and a program reads it");
  }
  const formats = form.getByRole("combobox", { name: /format/i }).locator("option");
  check((await formats.count()) === 2, "tax lots are not printed");
}

/** Whoever wants nothing to move is kept from it, whatever the system says. */
async function still(page, origin) {
  await page.goto(`${origin}/settings`);
  const moves = () =>
    page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement("p"));
      probe.style.transition = "opacity 1s";
      const { transitionDuration } = getComputedStyle(probe);
      probe.remove();
      return transitionDuration;
    });
  check((await moves()) === "1s", "what moves, moves");
  await page.emulateMedia({ reducedMotion: "reduce" });
  check((await moves()) === "0s", "but not where the system wants less of it");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.getByRole("checkbox", { name: /no movement/i }).check();
  check((await moves()) === "0s", "and stands still for whoever wants that");
  await page.reload();
  await page.getByRole("checkbox", { name: /no movement/i, checked: true }).waitFor();
  check((await moves()) === "0s", "after a reload, too");
}

async function subAccounts(page, origin) {
  await page.goto(`${origin}/account/subaccounts`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /label/i }).fill("bot");
  await main.getByRole("button", { name: /open sub-account/i }).click();
  await main.getByRole("row", { name: /bot/ }).first().waitFor();
  check(true, "a sub-account is opened");
  const form = main.getByRole("form", { name: /^transfer/i });
  await form.getByRole("combobox", { name: /asset/i }).selectOption("USDT");
  await form.getByRole("textbox", { name: /amount/i }).fill("12.5");
  await form.getByRole("button", { name: /^transfer/i }).click();
  await main.getByRole("row", { name: /12\.5 USDT/ }).waitFor();
  check(true, "money moves to it, and the transfer is listed");
  await movesOnce(page, form);
  await main.getByRole("button", { name: /^freeze bot/i }).click();
  await main.getByRole("button", { name: /^unfreeze bot/i }).click();
  await main.getByRole("button", { name: /^freeze bot/i }).waitFor();
  check(true, "it is frozen, and goes on");
  await cards(page, "sub-accounts and transfers");
  await page.goto(`${origin}/account/keys`);
  await main.getByRole("textbox", { name: /label/i }).fill("reader");
  await main.getByRole("combobox", { name: /account/i }).selectOption({ label: "bot" });
  await main.getByRole("button", { name: /create api key/i }).click();
  await main.getByRole("button", { name: /done/i }).waitFor();
  check(true, "it has keys of its own");
  await unanswered(page, main);
}

/** Two clicks in one moment are one wish, and so is what is sent again because nobody answered. */
async function movesOnce(page, form) {
  const main = page.getByRole("main");
  const amount = form.getByRole("textbox", { name: /amount/i });
  const button = form.getByRole("button", { name: /^transfer/i });
  const path = /\/v1\/subaccounts\/transfer$/;
  const keys = [];
  const note = (route) => {
    keys.push(/idempotencyKey=([^&]+)/.exec(route.request().postData())[1]);
  };
  await page.route(path, async (route) => {
    note(route);
    await page.waitForTimeout(300);
    await route.continue();
  });
  await amount.fill("7.25");
  await button.dblclick();
  const first = main.getByRole("row", { name: /\b7\.25 USDT/ });
  await first.waitFor();
  check(keys.length === 1 && (await first.count()) === 1, "a double click moves money once", keys);
  await page.unroute(path);
  await page.route(path, async (route) => {
    note(route);
    await route.fetch();
    await route.abort();
  });
  await amount.fill("3.5");
  await button.click();
  await form
    .getByRole("alert")
    .filter({ hasText: /^no answer came.*carried out once/i })
    .waitFor();
  await page.unroute(path);
  await page.route(path, async (route) => {
    note(route);
    await route.continue();
  });
  await button.click();
  const second = main.getByRole("row", { name: /\b3\.5 USDT/ });
  await second.first().waitFor();
  check(
    keys.length === 3 && keys[1] === keys[2] && (await second.count()) === 1,
    "what nobody answered is sent again under its key, and moves once",
    keys,
  );
  await page.unroute(path);
}

/** An act that nobody answered may have been carried out: the page says so, and offers to look. */
async function unanswered(page, main) {
  await main.getByRole("button", { name: /done/i }).click();
  const path = (url) => url.pathname === "/v1/keys";
  await page.route(path, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
    return route.abort();
  });
  await main.getByRole("textbox", { name: /label/i }).fill("unseen");
  await main.getByRole("button", { name: /create api key/i }).click();
  const said = main.getByRole("alert").filter({ hasText: /^no answer came: nobody knows yet/i });
  await said.waitFor();
  await page.unroute(path);
  await main.getByRole("button", { name: "Reload" }).click();
  await main.getByRole("row", { name: /unseen/ }).waitFor();
  check(true, "a key whose making nobody answered is looked for, and found");
}
