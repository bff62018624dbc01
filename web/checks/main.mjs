// The pages against a running sandbox, in a real browser. Called with its web address and a folder for pictures.

import { checkCount, startBrowser } from "./harness.mjs";
import { checkAccount } from "./account.mjs";
import { checkDesk } from "./desk.mjs";
import { checkLists } from "./lists.mjs";
import { checkLook } from "./look.mjs";
import { checkNews } from "./news.mjs";
import { checkReading } from "./reading.mjs";
import { checkTrading } from "./trading.mjs";
import { checkWealth } from "./wealth.mjs";
import { checkWeight } from "./weight.mjs";

const [, , origin, folder, only] = process.argv;
const ALL = {
  weight: checkWeight,
  reading: checkReading,
  trading: checkTrading,
  lists: checkLists,
  desk: checkDesk,
  news: checkNews,
  wealth: checkWealth,
  account: checkAccount,
  look: checkLook,
};
/** What runs after each other; lanes run side by side, and no account of the sandbox trades in two of them. */
const LANES = [
  ["reading", "trading", "lists", "desk", "account"],
  ["look", "news", "wealth"],
];

const browser = await startBrowser();
try {
  // The first visit is timed, so nothing else runs then.
  await run("weight");
  await Promise.all(
    LANES.map(async (names) => {
      for (const name of names) await run(name);
    }),
  );
  console.log(`${checkCount()} checks hold`);
} finally {
  await browser.close();
}

async function run(name) {
  if (only !== undefined && only !== name) return;
  const since = performance.now();
  console.log(`--- ${name}`);
  await ALL[name](browser, origin, folder);
  console.log(`--- ${name}: ${((performance.now() - since) / 1_000).toFixed(1)} s`);
}
