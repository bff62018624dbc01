import { priceOf, qtyOf, ZERO_QTY } from "@bourse/num/decimal";
import { expect, it } from "vitest";
import type { Market } from "../src/market.ts";
import type { Order } from "../src/orders.ts";
import { bandFault, NOTHING_OPEN, openIn, roomFault, type OpenCount } from "../src/room.ts";
import { checkTicket, type Ticket, type TicketField } from "../src/ticket.ts";
import { buy, facts } from "./ticket-facts.ts";

const market = {
  tick: priceOf("0.01"),
  bidBand: { down: priceOf("0.2"), up: priceOf("5") },
  askBand: { down: priceOf("0.5"), up: priceOf("2") },
  ordersMax: 3,
  waitingMax: 1,
  icebergsMax: null,
  listsMax: 1,
} as unknown as Market;
const average = priceOf("100.01");

it("takes limits near the average of its side, both edges included", () => {
  expect(bandFault("BUY", priceOf("20"), average, market)).toEqual({
    kind: "bandLow",
    bound: priceOf("20.01"),
  });
  expect(bandFault("BUY", priceOf("20.01"), average, market)).toBeNull();
  expect(bandFault("BUY", priceOf("500.05"), average, market)).toBeNull();
  expect(bandFault("BUY", priceOf("500.06"), average, market)?.kind).toBe("bandHigh");
  expect(bandFault("SELL", priceOf("20.01"), average, market)?.kind).toBe("bandLow");
});

it("takes every limit where nothing has traded, or no band is", () => {
  expect(bandFault("BUY", priceOf("1"), null, market)).toBeNull();
  expect(bandFault("BUY", priceOf("1"), priceOf("0"), market)).toBeNull();
  expect(bandFault("BUY", priceOf("1"), average, { ...market, bidBand: null })).toBeNull();
  expect(bandFault("BUY", null, average, market)).toBeNull();
});

const order = {
  symbol: "BTCUSDT",
  isWorking: true,
  icebergQty: ZERO_QTY,
  listId: -1,
} as Order;

it("counts what is open in the market alone, and a list once", () => {
  const all = [
    order,
    { ...order, listId: 7 },
    { ...order, listId: 7, isWorking: false },
    { ...order, icebergQty: qtyOf("1") },
    { ...order, symbol: "ETHUSDT" },
  ];
  expect(openIn("BTCUSDT", all)).toEqual({ orders: 4, waiting: 1, icebergs: 1, lists: 1 });
});

it("takes no more than it says, of each kind", () => {
  const fault = (open: object, more: object) =>
    roomFault(market, { ...NOTHING_OPEN, ...open }, { ...NOTHING_OPEN, ...more });
  expect(fault({ orders: 2 }, { orders: 1 })).toBeNull();
  expect(fault({ orders: 3 }, { orders: 1 })).toEqual({ kind: "tooMany", most: 3 });
  expect(fault({ orders: 2 }, { orders: 2 })).toEqual({ kind: "tooMany", most: 3 });
  expect(fault({ orders: 3 }, {})).toBeNull();
  expect(fault({ waiting: 1 }, { waiting: 1 })).toEqual({ kind: "tooMany", most: 1 });
  expect(fault({ lists: 1 }, { lists: 1 })).toEqual({ kind: "tooMany", most: 1 });
  expect(fault({ icebergs: 9 }, { icebergs: 1 })).toBeNull();
});

const oco: Partial<Ticket> = { type: "oco", stopPrice: "120" };
const scale: Partial<Ticket> = { type: "scale", scaleTo: "95", scaleCount: "3" };

