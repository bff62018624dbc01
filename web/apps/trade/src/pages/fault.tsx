import { Refused } from "@bourse/api/client";
import { type EntryWords, useEntryWords } from "@bourse/kit/words";
import { RequestId } from "../panes/failed.tsx";
import { refusalText } from "../panes/faults.ts";

/** What was refused, and why; nothing while nothing was. */
export function FaultNotice({ fault }: { readonly fault: Refused | null }) {
  const words = useEntryWords();
  if (fault === null) return null;
  return (
    <>
      <Notice text={fault.status === 401 ? words.proofFailed : refusalText(fault, words)} />
      <RequestId refused={fault} />
    </>
  );
}

/** Why somebody was not let in; nothing while nothing was refused. */
export function EntryFault({ fault }: { readonly fault: unknown }) {
  const words = useEntryWords();
  return fault === null ? null : <Notice text={entryRefusal(fault, words)} />;
}

function entryRefusal(error: unknown, words: EntryWords): string {
  if (!(error instanceof Refused)) return words.passkeyFailed;
  if (error.status === 0) return words.reasonOffline;
  if (error.status === 429) return words.tooMany((error.retryAfterSeconds ?? 1).toString());
  return error.status === 401 ? words.signInFailed : error.message;
}

function Notice({ text }: { readonly text: string }) {
  return (
    <p className="notice wrong" role="alert">
      {text}
    </p>
  );
}
