import type { ExecutionReport, Order as WireOrder } from "@bourse/api/schema";
import { amountOf, isOnGrid, priceOf, qtyOf } from "@bourse/num/decimal";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  applyLevels,
  bookOf,
  depthCurve,
  EMPTY_BOOK,
  groupLevels,
  sweep,
  type WireLevel,
} from "../src/book.ts";
import { addCandles, heikinAshi, smoothed, withNewest, type Candle } from "../src/candles.ts";
import { applyEvent, NOTHING_OWN, ownOf } from "../src/orders.ts";
import { calm, createStore, now } from "../src/store.ts";
import { addPrints, type Print } from "../src/tape.ts";
import { applyTickers, tickersOf } from "../src/tickers.ts";

const level = fc.tuple(
  fc.integer({ min: 1, max: 60 }).map((price) => (price / 2).toFixed(1)),
  fc.integer({ min: 0, max: 5 }).map(String),
);

describe("a book", () => {
  it("is sorted, without empty levels and without doubles, whatever it is told", () => {
    fc.assert(
      fc.property(
        fc.array(level, { maxLength: 80 }),
        fc.array(level, { maxLength: 80 }),
        (a, b) => {
          const book = applyLevels(applyLevels(EMPTY_BOOK, a, a), b, b);
          const expected = new Map<bigint, bigint>();
          for (const [price, qty] of [...a, ...b]) expected.set(priceOf(price), qtyOf(qty));
          const alive = [...expected].filter(([, qty]) => qty !== 0n);
          alive.sort(([one], [other]) => (one < other ? -1 : 1));
          expect(book.asks.map(({ price, qty }) => [price, qty])).toEqual(alive);
          expect(book.bids.map(({ price, qty }) => [price, qty])).toEqual(alive.reverse());
        },
      ),
    );
  });

  it("loses nothing when it is grouped, and groups away from the spread", () => {
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 1, maxLength: 80 }),
        fc.constantFrom("0.5", "1", "5"),
        (levels, stepText) => {
          const step = priceOf(stepText);
          const book = bookOf(levels, levels);
          for (const side of ["bids", "asks"] as const) {
            const rows = groupLevels(book[side], side, step, 1_000);
            const sum = book[side].reduce((total, { qty }) => total + qty, 0n);
            expect(rows.at(-1)?.total ?? 0n).toBe(sum);
            expect(rows.every(({ price }) => isOnGrid(price, step))).toBe(true);
            rows.forEach((row, index) =>
              expect(row.total >= (rows[index - 1]?.total ?? 0n)).toBe(true),
            );
          }
        },
      ),
    );
  });

  it("keeps bids below asks in every grouping", () => {
    const book = bookOf([["9.5", "1"]], [["10.5", "1"]]);
    const [bid] = groupLevels(book.bids, "bids", priceOf("5"), 5);
    const [ask] = groupLevels(book.asks, "asks", priceOf("5"), 5);
    expect([bid?.price, ask?.price]).toEqual([priceOf("5"), priceOf("15")]);
  });

  it("is swept level by level, up to a limit", () => {
    const asks: WireLevel[] = [
      ["10", "1"],
      ["11", "2"],
      ["20", "5"],
    ];
    const book = bookOf([], asks);
    const two = sweep(book.asks, "asks", { kind: "base", qty: qtyOf("2") }, null);
    expect(two.average).toBe(priceOf("10.5"));
    expect(two.isFilled).toBe(true);
    const limited = sweep(book.asks, "asks", { kind: "base", qty: qtyOf("5") }, priceOf("11"));
    expect([limited.qty, limited.isFilled]).toEqual([qtyOf("3"), false]);
    const bought = sweep(book.asks, "asks", { kind: "quote", amount: amountOf("21") }, null);
    expect(bought.qty).toBe(qtyOf("2"));
  });

  it("has a curve that grows", () => {
    const book = bookOf(
      [
        ["100", "1"],
        ["99", "2"],
        ["50", "9"],
      ],
      [],
    );
    expect(depthCurve(book.bids, 200n).map(({ total }) => total)).toEqual([qtyOf("1"), qtyOf("3")]);
    expect(depthCurve([], 200n)).toEqual([]);
  });
});

