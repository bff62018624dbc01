/** The request that a ticket becomes: an order, or a list of orders that depend on each other. */

import type { Operations } from "@bourse/api/schema";
import { floorTo, share, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import type { Size } from "./book.ts";
import type { OrderType, Side } from "./orders.ts";
import type { Known } from "./ticket-reading.ts";
import {
  hasPrice,
  isPegged,
  rungsOf,
  stayOf,
  type Ticket,
  type TicketFacts,
  type TicketType,
} from "./ticket.ts";

type ParametersOf<K extends keyof Operations> = Operations[K]["parameters"];
export type OrderRequest = ParametersOf<"POST /api/v3/order">;

/** What is sent, and where to. */
export type Placement =
  | { readonly operation: "POST /api/v3/order"; readonly parameters: OrderRequest }
  | {
      readonly operation: "POST /api/v3/orderList/oco";
      readonly parameters: ParametersOf<"POST /api/v3/orderList/oco">;
    }
  | {
      readonly operation: "POST /api/v3/orderList/oto";
      readonly parameters: ParametersOf<"POST /api/v3/orderList/oto">;
    }
  | {
      readonly operation: "POST /api/v3/orderList/otoco";
      readonly parameters: ParametersOf<"POST /api/v3/orderList/otoco">;
    }
  /** Orders that know nothing of each other, placed one after the other. */
  | { readonly operation: "ladder"; readonly orders: readonly [OrderRequest, ...OrderRequest[]] };

export type OrderPlacement = Extract<Placement, { readonly operation: "POST /api/v3/order" }>;
/** What is one request. */
export type Request = Exclude<Placement, { readonly operation: "ladder" }>;

/** What of a request is listed while it is on its way: its order, or the first of its list. */
export interface Sent {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly price?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trailingDelta?: number | undefined;
  readonly size: string;
}

/** Returns the line that stands for a request until it is answered. */
export function sentOf({ operation, parameters }: Request): Sent {
  switch (operation) {
    case "POST /api/v3/order": {
      const { symbol, side, type, price, stopPrice, trailingDelta } = parameters;
      const size = parameters.quantity ?? parameters.quoteOrderQty ?? "";
      return { symbol, side, type, price, stopPrice, trailingDelta, size };
    }
    case "POST /api/v3/orderList/oco": {
      const { symbol, side, quantity, abovePrice, belowPrice } = parameters;
      const price = side === "SELL" ? abovePrice : belowPrice;
      return { symbol, side, type: "LIMIT_MAKER", price, size: quantity };
    }
    case "POST /api/v3/orderList/oto":
    case "POST /api/v3/orderList/otoco": {
      const { symbol, workingSide, workingType, workingPrice, workingQuantity } = parameters;
      const [side, type, price] = [workingSide, workingType, workingPrice];
      return { symbol, side, type, price, size: workingQuantity };
    }
  }
}

const WIRE_TYPES: Readonly<Record<SingleType, OrderType>> = {
  limit: "LIMIT",
  market: "MARKET",
  stopLimit: "STOP_LOSS_LIMIT",
  stopMarket: "STOP_LOSS",
  takeProfitLimit: "TAKE_PROFIT_LIMIT",
  takeProfitMarket: "TAKE_PROFIT",
  trailingStop: "STOP_LOSS",
  trailingProfit: "TAKE_PROFIT",
};

/** What a sound ticket says. */
export interface Terms {
  readonly known: Known;
  readonly size: Size;
  readonly shown: Qty | null;
}

/** Returns the placement of a sound ticket; null for a size that its kind does not take, and for what is none. */
export function placementOf(ticket: Ticket, facts: TicketFacts, terms: Terms): Placement | null {
  const { known, size } = terms;
  // What the exchange spreads over time is no order of its own (`twap.ts`).
  if (ticket.type === "twap") return null;
  if (ticket.type === "oco") {
    return size.kind === "base" ? pairOf(ticket, facts.market.symbol, known, size.qty) : null;
  }
  if (ticket.type === "scale") return ladder(ticket, facts, terms);
  const order = orderOf({ ...ticket, type: ticket.type }, facts.market.symbol, terms);
  if (known.takeProfit === null && known.stopLoss === null) {
    return { operation: "POST /api/v3/order", parameters: order };
  }
  return size.kind === "base" ? withExits(order, known, exitQty(ticket, facts, size.qty)) : null;
}

type SingleType = Exclude<TicketType, "oco" | "scale" | "twap">;
type Single = Ticket & { readonly type: SingleType };

/** A limit order for every price of a ladder. */
function ladder(ticket: Ticket, facts: TicketFacts, { known, size }: Terms): Placement | null {
  if (size.kind !== "base") return null;
  const single: Single = { ...ticket, type: "limit", peg: "none", shown: "" };
  const [first, ...rest] = rungsOf(ticket, facts, known, size.qty).map(({ price, qty }) =>
    orderOf(single, facts.market.symbol, {
      known: { ...known, limit: price },
      size: { kind: "base", qty },
      shown: null,
    }),
  );
  return first === undefined ? null : { operation: "ladder", orders: [first, ...rest] };
}

function orderOf(ticket: Single, symbol: string, { known, size, shown }: Terms): OrderRequest {
  const isLimit = hasPrice(ticket.type);
  const pegs = isPegged(ticket);
  const isMaker = ticket.type === "limit" && ticket.isPostOnly;
  return {
    symbol,
    side: ticket.side,
    type: isMaker
      ? "LIMIT_MAKER"
      : known.stopLimit === null
        ? WIRE_TYPES[ticket.type]
        : ticket.type === "trailingProfit"
          ? "TAKE_PROFIT_LIMIT"
          : "STOP_LOSS_LIMIT",
    ...(size.kind === "base"
      ? { quantity: toWire(size.qty) }
      : { quoteOrderQty: toWire(size.amount) }),
    ...(known.limit === null || pegs ? {} : { price: toWire(known.limit) }),
    ...(known.stopLimit === null ? {} : { price: toWire(known.stopLimit), timeInForce: "GTC" }),
    ...(known.stop === null ? {} : { stopPrice: toWire(known.stop) }),
    // eslint-disable-next-line no-restricted-syntax -- hundredths of a per cent
    ...(known.trail === null ? {} : { trailingDelta: Number(known.trail) }),
    ...(shown === null ? {} : { icebergQty: toWire(shown) }),
    ...(pegs ? pegOf(ticket) : {}),
    ...(isLimit && !isMaker ? { timeInForce: stayOf(ticket) } : {}),
    ...(ticket.selfTrade === "standard" ? {} : { selfTradePreventionMode: ticket.selfTrade }),
    newOrderRespType: "FULL",
  };
}

function pegOf(ticket: Ticket) {
  return {
    pegPriceType: ticket.peg === "primary" ? ("PRIMARY_PEG" as const) : ("MARKET_PEG" as const),
    ...(ticket.pegLevel === 0
      ? {}
      : { pegOffsetType: "PRICE_LEVEL" as const, pegOffsetValue: ticket.pegLevel }),
  };
}

/** A limit on one side of the market and a stop on the other; whichever trades first ends the other. */
function pairOf(ticket: Ticket, symbol: string, known: Known, qty: Qty): Placement | null {
  if (known.limit === null || known.stop === null) return null;
  const [price, stopPrice] = [toWire(known.limit), toWire(known.stop)];
  const stopLimit = known.stopLimit === null ? null : toWire(known.stopLimit);
  const stop = stopLimit === null ? ("STOP_LOSS" as const) : ("STOP_LOSS_LIMIT" as const);
  const shared = {
    symbol,
    side: ticket.side,
    quantity: toWire(qty),
    ...(ticket.selfTrade === "standard" ? {} : { selfTradePreventionMode: ticket.selfTrade }),
    newOrderRespType: "FULL" as const,
  };
  const legs =
    ticket.side === "SELL"
      ? {
          aboveType: "LIMIT_MAKER" as const,
          abovePrice: price,
          belowType: stop,
          belowStopPrice: stopPrice,
          ...(stopLimit === null
            ? {}
            : { belowPrice: stopLimit, belowTimeInForce: "GTC" as const }),
        }
      : {
          belowType: "LIMIT_MAKER" as const,
          belowPrice: price,
          aboveType: stop,
          aboveStopPrice: stopPrice,
          ...(stopLimit === null
            ? {}
            : { abovePrice: stopLimit, aboveTimeInForce: "GTC" as const }),
        };
  return { operation: "POST /api/v3/orderList/oco", parameters: { ...shared, ...legs } };
}

/** Returns how much the orders that follow are of: what a purchase leaves after its fee, at most; all, where that is not known. */
export function exitQty(ticket: Ticket, { market, rates }: TicketFacts, qty: Qty): Qty {
  if (ticket.side === "SELL" || rates === null) return qty;
  const rate = rates.maker < rates.taker ? rates.taker : rates.maker;
  return floorTo((qty - share(qty as bigint as Amount, rate, "up")) as Qty, market.lot);
}

/** The order with its take profit, its stop loss, or both, which start once it is filled. */
function withExits(order: OrderRequest, known: Known, qty: Qty): Placement | null {
  const working = {
    symbol: order.symbol,
    workingType: order.type,
    workingSide: order.side,
    // One that follows the book has a price too, which is not looked at.
    workingPrice: toWire(known.limit ?? 0n),
    workingQuantity: order.quantity ?? "",
    ...(order.timeInForce === undefined ? {} : { workingTimeInForce: order.timeInForce }),
    ...(order.icebergQty === undefined ? {} : { workingIcebergQty: order.icebergQty }),
    ...(order.pegPriceType === undefined ? {} : { workingPegPriceType: order.pegPriceType }),
    ...(order.pegOffsetType === undefined ? {} : { workingPegOffsetType: order.pegOffsetType }),
    ...(order.pegOffsetValue === undefined ? {} : { workingPegOffsetValue: order.pegOffsetValue }),
    ...(order.selfTradePreventionMode === undefined
      ? {}
      : { selfTradePreventionMode: order.selfTradePreventionMode }),
    pendingSide: order.side === "BUY" ? ("SELL" as const) : ("BUY" as const),
    pendingQuantity: toWire(qty),
    newOrderRespType: "FULL" as const,
  };
  const profit = exitOf("TAKE_PROFIT", known.takeProfit, known.takeProfitLimit);
  const loss = exitOf("STOP_LOSS", known.stopLoss, known.stopLossLimit);
  if (profit !== null && loss !== null) {
    const [above, below] = order.side === "BUY" ? [profit, loss] : [loss, profit];
    const pending = {
      pendingAboveType: above.type,
      pendingAboveStopPrice: above.stopPrice,
      ...(above.limit === null
        ? {}
        : { pendingAbovePrice: above.limit, pendingAboveTimeInForce: "GTC" as const }),
      pendingBelowType: below.type,
      pendingBelowStopPrice: below.stopPrice,
      ...(below.limit === null
        ? {}
        : { pendingBelowPrice: below.limit, pendingBelowTimeInForce: "GTC" as const }),
    };
    return { operation: "POST /api/v3/orderList/otoco", parameters: { ...working, ...pending } };
  }
  const one = profit ?? loss;
  if (one === null) return null;
  const pending = {
    pendingType: one.type,
    pendingStopPrice: one.stopPrice,
    ...(one.limit === null ? {} : { pendingPrice: one.limit, pendingTimeInForce: "GTC" as const }),
  };
  return { operation: "POST /api/v3/orderList/oto", parameters: { ...working, ...pending } };
}

/** An order that leaves once its trigger is met: at the market, or at a limit. */
function exitOf<T extends "TAKE_PROFIT" | "STOP_LOSS">(
  kind: T,
  trigger: Price | null,
  limit: Price | null,
) {
  if (trigger === null) return null;
  return {
    type: limit === null ? kind : (`${kind}_LIMIT` as const),
    stopPrice: toWire(trigger),
    limit: limit === null ? null : toWire(limit),
  };
}
