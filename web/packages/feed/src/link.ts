/** A socket that comes back: at once after the first break, then later and later, spread by chance. */

import type { Channel, Surroundings } from "./surroundings.ts";

export type LinkState =
  | { readonly kind: "closed" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** On the clock of the surroundings. */
  | { readonly kind: "waiting"; readonly retryAtMs: number };

export interface LinkEvents {
  onState(state: LinkState): void;
  onText(text: string): void;
}

const RETRY_MS_FIRST = 250;
const RETRY_MS_MAX = 15_000;
/** A handshake that takes longer is given up. */
const OPEN_MS_MAX = 8_000;

export class Link {
  private channel: Channel | null = null;
  private attempts = 0;
  private cancelTimer: () => void = () => undefined;
  private isWanted = false;

  constructor(
    private readonly world: Surroundings,
    private readonly path: string,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    this.isWanted = true;
    this.connect();
  }

  stop(): void {
    this.isWanted = false;
    this.attempts = 0;
    this.drop();
    this.events.onState({ kind: "closed" });
  }

  /** Gives the socket up and opens another one, for one that is open and says nothing. */
  restart(): void {
    if (!this.isWanted) return;
    this.drop();
    this.retry();
  }

  /** Ends waiting for the next attempt. */
  retryNow(): void {
    if (!this.isWanted || this.channel !== null) return;
    this.cancelTimer();
    this.connect();
  }

  send(message: unknown): void {
    this.channel?.send(JSON.stringify(message));
  }

  private connect(): void {
    this.events.onState({ kind: "connecting" });
    let isCurrent = true;
    const channel = this.world.open(this.path, {
      onOpen: () => {
        if (!isCurrent || this.channel !== channel) return;
        this.cancelTimer();
        this.attempts = 0;
        this.events.onState({ kind: "open" });
      },
      onText: (text) => {
        if (isCurrent && this.channel === channel) this.events.onText(text);
      },
      onEnd: () => {
        const wasCurrent = isCurrent && this.channel === channel;
        isCurrent = false;
        if (!wasCurrent) return;
        this.cancelTimer();
        this.channel = null;
        this.retry();
      },
    });
    this.channel = channel;
    this.cancelTimer = this.world.after(OPEN_MS_MAX, () => this.restart());
  }

  private drop(): void {
    this.cancelTimer();
    const channel = this.channel;
    this.channel = null;
    channel?.close();
  }

  private retry(): void {
    const delayMs = retryDelayMs(this.attempts, this.world.chance());
    this.attempts += 1;
    this.events.onState({ kind: "waiting", retryAtMs: this.world.now() + delayMs });
    this.cancelTimer = this.world.after(delayMs, () => this.connect());
  }
}

/** Returns how long to wait before an attempt: between half and all of a span that doubles. */
export function retryDelayMs(attempts: number, chance: number): number {
  const spanMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(attempts, 10));
  return Math.round(spanMs * (0.5 + chance / 2));
}
