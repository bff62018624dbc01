import { lazy, Suspense } from "react";
import type { Unloaded } from "../live/retrying.ts";
import { Loading } from "./empty.tsx";

const FailedUntil = lazy(async () => ({ default: (await import("./failed.tsx")).FailedUntil }));

/** Where something will stand while it is loaded, or why it does not come and when it is asked for again. */
export function Waiting({
  loading,
  rowPx,
  ...failed
}: {
  /** What is told while it is loaded. */
  readonly loading: string;
  readonly rowPx?: number;
  /** As sentences name it: "Order book". */
  readonly what: string;
  readonly unloaded: Unloaded | null;
  readonly again: () => void;
}) {
  const rows = <Loading what={loading} {...(rowPx === undefined ? {} : { rowPx })} />;
  const { unloaded } = failed;
  if (unloaded === null) return rows;
  return (
    <Suspense fallback={rows}>
      <FailedUntil {...failed} unloaded={unloaded} />
    </Suspense>
  );
}
