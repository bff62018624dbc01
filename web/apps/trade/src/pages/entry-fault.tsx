import { Refused } from "@bourse/api/client";
import { type EntryWords, useEntryWords } from "@bourse/kit/entry-words";
import { RequestId } from "../panes/request-id.tsx";

/** Why somebody was not let in, or a token was not taken; nothing while nothing was refused. */
export function EntryFault({
  fault,
  unproven,
  unanswered = "actUnknown",
}: {
  readonly fault: unknown;
  /** What is said when the proof was wrong: that of somebody who signs in, or of an act. */
  readonly unproven: "signInFailed" | "proofFailed";
  /** What is said when no answer came: whoever signs in may try again without a thought. */
  readonly unanswered?: "reasonOffline" | "actUnknown";
}) {
  const words = useEntryWords();
  if (fault === null) return null;
  return (
    <>
      <WrongNotice text={reason(fault, words, { unproven, unanswered })} />
      {fault instanceof Refused ? <RequestId refused={fault} /> : null}
    </>
  );
}

function reason(
  fault: unknown,
  words: EntryWords,
  {
    unproven,
    unanswered,
  }: {
    readonly unproven: "signInFailed" | "proofFailed";
    readonly unanswered: "reasonOffline" | "actUnknown";
  },
): string {
  if (!(fault instanceof Refused)) return words.passkeyFailed;
  if (fault.isUnknown && unanswered === "actUnknown")
    return `${words.actUnknown} ${words.lookForLetter}`;
  if (fault.status === 0) return words.reasonOffline;
  if (fault.status === 429) return words.tooMany((fault.retryAfterSeconds ?? 1).toString());
  return fault.status === 401 ? words[unproven] : words.refusedAs(fault.code, fault.message);
}

/** That something is wrong, told at once to those who do not see it. */
export function WrongNotice({ text }: { readonly text: string }) {
  return (
    <p className="notice wrong" role="alert">
      {text}
    </p>
  );
}
