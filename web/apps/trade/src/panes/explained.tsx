import type { Term } from "@bourse/kit/strings/en-terms";
import type { ReactNode } from "react";

/** A word of trading that is explained where it stands, by mouse and by keyboard; without a term, the word alone. */
export function Explained({
  term,
  children,
}: {
  readonly term: Term | undefined;
  readonly children: ReactNode;
}) {
  if (term === undefined) return children;
  return (
    <span data-term={term} tabIndex={0}>
      {children}
    </span>
  );
}
