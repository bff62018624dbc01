/** What happens to the own account: a snapshot, then every event once, over breaks as well. */

import type { AccountPosition, ExecutionReport, Notification, Snapshot } from "@bourse/api/schema";
import { Link, type LinkState } from "./link.ts";
import { Pulse } from "./pulse.ts";
import type { Surroundings } from "./surroundings.ts";

export type UserEvent = ExecutionReport | AccountPosition;

export interface UserEvents {
  onSnapshot(snapshot: Snapshot): void;
  onEvent(event: UserEvent): void;
  /** Something that the exchange tells the user, once; after a break the list has what was missed. */
  onNotification(notification: Notification): void;
  /** Another version of what the user has arranged is at the exchange; after a break it has to be asked for. */
  onPreference(name: string, version: number): void;
  onState(state: LinkState): void;
  /** Whether the exchange is heard on the open socket has changed. */
  onHeard(isHeard: boolean): void;
  /** The feed has caught up: what is shown is what is. */
  onCurrent(resumed: number): void;
  /** Why the account is not told. */
  onRefused(status: number, code: number, msg: string): void;
  /** The session is over, here or elsewhere. */
  onSignedOut(): void;
}

const SUBSCRIBE_ID = 1;
const PING_ID = 2;
/** Until the account is told nothing else is answered, and what was missed has to be looked up. */
const BEGIN_MS_MAX = 20_000;
/** Its place is too old: the account is told anew. */
const TOO_LATE_CODE = -1130;
const UNAUTHORIZED = 401;

export class UserFeed {
  private readonly link: Link;
  /** The place of the last event that was taken in. */
  private place: string | null = null;
  private resumed = 0;
  private readonly pulse: Pulse;

  constructor(
    world: Surroundings,
    private readonly events: UserEvents,
  ) {
    this.pulse = new Pulse(world, {
      // Answered also when nothing happens to the account.
      ask: () => this.ask({ id: PING_ID, method: "ping" }),
      onHeard: (isHeard) => events.onHeard(isHeard),
      onDead: () => this.link.restart(),
    });
    this.link = new Link(world, "/ws-api/v3?returnRateLimits=false", {
      onState: (state) => this.turn(state),
      onText: (text) => this.hear(text),
    });
  }

  start(): void {
    this.place = null;
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

  /** Returns how long ago the exchange was last heard here, in milliseconds. */
  silenceMs(): number {
    return this.pulse.silenceMs();
  }

  private turn(state: LinkState): void {
    this.pulse.end();
    if (state.kind === "open") {
      this.pulse.begin(BEGIN_MS_MAX);
      this.subscribe();
    }
    this.events.onState(state);
  }

  private ask(question: Record<string, unknown>): void {
    this.pulse.asked();
    this.link.send(question);
  }

  private subscribe(): void {
    this.resumed = 0;
    const from = this.place === null ? { snapshot: true } : { resumeFrom: this.place };
    const beside = { notifications: true, preferences: true };
    const params = { ...from, ...beside, timestamp: Date.now() };
    this.ask({ id: SUBSCRIBE_ID, method: "userDataStream.subscribe", params });
  }

  private hear(text: string): void {
    this.pulse.hear();
    const message: unknown = JSON.parse(text);
    if (!isRecord(message)) return;
    if (isRecord(message["event"])) this.take(message["event"]);
    else if (message["id"] === SUBSCRIBE_ID) this.answered(message);
  }

  private answered(message: Record<string, unknown>): void {
    const { error, result } = message;
    if (isRecord(error)) {
      if (error["code"] === TOO_LATE_CODE && this.place !== null) {
        this.place = null;
        this.subscribe();
      } else if (message["status"] === UNAUTHORIZED) {
        this.events.onSignedOut();
      } else {
        this.events.onRefused(
          Number(message["status"]),
          Number(error["code"]),
          String(error["msg"]),
        );
        this.link.restart();
      }
      return;
    }
    if (isRecord(result) && isRecord(result["snapshot"])) {
      const snapshot = result["snapshot"] as unknown as Snapshot;
      this.place = snapshot.sq;
      this.events.onSnapshot(snapshot);
    }
    this.events.onCurrent(this.resumed);
  }

  private take(event: Record<string, unknown>): void {
    if (event["e"] === "eventStreamTerminated") {
      this.events.onSignedOut();
      return;
    }
    if (event["e"] === "notification") {
      this.events.onNotification(event["n"] as Notification);
      return;
    }
    if (event["e"] === "preferenceChanged") {
      this.events.onPreference(String(event["n"]), Number(event["v"]));
      return;
    }
    if (typeof event["ps"] === "string" && event["ps"] !== this.place) {
      // Something was lost on the way: whatever was missed is told again.
      this.link.restart();
      return;
    }
    if (typeof event["sq"] === "string") this.place = event["sq"];
    if (event["e"] === "executionReport" || event["e"] === "outboundAccountPosition") {
      this.resumed += 1;
      this.events.onEvent(event as unknown as UserEvent);
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
