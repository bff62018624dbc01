// An operator and a real browser: a passkey is enrolled on the page of the operators' listener, signs in, and approves;
// then another one comes, and both do what two do.
//
// Called with the web addresses of the operators' listener and of the exchange, the path of what the sandbox says of
// itself, the folder for the browsers' profiles, the codes that enrol Oscar and Olivia, and the number of a proposal of
// Olivia. Everything is done as people do it, by the elements of the page.

import { readFileSync } from "node:fs";
import { work } from "./desk.mjs";
import { check, until, visit } from "./driver.mjs";
import { hands } from "./hands.mjs";

const [, , origin, rest, description, profile, code, otherCode, proposal] = process.argv;
const [person] = JSON.parse(readFileSync(description, "utf8")).accounts;

await visit(`${origin}/`, profile, async (run, page, authenticatorId) => {
  const oscar = hands(run, page);
  const isVerified = (isUserVerified) => page("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  const { click, said, isSignedIn } = oscar;

  await oscar.enrol(code);
  await until(said, "The passkey of oscar is enrolled: sign in with it.");
  check(true, "the code enrolled a passkey");
  await oscar.enrol(code);
  await oscar.saidThat("the passkey or the code is unknown");
  check(true, "the code counts once");

  await isVerified(false);
  await click("sign-in");
  await until(async () => (await said()) !== "", true);
  check(!(await isSignedIn()), "without its user the authenticator signs nobody in");
  await isVerified(true);
  await oscar.signIn();
  check((await oscar.text("#name")) === "oscar", "the passkey alone has signed oscar in");
  check((await run("document.cookie")) === "", "no script reads the cookie");
  await until(async () => (await oscar.text("#proposals")).includes("<b>asked for</b>"), true);
  check((await run('document.querySelector("#proposals b")')) === null, "a reason is text, whatever it holds");

  const digest = await run('document.getElementById("digest").textContent');
  check(/^[0-9a-f]{64}$/.test(digest), "the digest of the pages is shown", digest);
  await oscar.turn("people");
  await oscar.write("who", "alice@example.test");
  await click("look-up");
  await until(() => run('document.querySelector("#users dl dl") !== null'), true);
  const found = await oscar.text("#users");
  check(found.includes("active") && found.includes("alice@example.test"), "a user is looked up", found);

  await oscar.turn("decide");
  await oscar.press("#proposals", "Approve");
  await oscar.saidThat(`Proposal ${proposal} is executed.`);
  check(true, "a signature over the proposal has approved it");

  await visit(`${origin}/`, `${profile}-other`, async (runOther, pageOther) => {
    const olivia = hands(runOther, pageOther);
    await olivia.enrol(otherCode);
    await until(olivia.said, "The passkey of olivia is enrolled: sign in with it.");
    await olivia.signIn();
    await work({ oscar, olivia }, { rest, person, isVerified });
  });

  await click("sign-out");
  await until(isSignedIn, false);
  const kept = await run('document.getElementById("desk").textContent.includes("alice@example.test")');
  check(!kept, "what was shown goes with the session");
  const status = await run('fetch("/v1/operator/session").then((answer) => answer.status)');
  check(status === 401, "oscar has signed out", status);
});
