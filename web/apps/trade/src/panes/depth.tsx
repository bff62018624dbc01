import { useOpenedWords } from "@bourse/kit/words";
import { toPixels } from "@bourse/num/decimal";
import { format, formatShort } from "@bourse/num/format";
import { depthCurve, type DepthPoint } from "@bourse/state/book";
import type { Market } from "@bourse/state/market";
import type { MarketView } from "../live/market-view.ts";
import { useMarks, useStore } from "../live/use.ts";
import { StaleVeil } from "./pane.tsx";
import { Waiting } from "./waiting.tsx";

/** How far from the best prices the curve reaches. */
const REACH_BPS = 100n;
const [WIDTH, HEIGHT] = [300, 200];

/** What stands in the book within a per cent of the best prices. */
export function DepthPane({
  market,
  view,
}: {
  readonly market: Market;
  readonly view: MarketView;
}) {
  const words = useOpenedWords();
  const marks = useMarks();
  const { book, isLoaded, unloaded } = useStore(view.book);
  const [bids, asks] = [depthCurve(book.bids, REACH_BPS), depthCurve(book.asks, REACH_BPS)];
  const [bidSum, askSum] = [bids.at(-1)?.total ?? 0n, asks.at(-1)?.total ?? 0n];
  if (!isLoaded) {
    return (
      <Waiting
        loading={words.loadingBook}
        what={words.orderBook}
        unloaded={unloaded}
        again={view.askBook}
      />
    );
  }
  const summary = words.depthSummary(
    `${formatShort(bidSum, marks)} ${market.base}`,
    `${formatShort(askSum, marks)} ${market.base}`,
  );
  const low = bids.at(-1)?.price ?? asks[0]?.price ?? 0n;
  const high = asks.at(-1)?.price ?? bids[0]?.price ?? 1n;
  const most = bidSum < askSum ? askSum : bidSum;
  const scale: Scale = {
    low: toPixels(low),
    span: Math.max(toPixels(high - low), Number.EPSILON),
    most: Math.max(toPixels(most), Number.EPSILON),
  };
  return (
    <figure className="depth" aria-label={words.depthChart}>
      <svg
        viewBox={`0 0 ${WIDTH.toString()} ${HEIGHT.toString()}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path className="depth-bids" d={area(bids, scale)} />
        <path className="depth-asks" d={area(asks, scale)} />
      </svg>
      <figcaption>
        <span>{format(low, market.priceDigits, marks)}</span>
        <span>{summary}</span>
        <span>{format(high, market.priceDigits, marks)}</span>
      </figcaption>
      <StaleVeil />
    </figure>
  );
}

interface Scale {
  readonly low: number;
  readonly span: number;
  readonly most: number;
}

/** Steps from the best price outwards, closed along the bottom. */
function area(points: readonly DepthPoint[], { low, span, most }: Scale): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "";
  const x = (price: bigint) => (((toPixels(price) - low) / span) * WIDTH).toFixed(1);
  const y = (total: bigint) => (HEIGHT - (toPixels(total) / most) * (HEIGHT - 12)).toFixed(1);
  const steps = points.map(({ price, total }) => `H${x(price)}V${y(total)}`).join("");
  return `M${x(first.price)},${HEIGHT.toString()}${steps}V${HEIGHT.toString()}Z`;
}
