/**
 * Documents that were changed in two places at once, joined entry by entry: additions of both stay, what one removed stays
 * removed, and of an entry that both changed, mine is the later one.
 *
 * An entry is a member of an object, a text in a list, or an object with an `id` in one; any other list is one value.
 */

type Fields = Readonly<Record<string, unknown>>;
type Join = (base: unknown, mine: unknown, theirs: unknown) => unknown;

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By what an entry of a list is known; null where it is by nothing. */
function keyOf(entry: unknown): string | null {
  if (typeof entry === "string") return entry;
  return isFields(entry) && typeof entry["id"] === "string" ? entry["id"] : null;
}

/** Returns the entries of a list by their keys; null of what is no list, or has entries without one. */
function entriesOf(value: unknown): Fields | null {
  if (!Array.isArray(value)) return null;
  const entries = value.map((entry: unknown) => [keyOf(entry) ?? "", entry] as const);
  return entries.some(([key]) => key === "") ? null : Object.fromEntries<unknown>(entries);
}

const whole: Join = (base, mine, theirs) => (isSame(base, mine) ? theirs : mine);

/** Joins members; those of mine come first, in their order. */
function fields(base: Fields, mine: Fields, theirs: Fields, join: Join): Fields {
  const isRemoved = (name: string): boolean =>
    name in base && (!(name in mine) || !(name in theirs));
  const names = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  const left = [...names].filter((name) => !isRemoved(name));
  return Object.fromEntries(
    left.map((name) => [name, join(base[name], mine[name], theirs[name])] as const),
  );
}

/** Joins what is of entries by them, and anything else as one value. */
const value: Join = (base, mine, theirs) => {
  if (isSame(base, mine)) return theirs;
  if (isSame(base, theirs)) return mine;
  const lists = [entriesOf(base), entriesOf(mine), entriesOf(theirs)] as const;
  const [ofBase, ofMine, ofTheirs] = lists;
  if (ofBase !== null && ofMine !== null && ofTheirs !== null) {
    return Object.values(fields(ofBase, ofMine, ofTheirs, whole));
  }
  if (!isFields(base) || !isFields(mine) || !isFields(theirs)) return mine;
  return fields(base, mine, theirs, whole);
};

/** Returns a document with what was made of `base` here and elsewhere. */
export function merged(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (!isFields(base) || !isFields(mine) || !isFields(theirs)) return value(base, mine, theirs);
  return fields(base, mine, theirs, value);
}
