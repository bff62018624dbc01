// The screen as somebody arranges it: panels, drawings and prices of the chart, in another browser as well.

import { check, newPage, open, ready, signIn, until } from "./harness.mjs";

export async function checkDesk(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signIn(page, origin, "alice");
  const canvas = page.locator(".chart-host canvas").first();
  await canvas.waitFor();
  await watched(page);
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
  await other.page.goto(`${origin}/trade/BTCUSDT`);
  await ready(other.page);
  await until("and so do drawings", async () =>
    /Drawings 1/.test(await other.page.getByRole("region", { name: /^chart/i }).textContent()),
  );
  await other.context.close();
  await layouts(page);
  check(complaints.length === 0, "no error in the console", complaints);
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
}

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
