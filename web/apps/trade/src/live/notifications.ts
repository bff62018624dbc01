/** What the exchange tells the user: the list behind the bell, and what flashes up as it happens. */

import type { Notification } from "@bourse/api/schema";
import type { UserEvent } from "@bourse/feed/user";
import type { OrderChange } from "@bourse/state/away";
import { createStore, now } from "@bourse/state/store";
import { client } from "./clients.ts";
import { look } from "./look.ts";

export interface Told {
  readonly list: readonly Notification[];
  readonly unread: number;
}

type ToldAction =
  | { readonly kind: "loaded"; readonly list: readonly Notification[]; readonly unread: number }
  | { readonly kind: "new"; readonly notification: Notification }
  | { readonly kind: "read" | "forget" };

const LISTED_MAX = 50;
const NOTHING: Told = { list: [], unread: 0 };

export const notifications = createStore<Told, ToldAction>(NOTHING, reduceTold, now);

function reduceTold(before: Told, action: ToldAction): Told {
  switch (action.kind) {
    case "loaded":
      return { list: action.list, unread: action.unread };
    case "new": {
      const { notification } = action;
      if (before.list.some(({ id }) => id === notification.id)) return before;
      const list = [notification, ...before.list].slice(0, LISTED_MAX);
      return { list, unread: before.unread + 1 };
    }
    case "read":
      return { list: before.list.map((one) => ({ ...one, isRead: true })), unread: 0 };
    case "forget":
      return NOTHING;
  }
}

/** Something that flashes up for a while. */
export type Toast =
  | { readonly id: number; readonly kind: "told"; readonly notification: Notification }
  /** Another build of the pages is there. */
  | { readonly id: number; readonly kind: "updated" }
  /** Own orders are not as they were before the connection was lost. */
  | { readonly id: number; readonly kind: "away"; readonly changes: readonly OrderChange[] }
  | {
      readonly id: number;
      readonly kind: "filled";
      readonly symbol: string;
      readonly side: "BUY" | "SELL";
      readonly qty: string;
      readonly price: string;
      readonly isDone: boolean;
    };

type ToastAction = { readonly add: Toast } | { readonly end: number };
const TOASTS_MAX = 4;
const TOAST_MS = 6_000;

export const toasts = createStore<readonly Toast[], ToastAction>(
  [],
  (before, action) =>
    "add" in action
      ? [...before, action.add].slice(-TOASTS_MAX)
      : before.filter(({ id }) => id !== action.end),
  now,
);
let toastId = 0;

function flash(make: (id: number) => Toast): void {
  const { showsToasts, playsSounds } = look.get();
  if (playsSounds) chime();
  if (!showsToasts) return;
  toastId += 1;
  const toast = make(toastId);
  toasts.dispatch({ add: toast });
  setTimeout(() => toasts.dispatch({ end: toast.id }), TOAST_MS);
}

export function takeNotification(notification: Notification): void {
  notifications.dispatch({ kind: "new", notification });
  // Of fills the own stream tells first, one by one.
  if (notification.kind === "FILLS") return;
  flash((id) => ({ id, kind: "told", notification }));
}

/** Tells of fills that nobody on this page waits for: of orders that rested, or that waited for a price. */
export function toastFill(event: UserEvent): void {
  if (event.e !== "executionReport" || event.x !== "TRADE") return;
  const isAwaited = !event.m && (event.o === "MARKET" || event.o === "LIMIT");
  if (isAwaited) return;
  const { s: symbol, S: side, l: qty, L: price } = event;
  flash((id) => ({ id, kind: "filled", symbol, side, qty, price, isDone: event.X === "FILLED" }));
}

/** Says that the pages were built anew; it stays until it is closed. */
export function tellNewBuild(): void {
  // One offer at a time, however many builds have come.
  toasts.dispatch({ end: OFFER });
  toasts.dispatch({ add: { id: OFFER, kind: "updated" } });
}

/** The toast that offers the newer build. */
const OFFER = -1;

export async function loadNotifications(): Promise<void> {
  const page = await client.call("GET /v1/notifications", { limit: LISTED_MAX }).catch(() => null);
  if (page === null) return;
  const { notifications: list, unread } = page;
  notifications.dispatch({ kind: "loaded", list, unread });
}

/** Notes that everything that is listed was read. */
export async function readAll(): Promise<void> {
  const newest = notifications.get().list[0];
  if (newest === undefined) return;
  await client.call("POST /v1/notifications/read", { untilId: newest.id });
  notifications.dispatch({ kind: "read" });
}

const TONE_HZ = 880;
const TONE_SECONDS = 0.12;

function chime(): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.06;
  tone.frequency.value = TONE_HZ;
  tone.connect(volume).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + TONE_SECONDS);
}
