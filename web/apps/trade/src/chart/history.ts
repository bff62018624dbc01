/** Pages of candles of the past. */

import { candleOf, type Candle, type Interval } from "@bourse/state/candles";
import { client } from "../live/clients.ts";

const PAGE_CANDLES = 500;

/** Returns the candles up to a moment, or the newest. */
export async function loadCandles(
  symbol: string,
  interval: Interval,
  untilMs: number | null,
): Promise<{ candles: readonly Candle[]; hasMore: boolean }> {
  const rows = await client.call("GET /api/v3/klines", {
    symbol,
    interval,
    limit: PAGE_CANDLES,
    ...(untilMs === null ? {} : { endTime: untilMs }),
  });
  return { candles: rows.map(candleOf), hasMore: rows.length === PAGE_CANDLES };
}
