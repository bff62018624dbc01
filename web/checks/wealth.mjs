// What an account was worth, files of it, accounts below it, and how an operator lets the pages look.

import { readFileSync, writeFileSync } from "node:fs";
import { check, newPage, register, signInBy, until } from "./harness.mjs";

export async function checkWealth(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signInBy(page, origin, await register(page, origin, "eve"));
  await volume(page, origin);
  await portfolio(page, origin);
  await profit(page, origin);
  await statements(page, origin);
  await subAccounts(page, origin);
  await looks(page, origin);
  await rebranded(page, origin);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

async function portfolio(page, origin) {
  await page.goto(`${origin}/wallet/portfolio`);
  const panel = page.getByRole("region", { name: /portfolio/i });
  await panel.getByRole("radio", { name: "1h" }).check();
  await panel
    .getByText(/deepest fall/i)
    .first()
    .waitFor();
  await panel.getByText(/view as table/i).click();
  const rows = panel.getByRole("table").locator("tbody tr");
  await until("an hour is told in sixteen instants", async () => (await rows.count()) === 16);
  const last = await rows.last().locator("td").last().textContent();
  check(/[1-9]/.test(last), "the last of them is what there is", last);
  const first = await rows.first().locator("td").last().textContent();
  check(first === "0.00", "before the account was opened it was worth nothing", first);
  await page.getByRole("link", { name: "Fees" }).click();
  const fees = page.getByRole("main");
  await fees.getByRole("heading", { name: /^tier 0$/i }).waitFor();
  const schedule = fees.getByRole("table", { name: /what each tier pays/i });
  const own = await schedule.getByRole("row", { name: /your tier/i }).textContent();
  check(/0\.100%.*0\.100%/.test(own), "the schedule marks what the own tier pays", own);
}

/** What was bought for is set against what its sale brought, to the cent. */
async function profit(page, origin) {
  const { bought, sold } = await page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const query = "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.01";
    await fetch(`/api/v3/order?${query}`, { method: "POST", headers });
    const trades = await (await fetch("/api/v3/myTrades?symbol=BTCUSDT", { headers })).json();
    const sum = (isBuyer, of) =>
      trades
        .filter((trade) => trade.isBuyer === isBuyer)
        .reduce((total, trade) => total + of(trade), 0);
    const feeIn = (asset, trade) => (trade.commissionAsset === asset ? +trade.commission : 0);
    return {
      bought: {
        qty: sum(true, (trade) => +trade.qty - feeIn("BTC", trade)),
        quote: sum(true, (trade) => +trade.quoteQty + feeIn("USDT", trade)),
      },
      sold: {
        qty: sum(false, (trade) => +trade.qty + feeIn("BTC", trade)),
        quote: sum(false, (trade) => +trade.quoteQty - feeIn("USDT", trade)),
      },
    };
  });
  const expected = sold.quote - (bought.quote * sold.qty) / bought.qty;
  await page.goto(`${origin}/wallet/portfolio`);
  const panel = page.getByRole("region", { name: /profit by market/i });
  await panel.getByRole("combobox", { name: /market/i }).selectOption("BTCUSDT");
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
  const held = Number.parseFloat(await told("Bought here and held"));
  check(Math.abs(held - (bought.qty - sold.qty)) < 1e-8, "what is held is the rest", held);
  await manyTrades(page, panel);
}

