import type { DepthMessage } from "@bourse/api/schema";
import fc from "fast-check";
import { applyLevels, bookOf, EMPTY_BOOK, type Book, type WireLevel } from "@bourse/state/book";
import { describe, expect, it } from "vitest";
import { DEPTH_START, stepDepth, type DepthInput, type DepthSync } from "../src/depth.ts";
import { Link, retryDelayMs, type LinkState } from "../src/link.ts";
import { MarketFeed } from "../src/market.ts";
import { World } from "./world.ts";

const message = (first: number, last: number, bids: WireLevel[] = []): DepthMessage => ({
  e: "depthUpdate",
  E: 0,
  s: "BTCUSDT",
  U: first,
  u: last,
  b: bids,
  a: [],
});

/** Plays inputs and returns the book, and how often a snapshot was asked for. */
function play(inputs: readonly DepthInput[]): { book: Book; fetches: number; sync: DepthSync } {
  let sync = DEPTH_START;
  let book = EMPTY_BOOK;
  let fetches = 0;
  for (const input of inputs) {
    const step = stepDepth(sync, input);
    sync = step.sync;
    for (const effect of step.effects) {
      if (effect.kind === "replace") book = bookOf(effect.depth.bids, effect.depth.asks);
      if (effect.kind === "apply") book = applyLevels(book, effect.message.b, effect.message.a);
      if (effect.kind === "fetch") fetches += 1;
    }
  }
  return { book, fetches, sync };
}

const told = (one: DepthMessage): DepthInput => ({ kind: "message", message: one });

/** A stream of a hundred changes, each of one level, and the true book after each. */
function recorded(): { messages: DepthMessage[]; books: Book[] } {
  const messages: DepthMessage[] = [];
  const books: Book[] = [];
  let book = EMPTY_BOOK;
  for (let id = 1; id <= 100; id += 1) {
    const level: WireLevel = [
      `${(100 + ((id * 7) % 13)).toString()}.00000000`,
      `${(id % 4).toString()}.50000000`,
    ];
    const change: WireLevel = id % 5 === 0 ? [level[0], "0.00000000"] : level;
    messages.push(message(id, id, [change]));
    book = applyLevels(book, [change], []);
    books.push(book);
  }
  return { messages, books };
}

const wire = (book: Book, lastUpdateId: number): DepthInput => {
  const text = (value: bigint) =>
    `${(value / 100_000_000n).toString()}.${(value % 100_000_000n).toString().padStart(8, "0")}`;
  const rows = book.bids.map(({ price, qty }): WireLevel => [text(price), text(qty)]);
  return { kind: "snapshot", depth: { lastUpdateId, bids: rows, asks: [] } };
};

describe("a local book", () => {
  const { messages, books } = recorded();
  const bookAt = (id: number): Book => books[id - 1] ?? EMPTY_BOOK;

  it("is right wherever the snapshot falls, with messages doubled and out of order before it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 0, max: 98 }),
        fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 20 }),
        (at, behind, doubled) => {
          const first = Math.max(0, at - behind);
          const before = messages.slice(first, 100);
          const noise = doubled.map((index) => messages[index]).filter((one) => one !== undefined);
          const held = [...before.slice(0, 50), ...noise, ...before.slice(50)];
          const { book, sync } = play([...held.map(told), wire(bookAt(at), at)]);
          expect(sync).toEqual({ kind: "synced", lastId: 100 });
          expect(book).toEqual(bookAt(100));
        },
      ),
    );
  });

  it("sees every gap, asks once for a snapshot and is right after it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 11, max: 95 }),
        fc.integer({ min: 1, max: 4 }),
        (lost, count) => {
          const start: DepthInput[] = [wire(bookAt(10), 10)];
          const kept = messages.slice(10).filter(({ u }) => u < lost || lost + count <= u);
          const broken = play([...start, ...kept.map(told)]);
          expect(broken.fetches).toBe(1);
          expect(broken.sync.kind).toBe("buffering");
          // A snapshot from before the end of what was lost would leave a gap of its own.
          const at = Math.max(97, lost + count - 1);
          const healed = play([...start, ...kept.map(told), wire(bookAt(at), at)]);
          expect(healed.book).toEqual(bookAt(100));
          expect(healed.sync).toEqual({ kind: "synced", lastId: 100 });
        },
      ),
    );
  });

  it("does not take a snapshot that is older than what it holds", () => {
    const held = messages.slice(50);
    const { sync, fetches } = play([...held.map(told), wire(bookAt(20), 20)]);
    expect(sync.kind).toBe("buffering");
    expect(fetches).toBe(1);
    const healed = play([...held.map(told), wire(bookAt(20), 20), wire(bookAt(60), 60)]);
    expect(healed.book).toEqual(bookAt(100));
  });

  it("begins anew on another socket", () => {
    const { sync, fetches } = play([wire(bookAt(10), 10), { kind: "restart" }]);
    expect(sync).toEqual(DEPTH_START);
    expect(fetches).toBe(1);
  });
});

