// The pages are two documents: signing in and what leads there, and everything else. `scripts/build.mjs` builds both.

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** A running sandbox, for `vite` and `vite preview`. */
const EXCHANGE = process.env["BOURSE_URL"] ?? "http://localhost:8080";

const proxy = Object.fromEntries(
  ["/api", "/sapi", "/v1", "/dev", "/docs", "/status", "/ws-api", "/stream"].map((path) => [
    path,
    { target: EXCHANGE, ws: true },
  ]),
);

const TRADING = "/src/main.tsx";
const ENTRY = "/src/entry.tsx";
/** Paths of signing in and what leads there, as the exchange knows them. */
const ENTRY_PATHS = /^\/(?:sign-in|register)(?:\/|$)/;

/** Lets the one page that both documents are made of begin signing in, where that is built or asked for. */
const begin = (isEntry) => ({
  name: "begin",
  transformIndexHtml: {
    order: "pre",
    handler: (page, { originalUrl = "" }) =>
      isEntry || ENTRY_PATHS.test(originalUrl) ? page.replace(TRADING, ENTRY) : page,
  },
});

/** What draws signing in: the same interface in a sixth of the size of React and its renderer. */
const PREACT = [
  { find: /^react$/, replacement: "preact/compat" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
];

const shared = { root: import.meta.dirname, server: { proxy }, preview: { proxy } };

/** In the place of what asks for styles beside scripts: no script has any of its own. */
const PRELOAD = "\0vite/preload-helper.js";
const loadPlainly = {
  name: "load-plainly",
  enforce: "pre",
  apply: "build",
  load: (id) => (id === PRELOAD ? "export const __vitePreload = (load) => load();" : null),
};

/** What both are built with, into one folder. */
const build = (output) => ({
  target: "es2023",
  assetsInlineLimit: 0,
  emptyOutDir: false,
  // What the trade screen loads imports only what is there; the lists of what else to fetch would come before it.
  modulePreload: false,
  sourcemap: false,
  chunkSizeWarningLimit: 700,
  rolldownOptions: { output },
});

const entry = {
  ...shared,
  plugins: [begin(true), loadPlainly],
  resolve: { alias: PREACT },
  build: build({
    entryFileNames: "assets/entry-[hash].js",
    chunkFileNames: "assets/entry-[name]-[hash].js",
    // English words come with it.
    codeSplitting: {
      groups: [{ name: "index", test: /(src\/entry\.tsx|strings\/en-entry\.ts)$/ }],
    },
  }),
};

const trading = {
  ...shared,
  plugins: [react(), begin(false), loadPlainly],
  build: build({
    // What the first paint needs is one file, and so is what the screen loads behind it: many small ones pack worse,
    // and ask more often.
    codeSplitting: {
      groups: [
        { name: "first", test: /apps\/trade\/src\/main\.tsx$/ },
        {
          name: "desk",
          test: /apps\/trade\/src\/(chart\/(history|indicators|pane)|live\/(refused|trading)|panes\/(dock|fault-text|hotkey-chip|splitters|tape))\.tsx?$/,
        },
        // What every page has behind its first paint.
        {
          name: "behind",
          test: /(live\/(builds|documents|notifications|shell)|panes\/(ack|bell|incident-banner|toasts))\.tsx?$/,
        },
        // What is opened now and then; the panel of the account fetches it before that.
        {
          name: "opened",
          test: /(state\/src\/merging\.ts|live\/(away|cancel-many|tips)\.ts|chart\/(drawn-prices|failed-chart|menu-lists)\.tsx|panes\/(amend|away-list|balances|cancel-orders|confirm|confirm-amend|connection-details|depth|failed-ack|market-info|mini-book|notification-list|palette|risk-size|ticket-advanced|ticket-exits)\.tsx)$/,
        },
      ],
    },
  }),
};

// The configuration is read by name.
export default defineConfig(({ mode }) => (mode === "entry" ? entry : trading));
