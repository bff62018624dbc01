/** Asking again for what could not be loaded, later and later, and what is told of it meanwhile. */

import { Refused } from "@bourse/api/client";
import { waitSeconds } from "@bourse/state/retry";

/** Why something is not there, and when it is asked for again by itself, on the clock of the page; null when it is not. */
export interface Unloaded {
  readonly refused: Refused;
  readonly retryAtMs: number | null;
}

export class Retrying {
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ask: () => void) {}

  /** Takes in one more failure in a row, and asks again when it is time. */
  fail(error: unknown): Unloaded {
    const refused = error instanceof Refused ? error : new Refused(0, 0, "no answer");
    this.failures += 1;
    const seconds = waitSeconds(refused, this.failures);
    clearTimeout(this.timer);
    if (seconds === null) return { refused, retryAtMs: null };
    this.timer = setTimeout(this.ask, seconds * 1_000);
    return { refused, retryAtMs: performance.now() + seconds * 1_000 };
  }

  /** It is there, or no longer wanted. */
  end(): void {
    clearTimeout(this.timer);
    this.failures = 0;
  }

  readonly now = (): void => {
    clearTimeout(this.timer);
    this.ask();
  };
}
