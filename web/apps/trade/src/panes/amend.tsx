import { Dialog } from "@bourse/kit/dialog.tsx";
import { Field } from "@bourse/kit/field.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { isOnGrid, ZERO_AMOUNT, type Price, type Qty } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire, type Marks } from "@bourse/num/format";
import {
  fundsFault,
  isPaired,
  isSameTerms,
  keepsPlace,
  limitFault,
  termsOf,
  triggerFault,
  valueFault,
  type Amendment,
} from "@bourse/state/amendment";
import { amendedThrough } from "@bourse/state/far";
import type { Market } from "@bourse/state/market";
import type { Order } from "@bourse/state/orders";
import type { Fault } from "@bourse/state/ticket";
import { useEffect, useState } from "react";
import { averages, tickers } from "../live/exchange.ts";
import { own } from "../live/session.ts";
import { amend, countAmendments } from "../live/changes.ts";
import { useMarks, usePart, useStore } from "../live/use.ts";
import { ConfirmAmend } from "./confirm-amend.tsx";
import { FAR_PERCENT } from "./doubts.ts";
import { faultText } from "./faults.ts";
import { useMarket } from "./open-orders.tsx";

/** Changes the terms of an order; the old ones stay until the exchange has answered. */
export function AmendOrder({
  order,
  onClose,
}: {
  readonly order: Order;
  readonly onClose: () => void;
}) {
  const market = useMarket(order.symbol);
  return market === null ? null : <Form order={order} market={market} onClose={onClose} />;
}

/** A hundredth of a per cent, as the field has it. */
const POINT = 1_000_000n;

interface Grid {
  readonly off: "offTick" | "offLot";
  readonly step: bigint;
  readonly least: bigint;
  readonly most: bigint;
}

type Read = { readonly units: bigint } | { readonly fault: Fault };

function readNumber(text: string, marks: Marks, { off, step, least, most }: Grid): Read {
  const entry = readEntry(text, marks);
  if (entry.kind !== "value") {
    return { fault: { kind: entry.kind === "empty" ? "missing" : entry.kind } };
  }
  const { units } = entry;
  if (!isOnGrid(units, step)) return { fault: { kind: off, step } };
  if (units < least) return { fault: { kind: "tooLow", bound: least } };
  return most < units ? { fault: { kind: "tooHigh", bound: most } } : { units };
}

const unitsOf = (read: Read): bigint | null => ("units" in read ? read.units : null);
const faultOf = (read: Read): Fault | null => ("fault" in read ? read.fault : null);

