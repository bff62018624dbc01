/** The last day of every market. */

import type { DayTicker, MiniTicker, TickerMessage } from "@bourse/api/schema";
import {
  amountOf,
  changeBps,
  priceOf,
  qtyOf,
  type Amount,
  type Price,
  type Qty,
} from "@bourse/num/decimal";

export interface Ticker {
  readonly symbol: string;
  readonly last: Price;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly volume: Qty;
  readonly quoteVolume: Amount;
  /** Ten-thousandths; null before the first trade. */
  readonly changeBps: bigint | null;
}

/** A market in the answer to a question for all of them. */
export type DayRow = DayTicker | MiniTicker;

export type Tickers = ReadonlyMap<string, Ticker>;

/** Returns the tickers of the first question. */
export function tickersOf(rows: readonly DayRow[]): Tickers {
  return new Map(
    rows.map((row) => [
      row.symbol,
      ticker(row.symbol, {
        last: row.lastPrice,
        open: row.openPrice,
        high: row.highPrice,
        low: row.lowPrice,
        volume: row.volume,
        quoteVolume: row.quoteVolume,
      }),
    ]),
  );
}

/** Returns the tickers after a message about some of them. */
export function applyTickers(tickers: Tickers, messages: readonly TickerMessage[]): Tickers {
  const next = new Map(tickers);
  for (const { s, c, o, h, l, v, q } of messages) {
    next.set(s, ticker(s, { last: c, open: o, high: h, low: l, volume: v, quoteVolume: q }));
  }
  return next;
}

/** Tickers that are read anew while messages about them go on: what is told meanwhile is newer than the answer, and stays. */
export class TickerReading {
  private turn = 0;
  /** What was told since the newest question; null while nothing is asked. */
  private meanwhile: TickerMessage[] | null = null;

  constructor(
    private readonly ask: () => Promise<readonly DayRow[]>,
    private readonly take: (tickers: Tickers) => void,
  ) {}

  /** Remembers messages, which the caller takes in by itself. */
  hear(messages: readonly TickerMessage[]): void {
    this.meanwhile?.push(...messages);
  }

  /** Asks and takes the answer in; returns false when there was none, and nobody has asked again. */
  async read(): Promise<boolean> {
    this.turn += 1;
    const turn = this.turn;
    const meanwhile: TickerMessage[] = [];
    this.meanwhile = meanwhile;
    const rows = await this.ask().catch(() => null);
    if (turn !== this.turn) return true;
    this.meanwhile = null;
    if (rows === null) return false;
    this.take(applyTickers(tickersOf(rows), meanwhile));
    return true;
  }
}

type Texts = Readonly<Record<"last" | "open" | "high" | "low" | "volume" | "quoteVolume", string>>;

function ticker(symbol: string, texts: Texts): Ticker {
  const [last, open] = [priceOf(texts.last), priceOf(texts.open)];
  return {
    symbol,
    last,
    open,
    high: priceOf(texts.high),
    low: priceOf(texts.low),
    volume: qtyOf(texts.volume),
    quoteVolume: amountOf(texts.quoteVolume),
    changeBps: changeBps(open, last),
  };
}
