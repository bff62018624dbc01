/**
 * Keeps a local book in step with the exchange: snapshot and messages are joined by their numbers, and a gap is seen.
 *
 * Source: docs/spec/binance-surface.md §11.3.
 */

import type { Depth, DepthMessage } from "@bourse/api/schema";

export type DepthSync =
  /** Messages wait for a snapshot. */
  | { readonly kind: "buffering"; readonly held: readonly DepthMessage[] }
  /** The number of the last message, or of the snapshot. */
  | { readonly kind: "synced"; readonly lastId: number };

export type DepthInput =
  | { readonly kind: "message"; readonly message: DepthMessage }
  | { readonly kind: "snapshot"; readonly depth: Depth }
  /** Messages may have been missed: the socket is another one. */
  | { readonly kind: "restart" };

export type DepthEffect =
  | { readonly kind: "replace"; readonly depth: Depth }
  | { readonly kind: "apply"; readonly message: DepthMessage }
  /** Ask for a snapshot. */
  | { readonly kind: "fetch" }
  | { readonly kind: "gap" };

export interface DepthStep {
  readonly sync: DepthSync;
  readonly effects: readonly DepthEffect[];
}

/** Messages come ten times a second; a snapshot that takes a minute will not come. */
const HELD_MAX = 600;

export const DEPTH_START: DepthSync = { kind: "buffering", held: [] };

/** Takes one input in and says what is to be done. */
export function stepDepth(sync: DepthSync, input: DepthInput): DepthStep {
  switch (input.kind) {
    case "restart":
      return { sync: DEPTH_START, effects: [{ kind: "fetch" }] };
    case "message":
      return sync.kind === "buffering"
        ? hold(sync.held, input.message)
        : follow(sync.lastId, input.message);
    case "snapshot":
      // One that was asked for before the last gap, or twice, is not needed.
      return sync.kind === "buffering" ? join(sync.held, input.depth) : { sync, effects: [] };
  }
}

function hold(held: readonly DepthMessage[], message: DepthMessage): DepthStep {
  const kept = held.length < HELD_MAX ? held : held.slice(1);
  return { sync: { kind: "buffering", held: [...kept, message] }, effects: [] };
}

function follow(lastId: number, message: DepthMessage): DepthStep {
  if (message.u <= lastId) return { sync: { kind: "synced", lastId }, effects: [] };
  if (lastId + 1 < message.U) {
    const sync: DepthSync = { kind: "buffering", held: [message] };
    return { sync, effects: [{ kind: "gap" }, { kind: "fetch" }] };
  }
  return { sync: { kind: "synced", lastId: message.u }, effects: [{ kind: "apply", message }] };
}

function join(held: readonly DepthMessage[], depth: Depth): DepthStep {
  let step: DepthStep = {
    sync: { kind: "synced", lastId: depth.lastUpdateId },
    effects: [{ kind: "replace", depth }],
  };
  const rest = [...held].sort((one, other) => one.u - other.u);
  for (const [index, message] of rest.entries()) {
    const next = stepDepth(step.sync, { kind: "message", message });
    step = { sync: next.sync, effects: [...step.effects, ...next.effects] };
    if (next.sync.kind === "buffering") {
      return { sync: { kind: "buffering", held: rest.slice(index) }, effects: step.effects };
    }
  }
  return step;
}
