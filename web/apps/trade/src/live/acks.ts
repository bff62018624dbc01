/** What the exchange said, and what it has not said yet: of orders on their way. */

import type { Amendment } from "@bourse/state/amendment";
import type { OnTheWay } from "@bourse/state/on-the-way";
import { createStore, now } from "@bourse/state/store";
import type { Sent } from "@bourse/state/placement";
import type { Failure } from "./requests.ts";

/** How many orders of a ladder stand, before the one that is told of. */
export interface Ladder {
  readonly count: number;
  readonly wanted: number;
}

/** What became of the last thing that was asked for. */
export type Ack =
  | { readonly kind: "none" | "sending" }
  /** Nobody has answered; the name is what the exchange, or its operators, are asked by. */
  | {
      readonly kind: "unknown" | "notFound";
      readonly name: string;
      readonly ladder: Ladder | null;
    }
  /** Not carried out, or unknown for good; then an order that was to be placed has a name. */
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      readonly name: string | null;
      readonly ladder: Ladder | null;
    }
  | {
      readonly kind: "accepted" | "expired" | "cancelled" | "amended";
      readonly id: number;
      readonly tripMs: number;
    }
  | {
      readonly kind: "acceptedList";
      readonly ids: readonly number[];
      readonly tripMs: number;
    }
  | {
      readonly kind: "filled" | "partly";
      readonly id: number;
      readonly tripMs: number;
      readonly filled: bigint;
      readonly qty: bigint;
      readonly average: bigint;
      readonly symbol: string;
    }
  | {
      readonly kind: "cancelledAll" | "acceptedLadder";
      readonly count: number;
      readonly tripMs: number;
    }
  /** Some were cancelled; what is left are markets, or orders by their numbers. */
  | {
      readonly kind: "cancelledSome";
      readonly count: number;
      readonly left: readonly string[];
      readonly failure: Failure;
    }
  /** The answer to one of a ladder took so long that the others were not sent. */
  | ({ readonly kind: "ladderCut" } & Ladder);

/** An order that was sent and not answered; it is not working yet. */
export interface Pending extends OnTheWay {
  readonly sent: Sent;
  readonly atMs: number;
  /** Its answer does not come, so nobody knows whether it works. */
  readonly isUnknown: boolean;
}

export const ack = createStore<Ack, Ack>({ kind: "none" }, (_, next) => next, now);
type PendingAction =
  | { readonly kind: "sent"; readonly pending: Pending }
  | { readonly kind: "doubted" | "answered"; readonly clientId: string };
export const pending = createStore<readonly Pending[], PendingAction>([], reducePending, now);

function reducePending(before: readonly Pending[], action: PendingAction): readonly Pending[] {
  switch (action.kind) {
    case "sent":
      return [...before, action.pending];
    case "doubted":
      return before.map((one) =>
        one.clientId === action.clientId ? { ...one, isUnknown: true } : one,
      );
    case "answered":
      return before.filter((one) => one.clientId !== action.clientId);
  }
}

/** A change that was asked for and not answered. */
export interface Change {
  /** That of the request. */
  readonly name: string;
  /** What the order is to become; null where it is to end. */
  readonly wanted: Amendment | null;
  /** Its answer does not come, so nobody knows; another one may be asked for. */
  readonly isUnknown: boolean;
}

/** The newest change of each order that is not answered. */
export type Changing = ReadonlyMap<string, Change>;
type ChangingAction =
  | { readonly kind: "asked"; readonly key: string; readonly change: Change }
  | { readonly kind: "doubted" | "answered"; readonly key: string; readonly name: string };
export const changing = createStore<Changing, ChangingAction>(new Map(), reduceChanging, now);

function reduceChanging(before: Changing, action: ChangingAction): Changing {
  const next = new Map(before);
  if (action.kind === "asked") return next.set(action.key, action.change);
  const shown = next.get(action.key);
  if (shown?.name !== action.name) return before;
  if (action.kind === "doubted") next.set(action.key, { ...shown, isUnknown: true });
  else next.delete(action.key);
  return next;
}
