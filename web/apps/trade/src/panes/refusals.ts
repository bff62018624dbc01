/** What the exchange refused, in words that say what to change. */

import type { FilterDetail, Refused } from "@bourse/api/client";
import type { OpenedWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import type { Failure } from "../live/requests.ts";

/** Beginnings of what the exchange says, and what a person can do about it. */
const REASONS: readonly (readonly [RegExp, (words: OpenedWords) => string])[] = [
  [/immediately match and take/i, (words) => words.reasonPostOnly],
  [/insufficient balance/i, (words) => words.reasonFunds],
  [/trigger immediately/i, (words) => words.reasonTrigger],
  [/timestamp for this request/i, (words) => words.reasonTime],
  [/duplicate order/i, (words) => words.reasonDuplicate],
  [/market is closed|trading is disabled/i, (words) => words.reasonClosedMarket],
];

/** Returns why a request was refused. */
export function refusalText(refused: Refused, words: OpenedWords): string {
  if (refused.status === 0) return words.reasonOffline;
  if (refused.status === 401) return words.reasonSession;
  if (refused.status === 429 || refused.status === 418) {
    return words.reasonLimit((refused.retryAfterSeconds ?? 1).toString());
  }
  if (refused.detail !== null) {
    return filterText(refused.detail, words);
  }
  const known = REASONS.find(([pattern]) => pattern.test(refused.message));
  return known === undefined ? words.refusedAs(refused.code, refused.message) : known[1](words);
}

/** A hundredth of a per cent. */
const POINT = 1_000_000n;

/** Returns what to change, by the limit that is broken and its number. */
function filterText({ filter, limit, value }: FilterDetail, words: OpenedWords): string {
  const units = parseUnits(value) ?? 0n;
  const number = toWire(units);
  const percent = toWire((units / 100_000_000n) * POINT);
  const ofAverage = `${number} × ${words.averagePrice}`;
  switch (limit) {
    case "minPrice":
      return `${words.price}: ${words.faultTooLow(number)}`;
    case "maxPrice":
      return `${words.price}: ${words.faultTooHigh(number)}`;
    case "tickSize":
      return `${words.price}: ${words.faultOffTick(number)}`;
    case "minQty":
      return `${words.size}: ${words.faultTooLow(number)}`;
    case "maxQty":
      return `${words.size}: ${words.faultTooHigh(number)}`;
    case "stepSize":
      return words.faultOffLot(number);
    case "minNotional":
      return words.faultNotionalLow(number);
    case "maxNotional":
      return words.faultNotionalHigh(number);
    case "bidMultiplierDown":
    case "askMultiplierDown":
      return `${words.price}: ${words.faultBandLow(ofAverage)}`;
    case "bidMultiplierUp":
    case "askMultiplierUp":
      return `${words.price}: ${words.faultBandHigh(ofAverage)}`;
    case "minTrailingAboveDelta":
    case "minTrailingBelowDelta":
      return `${words.trail}: ${words.faultTooLow(percent)}`;
    case "maxTrailingAboveDelta":
    case "maxTrailingBelowDelta":
      return `${words.trail}: ${words.faultTooHigh(percent)}`;
    case "maxNumOrders":
    case "maxNumAlgoOrders":
    case "maxNumIcebergOrders":
    case "maxNumOrderLists":
      return words.faultTooMany(number);
    case "maxNumOrderAmends":
      return words.reasonAmends(number);
    case "limit":
      return words.reasonParts(number);
    default:
      return words.reasonFilter(filter, number);
  }
}

/** Returns what is told of a request that was not carried out, or of which nobody knows. */
export function failedText(failure: Failure, words: OpenedWords): string {
  if (failure === "never") return words.ackNever;
  if (failure === "lost") return words.ackLost;
  return words.ackRejected(refusalText(failure, words));
}

/** Returns why something is left as it was. */
export function reasonText(failure: Failure, words: OpenedWords): string {
  if (failure === "never") return words.reasonNever;
  if (failure === "lost") return words.reasonUnanswered;
  return refusalText(failure, words);
}
