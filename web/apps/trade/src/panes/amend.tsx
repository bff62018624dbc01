import { Dialog } from "@bourse/kit/dialog.tsx";
import { Field } from "@bourse/kit/field.tsx";
import { useDeskWords } from "@bourse/kit/words";
import { isOnGrid } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import type { Order } from "@bourse/state/orders";
import type { Fault } from "@bourse/state/ticket";
import { useState } from "react";
import { amend, keepsNumber, keepsPlace } from "../live/trading.ts";
import { useMarks } from "../live/use.ts";
import { faultText } from "./faults.ts";
import { useMarket } from "./open-orders.tsx";

/** Changes price and size of an order; the old values stay until the exchange has answered. */
export function AmendOrder({
  order,
  onClose,
}: {
  readonly order: Order;
  readonly onClose: () => void;
}) {
  const words = useDeskWords();
  const marks = useMarks();
  const market = useMarket(order.symbol);
  const [price, setPrice] = useState(toWire(order.price));
  const [qty, setQty] = useState(toWire(order.qty));
  if (market === null) return null;
  const isPriced = order.price !== 0n;
  const newPrice = isPriced
    ? read(price, { kind: "offTick", step: market.tick }, market.priceMin, market.priceMax)
    : { units: 0n };
  const newQty = read(qty, { kind: "offLot", step: market.lot }, market.qtyMin, market.qtyMax);
  function read(
    text: string,
    grid: { readonly kind: "offTick" | "offLot"; readonly step: bigint },
    low: bigint,
    high: bigint,
  ): { readonly units: bigint } | { readonly fault: Fault } {
    const entry = readEntry(text, marks);
    if (entry.kind !== "value") {
      return { fault: { kind: entry.kind === "empty" ? "missing" : entry.kind } };
    }
    if (!isOnGrid(entry.units, grid.step)) return { fault: grid };
    if (entry.units < low) return { fault: { kind: "tooLow", bound: low } };
    return high < entry.units
      ? { fault: { kind: "tooHigh", bound: high } }
      : { units: entry.units };
  }
  const amendment =
    "units" in newPrice && "units" in newQty ? { price: newPrice.units, qty: newQty.units } : null;
  const isSame =
    amendment !== null && amendment.price === order.price && amendment.qty === order.qty;
  const fault = (value: typeof newQty) =>
    "fault" in value ? faultText(value.fault, words, market, marks) : null;
  return (
    <Dialog title={words.amendOrder(order.id)} onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (amendment === null || isSame) return;
          onClose();
          void amend(order, amendment);
        }}
      >
        {isPriced ? (
          <Field
            label={words.price}
            inputMode="decimal"
            value={price}
            onValue={setPrice}
            fault={fault(newPrice)}
            hint={`${toWire(order.price)} →`}
            unit={market.quote}
          />
        ) : null}
        <Field
          label={words.size}
          inputMode="decimal"
          value={qty}
          onValue={setQty}
          fault={fault(newQty)}
          hint={`${toWire(order.qty)} →`}
          unit={market.base}
        />
        <p className="hint">
          {!keepsNumber(order)
            ? words.amendReplaces
            : amendment !== null && keepsPlace(order, amendment)
              ? words.amendKeepsPlace
              : words.amendKeepsNumber}
        </p>
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button primary" disabled={amendment === null || isSame}>
            {words.amend}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
