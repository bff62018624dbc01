// What cannot be loaded says so in its place: why, when it is asked for again, the request id of a failure, and a button.

import { check, newPage, ready, until } from "./harness.mjs";

const ID = "1f2e3d4c5b6a7988";
/** The exchange fails, and has a name for it. */
const broken = (route) =>
  route.fulfill({
    status: 500,
    headers: { "x-correlation-id": ID },
    json: { code: -1000, msg: "An unknown error occurred." },
  });
/** It is asked too often, and says for how long to wait. */
const tooMany = (route) =>
  route.fulfill({
    status: 429,
    headers: { "retry-after": "41" },
    json: { code: -1003, msg: "Too many requests." },
  });
/** Nobody answers. */
const silent = (route) => route.abort();

export async function checkUnloaded(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await markets(page, origin);
  await book(page, origin);
  await tape(page, origin);
  await chinese(page, origin);
  // A failure is what was to be seen.
  const others = complaints.filter((text) => !/status of 500/.test(text));
  check(others.length === 0, "no error in the console", others);
  await context.close();
  await account(browser, origin);
}

/** What says that something cannot be loaded, with its button; the rows that stood for it are gone. */
async function told(place, what) {
  const failed = place.locator(".empty").filter({ hasText: what });
  await failed.getByRole("alert").waitFor();
  check((await place.locator(".skeleton").count()) === 0, `${what}: no rows stand for it any more`);
  return failed;
}

async function markets(page, origin) {
  for (const [path, question] of [
    ["/markets", "exchangeInfo"],
    ["/markets", "ticker/24hr"],
    ["/trade/BTCUSDT", "exchangeInfo"],
  ]) {
    const url = `**/api/v3/${question}*`;
    await page.route(url, broken);
    await page.goto(origin + path);
    const failed = await told(page.getByRole("main"), "Markets cannot be loaded");
    const text = await failed.textContent();
    check(
      /Orders and balances are not affected/.test(text) &&
        /next attempt in \d+ s/.test(text) &&
        text.includes(ID),
      `${path} without ${question} says why, when it is asked for again, and the request id`,
      text,
    );
    await page.unroute(url);
    await failed.getByRole("button", { name: "Try again" }).click();
    await failed.waitFor({ state: "detached" });
  }
  await ready(page);
  check(true, "and is there when it is asked for");
}

async function book(page, origin) {
  await page.route("**/api/v3/depth*", tooMany);
  await page.goto(`${origin}/trade/BTCUSDT`);
  const failed = await told(page.locator(".book"), "Order book cannot be loaded");
  const text = await failed.textContent();
  const [, seconds] = /next attempt in (\d+) s/.exec(text);
  check(35 < seconds && seconds <= 41, "a book that is asked for too often waits as long", text);
  await page.getByRole("tab", { name: "Depth", exact: true }).click();
  await told(page.getByRole("tabpanel", { name: "Depth" }), "Order book cannot be loaded");
  await page.unroute("**/api/v3/depth*");
  await failed.getByRole("button", { name: "Try again" }).click();
  await ready(page);
  check(true, "and is there when it is asked for");
}

async function tape(page, origin) {
  // Trades that happen meanwhile would stand there.
  await page.routeWebSocket(/\/stream/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      if (!text.startsWith('{"stream":"ltcusdt@trade"')) socket.send(text);
    });
  });
  await page.route("**/api/v3/trades*", silent);
  await page.goto(`${origin}/trade/LTCUSDT`);
  await page.getByRole("tab", { name: "Recent trades" }).click();
  const failed = await told(page.locator(".tape"), "Recent trades cannot be loaded");
  await page.unroute("**/api/v3/trades*");
  await failed.waitFor({ state: "detached" });
  check(true, "trades that nobody answers for are there by themselves when somebody does");
}

async function chinese(page, origin) {
  await page.route("**/api/v3/exchangeInfo*", broken);
  await page.evaluate(() => {
    const look = JSON.parse(localStorage.getItem("bourse.look"));
    localStorage.setItem("bourse.look", JSON.stringify({ ...look, language: "zh-CN" }));
  });
  await page.goto(`${origin}/markets`);
  const failed = page.getByRole("main").locator(".empty");
  await failed.getByRole("alert").waitFor();
  const text = (await failed.textContent()).replace(ID, "").replace("ID", "");
  check(
    /行情/.test(text) && /\d+ ?秒/.test(text) && !/[a-z]{3}/i.test(text),
    "it is said in Chinese",
    text,
  );
  await page.unroute("**/api/v3/exchangeInfo*");
}

/** Orders and balances come by a socket: one that is never opened is told in their places. */
async function account(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await context.request.post(`${origin}/dev/session`, { form: { name: "bob" } });
  const held = { isCut: true };
  await page.routeWebSocket(/\/ws-api\//, (socket) => {
    if (held.isCut) socket.close();
    else socket.connectToServer();
  });
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  const panels = page.getByRole("region", { name: "Your account" });
  await told(panels, "Open orders cannot be loaded");
  await panels.getByRole("tab", { name: "Balances" }).click();
  const failed = await told(panels, "Balances cannot be loaded");
  // The page tries again by itself, too: with nothing in its way the button might be gone before it is met.
  await failed.getByRole("button", { name: "Try again" }).click();
  held.isCut = false;
  await until(
    "balances that do not come say so, and are there when they do",
    async () => 0 < (await panels.getByRole("table", { name: "Balances" }).count()),
  );
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}
