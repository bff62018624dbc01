import type { TradeFee } from "@bourse/api/schema";
import { parseUnits } from "@bourse/num/decimal";
import type { Market } from "@bourse/state/market";
import { openIn } from "@bourse/state/room";
import type { FeeRates, TicketFacts } from "@bourse/state/ticket";
import { useEffect, useMemo, useState } from "react";
import { client } from "../live/clients.ts";
import { averages, tickers } from "../live/exchange.ts";
import type { MarketView } from "../live/market-view.ts";
import { own } from "../live/session.ts";
import { visitor } from "../live/visitor.ts";
import { useMarks, usePart, useStore } from "../live/use.ts";

const RETRY_MS = 5_000;

/** The own rates in every market, asked for until they are told; null before that. */
function useFees(): readonly TradeFee[] | null {
  const account = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : null));
  const [fees, setFees] = useState<readonly TradeFee[] | null>(null);
  useEffect(() => {
    setFees(null);
    if (account === null) return;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    const load = (): void => {
      client.call("GET /sapi/v1/asset/tradeFee", {}).then(
        (answer) => {
          if (isCurrent) setFees(answer);
        },
        () => {
          if (isCurrent) retry = setTimeout(load, RETRY_MS);
        },
      );
    };
    load();
    return () => {
      isCurrent = false;
      clearTimeout(retry);
    };
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
    client.call("GET /api/v3/executionRules", { symbol }).then(
      ({ symbolRules: [told] }) => {
        const text = told?.rules[0]?.bidLimitMultUp;
        if (isCurrent && text !== undefined) setUp(parseUnits(text) ?? ONE);
      },
      // The exchange refuses what is too much.
      () => undefined,
    );
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
