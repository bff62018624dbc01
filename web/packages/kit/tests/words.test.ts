import { describe, expect, it } from "vitest";
import { en } from "../src/strings/en.ts";
import { enDesk } from "../src/strings/en-desk.ts";
import { enPages } from "../src/strings/en-pages.ts";

describe("words", () => {
  it("stand in one of the three parts, which are laid over each other", () => {
    const keys = [en, enDesk, enPages].flatMap((part) => Object.keys(part));
    const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
    expect(twice).toEqual([]);
  });
});
