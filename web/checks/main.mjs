// The pages against a running sandbox, in a real browser. Called with its web address and a folder for pictures.

import { checkCount, startBrowser } from "./harness.mjs";
import { checkAccount } from "./account.mjs";
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
  news: checkNews,
  wealth: checkWealth,
  account: checkAccount,
  look: checkLook,
};

const browser = await startBrowser();
try {
  for (const [name, run] of Object.entries(ALL)) {
    if (only !== undefined && only !== name) continue;
    const since = performance.now();
    console.log(`--- ${name}`);
    await run(browser, origin, folder);
    console.log(`--- ${name}: ${((performance.now() - since) / 1_000).toFixed(1)} s`);
  }
  console.log(`${checkCount()} checks hold`);
} finally {
  await browser.close();
}
