// Somebody who was invited to be an operator and a real browser: both halves of the code and a new passkey make one,
// who then adds another passkey and takes the first away.
//
// Called with the web address of the operators' listener, the folder for the browser's profile, and both halves.

import { check, until, visit } from "./driver.mjs";

const [, , origin, profile, half, otherHalf] = process.argv;

await visit(`${origin}/`, profile, async (run) => {
  const click = (id) => run(`document.getElementById("${id}").click()`);
  const write = (id, text) => run(`document.getElementById("${id}").value = ${JSON.stringify(text)}`);
  const said = () => run('document.getElementById("said").textContent');

  await write("first-half", half);
  await write("other-half", half);
  await click("accept");
  await until(async () => (await said()).startsWith("the passkey or the code is unknown"), true);
  check(true, "half of the code makes nobody an operator");

  await write("other-half", otherHalf);
  await click("accept");
  await until(said, "The passkey of zoe is enrolled: sign in with it.");
  check(true, "both halves enrol a passkey");
  await click("sign-in");
  await until(() => run('!document.getElementById("desk").hidden'), true);
  check((await run('document.getElementById("name").textContent')) === "zoe", "it signs zoe in");
  check((await run('document.getElementById("roles").textContent')) === "viewer", "with the roles of the invitation");

  const isSignedIn = () => run('!document.getElementById("desk").hidden');
  const passkeys = () => run('[...document.querySelectorAll("#passkeys li")].map((one) => one.textContent).join("; ")');
  const takeAway = () => run('document.querySelector("#passkeys button").click()');
  await takeAway();
  await until(async () => (await said()).startsWith("it is your last passkey"), true);
  check(await isSignedIn(), "the last passkey stays, and so does the session");
  await write("other-label", "spare");
  await click("add");
  await until(said, "The passkey is added.");
  const both = await passkeys();
  check(both.includes("passkey,") && both.includes("spare,"), "a signature has added another passkey", both);
  await takeAway();
  await until(isSignedIn, false);
  check((await said()).startsWith("The passkey is taken away"), "a signature of the other has taken the first away");
  await click("sign-in");
  await until(isSignedIn, true);
  const left = await passkeys();
  check(left.startsWith("spare,") && !left.includes(";"), "the one that is left signs zoe in", left);
});
