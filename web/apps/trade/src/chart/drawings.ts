/** What was drawn on a market, kept in the browser. */

import type { Drawing } from "./canvas.ts";

const nameOf = (symbol: string): string => `bourse.drawings.${symbol}`;

/** Returns the drawings of a market; what cannot be read is none. */
export function readDrawings(symbol: string): readonly Drawing[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(symbol)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isDrawing) : [];
  } catch {
    return [];
  }
}

export function keepDrawings(symbol: string, drawings: readonly Drawing[]): void {
  localStorage.setItem(nameOf(symbol), JSON.stringify(drawings));
}

const isDrawing = (value: unknown): value is Drawing =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  "name" in value &&
  "points" in value &&
  Array.isArray(value.points);
