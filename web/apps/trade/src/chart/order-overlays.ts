/** Own orders on a chart, as lines that are dragged and cancelled. */

import { toPixels } from "@bourse/num/decimal";
import type { Chart } from "klinecharts";
import type { CanvasEvents } from "./canvas.ts";
import { keepOverlay } from "./drawing-overlays.ts";
import { CROSS, ORDER_LINE, type Drawn, type OrderLine } from "./order-figure.ts";
import { chartColours } from "./styles.ts";

const ORDERS = "orders";

export class OrderOverlays {
  private lines: readonly OrderLine[] = [];
  /** A line that is dragged is not drawn anew under the hand. */
  private isDragged = false;

  constructor(
    private readonly chart: Chart,
    private readonly events: Pick<CanvasEvents, "onDragged" | "onCancelled">,
  ) {}

  set(lines: readonly OrderLine[]): void {
    this.lines = lines;
    if (this.isDragged) return;
    const colours = chartColours();
    const prices = lines.map((line) => toPixels(line.price));
    this.chart.removeOverlay({ groupId: ORDERS });
    for (const line of lines) {
      this.chart.createOverlay({
        id: `order/${line.key}`,
        name: ORDER_LINE,
        groupId: ORDERS,
        points: [{ value: toPixels(line.price) }],
        lock: line.isFixed,
        extendData: {
          says: line.says,
          colour: line.isBuy ? colours.fillUp : colours.fillDown,
          prices,
        } satisfies Drawn,
        onClick: ({ figure }) => {
          if (figure?.key === CROSS) this.events.onCancelled(line.key);
        },
        onRightClick: keepOverlay,
        onPressedMoveStart: () => {
          this.isDragged = true;
        },
        onPressedMoveEnd: ({ overlay }) => {
          this.isDragged = false;
          const value = overlay.points[0]?.value;
          // It stands where its order does until the exchange has said otherwise.
          this.set(this.lines);
          if (value !== undefined) this.events.onDragged(line.key, value);
        },
      });
    }
  }
}
