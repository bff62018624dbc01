import { useOpenedWords } from "@bourse/kit/words";
import { toPixels } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { useMarks } from "../live/use.ts";
import type { Drawing } from "./drawing-overlays.ts";

/** A brush has hundreds of points, which nobody types. */
const POINTS_MAX = 4;

/** The price of each point of a drawing, to be typed. */
export function DrawnPrices({
  title,
  drawing,
  onChange,
}: {
  readonly title: string;
  readonly drawing: Drawing;
  readonly onChange: (drawing: Drawing) => void;
}) {
  const words = useOpenedWords();
  const marks = useMarks();
  if (POINTS_MAX < drawing.points.length) return null;
  const take = (at: number, text: string): void => {
    const entry = readEntry(text, marks);
    if (entry.kind !== "value") return;
    const value = toPixels(entry.units);
    if (value === drawing.points[at]?.value) return;
    const points = drawing.points.map((point, index) =>
      index === at ? { ...point, value } : point,
    );
    onChange({ ...drawing, points });
  };
  return drawing.points.map(({ value }, index) =>
    value === undefined ? null : (
      <input
        // What is dragged on the chart stands here at once.
        key={`${index.toString()}/${value.toString()}`}
        className="small-input"
        inputMode="decimal"
        aria-label={words.drawnPrice(title, index + 1)}
        defaultValue={value.toFixed(8).replace(/\.?0+$/, "")}
        onBlur={(event) => take(index, event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") take(index, event.currentTarget.value);
        }}
      />
    ),
  );
}
