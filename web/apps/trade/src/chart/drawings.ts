/** What was drawn on a market: kept in the browser for whoever is there, and for users by the exchange. */

import { client } from "../live/clients.ts";
import { visitor } from "../live/visitor.ts";
import type { Drawing } from "./canvas.ts";

const nameOf = (symbol: string): string => `bourse.drawings.${symbol}`;
/** The name of the document that the exchange keeps of a market. */
const documentOf = (symbol: string): string => `drawings.${symbol}`;
const SAVE_DELAY_MS = 800;

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

/** Returns the drawings that the exchange keeps for whoever has signed in; null when it has none, or does not say. */
export async function fetchDrawings(symbol: string): Promise<readonly Drawing[] | null> {
  const asked = visitor.get();
  const name = documentOf(symbol);
  const documents = await client.call("GET /v1/preferences", { name }).catch(() => []);
  const text = documents.find((document) => document.name === name)?.value;
  // Somebody else may be there by now.
  if (text === undefined || visitor.get() !== asked) return null;
  localStorage.setItem(nameOf(symbol), text);
  return parsed(text);
}

let saving: ReturnType<typeof setTimeout> | undefined;

export function keepDrawings(symbol: string, drawings: readonly Drawing[]): void {
  const value = JSON.stringify(drawings);
  localStorage.setItem(nameOf(symbol), value);
  clearTimeout(saving);
  if (visitor.get().kind !== "user") return;
  saving = setTimeout(() => {
    // The browser has them anyway; the next change tries again.
    client.call("PUT /v1/preferences", { name: documentOf(symbol), value }).catch(() => undefined);
  }, SAVE_DELAY_MS);
}

const isDrawing = (value: unknown): value is Drawing =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  "name" in value &&
  "points" in value &&
  Array.isArray(value.points);
