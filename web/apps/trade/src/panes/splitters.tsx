import { useDeskWords } from "@bourse/kit/words";
import { isBeforeChart } from "@bourse/state/arrangement";
import type { KeyboardEvent, PointerEvent } from "react";
import { look } from "../live/look.ts";
import { useStore } from "../live/use.ts";

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const DOCK: Bounds = { min: 15, max: 60, step: 3 };
const SIDE: Bounds = { min: 240, max: 480, step: 16 };
const TICKET: Bounds = { min: 280, max: 440, step: 16 };

/** Moves the edge between the market and the own account. */
export function DockSplitter() {
  const words = useDeskWords();
  const { dockShare } = useStore(look);
  return (
    <Splitter
      label={words.resizeDock}
      kind="rows"
      value={dockShare}
      bounds={DOCK}
      onMove={(value) => look.dispatch({ dockShare: value })}
      valueAt={(event, screen) => ((screen.bottom - event.clientY) / screen.height) * 100}
    />
  );
}

/** Moves the edge of the book that is nearer to the chart. */
export function SideSplitter() {
  const words = useDeskWords();
  const { sideWidth, columns } = useStore(look);
  return (
    <Splitter
      label={words.resizeSide}
      kind={isBeforeChart(columns, "side") ? "columns-end" : "columns"}
      value={sideWidth}
      bounds={SIDE}
      onMove={(value) => look.dispatch({ sideWidth: value })}
      valueAt={widthAt}
    />
  );
}

/** Moves the edge of the ticket that is nearer to the chart. */
export function TicketSplitter() {
  const words = useDeskWords();
  const { ticketWidth, columns } = useStore(look);
  return (
    <Splitter
      label={words.resizeTicket}
      kind={isBeforeChart(columns, "ticket") ? "columns-end" : "columns"}
      value={ticketWidth}
      bounds={TICKET}
      onMove={(value) => look.dispatch({ ticketWidth: value })}
      valueAt={widthAt}
    />
  );
}

/** The width of a panel whose edge is pulled to the pointer; on a wide screen it is more than the width that is set. */
function widthAt(event: PointerEvent, _: DOMRect, panel: DOMRect, width: number): number {
  const isAtEnd = event.currentTarget.classList.contains("columns-end");
  return width + (isAtEnd ? event.clientX - panel.right : panel.left - event.clientX);
}

/** An edge that is moved by pointer or by arrow keys. */
function Splitter({
  label,
  kind,
  value,
  bounds,
  onMove,
  valueAt,
}: {
  readonly label: string;
  readonly kind: "rows" | "columns" | "columns-end";
  readonly value: number;
  readonly bounds: Bounds;
  readonly onMove: (value: number) => void;
  readonly valueAt: (event: PointerEvent, screen: DOMRect, panel: DOMRect, value: number) => number;
}) {
  const isRows = kind === "rows";
  const set = (next: number) =>
    onMove(Math.round(Math.max(bounds.min, Math.min(bounds.max, next))));
  const onKeyDown = (event: KeyboardEvent) => {
    const more = isRows ? "ArrowUp" : kind === "columns" ? "ArrowLeft" : "ArrowRight";
    const less = isRows ? "ArrowDown" : kind === "columns" ? "ArrowRight" : "ArrowLeft";
    if (event.key !== more && event.key !== less) return;
    event.preventDefault();
    set(value + (event.key === more ? bounds.step : -bounds.step));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const screen = event.currentTarget.closest(".trade")?.getBoundingClientRect();
    const panel = event.currentTarget.parentElement?.getBoundingClientRect();
    if (screen !== undefined && panel !== undefined) set(valueAt(event, screen, panel, value));
  };
  return (
    <div
      className={`splitter ${kind}`}
      role="separator"
      aria-orientation={isRows ? "horizontal" : "vertical"}
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={bounds.min}
      aria-valuemax={bounds.max}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
