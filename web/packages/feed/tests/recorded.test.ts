// What a sandbox told (`scripts/record-streams.mjs`), replayed through feed and state: whatever is lost, doubled or told out
// of order on its way, in the end there stands what the exchange said that stood there.

import type { Depth, DepthMessage, Snapshot } from "@bourse/api/schema";
import { applyLevels, bookOf, EMPTY_BOOK, type Book } from "@bourse/state/book";
import { applyEvent, NOTHING_OWN, ownOf, type Own } from "@bourse/state/orders";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEPTH_START, stepDepth, type DepthInput } from "../src/depth.ts";
import { MarketFeed } from "../src/market.ts";
import { UserFeed, type UserEvent } from "../src/user.ts";
import file from "./recorded.json";
import { World } from "./world.ts";

const recorded = file as unknown as {
  readonly depth: { readonly snapshots: Depth[]; readonly messages: DepthMessage[] };
  readonly account: {
    readonly first: Snapshot;
    readonly events: (UserEvent & { readonly sq: string; readonly ps: string })[];
    readonly last: Snapshot;
  };
};

/** What becomes of a message on its way. */
type Fate = "told" | "lost" | "doubled" | "late";
const fates = (count: number): fc.Arbitrary<Fate[]> =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Fate>("told") },
      fc.constantFrom<Fate>("lost", "doubled", "late"),
    ),
    { minLength: count, maxLength: count },
  );

/** Messages as they arrive: one that is late comes after the next one. */
function arriving<T>(messages: readonly T[], fates: readonly Fate[]): T[] {
  const arrived: T[] = [];
  let late: T[] = [];
  for (const [index, message] of messages.entries()) {
    const fate = fates[index] ?? "told";
    if (fate === "late") {
      late.push(message);
      continue;
    }
    if (fate !== "lost") arrived.push(message);
    if (fate === "doubled") arrived.push(message);
    arrived.push(...late);
    late = [];
  }
  return [...arrived, ...late];
}

describe("a recorded book", () => {
  const { snapshots, messages } = recorded.depth;

  /** Plays what arrives on a socket; `depthAt` answers for a book as the exchange would at that moment. */
  function replay(first: Depth, arrived: readonly DepthMessage[], depthAt: (u: number) => Depth) {
    const world = new World();
    let [sync, book, seen] = [DEPTH_START, EMPTY_BOOK, first.lastUpdateId];
    let fetches = 0;
    const step = (input: DepthInput): void => {
      const next = stepDepth(sync, input);
      sync = next.sync;
      for (const effect of next.effects) {
        if (effect.kind === "replace") book = bookOf(effect.depth.bids, effect.depth.asks);
        if (effect.kind === "apply") book = applyLevels(book, effect.message.b, effect.message.a);
        if (effect.kind === "fetch") fetches += 1;
      }
    };
    const feed = new MarketFeed(world, {
      onMessage: (_, data) => {
        const message = data as DepthMessage;
        seen = Math.max(seen, message.u);
        const before = fetches;
        step({ kind: "message", message });
        if (before < fetches) step({ kind: "snapshot", depth: depthAt(seen) });
      },
      onListening: () => undefined,
      onRoundTrip: () => undefined,
      onState: () => undefined,
      onHeard: () => undefined,
    });
    feed.start();
    feed.want(["depth"]);
    world.socket.events.onOpen();
    step({ kind: "snapshot", depth: first });
    for (const data of arrived) world.tell({ stream: "depth", data });
    return { book, sync, fetches };
  }

  const never = (): Depth => {
    throw new Error("nothing was lost");
  };
  const [start] = snapshots;
  if (start === undefined) throw new Error("a recording has snapshots");
  const after = messages.filter(({ u }) => start.lastUpdateId < u);
  const wire = (book: Book, lastUpdateId: number): Depth => {
    const text = (units: bigint): string =>
      `${(units / 100_000_000n).toString()}.${(units % 100_000_000n).toString().padStart(8, "0")}`;
    const rows = (side: "bids" | "asks") =>
      book[side].map(({ price, qty }): [string, string] => [text(price), text(qty)]);
    return { lastUpdateId, bids: rows("bids"), asks: rows("asks") };
  };
  /** The true book after each message. */
  const truth = new Map(
    after.map(({ u }, index) => [u, wire(replay(start, after.slice(0, index + 1), never).book, u)]),
  );
  const depthAt = (u: number): Depth => truth.get(u) ?? start;

  it("comes to the same end from whichever snapshot of the exchange it begins", () => {
    expect(2 < snapshots.length && 30 < messages.length).toBe(true);
    const ends = snapshots.map((snapshot) => {
      const { book, sync, fetches } = replay(snapshot, messages, never);
      expect(sync).toEqual({ kind: "synced", lastId: messages.at(-1)?.u });
      expect(fetches).toBe(0);
      return book;
    });
    expect(0 < (ends[0]?.bids.length ?? 0) && 0 < (ends[0]?.asks.length ?? 0)).toBe(true);
    for (const end of ends) expect(end).toEqual(ends[0]);
  });

  it("is right after gaps, doubles and messages out of order, also once it was joined", () => {
    const end = replay(start, after, never).book;
    fc.assert(
      fc.property(fates(after.length - 1), (ways) => {
        // The last one arrives: what is lost behind it nobody can know of.
        const { book, sync } = replay(start, arriving(after, [...ways, "told"]), depthAt);
        expect(sync.kind).toBe("synced");
        expect(book).toEqual(end);
      }),
    );
  });
});

