import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLUMNS, gridOf, isBeforeChart, moved, readColumns } from "../src/arrangement.ts";

const anyColumns = fc.shuffledSubarray([...COLUMNS], { minLength: 3 });

describe("an arrangement of panels", () => {
  it("stands as it always did", () => {
    expect(gridOf({ columns: COLUMNS, stack: "beside" })).toEqual({
      areas: '"bar bar bar" "chart side ticket" "dock side ticket"',
      columns: "minmax(0, 1fr) calc(var(--side) + var(--tape)) var(--ticket)",
    });
    expect(gridOf({ columns: COLUMNS, stack: "below" }).areas).toBe(
      '"bar bar bar" "chart chart ticket" "dock side ticket"',
    );
  });

  it("gives every panel one rectangle", () => {
    fc.assert(
      fc.property(anyColumns, fc.constantFrom("beside", "below"), (columns, stack) => {
        const rows = [...gridOf({ columns, stack }).areas.matchAll(/"([^"]*)"/g)].map(([, row]) =>
          (row ?? "").split(" "),
        );
        for (const name of ["bar", "chart", "side", "ticket", "dock"]) {
          const cells = rows.flatMap((row, y) =>
            row.flatMap((cell, x) => (cell === name ? [{ x, y }] : [])),
          );
          const span = (take: (cell: { x: number; y: number }) => number) =>
            Math.max(...cells.map(take)) - Math.min(...cells.map(take)) + 1;
          expect(cells.length).toBe(span(({ x }) => x) * span(({ y }) => y));
        }
      }),
    );
  });

  it("keeps every column, whatever a document says", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...COLUMNS), fc.anything())), (kept) => {
        expect([...readColumns(kept)].sort()).toEqual([...COLUMNS].sort());
      }),
    );
  });

  it("moves a column to its neighbour's place, and not beyond the end", () => {
    expect(moved(COLUMNS, "ticket", -1)).toEqual(["chart", "ticket", "side"]);
    expect(moved(COLUMNS, "ticket", 1)).toEqual(COLUMNS);
    expect(isBeforeChart(["ticket", "chart", "side"], "ticket")).toBe(true);
    expect(isBeforeChart(["ticket", "chart", "side"], "side")).toBe(false);
  });
});
