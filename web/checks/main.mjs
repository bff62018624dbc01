// The pages against a running sandbox, in a real browser. Called with its web address, that of one where nobody trades by
// himself, and a folder for pictures.

import { mkdirSync } from "node:fs";
import { checkCount, startBrowser } from "./harness.mjs";
import { checkAccount } from "./account.mjs";
import { checkAltered } from "./altered.mjs";
import { checkAnswers } from "./answers.mjs";
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
import { checkTrading } from "./trading.mjs";
import { checkWealth } from "./wealth.mjs";
import { checkWeight } from "./weight.mjs";

const [, , origin, quiet, folder, ...chosen] = process.argv;
/** Those that sign in often stand apart: sign-ins of one address are bounded. */
const ALL = {
  weight: checkWeight,
  altered: checkAltered,
  entry: checkEntry,
  faucet: checkFaucet,
  account: checkAccount,
  answers: checkAnswers,
  reading: checkReading,
  search: checkManyMarkets,
  outage: checkOutage,
  look: checkLook,
  phone: checkPhone,
  dialogs: checkDialogs,
  trading: checkTrading,
  hands: checkHands,
  charts: checkCharts,
  quiet: (browser) => checkQuiet(browser, quiet, folder),
  lists: checkLists,
  desk: checkDesk,
  news: checkNews,
  wealth: checkWealth,
  brand: checkBrand,
  leaving: checkLeaving,
  incidents: checkIncidents,
};
const browser = await startBrowser();
try {
  const names = chosen.length === 0 ? Object.keys(ALL) : chosen;
  // One after the other: side by side they were red now and then, each time elsewhere.
  const red = await failing(names);
  // A crowded machine may keep a check from its end; what is red twice is broken.
  const broken = chosen.length === 0 ? await failing(red) : red;
  if (0 < red.length) console.log(`red once: ${red.join(", ")}`);
  if (0 < broken.length) throw new Error(`red: ${broken.join(", ")}`);
  console.log(`${checkCount()} checks hold`);
} finally {
  await browser.close();
}

/** Runs groups of checks; returns the names of those that do not hold. */
async function failing(names) {
  const red = [];
  for (const name of names) if (!(await holds(name))) red.push(name);
  return red;
}

async function holds(name) {
  const since = performance.now();
  console.log(`--- ${name}`);
  try {
    await ALL[name](browser, origin, folder);
    console.log(`--- ${name}: ${((performance.now() - since) / 1_000).toFixed(1)} s`);
    return true;
  } catch (error) {
    console.log(`--- ${name} is red`, error);
    await keepPictures(name);
    return false;
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
}

/** What the pages showed as a check failed. */
async function keepPictures(name) {
  mkdirSync(folder, { recursive: true });
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    const path = `${folder}/failed-${name}-${index}.png`;
    await page.screenshot({ path, fullPage: true }).catch(() => undefined);
    console.log(`a picture of ${page.url()}: ${path}`);
  }
}
