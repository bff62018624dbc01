/** Tells what became of own orders while the page could not listen. */

import { changesBetween } from "@bourse/state/away";
import type { Own } from "@bourse/state/orders";
import { toasts } from "./notifications.ts";

const TOAST_ID = -2;

/** Says what changed between the last word and now, until somebody closes it; nothing where nothing did. */
export function tellAway(before: Own, after: Own): void {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return;
  toasts.dispatch({ end: TOAST_ID });
  toasts.dispatch({ add: { id: TOAST_ID, kind: "away", changes } });
}
