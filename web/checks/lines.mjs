// Own orders as lines on the chart: dropped elsewhere they are amended, a click on their cross cancels them. Where nobody
// else trades, so that a price stays where it is drawn.

import { acknowledgement, check, units, until } from "./harness.mjs";

/** What volume and times take at the foot of the chart, and a little. */
const BELOW_PX = 145;
const CROSS_PX = 20;
const DRAWN_MS = 500;
const ASKED_MS = 2_500;
/** What is offered, and was traded last. */
const BEST = 8_200_000_000n;

const form = (page) => page.getByRole("form", { name: /order ticket/i });
const field = (page, name) => form(page).getByRole("textbox", { name });
const rows = (page) => page.getByRole("table", { name: /open orders/i }).locator("tbody tr");
/** Reads what stands in a cell: what was asked for and is not answered yet follows an arrow. */
const price = (page, cell) => async () => {
  const [stands] = (await rows(page).locator("td").nth(cell).textContent()).split("→");
  return units(stands);
};
const PRICE = 4;
const TRIGGER = 5;

export async function checkLines(page) {
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Limit" });
  const spot = await lowSpot(page);
  await limitLine(page, spot);
  const id = await stopLine(page, spot);
  await pairLine(page, spot);
  await icebergLine(page, spot);
  await trail(page, spot);
  await farLine(page);
  await told(page, id);
}

/** A line that is dropped far through the market is asked about, and stands where it was until that is answered. */
async function farLine(first) {
  const page = await first.context().newPage();
  // For this page the market has fallen to far below everything that the chart shows.
  await page.route(/ticker\/24hr/, async (route) => {
    const day = await (await route.fetch()).json();
    const fallen = (row) => (row.symbol === "LTCUSDT" ? { ...row, lastPrice: "60.00000000" } : row);
    await route.fulfill({ json: Array.isArray(day) ? day.map(fallen) : fallen(day) });
  });
  await page.routeWebSocket(/\/stream/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!/"stream":"!?ticker/.test(message)) socket.send(message);
    });
  });
  await page.goto(first.url());
  await page.locator(".chart-host canvas").first().waitFor();
  await form(page)
    .getByText(/\d USDT/)
    .first()
    .waitFor();
  const spot = await lowSpot(page);
  const at = await pick(page, spot);
  await field(page, /^size/i).fill("1");
  await form(page)
    .getByRole("button", { name: /^buy ltc/i })
    .click();
  await until("an order rests", async () => (await rows(page).count()) === 1);
  await drag(page, spot, spot.y - 12);
  const asked = page.getByRole("alertdialog", { name: /confirm order/i });
  await asked.getByText(/is 3\d % through the market/i).waitFor();
  check(true, "a line that is dropped far through the market is asked about");
  await asked.getByRole("button", { name: "Cancel", exact: true }).click();
  check((await price(page, PRICE)()) === at, "and its order is left as it was");
  await drag(page, spot, spot.y - 12);
  await asked.getByRole("button", { name: "Amend", exact: true }).click();
  await until("and amended once that is confirmed", async () => at < (await price(page, PRICE)()));
  await rows(page)
    .getByRole("button", { name: /cancel order/i })
    .click();
  await until("it is cancelled", async () => (await rows(page).count()) === 0);
  await page.close();
}

/** A place below every candle. */
async function lowSpot(page) {
  const box = await page.locator(".chart-host").boundingBox();
  return { box, x: box.x + box.width / 3, y: box.y + box.height - BELOW_PX };
}

/** Lets the chart put a price into the ticket, once it is drawn. */
async function pick(page, { x, y }) {
  const text = await until("the chart gives a price", async () => {
    await page.mouse.click(x, y, { button: "right" });
    return field(page, /^price/i).inputValue();
  });
  return units(text);
}

async function drag(page, { x, y }, toY) {
  // It is listed a moment before it is drawn.
  await page.waitForTimeout(DRAWN_MS);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, (y + toY) / 2);
  await page.mouse.move(x, toY);
  await page.mouse.up();
}

async function limitLine(page, spot) {
  const at = await pick(page, spot);
  await field(page, /^size/i).fill("1");
  await form(page)
    .getByRole("button", { name: /^buy ltc/i })
    .click();
  await until("it rests", async () => (await rows(page).count()) === 1);
  await dragged(page, spot, { what: "a line that is dragged amends its order", at, cell: PRICE });
  await page.mouse.click(spot.x, spot.y - 12, { button: "right" });
  check((await rows(page).count()) === 1, "the second button of the mouse leaves the line alone");
  await cross(page, spot.y - 12);
}

