import type { Refused } from "@bourse/api/client";
import { usePageWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import { addCandles, withNewest, type Candle, type Interval } from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import { useState } from "react";
import { refusedOf } from "../live/refused.ts";
import { dayTime, zone } from "../live/time.ts";
import { useLook, useMarks } from "../live/use.ts";
import { Failed } from "../panes/failed.tsx";
import { ManyRows } from "../panes/many-rows.tsx";
import { loadCandles } from "./history.ts";

/** The candles as a table, the newest last, and older ones before them as they are asked for. */
export function CandleTable({
  market,
  newest,
}: {
  readonly market: Market;
  readonly newest: readonly Candle[];
}) {
  const words = usePageWords();
  const marks = useMarks();
  const interval = useLook((look) => look.interval);
  const { candles, ...past } = usePast(market.symbol, interval, newest);
  const price = (units: bigint) => format(units, market.priceDigits, marks);
  const heads = [words.open, words.high, words.low, words.closePrice, words.volume];
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={words.chart}>
      <Older {...past} first={candles[0]} />
      <table className="table" aria-label={words.chart} aria-rowcount={candles.length + 1}>
        <thead>
          <tr>
            <th scope="col">{`${words.time} (${zone()})`}</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <ManyRows
          rows={candles}
          draw={(candle, place) => (
            <tr key={candle.openMs} aria-rowindex={place + 2}>
              <td>{dayTime(candle.openMs)}</td>
              <td className="number">{price(candle.open)}</td>
              <td className="number">{price(candle.high)}</td>
              <td className="number">{price(candle.low)}</td>
              <td className="number">{price(candle.close)}</td>
              <td className="number">{format(candle.volume, market.qtyDigits, marks)}</td>
            </tr>
          )}
        />
      </table>
    </div>
  );
}

interface Past {
  /** Whether there may be older candles, whether they are waited for, and why they are not there. */
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly refused: Refused | null;
  readonly more: () => void;
}

/** Asks for older candles, and says since when they are here. */
function Older({
  hasMore,
  isLoading,
  refused,
  more,
  first,
}: Past & { readonly first: Candle | undefined }) {
  const words = usePageWords();
  if (first === undefined) return null;
  if (refused !== null) return <Failed what={words.chart} refused={refused} again={more} />;
  const since = dayTime(first.openMs);
  return (
    <div className="row older">
      {/* It stays where it is, and so does the focus. */}
      <button
        type="button"
        className="button small"
        aria-disabled={isLoading || !hasMore}
        onClick={more}
      >
        {words.olderCandles}
      </button>
      <p className="quiet small-text" role="status">
        {hasMore ? words.candlesSince(since) : words.candlesAll(since)}
      </p>
    </div>
  );
}

/** Returns the newest candles, those that were shown before them, and older ones that were asked for. */
function usePast(
  symbol: string,
  interval: Interval,
  newest: readonly Candle[],
): Past & { readonly candles: readonly Candle[] } {
  const [seen, see] = useState({ newest, candles: newest });
  const [asked, setAsked] = useState<Omit<Past, "more">>({
    hasMore: true,
    isLoading: false,
    refused: null,
  });
  if (seen.newest !== newest) {
    const candles = withNewest(seen.candles, newest);
    see({ newest, candles });
    // Another interval, or so much was missed that there is a gap: it begins anew.
    if (candles === newest) setAsked({ hasMore: true, isLoading: false, refused: null });
  }
  const first = seen.candles[0]?.openMs;
  const more = (): void => {
    if (first === undefined || asked.isLoading || !asked.hasMore) return;
    setAsked({ hasMore: true, isLoading: true, refused: null });
    loadCandles(symbol, interval, first - 1).then(
      (older) => {
        see((now) =>
          now.candles[0]?.openMs === first
            ? { ...now, candles: addCandles(older.candles, now.candles) }
            : now,
        );
        setAsked({ hasMore: older.hasMore, isLoading: false, refused: null });
      },
      (error: unknown) => {
        setAsked({ hasMore: true, isLoading: false, refused: refusedOf(error) });
      },
    );
  };
  return { ...asked, candles: seen.candles, more };
}
