import { useWords } from "@bourse/kit/words";
import type { ReactNode } from "react";
import { usePart } from "../live/use.ts";
import { connection } from "../live/exchange.ts";
import { clockTime } from "../live/time.ts";
import { Boundary } from "./boundary.tsx";

/** A region of the trade screen, with its own failures. */
export function Pane({
  name,
  className,
  id,
  children,
}: {
  readonly name: string;
  readonly className: string;
  readonly id?: string;
  readonly children: ReactNode;
}) {
  return (
    <section id={id} className={`pane ${className}`} aria-label={name} tabIndex={-1}>
      <Boundary>{children}</Boundary>
    </section>
  );
}

/** Marks what lies below it as old while the exchange is not heard. */
export function StaleVeil() {
  const words = useWords();
  const isOld = usePart(connection, (state) => state.isOld);
  const since = usePart(connection, ({ heardAtMs }) => Math.floor(heardAtMs / 1_000));
  if (!isOld) return null;
  return (
    <div className="veil">
      <span>{words.staleSince(clockTime(since * 1_000))}</span>
    </div>
  );
}
