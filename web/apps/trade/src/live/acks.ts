/** What the exchange said, and what it has not said yet: of orders on their way. */

import type { Refused } from "@bourse/api/client";
import type { Amendment } from "@bourse/state/amendment";
import type { OnTheWay } from "@bourse/state/on-the-way";
import { createStore, now } from "@bourse/state/store";
import type { Sent } from "@bourse/state/placement";

/** What became of the last thing that was asked for. */
export type Ack =
  | { readonly kind: "none" | "sending" }
  /** Nobody has answered, and what was asked for shows in the open orders. */
  | { readonly kind: "unanswered" }
  /** Nobody has answered; the name is what the exchange, or its operators, are asked by. */
  | { readonly kind: "unknown" | "notFound" | "lost"; readonly name: string }
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
      readonly refused: Refused;
    }
  | {
      readonly kind: "ladderStopped";
      readonly count: number;
      readonly wanted: number;
      readonly refused: Refused;
    }
  /** Some of a ladder were placed; of the next one nobody knows. */
  | {
      readonly kind: "ladderLost";
      readonly count: number;
      readonly wanted: number;
      readonly name: string;
    }
  | { readonly kind: "rejected"; readonly refused: Refused };

/** An order that was sent and not answered; it is not working yet. */
export interface Pending extends OnTheWay {
  readonly sent: Sent;
  readonly atMs: number;
}

export const ack = createStore<Ack, Ack>({ kind: "none" }, (_, next) => next, now);
type PendingAction =
  | { readonly kind: "sent"; readonly pending: Pending }
  | { readonly kind: "answered"; readonly clientId: string };
export const pending = createStore<readonly Pending[], PendingAction>(
  [],
  (before, action) =>
    action.kind === "sent"
      ? [...before, action.pending]
      : before.filter((one) => one.clientId !== action.clientId),
  now,
);
/** Orders whose change was asked for and not answered, with what each is to become; null of one that is to end. */
export type Changing = ReadonlyMap<string, Amendment | null>;
type ChangingAction =
  | { readonly kind: "asked"; readonly key: string; readonly wanted: Amendment | null }
  | { readonly kind: "answered"; readonly key: string };
export const changing = createStore<Changing, ChangingAction>(
  new Map(),
  (before, action) => {
    const next = new Map(before);
    if (action.kind === "asked") next.set(action.key, action.wanted);
    else next.delete(action.key);
    return next;
  },
  now,
);
