// Codes of an authenticator (RFC 6238), and somebody who gets one.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { check, PASSWORD, signInBy } from "./harness.mjs";
import { readQr } from "./qr.mjs";

const STEP_MS = 30_000;
const ROOM_MS = 8_000;
const step = () => Math.floor(Date.now() / STEP_MS);

/** The code of a secret in base 32. */
function codeOf(secret, step) {
  const bits = [...secret.replace(/=+$/, "")]
    .map((letter) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
    )
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = hash[19] & 15;
  return `${(hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000}`.padStart(6, "0");
}

/** Which step of a secret was used last: a code of it or an earlier one counts no more. */
const used = new Map();

/** Returns a code that counts now, after waiting for one if need be: the step before, this one, or the next. */
export async function nextCode(page, secret) {
  await roomInStep(page);
  const wanted = Math.max((used.get(secret) ?? 0) + 1, step() - 1);
  while (step() + 1 < wanted) await page.waitForTimeout(200);
  used.set(secret, wanted);
  return codeOf(secret, wanted);
}

/** Waits for the next step unless this one lasts for a while. */
async function roomInStep(page) {
  const leftMs = STEP_MS - (Date.now() % STEP_MS);
  if (leftMs < ROOM_MS) await page.waitForTimeout(leftMs);
}

/** Without a code, and with a wrong one, the password opens nothing. */
async function demanded(page, origin, email) {
  const main = page.getByRole("main");
  for (const code of ["", "000000"]) {
    await page.goto(`${origin}/sign-in`);
    await main.getByRole("textbox", { name: /email/i }).fill(email);
    await main.getByLabel(/^password/i).fill(PASSWORD);
    await main.getByLabel(/^code/i).fill(code);
    await main.getByRole("button", { name: /^sign in$/i }).click();
    await main.getByText(/address, password or code is wrong/i).waitFor();
    // After a failure the next attempt waits for a second.
    await page.waitForTimeout(1_100);
  }
  check((await page.request.get(`${origin}/v1/session`)).status() === 401, "a code is demanded");
}

/** Makes a second factor count, signs in with it, and returns its secret. */
export async function enableAuthenticator(page, origin, email) {
  await page.goto(`${origin}/account/security`);
  const form = page.getByRole("form", { name: "Authenticator" });
  await form.getByRole("button", { name: /enable authenticator/i }).click();
  const secret = await form.getByRole("group", { name: "Secret" }).textContent();
  const uri = await readQr(form.getByRole("img", { name: /secret as qr code/i }));
  check(
    uri.startsWith("otpauth://totp/") && uri.includes(`secret=${secret}`),
    "a reader of QR codes finds the secret",
    uri,
  );
  await form.getByLabel(/^password/i).fill(PASSWORD);
  await form.getByLabel(/^code/i).fill("000000");
  await form.getByRole("button", { name: /confirm/i }).click();
  await form.getByRole("alert").waitFor();
  check(true, "a wrong code is refused");
  await form.getByLabel(/^code/i).fill(await nextCode(page, secret));
  // After a failure the next attempt waits for a second.
  await page.waitForTimeout(1_100);
  await form.getByRole("button", { name: /confirm/i }).click();
  await page.getByRole("heading", { name: /recovery codes/i }).waitFor();
  const codes = await page.locator(".codes li").allTextContents();
  check(codes.length === 10, "a right one shows ten recovery codes");
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: /download/i }).click();
  const kept = readFileSync(await (await waiting).path(), "utf8");
  check(kept === `${codes.join("\n")}\n`, "which are taken along as a file", kept);
  await page.getByRole("button", { name: /done/i }).click();
  await demanded(page, origin, email);
  await signInBy(page, origin, email, await nextCode(page, secret));
  return secret;
}