describe("a recorded account", () => {
  const { first, events, last } = recorded.account;

  /** The exchange at the other end: it tells the account from the beginning, or from a place on. */
  function replay(arrived: readonly UserEvent[]): { own: Own; resumed: number } {
    const world = new World();
    let own = NOTHING_OWN;
    let resumed = 0;
    const feed = new UserFeed(world, {
      onSnapshot: (snapshot) => (own = ownOf(snapshot, own)),
      onEvent: (event) => (own = applyEvent(own, event)),
      onNotification: () => undefined,
      onPreference: () => undefined,
      onState: () => undefined,
      onRefused: () => undefined,
      onHeard: () => undefined,
      onCurrent: () => undefined,
      onSignedOut: () => undefined,
    });
    const tell = (event: UserEvent): void => world.tell({ subscriptionId: 0, event });
    feed.start();
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot: first } });
    const socket = world.socket;
    for (const event of arrived) if (!socket.isClosed) tell(event);
    // What was noticed is told again, without a fault: from the place that the page names.
    world.pass(1_000);
    if (world.socket !== socket) {
      resumed += 1;
      world.socket.events.onOpen();
      const { params } = world.socket.sent[0] as { params: { resumeFrom: string } };
      world.tell({ id: 1, status: 200, result: { subscriptionId: 0 } });
      const at = events.findIndex(({ sq }) => sq === params.resumeFrom);
      for (const event of events.slice(at + 1)) tell(event);
    }
    return { own, resumed };
  }

  const { orders, balances } = ownOf(last, NOTHING_OWN);

  it("ends with the orders and balances that the exchange says there are", () => {
    expect(40 < events.length && 0 < orders.size).toBe(true);
    const { own, resumed } = replay(events);
    expect(resumed).toBe(0);
    expect(own.orders).toEqual(orders);
    expect(own.balances).toEqual(balances);
  });

  it("is right after gaps, doubles and events out of order, each taken once", () => {
    const { own: whole } = replay(events);
    fc.assert(
      fc.property(fates(events.length - 1), (ways) => {
        const { own, resumed } = replay(arriving(events, [...ways, "told"]));
        expect(resumed).toBe(ways.every((way) => way === "told") ? 0 : 1);
        expect(own.orders).toEqual(orders);
        expect(own.balances).toEqual(balances);
        expect(own.ended).toEqual(whole.ended);
      }),
    );
  });
});
