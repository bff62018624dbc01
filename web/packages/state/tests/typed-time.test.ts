import { describe, expect, it } from "vitest";
import { readDay, readMinute } from "../src/typed-time.ts";

describe("days and times that are typed", () => {
  it("have the year first", () => {
    expect(readDay("1990-02-28")).toBe("1990-02-28");
    expect(readDay(" 1990/2/8 ")).toBe("1990-02-08");
    expect(readDay("2024.02.29")).toBe("2024-02-29");
  });

  it("are none in another order, or where no calendar has them", () => {
    for (const text of ["", "02/28/1990", "28.02.1990", "2023-02-29", "2026-13-01", "2026-00-10"])
      expect(readDay(text), text).toBeNull();
  });

  it("are minutes, or all of a day", () => {
    expect(readMinute("2026-11-30 9:05", "00:00")).toBe("2026-11-30T09:05");
    expect(readMinute("2026-11-30T23:59", "00:00")).toBe("2026-11-30T23:59");
    expect(readMinute("2026-11-30", "00:00")).toBe("2026-11-30T00:00");
    expect(readMinute("2026-11-30", "23:59")).toBe("2026-11-30T23:59");
    for (const text of ["", "2026-11-30 24:00", "2026-11-30 9", "2026-11-31", "2026-11-30 9:05 1"])
      expect(readMinute(text, "00:00"), text).toBeNull();
  });
});
