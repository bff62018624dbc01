// Makes languages that nobody speaks out of the English words, so that pages are seen in longer ones and from right to
// left before somebody translates them: one file a language, with all parts.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import typescript from "typescript";

const strings = new URL("../packages/kit/src/strings/", import.meta.url);
const PARTS = [
  "en-frame.ts",
  "en.ts",
  "en-desk.ts",
  "en-opened.ts",
  "en-entry.ts",
  "en-pages.ts",
  "en-terms.ts",
];

const ACCENTED = new Map(
  "aá eé ií oö uú yý nñ cç sš AÁ EÉ IÍ OÖ UÚ".split(" ").map((pair) => [...pair]),
);

/** With accents, and small vowels twice: some two fifths longer. */
const longer = (word) =>
  word.replace(/[a-z]/gi, (letter) =>
    (ACCENTED.get(letter) ?? letter).repeat(/[aeiou]/.test(letter) ? 2 : 1),
  );

/** Overridden to run from right to left, as a word of a writing that does. */
const mirrored = (word) => `\u200f\u202e${word}\u202c\u200f`;

const LANGUAGES = { "en-XA": longer, "ar-XB": mirrored };

/** Changes the words of a literal as it stands in the source; what is escaped stays, and values stand apart. */
const changed = (source, change) =>
  source.replace(/\\.|[A-Za-z]+|\$\{$|^\}/g, (found) => {
    if (found === "${") return `\u2068${found}`;
    if (found === "}") return `${found}\u2069`;
    return found.startsWith("\\") ? found : change(found);
  });

/** Whether a node is text that somebody reads: not a name of a property, and nothing that is compared. */
function isSaid(node) {
  if (typescript.isTemplateMiddleOrTemplateTail(node) || typescript.isTemplateHead(node))
    return true;
  if (!typescript.isStringLiteralLike(node)) return false;
  const { parent } = node;
  const isCompared =
    typescript.isBinaryExpression(parent) && parent.operatorToken.getText().includes("==");
  const isName = typescript.isPropertyAssignment(parent) && parent.name === node;
  return !isCompared && !isName && !typescript.isCaseClause(parent);
}

/** Returns what a part exports as a value, in another language. */
function translated(part, change) {
  const text = readFileSync(new URL(part, strings), "utf8");
  const file = typescript.createSourceFile(part, text, typescript.ScriptTarget.Latest, true);
  const edits = [];
  const visit = (node) => {
    if (isSaid(node)) edits.push([node.getStart(), node.getEnd()]);
    typescript.forEachChild(node, visit);
  };
  const values = file.statements.filter(typescript.isVariableStatement);
  values.forEach(visit);
  const edited = (value) => {
    let [out, at] = ["", value.getStart()];
    for (const [from, to] of edits.filter(([from]) => at <= from && from < value.getEnd())) {
      out += text.slice(at, from) + changed(text.slice(from, to), change);
      at = to;
    }
    return out + text.slice(at, value.getEnd());
  };
  return values.map(edited).join("\n");
}

const folder = new URL("pseudo/", strings);
mkdirSync(folder, { recursive: true });
for (const [language, change] of Object.entries(LANGUAGES)) {
  const parts = PARTS.map((part) => translated(part, change));
  const head = `// Made by scripts/generate-pseudo.mjs.\nimport { plural } from "../plural.ts";`;
  writeFileSync(new URL(`${language}.ts`, folder), [head, ...parts, ""].join("\n\n"));
}
