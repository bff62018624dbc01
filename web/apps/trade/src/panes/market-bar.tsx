import type { Strings } from "@bourse/kit/strings/en";
import { useWords } from "@bourse/kit/words";
import { formatPercent, formatShort } from "@bourse/num/format";
import { withLast } from "@bourse/state/latest";
import { takesCancels, type Market } from "@bourse/state/market";
import type { Ticker } from "@bourse/state/tickers";
import type { ReactNode } from "react";
import { tickers } from "../live/exchange.ts";
import { useLastPrice } from "../live/last-price.ts";
import { look } from "../live/look.ts";
import { shortTime, zone } from "../live/time.ts";
import { useLook, useMarks, usePart } from "../live/use.ts";
import { PriceText } from "./price.tsx";

/** The sign of a change, as a shape for those who do not see its colour. */
export const arrow = (bps: bigint | null): string =>
  bps === null || bps === 0n ? "" : bps < 0n ? "▼" : "▲";
export const tone = (bps: bigint | null): string =>
  bps === null || bps === 0n ? "" : bps < 0n ? "down" : "up";

/** Takes a market into the watchlist or out of it. */
export function Star({ symbol }: { readonly symbol: string }) {
  const words = useWords();
  const watchlist = useLook((look) => look.watchlist);
  const isIn = watchlist.includes(symbol);
  return (
    <button
      type="button"
      className="star"
      aria-pressed={isIn}
      aria-label={isIn ? words.removeFromWatchlist(symbol) : words.addToWatchlist(symbol)}
      onClick={() =>
        look.dispatch({
          watchlist: isIn ? watchlist.filter((one) => one !== symbol) : [...watchlist, symbol],
        })
      }
    >
      <span aria-hidden="true">{isIn ? "★" : "☆"}</span>
    </button>
  );
}

/** Why a market does not trade, since when, and whether it takes cancels. */
export function phaseText(market: Market, words: Strings): string {
  const { phase, phaseSinceMs } = market;
  if (phase === "trading") return "";
  const since =
    phaseSinceMs === null
      ? words[phase]
      : words.phaseSince(words[phase], `${shortTime(phaseSinceMs)} ${zone()}`);
  return `${since} · ${takesCancels(market) ? words.cancelsTaken : words.cancelsNotTaken}`;
}

/** What is known of a market at a glance. */
export function MarketBar({
  market,
  onChooseMarket,
}: {
  readonly market: Market;
  readonly onChooseMarket: () => void;
}) {
  const words = useWords();
  const day = usePart(tickers, (all) => all.get(market.symbol));
  const last = useLastPrice(market.symbol);
  const ticker = day === undefined || last === null ? day : withLast(day, last);
  return (
    <div className="market-bar">
      <RailButton />
      <Star symbol={market.symbol} />
      <h1>
        <button type="button" className="market-name" onClick={onChooseMarket}>
          {`${market.base}/${market.quote} ▾`}
        </button>
      </h1>
      {market.phase === "trading" ? null : (
        <span className="chip" role="status">
          {phaseText(market, words)}
        </span>
      )}
      {ticker === undefined ? null : <Day market={market} ticker={ticker} />}
    </div>
  );
}

/** Shows other markets beside the trade screen or hides them, where there is room for them. */
function RailButton() {
  const words = useWords();
  const isShown = useLook((look) => look.showsRail);
  return (
    <button
      type="button"
      className="button plain small rail-button"
      aria-label={words.watchlist}
      title={words.watchlist}
      aria-expanded={isShown}
      aria-controls="rail"
      onClick={() => look.dispatch({ showsRail: !isShown })}
    >
      <span aria-hidden="true">☰</span>
    </button>
  );
}

function Day({ market, ticker }: { readonly market: Market; readonly ticker: Ticker }) {
  const words = useWords();
  const marks = useMarks();
  const { changeBps } = ticker;
  const price = (units: bigint) => <PriceText units={units} digits={market.priceDigits} />;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.dayHigh, price(ticker.high)],
    [words.dayLow, price(ticker.low)],
    [words.dayVolume(market.base), formatShort(ticker.volume, marks)],
    [words.dayVolume(market.quote), formatShort(ticker.quoteVolume, marks)],
  ];
  return (
    <>
      <strong className={`last-price ${tone(changeBps)}`}>{price(ticker.last)}</strong>
      <dl className="day">
        <div>
          <dt>{words.dayChange}</dt>
          <dd className={tone(changeBps)}>
            {changeBps === null ? "–" : `${arrow(changeBps)} ${formatPercent(changeBps, marks)}`}
          </dd>
        </div>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
