/** What people type into a field for a decimal. */

import { parseUnits } from "./decimal.ts";
import type { Marks } from "./format.ts";

export type Entry =
  | { readonly kind: "empty" }
  | { readonly kind: "value"; readonly units: bigint }
  /** A single mark with three digits behind it, where the mark groups: one thousand, or one and a bit. */
  | { readonly kind: "ambiguous" }
  | { readonly kind: "tooFine" }
  | { readonly kind: "unreadable" };

/** No text of digits. */
const AMBIGUOUS = Symbol("ambiguous");
const SPACES = /[\s\u00a0\u202f]/g;

/**
 * Reads an entry: the mark of the locale and a dot both count as decimal marks, grouping is left out.
 * What could mean two things is told, not guessed; exponents, signs and other scripts are unreadable.
 */
export function readEntry(text: string, marks: Marks): Entry {
  const typed = text.replace(SPACES, "");
  if (typed === "") return { kind: "empty" };
  if (!/^[\d.,'’]+$/.test(typed) || !/\d/.test(typed)) return { kind: "unreadable" };
  const plain = marks.decimal === "." ? readPointed(typed, marks) : readCommaed(typed, marks);
  if (plain === AMBIGUOUS) return { kind: "ambiguous" };
  if (plain === null) return { kind: "unreadable" };
  const units = parseUnits(plain);
  if (units !== null) return { kind: "value", units };
  return { kind: /\.\d{9,}$/.test(plain) ? "tooFine" : "unreadable" };
}

/** Where the dot is the decimal mark, every other mark may only group. */
function readPointed(typed: string, marks: Marks): string | null {
  const [whole = "", fraction, ...more] = typed.split(".");
  if (0 < more.length || (fraction !== undefined && /\D/.test(fraction))) return null;
  const digits = ungrouped(whole, marks.group);
  return digits === null ? null : joined(digits, fraction);
}

/** Where another mark is the decimal mark, a dot is one too, unless it may group. */
function readCommaed(typed: string, marks: Marks): string | typeof AMBIGUOUS | null {
  if (typed.includes(marks.decimal)) {
    const [whole = "", fraction, ...more] = typed.split(marks.decimal);
    if (0 < more.length || (fraction !== undefined && /\D/.test(fraction))) return null;
    const digits = ungrouped(whole, marks.group);
    return digits === null ? null : joined(digits, fraction);
  }
  const [whole = "", fraction, ...more] = typed.split(".");
  if (0 < more.length) return ungrouped(typed, ".");
  if (/\D/.test(whole) || /\D/.test(fraction ?? "")) return null;
  const mayGroup = marks.group === "." && fraction?.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return mayGroup ? AMBIGUOUS : joined(whole, fraction);
}

function ungrouped(whole: string, mark: string): string | null {
  if (/^\d*$/.test(whole)) return whole;
  if (mark === "" || !whole.includes(mark)) return null;
  const [first = "", ...rest] = whole.split(mark);
  const isGrouped = /^\d{1,3}$/.test(first) && rest.every((group) => /^\d{3}$/.test(group));
  return isGrouped ? first + rest.join("") : null;
}

const joined = (whole: string, fraction: string | undefined): string =>
  `${whole === "" ? "0" : whole}${fraction === undefined || fraction === "" ? "" : `.${fraction}`}`;
