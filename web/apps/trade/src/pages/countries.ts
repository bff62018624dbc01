/** The countries of ISO 3166, as the browser names them. */

import type { Choice } from "@bourse/kit/select.tsx";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
/** Regions that browsers name and that are no country: unions, the world, islands of others, and what is made up. */
const NOT_COUNTRIES = new Set([
  "AC",
  "CP",
  "CQ",
  "DG",
  "EA",
  "EU",
  "EZ",
  "IC",
  "QO",
  "TA",
  "UN",
  "XA",
  "XK",
  "XB",
  "ZZ",
]);

/** Returns the countries with their names in a language, in its order. */
export function countriesOf(language: string): readonly Choice<string>[] {
  const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  const taken = new Set<string>();
  const found = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NOT_COUNTRIES.has(code))
    // Codes of countries that are gone name those that follow them.
    .filter((code) => new Intl.Locale(`und-${code}`).region === code)
    .flatMap((code) => {
      const title = names.of(code);
      if (title === undefined || taken.has(title)) return [];
      taken.add(title);
      return [{ key: code, title }];
    });
  const order = new Intl.Collator(language);
  return found.sort((one, other) => order.compare(one.title, other.title));
}
