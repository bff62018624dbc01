/**
 * Whose things this browser keeps. What a guest has arranged goes along with whoever signs in; what is of an account goes
 * with its session, so that whoever comes next neither sees it nor saves it as theirs.
 */

const OWNER_AS = "bourse.owner";
/** What is kept beside the look, which says itself what stays of it. */
const OWNED = /^bourse\.(drawings|agreed)\./;

/** The browser forgets it with everything else where somebody signs out. */
let owner = localStorage.getItem(OWNER_AS);
/** Returns the account whose things are kept here; null for a guest. */
export const keptFor = (): string | null => owner;

/** Keeps things for an account, or for a guest, from now on; returns whether those of another account were there. */
export function keepFor(account: number | null): boolean {
  const next = account === null ? null : account.toString();
  const before = owner;
  owner = next;
  if (next === null) localStorage.removeItem(OWNER_AS);
  else localStorage.setItem(OWNER_AS, next);
  if (before === null || before === next) return false;
  for (const name of Object.keys(localStorage)) {
    if (OWNED.test(name)) localStorage.removeItem(name);
  }
  return true;
}
