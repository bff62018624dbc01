import type { Refused } from "@bourse/api/client";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { refusalText } from "../panes/refusals.ts";
import { RequestId } from "../panes/request-id.tsx";
import { WrongNotice } from "./entry-fault.tsx";

/** What to do where nobody knows whether an act was carried out: look, unless it has a key by which it counts once. */
type Next = "loadAndLook" | "sendAgain";

/** Returns why an act was refused, or that nobody knows what became of it, and what to do then. */
export function actFaultText(fault: Refused, words: PageWords, next: Next = "loadAndLook"): string {
  if (fault.isUnknown) return `${words.actUnknown} ${words[next]}`;
  return fault.status === 401 ? words.proofFailed : refusalText(fault, words);
}

/** What was refused, and why; nothing while nothing was. */
export function FaultNotice({
  fault,
  next = "loadAndLook",
}: {
  readonly fault: Refused | null;
  readonly next?: Next;
}) {
  const words = usePageWords();
  if (fault === null) return null;
  return (
    <>
      <WrongNotice text={actFaultText(fault, words, next)} />
      {fault.isUnknown && next === "loadAndLook" ? (
        <div className="row">
          <button type="button" className="button" onClick={() => location.reload()}>
            {words.reload}
          </button>
        </div>
      ) : null}
      <RequestId refused={fault} />
    </>
  );
}