it.each<[Partial<Ticket>, TicketField | null]>([
  [{ price: "49" }, "price"],
  [{ price: "50" }, null],
  [{ type: "stopLimit", price: "151", stopPrice: "120" }, "price"],
  [{ ...oco, stopLimit: "151" }, "stopLimit"],
  [{ ...oco, stopLimit: "150" }, null],
  [{ ...scale, scaleTo: "49" }, "scaleTo"],
  // What follows the book is near it.
  [{ price: "", peg: "market", pegLevel: 1 }, null],
])("is checked in every limit of a ticket: %j", (change, field) => {
  const band = { down: priceOf("0.5"), up: priceOf(change.peg === "market" ? "1.05" : "1.5") };
  const near = { ...facts, market: { ...facts.market, bidBand: band } };
  const { faults } = checkTicket({ ...buy, size: "0.2", ...change }, near);
  const found = [...faults].filter(([, { kind }]) => kind.startsWith("band"));
  expect(found.map(([name]) => name)).toEqual(field === null ? [] : [field]);
});

it.each<[Partial<Ticket>, TicketField | null]>([
  [{ takeProfit: "140", takeProfitLimit: "151" }, "takeProfitLimit"],
  [{ takeProfit: "140", takeProfitLimit: "150" }, null],
  [{ stopLoss: "60", stopLossLimit: "49" }, "stopLossLimit"],
  [{ stopLoss: "60", stopLossLimit: "50" }, null],
  [{ side: "SELL", price: "110", stopLoss: "140", stopLossLimit: "161" }, "stopLossLimit"],
])("is checked in limits of exits, by the band of the side they trade on: %j", (change, field) => {
  const bands = {
    askBand: { down: priceOf("0.5"), up: priceOf("1.5") },
    bidBand: { down: priceOf("0.4"), up: priceOf("1.6") },
  };
  const near = { ...facts, market: { ...facts.market, ...bands } };
  const { faults } = checkTicket({ ...buy, hasExits: true, ...change }, near);
  const found = [...faults].filter(([, { kind }]) => kind.startsWith("band"));
  expect(found.map(([name]) => name)).toEqual(field === null ? [] : [field]);
});

it.each<[Partial<Ticket>, Partial<OpenCount>]>([
  [{}, { orders: 1 }],
  [{ timeInForce: "IOC" }, {}],
  // What was chosen before stands in the ticket, and is not sent.
  [{ timeInForce: "IOC", isPostOnly: true }, { orders: 1 }],
  [{ timeInForce: "FOK", price: "", peg: "primary" }, { orders: 1 }],
  [
    { timeInForce: "IOC", shown: "0.1" },
    { orders: 1, icebergs: 1 },
  ],
  [{ timeInForce: "IOC", peg: "market", price: "" }, {}],
  [{ type: "market" }, {}],
  [
    { type: "stopMarket", stopPrice: "120" },
    { orders: 1, waiting: 1 },
  ],
  [
    { type: "trailingStop", trail: "1" },
    { orders: 1, waiting: 1 },
  ],
  [oco, { orders: 2, waiting: 1, lists: 1 }],
  [scale, { orders: 3 }],
  [{ ...scale, timeInForce: "IOC", isPostOnly: true }, { orders: 3 }],
  [{ ...scale, timeInForce: "IOC", shown: "0.1", peg: "primary" }, {}],
  [{ shown: "0.1" }, { orders: 1, icebergs: 1 }],
  [
    { hasExits: true, stopLoss: "80" },
    { orders: 1, lists: 1 },
  ],
])("is counted for what a ticket opens: %j", (change, opens) => {
  const most = { ordersMax: 9, waitingMax: 9, icebergsMax: 9, listsMax: 9 };
  const room = { ...facts, market: { ...facts.market, ...most } };
  const faultBeside = (open: OpenCount) =>
    checkTicket({ ...buy, size: "0.2", ...change }, { ...room, open }).faults.get("size");
  for (const name of ["orders", "waiting", "icebergs", "lists"] as const) {
    const more = opens[name] ?? 0;
    expect(faultBeside({ ...NOTHING_OPEN, [name]: 9 - more }), name).toBeUndefined();
    const fault = faultBeside({ ...NOTHING_OPEN, [name]: 10 - more });
    expect(fault, name).toEqual(more === 0 ? undefined : { kind: "tooMany", most: 9 });
  }
});
