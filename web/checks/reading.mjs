// What anyone can read: markets, chart, book, tape; by mouse, keyboard and as tables.

import { checkAxe } from "./axe.mjs";
import { check, newPage, ready, units, until } from "./harness.mjs";

export async function checkReading(browser, origin) {
  const { page, complaints, foreign } = await newPage(browser, origin);
  await landmarks(page, origin);
  await status(page, origin);
  await markets(page, origin);
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await oneScreen(page);
  await oneLastPrice(page);
  await chart(page);
  await book(page);
  await palette(page);
  await terms(page, origin);
  await language(page);
  check(
    complaints.length === 0,
    "no error in the console, no breach of the content policy",
    complaints,
  );
  check(foreign.length === 0, "nothing is asked of another origin", foreign);
  await page.context().close();
}

/** Frames by which what the chart says of itself may be behind. */
const BEHIND = 12;

/** Head, book and chart say one last price, whenever one looks: in every frame of some seconds. */
async function oneLastPrice(page) {
  await page.locator(".chart-host canvas").first().waitFor();
  await page.locator("figcaption", { hasText: /last [\d,.]+/ }).waitFor({ state: "attached" });
  const frames = await page.evaluate(async () => {
    const seen = [];
    const number = (text) => /[\d,]+\.\d+/.exec(text ?? "")?.[0];
    for (const until = performance.now() + 4_000; performance.now() < until;) {
      await new Promise((done) => requestAnimationFrame(done));
      const textOf = (selector) => document.querySelector(selector)?.textContent;
      const caption = /last ([\d,.]+\d)/.exec(textOf(".chart > figcaption"))?.[1];
      seen.push([number(textOf(".last-price")), number(textOf(".book-middle strong")), caption]);
    }
    return seen;
  });
  const apart = frames.filter(([bar, book]) => bar !== book);
  check(0 < frames.length && apart.length === 0, "head and book say one last price", apart[0]);
  // What the chart says of itself is written after it is drawn, in one of the frames that follow.
  const old = frames.filter(
    ([bar, , chart], index) =>
      BEHIND <= index &&
      bar !== chart &&
      frames.slice(index - BEHIND, index).every(([was]) => was !== chart),
  );
  check(old.length === 0, "and so does the chart", old[0]);
  const prices = new Set(frames.map(([bar]) => bar));
  check(1 < prices.size, "while it changes", `${prices.size}`);
}

async function landmarks(page, origin) {
  const titles = new Set();
  for (const path of ["/", "/markets", "/trade/BTCUSDT", "/wallet", "/sign-in"]) {
    await page.goto(origin + path);
    await page.getByRole("banner").waitFor();
    const counts = await Promise.all(
      ["main", "banner", "contentinfo"].map((role) => page.getByRole(role).count()),
    );
    check(counts.join() === "1,1,1", `${path}: one main, banner and footer`, counts);
    check(
      (await page.getByRole("navigation", { name: "Main" }).count()) === 1,
      `${path}: named navigation`,
    );
    await page.locator("body").press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
    check(/skip to/i.test(focused), `${path}: the first stop skips to the content`, focused);
    // That of the document is changed by the page, as soon as it is there.
    await page.waitForFunction(() => document.title !== "Bourse");
    titles.add(await page.title());
  }
  check(3 < titles.size, "titles differ", [...titles]);
  await page.goto(`${origin}/trade/BTCUSDT`);
  const first = await until("the title has symbol and price", async () => {
    const title = await page.title();
    return /\d.*BTCUSDT/.test(title) && title;
  });
  await until("and the price changes", async () => (await page.title()) !== first);
}

