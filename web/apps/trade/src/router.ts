/**
 * Which page the address names. Pages change without loading the document again, but between signing in and all others:
 * those are two documents, one of which is small.
 */

import { createStore, now } from "@bourse/state/store";

/** Pages that are one whatever they are asked. */
type Alone = "orders" | "settings" | "words" | "brand";

/** Signing in, and what leads there. */
const ENTRIES = ["sign-in", "register", "reset", "email", "lost-factor"] as const;
export type Entry = (typeof ENTRIES)[number];

/** What lies below signing in: where the tokens of letters go. */
const BY_LETTER: Readonly<Record<string, Entry>> = {
  reset: "reset",
  email: "email",
  factors: "lost-factor",
};

export type Place =
  | { readonly page: "markets" }
  | { readonly page: Alone }
  | { readonly page: Entry }
  | { readonly page: "order"; readonly symbol: string; readonly id: number }
  | { readonly page: "wallet"; readonly section: string }
  /** Of no market, where none is named: the page leads on to one. */
  | { readonly page: "trade"; readonly symbol: string }
  | { readonly page: "account"; readonly section: string }
  | { readonly page: "nowhere" };

export const isEntry = (where: Place): where is { readonly page: Entry } =>
  ENTRIES.some((entry) => entry === where.page);

/** Returns the place of a path. */
export function placeOf(path: string): Place {
  const [first = "", second, third] = path.split("/").filter((part) => part !== "");
  switch (first) {
    case "":
    case "markets":
      return { page: "markets" };
    case "trade":
      return { page: "trade", symbol: second ?? "" };
    case "account":
      return { page: "account", section: second ?? "security" };
    case "sign-in":
      return { page: BY_LETTER[second ?? ""] ?? "sign-in" };
    case "wallet":
      return { page: "wallet", section: second ?? "balances" };
    case "orders":
      if (second === undefined) return { page: "orders" };
      return /^\d{1,15}$/.test(third ?? "")
        ? { page: "order", symbol: second, id: Number(third) }
        : { page: "nowhere" };
    case "settings":
      return { page: second === "words" ? "words" : "settings" };
    case "register":
    case "brand":
      return { page: first };
    default:
      return { page: "nowhere" };
  }
}

export const place = createStore<Place, string>(
  placeOf(location.pathname),
  (before, path) =>
    JSON.stringify(placeOf(path)) === JSON.stringify(before) ? before : placeOf(path),
  now,
);

const startsAtEntry = isEntry(place.get());
/** Whether this document has the page of a path. */
const isHere = (path: string): boolean => isEntry(placeOf(path)) === startsAtEntry;

/** Goes to a page of this site. */
export function go(path: string): void {
  if (!isHere(path)) {
    location.assign(path);
    return;
  }
  if (path !== location.pathname) history.pushState(null, "", path);
  place.dispatch(path);
  scrollTo(0, 0);
}

/** Goes to a page of this document in the place of the one that is open. */
export function goInstead(path: string): void {
  history.replaceState(null, "", path);
  place.dispatch(path);
}

/** Lets links to pages of this document change the page in place; browsers follow those to the other one. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    if (isHere(location.pathname)) place.dispatch(location.pathname);
    else location.reload();
  });
  document.addEventListener("click", (event) => {
    const { target } = event;
    const link = target instanceof Element ? target.closest("a") : null;
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !isPlain || event.defaultPrevented || link.origin !== location.origin)
      return;
    if (link.target !== "" || link.hash !== "" || placeOf(link.pathname).page === "nowhere") return;
    if (!isHere(link.pathname)) return;
    event.preventDefault();
    go(link.pathname);
  });
}
