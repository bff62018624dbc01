// Every page in both themes, the one in English, the other in Chinese: no breach of WCAG A and AA that axe finds, and
// nothing that scrolls sideways; a picture of each at each size.

import { mkdirSync } from "node:fs";
import { checkAxe, checkAxeInContrast, checkAxeInForcedColours } from "./axe.mjs";
import { checkChinese } from "./chinese.mjs";
import { check, newPage, open, ready, register, signIn, signInBy, until } from "./harness.mjs";

const SIZES = [
  ["1440", 1440, 900],
  ["1366", 1366, 768],
  ["768", 768, 1024],
  ["390", 390, 844],
];
export const PAGES = [
  ["markets", "/markets"],
  ["nowhere", "/nowhere"],
  ["trade", "/trade/BTCUSDT"],
  ["orders", "/orders"],
  ["wallet", "/wallet"],
  ["security", "/account/security"],
  ["portfolio", "/wallet/portfolio"],
  ["ledger", "/wallet/ledger"],
  ["fees", "/wallet/fees"],
  ["statements", "/wallet/statements"],
  ["keys", "/account/keys"],
  ["sessions", "/account/sessions"],
  ["identity", "/account/identity"],
  ["notifications", "/account/notifications"],
  ["subaccounts", "/account/subaccounts"],
  ["data", "/account/data"],
  ["brand", "/brand"],
  ["settings", "/settings"],
  ["words", "/settings/words"],
  ["sign-in", "/sign-in"],
  ["register", "/register"],
  ["reset", "/sign-in/reset"],
  ["email", "/sign-in/email"],
  ["lost-factor", "/sign-in/factors"],
];

/** Languages that are made of English: which way they run, and what they try. */
const MIRRORED = ["ar-XB", "rtl", "right to left"];
const LONGER = ["en-XA", "ltr", "longer words"];

export async function checkLook(browser, origin, folder) {
  mkdirSync(folder, { recursive: true });
  // Side by side: most of it is axe at work, each in a process of its own.
  await Promise.all([
    everyPage(browser, origin, folder, { theme: "dark", language: "en" }),
    everyPage(browser, origin, folder, { theme: "light", language: "zh-CN" }),
  ]);
  await sections(browser, origin);
  await directions(browser, origin);
  await timesOfThePlace(browser, origin);
  await systemLooks(browser, origin);
}

/** Whoever has chosen nothing has what the system asks for, before the first paint and when that changes. */
async function systemLooks(browser, origin) {
  const { page, context } = await newPage(browser, origin, { theme: "system" });
  const worn = () => page.evaluate(() => document.documentElement.dataset.theme);
  for (const [asked, theme] of [
    [{ colorScheme: "light", contrast: "no-preference" }, "light"],
    [{ colorScheme: "dark", contrast: "no-preference" }, "dark"],
    [{ colorScheme: "light", contrast: "more" }, "contrast"],
  ]) {
    await page.emulateMedia(asked);
    await page.goto(`${origin}/sign-in`);
    check((await worn()) === theme, `the system is followed: ${theme}`, await worn());
  }
  await page.emulateMedia({ colorScheme: "light", contrast: "no-preference" });
  await until("also when it changes", async () => (await worn()) === "light");
  await context.close();
}

async function everyPage(browser, origin, folder, { theme, language }) {
  const { page, context, complaints } = await newPage(browser, origin, { theme });
  await signInBy(page, origin, await register(page, origin, theme));
  const id = await furnish(page);
  await lettered(page);
  await speak(page, language);
  for (const [name, path] of [...PAGES, ["order", `/orders/BTCUSDT/${id}`]]) {
    await turnTo(page, name, path);
    check(
      await page.locator(".header .chip.play").isVisible(),
      `${name}, ${theme}: play money is called so`,
    );
    await checkAxe(page, `${name}, ${theme}, ${language}`);
    if (language === "zh-CN") await checkChinese(page, `${name}, ${theme}`);
    if (theme === "dark") await checkAxeInContrast(page, name);
    else await checkAxeInForcedColours(page, name);
    await pictures(page, `${folder}/${name}-${theme}`, theme);
  }
  check(complaints.length === 0, `no error in the console, ${theme}`, complaints);
  if (theme === "light")
    await translated(page, folder, MIRRORED, /^(markets|trade|wallet|settings)$/);
  else await translated(page, folder, LONGER, /^(markets|trade|wallet|settings|keys)$/);
  await context.close();
}

/** Trades a little and leaves orders behind, so that there is something to look at; returns the number of one. */
async function furnish(page) {
  await ready(page);
  return page.evaluate(async () => {
    const session = await (await fetch("/v1/session")).json();
    const headers = { "X-BOURSE-CSRF": session.csrfToken };
    const place = async (query) =>
      (await fetch(`/api/v3/order?symbol=BTCUSDT&${query}`, { method: "POST", headers })).json();
    const limit = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01234";
    await place("side=BUY&type=MARKET&quantity=0.02");
    await place("side=SELL&type=STOP_LOSS&quantity=0.01&stopPrice=1000");
    await place("side=SELL&type=STOP_LOSS&quantity=0.004&trailingDelta=1500");
    await place(`${limit}&price=20000.01`);
    return (await place(`${limit}&price=19999.99&icebergQty=0.005`)).orderId;
  });
}

