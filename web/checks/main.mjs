// The pages against a running sandbox, in a real browser. Called with its web address, that of one where nobody trades by
// himself, a folder for pictures, and the groups of checks to run; called with nothing, it says which groups there are.

import { mkdirSync } from "node:fs";
import { checkCount, startBrowser } from "./harness.mjs";
import { checkAccount } from "./account.mjs";
import { checkAltered } from "./altered.mjs";
import { checkAnswers } from "./answers.mjs";
import { checkAttention } from "./attention.mjs";
import { checkBrand } from "./brand.mjs";
import { checkCharts } from "./charts.mjs";
import { checkDesk } from "./desk.mjs";
import { checkDialogs } from "./dialogs.mjs";
import { checkEntry } from "./entry.mjs";
import { checkHands } from "./hands.mjs";
import { checkIncidents } from "./incidents.mjs";
import { checkLeaving } from "./leaving.mjs";
import { checkLists } from "./lists.mjs";
import { checkLook } from "./look.mjs";
import { checkManyMarkets } from "./many-rows.mjs";
import { checkFaucet, checkNews } from "./news.mjs";
import { checkOutage } from "./outage.mjs";
import { checkPhone } from "./phone.mjs";
import { checkQuiet } from "./quiet.mjs";
import { checkReading } from "./reading.mjs";
import { checkSideBySide } from "./side-by-side.mjs";
import { checkTrading } from "./trading.mjs";
import { checkWealth } from "./wealth.mjs";
import { checkWeight } from "./weight.mjs";

const [, , origin, quiet, folder, ...chosen] = process.argv;
/** Those that hold the pages to times so short, or to so little work, that nobody may work beside them. */
const ALONE = {
  weight: checkWeight,
  attention: checkAttention,
  search: checkManyMarkets,
};
/**
 * Lists that run beside each other, each in its order, against an exchange and in a browser of its own. Most of the first is
 * waiting and most of the second is work, and they take as long as each other.
 */
const LANES = [
  {
    account: checkAccount,
    trading: checkTrading,
    outage: checkOutage,
    answers: checkAnswers,
    leaving: checkLeaving,
    incidents: checkIncidents,
    lists: checkLists,
  },
  {
    altered: checkAltered,
    entry: checkEntry,
    faucet: checkFaucet,
    reading: checkReading,
    look: checkLook,
    phone: checkPhone,
    dialogs: checkDialogs,
    hands: checkHands,
    charts: checkCharts,
    quiet: (browser) => checkQuiet(browser, quiet, folder),
    desk: checkDesk,
    "side-by-side": checkSideBySide,
    news: checkNews,
    wealth: checkWealth,
    brand: checkBrand,
  },
];
const ALL = Object.assign({}, ALONE, ...LANES);

if (chosen.length === 0) console.log([ALONE, ...LANES].map(namesOf).join("\n"));
else await play(chosen);

function namesOf(list) {
  return Object.keys(list).join(" ");
}

/** Runs groups of checks one after the other, each to its end. */
async function play(names) {
  for (const name of names) if (!(name in ALL)) throw new Error(`no group is called ${name}`);
  const browser = await startBrowser();
  try {
    // Side by side in one browser they were red now and then, each time elsewhere.
    const red = [];
    for (const name of names) if (!(await holds(browser, name))) red.push(name);
    if (0 < red.length) throw new Error(`red: ${red.join(", ")}`);
    console.log(`${checkCount()} checks hold`);
  } finally {
    await browser.close();
  }
}

async function holds(browser, name) {
  const since = performance.now();
  console.log(`--- ${name}`);
  try {
    await ALL[name](browser, origin, folder);
    console.log(`--- ${name}: ${((performance.now() - since) / 1_000).toFixed(1)} s`);
    return true;
  } catch (error) {
    console.log(`--- ${name} is red`, error);
    await keepPictures(browser, name);
    return false;
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
}

/** What the pages showed as a check failed. */
async function keepPictures(browser, name) {
  mkdirSync(folder, { recursive: true });
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    const path = `${folder}/failed-${name}-${index}.png`;
    await page.screenshot({ path, fullPage: true }).catch(() => undefined);
    console.log(`a picture of ${page.url()}: ${path}`);
  }
}
