import { qrOf } from "./qr.ts";

/** Light squares that a reader wants around a code. */
const QUIET = 4;

/** A text as a QR code, dark on light in every theme; nothing for a text that is too long. */
export function QrCode({ text, name }: { readonly text: string; readonly name: string }) {
  const rows = qrOf(text);
  if (rows === null) return null;
  const side = rows.length + 2 * QUIET;
  const path = rows
    .flatMap((row, y) =>
      row.map((isDark, x) =>
        isDark ? `M${(x + QUIET).toString()} ${(y + QUIET).toString()}h1v1h-1z` : "",
      ),
    )
    .join("");
  return (
    <svg
      className="qr"
      role="img"
      aria-label={name}
      viewBox={`0 0 ${side.toString()} ${side.toString()}`}
      shapeRendering="crispEdges"
    >
      <path className="qr-light" d={`M0 0h${side.toString()}v${side.toString()}H0z`} />
      <path className="qr-dark" d={path} />
    </svg>
  );
}
