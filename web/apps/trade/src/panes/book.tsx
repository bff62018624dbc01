import { Select } from "@bourse/kit/select.tsx";
import { useWords } from "@bourse/kit/words";
import { digitsOf, toPixels, type Price } from "@bourse/num/decimal";
import { format, toWire, type Marks } from "@bourse/num/format";
import { groupings, groupLevels, type BookRow, type BookSide } from "@bourse/state/book";
import type { Market } from "@bourse/state/market";
import { memo, useState } from "react";
import type { BookView, MarketView } from "../live/market-view.ts";
import { PHONE, useMedia } from "../live/media.ts";
import { own } from "../live/session.ts";
import { useLook, useMarks, usePart, useStore } from "../live/use.ts";
import { StaleVeil } from "./pane.tsx";
import { PriceText, ShortText } from "./price.tsx";
import { takePrice } from "./ticket-store.ts";
import { useRowsThatFit } from "./rows.ts";
import { Waiting } from "./waiting.tsx";

/** As high as a target must be, for a pointer and for a thumb; compact rows are for whoever chooses them. */
const [ROW_PX, COMPACT_PX, THUMB_PX] = [24, 20, 44];
/** What stands in the pane besides. */
const [OTHERS_PX, OTHERS_THUMB_PX] = [84, 104];
/** Of a side. */
const [ROWS_MIN, ROWS_MAX] = [3, 40];

/** The order book: both sides in steps of a price, with all that stands before each level. */
export function BookPane({ market, view }: { readonly market: Market; readonly view: MarketView }) {
  const words = useWords();
  const current = useStore(view.book);
  const [frozen, setFrozen] = useState<BookView | null>(null);
  const [step, setStep] = useState(market.tick);
  const [sides, setSides] = useState<BookSide | "both">("both");
  const isPhone = useMedia(PHONE);
  const pointedPx = useLook((look) => (look.isCompact ? COMPACT_PX : ROW_PX));
  const rowPx = isPhone ? THUMB_PX : pointedPx;
  const [fit, measure] = useRowsThatFit(rowPx, isPhone ? OTHERS_THUMB_PX : OTHERS_PX);
  const shown = frozen ?? current;
  const isPair = isPhone && sides === "both";
  const rows = Math.max(ROWS_MIN * 2, Math.min(ROWS_MAX * 2, isPair ? fit * 2 : fit));
  // A row that is left over goes to the asks.
  const askRows = sides === "both" ? Math.ceil(rows / 2) : sides === "asks" ? rows : 0;
  const bidRows = rows - askRows;
  const asks = groupLevels(shown.book.asks, "asks", step, askRows);
  const bids = groupLevels(shown.book.bids, "bids", step, bidRows);
  const [lastAsk, lastBid] = [asks.at(-1)?.total ?? 0n, bids.at(-1)?.total ?? 0n];
  const largest = lastAsk < lastBid ? lastBid : lastAsk;
  const own = useOwnPrices(market.symbol, step);
  const shared = { largest, market, step, rowPx, own, isPair };
  return (
    <div className={isPair ? "book pair" : "book"} ref={measure}>
      <div className="pane-bar">
        <Select
          label={words.grouping}
          isNamedOnly
          isSmall
          choices={groupings(market.tick).map((one) => ({
            key: one.toString(),
            title: toWire(one),
          }))}
          chosen={step.toString()}
          onChoose={(key) => setStep(BigInt(key))}
        />
        <Select
          label={words.bookSides}
          isNamedOnly
          isSmall
          choices={(["both", "bids", "asks"] as const).map((key) => ({ key, title: words[key] }))}
          chosen={sides}
          onChoose={setSides}
        />
        <button
          type="button"
          className="button plain small"
          aria-pressed={frozen !== null}
          onClick={() => setFrozen(frozen === null ? current : null)}
        >
          {frozen === null ? words.pause : words.resume}
        </button>
        {frozen === null ? null : (
          <span className="warn small-text">{words.paused(current.updates - frozen.updates)}</span>
        )}
      </div>
      {shown.isLoaded ? (
        <>
          {sides === "bids" ? null : (
            <Side side="asks" isFirst rows={asks} room={askRows} {...shared} />
          )}
          <Middle
            market={market}
            view={view}
            bid={shown.book.bids[0]?.price}
            ask={shown.book.asks[0]?.price}
          />
          {sides === "asks" ? null : (
            <Side
              side="bids"
              isFirst={sides === "bids" || isPair}
              rows={bids}
              room={bidRows}
              {...shared}
            />
          )}
        </>
      ) : (
        <Waiting
          loading={words.loadingBook}
          rowPx={rowPx}
          what={words.orderBook}
          unloaded={shown.unloaded}
          again={view.askBook}
        />
      )}
      <StaleVeil />
    </div>
  );
}

