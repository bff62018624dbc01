/** Markets, their day, and the one socket that all market data comes by. */

import type { AveragePriceMessage, MarketStatus, TickerMessage } from "@bourse/api/schema";
import {
  addTrip,
  freshTrips,
  healthOf,
  median,
  type Health,
  type OrderTrip,
} from "@bourse/feed/health";
import type { LinkState } from "@bourse/feed/link";
import { MarketFeed } from "@bourse/feed/market";
import { priceOf, type Price } from "@bourse/num/decimal";
import { marketOf, marketsAgain, type Market } from "@bourse/state/market";
import { calm, createStore, now } from "@bourse/state/store";
import {
  applyTickers,
  TickerReading,
  tickersOf,
  type DayRow,
  type Tickers,
} from "@bourse/state/tickers";
import { client, world } from "./clients.ts";
import { Retrying, type Unloaded } from "./retrying.ts";

export type Markets =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly unloaded: Unloaded }
  | { readonly kind: "there"; readonly bySymbol: ReadonlyMap<string, Market> };

export interface Connection {
  readonly link: LinkState;
  readonly ageMs: number;
  readonly trips: readonly number[];
  readonly tripMs: number | null;
  /** The median of the round trips of the own orders in the last minute; null where none was sent. */
  readonly orderMs: number | null;
  /** Whether the exchange answers on the open socket. */
  readonly isHeard: boolean;
  readonly health: Health;
  /** Whether what is shown may be otherwise by now. */
  readonly isOld: boolean;
  /** Whether the book that is shown has every message. */
  readonly isWhole: boolean;
  readonly reconnects: number;
  readonly gaps: number;
  /** How often streams were begun again for somebody who looked elsewhere. */
  readonly wakes: number;
  /** How far the clock of the exchange is ahead of this machine's; null before it was heard. */
  readonly clockMs: number | null;
  /** When the exchange was last heard, by the clock of this machine. */
  readonly heardAtMs: number;
}

export const markets = createStore<Markets, Markets>({ kind: "loading" }, (_, next) => next, now);

/** How often a market that is traded in is asked whether it takes orders, and how often all of them are. */
const STATUS_PERIOD_MS = 1_500;
const ALL_STATUS_PERIOD_MS = 5_000;

/** Keeps the state of a market true, or that of all, until the returned function is called. */
export function watchStatus(symbol: string | null): () => void {
  const ask = () => {
    if (document.hidden) return;
    client.call("GET /v1/status", symbol === null ? {} : { symbol }).then(
      ({ markets: told, updatedAt }) => {
        feed.setClock(updatedAt);
        takeStatus(told);
      },
      // That nothing is heard is said elsewhere.
      () => undefined,
    );
  };
  ask();
  const timer = setInterval(ask, symbol === null ? ALL_STATUS_PERIOD_MS : STATUS_PERIOD_MS);
  return () => clearInterval(timer);
}

function takeStatus(told: readonly MarketStatus[]): void {
  const all = markets.get();
  if (all.kind !== "there") return;
  const bySymbol = new Map(all.bySymbol);
  let isOther = false;
  for (const { symbol, phase, phaseSince: phaseSinceMs } of told) {
    const market = bySymbol.get(symbol);
    if (market === undefined) continue;
    if (market.phase === phase && market.phaseSinceMs === phaseSinceMs) continue;
    bySymbol.set(symbol, { ...market, phase, phaseSinceMs });
    isOther = true;
  }
  if (isOther) markets.dispatch({ kind: "there", bySymbol });
}

type TickerAction =
  | { readonly kind: "all"; readonly tickers: Tickers }
  | { readonly kind: "some"; readonly messages: readonly TickerMessage[] };
/** Lists are read, not watched: twice a second is enough. */
const TICKER_PERIOD_MS = 500;
export const tickers = createStore<Tickers, TickerAction>(
  new Map(),
  (before, action) =>
    action.kind === "all" ? action.tickers : applyTickers(before, action.messages),
  calm(TICKER_PERIOD_MS),
);

const START: Connection = {
  link: { kind: "closed" },
  ageMs: 0,
  trips: [],
  tripMs: null,
  orderMs: null,
  isHeard: true,
  health: "offline",
  isOld: true,
  isWhole: true,
  reconnects: 0,
  gaps: 0,
  wakes: 0,
  clockMs: null,
  heardAtMs: Date.now(),
};
export const connection = createStore<Connection, Partial<Connection>>(
  START,
  (before, change) => {
    const changed = { ...before, ...change };
    const next = { ...changed, tripMs: median(changed.trips) };
    const health = healthOf(next);
    const isOld = !next.isHeard || health === "stale" || health === "offline";
    return { ...next, health, isOld };
  },
  now,
);

