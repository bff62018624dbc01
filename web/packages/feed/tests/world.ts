/** A world in which time passes when a test says so, and the other end of sockets is the test. */

import type { Channel, ChannelEvents, Surroundings } from "../src/surroundings.ts";

export interface Opened {
  readonly path: string;
  readonly events: ChannelEvents;
  readonly sent: Record<string, unknown>[];
  isClosed: boolean;
}

interface Timer {
  readonly dueMs: number;
  readonly call: () => void;
}

export class World implements Surroundings {
  readonly opened: Opened[] = [];
  isLookedAt = true;
  private nowMs = 1_000;
  private timers: Timer[] = [];

  now(): number {
    return this.nowMs;
  }

  chance(): number {
    return 0.5;
  }

  isHidden(): boolean {
    return !this.isLookedAt;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { dueMs: this.nowMs + delayMs, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  open(path: string, events: ChannelEvents): Channel {
    const opened: Opened = { path, events, sent: [], isClosed: false };
    this.opened.push(opened);
    return {
      send: (text) => opened.sent.push(JSON.parse(text) as Record<string, unknown>),
      close: () => {
        opened.isClosed = true;
      },
    };
  }

  /** The newest socket. */
  get socket(): Opened {
    const last = this.opened.at(-1);
    if (last === undefined) throw new Error("no socket was opened");
    return last;
  }

  tell(message: unknown): void {
    this.socket.events.onText(JSON.stringify(message));
  }

  /** Lets time pass in which no timer runs, as in a hidden page; then each that is due runs once. */
  sleep(ms: number): void {
    this.nowMs += ms;
    const due = this.timers.filter((timer) => timer.dueMs <= this.nowMs);
    this.timers = this.timers.filter((timer) => !due.includes(timer));
    for (const timer of due) timer.call();
  }

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = this.timers
        .filter((timer) => timer.dueMs <= untilMs)
        .sort((one, other) => one.dueMs - other.dueMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      due.call();
    }
    this.nowMs = untilMs;
  }
}
