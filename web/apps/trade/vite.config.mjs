import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig } from "vite";

/** Smaller files cost more to unpack than they save. */
const PACKED_BYTES_MIN = 1_024;
/** A running sandbox, for `vite` and `vite preview`. */
const EXCHANGE = process.env["BOURSE_URL"] ?? "http://localhost:8080";

/** Names the build in the worker that keeps it: after the document, which names every other file. */
function nameBuild() {
  let folder = "";
  return {
    name: "name-build",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const document = readFileSync(join(folder, "index.html"));
      const build = createHash("sha256").update(document).digest("hex").slice(0, 16);
      const worker = join(folder, "sw.js");
      writeFileSync(worker, readFileSync(worker, "utf8").replace("__BUILD__", build));
    },
  };
}

/**
 * Writes into the document what each script and style must hold: a browser refuses one that was changed on its way. A map
 * of imports says it of scripts that others load.
 */
function vouch() {
  let folder = "";
  return {
    name: "vouch",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const digest = (path) =>
        `sha256-${createHash("sha256")
          .update(readFileSync(join(folder, path)))
          .digest("base64")}`;
      const scripts = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js"));
      const paths = scripts.map((name) => `/assets/${name}`);
      const integrity = Object.fromEntries(paths.map((path) => [path, digest(path)]));
      const map = `<script type="importmap">${JSON.stringify({ integrity })}</script>`;
      const named =
        /(<(?:script type="module"|link rel="stylesheet") crossorigin) (src|href)="(.+?)"/g;
      const file = join(folder, "index.html");
      const document = readFileSync(file, "utf8")
        .replace(named, (_, tag, by, path) => `${tag} integrity="${digest(path)}" ${by}="${path}"`)
        .replace('<script type="module"', (tag) => `${map}\n    ${tag}`);
      if (!document.includes(map) || document.split(" integrity=").length !== 3)
        throw new Error("the document does not say what its scripts and styles must hold");
      writeFileSync(file, document);
    },
  };
}

/** Puts a gzip file beside each file that shrinks by it, as the binary sends them. */
function pack() {
  let folder = "";
  const visit = (path) => {
    for (const name of readdirSync(path)) {
      const file = join(path, name);
      if (statSync(file).isDirectory()) visit(file);
      else if (PACKED_BYTES_MIN < statSync(file).size && !/\.(gz|png|woff2)$/.test(name)) {
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    }
  };
  return {
    name: "pack",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: () => visit(folder),
  };
}

const proxy = Object.fromEntries(
  ["/api", "/sapi", "/v1", "/dev", "/docs", "/status", "/ws-api", "/stream"].map((path) => [
    path,
    { target: EXCHANGE, ws: true },
  ]),
);

/** Pages are written against React's interface and drawn by Preact, which does the same in a seventh of the size. */
const RENDERER = [
  { find: /^react$/, replacement: "preact/compat" },
  { find: /^react-dom$/, replacement: "preact/compat" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
];

// The configuration is read by name.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [vouch(), nameBuild(), pack()],
  resolve: { alias: RENDERER },
  server: { proxy },
  preview: { proxy },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    // What the trade screen loads imports only what is there; the lists of what else to fetch would come before it.
    modulePreload: false,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What the first paint needs is one file, and so is what the screen loads behind it: many small ones pack worse,
        // and ask more often.
        codeSplitting: {
          groups: [
            // With what both signing in and trading have, so that neither asks for the other.
            {
              name: "first",
              test: /(src\/main|kit\/src\/field|panes\/failed|pages\/title)\.tsx?$/,
            },
            // Settings have them, too.
            { name: "hotkeys", test: /panes\/hotkey-chip\.tsx$/ },
            { name: "entry", test: /pages\/entry\.tsx$/ },
            { name: "trade", test: /pages\/trade\.tsx$/ },
            {
              name: "desk",
              test: /apps\/trade\/src\/(chart\/pane|panes\/dock|live\/trading)\.tsx?$/,
            },
            // What is opened now and then; the panel of the account fetches it before that.
            {
              name: "opened",
              test: /(live\/away\.ts|panes\/(away-list|balances|cancel-orders|confirm|connection-details|depth|notification-list|palette|risk-size|ticket-advanced)\.tsx)$/,
            },
          ],
        },
      },
    },
  },
});
