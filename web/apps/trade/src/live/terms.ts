/** At what a market trades: the own rates of fees, and how far from a price orders may be executed. */

import type { TradeFee } from "@bourse/api/schema";
import { parseUnits } from "@bourse/num/decimal";
import { client } from "./clients.ts";

const RETRY_MS = 5_000;

/** Tells the own rates in every market once they are known, unless the returned function is called before. */
export function awaitFees(tell: (fees: readonly TradeFee[]) => void): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const load = (): void => {
    client.call("GET /sapi/v1/asset/tradeFee", {}).then(
      (fees) => {
        if (!isOver) tell(fees);
      },
      () => {
        if (!isOver) retry = setTimeout(load, RETRY_MS);
      },
    );
  };
  load();
  return () => {
    isOver = true;
    clearTimeout(retry);
  };
}

/** Returns how far above a price orders to buy may be executed; null where that is not told. */
export const askBandUp = (symbol: string): Promise<bigint | null> =>
  client.call("GET /api/v3/executionRules", { symbol }).then(
    ({ symbolRules: [told] }) => parseUnits(told?.rules[0]?.bidLimitMultUp ?? ""),
    // The exchange refuses what is too much.
    () => null,
  );
