import type { Refused } from "@bourse/api/client";
import { useWords } from "@bourse/kit/words";
import { useCallback } from "react";
import { Failed } from "../panes/failed.tsx";
import type { ChartCanvas } from "./canvas.ts";

/** Why a chart has no candles, in their place. */
export function FailedChart({
  canvas,
  refused,
}: {
  readonly canvas: ChartCanvas;
  readonly refused: Refused;
}) {
  const words = useWords();
  const again = useCallback(() => canvas.reload(), [canvas]);
  return (
    <div className="chart-failed">
      <Failed what={words.chart} refused={refused} again={again} />
    </div>
  );
}
