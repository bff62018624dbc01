// The screen as somebody arranges it: panels, drawings and prices of the chart, in another browser as well.

import { checkAxe } from "./axe.mjs";
import { check, newPage, open, ready, signIn, until } from "./harness.mjs";

export async function checkDesk(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "alice");
  const canvas = page.locator(".chart-host canvas").first();
  await canvas.waitFor();
  await watched(page);
  await rail(page);
  await helpKey(page);
  await loading(browser, origin);
  await panels(page);
  await pricePicked(page);
  await drawn(page);
  const other = await newPage(browser, origin);
  await signIn(other.page, origin, "alice");
  await until("widths follow the user to another browser", async () => {
    const width = await separator(other.page, /width of the ticket/i).getAttribute("aria-valuenow");
    return width === "332";
  });
  await other.page.goto(`${origin}/markets`);
  await other.page.getByRole("tab", { name: /watchlist/i }).click();
  await until("so does the watchlist, in its order", async () => {
    const names = await listed(other.page);
    return names.join() === "LTC/USDT,ETH/USDT";
  });
  await other.page.setViewportSize({ width: 1920, height: 1080 });
  await other.page.goto(`${origin}/trade/BTCUSDT`);
  await ready(other.page);
  check((await railOf(other.page).count()) === 0, "and a rail that was closed stays so");
  await other.page.goto(`${origin}/trade/BTCUSDT`);
  await ready(other.page);
  await until("and so do drawings", async () =>
    /Drawings 1/.test(await other.page.getByRole("region", { name: /^chart/i }).textContent()),
  );
  await other.context.close();
  await layouts(page);
  await presets(page);
  await leavesNothing(browser, page, origin);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

const railOf = (page) => page.getByRole("navigation", { name: "Watchlist" });

/** Watched markets stand beside a wide screen, in their order, with what they do; a key opens one. */
async function rail(page) {
  check((await railOf(page).count()) === 0, "there is no rail where there is no room for it");
  await page.setViewportSize({ width: 1600, height: 900 });
  const links = railOf(page).locator("li a");
  await until("watched markets stand beside a wide screen, in their order", async () => {
    const texts = await links.allTextContents();
    return (
      texts.length === 2 && /^LTC\/USDT[\d,.]+/.test(texts[0]) && /^ETH\/USDT[\d,.]+/.test(texts[1])
    );
  });
  const { width } = await railOf(page).boundingBox();
  const screen = await page.locator(".trade").boundingBox();
  check(width === 240 && screen.width === 1_359, "240 px wide, beside the screen", screen);
  check(screen.height <= 900 - 48 - 26, "which stays within the window", screen);
  await checkAxe(page, "the rail of watched markets");
  await links.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/trade\/ETHUSDT$/);
  await ready(page);
  check(
    (await links.nth(1).getAttribute("aria-current")) === "page",
    "a market of it is opened by keys, and is marked",
  );
  await open(page, "/trade/BTCUSDT");
  await ready(page);
  const kept = page.waitForResponse(
    (response) =>
      response.url().includes("/v1/preferences") &&
      /showsRail%22%3Afalse/.test(response.request().postData() ?? ""),
  );
  await page.getByRole("button", { name: "Watchlist", exact: true }).click();
  await railOf(page).waitFor({ state: "detached" });
  await kept;
  check(true, "the rail is closed, and that is kept");
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** The key that opens the list of keys can be turned off. */
async function helpKey(page) {
  const dialog = page.getByRole("dialog", { name: /keyboard shortcuts/i });
  const press = async () => {
    await page.locator("main").focus();
    await page.keyboard.press("?");
  };
  await open(page, "/settings");
  await press();
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  const box = page.getByRole("checkbox", { name: /the key \? opens/i });
  await box.uncheck();
  await press();
  // What it opened before is there: it would be opened at once.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  check((await dialog.count()) === 0, "the key ? is turned off");
  await box.check();
  await open(page, "/trade/BTCUSDT");
  await ready(page);
}