async function markets(page, origin) {
  await page.goto(`${origin}/markets`);
  const table = page.getByRole("table", { name: /markets/i });
  await table.getByRole("link").first().waitFor();
  await page.getByRole("searchbox", { name: /search markets/i }).fill("eth");
  const names = await table
    .getByRole("link")
    .evaluateAll((all) => all.map((one) => one.textContent));
  check(
    0 < names.length && names.every((name) => /ETH/.test(name)),
    "the search leaves what it names",
    names,
  );
  for (const typed of ["ETH/USDT", "ethereum", "以太坊"]) {
    await page.getByRole("searchbox").fill(typed);
    await page.getByRole("row", { name: /ETH\/USDT/ }).waitFor();
    check(
      (await page.getByRole("row", { name: /LTC\/USDT/ }).count()) === 0,
      `a market is found by ${typed}`,
    );
  }
  await page.getByRole("searchbox").fill("");
  await page.reload();
  await table
    .getByRole("row", { name: /BTC\/USDT/ })
    .locator(".spark-line polyline")
    .waitFor({ state: "attached" });
  check(true, "what has traded for some seconds has its line beside it");
  const head = table.getByRole("columnheader", { name: /24h change/i });
  for (const order of ["ascending", "descending"]) {
    await head.getByRole("button").click();
    await until(`sorted ${order}`, async () => (await head.getAttribute("aria-sort")) === order);
    // Values change while rows wait for their turn to move.
    await until(`and by value, ${order}`, async () => {
      const values = await table.locator("tbody tr td:nth-child(4)").allTextContents();
      const numbers = values.map((text) =>
        Number(text.replace(/[▲▼ %+]/g, "").replace("\u2212", "-")),
      );
      const sorted = [...numbers].sort((a, b) => (order === "ascending" ? a - b : b - a));
      return numbers.join() === sorted.join();
    });
  }
  await page.getByRole("button", { name: "Add ETHUSDT to watchlist" }).click();
  await page.reload();
  await page.getByRole("tab", { name: /watchlist/i }).click();
  const kept = await table
    .getByRole("link")
    .evaluateAll((all) => all.map((one) => one.textContent));
  check(kept.join() === "ETH/USDT", "the watchlist is kept", kept);
  await dense(page, origin, table);
}

/** Whoever wants more rows in sight has lower ones. */
async function dense(page, origin, table) {
  const height = async () => (await table.locator("tbody tr").first().boundingBox()).height;
  const turn = async () => {
    await page.goto(`${origin}/settings`);
    await page.getByRole("checkbox", { name: /compact/i }).click();
    await page.goto(`${origin}/markets`);
    await table.getByRole("link").first().waitFor();
  };
  const before = await height();
  await turn();
  const after = await height();
  check(after <= 32 && after + 12 < before, "rows of markets are lower for whom they shall be", {
    before,
    after,
  });
  await turn();
  check(Math.abs((await height()) - before) < 1, "and as they were");
}

async function oneScreen(page) {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.waitForTimeout(300);
  const form = page.getByRole("form", { name: /order ticket/i });
  const places = {
    chart: page.getByRole("region", { name: /chart/i }),
    book: page.getByRole("region", { name: /order book/i }),
    trades: page.getByRole("region", { name: /recent trades/i }),
    price: form.getByRole("textbox", { name: /^price/i }),
    size: form.getByRole("textbox", { name: /^size/i }),
    submit: form.getByRole("link", { name: /sign in to trade/i }),
  };
  for (const [name, place] of Object.entries(places)) {
    const box = await place.boundingBox();
    const fits =
      box !== null &&
      0 <= box.x &&
      0 <= box.y &&
      box.x + box.width <= 1280 &&
      box.y + box.height <= 720;
    check(fits, `1280 × 720 shows ${name} without scrolling`, box);
  }
  check((await page.evaluate(() => scrollY)) === 0, "nothing is scrolled");
  await page.setViewportSize({ width: 1920, height: 1080 });
  const [book, trades] = [await places.book.boundingBox(), await places.trades.boundingBox()];
  check(
    book.x + book.width <= trades.x && 800 < book.height && 800 < trades.height,
    "1920 × 1080 shows book and trades side by side",
    { book, trades },
  );
  const edge = await page.getByRole("separator", { name: /book/i }).boundingBox();
  await page.mouse.move(edge.x + 1, 500);
  await page.mouse.down();
  await page.mouse.move(edge.x - 39, 500, { steps: 4 });
  await page.mouse.up();
  const wider = (await places.book.boundingBox()).width - book.width;
  check(Math.abs(wider - 40) <= 2, "and its edge follows the pointer", wider);
  await page.setViewportSize({ width: 1280, height: 720 });
}

