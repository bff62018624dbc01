import { describe, expect, it } from "vitest";
import { UserFeed } from "../src/user.ts";
import { World } from "./world.ts";

describe("user data", () => {
  function fed() {
    const world = new World();
    const log: string[] = [];
    const feed = new UserFeed(world, {
      onSnapshot: (snapshot) => log.push(`snapshot ${snapshot.sq}`),
      onEvent: (event) => log.push(event.e),
      onNotification: ({ id }) => log.push(`notification ${id.toString()}`),
      onPreference: (name, version) => log.push(`${name} ${version.toString()}`),
      onState: () => undefined,
      onHeard: (isHeard) => log.push(isHeard ? "heard" : "unheard"),
      onRefused: (status, code) => log.push(`refused ${status.toString()} ${code.toString()}`),
      onCurrent: () => log.push("current"),
      onSignedOut: () => log.push("signed out"),
    });
    return { world, log, feed };
  }
  const snapshot = { sq: "5", balances: [], orders: [] };

  it("begins with a snapshot and goes on after the last event it took", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    expect(world.socket.sent[0]?.["params"]).toMatchObject({ snapshot: true });
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    world.tell({ subscriptionId: 0, event: { e: "executionReport", sq: "6-1" } });
    world.tell({ subscriptionId: 0, event: { e: "outboundAccountPosition", sq: "6-2" } });
    world.socket.events.onEnd();
    world.pass(500);
    world.socket.events.onOpen();
    expect(world.socket.sent[0]?.["params"]).toMatchObject({ resumeFrom: "6-2" });
    expect(log).toEqual(["snapshot 5", "current", "executionReport", "outboundAccountPosition"]);
  });

  it("comes back when an event does not follow the last one it took", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    const told = (sq: string, ps: string): void =>
      world.tell({ subscriptionId: 0, event: { e: "executionReport", sq, ps } });
    told("6-1", "5");
    told("6-3", "6-2");
    world.pass(500);
    world.socket.events.onOpen();
    expect(world.socket.sent[0]?.["params"]).toMatchObject({ resumeFrom: "6-1" });
    told("6-2", "6-1");
    told("6-3", "6-2");
    expect(log.filter((entry) => entry === "executionReport")).toHaveLength(3);
  });

  it("asks for news and for what was arranged elsewhere, which have no place among the events", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    expect(world.socket.sent[0]?.["params"]).toMatchObject({
      notifications: true,
      preferences: true,
    });
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    world.tell({ subscriptionId: 0, event: { e: "notification", E: 1, n: { id: 7 } } });
    const changed = { e: "preferenceChanged", E: 1, n: "look", v: 3 };
    world.tell({ subscriptionId: 0, event: changed });
    expect(log).toEqual(["snapshot 5", "current", "notification 7", "look 3"]);
  });

  it("takes a snapshot when its place is too old", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    world.socket.events.onEnd();
    world.pass(500);
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 400, error: { code: -1130, msg: "too late" } });
    expect(world.socket.sent.at(-1)?.["params"]).toMatchObject({ snapshot: true });
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    expect(log.filter((line) => line === "snapshot 5")).toHaveLength(2);
  });

  it("gives up a socket that is open and silent, and goes on after the last event it took", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    const first = world.socket;
    world.pass(9_000);
    expect(first.isClosed).toBe(true);
    expect(feed.silenceMs()).toBe(9_000);
    expect(world.opened).toHaveLength(2);
    world.socket.events.onOpen();
    expect(world.socket.sent[0]?.["params"]).toMatchObject({ resumeFrom: "5" });
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0 } });
    expect(log).toEqual(["snapshot 5", "current", "unheard", "heard", "current"]);
  });

  it("waits longer for its subscription to be answered, and not for ever", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    const first = world.socket;
    world.pass(15_000);
    expect(first.isClosed).toBe(false);
    world.pass(8_000);
    expect(first.isClosed).toBe(true);
    expect(world.opened).toHaveLength(2);
  });

  it("asks twice a second whether it is heard, and stays while it is answered", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    for (let asked = 1; asked <= 20; asked += 1) {
      world.pass(500);
      expect(world.socket.sent).toHaveLength(1 + asked);
      expect(world.socket.sent.at(-1)).toEqual({ id: 2, method: "ping" });
      world.tell({ id: 2, status: 200, result: {} });
    }
    expect(world.opened).toHaveLength(1);
    expect(log).toEqual(["snapshot 5", "current"]);
    feed.stop();
    world.pass(5_000);
    expect(world.socket.sent).toHaveLength(21);
  });

  it("keeps a socket of a hidden page, on which it is seldom asked", () => {
    const { world, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ id: 1, status: 200, result: { subscriptionId: 0, snapshot } });
    for (let minute = 0; minute < 3; minute += 1) {
      world.sleep(60_000);
      world.tell({ id: 2, status: 200, result: {} });
    }
    expect(world.opened).toHaveLength(1);
  });

  it("tells when the session ended", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ subscriptionId: 0, event: { e: "eventStreamTerminated", E: 1 } });
    expect(log).toEqual(["signed out"]);
  });

  it("opens nothing when the socket of a session that ended is closed", () => {
    const { world, log, feed } = fed();
    feed.start();
    world.socket.events.onOpen();
    world.tell({ subscriptionId: 0, event: { e: "eventStreamTerminated", E: 1 } });
    feed.stop();
    world.socket.events.onEnd();
    world.pass(60_000);
    expect(world.opened).toHaveLength(1);
    expect(log).toEqual(["signed out"]);
  });
});
