/** When to ask again for what could not be loaded. */

const FIRST_S = 2;
const MOST_S = 60;

/** What became of a request. */
export interface Failure {
  /** HTTP; 0 when no answer came. */
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

/** Returns how many seconds to wait after some failures in a row; null for what waiting does not mend. */
export function waitSeconds(
  { status, retryAfterSeconds }: Failure,
  failures: number,
): number | null {
  const mayPass = status === 0 || status === 409 || status === 429 || 500 <= status;
  if (!mayPass) return null;
  return Math.max(retryAfterSeconds ?? 0, Math.min(MOST_S, FIRST_S * 2 ** (failures - 1)));
}
