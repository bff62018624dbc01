/** The schedule of fees as it is read: tiers that pay the same stand together. */

import type { MarketFees } from "@bourse/api/schema";

type TierFees = MarketFees["tiers"][number];

/** Tiers that follow each other and pay the same. */
export interface TierStep {
  readonly first: number;
  readonly last: number;
  readonly makerCommission: string;
  readonly takerCommission: string;
}

/** Returns the steps of a schedule, from the lowest tier on. */
export function stepsOf(tiers: readonly TierFees[]): readonly TierStep[] {
  const steps: TierStep[] = [];
  for (const { tier, makerCommission, takerCommission } of tiers) {
    const before = steps.at(-1);
    const isSame =
      before?.makerCommission === makerCommission && before.takerCommission === takerCommission;
    if (before !== undefined && isSame) steps[steps.length - 1] = { ...before, last: tier };
    else steps.push({ first: tier, last: tier, makerCommission, takerCommission });
  }
  return steps;
}

/** Whether a tier is among those of a step. */
export const isIn = (tier: number, { first, last }: TierStep): boolean =>
  first <= tier && tier <= last;

/** Returns the first tier above one that pays something else, if any does. */
export const nextStep = (steps: readonly TierStep[], tier: number): TierStep | null =>
  steps.find(({ first }) => tier < first) ?? null;
