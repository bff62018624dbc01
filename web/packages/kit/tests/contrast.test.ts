import { describe, expect, it } from "vitest";
import { contrastHundredths } from "../src/contrast.ts";

describe("contrast", () => {
  it.each([
    ["#000000", "#ffffff", 2_100],
    ["#ffffff", "#000000", 2_100],
    ["#767676", "#ffffff", 454],
    ["#12161d", "#12161d", 100],
    ["#2563eb", "#ffffff", 516],
    ["red", "#ffffff", null],
    ["#fff", "#000000", null],
  ])("of %s and %s is %s", (one, other, expected) => {
    expect(contrastHundredths(one, other)).toBe(expected);
  });
});
