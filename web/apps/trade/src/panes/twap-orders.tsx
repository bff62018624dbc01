import type { Refused } from "@bourse/api/client";
import type { AlgoOrder } from "@bourse/api/schema";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { format } from "@bourse/num/format";
import { useCallback, useEffect, useState } from "react";
import { pairOf } from "../live/pair.ts";
import { dayTime, shortTime, zone } from "../live/time.ts";
import { refusedOf } from "../live/refused.ts";
import { failureOf, type Failure } from "../live/requests.ts";
import { cancelSpread, spreads } from "../live/twap.ts";
import { useMarks } from "../live/use.ts";
import { Empty, Loading } from "./empty.tsx";
import { failedText, refusalText } from "./refusals.ts";
import { useMarket } from "./open-orders.tsx";
import { PlaceOrder } from "./place-order.tsx";

/** Slices are seconds apart, and no stream tells of their order. */
const ASK_PERIOD_MS = 2_000;
const TWAP = { type: "twap" } as const;

/** Orders that are spread over time: those that work, and the last that have ended. */
export function TwapOrders() {
  const words = usePageWords();
  const [orders, setOrders] = useState<readonly AlgoOrder[] | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [isUnknown, setIsUnknown] = useState(false);
  const [kept, setKept] = useState<Failure | null>(null);
  const ask = useCallback(async () => {
    try {
      setOrders(await spreads());
      setRefused(null);
    } catch (error) {
      setRefused(refusedOf(error));
    }
  }, []);
  useEffect(() => {
    const first = setTimeout(() => void ask(), 0);
    const timer = setInterval(() => void ask(), ASK_PERIOD_MS);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [ask]);
  const cancel = async (algoId: number): Promise<void> => {
    setKept(null);
    const answer = await cancelSpread(algoId, () => setIsUnknown(true));
    setIsUnknown(false);
    setKept(failureOf(answer));
    await ask();
  };
  const text =
    kept !== null
      ? failedText(kept, words)
      : isUnknown
        ? words.ackUnknown
        : refused && refusalText(refused, words);
  const note =
    text === null ? null : (
      <p className="fault" role="alert">
        {text}
      </p>
    );
  if (orders === null) return note ?? <Loading what={words.loadingOrders} />;
  if (orders.length === 0) {
    return (
      note ?? (
        <Empty why={words.twapNone}>
          <PlaceOrder symbol={null} change={TWAP} title={words.twapPlace} />
        </Empty>
      )
    );
  }
  const heads = [words.twapLimit, words.filled, words.averagePrice];
  return (
    <>
      {note}
      <table className="table cards" aria-label={words.overTime}>
        <thead>
          <tr>
            <th scope="col">{`${words.time} (${zone()})`}</th>
            <th scope="col">{words.market}</th>
            <th scope="col">{words.side}</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
            <th scope="col" className="number">
              {words.twapSlices}
            </th>
            <th scope="col">{words.twapEnds}</th>
            <th scope="col">{words.state}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <Row
              key={order.algoId}
              order={order}
              words={words}
              onCancel={() => void cancel(order.algoId)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({
  order,
  words,
  onCancel,
}: {
  readonly order: AlgoOrder;
  readonly words: PageWords;
  readonly onCancel: () => void;
}) {
  const marks = useMarks();
  const market = useMarket(order.symbol);
  const [executed, total] = [parseUnits(order.executedQty) ?? 0n, parseUnits(order.totalQty) ?? 0n];
  const qty = (units: bigint) => format(units, market?.qtyDigits ?? 8, marks);
  const price = (text: string) => {
    const units = parseUnits(text) ?? 0n;
    return units === 0n ? "–" : format(units, market?.priceDigits ?? 8, marks);
  };
  const isOpen = order.algoStatus === "WORKING";
  const ends = isOpen ? order.plannedEndTime : order.endTime;
  // eslint-disable-next-line no-restricted-syntax -- a per cent
  const percent = total === 0n ? 0 : Number((executed * 100n) / total);
  return (
    <tr>
      <td data-head={words.time} title={`${dayTime(order.bookTime)} ${zone()}`}>
        {shortTime(order.bookTime)}
      </td>
      <td data-head={words.market}>{pairOf(order.symbol)}</td>
      <td data-head={words.side} className={order.side === "BUY" ? "up" : "down"}>
        {order.side === "BUY" ? words.buy : words.sell}
      </td>
      <td data-head={words.twapLimit} className="number">
        {price(order.limitPrice)}
      </td>
      <td
        data-head={words.filled}
        className="number"
      >{`${qty(executed)} / ${qty(total)} (${percent.toString()}%)`}</td>
      <td data-head={words.averagePrice} className="number">
        {price(order.avgPrice)}
      </td>
      <td
        data-head={words.twapSlices}
        className="number"
      >{`${order.slicesSent.toString()} / ${order.slices.toString()}`}</td>
      <td data-head={words.twapEnds} title={`${dayTime(ends)} ${zone()}`}>
        {shortTime(ends)}
      </td>
      <td data-head={words.state}>
        {words[`twap${order.algoStatus}`]}
        {order.errorMsg === "" ? null : ` · ${order.errorMsg}`}
      </td>
      <td className="number">
        {isOpen ? (
          <button
            type="button"
            className="button small"
            aria-label={words.twapCancel(order.algoId)}
            onClick={onCancel}
          >
            {words.cancel}
          </button>
        ) : null}
      </td>
    </tr>
  );
}
