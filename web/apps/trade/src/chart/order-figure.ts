/** How the line of an own order is drawn. */

import { edgeOf } from "@bourse/state/edge";
import { registerOverlay } from "klinecharts";
import { LETTER_PX } from "./styles.ts";

/** An own order as a line that can be dragged, unless it is fixed, and has a cross that cancels it. */
export interface OrderLine {
  readonly key: string;
  readonly price: bigint;
  /** What it says where it is, or where it is dragged to. */
  readonly says: (pixels: number) => string;
  readonly isBuy: boolean;
  readonly isFixed: boolean;
}

/** The name of the figure. */
export const ORDER_LINE = "orderLine";
/** The part of a line that cancels its order, and how far its label stands from the edge to leave it room. */
export const CROSS = "cross";
const CROSS_PX = 32;
/** How far from the edge a mark stands for lines beyond it. */
const EDGE_PX = 14;

/** What a line is drawn with beside its place. */
export type Drawn = Pick<OrderLine, "says"> & {
  readonly colour: string;
  /** Where all lines are, itself too. */
  readonly prices: readonly number[];
};

registerOverlay({
  name: ORDER_LINE,
  totalStep: 2,
  needDefaultPointFigure: false,
  needDefaultXAxisFigure: false,
  needDefaultYAxisFigure: true,
  createPointFigures: ({ coordinates, bounding, overlay, yAxis }) => {
    const y = coordinates[0]?.y ?? 0;
    const { says, colour, prices } = overlay.extendData as Drawn;
    const said = says(overlay.points[0]?.value ?? 0);
    const line = {
      coordinates: [
        { x: 0, y },
        { x: bounding.width, y },
      ],
    };
    const written = { color: "#ffffff", backgroundColor: colour, size: LETTER_PX };
    const label = (key: string, fromRight: number, says: string) => ({
      key,
      type: "text",
      attrs: { x: bounding.width - fromRight, y, text: says, align: "right", baseline: "middle" },
      styles: { ...written, paddingLeft: 6, paddingRight: 6, paddingTop: 4, paddingBottom: 4 },
    });
    if (y < 0 || bounding.height < y) {
      const all = prices.map((price) => yAxis?.convertToPixel(price) ?? y);
      const edge = edgeOf(y, all, bounding.height);
      if (edge === null) return [];
      const more = edge.count === 1 ? "" : ` +${(edge.count - 1).toString()}`;
      const mark = label("edge", 8, `${edge.isAbove ? "▲" : "▼"} ${said}${more}`);
      mark.attrs.y = edge.isAbove ? EDGE_PX : bounding.height - EDGE_PX;
      return [{ ...mark, ignoreEvent: true }];
    }
    return [
      { type: "line", attrs: line, styles: { style: "dashed", color: colour, size: 1 } },
      label("label", CROSS_PX, said),
      label(CROSS, 8, "✕"),
    ];
  },
});
