/** Everything of whoever is signed in: orders, balances, and what follows them. */

import { Refused } from "@bourse/api/client";
import type { LinkState } from "@bourse/feed/link";
import { UserFeed, type UserEvent } from "@bourse/feed/user";
import { applyEvent, NOTHING_OWN, ownOf, type Own } from "@bourse/state/orders";
import { createStore, now } from "@bourse/state/store";
import type { Snapshot } from "@bourse/api/schema";
import { world } from "./clients.ts";
import type { Unloaded } from "./retrying.ts";
import { endSession, visitor } from "./visitor.ts";

type OwnAction =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "event"; readonly event: UserEvent }
  | { readonly kind: "forget" };

export const own = createStore<Own, OwnAction>(NOTHING_OWN, reduceOwn, now);
interface OwnFeed {
  readonly link: LinkState;
  /** Whether what is shown is what is: false until the first word, and while the feed is away. */
  readonly isCurrent: boolean;
  /** When the exchange was last heard of the account, by the clock of this machine, while it is not; else null. */
  readonly lostAtMs: number | null;
  /** Why nothing is told of the account; null while it is, or has just been asked. */
  readonly unloaded: Unloaded | null;
}
export const ownState = createStore<OwnFeed, Partial<OwnFeed>>(
  { link: { kind: "closed" }, isCurrent: false, lostAtMs: null, unloaded: null },
  (before, change) => ({ ...before, ...change }),
  now,
);

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

/** What is told and flashes up comes behind the first paint. */
const news = () => import("./notifications.ts");
/** So does what joins what is arranged here and elsewhere. */
const documents = () => import("./documents.ts");

/** What was there when the feed was lost, until it has caught up. */
let lost: Own | null = null;

/** Why the account is not told, where the exchange has said so. */
let refused: Refused | null = null;

const feed = new UserFeed(world, {
  onSnapshot: (snapshot) => own.dispatch({ kind: "snapshot", snapshot }),
  onEvent: (event) => {
    own.dispatch({ kind: "event", event });
    void news().then(({ toastFill }) => toastFill(event));
    for (const call of executions) call(event);
  },
  onNotification: (notification) =>
    void news().then(({ takeNotification }) => takeNotification(notification)),
  onPreference: (name, version) =>
    void documents().then(({ learnDocument }) => learnDocument(name, version)),
  onState: (link) => {
    if (link.kind !== "open" && ownState.get().isCurrent) {
      lost = own.get();
      ownState.dispatch({ lostAtMs: Date.now() - feed.silenceMs() });
    }
    ownState.dispatch(link.kind === "open" ? { link } : { link, isCurrent: false });
    if (link.kind !== "waiting") return;
    const why = refused ?? new Refused(0, 0, "no answer");
    refused = null;
    ownState.dispatch({ unloaded: { refused: why, retryAtMs: link.retryAtMs } });
  },
  onRefused: (status, code, msg) => {
    refused = new Refused(status, code, msg);
  },
  onHeard: (isHeard) => {
    if (!ownState.get().isCurrent) return;
    ownState.dispatch({ lostAtMs: isHeard ? null : Date.now() - feed.silenceMs() });
  },
  onCurrent: () => {
    ownState.dispatch({ isCurrent: true, lostAtMs: null, unloaded: null });
    void news().then(({ loadNotifications }) => loadNotifications());
    if (lost === null) return;
    const before = lost;
    lost = null;
    void documents().then(({ askDocuments }) => askDocuments());
    void import("./away.ts").then(({ tellAway }) => tellAway(before, own.get()));
  },
  onSignedOut: endSession,
});

/** Asks for the account at once, where it is not told. */
export const askOwn = (): void => feed.retryNow();

/** Follows what is of the visitor, whoever that is. */
export function followVisitor(): void {
  visitor.subscribe(() => {
    if (visitor.get().kind === "user") feed.start();
    else forget();
  });
}

function forget(): void {
  feed.stop();
  lost = null;
  ownState.dispatch({ lostAtMs: null, unloaded: null });
  own.dispatch({ kind: "forget" });
  void news().then(({ notifications }) => notifications.dispatch({ kind: "forget" }));
}

/** Lets the own data go and come with the network, and marks them as old until they are what is. */
export function followNetwork(): void {
  const mark = () => {
    const { isCurrent, lostAtMs } = ownState.get();
    document.body.dataset["own"] = isCurrent && lostAtMs === null ? "current" : "old";
  };
  ownState.subscribe(mark);
  mark();
  addEventListener("online", () => feed.retryNow());
  addEventListener("offline", () => feed.lose());
}
