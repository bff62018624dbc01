import type { Refused } from "@bourse/api/client";
import { usePageWords } from "@bourse/kit/words";
import { refusalText } from "../panes/refusals.ts";
import { RequestId } from "../panes/request-id.tsx";
import { WrongNotice } from "./entry-fault.tsx";

/** What was refused, and why; nothing while nothing was. */
export function FaultNotice({ fault }: { readonly fault: Refused | null }) {
  const words = usePageWords();
  if (fault === null) return null;
  return (
    <>
      <WrongNotice text={fault.status === 401 ? words.proofFailed : refusalText(fault, words)} />
      <RequestId refused={fault} />
    </>
  );
}
