// The documentation's way of keeping a local order book, under load: no gap, and in the end what REST says.
//
// Four accounts place 2,000 orders a second over the WebSocket API, for as long as SECONDS says.
// Meanwhile one book after the other is opened from a snapshot in the midst of it all, and kept to the end.

import { createHmac } from "node:crypto";
import { ACCOUNTS, REST, WS, begin, check, client, note, same, soon } from "./common.mjs";

const WebSocket = client("ws");
const SYMBOL = "BTCUSDT";
const SECONDS = Number(process.env.SECONDS ?? 10);
const ORDERS_PER_SECOND = 2_000;
const TICK_MS = 5;
// Beyond that the machine was too busy to tell anything.
const SLOWNESS_MAX = 1.5;
// Of one account, before it takes all of them back.
const OPEN_MAX = 600;
const BOOKS = 8;
const STREAMS = [`${SYMBOL.toLowerCase()}@depth@100ms`, `${SYMBOL.toLowerCase()}@depth`];

/** Chance from a seed: the same orders in every run. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** An account that places orders around a price and takes all of them back now and then. */
class Trader {
  placed = 0;
  answered = 0;
  refused = new Map();

  constructor(name, seed) {
    this.account = ACCOUNTS[name];
    this.chance = chance(seed);
    // Not all at once.
    this.turn = Math.floor((OPEN_MAX * seed) / 5);
  }

  async connect() {
    this.socket = new WebSocket(`${WS}/ws-api/v3?returnRateLimits=false`);
    this.socket.on("message", (text) => this.hear(JSON.parse(text)));
    await new Promise((resolve, reject) => this.socket.on("open", resolve).on("error", reject));
  }

  hear({ id, status, error }) {
    if (id !== "order") return;
    this.answered += 1;
    if (status !== 200) this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
  }

  send(id, method, wish) {
    const params = { ...wish, apiKey: this.account.api_key, timestamp: Date.now(), recvWindow: 60_000 };
    const payload = Object.keys(params).sort().map((name) => `${name}=${params[name]}`).join("&");
    params.signature = createHmac("sha256", this.account.api_secret).update(payload).digest("hex");
    this.socket.send(JSON.stringify({ id, method, params }));
  }

  place() {
    const side = this.chance(2) ? "BUY" : "SELL";
    const distance = this.chance(2_000) - 100;
    const cents = 5_000_000 + (side === "BUY" ? -distance : distance);
    const quantity = ((10 + this.chance(500)) / 10_000).toFixed(4);
    const timeInForce = this.chance(10) ? "GTC" : "IOC";
    const order = { symbol: SYMBOL, side, type: "LIMIT", timeInForce, price: (cents / 100).toFixed(2), quantity };
    this.send("order", "order.place", { ...order, newOrderRespType: "ACK" });
    this.placed += 1;
    if (this.placed % OPEN_MAX === this.turn) this.cancelAll();
  }

  cancelAll() {
    this.send("all", "openOrders.cancelAll", { symbol: SYMBOL });
  }
}

/** A book kept as the documentation says. */
class LocalBook {
  bids = new Map();
  asks = new Map();
  buffer = [];
  id = null;
  events = 0;
  gaps = 0;

  constructor(stream) {
    this.socket = new WebSocket(`${WS}/ws/${stream}`);
    this.socket.on("message", (text) => this.hear(JSON.parse(text)));
  }

  hear(event) {
    if (this.id === null) {
      this.buffer.push(event);
    } else {
      this.apply(event);
    }
  }

  /** Steps 2 to 6: a snapshot that is not older than the first event, and the events it does not hold yet. */
  async open() {
    await soon(() => this.buffer.length > 0, "a stream of changes begins");
    let snapshot;
    do {
      snapshot = await depth();
    } while (snapshot.lastUpdateId < this.buffer[0].U);
    for (const side of ["bids", "asks"]) this[side] = new Map(snapshot[side]);
    const rest = this.buffer.filter(({ u }) => snapshot.lastUpdateId < u);
    if (rest.length > 0 && snapshot.lastUpdateId + 1 < rest[0].U) this.gaps += 1;
    this.id = snapshot.lastUpdateId;
    rest.forEach((event) => this.apply(event));
  }

  apply(event) {
    if (event.u < this.id) return;
    if (this.id + 1 < event.U) this.gaps += 1;
    change(this.bids, event.b);
    change(this.asks, event.a);
    this.id = event.u;
    this.events += 1;
  }

  /** Returns the book as REST writes it. */
  written() {
    const side = (levels, sign) => [...levels].sort(([one], [other]) => sign * (Number(one) - Number(other)));
    return JSON.stringify({ lastUpdateId: this.id, bids: side(this.bids, -1), asks: side(this.asks, 1) });
  }
}

function change(levels, changes) {
  for (const [price, quantity] of changes) {
    if (Number(quantity) === 0) {
      levels.delete(price);
    } else {
      levels.set(price, quantity);
    }
  }
}

async function depth() {
  return (await fetch(`${REST}/api/v3/depth?symbol=${SYMBOL}&limit=5000`)).json();
}

/** Places orders at an even rate; what the timer leaves out is caught up with. */
async function drive(traders) {
  const total = SECONDS * ORDERS_PER_SECOND;
  const started = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - started) / 1_000) * ORDERS_PER_SECOND));
    for (; sent < due; sent += 1) traders[sent % traders.length].place();
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const answered = () => traders.reduce((sum, trader) => sum + trader.answered, 0);
  await soon(() => answered() === total, "every order is answered", () => `${answered()} of ${total}`);
  const seconds = (performance.now() - started) / 1_000;
  console.log(`        ${total} orders in ${seconds.toFixed(1)} s`);
  check(seconds < SECONDS * SLOWNESS_MAX, "2,000 orders a second are placed", `${seconds} s`);
}

begin("the local-book procedure of the documentation, over `ws`", "ws");
note(["depth", "order.place", "openOrders.cancelAll", ...STREAMS], ["LIMIT", "LIMIT IOC"]);
const traders = ["alice", "bob", "carol", "dave"].map((name, index) => new Trader(name, index + 1));
for (const trader of traders) await trader.connect();
const driving = drive(traders);
const books = [];
for (let count = 0; count < BOOKS; count += 1) {
  const book = new LocalBook(STREAMS[count % STREAMS.length]);
  await book.open();
  books.push(book);
  await new Promise((resolve) => setTimeout(resolve, (SECONDS * 1_000) / BOOKS / 2));
}
await driving;
const refused = JSON.stringify(traders.map((trader) => [...trader.refused]));
check(traders.every((trader) => trader.refused.size === 0), "every order is accepted", refused);
const rest = await depth();
same(rest.bids.length > 100 && rest.asks.length > 100, true, "the book is deep in the end");
for (const book of books) {
  await soon(() => book.id === rest.lastUpdateId, "a local book is as new as REST", () => `${book.id}, not ${rest.lastUpdateId}`);
  check(book.written() === JSON.stringify(rest), "and has every level of it");
}
console.log(`        ${books.reduce((sum, book) => sum + book.events, 0)} events`);
same(books.map(({ gaps }) => gaps), books.map(() => 0), "no book has seen a gap");
process.exit(0);
