import { Refused } from "@bourse/api/client";
import { useCallback, useEffect, useState } from "react";

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
      .catch((error: unknown) => {
        const refused = error instanceof Refused ? error : new Refused(0, 0, "no answer");
        setAsked({ kind: "refused", refused });
      });
  }, [ask]);
  useEffect(again, [again]);
  return [asked, again];
}

/** An act that may be refused: what was said to it, and how to try. */
export function useAct(): {
  readonly fault: Refused | null;
  readonly act: (what: () => Promise<void>) => void;
} {
  const [fault, setFault] = useState<Refused | null>(null);
  const act = useCallback((what: () => Promise<void>) => {
    setFault(null);
    what().catch((error: unknown) => {
      setFault(error instanceof Refused ? error : new Refused(0, 0, "no answer"));
    });
  }, []);
  return { fault, act };
}
