/** What is drawn on a chart by hand. */

import type { Chart } from "klinecharts";

/** A drawing as it is kept: what it is, and where. */
export interface Drawing {
  readonly id: string;
  readonly name: string;
  readonly points: readonly { readonly timestamp?: number; readonly value?: number }[];
}

/** What is to be drawn next: its name here, that of people, and that of its kind. */
export interface Tool {
  readonly id: string;
  readonly title: string;
  readonly name: string;
}

const DRAWINGS = "drawings";

/** The second button of the mouse picks a price; by itself the chart would take away what lies there. */
export const keepOverlay = (event: { preventDefault?: () => void }): void =>
  event.preventDefault?.();

const plainOf = (drawings: readonly Drawing[]): string => JSON.stringify(drawings);

export class DrawingOverlays {
  constructor(
    private readonly chart: Chart,
    /** Somebody has drawn something, or moved what was drawn. */
    private readonly onDrawn: (drawings: readonly Drawing[]) => void,
  ) {}

  /** Lets the next clicks on the chart draw something. */
  begin({ id, name }: Tool): void {
    this.draw({ id, name, points: [] });
  }

  /** Adds what a pen has drawn. */
  add(drawing: Drawing): void {
    this.draw(drawing);
    this.onDrawn(this.all());
  }

  /** Draws these and no others; what is so already stays as it is, under the hand that has drawn it. */
  set(drawings: readonly Drawing[]): void {
    if (plainOf(drawings) === plainOf(this.all())) return;
    this.chart.removeOverlay({ groupId: DRAWINGS });
    for (const drawing of drawings) this.draw(drawing);
  }

  private draw(drawing: Drawing): void {
    const changed = (): void => this.onDrawn(this.all());
    this.chart.createOverlay({
      id: drawing.id,
      name: drawing.name,
      groupId: DRAWINGS,
      points: drawing.points.map((point) => ({ ...point })),
      extendData: drawing.name === "simpleAnnotation" ? "•" : "",
      onRightClick: keepOverlay,
      onDrawEnd: changed,
      onPressedMoveEnd: changed,
    });
  }

  private all(): readonly Drawing[] {
    return this.chart.getOverlays({ groupId: DRAWINGS }).map(({ id, name, points }) => ({
      id,
      name,
      points: points.map(({ timestamp, value }) => ({
        ...(timestamp === undefined ? {} : { timestamp }),
        ...(value === undefined ? {} : { value }),
      })),
    }));
  }
}
