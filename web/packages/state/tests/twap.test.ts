import { amountOf, priceOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { EMPTY_BOOK } from "../src/book.ts";
import type { Market } from "../src/market.ts";
import { NOTHING_OPEN } from "../src/room.ts";
import { checkTicket, EMPTY_TICKET, type Ticket, type TicketFacts } from "../src/ticket.ts";
import { checkTwap } from "../src/twap.ts";

const facts = {
  market: {
    symbol: "BTCUSDT",
    base: "BTC",
    quote: "USDT",
    tick: 1_000_000n,
    priceMin: 1_000_000n,
    bidBand: null,
    askBand: null,
    ordersMax: null,
    waitingMax: null,
    icebergsMax: null,
    listsMax: null,
    priceMax: 10n ** 15n,
    lot: 1_000n,
    qtyMin: 2_000n,
  } as unknown as Market,
  book: EMPTY_BOOK,
  last: null,
  average: null,
  open: NOTHING_OPEN,
  baseFree: amountOf("1"),
  quoteFree: amountOf("1"),
  rates: { maker: 0n, taker: 0n },
  bandUp: 110_000_000n,
  marks: { group: ",", decimal: "." },
} as TicketFacts;
const spread: Ticket = { ...EMPTY_TICKET, type: "twap", side: "SELL", size: "0.5" };

describe("an order that is spread over time", () => {
  it("is asked for with its seconds, and with a limit only where there is one", () => {
    const wish = { symbol: "BTCUSDT", side: "SELL", quantity: "0.5", duration: 1_800 };
    expect(checkTwap(spread, facts, "30", "minutes").wish).toEqual(wish);
    const limited = checkTwap({ ...spread, price: "100.25" }, facts, "2", "hours");
    expect(limited.wish).toEqual({ ...wish, duration: 7_200, limitPrice: "100.25" });
    expect(checkTwap(spread, facts, "90", "seconds").wish?.duration).toBe(90);
  });

  it("is not asked for while a field is wrong, and says which", () => {
    const faultsOf = (ticket: Partial<Ticket>, count = "30") => {
      const { faults, wish } = checkTwap({ ...spread, ...ticket }, facts, count, "minutes");
      expect(wish).toBeNull();
      return [...faults].map(([field, { kind }]) => `${field} ${kind}`);
    };
    expect(faultsOf({ size: "" })).toEqual(["size missing"]);
    expect(faultsOf({ size: "0.000001" })).toEqual(["size offLot"]);
    expect(faultsOf({ price: "1.001" })).toEqual(["price offTick"]);
    expect(faultsOf({ price: "x", size: "y" }, "z")).toEqual([
      "size unreadable",
      "price unreadable",
      "duration unreadable",
    ]);
    expect(faultsOf({}, "")).toEqual(["duration missing"]);
    expect(faultsOf({}, "1.5")).toEqual(["duration unreadable"]);
  });

  it("takes a size of the base asset alone, and none below the least of the market", () => {
    const kinds = (ticket: Partial<Ticket>) =>
      [...checkTwap({ ...spread, ...ticket }, facts, "30", "minutes").faults.values()].map(
        ({ kind }) => kind,
      );
    expect(kinds({ size: "0.00001" })).toEqual(["tooLow"]);
    expect(kinds({ size: "0" })).toEqual(["missing"]);
    expect(kinds({ size: "0.5", sizeUnit: "quote" })).toEqual(["missing"]);
    expect(kinds({ price: "100000000" })).toEqual(["tooHigh"]);
  });

  it("says how much of what is available it takes, and is no more than that", () => {
    const percent = (ticket: Partial<Ticket>, others: Partial<TicketFacts> = {}) => {
      const read = checkTwap({ ...spread, ...ticket }, { ...facts, ...others }, "30", "minutes");
      return [read.percent, read.faults.get("size")?.kind];
    };
    expect(percent({})).toEqual([50n, undefined]);
    expect(percent({ size: "1" })).toEqual([100n, undefined]);
    expect(percent({ size: "1.00001" })).toEqual([101n, "funds"]);
    expect(percent({}, { baseFree: null })).toEqual([null, undefined]);
    expect(percent({ side: "BUY" })).toEqual([null, undefined]);
    expect(percent({ side: "BUY", price: "1.5" })).toEqual([75n, undefined]);
    expect(percent({ side: "BUY" }, { last: priceOf("2.1") })).toEqual([105n, "funds"]);
    expect(percent({}, { baseFree: amountOf("0") })).toEqual([101n, "funds"]);
  });

  it("is no order of the ticket, whatever stands in its fields", () => {
    const { placement } = checkTicket({ ...spread, price: "100" }, facts);
    expect(placement).toBeNull();
  });
});
