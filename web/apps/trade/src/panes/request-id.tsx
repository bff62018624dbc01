import type { Refused } from "@bourse/api/client";
import { useFrameWords } from "@bourse/kit/entry-words";
import { useState } from "react";

/** By what the exchange finds a failure, to take along; nothing where it has no name for it. */
export function RequestId({ refused: { requestId } }: { readonly refused: Refused }) {
  const words = useFrameWords();
  const [isCopied, setIsCopied] = useState(false);
  if (requestId === null) return null;
  return (
    <p className="request-id">
      {words.requestId} <code className="mono">{requestId}</code>{" "}
      <button
        type="button"
        className="button small"
        onClick={() => {
          void navigator.clipboard.writeText(requestId).then(() => setIsCopied(true));
        }}
      >
        {isCopied ? words.copied : words.copy}
      </button>
    </p>
  );
}
