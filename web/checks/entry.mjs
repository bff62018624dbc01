// Signing in and what leads there are a small document of their own; between it and the others nothing is lost.

import { check, newPage, ready, register, signIn, signInBy, until } from "./harness.mjs";

export async function checkEntry(browser, origin) {
  await apart(browser, origin);
  await kept(browser, origin);
  await toldThatItEnded(browser, origin);
  await withoutNetwork(browser, origin);
}

const header = (page) => page.getByRole("banner");
const signInLink = (page) => header(page).getByRole("link", { name: /^sign in/i });

/** The scripts that a page has loaded, by the beginnings of their names. */
const scripts = (page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith(".js") && path.startsWith("/assets/"))
      .map((path) => path.slice("/assets/".length)),
  );

/** Each document loads its own scripts; links and the buttons of the browser go from one to the other. */
async function apart(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin);
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  const trading = await scripts(page);
  check(
    trading.some((name) => name.startsWith("first-")) &&
      trading.every((name) => !name.startsWith("entry-")),
    "the trade screen loads nothing of signing in",
    trading,
  );
  await signInLink(page).click();
  await page.getByRole("heading", { name: /^sign in/i }).waitFor();
  const entry = await scripts(page);
  check(
    0 < entry.length && entry.every((name) => name.startsWith("entry-")),
    "signing in loads nothing of the trade screen",
    entry,
  );
  check((await page.title()).startsWith("Sign in · "), "and has a title of its own");
  await page.evaluate(() => (document.body.dataset.stays = "here"));
  await page
    .getByRole("main")
    .getByRole("link", { name: /create account/i })
    .click();
  await page.getByRole("heading", { name: /create account/i }).waitFor();
  const stays = await page.evaluate(() => document.body.dataset.stays);
  check(stays === "here", "registration is in the same document");
  await page.goBack();
  await page.getByRole("heading", { name: /^sign in/i }).waitFor();
  await page.goBack();
  await ready(page);
  check(
    page.url().endsWith("/trade/BTCUSDT"),
    "the browser's button leads back to the trade screen",
  );
  await page.goForward();
  await page.getByRole("heading", { name: /^sign in/i }).waitFor();
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** Changes to a language by the button at the top. */
async function speak(page, title, navigation) {
  await header(page).getByRole("button", { name: title }).click();
  await page.getByRole("navigation", { name: navigation }).waitFor();
}

/** Language and theme are those of both documents; who is signed in, too, wherever one comes from. */
async function kept(browser, origin) {
  const { page, context, complaints } = await newPage(browser, origin, { theme: "light" });
  // Somebody else than the accounts of the sandbox: a language that is chosen goes with the account, to later checks.
  const email = await register(page, origin, "kept");
  const enter = async () => {
    await signInBy(page, origin, email);
    await ready(page);
  };
  await page.goto(`${origin}/register`);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  check((await theme()) === "light", "the theme is worn before signing in");
  await speak(page, "简体中文", "主导航");
  await page.goto(`${origin}/trade/BTCUSDT`);
  await page.getByRole("navigation", { name: "主导航" }).waitFor();
  check((await theme()) === "light", "language and theme go along to the trade screen");
  await speak(page, "English", "Main");
  await enter();
  await header(page)
    .getByRole("link", { name: /^account \d/i })
    .waitFor();
  await page.goBack();
  await header(page)
    .getByRole("link", { name: /^account \d/i })
    .waitFor();
  check(true, "going back to signing in, one is still signed in, and the page says so");
  await header(page)
    .getByRole("button", { name: /^sign out/i })
    .click();
  await signInLink(page).waitFor();
  await page.goForward();
  await signInLink(page).waitFor();
  check(true, "signed out there, one is on the trade screen as well");
  await enter();
  await speak(page, "简体中文", "主导航");
  await header(page).getByRole("button", { name: "退出" }).click();
  await header(page).getByRole("link", { name: "登录" }).click();
  await page.getByRole("heading", { name: "登录" }).waitFor();
  check(true, "whoever signs out is spoken to in the same language by the page of signing in");
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

/** Whose session was ended elsewhere is told so where one signs in again, until that was done. */
async function toldThatItEnded(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  await signIn(page, origin, "dave");
  await page.goto(`${origin}/trade/ETHUSDT`);
  await ready(page);
  const form = page.getByRole("form", { name: /order ticket/i });
  const field = (name) => form.getByRole("textbox", { name });
  await form.getByRole("radio", { name: "Sell" }).check();
  await field(/^price/i).fill("4321");
  await field(/^size/i).fill("0.25");
  // Not by the browser, which would be told to forget everything.
  const { request } = context;
  const { csrfToken } = await (await request.get(`${origin}/v1/session`)).json();
  const ended = await request.delete(`${origin}/v1/session`, {
    headers: { "X-BOURSE-CSRF": csrfToken },
  });
  check(ended.ok(), "a session is ended elsewhere", await ended.text());
  const told = page.getByText(/your session has ended/i);
  await page
    .locator(".dock")
    .getByText(/your session has ended/i)
    .waitFor();
  await signInLink(page).click();
  await page
    .getByRole("main")
    .getByText(/your session has ended/i)
    .waitFor();
  check(true, "a session that was ended elsewhere is told of where one signs in");
  await page.getByRole("button", { name: "Sign in as dave" }).click();
  await page.waitForURL(/\/trade\/ETHUSDT$/);
  await ready(page);
  await form.getByRole("button", { name: /^sell eth/i }).waitFor();
  const written = await Promise.all([/^price/i, /^size/i].map((name) => field(name).inputValue()));
  check(
    written.join() === "4321,0.25" && (await form.getByRole("radio", { name: "Sell" }).isChecked()),
    "signing in again leads back to the market, and to what stood in the ticket",
    written,
  );
  await page.goto(`${origin}/sign-in`);
  await header(page)
    .getByRole("link", { name: /^account \d/i })
    .waitFor();
  check((await told.count()) === 0, "and not once one has");
  await page.goto(`${origin}/trade/ETHUSDT`);
  await ready(page);
  await field(/^price/i).fill("4321");
  await header(page)
    .getByRole("button", { name: /^sign out/i })
    .click();
  await until("whoever signs out takes the ticket along", async () => {
    return (await field(/^price/i).inputValue()) === "";
  });
  await signInLink(page).click();
  await page.getByRole("button", { name: "Sign in as carol" }).click();
  await page.waitForURL(/\/trade\/ETHUSDT$/);
  await ready(page);
  check((await field(/^price/i).inputValue()) === "", "and leaves nothing of it to the next one");
  await context.close();
}

/** Somebody who traded, and never signed in here, finds the page without a network, and is told that there is none. */
async function withoutNetwork(browser, origin) {
  const { page, context } = await newPage(browser, origin);
  await page.goto(`${origin}/trade/BTCUSDT`);
  await ready(page);
  await page.evaluate(() => window.navigator.serviceWorker.ready.then(() => null));
  await until("the worker has what it keeps", () =>
    page.evaluate(async () => {
      const asked = ["/sign-in", "/"].map((path) => window.caches.match(path));
      return (await Promise.all(asked)).every((found) => found !== undefined);
    }),
  );
  await context.setOffline(true);
  await signInLink(page).click();
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /email/i }).fill("a@example.test");
  await main.getByRole("button", { name: /^sign in$/i }).click();
  await main
    .getByRole("alert")
    .filter({ hasText: /no connection to the exchange/i })
    .waitFor();
  check(true, "without a network the page of signing in opens, and says that there is none");
  await context.setOffline(false);
  await context.close();
}
