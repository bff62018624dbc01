import type { Refused } from "@bourse/api/client";
import { useWords } from "@bourse/kit/words";
import { useCallback } from "react";
import { Failed } from "../panes/failed.tsx";
import type { ChartCanvas } from "./canvas.ts";

/** Why a chart has no candles, in their place; nothing when it has them. */
export function FailedChart({
  canvas,
  refused,
}: {
  readonly canvas: ChartCanvas | null;
  readonly refused: Refused | null;
}) {
  const words = useWords();
  const again = useCallback(() => canvas?.reload(), [canvas]);
  if (canvas === null || refused === null) return null;
  return (
    <div className="chart-failed">
      <Failed what={words.chart} refused={refused} again={again} />
    </div>
  );
}
