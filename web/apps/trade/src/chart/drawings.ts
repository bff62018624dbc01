/** What was drawn on a market: kept in the browser for whoever is there, and for users by the exchange. */

import { useEffect, useState } from "react";
import { usePart } from "../live/use.ts";
import { visitor } from "../live/visitor.ts";
import type { Drawing } from "./drawing-overlays.ts";

/** The name of the document that the exchange keeps of a market; the browser keeps it under the same one. */
const documentOf = (symbol: string): string => `drawings.${symbol}`;
const nameOf = (symbol: string): string => `bourse.${documentOf(symbol)}`;
/** What joins them with what is drawn in other tabs and on other devices, once it is there. */
let documents: typeof import("../live/documents.ts") | null = null;

/** Returns the drawings of a market that this browser has. */
const readDrawings = (symbol: string): readonly Drawing[] =>
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

type Show = (drawings: readonly Drawing[]) => void;

/** Charts of this page that show the drawings of a market, and the way to hear no more of what is drawn elsewhere. */
interface Followed {
  readonly shows: Set<Show>;
  readonly leave: () => void;
}
const followed = new Map<string, Followed>();

function tell(symbol: string, drawings: readonly Drawing[]): void {
  for (const show of followed.get(symbol)?.shows ?? []) show(drawings);
}

/** Shows what becomes of the drawings of a market, here or elsewhere, until the returned function is called. */
function followDrawings(symbol: string, show: Show): () => void {
  const one = followed.get(symbol) ?? { shows: new Set(), leave: followElsewhere(symbol) };
  followed.set(symbol, one);
  one.shows.add(show);
  return () => {
    one.shows.delete(show);
    if (0 < one.shows.size) return;
    one.leave();
    followed.delete(symbol);
  };
}

function followElsewhere(symbol: string): () => void {
  const take = (text: string): void => {
    localStorage.setItem(nameOf(symbol), text);
    tell(symbol, parsed(text));
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

/** Keeps the drawings of a market, and shows them on every chart of it. */
export function keepDrawings(symbol: string, drawings: readonly Drawing[]): void {
  const text = JSON.stringify(drawings);
  localStorage.setItem(nameOf(symbol), text);
  documents?.changeDocument(documentOf(symbol), text);
  tell(symbol, drawings);
}

/** Returns the drawings of a market of whoever is there. */
export function useDrawings(symbol: string): readonly Drawing[] {
  const [drawings, show] = useState(() => readDrawings(symbol));
  const account = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : null));
  useEffect(() => {
    show(readDrawings(symbol));
    return followDrawings(symbol, show);
  }, [symbol, account]);
  return drawings;
}

const isDrawing = (value: unknown): value is Drawing =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  "name" in value &&
  "points" in value &&
  Array.isArray(value.points);
