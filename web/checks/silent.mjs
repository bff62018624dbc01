// Sockets that are open and say nothing: market data that stands still, and an account of which nothing is heard.

import { check, newPage, ready, signIn, until } from "./harness.mjs";

/** Old after a second and a half, and stale after five, since the last word, which was up to a second before; told later, at most. */
const SLOW_MS = [400, 4_500];
const STALE_MS = [3_900, 9_000];
/** A socket is given up after six seconds without an answer. */
const LOST_MS_MAX = 12_000;

export async function checkSilent(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  const world = await muted(page);
  await signIn(page, origin, "dave");
  await marketStandsStill(page, world);
  await accountIsSilent(page, world);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** Sockets that are open and let through what they are asked to. */
async function muted(page) {
  const world = { isStill: false, isSilent: false, accounts: [] };
  await page.routeWebSocket(/\/stream/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      // Questions of the page itself are answered.
      if (!world.isStill || !text.startsWith('{"stream"')) socket.send(text);
    });
  });
  await page.routeWebSocket(/\/ws-api\//, (socket) => {
    world.accounts.push(socket);
    const server = socket.connectToServer();
    server.onMessage((text) => {
      if (!world.isSilent) socket.send(text);
    });
  });
  return world;
}

const health = (page, what) =>
  page.getByRole("button", { name: new RegExp(`connection: ${what}`, "i") });

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

async function accountIsSilent(page, world) {
  const own = page.getByRole("status").filter({ hasText: /orders and balances: stale since/i });
  check((await own.count()) === 0, "what is heard of the account is not told as old");
  const before = world.accounts.length;
  world.isSilent = true;
  const since = performance.now();
  await own.waitFor();
  const ms = performance.now() - since;
  check(ms < LOST_MS_MAX, "a silent socket of the account is noticed, and told", ms);
  const isOwn = (what) => page.evaluate((is) => document.body.dataset.own === is, what);
  check(await isOwn("old"), "own orders and balances are marked as old");
  await until("another socket is opened", () => before < world.accounts.length);
  check((await health(page, "(live|slow)").count()) === 1, "the market is live all the while");
  world.isSilent = false;
  await Promise.all(world.accounts.map((socket) => socket.close()));
  await own.waitFor({ state: "detached" });
  await until("which tells orders and balances as they are", () => isOwn("current"));
}
