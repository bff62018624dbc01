/**
 * Whether the other end of an open socket is there: asked after a moment of silence, doubted when it does not answer soon,
 * and given up when it does not answer at all.
 */

import type { Surroundings } from "./surroundings.ts";

export interface PulseEvents {
  /** Asks something that is answered at once. */
  ask(): void;
  /** Whether the other end is heard has changed. */
  onHeard(isHeard: boolean): void;
  /** Nothing was heard for so long that the socket is no use. */
  onDead(): void;
}

/** After so much silence the other end is asked; of what nobody looks at, it is asked seldom. */
const QUIET_MS = 500;
const QUIET_MS_HIDDEN = 5_000;
/** A question that stands unanswered for so long, and a moment for what is heard and was not looked at, raises doubt. */
const ANSWER_MS = 350;
const SECOND_LOOK_MS = 50;
/** However much is told, the way there and back is measured once a second. */
const TRIP_PERIOD_MS = 1_000;
const SILENCE_MS_MAX = 6_000;

export class Pulse {
  private heardAtMs: number;
  private tripAtMs = 0;
  /** When the oldest question was asked after which nothing was heard; null where nothing is waited for. */
  private askedAtMs: number | null = null;
  private isHeard = true;
  private wasSeenLate = false;
  private silenceMsMax = SILENCE_MS_MAX;
  private cancel: () => void = () => undefined;

  constructor(
    private readonly world: Surroundings,
    private readonly events: PulseEvents,
  ) {
    this.heardAtMs = world.now();
  }

  /** Begins with a socket that is open now; `silenceMsMax` says how long it may be silent until the first word. */
  begin(silenceMsMax = SILENCE_MS_MAX): void {
    this.hear();
    this.silenceMsMax = silenceMsMax;
    this.lookAfter(QUIET_MS);
  }

  end(): void {
    this.cancel();
    this.askedAtMs = null;
  }

  /** Something was asked. */
  asked(): void {
    this.askedAtMs ??= this.world.now();
  }

  /** Something was heard, whatever it says. */
  hear(): void {
    this.heardAtMs = this.world.now();
    this.askedAtMs = null;
    this.wasSeenLate = false;
    this.silenceMsMax = SILENCE_MS_MAX;
    this.turn(true);
  }

  /** Returns how long ago something was heard. */
  silenceMs(): number {
    return this.world.now() - this.heardAtMs;
  }

  /** Returns for how long what was asked stands unanswered. */
  unansweredMs(): number {
    return this.askedAtMs === null ? 0 : this.world.now() - this.askedAtMs;
  }

  private turn(isHeard: boolean): void {
    if (this.isHeard === isHeard) return;
    this.isHeard = isHeard;
    this.events.onHeard(isHeard);
  }

  private lookAfter(delayMs: number): void {
    this.cancel();
    this.cancel = this.world.after(delayMs, () => this.look());
  }

  private look(): void {
    if (this.askedAtMs === null) {
      this.lookAfter(this.askIfDue());
    } else if (this.silenceMsMax < this.unansweredMs()) {
      this.events.onDead();
    } else if (this.unansweredMs() < ANSWER_MS) {
      this.lookAfter(ANSWER_MS - this.unansweredMs());
    } else if (!this.wasSeenLate) {
      // A page that was busy has not yet looked at what has come.
      this.wasSeenLate = true;
      this.lookAfter(SECOND_LOOK_MS);
    } else {
      this.turn(false);
      this.lookAfter(ANSWER_MS);
    }
  }

  /** Asks where it is time to; returns when to look again. */
  private askIfDue(): number {
    const nowMs = this.world.now();
    const isHidden = this.world.isHidden();
    const quietLeftMs = (isHidden ? QUIET_MS_HIDDEN : QUIET_MS) - this.silenceMs();
    const tripLeftMs = isHidden ? TRIP_PERIOD_MS : this.tripAtMs + TRIP_PERIOD_MS - nowMs;
    const leftMs = Math.min(quietLeftMs, tripLeftMs);
    if (0 < leftMs) return leftMs;
    this.tripAtMs = nowMs;
    this.events.ask();
    return ANSWER_MS;
  }
}
