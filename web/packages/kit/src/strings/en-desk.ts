/** The words of chart and account panels in English: they come with what says them. */

import { plural } from "./plural.ts";
import type { Widened } from "./widened.ts";

export const enDesk = {
  // Frame

  // Markets

  // Chart
  interval: "Interval",
  indicators: "Indicators",
  draw: "Draw",
  drawings: (count: number) => `Drawings ${count.toString()}`,
  chartStyle: "Chart style",
  viewAsTable: "View as table",
  viewAsChart: "View as chart",
  loadingChart: "Loading chart…",
  chartSummary: (what: string, last: string, change: string, low: string, high: string) =>
    `${what}, last ${last}, ${change}, between ${low} and ${high}`,
  letterOpen: "O ",
  letterHigh: "H ",
  letterLow: "L ",
  letterClose: "C ",
  letterVolume: "Vol ",

  // Ticket

  // Dock
  openOrders: "Open orders",
  openOrder: (id: number) => `Order #${id.toString()} and what became of it`,
  orderHistory: "Order history",
  tradeHistory: "Trade history",
  onlyThisMarket: "This market only",
  listNumber: (id: number) => `list ${id.toString()}`,
  shows: (qty: string) => `shows ${qty}`,
  everyMarket: "All markets",
  placeAnyway: "Place order",
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
  placing: "placing…",
  stateNEW: "Working",
  statePENDING_NEW: "Pending",
  statePARTIALLY_FILLED: "Partly filled",
  stateFILLED: "Filled",
  stateCANCELED: "Cancelled",
  stateEXPIRED: "Expired",
  stateEXPIRED_IN_MATCH: "Expired (self-trade)",
  stateWaiting: "Waiting",

  // Ticket, advanced

  // One order

  // Risk
  trading: "Trading",

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
  hotkeysArmed: "ARMED",
  hotkeysOff: "Keys off",

  // Edges of panels
  resizeSide: "Width of the book",
  resizeTicket: "Width of the ticket",
  resizeDock: "Height of your account",

  // What is wrong with an order
  faultMissing: "Enter a value.",
  faultUnreadable: "Enter a plain number.",
  faultAmbiguous:
    "This could be two numbers. Leave the thousands mark away, or write the decimals.",
  faultTooFine: "At most eight decimals.",
  faultOffTick: (step: string) => `Must be a multiple of ${step}.`,
  faultOffLot: (step: string) => `Size must be a multiple of ${step}.`,
  faultTooLow: (bound: string) => `At least ${bound}.`,
  faultTooHigh: (bound: string) => `At most ${bound}.`,
  faultNotAbove: (bound: string) => `Must be above ${bound}.`,
  faultNotBelow: (bound: string) => `Must be below ${bound}.`,
  faultNotionalLow: (bound: string) => `The order must be worth at least ${bound}.`,
  faultNotionalHigh: (bound: string) => `The order may be worth at most ${bound}.`,
  faultFunds: (available: string) => `Only ${available} available.`,
  faultBandLow: (bound: string) => `At least ${bound}: no limit may be further below the average.`,
  faultBandHigh: (bound: string) => `At most ${bound}: no limit may be further above the average.`,
  faultTooMany: (most: string) =>
    `You would have more than ${most} open in this market, which is the most. Cancel one first.`,
  faultTooClose: "Too close to the other price for so many orders.",
  faultEmptyBook: "Nobody offers anything to trade with.",
  faultFeesUnknown: "Your fee rates are not loaded yet; exits are of what the fee leaves.",

  // Tape and table
  tapeEmpty: "No trade yet.",
  tapeFiltered: "No trade of this size yet.",
  everySize: "Show every size",
  sizeFilter: "Smallest size",
  open: "Open",
  filled: "Filled",
  role: "Role",
  cancelAll: "Cancel all",
};

export type DeskStrings = Widened<typeof enDesk>;
