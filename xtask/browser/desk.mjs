// Two operators at their desks, each in a browser with a passkey: the one proposes and the other approves, an identity
// is reviewed, and a withdrawal is approved by both and settled.

import { check, until } from "./driver.mjs";
import { KNOWN, apply, withdraw } from "./wishes.mjs";

const NAME = "<img src=x> Eve";

export async function work({ oscar, olivia }, { rest, person, isVerified }) {
  await proposes(oscar, olivia);
  await reviews(olivia, await apply(rest, "eve@example.test", NAME));
  await withdraw(rest, person);
  await pays(oscar, olivia, isVerified);
}

/** A limit of payouts: what cannot be read is not sent, and nobody approves what they proposed. */
async function proposes(oscar, olivia) {
  await oscar.turn("propose");
  await oscar.set("#kind", "set-payout-limit");
  await oscar.set("#fields [name=asset]", "BTC");
  await oscar.set("#fields [name=cap]", "ten");
  await oscar.set("#fields [name=reason]", "a calm week");
  await oscar.press("#draft", "Propose");
  check((await oscar.said()) === "", "what is no number is not proposed", await oscar.said());
  await oscar.set("#fields [name=cap]", "10");
  const words = await oscar.text("#happens");
  check(words.startsWith("At most 10 of BTC leaves in 24 hours"), "what will happen is said in words", words);
  await oscar.picture("propose");
  await oscar.press("#draft", "Propose");
  await until(async () => /^Proposal \d+ waits for another operator/.test(await oscar.said()), true);
  const own = await oscar.text("#proposals li");
  check(own.includes("asset") && own.includes("10.00000000"), "the exchange says how it has read it", own);
  const left = await oscar.buttons("#proposals li");
  check(left.join() === "Withdraw", "nobody approves what they proposed", left);

  await olivia.turn("decide");
  await until(async () => (await olivia.text("#proposals li")).includes("a calm week"), true);
  const shown = await olivia.text("#proposals li");
  check(shown.includes("At most 10.00000000 of BTC") && shown.includes("oscar"), "the other reads what and by whom", shown);
  await olivia.picture("decide");
  await olivia.press("#proposals li", "Approve");
  await until(async () => /^Proposal \d+ is executed/.test(await olivia.said()), true);
  check(true, "a signature of the other has approved it");
}

/** The queue, the case, its pictures, and a level by a signature. */
async function reviews(olivia, application) {
  await olivia.turn("identities");
  await olivia.press("#applications", "Look at it");
  await until(async () => (await olivia.text("#case")).includes(NAME), true);
  check(await olivia.run('document.querySelector("#case img") === null'), "a name is text, whatever it holds");
  await olivia.press("#case", "Claim");
  await olivia.saidThat(`Application ${application} is IN_REVIEW.`);
  check(true, "an application is claimed");
  await olivia.press("#case li", "Show");
  const red = `{
    const canvas = document.querySelector("#case canvas");
    canvas && [...canvas.getContext("2d").getImageData(20, 15, 1, 1).data].map((one) => Math.round(one / 64)).join();
  }`;
  await until(() => olivia.run(red), "4,0,0,4");
  check(true, "a picture is drawn, and is nothing but a picture");
  await olivia.picture("identity");
  await olivia.press("#case", "Approve");
  await olivia.saidThat(`Application ${application} is APPROVED.`);
  check(true, "a signature over the application has granted the level");
}

/** The address is read by both; the transaction is named and signed for. */
async function pays(oscar, olivia, isVerified) {
  await oscar.turn("payouts");
  await until(async () => (await oscar.text("#withdrawals li")).includes(KNOWN), true);
  const shown = await oscar.text("#withdrawals li");
  check(shown.includes("1.99980000 BTC") && shown.includes("none any more"), "amount and hold are shown", shown);
  await oscar.picture("payouts");
  await oscar.press("#withdrawals li", "Propose to pay it");
  await oscar.set("#question input", "as asked");
  await oscar.press("#question", "Propose");
  await until(async () => /^Proposal \d+ waits for another operator/.test(await oscar.said()), true);

  await olivia.turn("decide");
  await until(async () => (await olivia.text("#proposals li")).includes(`1.99980000 BTC to ${KNOWN}`), true);
  await olivia.press("#proposals li", "Approve");
  await until(async () => /^Proposal \d+ is executed/.test(await olivia.said()), true);
  check(true, "a payout is approved by the other");

  await oscar.turn("payouts");
  await isVerified(false);
  await settle(oscar);
  await until(async () => (await oscar.said()) !== "", true);
  const state = await oscar.text("#withdrawals li");
  check(state.includes("PROCESSING"), "nothing is settled by a session alone", [await oscar.said(), state]);
  await isVerified(true);
  await settle(oscar);
  await oscar.saidThat("Withdrawal 1 is COMPLETED.");
  check(true, "a signature over its transaction has settled it");
}

async function settle(oscar) {
  await oscar.press("#withdrawals li", "It is final");
  await oscar.set("#question input", "f00d");
  await oscar.picture("settle");
  await oscar.press("#question", "Sign and settle");
}
