import { useDeskWords } from "@bourse/kit/words";
import { formatPercent } from "@bourse/num/format";
import { withLast } from "@bourse/state/latest";
import type { Market } from "@bourse/state/market";
import { railOf } from "@bourse/state/rail";
import type { Ticker } from "@bourse/state/tickers";
import type { KeyboardEvent } from "react";
import { markets, tickers } from "../live/exchange.ts";
import { useLastPrice } from "../live/last-price.ts";
import { useLook, useMarks, useStore } from "../live/use.ts";
import { arrow, Star, tone } from "./market-bar.tsx";
import { PriceText } from "./price.tsx";

const MOST = 20;

/** Markets beside the one that is shown, each a way to it; arrow keys move among them. */
export function Rail({ symbol }: { readonly symbol: string }) {
  const words = useDeskWords();
  const all = useStore(markets);
  const day = useStore(tickers);
  const watchlist = useLook((look) => look.watchlist);
  const last = useLastPrice(symbol);
  const tickerOf = (one: string): Ticker | undefined => {
    const ticker = day.get(one);
    return ticker === undefined || last === null || one !== symbol
      ? ticker
      : withLast(ticker, last);
  };
  if (all.kind !== "there") return null;
  const rail = railOf(watchlist, all.bySymbol, day, MOST);
  return (
    <>
      <p className="rail-head">
        <strong>{rail.isWatched ? words.watchlist : words.mostTraded}</strong>
        <a href="/markets">{words.everyMarket}</a>
      </p>
      {rail.isWatched ? null : <p className="hint">{words.railHint}</p>}
      <ul onKeyDown={step}>
        {rail.markets.map((market) => (
          <Row
            key={market.symbol}
            market={market}
            ticker={tickerOf(market.symbol)}
            isShown={market.symbol === symbol}
          />
        ))}
      </ul>
    </>
  );
}

/** Goes to the link above or below. */
function step(event: KeyboardEvent<HTMLUListElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const links = [...event.currentTarget.querySelectorAll("a")];
  const at = links.findIndex((link) => link === document.activeElement);
  const next = links[at + by];
  if (by === 0 || at === -1) return;
  event.preventDefault();
  next?.focus();
}

function Row({
  market,
  ticker,
  isShown,
}: {
  readonly market: Market;
  readonly ticker: Ticker | undefined;
  readonly isShown: boolean;
}) {
  const marks = useMarks();
  const bps = ticker?.changeBps ?? null;
  return (
    <li className={isShown ? "shown" : undefined}>
      <Star symbol={market.symbol} />
      <a href={`/trade/${market.symbol}`} aria-current={isShown ? "page" : undefined}>
        <span>
          <strong>{market.base}</strong>
          <span className="quiet">{`/${market.quote}`}</span>
        </span>
        <bdi>
          {ticker === undefined ? (
            "–"
          ) : (
            <PriceText units={ticker.last} digits={market.priceDigits} />
          )}
        </bdi>
        <bdi className={`change ${tone(bps)}`}>
          {bps === null ? "–" : `${arrow(bps)} ${formatPercent(bps, marks)}`}
        </bdi>
      </a>
    </li>
  );
}