async function chart(page) {
  await page.getByRole("radio", { name: "5m", exact: true }).click();
  await page.getByText("Indicators ▾").click();
  await page.getByRole("checkbox", { name: "RSI" }).check();
  const numbers = page.getByRole("textbox", { name: "Numbers of RSI" });
  await numbers.fill("7, 14");
  check(
    (await numbers.getAttribute("aria-invalid")) === "true",
    "numbers that are missing are marked",
  );
  await numbers.fill("7, 14, 21");
  await page.reload();
  await ready(page);
  check(
    (await page.getByRole("radio", { name: "5m", exact: true }).getAttribute("aria-checked")) ===
      "true",
    "the interval is kept",
  );
  await page.getByText("Indicators ▾").click();
  check(await page.getByRole("checkbox", { name: "RSI" }).isChecked(), "the indicator is kept");
  check((await numbers.inputValue()) === "7, 14, 21", "and so are its numbers");
  await page.getByRole("checkbox", { name: "KDJ" }).check();
  await page.goto(new URL("/trade/ETHUSDT", page.url()).href);
  await ready(page);
  await page.getByText("Indicators ▾").click();
  const kdj = page.getByRole("checkbox", { name: "KDJ" });
  check(!(await kdj.isChecked()), "another market has its own indicators");
  await page.goto(new URL("/trade/BTCUSDT", page.url()).href);
  await ready(page);
  await page.getByText("Indicators ▾").click();
  await page.getByRole("button", { name: "Use for all markets" }).click();
  await page.goto(new URL("/trade/ETHUSDT", page.url()).href);
  await ready(page);
  await page.getByText("Indicators ▾").click();
  check(await kdj.isChecked(), "unless those of one are to be those of all");
  await page.goto(new URL("/trade/BTCUSDT", page.url()).href);
  await ready(page);
  await page.getByText("Indicators ▾").click();
  await kdj.uncheck();
  await page.getByRole("checkbox", { name: "RSI" }).uncheck();
  await page.keyboard.press("Escape");
  await page.getByText("Draw ▾").click();
  await page.getByRole("button", { name: "Trend line" }).click();
  const box = await page.locator(".chart-host").boundingBox();
  // Near its right edge, where there are candles however young the exchange is.
  for (const [fromRight, down] of [
    [200, 60],
    [150, 120],
  ]) {
    await page.mouse.move(box.x + box.width - fromRight - 5, box.y + down);
    await page.mouse.move(box.x + box.width - fromRight, box.y + down);
    await page.mouse.down();
    await page.mouse.up();
    // Two clicks in one moment are a double click.
    await page.waitForTimeout(600);
  }
  await page.getByText("Drawings 1 ▾").waitFor();
  await page.reload();
  await ready(page);
  await page.getByText("Indicators ▾").click();
  check(
    !(await page.getByRole("checkbox", { name: "RSI" }).isChecked()),
    "an indicator that was taken away stays away",
  );
  await page.keyboard.press("Escape");
  await page.getByText("Drawings 1 ▾").click();
  const drawn = page.getByRole("textbox", { name: /trend line 1: price 1/i });
  const moved = `${Math.round(Number(await drawn.inputValue())) + 1}`;
  await drawn.fill(moved);
  await drawn.press("Enter");
  await page.reload();
  await ready(page);
  await page.getByText("Drawings 1 ▾").click();
  check((await drawn.inputValue()) === moved, "a price of a drawing can be typed, and is kept");
  await page.getByRole("button", { name: /delete trend line/i }).press("Enter");
  await page.getByText("Drawings 0 ▾").waitFor();
  check(true, "a drawing is kept, listed, and deleted by keyboard");
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Interval" }).selectOption("1s");
  await page.getByRole("button", { name: /view as table/i }).click();
  const table = page.getByRole("table", { name: "Chart" });
  await table.waitFor();
  const heads = await table.getByRole("columnheader").allTextContents();
  check(/Open.*High.*Low.*Close.*Volume/.test(heads.join()), "the chart is a table as well", heads);
  await until("with twenty candles", async () => 20 <= (await table.locator("tbody tr").count()));
  await until("of which the last one closes at the last price", () =>
    page.evaluate(() => {
      const rows = [...document.querySelectorAll('table[aria-label="Chart"] tbody tr')];
      return rows.at(-1).cells[4].textContent === document.querySelector(".last-price").textContent;
    }),
  );
  await page.getByRole("button", { name: /view as chart/i }).click();
}

