/** Orders that are spread over time: placed, cancelled, and what became of them. */

import { Refused } from "@bourse/api/client";
import type { AlgoOrder } from "@bourse/api/schema";
import type { TwapWish } from "@bourse/state/twap";
import { client } from "./clients.ts";
import { noticeEnd } from "./visitor.ts";
import { newClientId } from "./trading.ts";

const ASK_PERIOD_MS = 1_000;
const ASKS_MAX = 30;
/** What is still on its way may be listed after a question, so one that does not find it proves nothing. */
const MISSES_MAX = 10;
const PAST_ROWS = 20;

/** Places an order once, also when no answer comes: then it is looked for by its name. Throws `Refused`, also where nobody knows. */
export async function spread(wish: TwapWish): Promise<number> {
  const clientAlgoId = newClientId();
  try {
    const named = { ...wish, clientAlgoId };
    return (await client.call("POST /sapi/v1/algo/spot/newOrderTwap", named)).algoId;
  } catch (error) {
    noticeEnd(error);
    if (!(error instanceof Refused) || !error.isUnknown) throw error;
    return await find(clientAlgoId, error);
  }
}

async function find(name: string, refused: Refused): Promise<number> {
  let misses = 0;
  for (let asks = 0; asks < ASKS_MAX && misses < MISSES_MAX; asks += 1) {
    await new Promise((resolve) => setTimeout(resolve, ASK_PERIOD_MS));
    const all = await spreads().catch(() => null);
    if (all === null) continue;
    const found = all.find((order) => order.clientAlgoId === name);
    if (found !== undefined) return found.algoId;
    misses += 1;
  }
  throw refused;
}

/** Returns those that work, and the newest that have ended. */
export async function spreads(): Promise<readonly AlgoOrder[]> {
  const [open, past] = await Promise.all([
    client.call("GET /sapi/v1/algo/spot/openOrders", {}),
    client.call("GET /sapi/v1/algo/spot/historicalOrders", { pageSize: PAST_ROWS }),
  ]);
  return [...open.orders.toReversed(), ...past.orders];
}

/** Sends no further slice. Throws `Refused`. */
export async function cancelSpread(algoId: number): Promise<void> {
  await client.call("DELETE /sapi/v1/algo/spot/order", { algoId });
}
