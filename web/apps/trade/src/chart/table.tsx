import { useOpenedWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import type { Candle } from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import { dayTime, zone } from "../live/time.ts";
import { useMarks } from "../live/use.ts";

/** The candles as a table, the newest last. */
export function CandleTable({
  market,
  candles,
}: {
  readonly market: Market;
  readonly candles: readonly Candle[];
}) {
  const words = useOpenedWords();
  const marks = useMarks();
  const price = (units: bigint) => format(units, market.priceDigits, marks);
  const heads = [words.open, words.high, words.low, words.closePrice, words.volume];
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={words.chart}>
      <table className="table" aria-label={words.chart}>
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
        <tbody>
          {candles.map((candle) => (
            <tr key={candle.openMs}>
              <td>{dayTime(candle.openMs)}</td>
              <td className="number">{price(candle.open)}</td>
              <td className="number">{price(candle.high)}</td>
              <td className="number">{price(candle.low)}</td>
              <td className="number">{price(candle.close)}</td>
              <td className="number">{format(candle.volume, market.qtyDigits, marks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
