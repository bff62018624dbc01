/** What became of a request that was not answered: it is asked for by its key, and never sent again. */

import type { OutcomeAccepted, OutcomeRejected, OutcomeUnknown } from "@bourse/api/schema";

const ASKS_MAX = 30;
/** What is still on its way may come after a question, so one that finds nothing proves nothing. */
const MISSES_MAX = 10;

export type Outcome = OutcomeAccepted | OutcomeRejected | OutcomeUnknown;

/** How the exchange is asked. */
export interface Inquiry {
  /** One that fails is asked again. */
  readonly ask: () => Promise<Outcome>;
  /** Waits before each question. */
  readonly pause: () => Promise<void>;
  /** Is told each time that nothing is found so far. */
  readonly onMiss?: () => void;
}

/** Asks until the exchange knows; null when nobody knows after a while, which does not say that nothing was done. */
export async function outcomeOf({
  ask,
  pause,
  onMiss,
}: Inquiry): Promise<OutcomeAccepted | OutcomeRejected | null> {
  let misses = 0;
  for (let asks = 0; asks < ASKS_MAX && misses < MISSES_MAX; asks += 1) {
    await pause();
    const told = await ask().catch(() => null);
    if (told === null) continue;
    if (told.outcome !== "UNKNOWN") return told;
    misses += 1;
    onMiss?.();
  }
  return null;
}
