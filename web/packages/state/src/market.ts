/** What a market is: its assets, its grid and its bounds, out of `GET /api/v3/exchangeInfo`. */

import type { Filter, Market as WireMarket, MarketStatus } from "@bourse/api/schema";
import {
  amountOf,
  digitsOf,
  priceOf,
  qtyOf,
  type Amount,
  type Price,
  type Qty,
} from "@bourse/num/decimal";

export type Phase = MarketStatus["phase"];

export interface Market {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly phase: Phase;
  /** Null where that is not known. */
  readonly phaseSinceMs: number | null;
  readonly tick: bigint;
  readonly priceDigits: number;
  readonly priceMin: Price;
  readonly priceMax: Price;
  readonly lot: bigint;
  readonly qtyDigits: number;
  readonly qtyMin: Qty;
  readonly qtyMax: Qty;
  readonly marketQtyMax: Qty;
  readonly notionalMin: Amount;
  readonly notionalMax: Amount;
  readonly orderTypes: readonly string[];
  readonly hasIcebergs: boolean;
  /** How often an iceberg may come up again. */
  readonly icebergParts: number;
  readonly hasTrailing: boolean;
  readonly hasPairs: boolean;
  /** Hundredths of a per cent. */
  readonly trailingMin: number;
  readonly trailingMax: number;
  /** Between which parts of the average price limits may be, in hundred-millionths of it; null where that is open. */
  readonly bidBand: Band | null;
  readonly askBand: Band | null;
  /** How much of each one account may have open; null where that is open. */
  readonly ordersMax: number | null;
  readonly waitingMax: number | null;
  readonly icebergsMax: number | null;
  readonly listsMax: number | null;
  /** How often one order may be amended; null where that is open. */
  readonly amendsMax: number | null;
}

export interface Band {
  readonly down: bigint;
  readonly up: bigint;
}

type FilterOf<T extends Filter["filterType"]> = Extract<Filter, { filterType: T }>;

function filterOf<T extends Filter["filterType"]>(market: WireMarket, type: T): FilterOf<T> {
  const found = maybe(market, type);
  if (found === undefined) throw new Error(`${market.symbol} has no filter ${type}`);
  return found;
}

/** Returns a filter that not every market has. */
const maybe = <T extends Filter["filterType"]>(
  { filters }: WireMarket,
  type: T,
): FilterOf<T> | undefined =>
  filters.find((filter): filter is FilterOf<T> => filter.filterType === type);

/** What the dialect calls phases; it has one word for several. */
const PHASES: Readonly<Record<WireMarket["status"], Phase>> = {
  TRADING: "trading",
  HALT: "halted",
  CANCEL_ONLY: "cancel-only",
  BREAK: "closed",
};

/** Whether a market takes orders, of some kinds at least. */
export const takesOrders = ({ phase }: Market): boolean =>
  phase === "trading" || phase === "post-only" || phase === "limit-only";

/** Whether orders of a market can be cancelled. */
export const takesCancels = ({ phase }: Market): boolean =>
  phase !== "closed" && phase !== "pre-trading";

/** Returns the market that the exchange describes. */
export function marketOf(wire: WireMarket): Market {
  const price = filterOf(wire, "PRICE_FILTER");
  const lot = filterOf(wire, "LOT_SIZE");
  const notional = filterOf(wire, "NOTIONAL");
  const trailing = maybe(wire, "TRAILING_DELTA");
  const band = maybe(wire, "PERCENT_PRICE_BY_SIDE");
  const [tick, step] = [priceOf(price.tickSize), qtyOf(lot.stepSize)];
  return {
    symbol: wire.symbol,
    base: wire.baseAsset,
    quote: wire.quoteAsset,
    phase: PHASES[wire.status],
    phaseSinceMs: null,
    tick,
    priceDigits: digitsOf(tick),
    priceMin: priceOf(price.minPrice),
    priceMax: priceOf(price.maxPrice),
    lot: step,
    qtyDigits: digitsOf(step),
    qtyMin: qtyOf(lot.minQty),
    qtyMax: qtyOf(lot.maxQty),
    marketQtyMax: qtyOf(filterOf(wire, "MARKET_LOT_SIZE").maxQty),
    notionalMin: amountOf(notional.minNotional),
    notionalMax: amountOf(notional.maxNotional),
    orderTypes: wire.orderTypes,
    hasIcebergs: wire.icebergAllowed,
    icebergParts: maybe(wire, "ICEBERG_PARTS")?.limit ?? 1,
    hasTrailing: wire.allowTrailingStop && trailing !== undefined,
    hasPairs: wire.ocoAllowed,
    trailingMin: trailing?.minTrailingAboveDelta ?? 0,
    trailingMax: trailing?.maxTrailingAboveDelta ?? 0,
    bidBand: band ? bandOf(band.bidMultiplierDown, band.bidMultiplierUp) : null,
    askBand: band ? bandOf(band.askMultiplierDown, band.askMultiplierUp) : null,
    ordersMax: maybe(wire, "MAX_NUM_ORDERS")?.maxNumOrders ?? null,
    waitingMax: maybe(wire, "MAX_NUM_ALGO_ORDERS")?.maxNumAlgoOrders ?? null,
    icebergsMax: maybe(wire, "MAX_NUM_ICEBERG_ORDERS")?.maxNumIcebergOrders ?? null,
    listsMax: maybe(wire, "MAX_NUM_ORDER_LISTS")?.maxNumOrderLists ?? null,
    amendsMax: maybe(wire, "MAX_NUM_ORDER_AMENDS")?.maxNumOrderAmends ?? null,
  };
}

const bandOf = (down: string, up: string): Band => ({ down: priceOf(down), up: priceOf(up) });

/** Returns markets that are described again: the phase that is known of one is told better than the dialect does. */
export function marketsAgain(
  before: ReadonlyMap<string, Market>,
  wires: readonly WireMarket[],
): ReadonlyMap<string, Market> {
  return new Map(
    wires.map((wire) => {
      const market = marketOf(wire);
      const known = before.get(wire.symbol);
      if (known === undefined || takesOrders(known) !== takesOrders(market))
        return [wire.symbol, market];
      const { phase, phaseSinceMs } = known;
      return [wire.symbol, { ...market, phase, phaseSinceMs }];
    }),
  );
}

/** Returns the digits an amount of an asset is shown with. */
export const amountDigits = (asset: string): number => (/USD|EUR/.test(asset) ? 2 : 6);
