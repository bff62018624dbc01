import { useOpenedWords } from "@bourse/kit/words";
import { format, formatAmount } from "@bourse/num/format";
import { amountDigits, type Market } from "@bourse/state/market";
import { tickers } from "../live/exchange.ts";
import { useMarks, usePart } from "../live/use.ts";
import { Facts } from "./facts.tsx";
import { phaseText } from "./market-bar.tsx";
import { PriceText } from "./price.tsx";

/** What there is to know of a market where its bar has no room for it: its day, and what orders have to keep to. */
export function MarketInfo({ market }: { readonly market: Market }) {
  const words = useOpenedWords();
  const marks = useMarks();
  const ticker = usePart(tickers, (all) => all.get(market.symbol));
  const price = (units: bigint) => <PriceText units={units} digits={market.priceDigits} />;
  const size = (units: bigint) => `${format(units, market.qtyDigits, marks)} ${market.base}`;
  const amount = (units: bigint, asset: string) =>
    `${formatAmount(units, amountDigits(asset), marks)} ${asset}`;
  const day =
    ticker === undefined
      ? []
      : ([
          [words.dayHigh, price(ticker.high)],
          [words.dayLow, price(ticker.low)],
          [words.dayVolume(market.base), amount(ticker.volume, market.base)],
          [words.dayVolume(market.quote), amount(ticker.quoteVolume, market.quote)],
        ] as const);
  return (
    <Facts
      className="preview info"
      rows={[
        [words.state, phaseText(market, words) || words.trading],
        ...day,
        [words.priceStep, price(market.tick)],
        [words.sizeStep, size(market.lot)],
        [words.sizeBounds, `${size(market.qtyMin)} – ${size(market.qtyMax)}`],
        [words.marketSizeMax, size(market.marketQtyMax)],
        [words.valueMin, amount(market.notionalMin, market.quote)],
      ]}
    />
  );
}
