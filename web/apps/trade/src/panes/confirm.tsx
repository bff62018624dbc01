import { Dialog } from "@bourse/kit/dialog.tsx";
import { type OpenedWords, useOpenedWords } from "@bourse/kit/words";
import { parseUnits } from "@bourse/num/decimal";
import { format, type Marks } from "@bourse/num/format";
import { amountDigits, type Market } from "@bourse/state/market";
import { sentOf, type Placement } from "@bourse/state/placement";
import type { Checked } from "@bourse/state/ticket";
import type { ReactNode } from "react";
import { useMarks } from "../live/use.ts";
import type { Doubt } from "./doubts.ts";
import { PreviewList } from "./preview.tsx";

function doubtText(doubt: Doubt, words: OpenedWords): string | null {
  switch (doubt.kind) {
    case "asked":
      return null;
    case "stale":
      return words.confirmStale;
    case "far":
      return words.confirmFar(`${doubt.percent.toString()} %`);
    case "most":
      return words.confirmMost(`${doubt.percent.toString()} %`);
    case "large":
      return words.confirmLarge(`${doubt.percent.toString()} %`);
  }
}

/** What is sent, with its assets; a market order may be of an amount of the quote. */
function whatText(placement: Placement, market: Market, words: OpenedWords, marks: Marks): string {
  if (placement.operation === "ladder") return words.ladderOf(placement.orders.length);
  const { price, stopPrice, size } = sentOf(placement);
  const isQuote = "quoteOrderQty" in placement.parameters;
  const text = (value: string, digits: number) => format(parseUnits(value) ?? 0n, digits, marks);
  const at = (before: string, value: string | undefined) =>
    value === undefined ? "" : `${before}${text(value, market.priceDigits)} ${market.quote}`;
  const what = isQuote
    ? `${text(size, amountDigits(market.quote))} ${market.quote}`
    : `${text(size, market.qtyDigits)} ${market.base}`;
  return `${what}${at(" @ ", price)}${at(` · ${words.trigger} `, stopPrice)}`;
}

/** Asks once more before an order is sent, with the numbers. */
export function ConfirmOrder({
  checked,
  market,
  name,
  ...rest
}: Omit<Asked, "what" | "children"> & {
  readonly name: string;
  readonly market: Market;
  readonly checked: Checked;
}) {
  const words = useOpenedWords();
  const marks = useMarks();
  const { placement } = checked;
  const what = placement === null ? "" : whatText(placement, market, words, marks);
  return (
    <Confirm what={`${name}: ${what}`} {...rest}>
      <PreviewList market={market} checked={checked} />
    </Confirm>
  );
}

interface Asked {
  readonly what: string;
  readonly doubts: readonly Doubt[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What its button says, where that is not that an order is placed. */
  readonly does?: string;
  readonly children: ReactNode;
}

/** Says what is about to be done, and what speaks for looking at it again. */
export function Confirm({ what, doubts, onConfirm, onClose, does, children }: Asked) {
  const words = useOpenedWords();
  return (
    <Dialog title={words.confirmOrder} role="alertdialog" onClose={onClose}>
      <div className="stack">
        <p>{what}</p>
        {doubts.map((doubt) => {
          const text = doubtText(doubt, words);
          return text === null ? null : (
            <p key={doubt.kind} className="notice careful">
              {text}
            </p>
          );
        })}
        {children}
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="button" className="button primary" onClick={onConfirm}>
            {does ?? words.placeAnyway}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