async function book(page) {
  const region = page.getByRole("region", { name: /order book/i });
  await region.getByRole("combobox", { name: /grouping/i }).selectOption("1");
  await region.getByRole("button", { name: /^pause/i }).click();
  const read = (name) =>
    region
      .getByRole("table", { name })
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const [asks, bids] = [await read("Asks"), await read("Bids")];
  const price = ([text]) => units(text);
  check(
    [...asks, ...bids].every((row) => price(row) % 100_000_000n === 0n),
    "grouped prices are multiples",
  );
  check(price(bids[0]) < price(asks.at(-1)), "bids below asks");
  const totals = (rows) => rows.map(([, , total]) => units(total));
  const grows = (list) => list.every((total, index) => index === 0 || list[index - 1] <= total);
  check(grows(totals(bids)) && grows(totals(asks).reverse()), "totals grow away from the spread");
  check(/paused/i.test(await region.textContent()), "a pause says so");
  const sides = region.getByRole("combobox", { name: "Sides" });
  for (const [chosen, shown, hidden] of [
    ["bids", "Bids", "Asks"],
    ["asks", "Asks", "Bids"],
  ]) {
    await sides.selectOption(chosen);
    await region.getByRole("table", { name: hidden }).waitFor({ state: "detached" });
    const head = await region
      .getByRole("table", { name: shown })
      .getByRole("columnheader", { name: /^price/i })
      .boundingBox();
    check(
      bids.length < (await read(shown)).length && 10 < head.height,
      `${chosen} alone have the room of both, under heads of their own`,
    );
  }
  await sides.selectOption("both");
  await region.getByRole("button", { name: /^resume/i }).click();
  await region.getByRole("combobox", { name: /grouping/i }).selectOption("0.01");
  const field = page.getByRole("textbox", { name: /^price/i });
  const row = region.getByRole("table", { name: "Bids" }).getByRole("button").nth(1);
  const by = async (how) => {
    await page
      .getByRole("region", { name: /order book/i })
      .getByRole("button", { name: /^pause/i })
      .click();
    const shown = units((await row.textContent()).trim());
    await how();
    check(units(await field.inputValue()) === shown, "a price of the book goes into the ticket");
    await page
      .getByRole("region", { name: /order book/i })
      .getByRole("button", { name: /^resume/i })
      .click();
  };
  await by(() => row.click());
  await by(async () => {
    await row.focus();
    await page.keyboard.press("Enter");
  });
}

async function palette(page) {
  await page.getByRole("textbox", { name: /^size/i }).focus();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: /command palette/i }).waitFor();
  await page.keyboard.type("ETHUSDT");
  await page.keyboard.press("Enter");
  await page.waitForURL(/ETHUSDT/);
  check(true, "the palette leads to a market");
  await findsAll(page);
  await page.goto(new URL("/trade", page.url()).href);
  await page.waitForURL(/\/trade\/ETHUSDT$/);
  await ready(page);
  check(true, "trading leads to the market that was open last");
  const size = page.getByRole("textbox", { name: /^size/i });
  await size.focus();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: /command palette/i }).waitFor();
  await page.keyboard.press("Escape");
  check(
    await size.evaluate((field) => field === document.activeElement),
    "the focus goes back to where it was",
  );
  await size.blur();
  await page.locator("body").press("?");
  await page.getByRole("dialog", { name: /shortcuts/i }).waitFor();
  await page.keyboard.press("Escape");
  check((await page.getByRole("dialog").count()) === 0, "Escape closes");
}

/** What the palette has to find, and by what. */
const FOUND = [
  ["eth/usdt", "ETH/USDT"],
  ["balances", "Wallet"],
  ["portfolio", "Portfolio"],
  ["ledger", "Ledger"],
  ["fees", "Fees"],
  ["statements", "Statements"],
  ["faucet", "Faucet: play money"],
  ["order history", "Orders"],
  ["identity", "Identity"],
  ["notifications", "Notifications"],
  ["sub-accounts", "Sub-accounts"],
  ["closing", "Data and closing"],
  ["status", "Status"],
  ["contrast", "Theme: High contrast"],
  ["as the system", "Theme: As the system"],
  ["colours", "Up/down colours: Blue up, orange down"],
  ["language", "Language: 简体中文"],
];

