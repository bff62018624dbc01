/** The best prices that orders have seen that trail: from candles since they began, and from every trade since then. */

import { priceOf, type Price } from "@bourse/num/decimal";
import { termsOf, type Amendment } from "@bourse/state/amendment";
import { candleOf } from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import { orderKey, type Order } from "@bourse/state/orders";
import { betterFor, deltaAt, startPrice } from "@bourse/state/trail";
import { client } from "./clients.ts";
import { tickers } from "./exchange.ts";
import { own } from "./session.ts";

/** Of an order that has begun to trail: where it starts, and what it becomes when its line is dropped elsewhere. */
interface Trail {
  readonly startOf: (order: Order) => Price;
  readonly movedTo: (order: Order, market: Market, pixels: number) => Amendment;
}

export type Trails = ReadonlyMap<string, Trail>;

const ASK_PERIOD_MS = 1_000;
/** Coarser candles go on where finer ones come to their boundary. */
const LEVELS = [
  ["1s", 1_000],
  ["1m", 60_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
] as const;

/** Tells of orders that trail, whenever the best price of one is another; returns what ends it. */
export function watchTrails(keys: readonly string[], tell: (trails: Trails) => void): () => void {
  const bests = new Map<string, Price>();
  let isOver = false;
  let isAsking = false;
  const note = (order: Order, best: Price): void => {
    if (isOver || bests.get(orderKey(order)) === best) return;
    bests.set(orderKey(order), best);
    tell(new Map([...bests].map(([key, best]) => [key, trailOf(best)])));
  };
  const orders = (): readonly Order[] => keys.flatMap((key) => own.get().orders.get(key) ?? []);
  const ask = async (): Promise<void> => {
    if (isAsking || isOver) return;
    isAsking = true;
    for (const order of orders().filter((order) => !bests.has(orderKey(order)))) {
      const best = await bestSince(order).catch(() => null);
      if (best !== null) note(order, best);
    }
    isAsking = false;
  };
  const follow = (): void => {
    for (const order of orders()) {
      const last = tickers.get().get(order.symbol)?.last ?? null;
      const best = bests.get(orderKey(order));
      if (last !== null && best !== undefined) note(order, betterFor(order, best, last));
    }
  };
  void ask();
  const asks = setInterval(() => {
    if (bests.size < keys.length) void ask();
  }, ASK_PERIOD_MS);
  const leave = tickers.subscribe(follow);
  return () => {
    isOver = true;
    clearInterval(asks);
    leave();
    tell(new Map());
  };
}

const trailOf = (best: Price): Trail => ({
  startOf: (order) => startPrice(order, best),
  movedTo: (order, market, pixels) => {
    const at = priceOf(Math.max(0, pixels).toFixed(8));
    return { ...termsOf(order), trailingDelta: deltaAt(order, best, at, market) };
  },
});

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
