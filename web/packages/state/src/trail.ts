/** Orders that trail: the best price that they have seen, and the price at which they start. */

import type { Price } from "@bourse/num/decimal";
import type { Order } from "./orders.ts";

/** Deltas are in hundredths of a per cent. */
const WHOLE = 10_000n;

/** Returns the better of two prices for an order to trail: the higher one when it sells. */
export function betterFor({ side }: Order, one: Price, other: Price): Price {
  const [low, high] = one < other ? [one, other] : [other, one];
  return side === "SELL" ? high : low;
}

/** Returns the price at which an order starts that has seen this best price. */
export function startPrice({ side, trailingDelta }: Order, best: Price): Price {
  const delta = BigInt(trailingDelta ?? 0);
  return ((best * (side === "SELL" ? WHOLE - delta : WHOLE + delta)) / WHOLE) as Price;
}

/** Returns the delta with which an order starts at a price, or the nearest that its market allows. */
export function deltaAt(
  { side }: Order,
  best: Price,
  at: Price,
  range: { readonly trailingMin: number; readonly trailingMax: number },
): number {
  const away = side === "SELL" ? best - at : at - best;
  // eslint-disable-next-line no-restricted-syntax -- hundredths of a per cent
  const points = Number((away * WHOLE * 2n + best) / (best * 2n));
  return Math.min(Math.max(points, range.trailingMin), range.trailingMax);
}
