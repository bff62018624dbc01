// Keeps the pages at hand for when there is no network: both documents, and the files under /assets/ that were loaded.
// What the interface answers is never kept, so that nothing old can be taken for what is.

/** Another one with every build of the pages. */
const BUILD = "__BUILD__";
const DOCUMENT = "/";
/** Signing in and what leads there are a document of their own. */
const ENTRY_DOCUMENT = "/sign-in";
const KEPT_FOLDER = "/assets/";
/** A page that was opened before asks for files of its own build; those before that are gone. */
const BUILDS_MAX = 2;
/** The first words of the paths of pages. */
const PAGES = new Set([
  "",
  "markets",
  "trade",
  "wallet",
  "orders",
  "account",
  "sign-in",
  "register",
  "settings",
  "brand",
]);

const ENTRY_PAGES = new Set(["sign-in", "register"]);

/** The first word of a path. */
const wordOf = (pathname) => pathname.split("/")[1] ?? "";

addEventListener("install", (event) => {
  event.waitUntil(install());
});

addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith(KEPT_FOLDER)) event.respondWith(file(request));
  else if (request.mode === "navigate" && PAGES.has(wordOf(pathname))) {
    const document = ENTRY_PAGES.has(wordOf(pathname)) ? ENTRY_DOCUMENT : DOCUMENT;
    event.respondWith(page(request, document));
  }
});

async function install() {
  const cache = await caches.open(BUILD);
  const documents = [DOCUMENT, ENTRY_DOCUMENT];
  await cache.addAll(documents.map((path) => new Request(path, { cache: "reload" })));
  // Somebody who trades has loaded nothing of signing in, which is small.
  const entry = await (await cache.match(ENTRY_DOCUMENT)).text();
  const files = entry.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g);
  await cache.addAll([...files].map(([, path]) => path));
  await skipWaiting();
}

async function activate() {
  const builds = await caches.keys();
  const old = builds.filter((build) => build !== BUILD).slice(0, -(BUILDS_MAX - 1));
  await Promise.all(old.map((build) => caches.delete(build)));
  await clients.claim();
}

/** Files under this folder are named after what they hold: one that is kept is right. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(BUILD)).put(request, answer.clone());
  return answer;
}

/** The document comes from the exchange as long as there is a way to it. */
async function page(request, document) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(BUILD)).match(document);
    if (kept === undefined) throw error;
    return kept;
  }
}
