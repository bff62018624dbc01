import type { Refused } from "@bourse/api/client";
import { oneAtATime } from "@bourse/api/one-at-a-time";
import { useCallback, useEffect, useState } from "react";
import { refusedOf } from "../live/refused.ts";

/** What a question to the exchange has come to. */
export type Asked<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "refused"; readonly refused: Refused }
  | { readonly kind: "there"; readonly answer: T };

/** Asks once, and again when the returned function is called. */
export function useAsked<T>(ask: () => Promise<T>): [asked: Asked<T>, again: () => void] {
  const [asked, setAsked] = useState<Asked<T>>({ kind: "loading" });
  const again = useCallback(() => {
    ask()
      .then((answer) => setAsked({ kind: "there", answer }))
      .catch((error: unknown) => setAsked({ kind: "refused", refused: refusedOf(error) }));
  }, [ask]);
  useEffect(again, [again]);
  return [asked, again];
}

/** An act that may be refused: what was said to it, and how to try. While one is on its way no other is begun. */
export function useAct(): {
  readonly fault: Refused | null;
  readonly act: (what: () => Promise<void>) => void;
} {
  const [fault, setFault] = useState<Refused | null>(null);
  const [begin] = useState(oneAtATime);
  const act = useCallback(
    (what: () => Promise<void>) => {
      const begun = begin(what);
      if (begun === null) return;
      setFault(null);
      begun.catch((error: unknown) => setFault(refusedOf(error)));
    },
    [begin],
  );
  return { fault, act };
}
