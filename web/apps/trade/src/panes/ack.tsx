import { type DeskWords, useDeskWords } from "@bourse/kit/words";
import { format, toWire, type Marks } from "@bourse/num/format";
import { lazy, Suspense } from "react";
import { markets } from "../live/exchange.ts";
import { ack, type Ack, type Ladder } from "../live/acks.ts";
import { useMarks, useStore } from "../live/use.ts";

const FailedAck = lazy(async () => ({ default: (await import("./failed-ack.tsx")).FailedAck }));

function ackText(ack: Ack, words: DeskWords, marks: Marks): string {
  switch (ack.kind) {
    // Why something failed stands apart.
    case "none":
    case "failed":
    case "cancelledSome":
      return "";
    case "sending":
      return words.ackSending;
    case "unknown":
      return ofLadder(ack.ladder, words.ackUnknown, words);
    case "notFound":
      return ofLadder(ack.ladder, words.ackNotFound, words);
    case "accepted":
      return words.ackAccepted(ack.id, ack.tripMs);
    case "acceptedList":
      return words.ackAcceptedList(ack.ids, ack.tripMs);
    case "expired":
      return words.ackExpired(ack.id, ack.tripMs);
    case "cancelled":
      return words.ackCancelled(ack.id, ack.tripMs);
    case "acceptedLadder":
      return words.ackLadder(ack.count, ack.tripMs);
    case "ladderCut":
      return words.ackLadderCut(ack.count, ack.wanted);
    case "cancelledAll":
      return words.ackCancelledAll(ack.count, ack.tripMs);
    case "amended":
      return words.ackAmended(ack.id, ack.tripMs);
    case "filled":
      return words.ackFilled(toWire(ack.qty), price(ack, marks), ack.id, ack.tripMs);
    case "partly":
      return words.ackPartly(toWire(ack.filled), toWire(ack.qty), ack.id, ack.tripMs);
  }
}

/** What is told of one order of a ladder, with how many of it stand before. */
export const ofLadder = (ladder: Ladder | null, text: string, words: DeskWords): string =>
  ladder === null || ladder.count === 0
    ? text
    : `${words.ackLadderStands(ladder.count, ladder.wanted)} ${text}`;

function price(ack: Extract<Ack, { average: bigint }>, marks: Marks): string {
  const all = markets.get();
  const digits = all.kind === "there" ? all.bySymbol.get(ack.symbol)?.priceDigits : undefined;
  return format(ack.average, digits ?? 8, marks);
}

/** What somebody has to look after, and is told at once. */
const BAD: readonly Ack["kind"][] = ["failed", "ladderCut", "cancelledSome"];

/** What the exchange said to the last request; told to screen readers, refusals at once. */
export function AckLine() {
  const words = useDeskWords();
  const marks = useMarks();
  const current = useStore(ack);
  const isBad = BAD.includes(current.kind);
  const text = ackText(current, words, marks);
  const name = "name" in current ? current.name : null;
  return (
    <div className="ack">
      <span
        role="status"
        aria-label={words.lastOrder}
        className={current.kind === "unknown" || current.kind === "notFound" ? "warn" : ""}
      >
        {isBad ? "" : text}
      </span>
      <span role="alert" className="fault">
        {isBad ? text : ""}
        {current.kind === "failed" || current.kind === "cancelledSome" ? (
          <Suspense>
            <FailedAck ack={current} />
          </Suspense>
        ) : null}
      </span>
      {name === null ? null : (
        <button
          type="button"
          className="button plain small mono"
          title={words.copyName}
          onClick={() => void navigator.clipboard.writeText(name)}
        >
          {name}
        </button>
      )}
    </div>
  );
}
