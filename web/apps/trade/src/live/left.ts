/** What stays of a page over signing in: where one was, and what was being written; in this tab alone, for whoever was there. */

import { isEntry, placeOf } from "../router.ts";

const KEPT_AS = "bourse.left";

export interface Left {
  /** Whose session had ended; null of a guest, who may be anybody. */
  readonly account: number | null;
  readonly path: string;
  /** Of which market the ticket is, and what it says. */
  readonly symbol: string;
  readonly ticket: Readonly<Record<string, unknown>>;
}

export function keepLeft(left: Left): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify(left));
}

export const forgetLeft = (): void => sessionStorage.removeItem(KEPT_AS);

/** Returns what was left; null where nothing was. */
export function readLeft(): Left | null {
  try {
    const left: unknown = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
    return isLeft(left) ? left : null;
  } catch {
    return null;
  }
}

/** Returns what was left by an account, or by a guest. */
export function leftBy(account: number): Left | null {
  const left = readLeft();
  return left?.account === null || left?.account === account ? left : null;
}

/** Returns where an account that has signed in goes on. */
export function wayBack(account: number): string {
  const path = leftBy(account)?.path ?? "";
  const where = placeOf(path);
  return path === "" || where.page === "nowhere" || isEntry(where) ? "/trade" : path;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isLeft = (value: unknown): value is Left =>
  isRecord(value) &&
  (value["account"] === null || typeof value["account"] === "number") &&
  typeof value["path"] === "string" &&
  typeof value["symbol"] === "string" &&
  isRecord(value["ticket"]);
