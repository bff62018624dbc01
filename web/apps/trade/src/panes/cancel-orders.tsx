import { Dialog } from "@bourse/kit/dialog.tsx";
import { Segments } from "@bourse/kit/segments.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { toWire } from "@bourse/num/format";
import { tiedTo, within } from "@bourse/state/cancelling";
import { orderKey, type Side } from "@bourse/state/orders";
import { useState } from "react";
import { own } from "../live/session.ts";
import { cancelAll, cancelEach } from "../live/cancel-many.ts";
import { pairOf } from "../live/pair.ts";
import { useStore } from "../live/use.ts";

const LISTED_MAX = 6;
const [EVERYWHERE, BOTH] = ["", "both"] as const;

/** Asks which orders are to be cancelled, of a market or of all and of a side or of both, and says which these are. */
export function CancelOrders({
  symbol,
  onClose,
}: {
  readonly symbol: string | null;
  readonly onClose: () => void;
}) {
  const words = useOpenedWords();
  const { orders } = useStore(own);
  const [where, setWhere] = useState(symbol ?? EVERYWHERE);
  const [side, setSide] = useState<Side | typeof BOTH>(BOTH);
  const scope = {
    symbol: where === EVERYWHERE ? null : where,
    side: side === BOTH ? null : side,
  };
  const chosen = within(orders.values(), scope);
  const others = tiedTo(chosen, orders.values());
  const symbols = [...new Set([...orders.values()].map((order) => order.symbol))];
  const run = (): void => {
    onClose();
    // Both sides of a market are one request; of one side, each order has its own.
    if (side !== BOTH) void cancelEach(chosen);
    else void cancelAll(scope.symbol === null ? symbols : [scope.symbol]);
  };
  return (
    <Dialog title={words.cancelAllTitle(chosen.length)} role="alertdialog" onClose={onClose}>
      <div className="stack">
        <Select
          label={words.market}
          choices={[EVERYWHERE, ...symbols].map((key) => ({
            key,
            title: key === EVERYWHERE ? words.everyMarket : pairOf(key),
          }))}
          chosen={where}
          onChoose={setWhere}
        />
        <Segments
          label={words.side}
          segments={[
            { key: BOTH, title: words.both },
            { key: "BUY", title: words.buy, tone: "up" },
            { key: "SELL", title: words.sell, tone: "down" },
          ]}
          chosen={side}
          onChoose={setSide}
        />
        <ul className="small-text" aria-label={words.orders}>
          {chosen.slice(0, LISTED_MAX).map((order) => (
            <li key={orderKey(order)}>
              {`${pairOf(order.symbol)} #${order.id.toString()} `}
              <span className={order.side === "BUY" ? "up" : "down"}>
                {order.side === "BUY" ? words.buy : words.sell}
              </span>
              {` ${toWire(order.qty)}${order.price === 0n ? "" : ` @ ${toWire(order.price)}`}`}
            </li>
          ))}
          {LISTED_MAX < chosen.length ? (
            <li className="quiet">{words.awayMore(chosen.length - LISTED_MAX)}</li>
          ) : null}
        </ul>
        {others.length === 0 ? null : (
          <p className="notice careful">{words.cancelTied(others.length)}</p>
        )}
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.keepOrders}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={chosen.length === 0}
            onClick={run}
          >
            {words.cancelOrders(chosen.length)}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
