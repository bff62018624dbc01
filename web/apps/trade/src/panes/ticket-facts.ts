import type { TradeFee } from "@bourse/api/schema";
import { parseUnits } from "@bourse/num/decimal";
import type { Market } from "@bourse/state/market";
import type { TicketFacts } from "@bourse/state/ticket";
import { useEffect, useState } from "react";
import { client } from "../live/clients.ts";
import { tickers } from "../live/exchange.ts";
import type { MarketView } from "../live/market-view.ts";
import { own } from "../live/session.ts";
import { visitor } from "../live/visitor.ts";
import { useMarks, usePart, useStore } from "../live/use.ts";

/** The own rates in every market, asked for once a session. */
export function useFees(): readonly TradeFee[] {
  const account = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : null));
  const [fees, setFees] = useState<readonly TradeFee[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const load =
      account === null ? Promise.resolve([]) : client.call("GET /sapi/v1/asset/tradeFee", {});
    load
      .catch(() => [])
      .then((answer) => {
        if (isCurrent) setFees(answer);
      })
      .catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [account]);
  return fees;
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
  const { balances } = useStore(own);
  const isUser = useStore(visitor).kind === "user";
  const last = usePart(tickers, (all) => all.get(market.symbol)?.last ?? null);
  const marks = useMarks();
  const fee = useFees().find((one) => one.symbol === market.symbol);
  const free = (asset: string) =>
    isUser ? (balances.get(asset)?.free ?? (0n as NonNullable<TicketFacts["baseFree"]>)) : null;
  return {
    market,
    book,
    last,
    baseFree: free(market.base),
    quoteFree: free(market.quote),
    bandUp: useBandUp(market.symbol),
    makerRate: parseUnits(fee?.makerCommission ?? "0") ?? 0n,
    takerRate: parseUnits(fee?.takerCommission ?? "0") ?? 0n,
    marks,
  };
}
