// How an operator lets the pages look: tried in the preview, and written into the file while the exchange runs.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { check, newPage, register, signInBy, until } from "./harness.mjs";

export async function checkBrand(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signInBy(page, origin, await register(page, origin, "brand"));
  await looks(page, origin);
  await placesOfOthers(page, origin);
  await rebranded(browser, page, origin);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
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
  await pictured(page, main);
  await spoken(main);
  await seenInLight(page, main);
  const file = await main.locator("code").textContent();
  check(
    /product = "Piazza"/.test(file) && /dark_accent = "#ff9f43"/.test(file),
    "and the file says it",
  );
  await page.getByRole("banner").getByRole("link", { name: "Markets" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Bourse" }).waitFor();
  check(true, "a preview ends with its page");
  check((await themeOf(page)) === "dark", "and the theme is the visitor's again");
  await page.reload();
  await page.getByRole("banner").getByRole("link", { name: "Bourse" }).waitFor();
  check((await themeOf(page)) === "dark", "for good");
}

const themeOf = (page) => page.evaluate(() => document.documentElement.dataset.theme);
const written = (main) => main.locator("code").textContent();

/** A picture is seen beside the name as it is chosen, and its file is named. */
async function pictured(page, main) {
  const field = main.getByLabel(/picture beside the name/i);
  const shown = page.getByRole("banner").locator(".brand > img");
  const chooses = page.waitForEvent("filechooser");
  await field.focus();
  await page.keyboard.press("Enter");
  await chooses;
  check(
    (await field.evaluate((input) => getComputedStyle(input).opacity)) === "0",
    "a file is chosen by keyboard, and the words for it are those of the page",
  );
  await field.setInputFiles({ name: "a.gif", mimeType: "image/gif", buffer: Buffer.from("GIF") });
  await main.getByText(/only PNG and SVG/i).waitFor();
  check((await shown.count()) === 0, "what the exchange would not take is not shown");
  const buffer = Buffer.from(PICTURE);
  await field.setInputFiles({ name: "sun.svg", mimeType: "image/svg+xml", buffer });
  await shown.waitFor();
  check(
    await shown.evaluate((one) => one.complete && 0 < one.naturalWidth),
    "a picture is seen as it is chosen",
  );
  check(/^logo_file = "sun\.svg"$/m.test(await written(main)), "and the file names it");
}

/** Languages are chosen, one at least, and so is the first of them. */
async function spoken(main) {
  const lines = /^languages = "(.*)"$/m;
  const said = async () => lines.exec(await written(main))[1];
  check((await said()) === "en zh-CN", "both languages are offered", await said());
  await main.getByRole("checkbox", { name: "English" }).uncheck();
  check((await said()) === "zh-CN", "one can be left out");
  check(
    await main.getByRole("checkbox", { name: "简体中文" }).isDisabled(),
    "and the last one cannot",
  );
  await main.getByRole("checkbox", { name: "English" }).check();
  check((await said()) === "zh-CN en", "one that comes again comes last");
  await main.getByRole("combobox", { name: /chosen none/i }).selectOption("en");
  check((await said()) === "en zh-CN", "unless it is to be the first");
}

/** A colour of the other theme is seen in it, on this page alone. */
async function seenInLight(page, main) {
  const light = main.getByRole("textbox", { name: /accent, light/i });
  check((await light.getAttribute("placeholder")) === "#1d4ed8", "each colour has its standard");
  await light.fill("#7a1fa2");
  check((await themeOf(page)) === "light", "a colour of light pages is seen on a light page");
}

/** Screens whose part the exchange has not are not there; each has its place as soon as the part is told. */
async function placesOfOthers(page, origin) {
  const shown = async () => {
    await page.goto(`${origin}/trade/BTCUSDT`);
    await page.locator(".dock .tab").first().waitFor();
    const textsOf = (selector) => page.locator(selector).allTextContents();
    const [head, dock] = [await textsOf(".main-nav > a"), await textsOf(".dock .tab")];
    await page.goto(`${origin}/wallet`);
    const wallet = page.locator("main .tabs > a");
    await wallet.first().waitFor();
    return [head.join(), dock[0], (await wallet.allTextContents()).slice(0, 3).join()];
  };
  const before = await shown();
  check(
    before[0] === "Markets,Trade,Orders,Wallet" && !/Positions|Deposits/.test(before.join()),
    "what the exchange has not is on no page",
    before,
  );
  await page.route("**/v1/brand", async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    const features = [...told.features, "contracts", "deposits", "withdrawals"];
    await route.fulfill({ response, json: { ...told, features } });
  });
  const after = await shown();
  await page.unroute("**/v1/brand");
  check(
    after.join(" ") ===
      "Markets,Trade,Orders,Positions,Wallet Positions Balances,Deposits,Withdrawals",
    "and has its place in head, account and wallet once it is told",
    after,
  );
}

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#f00"/></svg>';
/** As an operator writes it: another name and picture, one language, links, and nothing but what one trades with. */
const fileWith = (picture) => `
[site]
product = "Piazza"

[brand]
logo_file = "${picture}"
languages = "zh-CN"
features = "faucet"
support = "https://help.example"
terms = "https://terms.example"
privacy = "https://privacy.example"
`;

/** What an operator writes into the file is worn by the next visit, without a start; what is wrong is not. */
async function rebranded(browser, page, origin) {
  const { CONFIGURATION } = process.env;
  const before = readFileSync(CONFIGURATION, "utf8");
  const picture = `${dirname(CONFIGURATION)}/logo.svg`;
  const told = async () => (await (await page.request.get(`${origin}/v1/brand`)).json()).name;
  try {
    writeFileSync(picture, PICTURE);
    writeFileSync(CONFIGURATION, before + fileWith(picture));
    await until("a changed file is taken over", async () => (await told()) === "Piazza");
    await worn(page, origin);
    await leftOut(page, origin);
    await shownToStrangers(browser, origin);
    writeFileSync(CONFIGURATION, `${before}\n[site]\nproduct = 1\n`);
    await page.waitForTimeout(2_500);
    check((await told()) === "Piazza", "a file that would be refused changes nothing");
  } finally {
    writeFileSync(CONFIGURATION, before);
    rmSync(picture, { force: true });
  }
  await until("the former name comes back", async () => (await told()) === "Bourse");
  await page.goto(`${origin}/trade/BTCUSDT`);
  for (const part of [".bell", ".chip.unarmed", ".header .language"])
    await page.locator(part).waitFor();
  check((await page.locator(".brand > img").count()) === 0, "and so does all the rest");
}

/** Name, picture and links stand on the pages, and the name on what is installed and on the page that says what is up. */
async function worn(page, origin) {
  await page.goto(`${origin}/markets`);
  const home = page.getByRole("banner").getByRole("link", { name: "Piazza" });
  await home.waitFor();
  const picture = home.locator("img");
  check(
    (await picture.getAttribute("src")).startsWith("data:image/svg+xml;base64,") &&
      (await picture.evaluate((one) => one.complete && 0 < one.naturalWidth)),
    "the picture of the brand is seen",
  );
  const links = await page
    .locator(".status-bar a")
    .evaluateAll((all) => all.map(({ href, rel }) => `${href} ${rel}`));
  check(
    links.join() ===
      ["help", "terms", "privacy"].map((name) => `https://${name}.example/ noreferrer`).join(),
    "and links to help, terms and privacy",
    links,
  );
  const manifest = await (await page.request.get(`${origin}/manifest.webmanifest`)).json();
  check(manifest.name === "Piazza", "what is installed has the name", manifest);
  await page.goto(`${origin}/status`);
  check(
    (await page.locator("h1").textContent()) === "Piazza" && (await page.title()) === "Piazza",
    "and so has the status page",
  );
  await page.locator('html[lang="zh-CN"]').waitFor();
  check(true, "which speaks the language that is left");
}

/** Parts that are left out are nowhere on the pages. */
async function leftOut(page, origin) {
  await page.goto(`${origin}/trade/BTCUSDT`);
  await page.locator('html[lang="zh-CN"]').waitFor();
  await page.getByRole("navigation", { name: "主导航" }).waitFor();
  check(
    (await page.locator(".header .language").count()) === 0,
    "one language is spoken, and no other offered",
  );
  await page.locator(".dock .tab").first().waitFor();
  const absent = async (path, ...selectors) => {
    await page.goto(origin + path);
    await page.locator("main h1").first().waitFor();
    await page.locator("main :is(.panel, form, table)").first().waitFor();
    for (const selector of selectors) {
      const count = await page.locator(selector).count();
      check(count === 0, `what is left out is not at ${path}: ${selector}`, count);
    }
  };
  await absent("/trade/BTCUSDT", ".bell", ".chip.unarmed");
  await absent("/wallet", 'a[href="/wallet/portfolio"]', 'a[href="/wallet/statements"]');
  await page.getByRole("button", { name: /模拟资金/ }).waitFor();
  check(true, "and what is not left out is there");
  await absent("/account/security", 'a[href$="/notifications"]', 'a[href$="/subaccounts"]');
  await absent("/settings", 'section[aria-label="交易快捷键"]');
}

/** Nobody is invited to register where that is left out. */
async function shownToStrangers(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  await page.goto(`${origin}/sign-in`);
  await page.locator('html[lang="zh-CN"]').waitFor();
  await page.getByRole("main").locator('a[href="/sign-in/reset"]').waitFor();
  check(
    (await page.getByRole("main").locator('a[href="/register"]').count()) === 0,
    "nobody is invited to register where that is left out",
  );
  await context.close();
}
