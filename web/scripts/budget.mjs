// Holds what the trade screen loads against its budgets, as the binary sends it: in gzip.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";

const built = new URL("../apps/trade/dist/", import.meta.url);
const KIB = 1_024;
const SCREEN_KIB_MAX = 180;
const FIRST_KIB_MAX = 100;
/** Everything that signing in loads, but for what it asks the exchange: 60, and a fifth. */
const ENTRY_KIB_MAX = 72;
const CSS_KIB_MAX = 20;
const LOCALE_KIB_MAX = 25;
const FONTS_KIB_MAX = 45;
/** What the trade screen loads before anything is seen of it, beside what the document names. */
const SHOWN = /^trade-/;
/**
 * What the trade screen loads by itself behind the first paint, or when a panel or dialog of it is opened; but for orders
 * over time and for the past, which need the network anyway and come with the words of other pages.
 */
const PARTS =
  /^(amend|canvas|desk|dock|en-desk|incident-banner|more-charts|open-orders|opened|pane|rail|trade|trading)-/;
/** What signing in loads. */
const ENTRY = /^(en-entry|entry|incident-banner|shell)-/;

const all = readdirSync(new URL("assets/", built));
const names = all.filter((name) => /\.(js|css)$/.test(name));
const textOf = (name) => readFileSync(new URL(`assets/${name}`, built), "utf8");
const kibOf = (name) => gzipSync(textOf(name), { level: 9 }).length / KIB;
/** Fonts are packed in themselves. */
const fonts = all
  .filter((name) => name.endsWith(".woff2"))
  .map((name) => statSync(new URL(`assets/${name}`, built)).size);
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

const document = readFileSync(new URL("index.html", built), "utf8");
const asked = [...document.matchAll(/src="\/assets\/([\w-]+\.js)/g)].map(([, name]) => name);
const loaded = (part) => withImports([...asked, ...names.filter((name) => part.test(name))]);
const style = sum(names.filter((name) => name.endsWith(".css")));
const font = fonts.reduce((total, bytes) => total + bytes, 0) / KIB;
const page = gzipSync(document, { level: 9 }).length / KIB;
const rows = [
  ["before the first paint of the trade screen, JavaScript", sum(loaded(SHOWN)), FIRST_KIB_MAX],
  ["trade screen, JavaScript with chart and panels", sum(loaded(PARTS)), SCREEN_KIB_MAX],
  ["signing in, all", page + style + font + sum(loaded(ENTRY)), ENTRY_KIB_MAX],
  ["style", style, CSS_KIB_MAX],
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
