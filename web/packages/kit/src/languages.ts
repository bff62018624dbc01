/** The languages that the pages speak. */

export const LANGUAGES = [
  { key: "en", title: "English" },
  { key: "zh-CN", title: "简体中文" },
  // Made of English by a script, for whoever writes pages: longer words, and from right to left.
  { key: "en-XA", title: "Ééñglííšh (long)" },
  { key: "ar-XB", title: "English (right to left)" },
] as const;
export type Language = (typeof LANGUAGES)[number]["key"];

export const isMirrored = (language: Language): boolean => language === "ar-XB";

/** Returns the language whose numbers, and whose words of others than these pages, are taken. */
export const spokenLanguage = (language: Language): "en" | "zh-CN" =>
  language === "zh-CN" ? language : "en";

/** All words of a language that is made of English. */
export const made = (language: "en-XA" | "ar-XB") =>
  language === "en-XA" ? import("./strings/pseudo/en-XA.ts") : import("./strings/pseudo/ar-XB.ts");

/** Has a promise say what it came to, as `use` reads it: words that are there are not waited for. */
function told<T>(promise: Promise<T>): Promise<T> {
  promise.then(
    (value) => Object.assign(promise, { status: "fulfilled", value }),
    (reason: unknown) => Object.assign(promise, { status: "rejected", reason }),
  );
  return promise;
}

/** What a function of the language has promised, each part loaded once. */
export interface Part<T> {
  readonly of: (language: Language) => Promise<T>;
  readonly isWanted: () => boolean;
}

/** Keeps what a function of the language has promised, so that each part is loaded once. */
export function once<T>(load: (language: Language) => Promise<T>): Part<T> {
  const loads = new Map<Language, Promise<T>>();
  return {
    of: (language) => {
      const known = loads.get(language) ?? told(load(language));
      loads.set(language, known);
      return known;
    },
    isWanted: () => 0 < loads.size,
  };
}
