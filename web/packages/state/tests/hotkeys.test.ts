import { describe, expect, it } from "vitest";
import { actionOf, conflictsOf, keyOf, readHotkeys, STANDARD_HOTKEYS } from "../src/hotkeys.ts";

const press = (key: string, change: object = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});

describe("keys that trade", () => {
  it("do what they are set to, with Shift another thing than without", () => {
    expect(actionOf(STANDARD_HOTKEYS, press("x"))).toBe("cancelLast");
    expect(actionOf(STANDARD_HOTKEYS, press("X", { shiftKey: true }))).toBe("cancelAll");
    expect(actionOf(STANDARD_HOTKEYS, press("q"))).toBeNull();
    expect(actionOf({ ...STANDARD_HOTKEYS, buySide: "q" }, press("Q"))).toBe("buySide");
  });

  it("are never chords, modifiers or keys with a use of their own", () => {
    for (const [key, change] of [
      ["x", { ctrlKey: true }],
      ["x", { metaKey: true }],
      ["x", { altKey: true }],
      ["Shift", { shiftKey: true }],
      ["Tab", {}],
      ["Escape", {}],
      ["?", { shiftKey: true }],
      [" ", {}],
    ] as const) {
      expect(keyOf(press(key, change))).toBeNull();
    }
  });

  it("conflict where two have the same", () => {
    expect(conflictsOf(STANDARD_HOTKEYS)).toEqual([]);
    expect(conflictsOf({ ...STANDARD_HOTKEYS, buySide: "s" })).toEqual(["buySide", "sellSide"]);
  });

  it("are read from what was kept, whatever it is", () => {
    expect(readHotkeys({})).toEqual(STANDARD_HOTKEYS);
    expect(readHotkeys({ buySide: "q", sellSide: 7, submit: "" })).toEqual({
      ...STANDARD_HOTKEYS,
      buySide: "q",
    });
  });

  it("leave room for an action that was not there when they were chosen", () => {
    const before: Record<string, string> = { ...STANDARD_HOTKEYS, buySide: "p" };
    delete before["pickOnChart"];
    const read = readHotkeys(before);
    expect(read).toEqual({ ...STANDARD_HOTKEYS, buySide: "p", pickOnChart: "Shift+p" });
    expect(conflictsOf(read)).toEqual([]);
  });
});