async function findsAll(page) {
  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: /command palette/i });
  const missed = [];
  for (const [typed, title] of FOUND) {
    await dialog.getByRole("combobox").fill(typed);
    const titles = await dialog.getByRole("option").allTextContents();
    if (!titles.includes(title)) missed.push([typed, titles]);
  }
  check(missed.length === 0, "the palette finds every page, section and setting", missed);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const before = await theme();
  await dialog.getByRole("combobox").fill("high contrast");
  await page.keyboard.press("Enter");
  check((await theme()) === "contrast", "and a setting is one key away");
  await page.keyboard.press("Control+k");
  await dialog.getByRole("combobox").fill(`theme: ${before}`);
  await page.keyboard.press("Enter");
  check((await theme()) === before, "and so is the way back");
  await page.keyboard.press("Control+k");
  await dialog.getByRole("combobox").fill("fees");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/wallet\/fees$/);
}

/** Prices, sizes and totals of the book, as they are shown. */
const numbersOfBook = (page) => page.locator(".book .book-table tbody td").allTextContents();

async function language(page) {
  const pause = page
    .getByRole("region", { name: /order book/i })
    .getByRole("button", { name: /^pause/i });
  await pause.click();
  const before = await numbersOfBook(page);
  await page.getByRole("button", { name: "简体中文" }).click();
  const nav = page.getByRole("navigation", { name: "主导航" });
  await nav.waitFor();
  check(
    (await page.locator("html").getAttribute("lang")).startsWith("zh"),
    "the document says its language",
  );
  const text = `${await nav.textContent()} ${await page.getByRole("form").textContent()}`;
  check(
    !/Markets|Trade|Wallet|Buy|Sell|Price|Size|Limit/.test(text),
    "no English word is left over",
    text,
  );
  const after = await numbersOfBook(page);
  check(20 < before.length && `${before}` === `${after}`, "prices are what they were", {
    before,
    after,
  });
  await page.reload();
  await page.getByRole("navigation", { name: "主导航" }).waitFor();
  check(true, "the language is kept");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** What is up, for everybody: in words, with the time they are of. */
async function status(page, origin) {
  await page.goto(`${origin}/status`);
  await page.locator("#overall").getByText("Operational").waitFor();
  await page.getByRole("row", { name: /BTCUSDT.*trading/i }).waitFor();
  const text = await page.locator("body").textContent();
  check(
    /Updated \(UTC\)\s*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text),
    "the status page says what is up, and when",
    text,
  );
  await page.getByText(/^no order in \d+ s$/).waitFor();
  await order(page, origin);
  const said = (id) => page.locator(`#${id}`).textContent();
  await until("how old it is, how long orders take, and what the gateway does", async () =>
    [
      /^\d+\.\d s$/.test(await said("feed")),
      /^half ≤ [\d.]+ ms, 99 % ≤ [\d.]+ ms, of [\d,]+ in \d+ s$/.test(await said("orders")),
      /^[\d,]+ requests\/s, \d+ connections/.test(await said("load")),
      /^\d+ ms$/.test(await said("trip")),
    ].every((holds) => holds),
  );
  check(await page.getByText("DEV · play money").isVisible(), "it says what its money is worth");
  await troubled(page, origin);
  await statusInChinese(page, origin);
}

/** A change downwards, a part that the page was not made for, and why not everything is taken. */
const TROUBLE = {
  overall: "degraded",
  reasons: [
    "the disk is full: only what takes risk away is taken, such as cancels, from 4096 bytes of reserve",
  ],
  components: [
    { id: "accounts", state: "operational", since: 1 },
    { id: "chain", state: "degraded", since: 86_400_000, reason: "deposits are late" },
  ],
};

async function play(page, trouble) {
  await page.route("**/v1/status", async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    const [first, ...others] = told.markets;
    const fallen = { ...first, openPrice: "100.00000000", lastPrice: "98.76000000" };
    await route.fulfill({ response, json: { ...told, ...trouble, markets: [fallen, ...others] } });
  });
}

