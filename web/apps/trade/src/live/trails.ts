/** The best prices that orders have seen that trail: from candles since they began, and from every trade since then. */

import type { Price } from "@bourse/num/decimal";
import { candleOf } from "@bourse/state/candles";
import { orderKey, type Order } from "@bourse/state/orders";
import { betterFor } from "@bourse/state/trail";
import { client } from "./clients.ts";
import { tickers } from "./exchange.ts";

export type Bests = ReadonlyMap<string, Price>;

const ASK_PERIOD_MS = 1_000;
/** Coarser candles go on where finer ones come to their boundary. */
const LEVELS = [
  ["1s", 1_000],
  ["1m", 60_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
] as const;

/** Tells the best prices of orders of one market, whenever one of them is another; returns what ends it. */
export function watchTrails(
  symbol: string,
  orders: readonly Order[],
  tell: (bests: Bests) => void,
): () => void {
  const bests = new Map<string, Price>();
  let isOver = false;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking || isOver) return;
    isAsking = true;
    for (const order of orders.filter((order) => !bests.has(orderKey(order)))) {
      const best = await bestSince(order).catch(() => null);
      if (best !== null) note(order, best);
    }
    isAsking = false;
    follow();
  };
  const note = (order: Order, best: Price): void => {
    if (isOver || bests.get(orderKey(order)) === best) return;
    bests.set(orderKey(order), best);
    tell(new Map(bests));
  };
  const follow = (): void => {
    const last = tickers.get().get(symbol)?.last ?? null;
    for (const order of orders) {
      const best = bests.get(orderKey(order));
      if (last !== null && best !== undefined) note(order, betterFor(order, best, last));
    }
  };
  void ask();
  const asks = setInterval(() => {
    if (bests.size < orders.length) void ask();
  }, ASK_PERIOD_MS);
  const leave = tickers.subscribe(follow);
  return () => {
    isOver = true;
    clearInterval(asks);
    leave();
  };
}

/** Returns the best price since an order began to trail; null while it has not. */
async function bestSince(order: Order): Promise<Price | null> {
  const { symbol, id } = order;
  const { trailingTime } = await client.call("GET /api/v3/order", { symbol, orderId: id });
  if (trailingTime === undefined) return null;
  let best: Price | null = null;
  let from = trailingTime - (trailingTime % LEVELS[0][1]);
  for (const [place, [interval]] of LEVELS.entries()) {
    const next = LEVELS[place + 1]?.[1];
    const until = next === undefined ? Infinity : Math.ceil(from / next) * next;
    const now = Date.now();
    if (until <= from || now < from) continue;
    const rows = await client.call("GET /api/v3/klines", {
      symbol,
      interval,
      startTime: from,
      ...(until === Infinity ? {} : { endTime: until - 1 }),
      limit: 1_000,
    });
    for (const { high, low } of rows.map(candleOf)) {
      const seen = order.side === "SELL" ? high : low;
      best = best === null ? seen : betterFor(order, best, seen);
    }
    from = until;
  }
  return best;
}