describe("a link", () => {
  function linked(): { world: World; states: LinkState[]; link: Link } {
    const world = new World();
    const states: LinkState[] = [];
    const link = new Link(world, "/x", {
      onState: (state) => states.push(state),
      onText: () => undefined,
    });
    return { world, states, link };
  }

  it("comes back within half a second after the first break", () => {
    const { world, states, link } = linked();
    link.start();
    world.socket.events.onOpen();
    world.socket.events.onEnd();
    expect(states.at(-1)?.kind).toBe("waiting");
    world.pass(500);
    expect(world.opened).toHaveLength(2);
    world.socket.events.onOpen();
    expect(states.at(-1)?.kind).toBe("open");
  });

  it("waits longer each time, up to fifteen seconds, and by chance", () => {
    expect([0, 1, 2, 10, 99].map((attempts) => retryDelayMs(attempts, 0))).toEqual([
      125, 250, 500, 7_500, 7_500,
    ]);
    expect(retryDelayMs(99, 1)).toBe(15_000);
  });

  it("gives up a handshake that is never answered, and hears nothing of it later", () => {
    const { world, states, link } = linked();
    link.start();
    const first = world.socket;
    world.pass(10_000);
    expect(first.isClosed).toBe(true);
    expect(1 < world.opened.length).toBe(true);
    first.events.onOpen();
    expect(states.at(-1)?.kind).not.toBe("open");
  });

  it("stays away once it was stopped", () => {
    const { world, link } = linked();
    link.start();
    world.socket.events.onOpen();
    link.stop();
    world.socket.events.onEnd();
    world.pass(60_000);
    expect(world.opened).toHaveLength(1);
  });
});