/** What is loaded shows rows only when it takes its time, is told to those who see none, and moves nothing. */
async function loading(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  await page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) {
        if (!hadRecentInput) globalThis.shift += value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  let answer;
  const asking = new Promise((resolve) => (answer = resolve));
  await page.route(/\/api\/v3\/depth/, async (route) => {
    await asking;
    await route.continue();
  });
  await page.goto(`${origin}/trade/BTCUSDT`);
  const rows = page.locator(".book-pane").getByRole("status");
  await rows.waitFor();
  check((await rows.textContent()) === "Loading order book…", "what is loaded is told");
  const { animationName, animationDuration } = await rows.evaluate((one) => {
    const style = window.getComputedStyle(one);
    return { animationName: style.animationName, animationDuration: style.animationDuration };
  });
  check(
    `${animationName} ${animationDuration}` === "late 0.15s",
    "its rows are seen after 150 ms",
    animationDuration,
  );
  answer();
  await ready(page);
  check((await page.locator(".book-pane .skeleton").count()) === 0, "and give way to the book");
  const shift = await page.evaluate(() => globalThis.shift);
  check(shift <= 0.02, "nothing has moved by itself", shift);
  await context.close();
}

const separator = (page, name) => page.getByRole("separator", { name });

async function panels(page) {
  const ticket = separator(page, /width of the ticket/i);
  const box = await page.locator(".ticket-pane").boundingBox();
  await ticket.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await until("a panel is made wider by keys", async () => {
    const wider = await page.locator(".ticket-pane").boundingBox();
    return wider.width - box.width === 32;
  });
  const side = await separator(page, /width of the book/i).boundingBox();
  await page.mouse.move(side.x + 4, side.y + 200);
  await page.mouse.down();
  await page.mouse.move(side.x - 40, side.y + 200);
  await page.mouse.up();
  await until("and by the pointer", async () => {
    const moved = await separator(page, /width of the book/i).boundingBox();
    return moved.x < side.x - 30;
  });
  await dock(page);
}

/** The edge above the account is moved by keys and by the pointer, within its bounds. */
async function dock(page) {
  const edge = separator(page, /height of your account/i);
  const height = async () => (await page.locator(".dock").boundingBox()).height;
  const share = async () => Number(await edge.getAttribute("aria-valuenow"));
  const [before, was] = [await height(), await share()];
  await edge.focus();
  await page.keyboard.press("ArrowUp");
  await until("the account is made higher by keys", async () => before + 15 < (await height()));
  check((await share()) === was + 3, "by three per cent of the screen");
  const { x, y } = await edge.boundingBox();
  await page.mouse.move(x + 200, y + 4);
  await page.mouse.down();
  await page.mouse.move(x + 200, y + 900, { steps: 4 });
  await page.mouse.up();
  check((await share()) === 15 && (await height()) < before, "and by the pointer, to its least");
  await edge.focus();
  for (let turn = 0; turn < 5; turn += 1) await page.keyboard.press("ArrowUp");
  check((await share()) === was, "and back");
}

/** Presets of the layout put chart, book and account where they say. */
async function presets(page) {
  const box = (selector) => page.locator(selector).boundingBox();
  for (const [preset, holds] of [
    ["chart", ({ chart, side, dock }) => dock.y < side.y + side.height && side.y > chart.y],
    ["book", ({ chart, side }) => side.x < chart.x],
    ["classic", ({ chart, side, ticket }) => chart.x < side.x && side.x < ticket.x],
  ]) {
    await open(page, "/settings");
    await page
      .getByRole("region", { name: "Layout" })
      .getByRole("combobox", { name: "Layout" })
      .selectOption(preset);
    await open(page, "/trade/BTCUSDT");
    await ready(page);
    const places = {
      chart: await box(".chart-pane"),
      side: await box(".trade > .side"),
      ticket: await box(".ticket-pane"),
      dock: await box(".dock"),
    };
    check(holds(places), `the preset ${preset} is laid out as it says`, places);
  }
}

/** What was drawn and arranged goes with the session, though it ended elsewhere: the next one sees and saves nothing of it. */
async function leavesNothing(browser, page, origin) {
  const chart = page.getByRole("region", { name: /^chart/i });
  await chart.getByText("Drawings 1 ▾").waitFor();
  await page.context().request.delete(`${origin}/v1/session`, {
    headers: { "X-BOURSE-CSRF": await tokenOf(page) },
  });
  await page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor();
  await chart.getByText("Drawings 0 ▾").waitFor();
  check(true, "drawings go with a session that ended");
  const kept = () =>
    page.evaluate(() =>
      Object.entries(localStorage)
        .filter(([name, text]) => /drawings/.test(name) || /ETHUSDT|332/.test(text))
        .map(([name]) => name),
    );
  check((await kept()).length === 0, "and nothing of it stays in the browser", await kept());
  await signIn(page, origin, "bob");
  await chart.getByText("Drawings 0 ▾").waitFor();
  await open(page, "/markets");
  await page.getByRole("tab", { name: /watchlist/i }).click();
  check((await listed(page)).length === 0, "whoever comes next watches no market of another");
  const saved = await page.evaluate(async () => (await fetch("/v1/preferences")).text());
  check(!/ETHUSDT|drawings/.test(saved), "and saves nothing of another", saved);
  await signIn(page, origin, "alice");
  await chart.getByText("Drawings 1 ▾").waitFor();
  check(true, "and whoever had drawn finds it again");
}

