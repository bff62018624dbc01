// What a page says in Chinese, in its document and on the canvases of its charts: nothing of it is English but the names of
// things.

import { check, newPage, until } from "./harness.mjs";

/** Assets of the sandbox and what is made of them. */
const ASSETS = /^(BTC|ETH|LTC|USDT)+$/;
/** Names that Chinese keeps: brands, methods, formats, keys, indicators, browsers, and how a price step is told. */
const NAMES = new Set([
  ...["Bourse", "English", "CCXT", "Python", "TOTP", "HMAC", "TWAP", "JPEG", "JSON"],
  ...["Chrome", "Linux", "Shift", "Enter", "Ctrl", "MACD", "BOLL"],
]);
/** Indicators, and lines of them. */
const LINES = [
  ...[
    "MA",
    "EMA",
    "SMA",
    "BOLL",
    "BBI",
    "SAR",
    "AVP",
    "VOL",
    "MACD",
    "RSI",
    "KDJ",
    "CCI",
    "WR",
    "ROC",
  ],
  ...["MTM", "OBV", "DMI", "DMA", "TRIX", "BIAS", "BRAR", "CR", "PSY", "VR", "PVT", "AO", "EMV"],
];
const LINE = new RegExp(`^(MA)?(${LINES.join("|")}|ADXR)$`);
/** So many of them have room below each other. */
const TOGETHER = 7;
/** What stands before the numbers of a candle, and before its volume. */
const LETTERS = ["开", "高", "低", "收", "量"];
/** Accounts of the sandbox, as which anyone may sign in. */
const PEOPLE = /^(alice|bob|carol|dave|erin|frank|grace|heidi|ivan|judy|mallory|niaj)$/;
/** What people have typed, what programs read, and what they call themselves. */
const NOT_SAID = "bdi, code, pre, textarea, script, style, noscript, .agent";

/** No word of four letters or more is Latin, in what is seen and in what is read aloud. */
export async function checkChinese(page, name) {
  const said = await page.evaluate((notSaid) => {
    const isSaid = (element) => element.closest(notSaid) === null && element.checkVisibility();
    const walker = document.createTreeWalker(document.body, window.NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode() !== null) {
      const { parentElement, data } = walker.currentNode;
      if (isSaid(parentElement)) texts.push(data);
    }
    for (const attribute of ["aria-label", "title", "placeholder", "alt", "data-head"]) {
      const named = [...document.querySelectorAll(`[${attribute}]`)].filter(isSaid);
      texts.push(...named.map((element) => element.getAttribute(attribute)));
    }
    return [document.title, ...texts];
  }, NOT_SAID);
  const english = englishIn(said);
  check(english.length === 0, `${name}: in Chinese nothing is English`, english);
}

/** Nor is what is written on a chart, with every indicator, its cross hair and its axes. */
export async function checkChineseCharts(browser, origin) {
  for (let from = 0; from < LINES.length; from += TOGETHER)
    await writtenOnCharts(browser, origin, LINES.slice(from, from + TOGETHER));
}

async function writtenOnCharts(browser, origin, indicators) {
  const { page, context, complaints } = await newPage(browser, origin, { height: 1_440 });
  await page.addInitScript(
    (look) => {
      localStorage.setItem("bourse.look", look);
      window.written = new Set();
      const { prototype } = window.CanvasRenderingContext2D;
      const { fillText } = prototype;
      prototype.fillText = function (text, ...place) {
        window.written.add(text.trim());
        return fillText.call(this, text, ...place);
      };
    },
    JSON.stringify({ language: "zh-CN", indicators }),
  );
  await page.goto(`${origin}/trade/BTCUSDT`);
  await page.locator(".chart-host").hover();
  const written = () => page.evaluate(() => [...window.written]);
  const missing = async () => {
    const said = await written();
    return [...LETTERS, ...indicators].filter((one) => !said.some((text) => text.startsWith(one)));
  };
  await until(
    `a chart says in Chinese what its numbers are: ${indicators.join()}`,
    async () => (await missing()).length === 0,
  );
  const english = englishIn(await written()).filter((word) => !LINE.test(/[A-Z]{4,}/i.exec(word)));
  check(english.length === 0, "and nothing of it is English", english);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
}

const englishIn = (said) =>
  said.flatMap((text) => text.match(/\S*[A-Za-z]{4,}\S*/g) ?? []).filter((word) => !isName(word));

/** A link or an address is whole what it is; of the rest every word is looked at. */
function isName(text) {
  if (/^https?:\/\/|@[\w-]+\.test\b|^bourse\.toml$/.test(text)) return true;
  const words = text.match(/[A-Za-z]{4,}/g);
  return words.every((word) => NAMES.has(word) || ASSETS.test(word) || PEOPLE.test(word));
}
