import type { Refused } from "@bourse/api/client";
import { useWords } from "@bourse/kit/words";
import { refusalText } from "../panes/faults.ts";

/** What was refused, and why; nothing while nothing was. */
export function FaultNotice({ fault }: { readonly fault: Refused | null }) {
  const words = useWords();
  if (fault === null) return null;
  return (
    <p className="notice wrong" role="alert">
      {fault.status === 401 ? words.proofFailed : refusalText(fault, words)}
    </p>
  );
}
