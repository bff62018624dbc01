// Holds what the trade screen loads against its budgets, as the binary sends it: in gzip.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";

const built = new URL("../apps/trade/dist/", import.meta.url);
const KIB = 1_024;
const SCREEN_KIB_MAX = 180;
/** 100 is the aim: React and its renderer are 68 of it. */
const FIRST_KIB_MAX = 104;
const CSS_KIB_MAX = 20;
const LOCALE_KIB_MAX = 25;
/** Pages beside the trade screen, and the other languages, are loaded when they are opened. */
const OTHERS =
  /^(account|brand|notification-list|orders|register|reset|sandbox-token|fault|settings|sign-in|wallet|passkeys|zh)-/;

const sizes = readdirSync(new URL("assets/", built))
  .filter((name) => /\.(js|css)$/.test(name))
  .map((name) => {
    const file = new URL(`assets/${name}`, built);
    return {
      name,
      kib: gzipSync(readFileSync(file), { level: 9 }).length / KIB,
      bytes: statSync(file).size,
    };
  });
const sum = (fits) =>
  sizes.filter(({ name }) => fits(name)).reduce((total, { kib }) => total + kib, 0);

/** Everything that has to be there before the first paint: what the document asks for, and what that imports. */
function firstPaint() {
  const document = readFileSync(new URL("index.html", built), "utf8");
  const wanted = [...document.matchAll(/\/assets\/([\w-]+\.js)/g)].map(([, name]) => name);
  const found = new Set();
  while (0 < wanted.length) {
    const name = wanted.pop();
    if (found.has(name)) continue;
    found.add(name);
    const text = readFileSync(new URL(`assets/${name}`, built), "utf8");
    for (const [, next] of text.matchAll(/(?:from|import)\s*[`"']\.\/([\w-]+\.js)[`"']/g)) {
      wanted.push(next);
    }
  }
  return found;
}

const first = firstPaint();
const rows = [
  ["before the first paint, JavaScript", sum((name) => first.has(name)), FIRST_KIB_MAX],
  [
    "trade screen, JavaScript with the chart",
    sum((name) => name.endsWith(".js") && !OTHERS.test(name)),
    SCREEN_KIB_MAX,
  ],
  ["style", sum((name) => name.endsWith(".css")), CSS_KIB_MAX],
  ["Chinese", sum((name) => name.startsWith("zh-")), LOCALE_KIB_MAX],
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
