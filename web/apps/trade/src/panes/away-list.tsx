import { Dialog } from "@bourse/kit/dialog.tsx";
import { type OpenedWords, useOpenedWords } from "@bourse/kit/words";
import { toWire } from "@bourse/num/format";
import type { OrderChange } from "@bourse/state/away";
import { orderKey } from "@bourse/state/orders";
import { shortTime } from "../live/time.ts";

const LISTED_MAX = 50;

function stateText({ order, isUnknown }: OrderChange, words: OpenedWords): string {
  if (isUnknown) return words.awayGone;
  const state = words[`state${order.status}`];
  return order.filled === 0n
    ? state
    : `${state} · ${words.filled} ${toWire(order.filled)}/${toWire(order.qty)}`;
}

/** The orders that changed while nobody listened, each with the way to all of its story. */
export function AwayList({
  changes,
  onClose,
}: {
  readonly changes: readonly OrderChange[];
  readonly onClose: () => void;
}) {
  const words = useOpenedWords();
  return (
    <Dialog title={words.awayTitle} onClose={onClose}>
      <div className="stack">
        <ul className="stack">
          {changes.slice(0, LISTED_MAX).map((change) => {
            const { order } = change;
            const side = order.side === "BUY" ? words.buy : words.sell;
            return (
              <li key={orderKey(order)} className="row">
                <span className="quiet small-text">{shortTime(order.changedMs)}</span>
                <a href={`/orders/${orderKey(order)}`} onClick={onClose}>
                  {`${order.symbol} #${order.id.toString()}`}
                </a>
                <span>{`${side} ${toWire(order.qty)}`}</span>
                <span>{stateText(change, words)}</span>
              </li>
            );
          })}
        </ul>
        {LISTED_MAX < changes.length ? (
          <p className="quiet">{words.awayMore(changes.length - LISTED_MAX)}</p>
        ) : null}
        <div className="row end">
          <button type="button" className="button primary" onClick={onClose}>
            {words.close}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
