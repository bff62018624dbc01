/** An order that is open, for tests. */

import { amountOf, priceOf, qtyOf, ZERO_PRICE, ZERO_QTY } from "@bourse/num/decimal";
import type { Order } from "../src/orders.ts";

/** Rests in the book, to sell two at a hundred. */
export const open: Order = {
  symbol: "BTCUSDT",
  id: 7,
  clientId: "mine",
  side: "SELL",
  type: "LIMIT",
  timeInForce: "GTC",
  price: priceOf("100"),
  stopPrice: ZERO_PRICE,
  qty: qtyOf("2"),
  filled: ZERO_QTY,
  quoteFilled: amountOf("0"),
  average: null,
  status: "NEW",
  listId: -1,
  isWorking: true,
  createdMs: 1,
  changedMs: 1,
  trailingDelta: null,
  icebergQty: ZERO_QTY,
  selfTrade: "EXPIRE_MAKER",
  reason: null,
};