/** Drags a line up and expects its order there, under its number, in one request and with its row there all the time. */
async function dragged(page, spot, { what, at, cell }) {
  const name = () => page.getByRole("button", { name: /amend order/i }).getAttribute("aria-label");
  const before = await name();
  const asked = [];
  const note = (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== "GET" && /order/i.test(pathname)) asked.push(pathname);
  };
  page.on("request", note);
  await page.evaluate(watchRows, before);
  await drag(page, spot, spot.y - 12);
  await acknowledgement(page)
    .filter({ hasText: /amended #/i })
    .waitFor();
  page.off("request", note);
  await until(what, async () => at < (await price(page, cell)()));
  check((await name()) === before, "under its number");
  check((await page.evaluate(() => globalThis.rowsMissed)) === 0, "its row was never absent");
  check(asked.join() === "/v1/order/amend", "in one request", asked);
}

/** Looks for the row of an order every 20 ms from now on, and counts how often it is not there. */
function watchRows(name) {
  globalThis.rowsMissed = 0;
  globalThis.clearInterval(globalThis.rowsWatched);
  globalThis.rowsWatched = globalThis.setInterval(() => {
    if (document.querySelector(`[aria-label="${name}"]`) === null) globalThis.rowsMissed += 1;
  }, 20);
}

/** Clicks on the cross of the line at a height, and waits until its order is gone. */
async function cross(page, y) {
  const edge = await page.locator(".chart-host").evaluate((host) => {
    const { left, width } = host.getBoundingClientRect();
    const widths = [...host.querySelectorAll("canvas")]
      .map((canvas) => canvas.getBoundingClientRect().width)
      .filter((one) => one < width - 20);
    return left + Math.max(...widths);
  });
  await page.mouse.click(edge - CROSS_PX, y);
  await acknowledgement(page)
    .filter({ hasText: /cancelled #/i })
    .waitFor();
  await until(
    "the cross of a line cancels its order",
    async () => (await rows(page).count()) === 0,
  );
}

/** The list of all orders says of it what the list of open ones does. */
async function waitsInHistory(page) {
  const tab = (name) => page.getByRole("tab", { name }).click();
  await tab(/order history/i);
  const first = page
    .getByRole("table", { name: /order history/i })
    .locator("tbody tr")
    .first();
  await until("and is told to wait among all orders", async () =>
    /Stop market.*Waiting/.test(await first.textContent()),
  );
  await tab(/open orders/i);
}

async function stopLine(page, spot) {
  const at = await pick(page, spot);
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Stop market" });
  await form(page).getByRole("radio", { name: "Sell" }).check();
  await field(page, /^trigger price/i).fill(`${Number(at) / 1e8}`);
  await field(page, /^size/i).fill("1");
  await form(page)
    .getByRole("button", { name: /^sell ltc/i })
    .click();
  await until("a stop waits", async () => (await rows(page).count()) === 1);
  const trigger = price(page, TRIGGER);
  check((await trigger()) === at, "at the price of the chart");
  await waitsInHistory(page);
  await drag(page, spot, spot.box.y + 20);
  await page
    .getByRole("alert")
    .filter({ hasText: /rejected: the trigger price is met already/i })
    .waitFor();
  check((await trigger()) === at, "dropped above the market it stays as it was, and says why");
  await dragged(page, spot, {
    what: "dropped elsewhere it waits for that price",
    at,
    cell: TRIGGER,
  });
  await byDialog(page, await trigger(), at);
  const name = await page.getByRole("button", { name: /amend order/i }).getAttribute("aria-label");
  await cross(page, spot.y);
  return /\d+/.exec(name)[0];
}

/** The stop of a pair is dragged like any other; its list and its partner stay. */
async function pairLine(page, spot) {
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Limit" });
  const at = await pick(page, spot);
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "OCO · one cancels other" });
  await form(page).getByRole("radio", { name: "Sell" }).check();
  await field(page, /^price/i).fill("90");
  await field(page, /^trigger price/i).fill(`${Number(at) / 1e8}`);
  await field(page, /^size/i).fill("1");
  await form(page)
    .getByRole("button", { name: /^sell ltc/i })
    .click();
  await until("a pair waits", async () => (await rows(page).count()) === 2);
  const texts = () => rows(page).allTextContents();
  const lists = async () => (await texts()).map((text) => /list \d+/i.exec(text)?.[0]).join();
  const before = await until("both are of one list", async () => {
    const now = await lists();
    return /^(list \d+),\1$/i.test(now) && now;
  });
  await drag(page, spot, spot.y - 12);
  await acknowledgement(page)
    .filter({ hasText: /amended #/i })
    .waitFor();
  const trigger = async () => {
    const cells = await rows(page)
      .locator(`td:nth-child(${TRIGGER + 1})`)
      .allTextContents();
    return cells.map((cell) => cell.split("→")[0]).find((cell) => /\d/.test(cell));
  };
  await until(
    "the line of a leg amends it in place",
    async () => at < units((await trigger()) ?? "0"),
  );
  await until("both stay in their list", async () => (await lists()) === before);
  await page
    .getByRole("button", { name: /cancel order/i })
    .first()
    .click();
  await until("cancelling one ends both", async () => (await rows(page).count()) === 0);
}

/**
 * The trail of an order is amended in its row; once it has begun, its line stands where it starts, and is dragged to
 * another trail.
 */
async function trail(page, spot) {
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Limit" });
  const away = (Number(BEST - (await pick(page, spot))) / Number(BEST)) * 100;
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Trailing stop" });
  await form(page).getByRole("radio", { name: "Sell" }).check();
  await field(page, /^trails from/i).fill("");
  await field(page, /^trail \(/i).fill("1.5");
  await field(page, /^size/i).fill("1");
  await form(page)
    .getByRole("button", { name: /^sell ltc/i })
    .click();
  await until("a trailing stop waits", async () => (await rows(page).count()) === 1);
  const button = page.getByRole("button", { name: /amend order/i });
  const before = await button.getAttribute("aria-label");
  await button.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^trail/i }).fill(away.toFixed(2));
  await dialog.getByRole("button", { name: /^amend/i }).click();
  const delta = async () => {
    const text = await rows(page).locator("td").nth(TRIGGER).textContent();
    return Number.parseFloat(text.split("→")[0]);
  };
  await until("its trail is amended", async () => (await delta()).toFixed(2) === away.toFixed(2));
  await tradeOnce(page);
  // The exchange is asked every second since when it trails.
  await page.waitForTimeout(ASKED_MS);
  await drag(page, spot, spot.y - 12);
  await until("the line of a trail is dragged to another one", async () => {
    const now = await delta();
    return 0 < now && now < away - 0.01;
  });
  check((await button.getAttribute("aria-label")) === before, "under its number");
  await page
    .getByRole("button", { name: /cancel order/i })
    .first()
    .click();
  await until("it is cancelled", async () => (await rows(page).count()) === 0);
}

/** Takes a little of what is offered, so that what trails begins to. */
async function tradeOnce(page) {
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Market" });
  await form(page).getByRole("radio", { name: "Buy" }).check();
  await field(page, /^size/i).fill("0.1");
  await form(page)
    .getByRole("button", { name: /^buy ltc/i })
    .click();
  await acknowledgement(page)
    .filter({ hasText: /filled 0\.1 @ 82/i })
    .waitFor();
}

/** The page of an order that waited says what was amended. */
async function told(page, id) {
  const trade = page.url();
  const symbol = new URL(trade).pathname.split("/").at(-1);
  await page.goto(new URL(`/orders/${symbol}/${id}`, trade).href);
  const timeline = page.getByRole("table", { name: /what became of it/i });
  const text = timeline.getByText(/amended: trigger price [\d.]+ is now [\d.]+/i);
  await until(
    "the page of the order says how it was amended",
    async () => 0 < (await text.count()),
  );
  await page.goto(trade);
  await form(page).waitFor();
}

async function icebergLine(page, spot) {
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Limit" });
  const at = await pick(page, spot);
  await form(page).getByRole("radio", { name: "Buy" }).check();
  await form(page).getByText("Advanced").click();
  await field(page, /^size/i).fill("1");
  await field(page, /^shown size/i).fill("0.5");
  await form(page)
    .getByRole("button", { name: /^buy ltc/i })
    .click();
  await until("an iceberg rests", async () => (await rows(page).count()) === 1);
  const what = "the line of an iceberg amends its order";
  await dragged(page, spot, { what, at, cell: PRICE });
  await cross(page, spot.y - 12);
}

/** The trigger of an order is amended in its row as well; one that would be met at once is refused as it is typed. */
async function byDialog(page, before, at) {
  await page.getByRole("button", { name: /amend order/i }).click();
  const dialog = page.getByRole("dialog");
  const stop = dialog.getByRole("textbox", { name: /^trigger price/i });
  check(units(await stop.inputValue()) === before, "the trigger can be amended");
  await stop.fill("500");
  check(
    (await stop.getAttribute("aria-invalid")) === "true" &&
      (await dialog.getByRole("button", { name: /^amend/i }).isDisabled()),
    "one that would be met at once is refused as it is typed",
  );
  await stop.fill(`${Number(at) / 1e8}`);
  await dialog.getByRole("button", { name: /^amend/i }).click();
  await until("it waits where it did", async () => (await price(page, TRIGGER)()) === at);
}
