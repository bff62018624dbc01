/**
 * The words of the chosen language, in parts: what the first screen says comes with it in English; other languages, the
 * words of chart and account, of signing in, and of other pages are loaded by what says them.
 */

import { createContext, use, useContext, useMemo } from "react";
import { entry } from "./entry-words.ts";
import { type Language, made, once } from "./languages.ts";
import { en, type Strings } from "./strings/en.ts";
import type { DeskStrings } from "./strings/en-desk.ts";
import type { OpenedStrings } from "./strings/en-opened.ts";
import type { EntryStrings } from "./strings/en-entry.ts";
import type { PageStrings } from "./strings/en-pages.ts";
import type { TermStrings } from "./strings/en-terms.ts";

/** The words of chart and account panels, and those of the first screen. */
export type DeskWords = Strings & DeskStrings;
/** Those, and the words of what is opened now and then. */
export type OpenedWords = DeskWords & OpenedStrings;
/** All words. */
export type PageWords = OpenedWords & EntryStrings & PageStrings;

export interface Spoken {
  readonly language: Language;
  readonly words: Strings;
}

export const ENGLISH: Spoken = { language: "en", words: en };
export const Words = createContext<Spoken>(ENGLISH);

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

const opened = once(async (language): Promise<OpenedStrings> => {
  switch (language) {
    case "en":
      return (await import("./strings/en-opened.ts")).enOpened;
    case "zh-CN":
      return (await import("./strings/zh-opened.ts")).zhOpened;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).enOpened;
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

async function first(language: Language): Promise<Strings> {
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

/** Returns the words of other pages. */
export const loadPageWords = (language: Language): Promise<PageStrings> => pages.of(language);

/** Returns what words of trading mean. */
export const loadTerms = (language: Language): Promise<TermStrings> => terms.of(language);

/** Begins to load the words of chart and account, for what will say them soon. */
export const expectDeskWords = (language: Language): void => void desk.of(language);

/** Returns the words of what is opened now and then; what asks for them early has them without a network. */
export const loadOpenedWords = (language: Language): Promise<OpenedStrings> => opened.of(language);

/** Returns the words of a language, when every part that was wanted so far is there. */
export async function loadWords(language: Language): Promise<Spoken> {
  const parts = [desk, opened, entry, pages].filter((part) => part.isWanted());
  const [words] = await Promise.all([first(language), ...parts.map((part) => part.of(language))]);
  return { language, words };
}

export const useWords = (): Strings => useContext(Words).words;

/** Returns the words of chart and account as well; waits for them. */
export function useDeskWords(): DeskWords {
  const { language, words } = useContext(Words);
  const more = use(desk.of(language));
  return useMemo(() => ({ ...words, ...more }), [words, more]);
}

/** Returns the words of what is opened now and then as well; waits for them. */
export function useOpenedWords(): OpenedWords {
  const { language, words } = useContext(Words);
  const parts = [desk.of(language), opened.of(language)] as const;
  const [ofDesk, ofOpened] = [use(parts[0]), use(parts[1])];
  return useMemo(() => ({ ...words, ...ofDesk, ...ofOpened }), [words, ofDesk, ofOpened]);
}

/** Returns all words; waits for them. */
export function usePageWords(): PageWords {
  const { language } = useContext(Words);
  // All are asked for before one is waited for.
  const parts = [entry.of(language), pages.of(language)] as const;
  const ofScreen = useOpenedWords();
  const [ofEntry, ofPages] = [use(parts[0]), use(parts[1])];
  return useMemo(() => ({ ...ofScreen, ...ofEntry, ...ofPages }), [ofScreen, ofEntry, ofPages]);
}
