/** Where the panels of the trade screen stand: columns in an order of one's own, and what lies below what. */

export type Column = "chart" | "side" | "ticket";
export const COLUMNS: readonly Column[] = ["chart", "side", "ticket"];

/** Whether the account lies below the chart alone, or below chart and book, which is then beside it. */
export type Stack = "beside" | "below";

export interface Arrangement {
  readonly columns: readonly Column[];
  readonly stack: Stack;
}

/** Returns the columns of a document: each once, those that are missing behind the others. */
export function readColumns(kept: readonly unknown[]): readonly Column[] {
  const known = COLUMNS.filter((column) => kept.includes(column));
  const inOrder = kept.filter((one): one is Column => known.some((column) => column === one));
  return [...new Set([...inOrder, ...COLUMNS])];
}

/** Returns the columns with one of them a place further to the left or to the right. */
export function moved(
  columns: readonly Column[],
  column: Column,
  direction: 1 | -1,
): readonly Column[] {
  const from = columns.indexOf(column);
  const other = columns[from + direction];
  if (other === undefined) return columns;
  return columns.map((one) => (one === column ? other : one === other ? column : one));
}

/** Whether a column stands to the left of the chart, which takes what the others leave. */
export const isBeforeChart = (columns: readonly Column[], column: Column): boolean =>
  columns.indexOf(column) < columns.indexOf("chart");

/** Returns `grid-template-areas` and `grid-template-columns` for an arrangement. */
export function gridOf({ columns, stack }: Arrangement): { areas: string; columns: string } {
  const isNextToSide = Math.abs(columns.indexOf("chart") - columns.indexOf("side")) === 1;
  const isWide = stack === "below" && isNextToSide;
  const row = (names: readonly string[]): string => `"${names.join(" ")}"`;
  const top = columns.map((column) => (isWide && column === "side" ? "chart" : column));
  const bottom = columns.map((column) => (column === "chart" ? "dock" : column));
  const widths: Readonly<Record<Column, string>> = {
    chart: "minmax(0, 1fr)",
    side: "calc(var(--side) + var(--tape))",
    ticket: "var(--ticket)",
  };
  return {
    areas: [row(["bar", "bar", "bar"]), row(top), row(bottom)].join(" "),
    columns: columns.map((column) => widths[column]).join(" "),
  };
}
