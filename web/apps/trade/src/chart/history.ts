/** Pages of candles of the past. */

import { candleOf, type Candle, type Interval } from "@bourse/state/candles";
import type { Running } from "@bourse/state/running";
import { client } from "../live/clients.ts";

const PAGE_CANDLES = 500;

interface Page {
  readonly candles: readonly Candle[];
  readonly hasMore: boolean;
  /** The last of them, and when it ends; null of none. */
  readonly newest: Running | null;
}

/** Returns the candles up to a moment, or the newest. */
export async function loadCandles(
  symbol: string,
  interval: Interval,
  untilMs: number | null,
): Promise<Page> {
  const rows = await client.call("GET /api/v3/klines", {
    symbol,
    interval,
    limit: PAGE_CANDLES,
    ...(untilMs === null ? {} : { endTime: untilMs }),
  });
  const last = rows.at(-1);
  return {
    candles: rows.map(candleOf),
    hasMore: rows.length === PAGE_CANDLES,
    newest: last === undefined ? null : { candle: candleOf(last), closeMs: last[6] },
  };
}
