// What somebody does with an account of their own: registers, signs in, second factor, passkey, keys, sessions.

import { checkAxeInEveryLook } from "./axe.mjs";
import { check, newPage, PASSWORD, register, signInBy, until } from "./harness.mjs";
import { checkIdentity } from "./identity.mjs";
import { checkSnippet } from "./snippet.mjs";
import { enableAuthenticator, nextCode } from "./totp.mjs";

export async function checkAccount(browser, origin, folder) {
  const { page, context, complaints } = await newPage(browser, origin);
  const email = await register(page, origin, "ann");
  await signInBy(page, origin, email);
  await reset(page, origin, email);
  await keys(page, origin);
  await wholeRequests(page, origin);
  await sessions(browser, page, origin, email);
  await checkIdentity(page, origin, folder);
  const secret = await enableAuthenticator(page, origin, email);
  await payingKey(page, origin, secret);
  await passkey(page, context, origin, secret);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

async function reset(page, origin, email) {
  await page.goto(`${origin}/sign-in`);
  await page.getByRole("link", { name: /forgot your password/i }).click();
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /email/i }).fill(email);
  await main.getByRole("button", { name: /send a token/i }).click();
  await main.getByRole("button", { name: /use this token/i }).click();
  await main.getByLabel(/new password/i).fill(PASSWORD);
  await main.getByRole("button", { name: /reset password/i }).click();
  await main.getByText(/the password is changed/i).waitFor();
  await page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor();
  check(true, "a forgotten password is replaced, and every session ends");
  await signInBy(page, origin, email);
}

async function keys(page, origin) {
  await page.goto(`${origin}/account/keys`);
  await page.getByRole("textbox", { name: /label/i }).fill("bot");
  await page.getByRole("checkbox", { name: /trade/i }).check();
  await page.getByRole("textbox", { name: /allowed addresses/i }).fill("127.0.0.1");
  await page.getByLabel(/^code of your authenticator, or/i).fill(PASSWORD);
  await page
    .getByRole("main")
    .getByRole("button", { name: /create api key/i })
    .click();
  const secret = await page.getByRole("group", { name: "Secret" }).textContent();
  check(/^[A-Za-z0-9]{64}$/.test(secret), "a key is made and its secret shown");
  check(
    (await page.textContent("main")).includes("ccxt.binance"),
    "with the words that connect CCXT",
  );
  await checkSnippet(page, "Connect with CCXT");
  await page.getByRole("button", { name: /done/i }).click();
  await page.reload();
  const days = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const row = page.getByRole("table", { name: /api keys/i }).getByRole("row", { name: /bot/ });
  await row.waitFor();
  check(
    (await row.textContent()).includes(days),
    "it ends after ninety days, and its row says when",
    await row.textContent(),
  );
  check(!(await page.content()).includes(secret), "the secret is not shown again");
  await page.getByRole("button", { name: /revoke bot/i }).click();
  await checkAxeInEveryLook(page, "the question before a key is revoked");
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /revoke/i })
    .click();
  await row.getByText("Revoked").waitFor();
  check(
    (await row.getByRole("button").count()) === 0,
    "and revoked after a question: its row says so, and offers nothing",
  );
  await page.reload();
  await page.getByText(/no api keys/i).waitFor();
}

/** A key that signs whole requests comes with a program of its own, which needs no package. */
async function wholeRequests(page, origin) {
  await page.goto(`${origin}/account/keys`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: /label/i }).fill("own program");
  await main.getByRole("checkbox", { name: "Trade" }).check();
  await main.getByRole("combobox", { name: "Signs" }).selectOption("request");
  await main.getByLabel(/^code of your authenticator, or/i).fill(PASSWORD);
  await main.getByRole("button", { name: /create api key/i }).click();
  await checkSnippet(page, "Connect with Python, without packages");
  await main.getByRole("button", { name: /done/i }).click();
}

/** A key that moves money says so; one that pays out is made for addresses alone, by whoever has a second factor. */
async function payingKey(page, origin, secret) {
  await page.goto(`${origin}/account/keys`);
  const main = page.getByRole("main");
  const create = main.getByRole("button", { name: /create api key/i });
  await main.getByRole("textbox", { name: /label/i }).fill("treasurer");
  await main.getByRole("checkbox", { name: /transfer between/i }).check();
  await main.getByRole("checkbox", { name: /withdraw/i }).check();
  const addresses = main.getByRole("textbox", { name: /allowed addresses/i });
  await main.getByLabel(/^code of your authenticator, or/i).fill(await nextCode(page, secret));
  await create.click();
  check(
    (await addresses.getAttribute("aria-invalid")) === "true",
    "a key that withdraws is not made without addresses",
  );
  await addresses.fill("127.0.0.1");
  await create.click();
  await main.getByRole("button", { name: /done/i }).click();
  const row = main
    .getByRole("table", { name: /api keys/i })
    .getByRole("row", { name: /treasurer/ });
  await row.getByText("Read, Transfer between own accounts, Withdraw").waitFor();
  check(true, "and with them it may transfer and withdraw, and not trade");
}

async function sessions(browser, page, origin, email) {
  const other = await newPage(browser, origin);
  await signInBy(other.page, origin, email);
  await page.goto(`${origin}/account/sessions`);
  const table = page.getByRole("table", { name: /sessions/i });
  await until(
    "both sessions are listed",
    async () => (await table.locator("tbody tr").count()) === 2,
  );
  await table.getByRole("button", { name: /^end/i }).click();
  await other.page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor({ timeout: 5_000 });
  check(true, "a session that is ended elsewhere is signed out by itself");
  await other.context.close();
}

async function passkey(page, context, origin, secret) {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${origin}/account/security`);
  const form = page.getByRole("form", { name: "Passkeys" });
  await form.getByRole("textbox", { name: /label/i }).fill("laptop");
  await form.getByLabel(/^code of your authenticator, or/i).fill(await nextCode(page, secret));
  await form.getByRole("button", { name: /add passkey/i }).click();
  await page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor();
  check(true, "a passkey is added, and every session ends");
  await page.goto(`${origin}/sign-in`);
  await page.getByRole("button", { name: /with a passkey/i }).click();
  // To where it was, if the page that had lost its session has said so.
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page
    .getByRole("banner")
    .getByRole("button", { name: /sign out/i })
    .waitFor();
  check(true, "the passkey alone signs in");
}
