import { Field } from "@bourse/kit/field.tsx";
import { usePageWords } from "@bourse/kit/words";

/** What proves once more who asks: a code, or the password of somebody without one. With a passkey it stays empty. */
export function ProofField({
  typed,
  onTyped,
}: {
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
}) {
  const words = usePageWords();
  return (
    <Field
      label={words.proof}
      type="password"
      autoComplete="one-time-code"
      value={typed}
      onValue={onTyped}
    />
  );
}
