import { describe, expect, it } from "vitest";
import { isIn, nextStep, stepsOf } from "../src/fee-tiers.ts";

const tier = (number: number, makerCommission: string, takerCommission: string) => ({
  tier: number,
  makerCommission,
  takerCommission,
});

describe("the schedule of fees", () => {
  const steps = stepsOf([
    tier(0, "0.001", "0.002"),
    tier(1, "0.001", "0.002"),
    tier(2, "0.001", "0.0015"),
    tier(3, "0.0005", "0.0015"),
  ]);

  it("puts tiers together that pay the same, whichever of both rates differs", () => {
    expect(steps.map(({ first, last }) => [first, last])).toEqual([
      [0, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it("knows the own step and the next one, if there is any", () => {
    expect(steps.filter((step) => isIn(1, step)).map(({ first }) => first)).toEqual([0]);
    expect(nextStep(steps, 0)?.first).toBe(2);
    expect(nextStep(steps, 1)?.first).toBe(2);
    expect(nextStep(steps, 3)).toBeNull();
  });

  it("is one step where all pay the same", () => {
    expect(stepsOf([tier(0, "0", "0"), tier(1, "0", "0")])).toHaveLength(1);
    expect(stepsOf([])).toEqual([]);
  });
});
