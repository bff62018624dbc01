// Builds both documents of the pages into one folder; `cargo xtask web build` packs it, as the binary takes it.

import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../apps/trade/", import.meta.url));
const built = new URL("../apps/trade/dist/", import.meta.url);

const read = (name) => readFileSync(new URL(name, built));
const write = (name, content) => writeFileSync(new URL(name, built), content);

/** Builds one document; returns the names of the files that came with it. */
async function bundle(mode) {
  const { output } = await build({ root, configFile: `${root}vite.config.mjs`, mode });
  return output.map(({ fileName }) => fileName);
}

const digest = (path) => `sha256-${createHash("sha256").update(read(path)).digest("base64")}`;

/**
 * Writes into a document what each of its scripts and its style must hold: a browser refuses one that was changed on its
 * way. A map of imports says it of scripts that others load.
 */
function vouch(document, files) {
  const scripts = files.filter((name) => name.endsWith(".js"));
  const integrity = Object.fromEntries(scripts.map((name) => [`/${name}`, digest(name)]));
  const map = `<script type="importmap">${JSON.stringify({ integrity })}</script>`;
  const named =
    /(<(?:script type="module"|link rel="stylesheet") crossorigin) (src|href)="\/(.+?)"/g;
  const text = read(document)
    .toString()
    .replace(named, (_, tag, by, name) => `${tag} integrity="${digest(name)}" ${by}="/${name}"`)
    .replace('<script type="module"', (tag) => `${map}\n    ${tag}`);
  const asked = text.match(/<script type="module"|<link rel="stylesheet"/g).length;
  if (!text.includes(map) || text.split(" integrity=").length !== asked + 1)
    throw new Error(`${document} does not say what its scripts and styles must hold`);
  write(document, text);
}

/** Names the build in the worker that keeps it: after the documents, which name every other file. */
function nameBuild(documents) {
  const hash = createHash("sha256");
  for (const document of documents) hash.update(read(document));
  const name = hash.digest("hex").slice(0, 16);
  write("sw.js", read("sw.js").toString().replace("__BUILD__", name));
}

rmSync(built, { recursive: true, force: true });
// Both are made of one page, whose name the second keeps.
const entry = await bundle("entry");
renameSync(new URL("index.html", built), new URL("entry.html", built));
const trading = await bundle("production");
vouch("entry.html", entry);
vouch("index.html", trading);
nameBuild(["entry.html", "index.html"]);
