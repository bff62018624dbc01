// Holds what the trade screen loads against its budgets, as the binary sends it: packed, where `cargo xtask web build` did.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

const built = new URL("../apps/trade/dist/", import.meta.url);
const KIB = 1_024;
/** In each language; in Chinese the words of the first screen come twice: its script has the English ones. */
const SCREEN_KIB_MAX = 180;
const LATER_KIB_MAX = 16;
const FIRST_KIB_MAX = 100;
/** Everything that signing in loads, but for what it asks the exchange: 60, and a fifth. */
const ENTRY_KIB_MAX = 72;
const CSS_KIB_MAX = 20;
const LOCALE_KIB_MAX = 25;
const FONTS_KIB_MAX = 45;
/** What the trade screen loads by itself behind the first paint: chart, panels and rail. */
const PARTS = /^(behind|canvas|desk|rail)-/;
/** The words that come with them; those of the first screen are in its script in English, and a file of their own in Chinese. */
const WORDS = { English: /^en-desk-/, Chinese: /^(zh|zh-desk)-[\w-]{8}\.js$/ };
/**
 * What comes some seconds later, or with a second chart: dialogs and what else is opened now and then; but for orders over
 * time and for the past, which need the network anyway and come with the words of other pages.
 */
const LATER = /^(more-charts|opened|en-opened)-/;

const all = readdirSync(new URL("assets/", built));
const names = all.filter((name) => /\.(js|css)$/.test(name));
const textOf = (name) => readFileSync(new URL(`assets/${name}`, built), "utf8");
/** What is sent of a file: it, or the one that was packed beside it. */
function sentKib(path) {
  const packed = new URL(`${path}.gz`, built);
  return statSync(existsSync(packed) ? packed : new URL(path, built)).size / KIB;
}
const kibOf = (name) => sentKib(`assets/${name}`);
/** They are packed in themselves. */
const fonts = all.filter((name) => name.endsWith(".woff2"));
const sum = (some) => [...some].reduce((total, name) => total + kibOf(name), 0);

/** Files and everything that they import at once. */
function withImports(some) {
  const found = new Set();
  const wanted = [...some];
  while (0 < wanted.length) {
    const name = wanted.pop();
    if (found.has(name)) continue;
    found.add(name);
    const imports = textOf(name).matchAll(/(?:from|import)\s*[`"']\.\/([\w-]+\.js)[`"']/g);
    for (const [, next] of imports) wanted.push(next);
  }
  return found;
}

/** What a document asks for by itself. */
function asked(document) {
  const text = readFileSync(new URL(document, built), "utf8");
  const files = [...text.matchAll(/(?:src|href)="\/assets\/([\w-]+\.(?:js|css))"/g)];
  return files.map(([, name]) => name);
}
const scripts = (some) => some.filter((name) => name.endsWith(".js"));
const styles = (some) => some.filter((name) => name.endsWith(".css"));

const trading = asked("index.html");
const entry = asked("entry.html");
const font = sum(fonts);
const first = scripts(trading);
const parts = [...first, ...names.filter((name) => PARTS.test(name))];
const rows = [
  [
    "before the first paint of the trade screen, JavaScript",
    sum(withImports(first)),
    FIRST_KIB_MAX,
  ],
  ...Object.entries(WORDS).map(([language, words]) => [
    `trade screen in ${language}, JavaScript with chart, panels and rail`,
    sum(withImports([...parts, ...names.filter((name) => words.test(name))])),
    SCREEN_KIB_MAX,
  ]),
  [
    "dialogs and what else is opened later",
    sum(names.filter((name) => LATER.test(name))),
    LATER_KIB_MAX,
  ],
  [
    "signing in, all",
    sentKib("entry.html") + font + sum(styles(entry)) + sum(withImports(scripts(entry))),
    ENTRY_KIB_MAX,
  ],
  ["style", sum(styles(trading)), CSS_KIB_MAX],
  ["fonts", font, FONTS_KIB_MAX],
  ...["zh", "en-XA", "ar-XB"].map((language) => [
    `language ${language}`,
    sum(names.filter((name) => name.startsWith(language))),
    LOCALE_KIB_MAX,
  ]),
];
let isOver = false;
for (const [what, kib, most] of rows) {
  console.log(`${what}: ${kib.toFixed(1)} KiB of at most ${most} KiB`);
  isOver ||= kib === 0 || most < kib;
}
if (isOver) {
  console.error("over budget, or nothing was built");
  process.exit(1);
}
