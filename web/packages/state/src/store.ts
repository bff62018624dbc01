/** A value that only a reducer changes, and who wants to know of it. */

export interface Store<S, A> {
  readonly get: () => S;
  readonly dispatch: (action: A) => void;
  /** Calls after changes until the returned function is called. */
  readonly subscribe: (call: () => void) => () => void;
}

/** How changes are told: `now` at once, `calm` collects them for a while. */
export type Pace = (tell: () => void) => void;

export const now: Pace = (tell) => tell();

/** Returns a pace that tells at most once in a period, and never later than it. */
export function calm(periodMs: number): Pace {
  let isDue = false;
  return (tell) => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      tell();
    }, periodMs);
  };
}

/** Returns a store that begins with a value. */
export function createStore<S, A>(
  start: S,
  reduce: (state: S, action: A) => S,
  pace: Pace,
): Store<S, A> {
  let current = start;
  /** What subscribers see: it changes when they are told, so that a pane is never of two moments. */
  let shown = start;
  const calls = new Set<() => void>();
  return {
    get: () => shown,
    dispatch: (action) => {
      const next = reduce(current, action);
      if (next === current) return;
      current = next;
      pace(() => {
        shown = current;
        for (const call of calls) call();
      });
    },
    subscribe: (call) => {
      calls.add(call);
      return () => calls.delete(call);
    },
  };
}
