import { priceOf, toPixels } from "@bourse/num/decimal";

const [WIDTH, HEIGHT] = [96, 24];

/** A small line of prices; the numbers beside it say what it shows. */
export function Spark({
  values,
  isUp,
}: {
  readonly values: readonly string[];
  readonly isUp: boolean;
}) {
  const pixels = values.map((value) => toPixels(priceOf(value)));
  const [low, high] = [Math.min(...pixels), Math.max(...pixels)];
  const span = high - low || 1;
  const step = WIDTH / Math.max(1, pixels.length - 1);
  const points = pixels.map(
    (value, index) =>
      `${(index * step).toFixed(1)},${(HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4)).toFixed(1)}`,
  );
  return (
    <svg
      className={isUp ? "spark-line up" : "spark-line down"}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH.toString()} ${HEIGHT.toString()}`}
      aria-hidden="true"
    >
      {points.length < 2 ? null : <polyline points={points.join(" ")} />}
    </svg>
  );
}
