// Sockets that are open and say nothing: market data that stands still, an exchange that is gone without a word, and an
// account of which nothing is heard; and orders that take long.

import { crowding } from "./crowding.mjs";
import { acknowledgement, check, newPage, ready, signIn, until } from "./harness.mjs";

/** Old after a second and a half, and stale after five, since the last word, which was up to a second before; told later, at most. */
const SLOW_MS = [400, 4_500];
const STALE_MS = [3_900, 9_000];
/** A socket that is silent is doubted within a second, and given up after six. */
const UNHEARD_MS_MAX = 1_000;
/** However busy the machine is, by so much more. */
const BUSY_MOST = 1.5;
/** An order that takes so long is slow. */
const SLOW_ORDER_MS = 600;

export async function checkSilent(browser, origin, measured) {
  const { page, context, complaints } = await newPage(browser, origin);
  const world = await muted(page);
  await signIn(page, origin, "dave");
  await exchangeIsGone(page, world, measured);
  await marketStandsStill(page, world);
  await accountIsSilent(page, world, measured);
  await ordersAreSlow(page);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** Sockets that are open and let through what they are asked to. */
async function muted(page) {
  const world = { isStill: false, isGone: false, isSilent: false, accounts: [] };
  await page.routeWebSocket(/\/stream/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      if (world.isGone) return;
      // Questions of the page itself are answered.
      if (!world.isStill || !text.startsWith('{"stream"')) socket.send(text);
    });
  });
  await page.routeWebSocket(/\/ws-api\//, (socket) => {
    world.accounts.push(socket);
    const server = socket.connectToServer();
    server.onMessage((text) => {
      if (!world.isGone && !world.isSilent) socket.send(text);
    });
  });
  return world;
}

const health = (page, what) =>
  page.getByRole("button", { name: new RegExp(`connection: ${what}`, "i") });

/** Nothing is heard on sockets that are open, whatever is asked: the exchange stands still, or the network swallows all. */
async function exchangeIsGone(page, world, measured) {
  await health(page, "live").waitFor();
  const crowded = crowding();
  const since = performance.now();
  world.isGone = true;
  await health(page, "slow no answer").waitFor();
  const ms = performance.now() - since;
  noteLoss(measured, "an exchange that says nothing any more is seen", ms, crowded);
  await page.locator('body[data-market="old"][data-own="old"]').waitFor();
  check(0 < (await page.getByText(/stale since/i).count()), "and old numbers are marked");
  await health(page, "(stale|offline)").waitFor();
  check(true, "then it is stale, or offline");
  world.isGone = false;
  await health(page, "live").waitFor();
  await ready(page);
}

function noteLoss(measured, what, ms, crowded) {
  measured.note("D-26", what, Math.round(ms), {
    unit: "ms",
    target: `≤ ${UNHEARD_MS_MAX}`,
    most: UNHEARD_MS_MAX,
    least: 1,
    crowding: Math.min(BUSY_MOST, (crowded + crowding()) / 2),
    isHeld: true,
  });
}

/** Orders whose answer comes late are slow for as long as a minute, however soon questions are answered. */
async function ordersAreSlow(page) {
  const form = page.getByRole("form", { name: /order ticket/i });
  const order = async (price) => {
    await form.getByRole("textbox", { name: /^price/i }).fill(price);
    await form.getByRole("textbox", { name: /^size/i }).fill("0.01");
    await form.getByRole("button", { name: /^buy btc/i }).click();
    await acknowledgement(page)
      .getByText(/accepted/i)
      .waitFor();
  };
  await health(page, "live").waitFor();
  await order("50000");
  await page.getByRole("button", { name: /connection: live orders \d+ ms/i }).waitFor();
  check(true, "the light says how long orders take");
  await page.route("**/api/v3/order*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_ORDER_MS));
    await route.continue();
  });
  await order("50001");
  await order("50002");
  await page.getByRole("button", { name: /connection: slow orders \d{3,} ms/i }).waitFor();
  check(true, "and is slow when they are");
  await page.unroute("**/api/v3/order*");
}

async function marketStandsStill(page, world) {
  await health(page, "live").waitFor();
  world.isStill = true;
  const since = performance.now();
  const told = async (what, [least, most]) => {
    await health(page, what).waitFor();
    const ms = performance.now() - since;
    check(least < ms && ms < most, `a market that stands still is told as ${what}`, ms);
  };
  await told("slow", SLOW_MS);
  await told("stale", STALE_MS);
  check((await page.title()).startsWith("⚠"), "the title warns");
  check(0 < (await page.getByText(/stale since/i).count()), "old numbers are marked");
  await asksFirst(page);
  world.isStill = false;
  await health(page, "live").waitFor();
  await ready(page);
  check(true, "and as live when it goes on");
}

/** An order at whatever price there is needs another word while nobody knows it; one that names its price does not. */
async function asksFirst(page) {
  const form = page.getByRole("form", { name: /order ticket/i });
  const type = form.getByRole("combobox", { name: /order type/i });
  const sent = [];
  const note = (request) => request.method() === "POST" && sent.push(request.url());
  page.on("request", note);
  await type.selectOption({ label: "Market" });
  await form.getByRole("textbox", { name: /^size/i }).fill("0.01");
  await form.getByRole("button", { name: /^buy btc/i }).click();
  const asked = page.getByRole("alertdialog", { name: /confirm order/i });
  await asked.getByText(/prices are not live/i).waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  page.off("request", note);
  check(sent.length === 0, "while prices are old, an order at the market is asked about", sent);
  await type.selectOption({ label: "Limit" });
}

async function accountIsSilent(page, world, measured) {
  const own = page.getByRole("status").filter({ hasText: /orders and balances: stale since/i });
  check((await own.count()) === 0, "what is heard of the account is not told as old");
  const before = world.accounts.length;
  const crowded = crowding();
  world.isSilent = true;
  const since = performance.now();
  await own.waitFor();
  const ms = performance.now() - since;
  noteLoss(measured, "an account of which nothing is heard is told", ms, crowded);
  const isOwn = (what) => page.evaluate((is) => document.body.dataset.own === is, what);
  check(await isOwn("old"), "own orders and balances are marked as old");
  await until("another socket is opened", () => before < world.accounts.length);
  check((await health(page, "(live|slow)").count()) === 1, "the market is live all the while");
  world.isSilent = false;
  await Promise.all(world.accounts.map((socket) => socket.close()));
  await own.waitFor({ state: "detached" });
  await until("which tells orders and balances as they are", () => isOwn("current"));
}
