/** The book of one market: levels of both sides, changed by messages, and what of them is shown. */

import {
  averagePrice,
  ceilTo,
  floorTo,
  notional,
  priceOf,
  qtyOf,
  ZERO_AMOUNT,
  ZERO_QTY,
  type Amount,
  type Price,
  type Qty,
} from "@bourse/num/decimal";

export interface Level {
  readonly price: Price;
  readonly qty: Qty;
}

/** Bids from the highest, asks from the lowest; no level is empty and no price stands twice. */
export interface Book {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export type BookSide = "bids" | "asks";
/** Price and quantity as the wire has them. */
export type WireLevel = readonly [string, string];

export const EMPTY_BOOK: Book = { bids: [], asks: [] };

/** Returns the book of a snapshot. */
export function bookOf(bids: readonly WireLevel[], asks: readonly WireLevel[]): Book {
  return applyLevels(EMPTY_BOOK, bids, asks);
}

/** Returns the book after levels took absolute quantities; those that are zero are gone. */
export function applyLevels(
  book: Book,
  bids: readonly WireLevel[],
  asks: readonly WireLevel[],
): Book {
  return {
    bids: changed(book.bids, bids, (one, other) => other < one),
    asks: changed(book.asks, asks, (one, other) => one < other),
  };
}

function changed(
  levels: readonly Level[],
  changes: readonly WireLevel[],
  isBefore: (one: Price, other: Price) => boolean,
): readonly Level[] {
  if (changes.length === 0) return levels;
  const result = [...levels];
  for (const [priceText, qtyText] of changes) {
    const [price, qty] = [priceOf(priceText), qtyOf(qtyText)];
    const index = firstAtOrAfter(result, price, isBefore);
    const isThere = result[index]?.price === price;
    if (qty === 0n) result.splice(index, isThere ? 1 : 0);
    else result.splice(index, isThere ? 1 : 0, { price, qty });
  }
  return result;
}

function firstAtOrAfter(
  levels: readonly Level[],
  price: Price,
  isBefore: (one: Price, other: Price) => boolean,
): number {
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const level = levels[middle];
    if (level !== undefined && isBefore(level.price, price)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface BookRow {
  readonly price: Price;
  readonly qty: Qty;
  /** All from the best level to this one. */
  readonly total: Qty;
}

/** Returns the first rows of a side, in steps of a price that fall away from the spread. */
export function groupLevels(
  levels: readonly Level[],
  side: BookSide,
  step: bigint,
  rowsMax: number,
): readonly BookRow[] {
  const rows: { price: Price; qty: Qty; total: Qty }[] = [];
  let total = 0n;
  for (const level of levels) {
    const price = side === "bids" ? floorTo(level.price, step) : ceilTo(level.price, step);
    const last = rows.at(-1);
    if (last?.price !== price && rows.length === rowsMax) break;
    total += level.qty;
    if (last?.price === price) {
      last.qty = (last.qty + level.qty) as Qty;
      last.total = total as Qty;
    } else {
      rows.push({ price, qty: level.qty, total: total as Qty });
    }
  }
  return rows;
}

/** Returns the steps a book can be grouped by: the tick, and up to three tens of it. */
export const groupings = (tick: bigint): readonly bigint[] => [
  tick,
  tick * 10n,
  tick * 100n,
  tick * 1_000n,
  tick * 10_000n,
];

/** What an order would meet in the book as it is shown; an estimate, since the book moves. */
export interface Sweep {
  readonly qty: Qty;
  readonly quote: Amount;
  readonly average: Price | null;
  readonly worst: Price | null;
  /** Whether the book holds as much as was asked for. */
  readonly isFilled: boolean;
}

export type Size =
  | { readonly kind: "base"; readonly qty: Qty }
  | { readonly kind: "quote"; readonly amount: Amount };

/** Returns what an order of this size takes from a side, up to a limit price if there is one. */
export function sweep(
  levels: readonly Level[],
  side: BookSide,
  size: Size,
  limit: Price | null,
): Sweep {
  let qty = 0n;
  let quote = 0n;
  let worst: Price | null = null;
  let isFilled = false;
  for (const level of levels) {
    const isBeyond =
      limit !== null && (side === "asks" ? limit < level.price : level.price < limit);
    if (isBeyond || isFilled) break;
    const room =
      size.kind === "base"
        ? size.qty - qty
        : ((size.amount - quote) * 100_000_000n) / (level.price === 0n ? 1n : level.price);
    const taken = (room < level.qty ? room : level.qty) as Qty;
    isFilled = room <= level.qty;
    if (0n < taken) {
      qty += taken;
      quote += notional(level.price, taken, "down");
      worst = level.price;
    }
  }
  return {
    qty: qty as Qty,
    quote: quote as Amount,
    average: averagePrice(quote as Amount, qty as Qty),
    worst,
    isFilled,
  };
}

export const NOTHING_SWEPT: Sweep = {
  qty: ZERO_QTY,
  quote: ZERO_AMOUNT,
  average: null,
  worst: null,
  isFilled: false,
};

/** A step of the depth curve of a side. */
export interface DepthPoint {
  readonly price: Price;
  readonly total: Qty;
}

/** Returns the cumulative depth within a distance of the best price, in ten-thousandths of it. */
export function depthCurve(levels: readonly Level[], reachBps: bigint): readonly DepthPoint[] {
  const best = levels[0]?.price;
  if (best === undefined) return [];
  const reach = (best * reachBps) / 10_000n;
  const points: DepthPoint[] = [];
  let total = 0n;
  for (const { price, qty } of levels) {
    const distance = price < best ? best - price : price - best;
    if (reach < distance) break;
    total += qty;
    points.push({ price, total: total as Qty });
  }
  return points;
}
