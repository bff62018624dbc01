import { usePageWords } from "@bourse/kit/words";
import { unkept } from "../live/documents.ts";

/** Says that the exchange has refused to keep something; it comes when it has. */
export function Unkept() {
  const words = usePageWords();
  return (
    <p className="toast">
      <span>{words.unkept}</span>
      <button
        type="button"
        className="button plain small"
        aria-label={words.close}
        onClick={() => unkept.dispatch(false)}
      >
        ✕
      </button>
    </p>
  );
}
