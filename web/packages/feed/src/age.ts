/** How old what is told of the market is, by the clock of the exchange: answers to questions prove nothing of it. */

/**
 * Where nobody trades the exchange has a command a second, and tells its time by the last one: what is told may be so old
 * and be all there is.
 */
const TICK_MS = 1_000;

export class Age {
  /** How far the clock of the exchange is ahead of ours, as far as was heard. */
  private aheadMs = Number.NEGATIVE_INFINITY;
  /** What is shown is what was there then. */
  private trueAtMs: number;

  constructor(nowMs: number) {
    this.trueAtMs = nowMs;
  }

  /** Begins to listen: that nothing was told yet is no sign. */
  begin(nowMs: number): void {
    this.trueAtMs = nowMs;
  }

  /** Takes the time of the exchange out of an answer that has come: it is later there, never earlier. */
  setClock(exchangeMs: number, nowMs: number): void {
    this.aheadMs = exchangeMs - nowMs;
  }

  /** Takes in that something of the market has come, and when that was, by the clock of the exchange. */
  hear(eventMs: number, nowMs: number): void {
    // Nothing is told before it happens.
    this.aheadMs = Math.max(this.aheadMs, eventMs - nowMs);
    const lateMs = nowMs + this.aheadMs - eventMs;
    this.trueAtMs = Math.max(this.trueAtMs, nowMs - Math.max(0, lateMs - TICK_MS));
  }

  ofMs(nowMs: number): number {
    return nowMs - this.trueAtMs;
  }
}
