/** The words of chart and account panels in English: they come with what says them. */

import { plural } from "./plural.ts";
import type { Widened } from "./widened.ts";

export const enDesk = {
  // Frame
  cancel: "Cancel",

  // Connection
  reconnects: (count: number) => plural(count, "reconnect", "reconnects"),
  gaps: (count: number) => plural(count, "gap", "gaps"),
  reconnectNow: "Reconnect now",
  region: "Region",

  // Markets
  volume: "Volume",

  // Chart
  interval: "Interval",
  indicators: "Indicators",
  indicatorNumbers: (name: string) => `Numbers of ${name}`,
  chartCount: "Charts",
  charts: (count: number) => plural(count, "chart", "charts"),
  asShown: "As shown",
  sum: "Total",
  draw: "Draw",
  drawings: (count: number) => `Drawings ${count.toString()}`,
  chartStyle: "Chart style",
  viewAsTable: "View as table",
  viewAsChart: "View as chart",
  loadingChart: "Loading chart…",
  high: "High",
  low: "Low",
  chartSummary: (what: string, last: string, change: string, low: string, high: string) =>
    `${what}, last ${last}, ${change}, between ${low} and ${high}`,
  orderLine: (side: string, qty: string) => `${side} ${qty}`,

  // Ticket
  placeAnyway: "Place order",

  // Dock
  openOrders: "Open orders",
  orderHistory: "Order history",
  tradeHistory: "Trade history",
  onlyThisMarket: "This market only",
  listNumber: (id: number) => `list ${id.toString()}`,
  listHint: "Part of a list: cancelling it cancels the others.",
  shows: (qty: string) => `shows ${qty}`,
  cancelOrders: (count: number) => `Cancel ${plural(count, "order", "orders")}`,
  everyMarket: "All markets",
  amend: "Amend",
  amendOrder: (id: number) => `Amend order #${id.toString()}`,
  cancelShort: "Cancel",
  cancelOrder: (id: number) => `Cancel order #${id.toString()}`,
  noOpenOrders: "No open orders. Orders that you place appear here.",
  ordersElsewhere: (count: number) =>
    `No open orders in this market, ${count.toString()} elsewhere.`,
  mostTraded: "Most traded",
  railHint: "Mark markets with the star to list them here instead.",
  signedOutPanel: "Sign in to see your orders and balances.",
  loadingOrders: "Loading orders…",
  type: "Type",
  trigger: "Trigger",
  state: "State",
  asset: "Asset",
  free: "Available",
  share: "Share",
  placing: "placing…",
  stateNEW: "Working",
  statePENDING_NEW: "Pending",
  statePARTIALLY_FILLED: "Partly filled",
  stateFILLED: "Filled",
  stateCANCELED: "Cancelled",
  stateEXPIRED: "Expired",
  stateEXPIRED_IN_MATCH: "Expired (self-trade)",
  stateWaiting: "Waiting",

  // News
  unread: "unread",
  preferences: "Preferences",

  // Shortcuts
  readBest: "Read best bid and ask",

  // Ticket, advanced
  peg: "Peg price",

  // One order
  event: "Event",

  // Risk
  trading: "Trading",
  takeProfit: "Take profit at",
  stopLoss: "Stop loss at",
  risk: "Risk of what is free",

  // Orders over time
  overTime: "Over time",

  // Acknowledgements
  lastOrder: "Last order",
  ackSending: "Sending…",
  ackAccepted: (id: number, ms: number) => `Accepted #${id.toString()} · ${ms.toString()} ms`,
  ackAcceptedList: (ids: readonly number[], ms: number) =>
    `Accepted ${ids.map((id) => `#${id.toString()}`).join(", ")} · ${ms.toString()} ms`,
  ackLadder: (count: number, ms: number) =>
    `Accepted ${plural(count, "order", "orders")} · ${ms.toString()} ms`,
  ackLadderStands: (count: number, wanted: number) =>
    `Placed ${count.toString()} of ${wanted.toString()}.`,
  ackLadderCut: (count: number, wanted: number) =>
    `Placed ${count.toString()} of ${wanted.toString()}. The answer took so long that the others were not sent.`,
  ackFilled: (qty: string, price: string, id: number, ms: number) =>
    `Filled ${qty} @ ${price} · #${id.toString()} · ${ms.toString()} ms`,
  ackPartly: (filled: string, qty: string, id: number, ms: number) =>
    `Partly filled ${filled}/${qty} · #${id.toString()} · ${ms.toString()} ms`,
  ackExpired: (id: number, ms: number) =>
    `Cancelled: nothing to fill it · #${id.toString()} · ${ms.toString()} ms`,
  ackCancelled: (id: number, ms: number) => `Cancelled #${id.toString()} · ${ms.toString()} ms`,
  ackCancelledAll: (count: number, ms: number) =>
    `Cancelled ${plural(count, "order", "orders")} · ${ms.toString()} ms`,
  ackAmended: (id: number, ms: number) => `Amended #${id.toString()} · ${ms.toString()} ms`,
  ackUnknown: "Unknown: asking the exchange what became of it",
  copyName: "Name of the order: copy it",
  ackNotFound: "Unknown: not found so far, asking again. It may still arrive.",
  placingUnknown: "unknown, asking…",
  changeUnknown: "change unknown",

  // News
  unkept:
    "The exchange has no more room for your settings and drawings. What you changed last is kept in this browser alone: delete drawings or layouts that you do not need.",
  newBuild: "There is a newer version of these pages.",
  reload: "Reload",
  bell: (unread: number) => `Notifications, ${unread.toString()} unread`,
  news: "News",
  toldFill: (side: string, qty: string, symbol: string, price: string, isDone: boolean) =>
    `${isDone ? "Filled" : "Partly filled"}: ${side} ${qty} ${symbol} @ ${price}`,
  awayChanged: (count: number) =>
    `Reconnected. ${plural(count, "order", "orders")} changed while you were away.`,
  awayShow: "Show",

  // Keys that trade
  hotkeysHint:
    "They work while they are armed, outside of fields: arm them in the bar at the foot of the trade screen. They disarm when you look away, and after five idle minutes.",
  hotkeysArmed: "ARMED",
  hotkeysOff: "Keys off",

  // Edges of panels
  resizeSide: "Width of the book",
  resizeTicket: "Width of the ticket",
  resizeDock: "Height of your account",
};

export type DeskStrings = Widened<typeof enDesk>;
