import { amountOf, priceOf, qtyOf, ZERO_PRICE, ZERO_QTY } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import {
  fundsFault,
  isPaired,
  keepsPlace,
  limitFault,
  linePrice,
  movedTo,
  requestOf,
  termsOf,
  triggerFault,
  valueFault,
} from "../src/amendment.ts";
import type { Market } from "../src/market.ts";
import type { Order } from "../src/orders.ts";
import { open as limit } from "./open-order.ts";
import { market } from "./ticket-facts.ts";

const stop: Order = {
  ...limit,
  type: "STOP_LOSS",
  price: ZERO_PRICE,
  stopPrice: priceOf("90"),
  isWorking: false,
};
const stopLimit: Order = { ...stop, type: "STOP_LOSS_LIMIT", price: priceOf("88") };
const iceberg: Order = { ...limit, icebergQty: qtyOf("0.5") };

describe("what can be amended", () => {
  it("is all but the size of an order of a pair", () => {
    const leg = { ...limit, listId: 3 };
    const other = { ...stop, id: 8, listId: 3 };
    expect(isPaired(leg, [leg, other])).toBe(true);
    expect(isPaired(leg, [leg])).toBe(false);
    expect(isPaired(limit, [limit, { ...limit, id: 8 }])).toBe(false);
    expect(isPaired(leg, [leg, { ...other, listId: 4 }])).toBe(false);
    const pending = { ...other, status: "PENDING_NEW" } as const;
    expect(isPaired(leg, [leg, pending])).toBe(false);
    expect(isPaired(pending, [leg, pending, { ...pending, id: 9 }])).toBe(true);
  });

  it("keeps its place when it is in the book, hides nothing and becomes smaller at its price", () => {
    const terms = termsOf(limit);
    expect(keepsPlace(limit, { ...terms, qty: qtyOf("1") })).toBe(true);
    expect(keepsPlace(limit, { ...terms, qty: qtyOf("3") })).toBe(false);
    expect(keepsPlace(limit, { ...terms, qty: qtyOf("1"), price: priceOf("101") })).toBe(false);
    expect(keepsPlace(iceberg, { ...termsOf(iceberg), qty: qtyOf("1") })).toBe(false);
    expect(keepsPlace(stopLimit, { ...termsOf(stopLimit), qty: qtyOf("1") })).toBe(false);
  });
});

describe("a line on the chart", () => {
  it("stands at the trigger of what waits, and moves that", () => {
    expect(linePrice(limit)).toBe(priceOf("100"));
    expect(linePrice(stop)).toBe(priceOf("90"));
    expect(linePrice(stopLimit)).toBe(priceOf("90"));
    expect(movedTo(limit, priceOf("101"))).toEqual({ ...termsOf(limit), price: priceOf("101") });
    expect(movedTo(stop, priceOf("91"))).toEqual({ ...termsOf(stop), stopPrice: priceOf("91") });
  });

  it("stands at the limit of what waits for its list alone", () => {
    const pending = { ...limit, isWorking: false, status: "PENDING_NEW" } as const;
    expect(linePrice(pending)).toBe(priceOf("100"));
    expect(movedTo(pending, priceOf("101"))).toEqual({ ...termsOf(limit), price: priceOf("101") });
  });

  it("moves the limit of what waits by as much", () => {
    expect(movedTo(stopLimit, priceOf("95"))).toEqual({
      price: priceOf("93"),
      stopPrice: priceOf("95"),
      qty: qtyOf("2"),
      icebergQty: ZERO_QTY,
      trailingDelta: null,
    });
  });
});

describe("a trigger that would be met at once", () => {
  const last = priceOf("100");
  it.each([
    ["STOP_LOSS", "SELL", "100", "notBelow"],
    ["STOP_LOSS", "SELL", "99", null],
    ["STOP_LOSS_LIMIT", "BUY", "100", "notAbove"],
    ["STOP_LOSS_LIMIT", "BUY", "101", null],
    ["TAKE_PROFIT", "SELL", "100", "notAbove"],
    ["TAKE_PROFIT", "SELL", "101", null],
    ["TAKE_PROFIT_LIMIT", "BUY", "100", "notBelow"],
    ["TAKE_PROFIT_LIMIT", "BUY", "99", null],
  ] as const)("%s to %s at %s: %s", (type, side, at, kind) => {
    const fault = triggerFault({ ...stop, type, side }, priceOf(at), last);
    expect(fault?.kind ?? null).toBe(kind);
  });

  it("is none before the first trade, of what works, and of what trails", () => {
    expect(triggerFault(stop, priceOf("100"), null)).toBeNull();
    expect(triggerFault({ ...stop, isWorking: true }, priceOf("100"), last)).toBeNull();
    expect(triggerFault({ ...stop, trailingDelta: 100 }, priceOf("100"), last)).toBeNull();
  });
});

