/** Where orders lie that a chart does not reach. */

export interface Edge {
  readonly isAbove: boolean;
  /** How many lie beyond this edge. */
  readonly count: number;
}

/**
 * Returns the edge at which a line has its mark, from how far below the top of the chart it and all others lie; null where it
 * is in sight, or another one beyond the same edge lies nearer.
 */
export function edgeOf(y: number, all: readonly number[], height: number): Edge | null {
  if (0 <= y && y <= height) return null;
  const isAbove = y < 0;
  const beyond = all.filter((other) => (isAbove ? other < 0 : height < other));
  const nearest = isAbove ? Math.max(...beyond, y) : Math.min(...beyond, y);
  return y === nearest ? { isAbove, count: Math.max(1, beyond.length) } : null;
}
