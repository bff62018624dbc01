/** What the exchange refused, in words that say what to change. */

import type { Refused } from "@bourse/api/client";
import type { DeskWords } from "@bourse/kit/words";
import type { Failure } from "../live/requests.ts";

/** Beginnings of what the exchange says, and what a person can do about it. */
const REASONS: readonly (readonly [RegExp, (words: DeskWords) => string])[] = [
  [/immediately match and take/i, (words) => words.reasonPostOnly],
  [/insufficient balance/i, (words) => words.reasonFunds],
  [/trigger immediately/i, (words) => words.reasonTrigger],
  [/timestamp for this request/i, (words) => words.reasonTime],
  [/duplicate order/i, (words) => words.reasonDuplicate],
  [/market is closed|trading is disabled/i, (words) => words.reasonClosedMarket],
];

/** Returns why a request was refused. */
export function refusalText(refused: Refused, words: DeskWords): string {
  if (refused.status === 0) return words.reasonOffline;
  if (refused.status === 401) return words.reasonSession;
  if (refused.status === 429 || refused.status === 418) {
    return words.reasonLimit((refused.retryAfterSeconds ?? 1).toString());
  }
  if (refused.detail !== null) {
    return words.reasonFilter(refused.detail.filter, refused.detail.value);
  }
  const known = REASONS.find(([pattern]) => pattern.test(refused.message));
  return known === undefined ? refused.message : known[1](words);
}

/** Returns what is told of a request that was not carried out, or of which nobody knows. */
export function failedText(failure: Failure, words: DeskWords): string {
  if (failure === "never") return words.ackNever;
  if (failure === "lost") return words.ackLost;
  return words.ackRejected(refusalText(failure, words));
}

/** Returns why something is left as it was. */
export function reasonText(failure: Failure, words: DeskWords): string {
  if (failure === "never") return words.reasonNever;
  if (failure === "lost") return words.reasonUnanswered;
  return refusalText(failure, words);
}
