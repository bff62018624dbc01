/** How the operator wants the pages to look; asked for once, and what is known before that is what was built. */

import type { Brand } from "@bourse/api/schema";
import { createStore, now } from "@bourse/state/store";
import { client } from "./clients.ts";
import { look } from "./look.ts";
import { usePart } from "./use.ts";

export type Feature = Brand["features"][number];
export type BrandColours = Brand["dark"];

const STANDARD: Brand = {
  name: "Bourse",
  logo: null,
  dark: { accent: null, primary: null },
  light: { accent: null, primary: null },
  languages: ["en", "zh-CN"],
  links: { support: null, terms: null, privacy: null },
  features: [
    "register",
    "faucet",
    "notifications",
    "portfolio",
    "statements",
    "subaccounts",
    "hotkeys",
  ],
};

export const brand = createStore<Brand, Partial<Brand>>(
  STANDARD,
  (before, change) => ({ ...before, ...change }),
  now,
);

/** Parts that an exchange may have and this one has not: their screens have a place, which is seen once they are told. */
type LaterFeature = "contracts" | "deposits" | "withdrawals";

/** Returns whether a part of the pages is shown. */
export const useFeature = (feature: Feature | LaterFeature): boolean =>
  usePart(brand, ({ features }) => features.some((one) => one === feature));

const COLOUR = /^#[\da-f]{6}$/i;

/** Puts the colours of the theme that is worn over those that were built; high contrast stays as it is. */
function paint(): void {
  const root = document.documentElement;
  const { theme } = root.dataset;
  const colours =
    theme === "light" ? brand.get().light : theme === "dark" ? brand.get().dark : null;
  for (const name of ["accent", "primary"] as const) {
    const colour = colours?.[name] ?? null;
    if (colour !== null && COLOUR.test(colour)) root.style.setProperty(`--${name}`, colour);
    else root.style.removeProperty(`--${name}`);
  }
}

/** Lets the pages speak a language that is offered. */
function speakOffered(): void {
  const { languages } = brand.get();
  const [first] = languages;
  if (first !== undefined && !languages.some((one) => one === look.get().language))
    look.dispatch({ language: first });
}

/** Asks how the pages are to look, and lets them look so. */
export async function wearBrand(): Promise<void> {
  brand.subscribe(paint);
  new MutationObserver(paint).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
  await client
    .call("GET /v1/brand", {})
    .then((answer) => {
      brand.dispatch(answer);
      speakOffered();
      // What the exchange keeps for a user comes later, and may be of other days.
      look.subscribe(speakOffered);
    })
    // The pages as they were built are of use, too.
    .catch(() => undefined);
}
