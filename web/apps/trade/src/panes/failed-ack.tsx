import { useOpenedWords } from "@bourse/kit/words";
import type { Ack } from "../live/acks.ts";
import { ofLadder } from "./ack.tsx";
import { failedText, reasonText } from "./refusals.ts";

/** Why what was asked for last was not carried out. */
export function FailedAck({
  ack,
}: {
  readonly ack: Extract<Ack, { kind: "failed" | "cancelledSome" }>;
}) {
  const words = useOpenedWords();
  if (ack.kind === "failed") return ofLadder(ack.ladder, failedText(ack.failure, words), words);
  const left = ack.left.join(", ");
  return words.ackCancelledSome(ack.count, left, reasonText(ack.failure, words));
}
