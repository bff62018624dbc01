// What somebody does to be known: sees what a level allows, applies for the next, adds pictures, hands it in.

import { mkdirSync } from "node:fs";
import { checkAxe } from "./axe.mjs";
import { check, until } from "./harness.mjs";
import { operate } from "./operators.mjs";

export async function checkIdentity(page, origin, folder) {
  mkdirSync(folder, { recursive: true });
  await page.goto(`${origin}/account/identity`);
  const main = page.getByRole("main");
  await main.getByText(/you have level 1 of 3/i).waitFor();
  const caps = main.getByRole("table", { name: /allowances/i });
  const row = await caps.getByRole("row", { name: /withdrawals, 24 hours/i }).textContent();
  check(/1,000\.00.*0\.00.*1,000\.00/.test(row), "a level says its limits and what is left", row);
  await apply(main);
  const documents = main.getByRole("form", { name: /documents/i });
  const handIn = documents.getByRole("button", { name: /hand in/i });
  check(await handIn.isDisabled(), "nothing is handed in without its documents");
  await refused(documents);
  const picture = await pictureOf(page);
  await documents.getByLabel(/identity card/i).setInputFiles(picture);
  await documents.getByText(/there: \d+ × \d+/i).waitFor();
  check(await handIn.isDisabled(), "one of two documents is not enough");
  await documents.getByLabel(/portrait/i).setInputFiles(picture);
  await until("both pictures are there", async () => handIn.isEnabled());
  await handIn.click();
  await main
    .getByRole("region", { name: /application/i })
    .getByText(/^handed in\./i)
    .waitFor();
  check(true, "an application is handed in, and says so");
  check((await main.getByRole("form").count()) === 0, "what was handed in is not changed any more");
  await decided(page, origin, folder);
}

/** What compliance does with applications, as the applicant sees it: every state that there is. */
async function decided(page, origin, folder) {
  const main = page.getByRole("main");
  const shown = async (name, text, more = null) => {
    await page.goto(`${origin}/account/identity`);
    const panel = main.getByRole("region", { name: /application/i });
    await panel.getByText(text).waitFor();
    if (more !== null) await panel.getByText(more).waitFor();
    await checkAxe(page, `an application ${name}`);
    await page.screenshot({ path: `${folder}/identity-${name}-dark-1440.png`, fullPage: true });
    check(true, `an application ${name} is told`);
  };
  const first = handedIn();
  operate("olivia", "kyc", "claim", first);
  await shown("in-review", /being looked at/i);
  const blurred = "The portrait is blurred: please take another one.";
  operate("olivia", "kyc", "ask", first, "--reason", blurred);
  await shown("more-information", /more is asked for/i, blurred);
  const documents = main.getByRole("form", { name: /documents/i });
  await documents.getByRole("button", { name: /hand in/i }).click();
  await main.getByText(/^handed in\./i).waitFor();
  operate("olivia", "kyc", "claim", first);
  const other = "The card is that of somebody else.";
  operate("olivia", "kyc", "reject", first, "--reason", other);
  await shown("rejected", /^rejected\./i, other);
  const form = main.getByRole("form", { name: /who applies/i });
  await form.getByRole("combobox", { name: /level/i }).selectOption("2");
  await form.getByRole("button", { name: /keep changes|begin application/i }).click();
  await main.getByText(/not handed in yet/i).waitFor();
  const picture = await pictureOf(page);
  for (const name of [/identity card/i, /portrait/i]) {
    await documents.getByLabel(name).setInputFiles(picture);
  }
  const handIn = documents.getByRole("button", { name: /hand in/i });
  await until("another application has its documents", async () => handIn.isEnabled());
  await handIn.click();
  await main.getByText(/^handed in\./i).waitFor();
  const second = handedIn();
  check(second !== first, "whoever was rejected can apply again", `${first}, ${second}`);
  operate("olivia", "kyc", "claim", second);
  operate("olivia", "kyc", "approve", second);
  await shown("approved", /^approved\./i);
  // The exchange is told of it within a second.
  await until("and has the level from then on", async () => {
    await page.reload();
    await main.getByText(/you have level \d of 3/i).waitFor();
    return (await main.getByText(/you have level 2 of 3/i).count()) === 1;
  });
}

/** The number of the one application that waits. */
function handedIn() {
  const list = operate("olivia", "kyc", "list", "--state", "SUBMITTED");
  const numbers = [...list.matchAll(/^ *(\d+) /gm)].map(([, number]) => number);
  check(numbers.length === 1, "one application waits for compliance", list);
  return numbers[0];
}

const pictureOf = async (page) => ({
  name: "card.png",
  mimeType: "image/png",
  buffer: await page.locator("h1").screenshot(),
});

async function apply(main) {
  const form = main.getByRole("form", { name: /who applies/i });
  await form.getByRole("combobox", { name: /level/i }).selectOption("2");
  await form.getByLabel(/full name/i).fill("Ann Example");
  await form.getByLabel(/date of birth/i).fill("2020-02-28");
  await form.getByRole("combobox", { name: /country/i }).selectOption({ label: "Germany" });
  await form.getByLabel(/^address/i).fill("Example Street 1, 12345 Town");
  await form.getByRole("button", { name: /begin application/i }).click();
  await form.getByRole("alert").waitFor();
  check(true, "a child cannot apply");
  await form.getByLabel(/date of birth/i).fill("1990-02-28");
  await form.getByRole("button", { name: /begin application/i }).click();
  await main.getByText(/not handed in yet/i).waitFor();
  check(true, "an application begins");
}

/** What is no picture is not sent, and what only says that it is one is refused. */
async function refused(documents) {
  const field = documents.getByLabel(/identity card/i);
  const file = (name, mimeType, text) => ({ name, mimeType, buffer: Buffer.from(text) });
  await field.setInputFiles(file("card.pdf", "application/pdf", "%PDF-1.4"));
  await documents.getByText(/only png and jpeg/i).waitFor();
  check((await field.getAttribute("aria-invalid")) === "true", "a file of another kind is marked");
  await field.setInputFiles(file("card.png", "image/png", "no picture at all"));
  await documents.getByRole("alert").waitFor();
  check(true, "what only says that it is a picture is refused");
}
