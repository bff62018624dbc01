/** One socket for all market data of a page: subscriptions that survive breaks, and how old what they tell is. */

import { Age } from "./age.ts";
import { Link, type LinkState } from "./link.ts";
import { Pulse } from "./pulse.ts";
import type { Surroundings } from "./surroundings.ts";

export interface MarketEvents {
  onMessage(stream: string, data: unknown): void;
  /** Streams that are told from now on; what was told before may have a gap behind it. */
  onListening(streams: readonly string[]): void;
  onState(state: LinkState): void;
  /** Whether the exchange is heard on the open socket has changed. */
  onHeard(isHeard: boolean): void;
  /** How long the exchange took to answer. */
  onRoundTrip(tripMs: number): void;
}

/** What is wanted is collected for a moment. */
const COLLECT_MS = 50;
/** The exchange takes so many messages a second, and closes the socket at one more; a second may be shorter on its way. */
const MESSAGES_MAX = 5;
const PACE_MS = 1_100;

export class MarketFeed {
  private readonly link: Link;
  private readonly wanted = new Map<string, number>();
  private told = new Set<string>();
  private isOpen = false;
  private isResting = false;
  private readonly age: Age;
  private readonly pulse: Pulse;
  private nextId = 1;
  private readonly asked = new Map<number, Asked>();
  /** When the last messages were sent. */
  private sentAtMs: readonly number[] = [];
  private cancelCollect: (() => void) | null = null;

  constructor(
    private readonly world: Surroundings,
    private readonly events: MarketEvents,
  ) {
    this.age = new Age(world.now());
    this.pulse = new Pulse(world, {
      ask: () => this.askBack(),
      onHeard: (isHeard) => events.onHeard(isHeard),
      onDead: () => this.link.restart(),
    });
    this.link = new Link(world, "/stream", {
      onState: (state) => this.turn(state),
      onText: (text) => this.hear(text),
    });
  }

  start(): void {
    this.link.start();
  }

  stop(): void {
    this.link.stop();
  }

  /** The network is gone: a socket that is open says nothing any more. */
  lose(): void {
    this.link.restart();
  }

  retryNow(): void {
    this.link.retryNow();
  }

  /** Listens to nothing until it is woken: nobody looks. */
  rest(): void {
    this.isResting = true;
    this.settle();
  }

  wake(): void {
    this.isResting = false;
    this.age.begin(this.world.now());
    this.settle();
  }

  /** Listens to streams until the returned function is called; several may want the same one. */
  want(streams: readonly string[]): () => void {
    for (const stream of streams) this.wanted.set(stream, (this.wanted.get(stream) ?? 0) + 1);
    this.collect();
    let isWanted = true;
    return () => {
      if (!isWanted) return;
      isWanted = false;
      for (const stream of streams) this.release(stream);
      this.collect();
    };
  }

  /** Returns whether the exchange was asked for a stream already: whoever wants it now hears of no beginning. */
  hears(stream: string): boolean {
    return this.told.has(stream);
  }

  /**
   * Returns how old what is told of the market is, in milliseconds. Something has to be wanted that is told each second;
   * while nobody looks, it is for how long the exchange has not answered.
   */
  ageMs(): number {
    return this.isResting ? this.pulse.unansweredMs() : this.age.ofMs(this.world.now());
  }

  /** Takes the time of the exchange out of an answer that has just come. */
  setClock(exchangeMs: number): void {
    this.age.setClock(exchangeMs, this.world.now());
  }

  private release(stream: string): void {
    const count = (this.wanted.get(stream) ?? 1) - 1;
    if (count === 0) this.wanted.delete(stream);
    else this.wanted.set(stream, count);
  }

  private turn(state: LinkState): void {
    this.isOpen = state.kind === "open";
    this.told = new Set();
    this.asked.clear();
    this.sentAtMs = [];
    this.pulse.end();
    if (this.isOpen) {
      this.pulse.begin();
      this.settle();
    }
    this.events.onState(state);
  }

  private collect(): void {
    if (this.cancelCollect !== null) return;
    this.cancelCollect = this.world.after(COLLECT_MS, () => {
      this.cancelCollect = null;
      this.settle();
    });
  }

  /** Tells the exchange what has changed of what is wanted. */
  private settle(): void {
    if (!this.isOpen) return;
    // What is no longer wanted and what is are a message each.
    if (!this.hasRoom(2)) {
      this.collect();
      return;
    }
    const wanted = new Set(this.isResting ? [] : this.wanted.keys());
    const added = [...wanted].filter((stream) => !this.told.has(stream));
    const removed = [...this.told].filter((stream) => !wanted.has(stream));
    this.told = wanted;
    if (0 < removed.length) this.ask("UNSUBSCRIBE", removed, []);
    if (0 < added.length) this.ask("SUBSCRIBE", added, added);
  }

  private ask(method: string, params: readonly string[], begins: readonly string[]): void {
    const id = this.nextId;
    const atMs = this.world.now();
    this.nextId += 1;
    this.asked.set(id, { atMs, begins });
    this.sentAtMs = [...this.sentAtMs, atMs].slice(-MESSAGES_MAX);
    this.pulse.asked();
    this.link.send({ id, method, params });
  }

  private hasRoom(count: number): boolean {
    const sinceMs = this.world.now() - PACE_MS;
    return this.sentAtMs.filter((atMs) => sinceMs < atMs).length + count <= MESSAGES_MAX;
  }

  /** The exchange answers also when nothing trades. */
  private askBack(): void {
    if (this.hasRoom(1)) this.ask("LIST_SUBSCRIPTIONS", [], []);
  }

  private hear(text: string): void {
    const nowMs = this.world.now();
    this.pulse.hear();
    const message: unknown = JSON.parse(text);
    if (!isRecord(message)) return;
    if (typeof message["stream"] === "string") {
      const eventMs = eventMsOf(message["data"]);
      if (eventMs !== null) this.age.hear(eventMs, nowMs);
      this.events.onMessage(message["stream"], message["data"]);
      return;
    }
    const id = message["id"];
    const asked = typeof id === "number" ? this.asked.get(id) : undefined;
    if (asked === undefined || typeof id !== "number") return;
    this.asked.delete(id);
    this.events.onRoundTrip(nowMs - asked.atMs);
    if (0 < asked.begins.length) this.events.onListening(asked.begins);
  }
}

interface Asked {
  readonly atMs: number;
  readonly begins: readonly string[];
}

/** Returns when what is told happened, by the clock of the exchange; null where that is not said. */
function eventMsOf(data: unknown): number | null {
  const one: unknown = Array.isArray(data) ? data[0] : data;
  return isRecord(one) && typeof one["E"] === "number" ? one["E"] : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