describe("tape and candles", () => {
  const print = (id: number): Print => ({
    id,
    price: priceOf("1"),
    qty: qtyOf("1"),
    atMs: id,
    side: "BUY",
  });

  it("have each trade once, the newest first, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 })), (ids) => {
        let prints: readonly Print[] = [];
        for (const id of ids) prints = addPrints(prints, [print(id)]);
        const expected = [...new Set(ids)].sort((one, other) => other - one);
        expect(prints.map(({ id }) => id)).toEqual(expected);
      }),
    );
  });

  const candle = (openMs: number, close: string): Candle => ({
    openMs,
    open: priceOf("1"),
    high: priceOf("9"),
    low: priceOf("1"),
    close: priceOf(close),
    volume: qtyOf("1"),
  });

  it("have older candles before the newest, unless those do not meet them", () => {
    const moments = (candles: readonly Candle[]) => candles.map(({ openMs }) => openMs);
    const shown = [candle(1, "1"), candle(2, "1"), candle(3, "1")];
    expect(moments(withNewest(shown, [candle(3, "2"), candle(4, "1")]))).toEqual([1, 2, 3, 4]);
    expect(moments(withNewest(shown, [candle(5, "1"), candle(6, "1")]))).toEqual([5, 6]);
    expect(moments(withNewest(shown, []))).toEqual([]);
  });

  it("have one candle a moment, and the last word counts", () => {
    let candles = addCandles([], [candle(2, "2"), candle(1, "1")]);
    candles = addCandles(candles, [candle(2, "3")]);
    candles = addCandles(candles, [candle(3, "4")]);
    candles = addCandles(candles, [candle(0, "5"), candle(1, "6")]);
    expect(candles.map(({ openMs, close }) => [openMs, close])).toEqual([
      [0, priceOf("5")],
      [1, priceOf("6")],
      [2, priceOf("3")],
      [3, priceOf("4")],
    ]);
  });

  it("are joined by tickers that change", () => {
    const row = { symbol: "A", lastPrice: "10", openPrice: "8", highPrice: "10", lowPrice: "8" };
    const tickers = tickersOf([{ ...row, volume: "1", quoteVolume: "9" } as never]);
    expect(tickers.get("A")?.changeBps).toBe(2_500n);
    const message = { s: "A", c: "6", o: "8", h: "10", l: "6", v: "2", q: "15" };
    expect(applyTickers(tickers, [message as never]).get("A")?.changeBps).toBe(-2_500n);
  });
});

