// What an account was worth, files of it, accounts below it, and how an operator lets the pages look.

import { check, newPage, register, signInBy, until } from "./harness.mjs";

export async function checkWealth(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signInBy(page, origin, await register(page, origin, "eve"));
  await portfolio(page, origin);
  await statements(page, origin);
  await subAccounts(page, origin);
  await looks(page, origin);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

async function portfolio(page, origin) {
  await page.goto(`${origin}/wallet/portfolio`);
  const panel = page.getByRole("region", { name: /portfolio/i });
  await panel.getByRole("radio", { name: "1h" }).check();
  await panel
    .getByText(/deepest fall/i)
    .first()
    .waitFor();
  await panel.getByText(/view as table/i).click();
  const rows = panel.getByRole("table").locator("tbody tr");
  await until("an hour is told in sixteen instants", async () => (await rows.count()) === 16);
  const last = await rows.last().locator("td").last().textContent();
  check(/[1-9]/.test(last), "the last of them is what there is", last);
  const first = await rows.first().locator("td").last().textContent();
  check(first === "0.00", "before the account was opened it was worth nothing", first);
  await page.getByRole("link", { name: "Fees" }).click();
  await page.getByText(/^tier \d+$/i).waitFor();
  check(true, "the tier is told with the fees");
}

async function statements(page, origin) {
  await page.goto(`${origin}/wallet/statements`);
  const form = page.getByRole("form", { name: /statements/i });
  for (const [kind, ending, start] of [
    ["csv", ".csv", null],
    ["pdf", ".pdf", "%PDF-"],
    ["lots", ".csv", null],
  ]) {
    await form.getByRole("combobox", { name: /file/i }).selectOption(kind);
    const waiting = page.waitForEvent("download");
    await form.getByRole("button", { name: /download/i }).click();
    const download = await waiting;
    let text = "";
    for await (const piece of await download.createReadStream()) text += piece;
    check(
      download.suggestedFilename().endsWith(ending) && (start ?? text.slice(0, 1)) !== "",
      `a file is made: ${download.suggestedFilename()}`,
    );
    if (start !== null) check(text.startsWith(start), "and is what its name says");
  }
}

async function subAccounts(page, origin) {
  await page.goto(`${origin}/account/subaccounts`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /label/i }).fill("bot");
  await main.getByRole("button", { name: /open sub-account/i }).click();
  await main.getByRole("row", { name: /bot/ }).first().waitFor();
  check(true, "a sub-account is opened");
  const form = main.getByRole("form", { name: /^transfer/i });
  await form.getByRole("combobox", { name: /asset/i }).selectOption("USDT");
  await form.getByRole("textbox", { name: /amount/i }).fill("12.5");
  await form.getByRole("button", { name: /^transfer/i }).click();
  await main.getByRole("row", { name: /12\.5 USDT/ }).waitFor();
  check(true, "money moves to it, and the transfer is listed");
  await main.getByRole("button", { name: /^freeze bot/i }).click();
  await main.getByRole("button", { name: /^unfreeze bot/i }).click();
  await main.getByRole("button", { name: /^freeze bot/i }).waitFor();
  check(true, "it is frozen, and goes on");
  await page.goto(`${origin}/account/keys`);
  await main.getByRole("textbox", { name: /label/i }).fill("reader");
  await main.getByRole("combobox", { name: /account/i }).selectOption({ label: "bot" });
  await main.getByRole("button", { name: /create api key/i }).click();
  await main.getByRole("button", { name: /done/i }).waitFor();
  check(true, "it has keys of its own");
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
  const file = await main.locator("code").textContent();
  check(
    /product = "Piazza"/.test(file) && /dark_accent = "#ff9f43"/.test(file),
    "and the file says it",
  );
  await page.getByRole("banner").getByRole("link", { name: "Markets" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Bourse" }).waitFor();
  check(true, "a preview ends with its page");
}
