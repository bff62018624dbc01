/** Names with what is so called: figures, facts, or what an order would come to. */

import type { Term } from "@bourse/kit/strings/en-terms";
import type { ReactNode } from "react";
import { Explained } from "./explained.tsx";

export function Facts({
  className = "figures",
  rows,
}: {
  readonly className?: string;
  readonly rows: readonly (readonly [name: string, value: ReactNode, term?: Term])[];
}) {
  return (
    <dl className={className}>
      {rows.map(([name, value, term]) => (
        <div key={name}>
          <dt>
            <Explained term={term}>{name}</Explained>
          </dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