describe("own orders", () => {
  const row = {
    symbol: "BTCUSDT",
    orderId: 1,
    clientOrderId: "mine",
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    price: "10",
    stopPrice: "0",
    origQty: "2",
    executedQty: "0",
    cummulativeQuoteQty: "0",
    status: "NEW",
    orderListId: -1,
    isWorking: true,
    time: 1,
    updateTime: 1,
    icebergQty: "0",
  } as unknown as WireOrder;
  const report = (change: Partial<ExecutionReport>): ExecutionReport =>
    ({
      e: "executionReport",
      s: "BTCUSDT",
      i: 1,
      c: "mine",
      C: "",
      S: "BUY",
      o: "LIMIT",
      f: "GTC",
      p: "10",
      P: "0",
      q: "2",
      z: "0",
      Z: "0",
      x: "NEW",
      X: "NEW",
      g: -1,
      w: true,
      O: 1,
      T: 2,
      F: "0",
      ...change,
    }) as ExecutionReport;
  const start = ownOf(
    { sq: "1", balances: [{ asset: "BTC", free: "1", locked: "0" }], orders: [row] },
    NOTHING_OWN,
  );

  it("change by reports and end once", () => {
    const partly = applyEvent(start, report({ x: "TRADE", X: "PARTIALLY_FILLED", z: "1", Z: "9" }));
    expect(partly.orders.get("BTCUSDT/1")).toMatchObject({
      filled: qtyOf("1"),
      average: priceOf("9"),
    });
    const ended = applyEvent(
      partly,
      report({ x: "CANCELED", X: "CANCELED", c: "cancel", C: "mine" }),
    );
    expect(ended.orders.size).toBe(0);
    expect(ended.ended.map(({ clientId, status }) => [clientId, status])).toEqual([
      ["mine", "CANCELED"],
    ]);
    expect(applyEvent(ended, report({ x: "CANCELED", X: "CANCELED" })).ended).toHaveLength(1);
  });

  it("come with balances that are absolute", () => {
    const position = {
      e: "outboundAccountPosition",
      E: 1,
      u: 1,
      B: [{ a: "BTC", f: "3", l: "1" }],
    } as const;
    expect(applyEvent(start, position).balances.get("BTC")).toEqual({
      asset: "BTC",
      free: amountOf("3"),
      locked: amountOf("1"),
    });
  });
});

describe("a store", () => {
  it("tells changes and nothing else", () => {
    const store = createStore(0, (sum, more: number) => sum + more, now);
    const seen: number[] = [];
    const end = store.subscribe(() => seen.push(store.get()));
    store.dispatch(1);
    store.dispatch(0);
    end();
    store.dispatch(1);
    expect(seen).toEqual([1]);
    expect(store.get()).toBe(2);
  });

  it("that is calm tells at most once in its period, never later, and all of it at once", () => {
    vi.useFakeTimers();
    try {
      const store = createStore(0, (sum, more: number) => sum + more, calm(100));
      const seen: [number, number][] = [];
      const start = Date.now();
      store.subscribe(() => seen.push([Date.now() - start, store.get()]));
      for (let at = 0; at < 1_000; at += 1) {
        store.dispatch(1);
        // What is shown is of one moment.
        expect(store.get()).toBe(Math.floor(at / 100) * 100);
        vi.advanceTimersByTime(1);
      }
      expect(seen).toEqual(
        Array.from({ length: 10 }, (_, turn) => [(turn + 1) * 100, (turn + 1) * 100]),
      );
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("Heikin-Ashi", () => {
  const candle = (openMs: number, open: string, high: string, low: string, close: string) => ({
    openMs,
    open: priceOf(open),
    high: priceOf(high),
    low: priceOf(low),
    close: priceOf(close),
    volume: 0n as Candle["volume"],
  });

  it("averages a candle and begins in the middle of the one before", () => {
    const [first, second] = smoothed(
      [candle(0, "10", "14", "8", "12"), candle(1, "12", "20", "11", "17")],
      null,
    );
    expect(first).toEqual(candle(0, "11", "14", "8", "11"));
    expect(second).toEqual(candle(1, "11", "20", "11", "15"));
  });

  it("goes on from page to page, and never beyond what was traded and the middle", () => {
    const prices = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(prices, { minLength: 2, maxLength: 20 }), (rows) => {
        const candles = rows.map((row, index) => {
          const [low = 1, one = 1, other = 1, high = 1] = [...row].sort((a, b) => a - b);
          return candle(index, `${one}`, `${high}`, `${low}`, `${other}`);
        });
        const whole = smoothed(candles, null);
        const [head, tail] = [whole.slice(0, 1), candles.slice(1)];
        expect([...head, ...smoothed(tail, head[0] ?? null)]).toEqual(whole);
        for (const { open, high, low, close } of whole) {
          expect(low <= open && low <= close && open <= high && close <= high).toBe(true);
        }
        expect(heikinAshi(candles[0] as Candle, null)).toEqual(whole[0]);
      }),
    );
  });
});