type Hear = (data: unknown) => void;
interface Listener {
  readonly hear: Hear;
  readonly listening: () => void;
}
const listeners = new Map<string, Set<Listener>>();
/** What the connection was before changes that are collected below. */
let known: { trips: readonly number[]; reconnects: number; gaps: number } = START;

const feed = new MarketFeed(world, {
  onMessage: (stream, data) => {
    for (const listener of listeners.get(stream) ?? []) listener.hear(data);
  },
  onListening: (streams) => {
    for (const stream of streams) {
      for (const listener of listeners.get(stream) ?? []) listener.listening();
    }
  },
  onState: (link) => {
    if (link.kind === "waiting") known = { ...known, reconnects: known.reconnects + 1 };
    connection.dispatch({ link, reconnects: known.reconnects });
  },
  onHeard: (isHeard) => connection.dispatch({ isHeard }),
  onRoundTrip: (tripMs) => {
    known = { ...known, trips: addTrip(known.trips, tripMs) };
  },
});

let orderTrips: readonly OrderTrip[] = [];

/** Takes in how long the exchange took to answer to an order, or to a change of one. */
export function noteOrderTrip(tripMs: number): void {
  orderTrips = [...orderTrips, { atMs: performance.now(), tripMs }];
  connection.dispatch({ orderMs: orderMs() });
}

function orderMs(): number | null {
  orderTrips = freshTrips(orderTrips, performance.now());
  return median(orderTrips.map(({ tripMs }) => tripMs));
}

/** Listens to a stream until the returned function is called. */
export function listen(stream: string, hear: Hear, listening: () => void = () => undefined) {
  const listener = { hear, listening };
  const all = listeners.get(stream) ?? new Set();
  listeners.set(stream, all.add(listener));
  // Somebody else listens, or did until a moment ago: the stream does not begin once more.
  if (feed.hears(stream)) {
    queueMicrotask(() => {
      if (all.has(listener)) listening();
    });
  }
  const release = feed.want([stream]);
  return (): void => {
    all.delete(listener);
    release();
  };
}

let endBeat: (() => void) | null = null;

/** The average price of the market that is shown, by which the exchange takes limits or not. */
export const averages = createStore<ReadonlyMap<string, Price>, ReadonlyMap<string, Price>>(
  new Map(),
  (before, next) => {
    const same = [...next].every(([symbol, price]) => before.get(symbol) === price);
    return same ? before : next;
  },
  now,
);

/** Has the average price of a market told each second, also where nobody trades: by it the age of all is measured. */
export function beatBy(symbol: string): void {
  const end = listen(`${symbol.toLowerCase()}@avgPrice`, (data) => {
    const { w } = data as AveragePriceMessage;
    averages.dispatch(new Map([[symbol, priceOf(w)]]));
  });
  endBeat?.();
  endBeat = end;
}

/** A book has lost messages, or has all of them again. */
export function noticeBook(isWhole: boolean): void {
  if (!isWhole) known = { ...known, gaps: known.gaps + 1 };
  connection.dispatch({ isWhole, gaps: known.gaps });
}

export const reconnectNow = (): void => feed.retryNow();

const BEAT_MS = 250;
/** Nobody sees how old things are: of so many beats one is enough for the title. */
const BEATS_HIDDEN = 8;
const RELOAD_MS = 3_000;

async function askDay(): Promise<readonly DayRow[]> {
  const day = await client.call("GET /api/v3/ticker/24hr", {});
  return "symbol" in day ? [day] : day;
}

const loading = new Retrying(() => void loadMarkets());
/** Asks for the markets that could not be loaded at once. */
export const askMarkets = loading.now;

async function loadMarkets(): Promise<void> {
  try {
    const [info, day] = await Promise.all([client.call("GET /api/v3/exchangeInfo", {}), askDay()]);
    const bySymbol = new Map(info.symbols.map((wire) => [wire.symbol, marketOf(wire)]));
    tickers.dispatch({ kind: "all", tickers: tickersOf(day) });
    markets.dispatch({ kind: "there", bySymbol });
    loading.end();
    const [first] = bySymbol.keys();
    if (endBeat === null && first !== undefined) beatBy(first);
  } catch (error) {
    if (markets.get().kind === "there") return;
    markets.dispatch({ kind: "failed", unloaded: loading.fail(error) });
  }
}