const tokenOf = (page) =>
  page.evaluate(async () => (await (await fetch("/v1/session")).json()).csrfToken);

async function pricePicked(page) {
  const host = page.locator(".chart-host");
  const { width, height } = await host.boundingBox();
  await host.click({ button: "right", position: { x: width / 2, y: height / 3 } });
  const price = page
    .getByRole("form", { name: /order ticket/i })
    .getByRole("textbox", { name: /^price/i });
  await until("a price of the chart goes into the ticket", async () =>
    /^\d+(\.\d\d?)?$/.test(await price.inputValue()),
  );
}

async function drawn(page) {
  const region = page.getByRole("region", { name: /^chart/i });
  await region.getByText("Draw", { exact: false }).first().click();
  await region.getByRole("button", { name: "Horizontal line" }).click();
  const host = page.locator(".chart-host");
  const { width, height } = await host.boundingBox();
  const saved = page.waitForResponse(
    (response) =>
      response.url().includes("/v1/preferences") &&
      response.request().method() === "PUT" &&
      (response.request().postData() ?? "").includes("drawings"),
  );
  await host.click({ position: { x: width / 3, y: height / 3 } });
  await saved;
  check(true, "a drawing is kept by the exchange");
  await ready(page);
}

/** Panels change their places, and a layout is kept under a name. */
async function layouts(page) {
  await open(page, "/settings");
  const panel = page.getByRole("region", { name: "Layout" });
  for (let turn = 0; turn < 2; turn += 1) {
    await panel.getByRole("button", { name: /order ticket: to the left/i }).click();
  }
  await panel.getByRole("textbox", { name: /name for this layout/i }).fill("left hand");
  await panel.getByRole("button", { name: /keep layout/i }).click();
  const place = async () => {
    await open(page, "/trade/BTCUSDT");
    await ready(page);
    return (await page.locator(".ticket-pane").boundingBox()).x;
  };
  check((await place()) === 0, "the ticket stands at the left edge");
  await open(page, "/settings");
  await panel.getByRole("button", { name: /reset layout/i }).click();
  check(600 < (await place()), "and at the right one after a reset");
  await open(page, "/settings");
  await panel.getByRole("button", { name: "Show left hand" }).click();
  check((await place()) === 0, "a layout that was kept is shown again");
  await open(page, "/settings");
  await panel.getByRole("button", { name: "Forget left hand" }).click();
  await panel.getByText(/no layout is kept/i).waitFor();
  await panel.getByRole("button", { name: /reset layout/i }).click();
}

const listed = (page) =>
  page
    .getByRole("table", { name: /markets/i })
    .getByRole("link")
    .evaluateAll((all) => all.map((one) => one.textContent));

/** Markets of a watchlist stand in an order of one's own. */
async function watched(page) {
  await open(page, "/markets");
  for (const symbol of ["ETHUSDT", "LTCUSDT"]) {
    await page.getByRole("button", { name: `Add ${symbol} to watchlist` }).click();
  }
  await page.getByRole("tab", { name: /watchlist/i }).click();
  check((await listed(page)).join() === "ETH/USDT,LTC/USDT", "two markets are watched");
  const star = page.getByRole("button", { name: "Remove ETHUSDT from watchlist" });
  check((await star.getAttribute("aria-pressed")) === "true", "and their stars say so");
  const kept = page.waitForResponse(
    (response) =>
      response.url().includes("/v1/preferences") &&
      response.request().method() === "PUT" &&
      /LTCUSDT.*ETHUSDT/.test(decodeURIComponent(response.request().postData() ?? "")),
  );
  await page.getByRole("button", { name: "Move LTCUSDT up" }).click();
  check((await listed(page)).join() === "LTC/USDT,ETH/USDT", "in an order of one's own");
  await kept;
  await open(page, "/trade/BTCUSDT");
  await ready(page);
  await page.locator(".chart-host canvas").first().waitFor();
}
