// Every dialog of the pages: it is named, takes the focus and gives it back, goes with Escape, and axe finds nothing on it,
// in any look. Those that are opened in the course of something else are looked at there.

import { checkAxeInEveryLook } from "./axe.mjs";
import { check, newPage, open, ready, register, signInBy, units } from "./harness.mjs";

export async function checkDialogs(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await signInBy(page, origin, await register(page, origin, "dialogs"));
  await ready(page);
  for (const [name, way] of Object.entries(WAYS)) await look(page, name, way);
  await openMenus(page);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** How each is opened; what is returned has the focus again when it is closed. */
const WAYS = {
  "details of the connection": (page) => press(page.getByRole("button", { name: /connection:/i })),
  "the palette": async (page) => {
    const field = await focused(page);
    await page.keyboard.press("Control+k");
    return field;
  },
  "the list of keys": async (page) => {
    const link = page.locator(".brand");
    await link.focus();
    await page.keyboard.press("?");
    return link;
  },
  notifications: (page) => press(page.getByRole("button", { name: /^notifications/i })),
  "the question before an order": async (page) => {
    const form = page.getByRole("form", { name: /order ticket/i });
    await form.getByRole("textbox", { name: /^price/i }).fill(`${await restingPrice(page)}`);
    await form.getByRole("textbox", { name: /^size/i }).fill("0.01");
    await open(page, "/settings");
    await page.getByRole("checkbox", { name: /ask before every order/i }).check();
    await open(page, "/trade/BTCUSDT");
    await ready(page);
    await form.getByRole("textbox", { name: /^price/i }).fill(`${await restingPrice(page)}`);
    await form.getByRole("textbox", { name: /^size/i }).fill("0.01");
    return press(form.locator(".submit"));
  },
  "the form of an amendment": async (page) => {
    await rest(page);
    return press(page.getByRole("button", { name: /^amend order/i }).first());
  },
  "the question which orders are cancelled": (page) =>
    press(page.getByRole("button", { name: /cancel all/i })),
  "the question before a sandbox account begins again": async (page) => {
    await open(page, "/wallet");
    return press(page.getByRole("button", { name: /reset account/i }));
  },
};

async function look(page, name, way) {
  const opener = await way(page);
  const dialog = page.locator("dialog[open]");
  await dialog.waitFor();
  check(
    0 < (await dialog.getByRole("heading").first().textContent()).length,
    `${name}: has a name`,
  );
  check(
    await dialog.evaluate((one) => one.contains(document.activeElement)),
    `${name}: has the focus`,
  );
  await checkAxeInEveryLook(page, name);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  check(
    await opener.evaluate((one) => one === document.activeElement),
    `${name}: gives the focus back`,
  );
}

/** What opens over the chart without being a dialog. */
async function openMenus(page) {
  await open(page, "/trade/BTCUSDT");
  await ready(page);
  for (const name of ["Indicators ▾", /^Draw ▾/, /^Drawings \d+ ▾/]) {
    await page.getByText(name).click();
    await checkAxeInEveryLook(page, `the menu ${name}`);
    await page.keyboard.press("Escape");
  }
}

async function press(button) {
  await button.click();
  return button;
}

async function focused(page) {
  const field = page.getByRole("textbox", { name: /^size/i });
  await field.focus();
  return field;
}

/** Far enough below the market. */
async function restingPrice(page) {
  const best = page.getByRole("table", { name: "Bids" }).getByRole("button").first();
  return ((units(await best.textContent()) / 100_000_000n) * 8n) / 10n;
}

/** Leaves an order behind. */
async function rest(page) {
  await page.evaluate(
    async (price) => {
      const session = await (await fetch("/v1/session")).json();
      const headers = { "X-BOURSE-CSRF": session.csrfToken };
      const query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01";
      await fetch(`/api/v3/order?${query}&price=${price}`, { method: "POST", headers });
    },
    `${await restingPrice(page)}`,
  );
}
