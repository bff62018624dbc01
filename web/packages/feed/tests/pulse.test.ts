import { describe, expect, it } from "vitest";
import { addTrip, freshTrips, healthOf, median } from "../src/health.ts";
import { MarketFeed } from "../src/market.ts";
import { World } from "./world.ts";

describe("the pulse of market data", () => {
  function fed() {
    const world = new World();
    const turns: [boolean, number][] = [];
    const feed = new MarketFeed(world, {
      onMessage: () => undefined,
      onListening: () => undefined,
      onRoundTrip: () => undefined,
      onState: () => undefined,
      onHeard: (isHeard) => turns.push([isHeard, world.now()]),
    });
    return { world, turns, feed };
  }

  /** Answers whatever was asked last. */
  const answerAll = (world: World): void =>
    world.socket.sent.length === 0
      ? undefined
      : world.socket.events.onText(JSON.stringify({ result: [], id: world.socket.sent.length }));

  it("doubts within a second that it is heard, at whatever moment the socket falls silent", () => {
    for (let silentAfterMs = 0; silentAfterMs <= 1_500; silentAfterMs += 25) {
      const { world, feed, turns } = fed();
      feed.start();
      world.socket.events.onOpen();
      for (let ms = 0; ms < 2_000 + silentAfterMs; ms += 25) {
        world.pass(25);
        answerAll(world);
      }
      const silentMs = world.now();
      expect(turns).toEqual([]);
      world.pass(1_000);
      expect(turns).toHaveLength(1);
      const [[isHeard, atMs] = [true, 0]] = turns;
      expect(isHeard).toBe(false);
      expect(atMs - silentMs).toBeLessThanOrEqual(925);
      world.tell({ result: [], id: 99 });
      expect(turns.at(-1)).toEqual([true, world.now()]);
    }
  });

  it("does not doubt what is heard and was not looked at: a page that was busy looks a second time", () => {
    const { world, feed, turns } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.pass(500);
    world.sleep(3_000);
    answerAll(world);
    world.pass(300);
    expect(turns).toEqual([]);
  });

  it("asks while nothing is told, seldom where nobody looks, and never more than the exchange takes", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    const askedIn = (seconds: number): number => {
      const before = world.socket.sent.length;
      for (let ms = 0; ms < seconds * 1_000; ms += 10) {
        world.pass(10);
        answerAll(world);
      }
      return world.socket.sent.length - before;
    };
    expect(askedIn(10)).toBeLessThanOrEqual(20);
    world.isLookedAt = false;
    expect(askedIn(60)).toBeLessThanOrEqual(12);
    expect(world.opened).toHaveLength(1);
  });

  it("sends what is wanted no faster than the exchange takes it", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    let release = feed.want(["0"]);
    const sentAtMs: number[] = [];
    for (let turn = 1; turn <= 40; turn += 1) {
      release();
      release = feed.want([turn.toString()]);
      const before = world.socket.sent.length;
      world.pass(100);
      answerAll(world);
      for (let sent = before; sent < world.socket.sent.length; sent += 1)
        sentAtMs.push(world.now());
    }
    world.pass(2_000);
    for (const [index, atMs] of sentAtMs.entries()) {
      const sixth = sentAtMs[index + 5];
      if (sixth !== undefined) expect(sixth - atMs).toBeGreaterThanOrEqual(1_000);
    }
    expect(world.socket.sent.findLast(({ method }) => method === "SUBSCRIBE")?.["params"]).toEqual([
      "40",
    ]);
  });

  it("gives up a socket that is open and silent", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    const first = world.socket;
    world.pass(8_000);
    expect(first.isClosed).toBe(true);
    expect(world.opened).toHaveLength(2);
  });
});

describe("health", () => {
  const good = {
    link: { kind: "open" },
    ageMs: 100,
    tripMs: 20,
    orderMs: null,
    isHeard: true,
    isWhole: true,
  } as const;
  it.each([
    [good, "live"],
    [{ ...good, tripMs: null }, "live"],
    [{ ...good, ageMs: 1_600 }, "slow"],
    [{ ...good, tripMs: 300 }, "slow"],
    [{ ...good, orderMs: 250 }, "live"],
    [{ ...good, orderMs: 251 }, "slow"],
    [{ ...good, isHeard: false }, "slow"],
    [{ ...good, ageMs: 5_100, isHeard: false }, "stale"],
    [{ ...good, ageMs: 5_100 }, "stale"],
    [{ ...good, isWhole: false }, "stale"],
    [{ ...good, link: { kind: "connecting" } }, "offline"],
  ] as const)("%j is %s", (measured, expected) => expect(healthOf(measured)).toBe(expected));

  it("keeps sixty trips and knows their median", () => {
    let trips: readonly number[] = [];
    for (let trip = 1; trip <= 100; trip += 1) trips = addTrip(trips, trip);
    expect(trips).toHaveLength(60);
    expect(median(trips)).toBe(71);
    expect(median([])).toBeNull();
  });

  it("goes by the orders of the last minute", () => {
    const trips = [1_000, 2_000, 61_500].map((atMs) => ({ atMs, tripMs: atMs }));
    expect(freshTrips(trips, 61_500).map(({ tripMs }) => tripMs)).toEqual([2_000, 61_500]);
  });
});