describe("market data", () => {
  function fed() {
    const world = new World();
    const heard: unknown[] = [];
    const listening: string[] = [];
    const trips: number[] = [];
    const states: LinkState[] = [];
    const feed = new MarketFeed(world, {
      onHeard: () => undefined,
      onMessage: (stream, data) => heard.push([stream, data]),
      onListening: (streams) => listening.push(...streams),
      onRoundTrip: (trip) => trips.push(trip),
      onState: (state) => states.push(state),
    });
    return { world, heard, listening, trips, states, feed };
  }

  it("subscribes once for all who want a stream, and again on another socket", () => {
    const { world, feed, listening } = fed();
    feed.start();
    const release = feed.want(["a", "b"]);
    const releaseToo = feed.want(["a"]);
    world.socket.events.onOpen();
    expect(world.socket.sent).toEqual([{ id: 1, method: "SUBSCRIBE", params: ["a", "b"] }]);
    world.tell({ result: null, id: 1 });
    expect(listening).toEqual(["a", "b"]);
    release();
    world.pass(100);
    expect(world.socket.sent.at(-1)).toEqual({ id: 2, method: "UNSUBSCRIBE", params: ["b"] });
    world.socket.events.onEnd();
    world.pass(500);
    world.socket.events.onOpen();
    expect(world.socket.sent).toEqual([{ id: 3, method: "SUBSCRIBE", params: ["a"] }]);
    releaseToo();
  });

  it("says of a stream that somebody leaves and another wants at once that it begins no more", () => {
    const { world, feed, listening } = fed();
    feed.start();
    const release = feed.want(["a"]);
    world.socket.events.onOpen();
    world.tell({ result: null, id: 1 });
    release();
    expect(feed.hears("a")).toBe(true);
    feed.want(["a"]);
    world.pass(100);
    expect(world.socket.sent).toHaveLength(1);
    expect(listening).toEqual(["a"]);
    expect(feed.hears("b")).toBe(false);
  });

  it("listens to nothing while nobody looks, and to all of it again", () => {
    const { world, feed, listening } = fed();
    feed.start();
    feed.want(["a"]);
    world.socket.events.onOpen();
    world.tell({ result: null, id: 1 });
    feed.rest();
    expect(world.socket.sent.at(-1)).toEqual({ id: 2, method: "UNSUBSCRIBE", params: ["a"] });
    feed.want(["b"]);
    world.pass(100);
    expect(world.socket.sent).toHaveLength(2);
    feed.wake();
    expect(world.socket.sent.at(-1)).toEqual({ id: 3, method: "SUBSCRIBE", params: ["a", "b"] });
    world.tell({ result: null, id: 3 });
    expect(listening).toEqual(["a", "a", "b"]);
  });

  it("measures the way to the exchange and back", () => {
    const { world, feed, trips } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.pass(500);
    const asked = world.socket.sent.at(-1);
    expect(asked?.["method"]).toBe("LIST_SUBSCRIPTIONS");
    world.pass(40);
    world.tell({ result: [], id: asked?.["id"] });
    expect(trips).toEqual([40]);
  });

  /** Answers what is asked, and tells the price each second; `eventMs` says of which moment. */
  function live(feed: MarketFeed, world: World, seconds: number, eventMs: () => number | null) {
    const ages: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      world.pass(1_000);
      ages.push(feed.ageMs());
      world.tell({ result: [], id: world.socket.sent.at(-1)?.["id"] });
      const E = eventMs();
      if (E !== null) world.tell({ stream: "btcusdt@avgPrice", data: { e: "avgPrice", E } });
    }
    return ages;
  }
  const EPOCH_MS = 1_700_000_000_000;

  it("is as old as the market that it tells, and not as answers to its own questions", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    live(feed, world, 3, () => EPOCH_MS + world.now());
    expect(feed.ageMs()).toBe(0);
    const ages = live(feed, world, 8, () => null);
    expect(ages).toEqual([1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
    expect(world.opened).toHaveLength(1);
  });

  it("is not old while nobody trades: its time is that of the last second", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    feed.setClock(EPOCH_MS + world.now());
    const ages = live(feed, world, 10, () => EPOCH_MS + world.now() - 900);
    expect(Math.max(...ages)).toBe(1_000);
  });

  it("is old when it tells of long ago, or always of the same moment", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    feed.setClock(EPOCH_MS + world.now());
    live(feed, world, 10, () => EPOCH_MS + world.now() - 4_000);
    expect(feed.ageMs()).toBe(3_000);
    const stoppedMs = EPOCH_MS + world.now();
    live(feed, world, 10, () => stoppedMs);
    expect(feed.ageMs()).toBe(9_000);
  });

  it("takes the clock of the exchange from what it tells where an answer about it came late", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    feed.setClock(EPOCH_MS + world.now() - 60_000);
    live(feed, world, 2, () => EPOCH_MS + world.now());
    live(feed, world, 2, () => EPOCH_MS + world.now() - 5_000);
    expect(feed.ageMs()).toBe(2_000);
  });

  it("says nothing of its age while nobody looks, and begins anew for whoever does", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    live(feed, world, 2, () => EPOCH_MS + world.now());
    feed.rest();
    live(feed, world, 20, () => null);
    expect(feed.ageMs()).toBe(0);
    feed.wake();
    world.pass(700);
    expect(feed.ageMs()).toBe(700);
  });

  it("is as old as before on another socket, until that tells of the market", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    live(feed, world, 2, () => EPOCH_MS + world.now());
    world.socket.events.onEnd();
    world.pass(4_000);
    world.socket.events.onOpen();
    expect(feed.ageMs()).toBe(4_000);
    expect(live(feed, world, 2, () => null)).toEqual([5_000, 6_000]);
    live(feed, world, 1, () => EPOCH_MS + world.now());
    expect(feed.ageMs()).toBe(0);
  });
});
