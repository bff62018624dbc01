/** Gives the keys of a chart to what draws or chooses a price by them. */

import type { ChartCanvas } from "./canvas.ts";
import type { Tool } from "./drawing-overlays.ts";

/** Lets clicks or keys draw something on the chart; without a tool, keys choose the price of an order. */
export function startPen(
  canvas: ChartCanvas,
  tool: Tool | null,
  isByKeys: boolean,
  onEnd: () => void = () => undefined,
): void {
  // The first keys may be faster than what takes them.
  if (tool === null && canvas.isTaken) return;
  canvas.take(() => undefined);
  if (tool !== null) canvas.drawings.begin(tool);
  canvas.stop.focus({ preventScroll: true });
  import("./pen.ts")
    .then(({ takePen }) => takePen(canvas, tool, isByKeys, onEnd))
    .catch(() => {
      // Without a network, clicks draw alone.
      canvas.take(null);
      onEnd();
    });
}

/** Lets keys choose a price, and gives the focus back to where it was: keys that trade are meant for no element. */
export function chooseFromAfar(canvas: ChartCanvas): void {
  const before = document.activeElement;
  startPen(canvas, null, true, () => {
    if (document.activeElement !== canvas.stop) return;
    canvas.stop.blur();
    if (before instanceof HTMLElement && before !== document.body) before.focus();
  });
}
