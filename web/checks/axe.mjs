// Breaches of WCAG A and AA that axe finds on a page, as it is worn and in other looks of it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** High contrast promises seven to one. */
const ENHANCED = { "color-contrast-enhanced": { enabled: true } };

/** As the page is worn. */
export async function checkAxe(page, name) {
  const found = await violations(page);
  check(found.length === 0, `axe finds nothing on ${name}`, found);
}

/** In the theme of high contrast, which promises more. */
export async function checkAxeInContrast(page, name) {
  const worn = await wear(page, "contrast");
  const found = await violations(page, ENHANCED);
  await wear(page, worn);
  check(found.length === 0, `axe finds nothing on ${name}, in high contrast`, found);
}

/**
 * In the colours of a system that forces its own; their contrast is the system's, and the browser tells axe another colour of
 * text than it paints.
 */
export async function checkAxeInForcedColours(page, name) {
  await page.emulateMedia({ forcedColors: "active" });
  await drawn(page);
  const found = await violations(page, { "color-contrast": { enabled: false } });
  await page.emulateMedia({ forcedColors: "none" });
  check(found.length === 0, `axe finds nothing on ${name}, in forced colours`, found);
}

/** In every look, for what is opened once. */
export async function checkAxeInEveryLook(page, name) {
  for (const theme of ["dark", "light"]) {
    const worn = await wear(page, theme);
    await checkAxe(page, `${name}, ${theme}`);
    await wear(page, worn);
  }
  await checkAxeInContrast(page, name);
  await checkAxeInForcedColours(page, name);
}

/** Waits until another look has been laid out and painted. */
const drawn = (page) =>
  page.evaluate(
    () =>
      new Promise((done) =>
        window.requestAnimationFrame(() => window.requestAnimationFrame(() => done(null))),
      ),
  );

/** Has the document wear a theme, without a word to what is kept; returns the one before. */
const wear = (page, theme) =>
  page.evaluate((next) => {
    const { dataset } = document.documentElement;
    const before = dataset.theme;
    dataset.theme = next;
    return before;
  }, theme);

async function violations(page, rules = {}) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const results = await page.evaluate(
    (how) => window.axe.run(document, { runOnly: how.runOnly, rules: how.rules }),
    { runOnly: AA, rules },
  );
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`)
        .slice(0, 3)
        .join(" | ")}`,
  );
}
