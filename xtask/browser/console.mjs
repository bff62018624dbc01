// An operator and a real browser: a passkey is enrolled on the page of the operators' listener, signs in, and approves.
//
// Called with the web address of the listener, the folder for the browser's profile, the code that enrols, and the
// number of a proposal of somebody else. Everything is done as people do it, by the elements of the page.

import { check, until, visit } from "./driver.mjs";

const [, , origin, profile, code, proposal] = process.argv;

await visit(`${origin}/`, profile, async (run, page, authenticatorId) => {
  const click = (element) => run(`${element}.click()`);
  const said = () => run('document.getElementById("said").textContent');
  const isSignedIn = () => run('!document.getElementById("desk").hidden');

  await run(`document.getElementById("code").value = ${JSON.stringify(code)}`);
  await click('document.getElementById("enrol")');
  await until(said, "The passkey of oscar is enrolled: sign in with it.");
  check(true, "the code enrolled a passkey");
  await run(`document.getElementById("code").value = ${JSON.stringify(code)}`);
  await click('document.getElementById("enrol")');
  await until(async () => (await said()).startsWith("the passkey or the code is unknown"), true);
  check(true, "the code counts once");

  await page("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await click('document.getElementById("sign-in")');
  await until(async () => (await said()) !== "", true);
  check(!(await isSignedIn()), "without its user the authenticator signs nobody in");
  await page("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await click('document.getElementById("sign-in")');
  await until(isSignedIn, true);
  check((await run('document.getElementById("name").textContent')) === "oscar", "the passkey alone has signed oscar in");
  check((await run("document.cookie")) === "", "no script reads the cookie");
  check((await run('document.querySelector("#proposals b")')) === null, "a reason is text, whatever it holds");
  const shown = await run('document.querySelector("#proposals").textContent');
  check(shown.includes("<b>asked for</b>"), "the reason is shown as it is", shown);

  const digest = await run('document.getElementById("digest").textContent');
  check(/^[0-9a-f]{64}$/.test(digest), "the digest of the pages is shown", digest);
  await run('document.getElementById("who").value = "alice@example.test"');
  await click('document.getElementById("look-up")');
  await until(() => run('document.querySelector("#users dl dl") !== null'), true);
  const found = await run('document.getElementById("users").innerText');
  check(found.includes("active") && found.includes("alice@example.test"), "a user is looked up", found);

  const approve = '[...document.querySelectorAll("#proposals button")].find((one) => one.textContent === "Approve")';
  await click(approve);
  await until(async () => (await said()).startsWith(`Proposal ${proposal} is executed.`), true);
  check(true, "a signature over the proposal has approved it");
  await click('document.getElementById("sign-out")');
  await until(isSignedIn, false);
  const status = await run('fetch("/v1/operator/session").then((answer) => answer.status)');
  check(status === 401, "oscar has signed out", status);
});
