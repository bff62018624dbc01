import { describe, expect, it } from "vitest";
import { agoOf, longAgoOf } from "../src/ago.ts";

const NOW_MS = 1_700_000_000_000;
const ago = (seconds: number) => agoOf(NOW_MS - seconds * 1_000, NOW_MS);

describe("how long ago", () => {
  it("is told in steps of ten seconds, then in minutes, for an hour", () => {
    expect(ago(0)).toEqual({ value: 0, unit: "second" });
    expect(ago(9)).toEqual({ value: 0, unit: "second" });
    expect(ago(59)).toEqual({ value: -50, unit: "second" });
    expect(ago(60)).toEqual({ value: -1, unit: "minute" });
    expect(ago(3_599)).toEqual({ value: -59, unit: "minute" });
    expect(ago(3_600)).toBeNull();
  });

  it("goes on in hours and days for what may be old", () => {
    const long = (seconds: number) => longAgoOf(NOW_MS - seconds * 1_000, NOW_MS);
    expect(long(59)).toEqual({ value: -50, unit: "second" });
    expect(long(3_599)).toEqual({ value: -59, unit: "minute" });
    expect(long(3_600)).toEqual({ value: -1, unit: "hour" });
    expect(long(86_399)).toEqual({ value: -23, unit: "hour" });
    expect(long(86_400)).toEqual({ value: -1, unit: "day" });
    expect(long(9.5 * 86_400)).toEqual({ value: -9, unit: "day" });
    expect(long(-61)).toBeNull();
  });

  it("is now for a clock that is a little ahead, and nothing for what is to come", () => {
    expect(ago(-30)).toEqual({ value: 0, unit: "second" });
    expect(ago(-61)).toBeNull();
  });
});
