/**
 * The words of the chosen language, in parts: what the first screen says comes with it in English; other languages, the
 * words of chart and account, of signing in, and of other pages are loaded by what says them.
 */

import { createContext, use, useContext, useMemo } from "react";
import { en, type Strings } from "./strings/en.ts";
import type { DeskStrings } from "./strings/en-desk.ts";
import type { EntryStrings } from "./strings/en-entry.ts";
import type { PageStrings } from "./strings/en-pages.ts";
import type { TermStrings } from "./strings/en-terms.ts";

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

/** The words of chart and account panels, and those of the first screen. */
export type DeskWords = Strings & DeskStrings;
/** The words of signing in, and those of the first screen. */
export type EntryWords = Strings & EntryStrings;
/** All words. */
export type PageWords = DeskWords & EntryStrings & PageStrings;

export interface Spoken {
  readonly language: Language;
  readonly words: Strings;
}

export const ENGLISH: Spoken = { language: "en", words: en };
export const Words = createContext<Spoken>(ENGLISH);

/** All words of a language that is made of English. */
const made = (language: "en-XA" | "ar-XB") =>
  language === "en-XA" ? import("./strings/pseudo/en-XA.ts") : import("./strings/pseudo/ar-XB.ts");

/** Has a promise say what it came to, as `use` reads it: words that are there are not waited for. */
function told<T>(promise: Promise<T>): Promise<T> {
  promise.then(
    (value) => Object.assign(promise, { status: "fulfilled", value }),
    (reason: unknown) => Object.assign(promise, { status: "rejected", reason }),
  );
  return promise;
}

/** Keeps what a function of the language has promised, so that each part is loaded once. */
function once<T>(load: (language: Language) => Promise<T>) {
  const loads = new Map<Language, Promise<T>>();
  return {
    of: (language: Language): Promise<T> => {
      const known = loads.get(language) ?? told(load(language));
      loads.set(language, known);
      return known;
    },
    isWanted: (): boolean => 0 < loads.size,
  };
}

const desk = once(async (language): Promise<DeskStrings> => {
  switch (language) {
    case "en":
      return (await import("./strings/en-desk.ts")).enDesk;
    case "zh-CN":
      return (await import("./strings/zh-desk.ts")).zhDesk;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).enDesk;
  }
});

const entry = once(async (language): Promise<EntryStrings> => {
  switch (language) {
    case "en":
      return (await import("./strings/en-entry.ts")).enEntry;
    case "zh-CN":
      return (await import("./strings/zh-entry.ts")).zhEntry;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).enEntry;
  }
});

const pages = once(async (language): Promise<PageStrings> => {
  switch (language) {
    case "en":
      return (await import("./strings/en-pages.ts")).enPages;
    case "zh-CN":
      return (await import("./strings/zh-pages.ts")).zhPages;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).enPages;
  }
});

const terms = once(async (language): Promise<TermStrings> => {
  switch (language) {
    case "en":
      return (await import("./strings/en-terms.ts")).enTerms;
    case "zh-CN":
      return (await import("./strings/zh-terms.ts")).zhTerms;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).enTerms;
  }
});

async function frame(language: Language): Promise<Strings> {
  switch (language) {
    case "en":
      return en;
    case "zh-CN":
      return (await import("./strings/zh.ts")).zh;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).en;
  }
}

/** Returns what words of trading mean. */
export const loadTerms = (language: Language): Promise<TermStrings> => terms.of(language);

/** Begins to load the words of chart and account, for what will say them soon. */
export const expectDeskWords = (language: Language): void => void desk.of(language);

/** Returns the words of a language, when every part that was wanted so far is there. */
export async function loadWords(language: Language): Promise<Spoken> {
  const parts = [desk, entry, pages].filter((part) => part.isWanted());
  const [words] = await Promise.all([frame(language), ...parts.map((part) => part.of(language))]);
  return { language, words };
}

export const useWords = (): Strings => useContext(Words).words;

/** Returns the words of chart and account as well; waits for them. */
export function useDeskWords(): DeskWords {
  const { language, words } = useContext(Words);
  const more = use(desk.of(language));
  return useMemo(() => ({ ...words, ...more }), [words, more]);
}

/** Returns the words of signing in as well; waits for them. */
export function useEntryWords(): EntryWords {
  const { language, words } = useContext(Words);
  const more = use(entry.of(language));
  return useMemo(() => ({ ...words, ...more }), [words, more]);
}

/** Returns all words; waits for them. */
export function usePageWords(): PageWords {
  const { language, words } = useContext(Words);
  // All are asked for before one is waited for.
  const parts = [desk.of(language), entry.of(language), pages.of(language)] as const;
  const [ofDesk, ofEntry, ofPages] = [use(parts[0]), use(parts[1]), use(parts[2])];
  return useMemo(
    () => ({ ...words, ...ofDesk, ...ofEntry, ...ofPages }),
    [words, ofDesk, ofEntry, ofPages],
  );
}
