import { Dialog } from "@bourse/kit/dialog.tsx";
import { type DeskWords, useDeskWords } from "@bourse/kit/words";
import type { Market } from "@bourse/state/market";
import { sentOf } from "@bourse/state/placement";
import type { Checked } from "@bourse/state/ticket";
import type { Doubt } from "./doubts.ts";
import { PreviewList } from "./preview.tsx";

function doubtText(doubt: Doubt, words: DeskWords): string | null {
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

/** Asks once more, with the numbers. */
export function ConfirmOrder({
  doubts,
  name,
  market,
  checked,
  onConfirm,
  onClose,
}: {
  readonly doubts: readonly Doubt[];
  readonly name: string;
  readonly market: Market;
  readonly checked: Checked;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const words = useDeskWords();
  const { placement } = checked;
  const sent = placement === null || placement.operation === "ladder" ? null : sentOf(placement);
  const what =
    placement?.operation === "ladder"
      ? words.ladderOf(placement.orders.length)
      : `${sent?.size ?? ""}${sent?.price === undefined ? "" : ` @ ${sent.price}`}`;
  return (
    <Dialog title={words.confirmOrder} role="alertdialog" onClose={onClose}>
      <div className="stack">
        <p>{`${name}: ${what}`}</p>
        {doubts.map((doubt) => {
          const text = doubtText(doubt, words);
          return text === null ? null : (
            <p key={doubt.kind} className="notice careful">
              {text}
            </p>
          );
        })}
        <PreviewList market={market} checked={checked} />
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="button" className="button primary" onClick={onConfirm}>
            {words.placeAnyway}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
