/** Decimals as people read them, and as the wire takes them. */

import { SCALE_DIGITS } from "./decimal.ts";

/** How a locale writes numbers. */
export interface Marks {
  readonly group: string;
  readonly decimal: string;
}

export const PLAIN_MARKS: Marks = { group: "", decimal: "." };
const MINUS = "\u2212";

/** Returns the marks of a locale. */
export function marksOf(locale: string): Marks {
  const parts = new Intl.NumberFormat(locale).formatToParts(1_234_567.5);
  const mark = (type: string) => parts.find((part) => part.type === type)?.value;
  return { group: mark("group") ?? "", decimal: mark("decimal") ?? "." };
}

/** Returns the decimal as requests carry it: no exponent, no grouping, no digits that say nothing. */
export function toWire(units: bigint): string {
  const [whole, fraction] = split(units);
  const digits = fraction.replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${whole}${digits === "" ? "" : `.${digits}`}`;
}

/** Returns the decimal with all digits that say something, as a locale writes it. */
export function formatExact(units: bigint, marks: Marks): string {
  const [, fraction] = split(units);
  return format(units, fraction.replace(/0+$/, "").length, marks);
}

/** Returns the decimal with this many digits behind the mark; what is finer is cut off, toward zero. */
export function format(units: bigint, digits: number, marks: Marks): string {
  const [whole, fraction] = split(units);
  const shown = fraction.slice(0, digits);
  const isZero = /^0*$/.test(whole + shown);
  const sign = units < 0n && !isZero ? MINUS : "";
  return `${sign}${grouped(whole, marks.group)}${digits === 0 ? "" : marks.decimal + shown}`;
}

/** As `format`, of a fee: what is finer goes up, and makes a fee larger and what is given back smaller. */
export function formatFee(units: bigint, digits: number, marks: Marks): string {
  const finer = 10n ** BigInt(SCALE_DIGITS - digits) - 1n;
  return format(units < 0n ? units : units + finer, digits, marks);
}

/** As `format`, but an amount that is not zero is never shown as zero. */
export function formatAmount(units: bigint, digits: number, marks: Marks): string {
  const least = 10n ** BigInt(SCALE_DIGITS - digits);
  const size = units < 0n ? -units : units;
  if (size === 0n || least <= size) return format(units, digits, marks);
  return `${units < 0n ? MINUS : ""}<${format(least, digits, marks)}`;
}

/** As `format`, with a plus sign above zero. */
export function formatSigned(units: bigint, digits: number, marks: Marks): string {
  return `${0n < units ? "+" : ""}${format(units, digits, marks)}`;
}

/** Returns basis points as a percentage with two digits and its sign. */
export function formatPercent(bps: bigint, marks: Marks): string {
  const size = bps < 0n ? -bps : bps;
  const sign = bps < 0n ? MINUS : bps === 0n ? "" : "+";
  const fraction = (size % 100n).toString().padStart(2, "0");
  return `${sign}${(size / 100n).toString()}${marks.decimal}${fraction}%`;
}

/** As `formatPercent`, of a distance: which way it goes is said by what it is of. */
export const formatDistance = (bps: bigint, marks: Marks): string =>
  formatPercent(bps, marks).replace(/^\+/, "");

const STEPS: readonly (readonly [bigint, string])[] = [
  [10n ** 9n, "B"],
  [10n ** 6n, "M"],
  [10n ** 3n, "K"],
];

/** Returns a large amount in thousands, millions or billions with two digits; smaller ones with two digits. */
export function formatShort(units: bigint, marks: Marks): string {
  const size = units < 0n ? -units : units;
  for (const [step, letter] of STEPS) {
    if (step * 10n ** BigInt(SCALE_DIGITS) <= size) return format(units / step, 2, marks) + letter;
  }
  return format(units, 2, marks);
}

/** From so many zeros behind the mark on nobody counts them any more. */
const ZEROS_MIN = 4;
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Returns a decimal below one with its leading zeros counted: 0.000001234 is 0.0₅1234. Others stay as they are. */
export function shortened(text: string, { decimal }: Marks): string {
  const [whole = "", fraction = ""] = text.split(decimal);
  const zeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  if (!/^[−-]?0$/.test(whole) || zeros < ZEROS_MIN || zeros === fraction.length) return text;
  // eslint-disable-next-line no-restricted-syntax -- a digit
  const count = zeros.toString().replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)] ?? digit);
  return `${whole}${decimal}0${count}${fraction.slice(zeros)}`;
}

function split(units: bigint): [whole: string, fraction: string] {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE_DIGITS + 1, "0");
  return [digits.slice(0, -SCALE_DIGITS), digits.slice(-SCALE_DIGITS)];
}

function grouped(whole: string, mark: string): string {
  return mark === "" ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, mark);
}
