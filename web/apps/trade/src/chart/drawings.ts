/** What was drawn on a market: kept in the browser for whoever is there, and for users by the exchange. */

import type { Drawing } from "./canvas.ts";

/** The name of the document that the exchange keeps of a market; the browser keeps it under the same one. */
const documentOf = (symbol: string): string => `drawings.${symbol}`;
const nameOf = (symbol: string): string => `bourse.${documentOf(symbol)}`;
/** What joins them with what is drawn in other tabs and on other devices, once it is there. */
let documents: typeof import("../live/documents.ts") | null = null;

/** Returns the drawings of a market that this browser has. */
export const readDrawings = (symbol: string): readonly Drawing[] =>
  parsed(localStorage.getItem(nameOf(symbol)));

/** What cannot be read is none. */
function parsed(text: string | null): readonly Drawing[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter(isDrawing) : [];
  } catch {
    return [];
  }
}

/** Shows what becomes of the drawings of a market elsewhere, until the returned function is called. */
export function followDrawings(
  symbol: string,
  show: (drawings: readonly Drawing[]) => void,
): () => void {
  const take = (text: string): void => {
    localStorage.setItem(nameOf(symbol), text);
    show(parsed(text));
  };
  const read = (): string => JSON.stringify(readDrawings(symbol));
  const plain = (text: string | null): string => JSON.stringify(parsed(text));
  let isOver = false;
  let leave = (): void => undefined;
  import("../live/documents.ts").then(
    (loaded) => {
      documents = loaded;
      if (!isOver) leave = loaded.followDocument(documentOf(symbol), { read, plain, take });
    },
    // Without a network the browser alone has them.
    () => undefined,
  );
  return () => {
    isOver = true;
    leave();
  };
}

export function keepDrawings(symbol: string, drawings: readonly Drawing[]): void {
  const text = JSON.stringify(drawings);
  localStorage.setItem(nameOf(symbol), text);
  documents?.changeDocument(documentOf(symbol), text);
}

const isDrawing = (value: unknown): value is Drawing =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  "name" in value &&
  "points" in value &&
  Array.isArray(value.points);
