// Keeps the pages at hand for when there is no network: the document, and the files under /assets/ that were loaded.
// What the interface answers is never kept, so that nothing old can be taken for what is.

/** Another one with every build of the pages. */
const BUILD = "__BUILD__";
const DOCUMENT = "/";
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
  else if (request.mode === "navigate" && PAGES.has(pathname.split("/")[1] ?? "")) {
    event.respondWith(page(request));
  }
});

async function install() {
  const cache = await caches.open(BUILD);
  await cache.add(new Request(DOCUMENT, { cache: "reload" }));
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
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(BUILD)).match(DOCUMENT);
    if (kept === undefined) throw error;
    return kept;
  }
}