/** Trades are asked for page by page, as many as there are; beyond a bound the page says where all of them are. */
async function manyTrades(page, panel) {
  let count = 0;
  const trade = {
    symbol: "ETHUSDT",
    orderId: 1,
    orderListId: -1,
    price: "2.00000000",
    qty: "1.00000000",
    quoteQty: "2.00000000",
    commission: "0.00000000",
    commissionAsset: "ETH",
    time: 1,
    isBuyer: true,
    isMaker: true,
    isBestMatch: true,
  };
  await page.route(/myTrades\?.*symbol=ETHUSDT/, (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("fromId") ?? 0);
    const length = Math.max(0, Math.min(1_000, count - from));
    return route.fulfill({
      json: Array.from({ length }, (_, index) => ({ ...trade, id: from + index })),
    });
  });
  const market = panel.getByRole("combobox", { name: /market/i });
  const shown = async (trades, text) => {
    count = trades;
    await market.selectOption("BTCUSDT");
    await panel.getByText("Realised", { exact: true }).waitFor();
    await market.selectOption("ETHUSDT");
    await panel.getByText(text).waitFor();
  };
  await shown(12_345, "12,345.00000000 ETH");
  check(true, "profit counts more trades than a list holds");
  await shown(100_001, /more than 100000 trades in this market: the tax lots/i);
  check(true, "and says where they are told that are too many");
  await page.unrouteAll();
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
  for (const [kind, ending, start] of [
    ["csv", ".csv", null],
    ["pdf", ".pdf", "%PDF-"],
    ["lots", ".csv", null],
  ]) {
    await form.getByRole("combobox", { name: /file/i }).selectOption(kind);
    const waiting = page.waitForEvent("download");
    await form.getByRole("button", { name: /download/i }).click();
    const download = await waiting;
    let text = "";
    for await (const piece of await download.createReadStream()) text += piece;
    check(
      download.suggestedFilename().endsWith(ending) && (start ?? text.slice(0, 1)) !== "",
      `a file is made: ${download.suggestedFilename()}`,
    );
    if (start !== null) check(text.startsWith(start), "and is what its name says");
  }
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
  await main.getByRole("button", { name: /^freeze bot/i }).click();
  await main.getByRole("button", { name: /^unfreeze bot/i }).click();
  await main.getByRole("button", { name: /^freeze bot/i }).waitFor();
  check(true, "it is frozen, and goes on");
  await page.goto(`${origin}/account/keys`);
  await main.getByRole("textbox", { name: /label/i }).fill("reader");
  await main.getByRole("combobox", { name: /account/i }).selectOption({ label: "bot" });
  await main.getByRole("button", { name: /create api key/i }).click();
  await main.getByRole("button", { name: /done/i }).waitFor();
  check(true, "it has keys of its own");
}

async function looks(page, origin) {
  await page.goto(`${origin}/brand`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /^name/i }).fill("Piazza");
  const named = page.getByRole("banner").getByRole("link", { name: "Piazza" });
  await named.waitFor();
  check((await page.title()).endsWith("Piazza"), "the preview names the pages at once");
  const accent = main.getByRole("textbox", { name: /accent, dark/i });
  await accent.fill("#202020");
  check((await accent.getAttribute("aria-invalid")) === "true", "what cannot be read is marked");
  await accent.fill("#ff9f43");
  await until("a colour is worn as it is typed", () =>
    page.evaluate(
      () => document.documentElement.style.getPropertyValue("--accent").trim() === "#ff9f43",
    ),
  );
  const file = await main.locator("code").textContent();
  check(
    /product = "Piazza"/.test(file) && /dark_accent = "#ff9f43"/.test(file),
    "and the file says it",
  );
  await page.getByRole("banner").getByRole("link", { name: "Markets" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Bourse" }).waitFor();
  check(true, "a preview ends with its page");
}

/** What an operator writes into the file is worn by the next visit, without a start; what is wrong is not. */
async function rebranded(page, origin) {
  const { CONFIGURATION } = process.env;
  const before = readFileSync(CONFIGURATION, "utf8");
  const named = (name) => `${before}\n[site]\nproduct = ${name}\n`;
  const told = async () => (await (await page.request.get(`${origin}/v1/brand`)).json()).name;
  try {
    writeFileSync(CONFIGURATION, named('"Piazza"'));
    await until("a changed file is taken over", async () => (await told()) === "Piazza");
    await page.goto(`${origin}/markets`);
    await page.getByRole("banner").getByRole("link", { name: "Piazza" }).waitFor();
    const manifest = await (await page.request.get(`${origin}/manifest.webmanifest`)).json();
    check(manifest.name === "Piazza", "and what is installed has the name", manifest);
    writeFileSync(CONFIGURATION, named("1"));
    await page.waitForTimeout(2_500);
    check((await told()) === "Piazza", "a file that would be refused changes nothing");
  } finally {
    writeFileSync(CONFIGURATION, before);
  }
  await until("the former name comes back", async () => (await told()) === "Bourse");
}
