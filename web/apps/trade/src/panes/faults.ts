/** What is wrong, in words that say what to change. */

import type { DeskWords } from "@bourse/kit/words";
import { formatAmount, toWire, type Marks } from "@bourse/num/format";
import { amountDigits, type Market } from "@bourse/state/market";
import type { Fault } from "@bourse/state/ticket";

/** Returns the sentence for a fault of a field. */
export function faultText(fault: Fault, words: DeskWords, market: Market, marks: Marks): string {
  switch (fault.kind) {
    case "missing":
      return words.faultMissing;
    case "unreadable":
      return words.faultUnreadable;
    case "ambiguous":
      return words.faultAmbiguous;
    case "tooFine":
      return words.faultTooFine;
    case "offTick":
      return words.faultOffTick(toWire(fault.step));
    case "offLot":
      return words.faultOffLot(toWire(fault.step));
    case "tooLow":
      return words.faultTooLow(toWire(fault.bound));
    case "tooHigh":
      return words.faultTooHigh(toWire(fault.bound));
    case "notAbove":
      return words.faultNotAbove(toWire(fault.bound));
    case "notBelow":
      return words.faultNotBelow(toWire(fault.bound));
    case "bandLow":
      return words.faultBandLow(toWire(fault.bound));
    case "bandHigh":
      return words.faultBandHigh(toWire(fault.bound));
    case "tooMany":
      return words.faultTooMany(fault.most.toString());
    case "notionalLow":
      return words.faultNotionalLow(`${toWire(fault.bound)} ${market.quote}`);
    case "notionalHigh":
      return words.faultNotionalHigh(`${toWire(fault.bound)} ${market.quote}`);
    case "funds": {
      const { available, asset } = fault;
      return words.faultFunds(`${formatAmount(available, amountDigits(asset), marks)} ${asset}`);
    }
    case "tooClose":
      return words.faultTooClose;
    case "emptyBook":
      return words.faultEmptyBook;
    case "feesUnknown":
      return words.faultFeesUnknown;
  }
}
