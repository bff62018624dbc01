// Somebody who was invited to be an operator and a real browser: both halves of the code and a new passkey make one,
// who sees nothing but what a viewer may, then adds another passkey and takes the first away.
//
// Called with the web address of the operators' listener, the folder for the browser's profile, and both halves.

import { check, until, visit } from "./driver.mjs";
import { hands } from "./hands.mjs";

const [, , origin, profile, half, otherHalf] = process.argv;

await visit(`${origin}/`, profile, async (run, page) => {
  const zoe = hands(run, page);
  const { click, write, said, isSignedIn } = zoe;

  await write("first-half", half);
  await write("other-half", half);
  await click("accept");
  await zoe.saidThat("the passkey or the code is unknown");
  check(true, "half of the code makes nobody an operator");

  await write("other-half", otherHalf);
  await click("accept");
  await until(said, "The passkey of zoe is enrolled: sign in with it.");
  check(true, "both halves enrol a passkey");
  await zoe.signIn();
  check((await zoe.text("#name")) === "zoe", "it signs zoe in");
  check((await zoe.text("#roles")) === "viewer", "with the roles of the invitation");
  const parts = await zoe.parts();
  check(parts === "Proposals,Yourself", "a viewer sees nothing to propose, to review and to pay", parts);

  const passkeys = () => run('[...document.querySelectorAll("#passkeys li")].map((one) => one.textContent).join("; ")');
  await zoe.turn("yourself");
  await zoe.press("#passkeys", "Take away");
  await zoe.saidThat("it is your last passkey");
  check(await isSignedIn(), "the last passkey stays, and so does the session");
  await write("other-label", "spare");
  await click("add");
  await until(said, "The passkey is added.");
  const both = await passkeys();
  check(both.includes("passkey,") && both.includes("spare,"), "a signature has added another passkey", both);
  await zoe.press("#passkeys", "Take away");
  await until(isSignedIn, false);
  check((await said()).startsWith("The passkey is taken away"), "a signature of the other has taken the first away");
  await zoe.signIn();
  await zoe.turn("yourself");
  const left = await passkeys();
  check(left.startsWith("spare,") && !left.includes(";"), "the one that is left signs zoe in", left);
});
