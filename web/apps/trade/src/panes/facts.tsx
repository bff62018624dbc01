/** Names with what is so called: figures, facts, or what an order would come to. */

import type { ReactNode } from "react";

export function Facts({
  className = "figures",
  rows,
}: {
  readonly className?: string;
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <dl className={className}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
