// Against an exchange where nobody trades but these two: what was previewed comes out, to the last digit.

import { acknowledgement, check, newPage, until } from "./harness.mjs";
import { checkLines } from "./lines.mjs";
import { checkPanes } from "./panes.mjs";
import { checkStory } from "./story.mjs";

/** Longer than what is old by then. */
const QUIET_MS = 8_000;

const orders = (page) => page.getByRole("table", { name: /open orders/i });
const form = (page) => page.getByRole("form", { name: /order ticket/i });
const field = (page, name) => form(page).getByRole("textbox", { name });

export async function checkQuiet(browser, origin, folder) {
  const [maker, taker] = await Promise.all(
    ["bob", "alice"].map((name) => visitor(browser, origin, name)),
  );
  const { page } = taker;
  await staysLive(page);
  await offers(maker.page);
  const asks = page.getByRole("table", { name: "Asks" }).getByRole("button");
  await until("both offers are in the book", async () => (await asks.count()) === 2);
  await form(page)
    .getByRole("combobox", { name: /order type/i })
    .selectOption({ label: "Market" });
  await field(page, /^size/i).fill("1.5");
  const preview = form(page).locator(".preview");
  await preview.getByText(/average price/i).waitFor();
  const text = await preview.textContent();
  check(/Average price≈ 80\.66Slippage≈ 0\.83 %/.test(text), "two prices are previewed", text);
  await form(page)
    .getByRole("button", { name: /^buy ltc/i })
    .click();
  // Three quarters of the book are asked about first.
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /place order/i })
    .click();
  await acknowledgement(page)
    .filter({ hasText: /filled 1\.5 @ 80\.66 · /i })
    .waitFor();
  check(true, "and come out at exactly that average");
  const tape = page.getByRole("table", { name: /recent trades/i }).locator("tbody tr");
  const onTape = async () => {
    const [newest = "", before = ""] = await tape.allTextContents();
    return newest.includes("82.00") && before.includes("80.00");
  };
  await until("both fills are on the tape within a second", onTape, 1_000);
  await until("whoever offered sees it without asking", async () => {
    const rows = await orders(maker.page).locator("tbody tr").allTextContents();
    return rows.length === 1 && /82\.00.*0\.500/.test(rows[0]);
  });
  await checkPanes({ maker: maker.page, taker: page, folder });
  await checkLines(page);
  await checkStory({ maker: maker.page, taker: page });
  await faucet(page, origin);
  for (const { complaints, context } of [maker, taker]) {
    check(complaints.length === 0, "no error in the console", complaints);
    await context.close();
  }
}

/** Where nobody trades nothing is old: the exchange tells the time all the same. */
async function staysLive(page) {
  const states = await page.evaluate(async (forMs) => {
    const seen = new Set();
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      seen.add(document.querySelector(".connection .first").textContent);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return [...seen];
  }, QUIET_MS);
  check(!/stale|offline/i.test(states.join()), "a market where nobody trades is not old", states);
}

/** Play money is given once a minute. */
async function faucet(page, origin) {
  await page.goto(`${origin}/wallet`);
  const button = page.getByRole("button", { name: /faucet/i });
  await page.route("**/dev/faucet", (route) => route.abort());
  await button.click();
  await page
    .getByRole("alert")
    .filter({ hasText: /^No answer came: nobody knows yet/ })
    .waitFor();
  check(true, "a gift that nobody answered may have been given, and that is said");
  await page.unroute("**/dev/faucet");
  await button.click();
  await page
    .getByRole("status")
    .filter({ hasText: /received/i })
    .waitFor({ timeout: 2_000 });
  await button.click();
  await page.getByRole("alert").filter({ hasText: /\d+ s/ }).waitFor();
  check(true, "a second gift at once is refused, and it is said when there is one");
}

/** Somebody of the sandbox, in a market without orders. */
async function visitor(browser, origin, name) {
  const { page, context, complaints } = await newPage(browser, origin);
  await page.goto(`${origin}/sign-in`);
  await page.getByRole("button", { name: `Sign in as ${name}` }).click();
  await page.waitForURL(/\/trade\//);
  await page.goto(`${origin}/trade/LTCUSDT`);
  await page.getByRole("button", { name: /connection: (live|slow)/i }).waitFor();
  return { page, context, complaints };
}

/** One at 80, and one at 82. */
async function offers(page) {
  await form(page).getByRole("radio", { name: "Sell" }).check();
  for (const price of ["80", "82"]) {
    await field(page, /^price/i).fill(price);
    await field(page, /^size/i).fill("1");
    await form(page)
      .getByRole("button", { name: /^sell ltc/i })
      .click();
    await orders(page)
      .getByRole("row", { name: new RegExp(`${price}\\.00`) })
      .getByText("Working")
      .waitFor();
    // The ticket is emptied when its order was answered.
    await until(
      `an offer at ${price} rests`,
      async () => (await field(page, /^size/i).inputValue()) === "",
    );
  }
}
