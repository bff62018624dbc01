import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";

/** A text to take along whole. */
export function Copied({ name, text }: { readonly name: string; readonly text: string }) {
  const words = usePageWords();
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="field">
      <span className="label">{name}</span>
      <div className="copied">
        <code className="mono" tabIndex={0} role="group" aria-label={name}>
          {text}
        </code>
        <button
          type="button"
          className="button small"
          onClick={() => {
            void navigator.clipboard.writeText(text).then(() => setIsCopied(true));
          }}
        >
          {isCopied ? words.copied : words.copy}
        </button>
      </div>
    </div>
  );
}
