import { describe, expect, it } from "vitest";
import { en } from "../src/strings/en.ts";
import { enDesk } from "../src/strings/en-desk.ts";
import { enEntry } from "../src/strings/en-entry.ts";
import { enOpened } from "../src/strings/en-opened.ts";
import { enPages } from "../src/strings/en-pages.ts";
import { enTerms } from "../src/strings/en-terms.ts";
import * as mirrored from "../src/strings/pseudo/ar-XB.ts";
import * as longer from "../src/strings/pseudo/en-XA.ts";
import { zh } from "../src/strings/zh.ts";
import { zhDesk } from "../src/strings/zh-desk.ts";
import { zhOpened } from "../src/strings/zh-opened.ts";
import { zhPages } from "../src/strings/zh-pages.ts";
import { zhTerms } from "../src/strings/zh-terms.ts";
import { isMirrored, type Language } from "../src/languages.ts";

describe("words", () => {
  it("stand in one part, which are laid over each other", () => {
    const keys = [en, enDesk, enOpened, enEntry, enPages].flatMap((part) => Object.keys(part));
    const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
    // What is refused is said by signing in and by what is opened later, of which neither comes with the other.
    expect(twice).toEqual(["refusedAs"]);
  });
});

describe("words of trading in Chinese", () => {
  it("are called in their explanation as on the ticket, and orders by one word", () => {
    const said = { ...zh, ...zhDesk, ...zhOpened, trigger: zh.stopPrice };
    for (const name of [
      ...["orderType", "timeInForce", "postOnly", "trigger", "exits", "shownSize", "peg"],
      ...["selfTrade", "spread", "averagePrice", "slippage", "available", "locked", "risk"],
    ] as const) {
      const named = Object.entries(zhPages).find(([key]) => key === `term_${name}`)?.[1];
      expect(named, name).toBe(Object.entries(said).find(([key]) => key === name)?.[1]);
    }
    expect(`${zhPages.term_trail} (%)`).toBe(zh.trail);
    for (const part of [zh, zhDesk, zhOpened, zhPages, zhTerms]) {
      for (const [key, text] of Object.entries(part))
        expect(String(text), key).not.toContain("委托");
    }
  });
});

describe("what bears on security", () => {
  it("is told in the language of its sentence, of every kind", () => {
    const kinds = Object.entries(zhPages).filter(([key]) => key.startsWith("subject"));
    expect(kinds).toHaveLength(33);
    for (const [key, said] of kinds) {
      expect(said, key).toMatch(/^[\p{Script=Han} ]*(API )?[\p{Script=Han}]+$/u);
    }
  });
});

describe("languages made of English", () => {
  it("say every word otherwise, and take what it says of numbers as it is", () => {
    for (const made of [longer, mirrored]) {
      for (const [part, english] of [
        [made.en, en],
        [made.enDesk, enDesk],
        [made.enOpened, enOpened],
        [made.enEntry, enEntry],
        [made.enPages, enPages],
        [made.enTerms, enTerms],
      ] as const) {
        expect(Object.keys(part)).toEqual(Object.keys(english));
        for (const [key, said] of Object.entries(part)) {
          if (typeof said !== "string") continue;
          const plain: unknown = Object.entries(english).find(([name]) => name === key)?.[1];
          if (/[a-z]{3}/.test(String(plain))) expect(said, key).not.toBe(plain);
        }
      }
    }
    expect(longer.enDesk.ackCancelledAll(1, 20)).toBe(
      "Cááñçééllééd \u20681 öördéér\u2069 · \u206820\u2069 mš",
    );
    expect(mirrored.en.addToWatchlist("BTCUSDT")).toContain(" \u2068BTCUSDT\u2069 ");
  });

  it("are some two fifths longer, or run from right to left", () => {
    const length = (part: object): number =>
      Object.values(part).reduce<number>(
        (sum, said) => sum + (typeof said === "string" ? said.length : 0),
        0,
      );
    const share = length(longer.enPages) / length(enPages);
    expect(share).toBeGreaterThan(1.25);
    expect(share).toBeLessThan(1.5);
    expect(mirrored.en.markets).toBe("\u200f\u202eMarkets\u202c\u200f");
    expect(["en", "zh-CN", "en-XA", "ar-XB"].filter((key) => isMirrored(key as Language))).toEqual([
      "ar-XB",
    ]);
  });
});
