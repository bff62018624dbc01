/** A market, an account and what stands in a ticket, for tests. */

import type { Market as WireMarket } from "@bourse/api/schema";
import { amountOf, priceOf } from "@bourse/num/decimal";
import { bookOf } from "../src/book.ts";
import { marketOf } from "../src/market.ts";
import type { OrderRequest } from "../src/placement.ts";
import { NOTHING_OPEN } from "../src/room.ts";
import { checkTicket, EMPTY_TICKET, type Ticket, type TicketFacts } from "../src/ticket.ts";

const english = { group: ",", decimal: "." };
const filters = [
  { filterType: "PRICE_FILTER", minPrice: "0.01", maxPrice: "1000000", tickSize: "0.01" },
  { filterType: "LOT_SIZE", minQty: "0.00001", maxQty: "9000", stepSize: "0.00001" },
  { filterType: "MARKET_LOT_SIZE", minQty: "0.00001", maxQty: "100", stepSize: "0.00001" },
  { filterType: "NOTIONAL", minNotional: "5", maxNotional: "9000000" },
  { filterType: "TRAILING_DELTA", minTrailingAboveDelta: 10, maxTrailingAboveDelta: 2000 },
  { filterType: "ICEBERG_PARTS", limit: 100 },
];
export const market = marketOf({
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  phase: "trading",
  phaseSinceMs: null,
  orderTypes: [],
  filters,
  allowTrailingStop: true,
} as unknown as WireMarket);

export const facts: TicketFacts = {
  market,
  book: bookOf(
    [["99", "1"]],
    [
      ["100", "1"],
      ["110", "1"],
    ],
  ),
  last: priceOf("100"),
  average: priceOf("100"),
  open: NOTHING_OPEN,
  baseFree: amountOf("2"),
  quoteFree: amountOf("1000"),
  rates: { maker: 100_000n, taker: 100_000n },
  bandUp: 110_000_000n,
  marks: english,
};
export const buy = { ...EMPTY_TICKET, price: "90", size: "1" };
/** What is sent of a ticket that is one request. */
export function parametersOf(ticket: Ticket): object | undefined {
  const { placement } = checkTicket(ticket, facts);
  return placement === null || placement.operation === "ladder" ? undefined : placement.parameters;
}

/** The request of a ticket that is one order. */
export function orderOf(ticket: Ticket): OrderRequest | null {
  const { placement } = checkTicket(ticket, facts);
  return placement?.operation === "POST /api/v3/order" ? placement.parameters : null;
}
