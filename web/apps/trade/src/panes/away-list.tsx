import { Dialog } from "@bourse/kit/dialog.tsx";
import { type OpenedWords, useOpenedWords } from "@bourse/kit/words";
import { formatExact, type Marks } from "@bourse/num/format";
import type { OrderChange } from "@bourse/state/away";
import { orderKey } from "@bourse/state/orders";
import { pairOf } from "../live/pair.ts";
import { shortTime } from "../live/time.ts";
import { useMarks } from "../live/use.ts";

const LISTED_MAX = 50;

function stateText({ order, isUnknown }: OrderChange, words: OpenedWords, marks: Marks): string {
  if (isUnknown) return words.awayGone;
  const state = words[`state${order.status}`];
  return order.filled === 0n
    ? state
    : `${state} · ${words.filled} ${formatExact(order.filled, marks)}/${formatExact(order.qty, marks)}`;
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
  const marks = useMarks();
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
                  {`${pairOf(order.symbol)} #${order.id.toString()}`}
                </a>
                <span>{`${side} ${formatExact(order.qty, marks)}`}</span>
                <span>{stateText(change, words, marks)}</span>
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
