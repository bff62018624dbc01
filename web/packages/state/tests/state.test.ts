import type { ExecutionReport, Market as WireMarket, Order as WireOrder } from "@bourse/api/schema";
import { amountOf, isOnGrid, notional, priceOf, qtyOf, type Qty } from "@bourse/num/decimal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyLevels,
  bookOf,
  depthCurve,
  EMPTY_BOOK,
  groupLevels,
  sweep,
  type WireLevel,
} from "../src/book.ts";
import { addCandles, type Candle } from "../src/candles.ts";
import { marketOf } from "../src/market.ts";
import { applyEvent, NOTHING_OWN, ownOf } from "../src/orders.ts";
import { createStore, now } from "../src/store.ts";
import { addPrints, type Print } from "../src/tape.ts";
import { applyTickers, tickersOf } from "../src/tickers.ts";
import { checkTicket, EMPTY_TICKET, sizeOfShare, type TicketFacts } from "../src/ticket.ts";

const english = { group: ",", decimal: "." };
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

  it("have one candle a moment, and the last word counts", () => {
    const candle = (openMs: number, close: string): Candle => ({
      openMs,
      open: priceOf("1"),
      high: priceOf("9"),
      low: priceOf("1"),
      close: priceOf(close),
      volume: qtyOf("1"),
    });
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

const filters = [
  { filterType: "PRICE_FILTER", minPrice: "0.01", maxPrice: "1000000", tickSize: "0.01" },
  { filterType: "LOT_SIZE", minQty: "0.00001", maxQty: "9000", stepSize: "0.00001" },
  { filterType: "MARKET_LOT_SIZE", minQty: "0.00001", maxQty: "100", stepSize: "0.00001" },
  { filterType: "NOTIONAL", minNotional: "5", maxNotional: "9000000" },
  { filterType: "TRAILING_DELTA", minTrailingAboveDelta: 10, maxTrailingAboveDelta: 2000 },
];
const market = marketOf({
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  status: "TRADING",
  orderTypes: [],
  filters,
  allowTrailingStop: true,
} as unknown as WireMarket);

const facts: TicketFacts = {
  market,
  book: bookOf(
    [["99", "1"]],
    [
      ["100", "1"],
      ["110", "1"],
    ],
  ),
  last: priceOf("100"),
  baseFree: amountOf("2"),
  quoteFree: amountOf("1000"),
  makerRate: 100_000n,
  takerRate: 100_000n,
  marks: english,
};
const buy = { ...EMPTY_TICKET, price: "90", size: "1" };

describe("a ticket", () => {
  it("becomes the request that it says", () => {
    expect(checkTicket(buy, facts).request).toEqual({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      quantity: "1",
      price: "90",
      timeInForce: "GTC",
      newOrderRespType: "FULL",
    });
    const maker = checkTicket({ ...buy, isPostOnly: true }, facts).request;
    expect([maker?.type, maker?.timeInForce]).toEqual(["LIMIT_MAKER", undefined]);
    const market = checkTicket({ ...buy, type: "market", size: "50", sizeUnit: "quote" }, facts);
    expect(market.request).toMatchObject({ type: "MARKET", quoteOrderQty: "50" });
    const trail = checkTicket({ ...buy, side: "SELL", type: "trailingStop", trail: "1.5" }, facts);
    expect(trail.request).toMatchObject({ type: "STOP_LOSS", trailingDelta: 150, quantity: "1" });
  });

  it.each([
    [{ price: "" }, "price", "missing"],
    [{ price: "90.001" }, "price", "offTick"],
    [{ price: "0" }, "price", "tooLow"],
    [{ price: "2000000" }, "price", "tooHigh"],
    [{ price: "1e3" }, "price", "unreadable"],
    [{ size: "0" }, "size", "missing"],
    [{ size: "0.000001" }, "size", "offLot"],
    [{ size: "0.001" }, "size", "notionalLow"],
    [{ size: "1000" }, "size", "funds"],
    [{ size: "9001" }, "size", "tooHigh"],
    [{ side: "SELL", size: "2.1" }, "size", "funds"],
    [{ type: "market", size: "101" }, "size", "tooHigh"],
    [{ type: "stopLimit" }, "stopPrice", "missing"],
    [{ type: "trailingStop", trail: "0.05" }, "trail", "tooLow"],
    [{ type: "trailingStop", trail: "0.155" }, "trail", "offTick"],
  ] as const)("with %j is wrong in %s: %s", (change, field, kind) => {
    const checked = checkTicket({ ...buy, ...change }, facts);
    expect(checked.faults.get(field)?.kind).toBe(kind);
    expect(checked.request).toBeNull();
  });

  it("previews what the book would give, the fee on what is received", () => {
    const { preview } = checkTicket({ ...buy, type: "market", size: "2" }, facts);
    expect(preview).toMatchObject({
      total: amountOf("210"),
      average: priceOf("105"),
      slippageBps: 500n,
      fee: amountOf("0.002"),
      feeAsset: "BTC",
      isTaker: true,
      isFilled: true,
    });
    const sale = checkTicket({ ...buy, side: "SELL", price: "120" }, facts).preview;
    expect(sale).toMatchObject({ feeAsset: "USDT", fee: amountOf("0.12"), isTaker: false });
  });

  it("never spends more than the share that was chosen", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 100n }),
        fc.integer({ min: 1, max: 200_000 }),
        (percent, cents) => {
          const ticket = { ...buy, price: (cents / 100).toFixed(2) };
          const qty = sizeOfShare(ticket, facts, percent) ?? (0n as Qty);
          expect(isOnGrid(qty, market.lot)).toBe(true);
          expect(
            notional(priceOf(ticket.price), qty, "up") <= (amountOf("1000") * percent) / 100n,
          ).toBe(true);
        },
      ),
    );
    expect(sizeOfShare({ ...buy, side: "SELL" }, facts, 50n)).toBe(qtyOf("1"));
    expect(sizeOfShare({ ...buy, type: "market" }, facts, 10n)).toBe(qtyOf("1"));
  });

  it("needs no account to be looked at", () => {
    const anyone = { ...facts, baseFree: null, quoteFree: null };
    expect(checkTicket({ ...buy, size: "100" }, anyone).faults.size).toBe(0);
    expect(sizeOfShare(buy, anyone, 50n)).toBeNull();
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
});
