import { useWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import { groupLevels, type BookSide } from "@bourse/state/book";
import type { Market } from "@bourse/state/market";
import type { MarketView } from "../live/market-view.ts";
import { useMarks, useStore } from "../live/use.ts";
import { StaleVeil } from "./pane.tsx";
import { ShortText } from "./price.tsx";
import { takePrice } from "./ticket-store.ts";

/** Of a side. */
const LEVELS = 3;

/** The best prices of both sides beside each other, where the book itself is covered. */
export function MiniBook({ market, view }: { readonly market: Market; readonly view: MarketView }) {
  const words = useWords();
  return (
    <div className="mini-book" role="group" aria-label={words.orderBook}>
      <Levels side="bids" market={market} view={view} />
      <Levels side="asks" market={market} view={view} />
      <StaleVeil />
    </div>
  );
}

function Levels({
  side,
  market,
  view,
}: {
  readonly side: BookSide;
  readonly market: Market;
  readonly view: MarketView;
}) {
  const words = useWords();
  const marks = useMarks();
  const { book } = useStore(view.book);
  const levels = groupLevels(book[side], side, market.tick, LEVELS);
  return (
    <ul className={side} aria-label={words[side]}>
      {levels.map(({ price, qty }) => {
        const text = format(price, market.priceDigits, marks);
        return (
          <li key={price.toString()}>
            <button type="button" onClick={() => takePrice(price)}>
              <span className="hidden-text">{words.useSize(text)}</span>
              <span aria-hidden="true">
                <ShortText text={text} marks={marks} />
              </span>
              <span className="quiet">{format(qty, market.qtyDigits, marks)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