function Form({
  order,
  market,
  onClose,
}: {
  readonly order: Order;
  readonly market: Market;
  readonly onClose: () => void;
}) {
  const words = useOpenedWords();
  const marks = useMarks();
  const [price, setPrice] = useState(toWire(order.price));
  const [stop, setStop] = useState(toWire(order.stopPrice));
  const [trail, setTrail] = useState(trailText(order.trailingDelta));
  const [size, setSize] = useState(toWire(order.qty));
  const [shown, setShown] = useState(toWire(order.icebergQty));
  const [isAsked, setIsAsked] = useState(false);
  const last = usePart(tickers, (all) => all.get(order.symbol)?.last ?? null);
  const average = usePart(averages, (all) => all.get(order.symbol) ?? null);
  const count = useAmendments(order);
  const most = market.amendsMax;
  const mayChange = count === null || most === null || count < most;
  const asset = order.side === "BUY" ? market.quote : market.base;
  const { balances, orders } = useStore(own);
  const amount = balances.get(asset)?.free ?? ZERO_AMOUNT;
  const hasSize = !isPaired(order, orders.values());
  const hides = order.icebergQty !== 0n;
  const hasTrail = !order.isWorking && order.trailingDelta !== null;
  const hasStop = !order.isWorking && order.stopPrice !== 0n;
  const prices: Grid = {
    off: "offTick",
    step: market.tick,
    least: market.priceMin,
    most: market.priceMax,
  };
  const trails: Grid = {
    off: "offTick",
    step: POINT,
    least: BigInt(market.trailingMin) * POINT,
    most: BigInt(market.trailingMax) * POINT,
  };
  const sizes: Grid = {
    off: "offLot",
    step: market.lot,
    least: market.qtyMin,
    most: market.qtyMax,
  };
  const reads = {
    price: order.price === 0n ? { units: 0n } : readNumber(price, marks, prices),
    stop: hasStop ? readNumber(stop, marks, prices) : { units: order.stopPrice },
    trail: hasTrail ? readNumber(trail, marks, trails) : { units: 0n },
    size: hasSize ? readNumber(size, marks, sizes) : { units: order.qty },
    shown: hides ? readNumber(shown, marks, sizes) : { units: 0n },
  };
  const amendment = amendmentOf(order, {
    price: unitsOf(reads.price),
    stop: unitsOf(reads.stop),
    trail: unitsOf(reads.trail),
    size: unitsOf(reads.size),
    shown: unitsOf(reads.shown),
  });
  const faults = {
    price: faultOf(reads.price) ?? (amendment && limitFault(order, amendment, average, market)),
    stop: faultOf(reads.stop) ?? (amendment && triggerFault(order, amendment.stopPrice, last)),
    trail: faultOf(reads.trail),
    shown: faultOf(reads.shown) ?? (amendment && shownFault(amendment)),
    size:
      faultOf(reads.size) ??
      (amendment &&
        (valueFault(amendment, market) ?? fundsFault(order, amendment, { asset, amount }))),
  };
  const isSound = Object.values(faults).every((fault) => fault === null);
  const isReady =
    isSound && mayChange && amendment !== null && !isSameTerms(amendment, termsOf(order));
  const percent = amendment === null ? 0n : amendedThrough(order, amendment, last);
  const said = (fault: Fault | null) =>
    fault === null ? null : faultText(fault, words, market, marks);
  if (isAsked && isReady) {
    return (
      <ConfirmAmend
        {...{ order, percent, market }}
        wanted={amendment}
        onDone={onClose}
        onClose={() => setIsAsked(false)}
      />
    );
  }
  return (
    <Dialog title={words.amendOrder(order.id)} onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady) return;
          if (FAR_PERCENT < percent) {
            setIsAsked(true);
            return;
          }
          onClose();
          void amend(order, amendment);
        }}
      >
        {hasStop ? (
          <Field
            label={words.stopPrice}
            inputMode="decimal"
            value={stop}
            onValue={setStop}
            fault={said(faults.stop)}
            hint={`${toWire(order.stopPrice)} →`}
            unit={market.quote}
          />
        ) : null}
        {hasTrail ? (
          <Field
            label={words.trail}
            inputMode="decimal"
            value={trail}
            onValue={setTrail}
            fault={said(faults.trail)}
            hint={`${trailText(order.trailingDelta)} →`}
            unit="%"
          />
        ) : null}
        {order.price === 0n ? null : (
          <Field
            label={words.price}
            inputMode="decimal"
            value={price}
            onValue={setPrice}
            fault={said(faults.price)}
            hint={`${toWire(order.price)} →`}
            unit={market.quote}
          />
        )}
        {hasSize ? (
          <Field
            label={words.size}
            inputMode="decimal"
            value={size}
            onValue={setSize}
            fault={said(faults.size)}
            hint={`${toWire(order.qty)} →`}
            unit={market.base}
          />
        ) : null}
        {hides ? (
          <Field
            label={words.shownSize}
            inputMode="decimal"
            value={shown}
            onValue={setShown}
            fault={said(faults.shown)}
            hint={`${toWire(order.icebergQty)} →`}
            unit={market.base}
          />
        ) : null}
        {hasSize ? null : <p className="hint">{words.amendPair}</p>}
        {count === null || most === null ? null : (
          <p className={mayChange ? "hint" : "fault"} role={mayChange ? undefined : "alert"}>
            {mayChange
              ? words.amendedTimes(count.toString(), most.toString())
              : words.reasonAmends(most.toString())}
          </p>
        )}
        <p className="hint">
          {!order.isWorking
            ? words.amendWaits
            : amendment !== null && keepsPlace(order, amendment)
              ? words.amendKeepsPlace
              : words.amendKeepsNumber}
        </p>
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button primary" disabled={!isReady}>
            {words.amend}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Returns how often the order was amended; null until that is told. */
function useAmendments(order: Order): number | null {
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    let isOver = false;
    void countAmendments(order).then((told) => {
      if (!isOver) setCount(told);
    });
    return () => {
      isOver = true;
    };
    // Another change of it begins another dialog.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [order.symbol, order.id]);
  return count;
}

/** Returns the terms that stand in the fields; null while one of them cannot be read. */
function amendmentOf(
  order: Order,
  {
    price,
    stop,
    trail,
    size,
    shown,
  }: Readonly<Record<"price" | "stop" | "trail" | "size" | "shown", bigint | null>>,
): Amendment | null {
  if (price === null || stop === null || trail === null) return null;
  if (size === null || shown === null) return null;
  return {
    price: price as Price,
    stopPrice: stop as Price,
    qty: size as Qty,
    icebergQty: shown as Qty,
    // eslint-disable-next-line no-restricted-syntax -- hundredths of a per cent
    trailingDelta: trail === 0n ? order.trailingDelta : Number(trail / POINT),
  };
}

/** An iceberg shows no more than there is of it. */
const shownFault = ({ icebergQty, qty }: Amendment): Fault | null =>
  icebergQty <= qty ? null : { kind: "tooHigh", bound: qty };

const trailText = (points: number | null): string => toWire(BigInt(points ?? 0) * POINT);
