import { useOpenedWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import type { Amendment } from "@bourse/state/amendment";
import type { Market } from "@bourse/state/market";
import type { Order } from "@bourse/state/orders";
import { amend } from "../live/changes.ts";
import { useMarks } from "../live/use.ts";
import { Confirm } from "./confirm.tsx";

/** Asks once more before other terms put an order far through the market. */
export function ConfirmAmend({
  order,
  wanted,
  percent,
  market,
  onDone,
  onClose,
}: {
  readonly order: Order;
  readonly wanted: Amendment;
  readonly percent: bigint;
  readonly market: Market;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const words = useOpenedWords();
  const marks = useMarks();
  const price = (units: bigint): string =>
    `${format(units, market.priceDigits, marks)} ${market.quote}`;
  const waits = !order.isWorking && wanted.stopPrice !== 0n;
  const trigger = waits ? ` · ${words.trigger} ${price(wanted.stopPrice)}` : "";
  return (
    <Confirm
      what={`${words.amendOrder(order.id)}: ${price(order.price)} → ${price(wanted.price)}${trigger}`}
      doubts={[{ kind: "far", percent }]}
      does={words.amend}
      onConfirm={() => {
        onDone();
        void amend(order, wanted);
      }}
      onClose={onClose}
    >
      {null}
    </Confirm>
  );
}
