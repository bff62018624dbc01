/** The words that every page says, and those of signing in: all that the pages before it need of a language. */

import { createContext, use, useContext, useMemo } from "react";
import { type Language, made, once } from "./languages.ts";
import { enFrame, type FrameStrings } from "./strings/en-frame.ts";
import type { EntryStrings } from "./strings/en-entry.ts";

/** The words of signing in, and those that every page says. */
export type EntryWords = FrameStrings & EntryStrings;

export interface SpokenFrame {
  readonly language: Language;
  readonly words: FrameStrings;
}

export const ENGLISH_FRAME: SpokenFrame = { language: "en", words: enFrame };
export const FrameWords = createContext<SpokenFrame>(ENGLISH_FRAME);

async function frame(language: Language): Promise<FrameStrings> {
  switch (language) {
    case "en":
      return enFrame;
    case "zh-CN":
      return (await import("./strings/zh-frame.ts")).zhFrame;
    case "en-XA":
    case "ar-XB":
      return (await made(language)).enFrame;
  }
}

export const entry = once(async (language): Promise<EntryStrings> => {
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

/** Returns the words of a language for the pages of signing in, when all of them are there. */
export async function loadEntryWords(language: Language): Promise<SpokenFrame> {
  const [words] = await Promise.all([frame(language), entry.of(language)]);
  return { language, words };
}

export const useFrameWords = (): FrameStrings => useContext(FrameWords).words;

/** Returns the words of signing in as well; waits for them. */
export function useEntryWords(): EntryWords {
  const { language, words } = useContext(FrameWords);
  const more = use(entry.of(language));
  return useMemo(() => ({ ...words, ...more }), [words, more]);
}