async function troubled(page, origin) {
  await play(page, TROUBLE);
  await page.goto(`${origin}/status`);
  await page.getByRole("cell", { name: "−1.24%", exact: true }).waitFor();
  check(true, "the status page writes a fall as the pages do");
  await page.getByText("deposits are late · since 1970-01-02 00:00:00 UTC").waitFor();
  check(
    await page.getByText("chain", { exact: true }).isVisible(),
    "and what it does not know, by its name",
  );
  await page.unroute("**/v1/status");
}

/** Whoever sees the pages in Chinese sees this one so, too. */
async function statusInChinese(page, origin) {
  const speak = (language) =>
    page.evaluate((language) => {
      const look = JSON.parse(localStorage.getItem("bourse.look"));
      localStorage.setItem("bourse.look", JSON.stringify({ ...look, language }));
    }, language);
  await speak("zh-CN");
  await page.goto(`${origin}/status`);
  await page.locator('html[lang="zh-CN"]').waitFor();
  await page.getByRole("row", { name: /BTCUSDT.*交易中/ }).waitFor();
  await page.locator("#overall").getByText("运行正常").waitFor();
  await page.locator("#trip", { hasText: "ms" }).waitFor();
  const text = await page
    .locator("th[scope=col], dt, caption, h2, #overall, nav")
    .allTextContents();
  const english = text.join(" ").match(/[A-Za-z]{3,}/g) ?? [];
  const kept = ["UTC", "API", "exchangeInfo", "status", "health"];
  check(
    english.every((word) => kept.includes(word)),
    "the status page speaks Chinese to whom the pages do",
    english,
  );
  await checkAxe(page, "the status page, in Chinese");
  await play(page, TROUBLE);
  await page.getByRole("status").getByText("磁盘已满").waitFor();
  const reason = await page.getByRole("status").textContent();
  check(!/[A-Za-z]{3,}/.test(reason), "and says in Chinese why not everything is taken", reason);
  await page.unroute("**/v1/status");
  await speak("en");
}

/** Somebody elsewhere places an order. */
async function order(page, origin) {
  const other = await page.context().browser().newContext();
  const { request } = other;
  const answer = await request.post(`${origin}/dev/session`, { form: { name: "carol" } });
  const headers = { "X-BOURSE-CSRF": (await answer.json()).csrfToken };
  const query = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001";
  const placed = await request.post(`${origin}/api/v3/order?${query}`, { headers });
  check(placed.ok(), "an order is placed", await placed.text());
  await other.close();
}

/** Words of trading are explained where they stand, by mouse and keyboard, to those who want it. */
async function terms(page, origin) {
  const tip = page.getByRole("tooltip");
  const postOnly = page.getByRole("checkbox", { name: /post only/i });
  // What explains is fetched behind what one trades with.
  const started = page.locator("#term-tip");
  await started.waitFor({ state: "attached" });
  await postOnly.hover();
  await tip.getByText(/never pay the taker fee/i).waitFor();
  await checkAxe(page, "a word that is explained");
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "hidden" });
  await page.mouse.move(0, 0);
  await postOnly.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await tip.getByText(/never pay the taker fee/i).waitFor();
  check(true, "a word of trading is explained, by mouse and by keyboard, until Escape");
  const [listed] = await Promise.all([
    page.context().waitForEvent("page"),
    tip.getByRole("link", { name: /words of trading/i }).click(),
  ]);
  const word = listed.locator("#postOnly");
  await word.getByText(/never pay the taker fee/i).waitFor();
  check(
    await word.evaluate((element) => element === document.activeElement),
    "and leads to the list of all words, where it stands",
  );
  await listed.close();
  await page.goto(`${origin}/settings/words`);
  await page.locator("main dd").first().waitFor();
  const count = await page.locator("main dl > div").count();
  const spoken = await page.locator("main dd").filter({ hasText: /.{20}/ }).count();
  check(20 < count && spoken === count, "each with what it means", [count, spoken]);
  await page.goto(`${origin}/settings`);
  const wish = page.getByRole("checkbox", { name: /explain words of trading/i });
  await wish.uncheck();
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await started.waitFor({ state: "attached" });
  await postOnly.hover();
  await page.waitForTimeout(800);
  check(!(await tip.isVisible()), "and not to those who do not want it");
  await page.goto(`${origin}/settings`);
  await wish.check();
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
}
