/** Who is signed in, and everything of theirs: orders, balances, and what follows them. */

import type { Session } from "@bourse/api/schema";
import { Refused } from "@bourse/api/client";
import type { LinkState } from "@bourse/feed/link";
import { UserFeed, type UserEvent } from "@bourse/feed/user";
import { applyEvent, NOTHING_OWN, ownOf, type Own } from "@bourse/state/orders";
import { createStore, now } from "@bourse/state/store";
import type { Snapshot } from "@bourse/api/schema";
import { client, world } from "./clients.ts";
import { followUser } from "./look.ts";
import { loadNotifications, notifications, takeNotification, toastFill } from "./notifications.ts";

export type Visitor =
  | { readonly kind: "unknown" }
  | { readonly kind: "guest"; readonly hasEnded: boolean }
  | { readonly kind: "user"; readonly session: Session };

type OwnAction =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "event"; readonly event: UserEvent }
  | { readonly kind: "forget" };

export interface OwnView {
  readonly own: Own;
  /** Whether what is shown is what is: false until the first word, and while the feed is away. */
  readonly isCurrent: boolean;
}

export const visitor = createStore<Visitor, Visitor>({ kind: "unknown" }, (_, next) => next, now);
export const own = createStore<Own, OwnAction>(NOTHING_OWN, reduceOwn, now);
export const ownState = createStore<{ link: LinkState; isCurrent: boolean }, Partial<OwnFeed>>(
  { link: { kind: "closed" }, isCurrent: false },
  (before, change) => ({ ...before, ...change }),
  now,
);
interface OwnFeed {
  readonly link: LinkState;
  readonly isCurrent: boolean;
}

function reduceOwn(before: Own, action: OwnAction): Own {
  switch (action.kind) {
    case "snapshot":
      return ownOf(action.snapshot, before);
    case "event":
      return applyEvent(before, action.event);
    case "forget":
      return NOTHING_OWN;
  }
}

const executions = new Set<(event: UserEvent) => void>();
/** Calls at every event of the account until the returned function is called. */
export function onUserEvent(call: (event: UserEvent) => void): () => void {
  executions.add(call);
  return () => executions.delete(call);
}

/** What was there when the feed was lost, until it has caught up. */
let lost: Own | null = null;

const feed = new UserFeed(world, {
  onSnapshot: (snapshot) => own.dispatch({ kind: "snapshot", snapshot }),
  onEvent: (event) => {
    own.dispatch({ kind: "event", event });
    toastFill(event);
    for (const call of executions) call(event);
  },
  onNotification: takeNotification,
  onState: (link) => {
    if (link.kind !== "open" && ownState.get().isCurrent) lost = own.get();
    ownState.dispatch(link.kind === "open" ? { link } : { link, isCurrent: false });
  },
  onCurrent: () => {
    ownState.dispatch({ isCurrent: true });
    void loadNotifications();
    if (lost === null) return;
    const before = lost;
    lost = null;
    void import("./away.ts").then(({ tellAway }) => tellAway(before, own.get()));
  },
  onSignedOut: () => leave(true),
});

/** Takes a session as begun. */
export function enter(session: Session): void {
  client.setCsrfToken(session.csrfToken);
  visitor.dispatch({ kind: "user", session });
  feed.start();
  void followUser(session.account);
}

function leave(hasEnded: boolean): void {
  feed.stop();
  lost = null;
  client.setCsrfToken(null);
  own.dispatch({ kind: "forget" });
  notifications.dispatch({ kind: "forget" });
  void followUser(null);
  visitor.dispatch({ kind: "guest", hasEnded });
}

/** Asks whether this browser is signed in. */
export async function recallSession(): Promise<void> {
  try {
    enter(await client.call("GET /v1/session", {}));
  } catch (error) {
    const isAway = error instanceof Refused && error.status !== 401;
    leave(false);
    if (isAway) setTimeout(() => void recallSession(), 3_000);
  }
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  try {
    await client.call("DELETE /v1/session", {});
  } finally {
    leave(false);
  }
}

/** For a request that was refused because the session is over. */
export function noticeEnd(error: unknown): void {
  if (error instanceof Refused && error.status === 401 && visitor.get().kind === "user")
    leave(true);
}

/** Lets the own data go and come with the network, and marks them as old until they are what is. */
export function followNetwork(): void {
  const mark = () => {
    document.body.dataset["own"] = ownState.get().isCurrent ? "current" : "old";
  };
  ownState.subscribe(mark);
  mark();
  addEventListener("online", () => feed.retryNow());
  addEventListener("offline", () => feed.lose());
}