/** The prices of own orders in this market, rounded as the rows are. */
function useOwnPrices(symbol: string, step: bigint): Record<BookSide, ReadonlySet<bigint>> {
  const { orders } = useStore(own);
  const sides = { bids: new Set<bigint>(), asks: new Set<bigint>() };
  for (const order of orders.values()) {
    if (order.symbol !== symbol || order.price === 0n || !order.isWorking) continue;
    const rest = order.price % step;
    if (order.side === "BUY") sides.bids.add(order.price - rest);
    else sides.asks.add(rest === 0n ? order.price : order.price + step - rest);
  }
  return sides;
}

function Side({
  side,
  isFirst,
  rows,
  room,
  largest,
  market,
  step,
  rowPx,
  own: { [side]: own },
  isPair,
}: {
  readonly side: BookSide;
  /** The first has the heads of the columns for both. */
  readonly isFirst: boolean;
  readonly rows: readonly BookRow[];
  readonly room: number;
  readonly largest: bigint;
  readonly market: Market;
  readonly step: bigint;
  readonly rowPx: number;
  readonly own: Record<BookSide, ReadonlySet<bigint>>;
  /** Whether the sides stand beside each other, each from its best price on. */
  readonly isPair: boolean;
}) {
  const words = useWords();
  const marks = useMarks();
  const digits = Math.min(digitsOf(step), market.priceDigits);
  // Above bids, asks stand with the best one at the bottom, next to the spread.
  const ordered = side === "asks" && !isPair ? [...rows].reverse() : rows;
  return (
    <div className={`book-side ${side}`} style={{ minBlockSize: `${(room * rowPx).toString()}px` }}>
      <table className="book-table" aria-label={side === "asks" ? words.asks : words.bids}>
        <thead className={isFirst ? undefined : "hidden-text"}>
          <tr>
            <th scope="col">{`${words.price} (${market.quote})`}</th>
            <th scope="col">{`${words.size} (${market.base})`}</th>
            <th scope="col">{words.total}</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <Row
              key={row.price.toString()}
              price={row.price}
              priceText={format(row.price, digits, marks)}
              marks={marks}
              qtyText={format(row.qty, market.qtyDigits, marks)}
              totalText={format(row.total, market.qtyDigits, marks)}
              share={largest === 0n ? 0 : toPixels(row.total) / toPixels(largest)}
              isOwn={own.has(row.price)}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="quiet small-text centred">{words.bookEmpty}</p> : null}
    </div>
  );
}

interface RowFacts {
  readonly price: Price;
  readonly priceText: string;
  readonly marks: Marks;
  readonly qtyText: string;
  readonly totalText: string;
  readonly share: number;
  readonly isOwn: boolean;
}

const Row = memo(function Row({
  price,
  priceText,
  marks,
  qtyText,
  totalText,
  share,
  isOwn,
}: RowFacts) {
  const words = useWords();
  const name = words.useSize(priceText);
  const bar = `${(share * 100).toFixed(1)}% 100%`;
  return (
    <tr style={{ backgroundSize: bar }} onClick={() => takePrice(price)}>
      <td>
        <button
          type="button"
          aria-label={isOwn ? `${name}, ${words.ownOrderHere}` : name}
          onClick={() => takePrice(price)}
        >
          {isOwn ? <span className="own-mark" aria-hidden="true" /> : null}
          <ShortText text={priceText} marks={marks} />
        </button>
      </td>
      <td>{qtyText}</td>
      <td>{totalText}</td>
    </tr>
  );
});

function Middle({
  market,
  view,
  bid,
  ask,
}: {
  readonly market: Market;
  readonly view: MarketView;
  readonly bid: Price | undefined;
  readonly ask: Price | undefined;
}) {
  const words = useWords();
  const last = usePart(view.tape, ({ prints }) => prints[0]);
  return (
    <p className="book-middle">
      <strong className={last?.side === "SELL" ? "down" : "up"}>
        {last === undefined ? (
          "–"
        ) : (
          <>
            {last.side === "SELL" ? "▼ " : "▲ "}
            <PriceText units={last.price} digits={market.priceDigits} />
          </>
        )}
      </strong>
      {bid === undefined || ask === undefined ? null : (
        <span className="quiet" data-term="spread">
          {`${words.spread} `}
          <PriceText units={ask - bid} digits={market.priceDigits} />
        </span>
      )}
    </p>
  );
}
