/** How the trade screen is laid out: what is kept of it, presets, and layouts under names of one's own. */

import { COLUMNS, readColumns, type Arrangement } from "@bourse/state/arrangement";
import { look, type Look } from "./look.ts";

/** What a layout under a name holds. */
export type Layout = Pick<
  Look,
  "columns" | "stack" | "dockShare" | "sideWidth" | "ticketWidth" | "isCompact"
>;

export const STANDARD_LAYOUT: Layout = {
  columns: COLUMNS,
  stack: "beside",
  dockShare: 30,
  sideWidth: 284,
  ticketWidth: 300,
  isCompact: false,
};

export const PRESETS: Readonly<Record<"classic" | "chart" | "book", Arrangement>> = {
  classic: { columns: COLUMNS, stack: "beside" },
  chart: { columns: COLUMNS, stack: "below" },
  book: { columns: ["side", "chart", "ticket"], stack: "beside" },
};
export type Preset = keyof typeof PRESETS;

/** Returns the preset that an arrangement is; null for one of its own. */
export function presetOf({ columns, stack }: Arrangement): Preset | null {
  const keys = Object.keys(PRESETS) as Preset[];
  const isLike = (key: Preset): boolean =>
    PRESETS[key].stack === stack && PRESETS[key].columns.join() === columns.join();
  return keys.find(isLike) ?? null;
}

export const NAME_LENGTH_MAX = 32;
export const LAYOUTS_MAX = 12;

/** Returns a layout of a document; what is missing or of another shape is standard. */
function readLayout(kept: unknown): Layout {
  const found = { ...STANDARD_LAYOUT, ...(typeof kept === "object" ? kept : {}) };
  const number = (value: unknown, standard: number): number =>
    typeof value === "number" && Number.isFinite(value) ? value : standard;
  return {
    columns: readColumns(Array.isArray(found.columns) ? found.columns : []),
    stack: found.stack === "below" ? "below" : "beside",
    dockShare: number(found.dockShare, STANDARD_LAYOUT.dockShare),
    sideWidth: number(found.sideWidth, STANDARD_LAYOUT.sideWidth),
    ticketWidth: number(found.ticketWidth, STANDARD_LAYOUT.ticketWidth),
    isCompact: found.isCompact,
  };
}

/** Keeps the layout that is shown under a name, instead of one that has it. */
export function keepLayout(name: string): void {
  const { layouts } = look.get();
  look.dispatch({ layouts: { ...layouts, [name]: readLayout(look.get()) } });
}

export function showLayout(name: string): void {
  look.dispatch(readLayout(look.get().layouts[name]));
}

export function forgetLayout(name: string): void {
  const rest = Object.entries(look.get().layouts).filter(([one]) => one !== name);
  look.dispatch({ layouts: Object.fromEntries(rest) });
}
