// What operators tell everybody: on the status page with its times, above the pages while it is not over.

import { mkdirSync } from "node:fs";
import { checkAxe, checkAxeInForcedColours } from "./axe.mjs";
import { check, newPage, signIn } from "./harness.mjs";
import { decide, operate } from "./operators.mjs";

const START_MS = Date.now();
const day = (ahead) => new Date(START_MS + ahead * 86_400_000).toISOString().slice(0, 16);

export async function checkIncidents(browser, origin, folder) {
  mkdirSync(folder, { recursive: true });
  const { page, context, complaints } = await newPage(browser, origin);
  await page.goto(`${origin}/status`);
  await page.getByText(/none in the last ninety days/i).waitFor();
  check(true, "the status page says that nothing was the matter");
  operate(
    ...["olivia", "incident", "plan", "--title", "Another database"],
    ...["--text", "No order is taken meanwhile.", "--from", day(9), "--until", day(10)],
  );
  operate(
    ...["oscar", "incident", "open", "--title", "Deposits are late <b>"],
    ...["--text", "A node lags behind."],
  );
  const trade = `${origin}/trade/BTCUSDT`;
  await page.goto(trade);
  const banners = page.getByRole("complementary", { name: /announcements/i });
  const late = banners.getByText("Deposits are late <b>");
  await late.waitFor();
  const since = await banners.locator("time").textContent();
  check(
    /^\d{4}-\d\d-\d\d \d\d:\d\d UTC · (now|\d+ (sec|min)\. ago)$/.test(since),
    "a trouble says since when, and how long ago that was",
    since,
  );
  check((await banners.getByText("Another database").count()) === 0, "work far off is no banner");
  await checkAxe(page, "the trade screen below a banner");
  await page.screenshot({ path: `${folder}/banner-dark-1440.png` });
  await banners.getByRole("button", { name: /^close/i }).click();
  await late.waitFor({ state: "detached" });
  check(true, "a trouble stands above the page until it is closed");
  operate(
    ...["olivia", "incident", "update", "1", "--state", "in_progress"],
    ...["--text", "It has begun."],
  );
  operate(
    ...["oscar", "incident", "update", "2", "--state", "resolved"],
    ...["--text", "All deposits are in."],
  );
  await page.goto(trade);
  await banners.getByText("Another database").waitFor();
  check((await late.count()) === 0, "what is over is no banner, and what has begun is one");
  await phone(page, folder);
  await status(page, origin, folder);
  await halted(page, origin);
  operate(
    ...["olivia", "incident", "update", "1", "--state", "cancelled"],
    ...["--text", "Not needed."],
  );
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** A market that is halted says so to whoever looks at it, and takes no order until it goes on. */
async function halted(page, origin) {
  await signIn(page, origin, "dave");
  await page.goto(`${origin}/trade/ETHBTC`);
  const submit = page.getByRole("form", { name: /order ticket/i }).locator(".submit");
  await submit.filter({ hasText: "Buy ETH" }).waitFor();
  const turn = (phase) => decide("set-phase", ["market=ETHBTC", `phase=${phase}`], "looks");
  turn("halt");
  await submit
    .filter({ hasText: /halted since \d\d:\d\d:\d\d UTC · cancels are allowed/i })
    .waitFor({ timeout: 3_000 });
  check(await submit.isDisabled(), "a market that is halted takes no order, and says why");
  check(
    (await page.locator(".market-bar").getByRole("status").textContent()).startsWith("Halted"),
    "beside its name as well",
  );
  await checkAxe(page, "a market that is halted");
  const list = await page.context().newPage();
  await list.goto(`${origin}/markets`);
  const row = list.getByRole("row", { name: /ETH\/BTC/ });
  await row.getByText("Halted", { exact: true }).waitFor();
  check(true, "and has a mark in the list of markets");
  const type = page.getByRole("combobox", { name: /order type/i });
  await type.selectOption("twap");
  await submit
    .filter({ hasText: /halted since \d\d:\d\d:\d\d UTC · cancels are allowed/i })
    .waitFor();
  check(await submit.isDisabled(), "nor one that is spread over time");
  await type.selectOption("limit");
  turn("continuous");
  await submit.filter({ hasText: "Buy ETH" }).waitFor({ timeout: 3_000 });
  check(await submit.isEnabled(), "and goes on by itself");
  await row.getByText("Halted", { exact: true }).waitFor({ state: "detached" });
  check(true, "in the list, too");
  await list.close();
}

async function phone(page, folder) {
  await page.setViewportSize({ width: 390, height: 844 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(over <= 0, "a banner does not make a phone scroll sideways", `${over} px`);
  await page.screenshot({ path: `${folder}/banner-dark-390.png` });
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Orders that take long are told, however well everything else is. */
async function slowOrders(page, origin) {
  let slow = 0;
  await page.route("**/v1/status", async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    // Each answer has seen a thousand more orders that took half a second at least.
    slow += 1_000;
    const counts = told.load.orderDurations;
    counts.find(({ upToUs }) => upToUs === null || 500_000 <= upToUs).count += slow;
    await route.fulfill({ response, json: told });
  });
  await page.goto(`${origin}/status`);
  const overall = page.getByRole("status");
  await overall.filter({ hasText: "Slow: orders take long" }).waitFor();
  check(true, "the status page tells that orders are slow");
  await page.unroute("**/v1/status");
}

async function status(page, origin, folder) {
  await slowOrders(page, origin);
  await page.goto(`${origin}/status`);
  const articles = page.getByRole("article");
  await articles.nth(1).waitFor();
  const [planned, past] = await articles.allTextContents();
  check(
    /Another database.*In progress.*in 9 days.*It has begun\..*No order is taken/.test(planned) &&
      planned.includes(day(9).replace("T", " ")),
    "what is planned has its times and what was told, the newest first",
    planned,
  );
  check(
    /Deposits are late <b>.*Resolved.* ago.*UTC · (now|\d+ (sec|min)\. ago)All deposits are in\..*A node lags/.test(
      past,
    ),
    "what is over stays to be read, with how long ago each was said",
    past,
  );
  for (const theme of ["contrast", "light", "dark"]) {
    await wear(page, theme);
    const colours = await articles.evaluateAll((all) =>
      all.map((one) => getComputedStyle(one).color),
    );
    check(
      new Set(colours).size === 1,
      `what is under way has no colour of its own, ${theme}`,
      colours,
    );
    await checkAxe(page, `the status page, ${theme}`);
    await page.screenshot({ path: `${folder}/status-${theme}-1440.png`, fullPage: true });
  }
  await checkAxeInForcedColours(page, "the status page");
  for (const [width, height] of [
    [1366, 768],
    [768, 1024],
    [390, 844],
  ]) {
    await page.setViewportSize({ width, height });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(over <= 0, `the status page does not scroll sideways at ${width}`, `${over} px`);
    await page.screenshot({ path: `${folder}/status-dark-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** The theme that was chosen for the pages is that of the status page, whatever the system's is. */
async function wear(page, theme) {
  await page.emulateMedia({ colorScheme: theme === "light" ? "dark" : "light" });
  await page.evaluate((theme) => {
    const look = JSON.parse(localStorage.getItem("bourse.look"));
    localStorage.setItem("bourse.look", JSON.stringify({ ...look, theme }));
  }, theme);
  await page.reload();
  await page.getByRole("article").nth(1).waitFor();
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const wanted = { contrast: "rgb(0, 0, 0)", light: "rgb(243, 245, 248)", dark: "rgb(11, 14, 19)" };
  check(ground === wanted[theme], `the status page wears ${theme} where it was chosen`, ground);
}
