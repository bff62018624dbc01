/** What the configuration file says of how the pages look. */

import type { Brand } from "@bourse/api/schema";
import { LANGUAGES, spokenLanguage, type Language } from "@bourse/kit/languages";

/** Languages made of English are for whoever writes pages, and nothing that an operator chooses. */
export const spoken = (languages: readonly string[]): readonly Language[] =>
  languages.flatMap((one) =>
    LANGUAGES.filter(({ key }) => key === one && spokenLanguage(key) === key).map(({ key }) => key),
  );

const quoted = (text: string | null): string => JSON.stringify(text ?? "");

/** Returns its lines; of a picture that nobody chose here, where it lies is not known. */
export function fileOf(
  { name, logo, dark, light, languages, links, features }: Brand,
  logoFile: string | null,
): string {
  const isElsewhere = logo !== null && logoFile === null;
  return [
    "[site]",
    `product = ${quoted(name)}`,
    "",
    "[brand]",
    isElsewhere ? "# logo_file stays as it is" : `logo_file = ${quoted(logoFile)}`,
    `dark_accent = ${quoted(dark.accent)}`,
    `dark_primary = ${quoted(dark.primary)}`,
    `light_accent = ${quoted(light.accent)}`,
    `light_primary = ${quoted(light.primary)}`,
    `languages = ${quoted(spoken(languages).join(" "))}`,
    `features = ${quoted(features.join(" "))}`,
    `support = ${quoted(links.support)}`,
    `terms = ${quoted(links.terms)}`,
    `privacy = ${quoted(links.privacy)}`,
  ].join("\n");
}
