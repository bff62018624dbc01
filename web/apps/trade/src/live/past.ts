/** Orders and trades of the past, page by page, and as files of the exchange. */

import type { OwnTrade } from "@bourse/api/schema";
import { boundsOf, PAGE_ROWS, rowsOf, type Past, type Span } from "@bourse/state/history";
import {
  orderOf,
  type Order,
  type OrderStatus,
  type OrderType,
  type Side,
} from "@bourse/state/orders";
import { client } from "./clients.ts";

/** What of the past is wanted; an empty text is anything. */
export interface Wanted {
  readonly span: Span;
  readonly side: Side | "";
  readonly type: OrderType | "";
  readonly state: OrderStatus | "";
}

export interface Asked {
  /** Empty for all markets. */
  readonly symbol: string;
  readonly wanted: Wanted;
}

export type Kind = "orders" | "trades";
export type Format = "CSV" | "JSON";

/** What is asked of the exchange; the filters are its own, so that they reach back to the first row. */
const askOf = ({ symbol, wanted: { span, side } }: Asked, cursor: string | undefined) => ({
  limit: PAGE_ROWS,
  ...(symbol === "" ? {} : { symbol }),
  ...(span.fromMs === null ? {} : { startTime: span.fromMs }),
  ...(span.untilMs === null ? {} : { endTime: span.untilMs }),
  ...(side === "" ? {} : { side }),
  ...(cursor === undefined ? {} : { cursor }),
});

const typeAndState = ({ type, state }: Wanted) => ({
  ...(type === "" ? {} : { type }),
  ...(state === "" ? {} : { status: state }),
});

export async function pastOrders(asked: Asked): Promise<Past<Order>> {
  const { rows, hasOlder } = await rowsOf(asked.wanted.span, async (cursor) => {
    const { orders, next } = await client.call("GET /v1/account/orderHistory", {
      ...askOf(asked, cursor),
      ...typeAndState(asked.wanted),
    });
    return { rows: orders, next };
  });
  return { rows: rows.map(orderOf), hasOlder };
}

export const pastTrades = (asked: Asked): Promise<Past<OwnTrade>> =>
  rowsOf(asked.wanted.span, async (cursor) => {
    const { trades, next } = await client.call(
      "GET /v1/account/tradeHistory",
      askOf(asked, cursor),
    );
    return { rows: trades, next };
  });

/** Returns a file of all rows that are wanted, made by the exchange. */
export const pastFile = (kind: Kind, { symbol, wanted }: Asked, format: Format): Promise<Blob> =>
  client.download(`GET /v1/account/${kind}`, {
    ...boundsOf(wanted.span, Date.now()),
    format,
    ...(symbol === "" ? {} : { symbol }),
    ...(wanted.side === "" ? {} : { side: wanted.side }),
    ...typeAndState(wanted),
  });
