/**
 * Exact decimals: a bigint that counts hundred-millionths, as the interface prints every price, quantity and amount.
 * Nothing here makes a float; what the wire sends is read exactly or not at all.
 */

declare const brand: unique symbol;

/** A price: quote units per base unit, in hundred-millionths. */
export type Price = bigint & { readonly [brand]: "price" };
/** A quantity of the base asset, in hundred-millionths. */
export type Qty = bigint & { readonly [brand]: "qty" };
/** An amount of one asset, in hundred-millionths. */
export type Amount = bigint & { readonly [brand]: "amount" };
export type Decimal = Price | Qty | Amount;

/** How many digits stand behind the mark. */
export const SCALE_DIGITS = 8;
const SCALE = 10n ** BigInt(SCALE_DIGITS);
/** Longer texts are no number of this interface. */
const TEXT_LENGTH_MAX = 48;
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

export const ZERO_PRICE = 0n as Price;
export const ZERO_QTY = 0n as Qty;
export const ZERO_AMOUNT = 0n as Amount;

/** Returns the hundred-millionths of a plain decimal, or null when it is none or finer than that. */
export function parseUnits(text: string): bigint | null {
  if (TEXT_LENGTH_MAX < text.length) return null;
  const match = PLAIN.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = ""] = match;
  const digits = fraction.replace(/0+$/, "");
  if (SCALE_DIGITS < digits.length) return null;
  const units = BigInt(whole) * SCALE + BigInt(digits.padEnd(SCALE_DIGITS, "0"));
  return sign === "-" ? -units : units;
}

export const parsePrice = (text: string): Price | null => parseUnits(text) as Price | null;
export const parseQty = (text: string): Qty | null => parseUnits(text) as Qty | null;
export const parseAmount = (text: string): Amount | null => parseUnits(text) as Amount | null;

/** A number of the wire that is no decimal: the other side broke its contract. */
export class NotADecimal extends Error {
  constructor(text: string) {
    super(`not a decimal: ${text.slice(0, TEXT_LENGTH_MAX)}`);
  }
}

function expectUnits(text: string): bigint {
  const units = parseUnits(text);
  if (units === null) throw new NotADecimal(text);
  return units;
}

/** These read what the exchange sent; they throw `NotADecimal`. */
export const priceOf = (text: string): Price => expectUnits(text) as Price;
export const qtyOf = (text: string): Qty => expectUnits(text) as Qty;
export const amountOf = (text: string): Amount => expectUnits(text) as Amount;

export type Rounding = "down" | "up";

/** Returns price times quantity as an amount of the quote asset; what is finer goes down, or up for fees. */
export function notional(price: Price, qty: Qty, rounding: Rounding): Amount {
  return divide(price * qty, SCALE, rounding) as Amount;
}

/** Returns how much of the base asset an amount of quote buys at a price, rounded down; 0 without a price. */
export function qtyFor(quote: Amount, price: Price): Qty {
  return (price <= 0n ? 0n : divide(quote * SCALE, price, "down")) as Qty;
}

/** Returns an amount times a rate in hundred-millionths; fees go up. */
export function share(amount: Amount, rate: bigint, rounding: Rounding): Amount {
  return divide(amount * rate, SCALE, rounding) as Amount;
}

/** Returns quote divided by base as a price, rounded down; null without a base. */
export function averagePrice(quote: Amount, base: Qty): Price | null {
  return base <= 0n ? null : (divide(quote * SCALE, base, "down") as Price);
}

function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return quotient;
  if (rounding === "down") return rest < 0n ? quotient - 1n : quotient;
  return rest < 0n ? quotient : quotient + 1n;
}

/** Returns whether a value is a whole multiple of a step. */
export const isOnGrid = (value: bigint, step: bigint): boolean => step <= 0n || value % step === 0n;

/** Returns the multiple of a step at or below a value that is not negative. */
export function floorTo<D extends Decimal>(value: D, step: bigint): D {
  return (step <= 0n ? value : value - (value % step)) as D;
}

/** Returns the multiple of a step at or above a value that is not negative. */
export function ceilTo<D extends Decimal>(value: D, step: bigint): D {
  const rest = step <= 0n ? 0n : value % step;
  return (rest === 0n ? value : value + step - rest) as D;
}

/** Returns the next multiple of a step above or below a value, never below zero. */
export function stepBy<D extends Decimal>(value: D, step: bigint, direction: 1 | -1): D {
  if (direction === 1) return floorTo((value + step) as D, step);
  const below = ceilTo(value, step) - step;
  return (below < 0n ? 0n : below) as D;
}

/** Returns how many digits behind the mark a step has. */
export function digitsOf(step: bigint): number {
  let digits = SCALE_DIGITS;
  for (let rest = step; 0 < digits && rest % 10n === 0n && rest !== 0n; digits -= 1) rest /= 10n;
  return step === 0n ? 0 : digits;
}

/** Returns the change from one price to another in ten-thousandths of the first; null without a first. */
export function changeBps(from: Price, to: Price): bigint | null {
  return from <= 0n ? null : ((to - from) * 10_000n) / from;
}

/** Returns the nearest float, for positions of pixels and for nothing else. */
// eslint-disable-next-line no-restricted-syntax -- a place on the screen
export const toPixels = (value: bigint): number => Number(value) / Number(SCALE);
