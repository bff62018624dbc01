// What a page says in Chinese: nothing of it is English but the names of things.

import { check } from "./harness.mjs";

/** Assets of the sandbox and what is made of them. */
const ASSETS = /^(BTC|ETH|LTC|USDT)+$/;
/** Names that Chinese keeps: brands, methods, formats, keys, indicators, browsers, and how a price step is told. */
const NAMES = new Set([
  ...["Bourse", "English", "CCXT", "Python", "TOTP", "HMAC", "TWAP", "JPEG", "JSON"],
  ...["Chrome", "Linux", "Shift", "Enter", "Ctrl", "MACD", "BOLL"],
]);
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
  const words = said.flatMap((text) => text.match(/\S*[A-Za-z]{4,}\S*/g) ?? []);
  const english = words.filter((word) => !isName(word));
  check(english.length === 0, `${name}: in Chinese nothing is English`, english);
}

/** A link or an address is whole what it is; of the rest every word is looked at. */
function isName(text) {
  if (/^https?:\/\/|@[\w-]+\.test\b|^bourse\.toml$/.test(text)) return true;
  const words = text.match(/[A-Za-z]{4,}/g);
  return words.every((word) => NAMES.has(word) || ASSETS.test(word) || PEOPLE.test(word));
}
