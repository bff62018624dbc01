import { useDeskWords } from "@bourse/kit/words";
import type { Fault, TicketFacts } from "@bourse/state/ticket";
import { faultText } from "./faults.ts";

/** What is wrong with a field of the ticket. */
export function FaultText({
  fault,
  facts: { market, marks },
}: {
  readonly fault: Fault;
  readonly facts: TicketFacts;
}) {
  return faultText(fault, useDeskWords(), market, marks);
}