describe("a limit too far from the average", () => {
  const banded: Market = { ...market, askBand: { down: priceOf("0.5"), up: priceOf("2") } };
  const average = priceOf("100");
  it.each([
    ["200", null],
    ["200.01", "bandHigh"],
    ["49.99", "bandLow"],
  ])("is told where the order queues again: %s", (price, kind) => {
    const wanted = { ...termsOf(limit), price: priceOf(price) };
    expect(limitFault(limit, wanted, average, banded)?.kind ?? null).toBe(kind);
  });

  it("is none where the order stays in its place, as it is, or has no limit", () => {
    const far = { ...limit, price: priceOf("900") };
    expect(limitFault(far, termsOf(far), average, banded)).toBeNull();
    expect(limitFault(far, { ...termsOf(far), qty: qtyOf("1") }, average, banded)).toBeNull();
    const more = { ...termsOf(far), qty: qtyOf("3") };
    expect(limitFault(far, more, average, banded)?.kind).toBe("bandHigh");
    expect(limitFault(stop, { ...termsOf(stop), qty: qtyOf("3") }, average, banded)).toBeNull();
  });
});

describe("what an order would be worth", () => {
  it.each([
    ["0.05", null],
    ["0.04999", "notionalLow"],
    ["90000", null],
    ["90000.00001", "notionalHigh"],
  ])("is between the bounds of the market: %s at 100", (qty, kind) => {
    expect(valueFault({ ...termsOf(limit), qty: qtyOf(qty) }, market)?.kind ?? null).toBe(kind);
  });

  it("is not known of what trades at the market", () => {
    expect(valueFault({ ...termsOf(stop), qty: qtyOf("0.00001") }, market)).toBeNull();
  });
});

describe("what is needed beyond what is held", () => {
  it("is refused where it is not there", () => {
    const buy: Order = { ...limit, side: "BUY", filled: qtyOf("0.5") };
    const more = { ...termsOf(buy), qty: qtyOf("3") };
    const free = (amount: string) => ({ asset: "USDT", amount: amountOf(amount) });
    expect(fundsFault(buy, more, free("100"))).toBeNull();
    expect(fundsFault(buy, more, free("99.99"))).toEqual({
      kind: "funds",
      available: amountOf("99.99"),
      asset: "USDT",
    });
    expect(fundsFault(buy, { ...more, qty: qtyOf("1") }, free("0"))).toBeNull();
    expect(fundsFault(limit, { ...termsOf(limit), price: priceOf("500") }, free("0"))).toBeNull();
  });
});

describe("the request", () => {
  it("has what changes and leaves out what stays", () => {
    expect(requestOf(stopLimit, movedTo(stopLimit, priceOf("95")))).toEqual({
      symbol: "BTCUSDT",
      orderId: 7,
      newPrice: "93",
      newStopPrice: "95",
    });
    expect(requestOf(iceberg, { ...termsOf(iceberg), price: priceOf("101") })).toEqual({
      symbol: "BTCUSDT",
      orderId: 7,
      newPrice: "101",
    });
    const trail: Order = { ...stop, stopPrice: ZERO_PRICE, trailingDelta: 100 };
    expect(requestOf(trail, { ...termsOf(trail), trailingDelta: 150 })).toEqual({
      symbol: "BTCUSDT",
      orderId: 7,
      newTrailingDelta: 150,
    });
  });

  it("says what was filled where the size changes", () => {
    const partly = { ...iceberg, filled: qtyOf("1.25") };
    expect(requestOf(partly, { ...termsOf(partly), qty: qtyOf("1.5") })).toEqual({
      symbol: "BTCUSDT",
      orderId: 7,
      newQty: "1.5",
      executedQty: "1.25",
    });
  });
});