/** Letters and digits are those of the own font, which was there in time; all digits are as wide as each other. */
async function lettered(page) {
  await page.locator(".book-pane tbody button").first().waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  const wornBy = async (selector) => {
    const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
    return fonts.map(({ familyName, isCustomFont }) => `${familyName} ${isCustomFont}`).join();
  };
  for (const selector of [".main-nav a", ".book-pane tbody button"]) {
    const worn = await wornBy(selector);
    check(worn.startsWith("Inter") && worn.endsWith(" true"), `own font: ${selector}`, worn);
  }
  const widths = await page.evaluate(() =>
    ["1111111111", "0000000000", "8888888888"].map((digits) => {
      const shown = document.body.appendChild(document.createElement("span"));
      shown.textContent = digits;
      const { width } = shown.getBoundingClientRect();
      shown.remove();
      return width;
    }),
  );
  check(widths[0] === widths[1] && widths[1] === widths[2], "digits have one width", widths);
  await session.detach();
}

/** Changes to a language by the button at the top. */
async function speak(page, language) {
  if (language === "en") return;
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.locator('html[lang="zh-CN"]').waitFor();
  await page.getByRole("navigation", { name: "主导航" }).waitFor();
}

async function pictures(page, path, theme) {
  // The widest and the narrowest tell what there is to tell of another language.
  const sizes = SIZES.filter(([size]) => theme === "dark" || size === "1440" || size === "390");
  for (const [size, width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await drawn(page);
    await straight(page, path.slice(path.lastIndexOf("/") + 1), size);
    if (theme === "dark" || size === "1440") await page.screenshot({ path: `${path}-${size}.png` });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Nothing is wider than the page, the head of it is not cut off, and what is done with an order is within reach. */
export async function straight(page, name, size) {
  const { over, cut, hidden, away } = await page.evaluate(() => ({
    over: document.documentElement.scrollWidth - innerWidth,
    cut: [...document.querySelectorAll(".header :is(a, button)")]
      .filter((one) => one.clientWidth < one.scrollWidth)
      .map((one) => one.textContent),
    hidden: [...document.querySelectorAll(".ledger td:nth-child(4)")]
      .filter((one) => innerWidth < one.getBoundingClientRect().right)
      .map((one) => one.textContent),
    away: [...document.querySelectorAll(".open-orders td button")].filter(
      (one) => innerWidth < one.getBoundingClientRect().right,
    ).length,
  }));
  check(over <= 0, `${name}, ${size} px: nothing scrolls sideways`, `${over} px`);
  check(cut.length === 0, `${name}, ${size} px: the head is not cut off`, cut);
  check(hidden.length === 0, `${name}, ${size} px: amounts of the ledger are seen`, hidden);
  check(away === 0, `${name}, ${size} px: orders are amended and cancelled without scrolling`);
}

/** On a phone rows of tables are cards: each cell says what it is called, and nothing of it is off the screen. */
export async function cards(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await drawn(page);
  const { rows, unnamed } = await page.evaluate(() => {
    const all = [...document.querySelectorAll("main table tbody tr")];
    const cells = all.flatMap((row) => [...row.cells]);
    return {
      rows: all.map((row) => window.getComputedStyle(row).display),
      unnamed: cells
        .filter((cell) => cell.matches("td") && cell.querySelector("button") === null)
        .filter((cell) => cell.textContent !== "" && cell.dataset.head === undefined)
        .map((cell) => cell.outerHTML),
    };
  });
  check(
    0 < rows.length && rows.every((display) => display === "grid") && unnamed.length === 0,
    `${name}: on a phone rows are cards`,
    { rows, unnamed },
  );
  await straight(page, name, "390");
  await page.setViewportSize(before);
}

/** Chooses a language that is made of English, and waits until it is spoken. */
async function choose(page, language, direction) {
  await open(page, "/settings");
  await page.locator("main h1").waitFor();
  const before = await page.locator(".main-nav").textContent();
  await page.locator(`select:has([value="${language}"])`).selectOption(language);
  await page.locator(`html[lang="${language}"][dir="${direction}"]`).waitFor();
  await page.waitForFunction(
    (known) => document.querySelector(".main-nav").textContent !== known,
    before,
  );
}

/** Written from right to left, or in longer words, nothing leaves the page either. */
async function translated(page, folder, [language, direction, what], pages) {
  await choose(page, language, direction);
  for (const [name, path] of PAGES.filter(([name]) => pages.test(name))) {
    await turnTo(page, name, path);
    for (const [size, width, height] of [SIZES[0], SIZES[3]]) {
      await page.setViewportSize({ width, height });
      await drawn(page);
      await straight(page, `${name}, ${what}`, size);
      await page.screenshot({ path: `${folder}/${name}-${language}-${size}.png` });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    if (name === "trade" && direction === "rtl") await mirrors(page);
  }
}

/** Numbers are read from left to right, and what lies beside them is mirrored: heads of columns, and the bars of the book. */
async function mirrors(page) {
  const { bars, ...directions } = await page.evaluate(() => {
    const styleOf = (selector) => window.getComputedStyle(document.querySelector(selector));
    return {
      head: styleOf(".open-orders th.number").direction,
      number: styleOf(".open-orders td.number").direction,
      clock: styleOf(".clock").unicodeBidi,
      bars: styleOf(".book-side.bids tbody tr").backgroundPositionX,
    };
  });
  check(parseInt(bars) === 0, "from right to left: bars of the book end at the left", bars);
  const expected = { head: "rtl", number: "ltr", clock: "isolate" };
  check(
    JSON.stringify(directions) === JSON.stringify(expected),
    "from right to left: heads are mirrored, numbers are not",
    directions,
  );
}

/** Opens a page in place and waits until it has what it asks for. */
export async function turnTo(page, name, path) {
  await open(page, path);
  if (name === "trade")
    await page.locator(".book-pane tbody button, .side-tabs tbody button").nth(2).waitFor();
  else await page.locator("main h1").waitFor();
  await page.waitForFunction(
    () => document.querySelector("main :is(.empty.quiet, .skeleton)") === null,
  );
  await drawn(page);
}

/** Waits until what was changed has been laid out and painted. */
const drawn = (page) =>
  page.evaluate(
    () =>
      new Promise((done) =>
        window.requestAnimationFrame(() => window.requestAnimationFrame(() => done(null))),
      ),
  );

async function sections(browser, origin) {
  const { page, context } = await newPage(browser, origin, { width: 390, height: 844 });
  await signIn(page, origin, "dave");
  await open(page, "/account/data");
  const chosen = page.locator('.tabs > [aria-current="page"]').filter({ hasText: /closing/i });
  await until("390 px: the section that is shown is seen among the others", async () => {
    const { x, width } = await chosen.boundingBox();
    return 0 <= x && x + width <= 390;
  });
  await context.close();
}

/** What rose and what fell, as it is shown: its colour, and the sign that is there without it. */
const shownDirections = (page) =>
  page.evaluate(() => {
    const cell = (tone) => document.querySelector(`.tape td.${tone}`);
    const [up, down] = [cell("up"), cell("down")];
    if (up === null || down === null) return null;
    return {
      up: window.getComputedStyle(up).color,
      down: window.getComputedStyle(down).color,
      page: window.getComputedStyle(document.documentElement).backgroundColor,
      signs: `${up.textContent.includes("▲")} ${down.textContent.includes("▼")}`,
    };
  });

const [RED, , BLUE] = [0, 1, 2];
/** Whether a colour has most of one of its three parts. */
function isMostly(colour, part) {
  const parts = colour.match(/\d+/g).slice(0, 3).map(Number);
  return parts[part] === Math.max(...parts);
}

async function directions(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  const shown = async () => {
    await open(page, "/trade/BTCUSDT");
    return until("some trades rose and some fell", () => shownDirections(page));
  };
  const choose = async (name, label) => {
    await open(page, "/settings");
    await page.getByRole("combobox", { name }).selectOption({ label });
  };
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  const before = await shown();
  await choose(/up.?\/?down colou?rs/i, "Red up, green down");
  const swapped = await shown();
  check(
    swapped.up === before.down && swapped.down === before.up,
    "directions change colours where prices are",
    { before, swapped },
  );
  check(swapped.signs === "true true", "and are told without them");
  await choose(/up.?\/?down colou?rs/i, "Blue up, orange down");
  const others = await shown();
  check(
    isMostly(others.up, BLUE) && isMostly(others.down, RED),
    "blue and orange take the place of green and red",
    others,
  );
  check(others.signs === "true true", "and the signs stay");
  await choose(/theme/i, "Light");
  check((await shown()).page !== before.page, "the theme changes the page");
  await page.reload();
  await ready(page);
  const kept = await shown();
  check(kept.page !== before.page && kept.signs === "true true", "and is kept");
  await context.close();
}

/** Whoever wants times of the place has them everywhere, with its distance from UTC. */
async function timesOfThePlace(browser, origin) {
  const { page, context } = await newPage(browser, origin, { timezoneId: "Asia/Kolkata" });
  await page.goto(`${origin}/settings`);
  const clock = page.locator(".status-bar .clock");
  await clock.filter({ hasText: /^\d\d:\d\d:\d\d UTC$/ }).waitFor();
  await page.getByRole("checkbox", { name: /times of this place/i }).check();
  await until("the clock is that of the place", async () => {
    const found = /^(\d\d):(\d\d):\d\d UTC\+5:30$/.exec(await clock.textContent());
    if (found === null) return false;
    const there = new Date(Date.now() + 5.5 * 3_600_000);
    return Number(found[1]) === there.getUTCHours();
  });
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await page.getByRole("button", { name: /view as table/i }).click();
  await page
    .getByRole("table", { name: "Chart" })
    .getByRole("columnheader", { name: "Time (UTC+5:30)" })
    .waitFor();
  check(true, "and so are times elsewhere");
  await context.close();
}
