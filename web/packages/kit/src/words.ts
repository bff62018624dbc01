/** The words of the chosen language; only English comes with the page, others are loaded when they are chosen. */

import { createContext, useContext } from "react";
import { en, type Strings } from "./strings/en.ts";

export const LANGUAGES = [
  { key: "en", title: "English" },
  { key: "zh-CN", title: "简体中文" },
] as const;
export type Language = (typeof LANGUAGES)[number]["key"];

/** Returns the words of a language. */
export async function loadWords(language: Language): Promise<Strings> {
  switch (language) {
    case "en":
      return en;
    case "zh-CN":
      return (await import("./strings/zh.ts")).zh;
  }
}

export const Words = createContext<Strings>(en);
export const useWords = (): Strings => useContext(Words);
