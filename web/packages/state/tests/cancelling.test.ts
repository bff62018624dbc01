import { describe, expect, it } from "vitest";
import { tiedTo, toAskFor, within } from "../src/cancelling.ts";
import type { Order, Side } from "../src/orders.ts";

const order = (id: number, side: Side, listId = -1, symbol = "BTCUSDT"): Order =>
  ({ id, side, listId, symbol }) as Order;
const ids = (orders: readonly Order[]) => orders.map(({ id }) => id);

const orders = [
  order(1, "BUY"),
  order(2, "SELL"),
  order(3, "SELL", 7),
  order(4, "SELL", 7),
  order(5, "BUY", 8),
  order(6, "SELL", 8),
  order(7, "BUY", -1, "ETHUSDT"),
  order(8, "SELL", 7, "ETHUSDT"),
];

describe("orders that are cancelled together", () => {
  it("are those of a market and of a side, or of all", () => {
    expect(ids(within(orders, { symbol: "BTCUSDT", side: "BUY" }))).toEqual([1, 5]);
    expect(ids(within(orders, { symbol: null, side: "BUY" }))).toEqual([1, 5, 7]);
    expect(ids(within(orders, { symbol: "ETHUSDT", side: null }))).toEqual([7, 8]);
    expect(within(orders, { symbol: null, side: null })).toHaveLength(8);
  });

  it("are asked for once a list, of which one ends the others", () => {
    const sells = within(orders, { symbol: "BTCUSDT", side: "SELL" });
    expect(ids(sells)).toEqual([2, 3, 4, 6]);
    expect(ids(toAskFor(sells))).toEqual([2, 3, 6]);
    expect(ids(toAskFor(orders))).toEqual([1, 2, 3, 5, 7, 8]);
  });

  it("take those of their lists along, of this market", () => {
    expect(ids(tiedTo(within(orders, { symbol: "BTCUSDT", side: "BUY" }), orders))).toEqual([6]);
    expect(ids(tiedTo(within(orders, { symbol: null, side: null }), orders))).toEqual([]);
    expect(ids(tiedTo([order(1, "BUY")], orders))).toEqual([]);
  });
});
