/** Orders that are spread over time: placed, cancelled, and what became of them. */

import type { Answer } from "@bourse/api/answer";
import type { AlgoOrder, AlgoPreview } from "@bourse/api/schema";
import type { TwapWish } from "@bourse/state/twap";
import { client } from "./clients.ts";
import { newClientId, sendAndAsk } from "./requests.ts";

/** They are no commands of their own, so they may be listed some time after they came. */
const GRACE_MS = 10_000;
const PAST_ROWS = 20;

/** Returns into what an order would be cut. */
export const previewSpread = (wish: TwapWish): Promise<AlgoPreview> =>
  client.call("GET /v1/algo/twap/preview", wish);

interface Taken {
  readonly algoId: number;
}

/** Places an order once, also when no answer comes: then it is looked for by its name. */
export function spread(wish: TwapWish, onDoubt: () => void): Promise<Answer<Taken, Taken>> {
  const clientAlgoId = newClientId();
  return sendAndAsk({
    send: (term) =>
      client.call("POST /sapi/v1/algo/spot/newOrderTwap", { ...wish, clientAlgoId, ...term }),
    ask: async () => {
      const found = (await spreads()).find((order) => order.clientAlgoId === clientAlgoId);
      return found === undefined ? { kind: "missing" } : { kind: "found", found };
    },
    graceMs: GRACE_MS,
    onDoubt,
    onMissing: () => undefined,
  });
}

/** Returns those that work, and the newest that have ended. */
export async function spreads(): Promise<readonly AlgoOrder[]> {
  const [open, past] = await Promise.all([
    client.call("GET /sapi/v1/algo/spot/openOrders", {}),
    client.call("GET /sapi/v1/algo/spot/historicalOrders", { pageSize: PAST_ROWS }),
  ]);
  return [...open.orders.toReversed(), ...past.orders];
}

/** Sends no further slice; where no answer comes, the list is looked at. */
export const cancelSpread = (
  algoId: number,
  onDoubt: () => void,
): Promise<Answer<object, object>> =>
  sendAndAsk({
    send: (term) => client.call("DELETE /sapi/v1/algo/spot/order", { algoId, ...term }),
    ask: async () => {
      const order = (await spreads()).find((one) => one.algoId === algoId);
      return order?.algoStatus === "WORKING"
        ? { kind: "missing" }
        : { kind: "found", found: { algoId } };
    },
    graceMs: GRACE_MS,
    onDoubt,
    onMissing: () => undefined,
  });
