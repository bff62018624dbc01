import type { TradeFee } from "@bourse/api/schema";
import { parseUnits } from "@bourse/num/decimal";
import type { Market } from "@bourse/state/market";
import { openIn } from "@bourse/state/room";
import type { FeeRates, TicketFacts } from "@bourse/state/ticket";
import { useEffect, useMemo, useState } from "react";
import { averages, tickers } from "../live/exchange.ts";
import type { MarketView } from "../live/market-view.ts";
import { own } from "../live/session.ts";
import { askBandUp, awaitFees } from "../live/terms.ts";
import { visitor } from "../live/visitor.ts";
import { useMarks, usePart, useStore } from "../live/use.ts";

/** The own rates in every market, asked for until they are told; null before that. */
function useFees(): readonly TradeFee[] | null {
  const account = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : null));
  const [fees, setFees] = useState<readonly TradeFee[] | null>(null);
  useEffect(() => {
    setFees(null);
    return account === null ? undefined : awaitFees(setFees);
  }, [account]);
  return fees;
}

/** What of a purchase or sale in a market goes to the exchange; null while that is not known. */
function ratesOf(fees: readonly TradeFee[] | null, symbol: string): FeeRates | null {
  const fee = fees?.find((one) => one.symbol === symbol);
  if (fee === undefined) return null;
  const [maker, taker] = [parseUnits(fee.makerCommission), parseUnits(fee.takerCommission)];
  return maker === null || taker === null ? null : { maker, taker };
}

const ONE = 100_000_000n;

/** How far above a price orders of a market may be executed; one until that is known. */
function useBandUp(symbol: string): bigint {
  const [up, setUp] = useState(ONE);
  useEffect(() => {
    let isCurrent = true;
    void askBandUp(symbol).then((told) => {
      if (isCurrent && told !== null) setUp(told);
    });
    return () => {
      isCurrent = false;
    };
  }, [symbol]);
  return up;
}

/** Returns what a ticket is checked against. */
export function useTicketFacts(market: Market, view: MarketView): TicketFacts {
  const { book } = useStore(view.book);
  const { balances, orders } = useStore(own);
  const open = useMemo(() => openIn(market.symbol, orders.values()), [market, orders]);
  const isUser = useStore(visitor).kind === "user";
  const last = usePart(tickers, (all) => all.get(market.symbol)?.last ?? null);
  const marks = useMarks();
  const fees = useFees();
  const free = (asset: string) =>
    isUser ? (balances.get(asset)?.free ?? (0n as NonNullable<TicketFacts["baseFree"]>)) : null;
  return {
    market,
    book,
    last,
    average: usePart(averages, (all) => all.get(market.symbol) ?? null),
    open,
    baseFree: free(market.base),
    quoteFree: free(market.quote),
    bandUp: useBandUp(market.symbol),
    rates: ratesOf(fees, market.symbol),
    marks,
  };
}
