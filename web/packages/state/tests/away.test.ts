import { describe, expect, it } from "vitest";
import { priceOf, qtyOf } from "@bourse/num/decimal";
import { changesBetween } from "../src/away.ts";
import { NOTHING_OWN, orderKey, type Order, type Own } from "../src/orders.ts";
import { open } from "./open-order.ts";

const order = (id: number, changes: Partial<Order> = {}): Order => ({
  ...open,
  id,
  clientId: `c${id.toString()}`,
  side: "BUY",
  qty: qtyOf("1"),
  changedMs: id,
  ...changes,
});

const own = (here: readonly Order[], ended: readonly Order[] = []): Own => ({
  ...NOTHING_OWN,
  orders: new Map(here.map((one) => [orderKey(one), one])),
  ended,
});

describe("what changed while one was away", () => {
  it("is nothing where nothing did", () => {
    const before = own([order(1)], [order(2, { status: "FILLED" })]);
    expect(changesBetween(before, before)).toEqual([]);
  });

  it("tells what was filled in part, ended, began, and did both", () => {
    const before = own([order(1), order(2), order(3)], [order(9, { status: "FILLED" })]);
    const partly = order(1, { status: "PARTIALLY_FILLED", filled: qtyOf("0.5"), changedMs: 50 });
    const filled = order(2, { status: "FILLED", filled: qtyOf("1"), changedMs: 40 });
    const began = order(4, { changedMs: 30 });
    const both = order(5, { status: "CANCELED", changedMs: 20 });
    const after = own([partly, order(3), began], [filled, both, order(9, { status: "FILLED" })]);
    expect(changesBetween(before, after)).toEqual(
      [partly, filled, began, both].map((one) => ({ order: one, isUnknown: false })),
    );
  });

  it("says of what is gone without a word that nobody said how", () => {
    const [change] = changesBetween(own([order(1)]), own([]));
    expect(change?.isUnknown).toBe(true);
    expect(change?.order.id).toBe(1);
  });

  it("takes an order at another price for another one, though it has its number", () => {
    const moved = order(1, { price: priceOf("101") });
    expect(changesBetween(own([order(1)]), own([moved]))).toHaveLength(1);
  });
});
