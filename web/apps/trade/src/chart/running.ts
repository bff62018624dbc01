/** The candle that runs, as of the last price that is shown elsewhere. */

import type { KlineMessage } from "@bourse/api/schema";
import { candleOfMessage, type Candle, type Interval } from "@bourse/state/candles";
import { candleAsOf, type Running } from "@bourse/state/running";
import { listen } from "../live/exchange.ts";
import { newest, newestOf } from "../live/last-price.ts";

/**
 * Listens to the running candle until the returned function is called. It begins with the last one that was loaded, which the
 * newest trade may have changed before its stream says so.
 */
export function listenCandle(
  symbol: string,
  interval: Interval,
  loaded: Running | null,
  hear: (candle: Candle) => void,
): () => void {
  let running = loaded;
  const tell = (): void => {
    const candle = running === null ? null : candleAsOf(running, newestOf(symbol));
    if (candle !== null) hear(candle);
  };
  const ends = [
    newest.subscribe(tell),
    listen(
      `${symbol.toLowerCase()}@kline_${interval}`,
      (data) => {
        const { k } = data as KlineMessage;
        running = { candle: candleOfMessage(k), closeMs: k.T };
        tell();
      },
      () => undefined,
    ),
  ];
  tell();
  return () => {
    for (const end of ends) end();
  };
}
