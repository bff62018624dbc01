import type { Price, Qty } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { withLast } from "../src/latest.ts";
import { candleAsOf } from "../src/running.ts";
import { createStore, now } from "../src/store.ts";
import { addPrints, type Print } from "../src/tape.ts";
import { applyTickers, tickersOf } from "../src/tickers.ts";

const price = (units: bigint): Price => units as Price;
const print = (id: number, atMs: number, units: bigint): Print => ({
  id,
  atMs,
  price: price(units),
  qty: 3n as Qty,
  side: "BUY",
});
const candle = (openMs: number, volume: bigint) => ({
  openMs,
  open: price(100n),
  high: price(110n),
  low: price(90n),
  close: price(105n),
  volume: volume as Qty,
});
const running = (openMs: number, volume = 7n) => ({
  candle: candle(openMs, volume),
  closeMs: openMs + 999,
});

describe("the last price", () => {
  it("is the same in bar, book and chart, in whatever order their streams tell", () => {
    const DAY = {
      openPrice: "90",
      highPrice: "110",
      lowPrice: "80",
      volume: "1",
      quoteVolume: "1",
    };
    let tickers = tickersOf([{ symbol: "BTCUSDT", lastPrice: "105", ...DAY } as never]);
    let told = running(1_000);
    const tape = createStore<readonly Print[], Print>(
      [print(1, 1_001, 10_500_000_000n)],
      (before, added) => addPrints(before, [added]),
      now,
    );
    const agree = (): void => {
      const [newest] = tape.get();
      if (newest === undefined) throw new Error("a trade");
      const day = tickers.get("BTCUSDT");
      const bar = day === undefined ? null : withLast(day, newest.price).last;
      const chart = candleAsOf(told, newest)?.close ?? newest.price;
      expect([bar, chart]).toEqual([newest.price, newest.price]);
    };
    agree();
    // The trade is told first, then the candle, then the day; each in between is seen.
    tape.dispatch(print(2, 1_500, 11_100_000_000n));
    agree();
    told = { ...told, candle: { ...told.candle, close: price(11_100_000_000n) } };
    agree();
    const message = { s: "BTCUSDT", c: "112", o: "90", h: "112", l: "80", v: "1", q: "1" };
    tickers = applyTickers(tickers, [message as never]);
    agree();
    tape.dispatch(print(3, 1_600, 11_200_000_000n));
    agree();
    tape.dispatch(print(4, 2_100, 11_300_000_000n));
    agree();
    // Nothing was traded in the next candle yet, and what its stream tells of the last trade may be older or newer.
    told = running(3_000, 0n);
    agree();
  });

  it("belongs to the day: its change, and its bounds where it is beyond them", () => {
    const [day] = tickersOf([
      {
        ...{ symbol: "BTCUSDT", lastPrice: "105", openPrice: "100", highPrice: "110" },
        ...{ lowPrice: "95", volume: "1", quoteVolume: "1" },
      } as never,
    ]).values();
    if (day === undefined) throw new Error("a day");
    const rise = withLast(day, price(12_000_000_000n));
    expect([rise.high, rise.low, rise.changeBps]).toEqual([rise.last, day.low, 2_000n]);
    const fall = withLast(day, price(9_000_000_000n));
    expect([fall.high, fall.low, fall.changeBps]).toEqual([day.high, fall.last, -1_000n]);
  });
});

describe("a running candle", () => {
  it("ends at the newest trade, and reaches as far", () => {
    expect(candleAsOf(running(1_000), null)).toEqual(candle(1_000, 7n));
    const up = candleAsOf(running(1_000), print(1, 1_999, 120n));
    expect(up).toEqual({ ...candle(1_000, 7n), high: 120n, close: 120n });
    const down = candleAsOf(running(1_000), print(1, 1_000, 80n));
    expect(down).toEqual({ ...candle(1_000, 7n), low: 80n, close: 80n });
  });

  it("waits for its first trade to be told, where it has one", () => {
    expect(candleAsOf(running(2_000), print(1, 1_999, 120n))).toBeNull();
    const stands = { open: 106n, high: 106n, low: 106n, close: 106n };
    expect(candleAsOf(running(2_000, 0n), print(1, 1_999, 106n))).toEqual({
      ...candle(2_000, 0n),
      ...stands,
    });
  });

  it("is followed by the next one, and by none further off", () => {
    const next = candleAsOf(running(1_000), print(1, 2_000, 120n));
    expect(next).toEqual({
      openMs: 2_000,
      open: 120n,
      high: 120n,
      low: 120n,
      close: 120n,
      volume: 3n,
    });
    expect(candleAsOf(running(1_000), print(1, 3_000, 120n))).toEqual(candle(1_000, 7n));
  });
});