const dayAgain = new TickerReading(askDay, (all) =>
  tickers.dispatch({ kind: "all", tickers: all }),
);

/** Reads the tickers again: their stream tells only what changes, and was not heard for a while. */
async function readDayAgain(): Promise<void> {
  if (!(await dayAgain.read())) setTimeout(() => void readDayAgain(), RELOAD_MS);
}

let readings = 0;

/** Reads the markets again: filters may be others, and markets new. */
async function readMarketsAgain(): Promise<void> {
  readings += 1;
  const turn = readings;
  const info = await client.call("GET /api/v3/exchangeInfo", {}).catch(() => null);
  const all = markets.get();
  if (turn !== readings || all.kind !== "there") return;
  if (info === null) setTimeout(() => void readMarketsAgain(), RELOAD_MS);
  else markets.dispatch({ kind: "there", bySymbol: marketsAgain(all.bySymbol, info.symbols) });
}

/** Markets that were told of before they were described; each is asked for once. */
const strange = new Set<string>();

function noticeNew(messages: readonly TickerMessage[]): void {
  const all = markets.get();
  if (all.kind !== "there") return;
  const found = messages.filter(({ s }) => !all.bySymbol.has(s) && !strange.has(s));
  if (found.length === 0) return;
  for (const { s } of found) strange.add(s);
  void readMarketsAgain();
}

function hearTickers(messages: readonly TickerMessage[]): void {
  noticeNew(messages);
  dayAgain.hear(messages);
  tickers.dispatch({ kind: "some", messages });
}

/** The first time they have just been asked for, together with the markets. */
function tickersBegin(): void {
  if (known.reconnects + connection.get().wakes === 0) return;
  void readDayAgain();
  void readMarketsAgain();
}

const CLOCK_PERIOD_MS = 60_000;
/** An answer that took longer says too little of what time it is. */
const CLOCK_TRIP_MS_MAX = 2_000;
/** A page that begins has much to do, by which its first answer is taken late. */
const CLOCK_LOOKS_MS = [2_000, 5_000, 10_000];
let shortestTripMs = CLOCK_TRIP_MS_MAX;

/** Returns what time it is at the exchange; null before it was heard. */
export function exchangeMs(): number | null {
  const { clockMs } = connection.get();
  return clockMs === null ? null : Date.now() + clockMs;
}

/** Asks what time it is there, whatever was heard before. */
export function measureClock(): void {
  shortestTripMs = CLOCK_TRIP_MS_MAX;
  askClock();
}

/** The answer was given half a round trip ago; the shorter that is, the more it says. */
function askClock(): void {
  const since = performance.now();
  client.call("GET /api/v3/time", {}).then(
    ({ serverTime }) => {
      feed.setClock(serverTime);
      const tripMs = performance.now() - since;
      if (shortestTripMs < tripMs) return;
      shortestTripMs = tripMs;
      connection.dispatch({ clockMs: serverTime + tripMs / 2 - Date.now() });
    },
    // That nothing is heard is said elsewhere.
    () => undefined,
  );
}

/** A page that nobody has looked at for so long hears nothing of the market; orders and balances are told on. */
const REST_AFTER_MS = 4_000;

function followAttention(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isResting = false;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        isResting = true;
        feed.rest();
      }, REST_AFTER_MS);
    } else if (isResting) {
      isResting = false;
      feed.wake();
      connection.dispatch({ wakes: connection.get().wakes + 1 });
    }
  });
}

/** Begins to hear the exchange. */
export function startExchange(): void {
  void loadMarkets();
  measureClock();
  for (const afterMs of CLOCK_LOOKS_MS) setTimeout(askClock, afterMs);
  setInterval(measureClock, CLOCK_PERIOD_MS);
  listen("!ticker@arr", (data) => hearTickers(data as readonly TickerMessage[]), tickersBegin);
  feed.start();
  followAttention();
  let beats = 0;
  setInterval(() => {
    beats += 1;
    if (document.hidden && beats % BEATS_HIDDEN !== 0) return;
    const ageMs = feed.ageMs();
    const heardAtMs = Date.now() - ageMs;
    connection.dispatch({ ageMs, trips: known.trips, orderMs: orderMs(), heardAtMs });
  }, BEAT_MS);
  addEventListener("online", reconnectNow);
  addEventListener("offline", () => feed.lose());
}
