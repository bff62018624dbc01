// What somebody does who gets another address, has lost the second factor, or leaves: by letters, and in the end for good.

import { mkdirSync } from "node:fs";
import { checkAxe, checkAxeInEveryLook } from "./axe.mjs";
import { check, newPage, PASSWORD, register, signInBy, until } from "./harness.mjs";
import { decide } from "./operators.mjs";
import { enableAuthenticator, nextCode } from "./totp.mjs";

export async function checkLeaving(browser, origin, folder) {
  mkdirSync(folder, { recursive: true });
  const { page, context, complaints } = await newPage(browser, origin);
  const former = await register(page, origin, "liv");
  await signInBy(page, origin, former);
  const email = await another(page, origin, former, folder);
  await lost(page, origin, email, folder);
  await leave(page, origin, email, folder);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

const main = (page) => page.getByRole("main");

/** The token of the newest letter of a kind to an address. */
async function letter(page, recipient, subject) {
  return page.evaluate(
    async ([to, about]) => {
      const letters = await (await fetch("/dev/outbox")).json();
      const found = letters.filter((one) => one.recipient === to && one.subject === about);
      return found.sort((one, other) => other.id - one.id)[0]?.token;
    },
    [recipient, subject],
  );
}

/** Gets another address, takes the former one back by its letter, and gets the other one again. */
async function another(page, origin, former, folder) {
  const email = `new-${former}`;
  await ask(page, origin, email);
  await page.screenshot({ path: `${folder}/email-asked-dark-1440.png` });
  await checkAxe(page, "the page that takes the token of a new address");
  await main(page)
    .getByLabel(/^token/i)
    .first()
    .fill("made up");
  await main(page)
    .getByRole("button", { name: /^confirm/i })
    .click();
  await main(page).getByRole("alert").waitFor();
  check(true, "a token that is none changes nothing, and says so");
  await confirm(page);
  const back = await letter(page, former, "EMAIL_CHANGED");
  await page.goto(`${origin}/sign-in/email`);
  await main(page)
    .getByText(/somebody else has changed/i)
    .click();
  await main(page)
    .getByLabel(/^token/i)
    .last()
    .fill(back);
  await main(page)
    .getByRole("button", { name: /take my address back/i })
    .click();
  await main(page)
    .getByText(/its former address again/i)
    .waitFor();
  check(true, "the former address takes itself back");
  await signInBy(page, origin, former);
  await ask(page, origin, email);
  await confirm(page);
  await signInBy(page, origin, email);
  return email;
}

async function ask(page, origin, email) {
  await page.goto(`${origin}/account/security`);
  const form = page.getByRole("form", { name: /change email/i });
  await form.getByRole("textbox", { name: /new email/i }).fill(email);
  await form.getByLabel(/^code of your authenticator, or/i).fill("not my password");
  await form.getByRole("button", { name: /send a token/i }).click();
  await form.getByRole("alert").waitFor();
  check(true, "another address needs a proof");
  await form.getByLabel(/^code of your authenticator, or/i).fill(PASSWORD);
  await form.getByRole("button", { name: /send a token/i }).click();
  await main(page).getByText(`on its way to ${email}`).waitFor();
}

async function confirm(page) {
  await main(page)
    .getByRole("button", { name: /use this token/i })
    .click();
  await main(page)
    .getByRole("button", { name: /^confirm/i })
    .click();
  await main(page)
    .getByText(/has this address now/i)
    .waitFor();
  await page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor();
  check(true, "the token of the new address takes it, and every session ends");
}

/** Loses the second factor, and finds it again before anything was taken away. */
async function lost(page, origin, email, folder) {
  const secret = await enableAuthenticator(page, origin, email);
  await page.goto(`${origin}/sign-in`);
  await main(page)
    .getByRole("link", { name: /lost your authenticator/i })
    .click();
  await main(page).getByRole("textbox", { name: /email/i }).fill(email);
  await main(page)
    .getByRole("button", { name: /send a token/i })
    .click();
  await main(page)
    .getByRole("button", { name: /use this token/i })
    .click();
  await main(page)
    .getByLabel(/^password/i)
    .fill(PASSWORD);
  await main(page)
    .getByLabel(/how can we tell/i)
    .fill("My telephone fell into the lake.");
  await checkAxe(page, "the page of a lost factor");
  await page.screenshot({ path: `${folder}/lost-factor-stated-dark-1440.png` });
  await main(page)
    .getByRole("button", { name: /ask for a reset/i })
    .click();
  await main(page)
    .getByText(/operators look into it/i)
    .waitFor();
  check(true, "a lost factor is told to operators");
  await signInBy(page, origin, email, await nextCode(page, secret));
  await page.goto(`${origin}/account/security`);
  const notice = page.getByRole("region", { name: /lost second factor/i });
  await notice.getByText(/if it was not you/i).waitFor();
  await checkAxe(page, "security while a reset is open");
  await page.screenshot({ path: `${folder}/reset-open-dark-1440.png` });
  await notice.getByRole("button", { name: /cancel the reset/i }).click();
  await notice.waitFor({ state: "detached" });
  check(true, "whoever still signs in sees it and stops it");
  const form = page.getByRole("form", { name: "Authenticator" });
  await form.getByLabel(/^password/i).fill(PASSWORD);
  await form.getByLabel(/^code/i).fill(await nextCode(page, secret));
  await form.getByRole("button", { name: /remove authenticator/i }).click();
  await page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor();
  await signInBy(page, origin, email);
}

/** Takes the data along, empties the account with the help of operators, and closes it. */
async function leave(page, origin, email, folder) {
  await page.goto(`${origin}/account/data`);
  const data = page.getByRole("form", { name: /your data/i });
  await data.getByLabel(/^code of your authenticator, or/i).fill(PASSWORD);
  const waiting = page.waitForEvent("download");
  await data.getByRole("button", { name: /download/i }).click();
  const pieces = [];
  for await (const piece of await (await waiting).createReadStream()) pieces.push(piece);
  const archive = Buffer.concat(pieces);
  check(
    archive.subarray(0, 4).toString("latin1") === "PK\u0003\u0004" && archive.includes("README"),
    `everything that is held is an archive of ${archive.length} bytes`,
  );
  await close(page, folder);
  const alert = page.getByRole("form", { name: /close account/i }).getByRole("alert");
  await until("an account with a balance is not closed, and it says why", async () =>
    /balance/i.test((await alert.textContent()) ?? ""),
  );
  for (const [asset, free] of await balances(page)) {
    decide("adjust", [`email=${email}`, `asset=${asset}`, `amount=-${free}`], "leaves");
  }
  await until("operators have emptied it", async () => (await balances(page)).length === 0);
  await close(page, folder);
  const told = page.getByRole("region", { name: /your account is closed/i });
  await told.getByRole("row", { name: /ledger/i }).waitFor();
  await checkAxe(page, "what a closing tells");
  await page.screenshot({ path: `${folder}/closed-dark-1440.png` });
  await page
    .getByRole("banner")
    .getByRole("link", { name: /sign in/i })
    .waitFor();
  check(true, "the account is closed, with what is kept, and every session ends");
  await page.goto(`${origin}/sign-in`);
  await main(page).getByRole("textbox", { name: /email/i }).fill(email);
  await main(page)
    .getByLabel(/^password/i)
    .fill(PASSWORD);
  await main(page)
    .getByRole("button", { name: /^sign in$/i })
    .click();
  await main(page).getByRole("alert").waitFor();
  check(true, "nobody signs in to it any more");
}

const balances = (page) =>
  page.evaluate(async () => {
    const answer = await fetch("/api/v3/account?omitZeroBalances=true");
    return (await answer.json()).balances.map(({ asset, free }) => [asset, free]);
  });

async function close(page, folder) {
  const form = page.getByRole("form", { name: /close account/i });
  await form.getByLabel(/^code of your authenticator, or/i).fill(PASSWORD);
  await form.getByRole("checkbox", { name: /erase at once/i }).check();
  await form.getByRole("button", { name: /close account/i }).click();
  const question = page.getByRole("alertdialog");
  const last = question.getByRole("button", { name: /close for good/i });
  check(await last.isDisabled(), "a click alone closes nothing");
  await checkAxeInEveryLook(page, "the question before a closing");
  await page.screenshot({ path: `${folder}/close-asked-dark-1440.png` });
  const number = /\d+/.exec(await question.getByRole("heading").textContent())[0];
  await question.getByRole("textbox").fill(number);
  await last.click();
}
