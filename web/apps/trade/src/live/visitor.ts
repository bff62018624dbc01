/** Who is signed in at this browser; what is theirs is followed elsewhere. */

import { Refused } from "@bourse/api/client";
import type { Session } from "@bourse/api/schema";
import { createStore, now } from "@bourse/state/store";
import { client } from "./clients.ts";
import { followUser } from "./look.ts";

export type Visitor =
  | { readonly kind: "unknown" }
  | { readonly kind: "guest"; readonly hasEnded: boolean }
  | { readonly kind: "user"; readonly session: Session };

export const visitor = createStore<Visitor, Visitor>({ kind: "unknown" }, (_, next) => next, now);

/** Another document says that the session has ended: that of signing in, or this one loaded again. */
const ENDED_AS = "bourse.session.ended";
const RECALL_MS = 3_000;

function enter(session: Session): void {
  sessionStorage.removeItem(ENDED_AS);
  client.setCsrfToken(session.csrfToken);
  // What another has left is gone before somebody is told who is there.
  followUser(session.account);
  visitor.dispatch({ kind: "user", session });
}

function leave(hasEnded: boolean): void {
  client.setCsrfToken(null);
  followUser(null);
  visitor.dispatch({ kind: "guest", hasEnded });
}

/** The session is over, and not because somebody signed out here. */
export function endSession(): void {
  sessionStorage.setItem(ENDED_AS, "");
  leave(true);
}

/** Asks whether this browser is signed in. */
export async function recallSession(): Promise<void> {
  try {
    enter(await client.call("GET /v1/session", {}));
  } catch (error) {
    const hasEnded = sessionStorage.getItem(ENDED_AS) !== null;
    if (error instanceof Refused && error.status === 401) {
      leave(hasEnded);
      return;
    }
    // Who is there is not known: what is kept stays.
    visitor.dispatch({ kind: "guest", hasEnded });
    setTimeout(() => void recallSession(), RECALL_MS);
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
    endSession();
}
