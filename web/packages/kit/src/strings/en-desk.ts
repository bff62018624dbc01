/** The words of chart and account panels in English: they come with what says them. */

import { plural } from "./plural.ts";
import type { Widened } from "./widened.ts";

export const enDesk = {
  // Frame
  cancel: "Cancel",
  commandPalette: "Command palette",
  searchAnything: "Market, page or action",
  nothingFound: "Nothing found",

  // Connection
  reconnects: (count: number) => plural(count, "reconnect", "reconnects"),
  gaps: (count: number) => plural(count, "gap", "gaps"),
  connectionDetails: "Connection details",
  slowest: (ms: number) => `slowest of the last sixty: ${ms.toString()} ms`,
  reconnectNow: "Reconnect now",
  region: "Region",
  exchangeVersion: "Exchange",
  pagesBuild: "Pages",

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
  noDrawings: "Nothing drawn on this market.",
  deleteDrawing: (name: string) => `Delete ${name}`,
  chartStyle: "Chart style",
  styleCandles: "Candles",
  styleHollow: "Hollow candles",
  styleBars: "Bars",
  styleArea: "Area",
  chartScale: "Scale",
  scaleNormal: "Linear",
  scaleLog: "Logarithmic",
  scalePercent: "Per cent",
  viewAsTable: "View as table",
  viewAsChart: "View as chart",
  loadingChart: "Loading chart…",
  high: "High",
  low: "Low",
  closePrice: "Close",
  drawnPrice: (title: string, index: number) => `${title}: price ${index.toString()}`,
  chartSummary: (what: string, last: string, change: string, low: string, high: string) =>
    `${what}, last ${last}, ${change}, between ${low} and ${high}`,
  drawSegment: "Trend line",
  drawRay: "Ray",
  drawStraight: "Straight line",
  drawHorizontal: "Horizontal line",
  drawHorizontalRay: "Horizontal ray",
  drawVertical: "Vertical line",
  drawPrice: "Price line",
  drawParallel: "Parallel lines",
  drawChannel: "Price channel",
  drawFibonacci: "Fibonacci retracement",
  drawNote: "Note",
  drawBrush: "Brush",
  orderLine: (side: string, qty: string) => `${side} ${qty}`,

  // Book
  depthSummary: (bid: string, ask: string) => `Within 1 %: ${bid} bid, ${ask} offered`,

  // Ticket
  ladderOf: (count: number) => plural(count, "limit order", "limit orders"),
  confirmMost: (percent: string) => `The order takes ${percent} of what you have available.`,
  styleLine: "Line",
  styleHeikin: "Heikin-Ashi",
  confirmOrder: "Confirm order",
  confirmStale: "Prices are not live. The order may fill at another price.",
  confirmFar: (percent: string) => `The price is ${percent} through the market.`,
  confirmLarge: (percent: string) => `The order takes ${percent} of what the book shows.`,
  placeAnyway: "Place order",

  // Dock
  openOrders: "Open orders",
  orderHistory: "Order history",
  tradeHistory: "Trade history",
  onlyThisMarket: "This market only",
  listNumber: (id: number) => `list ${id.toString()}`,
  listHint: "Part of a list: cancelling it cancels the others.",
  shows: (qty: string) => `shows ${qty}`,
  cancelAllTitle: (count: number) => `Cancel ${plural(count, "order", "orders")}?`,
  cancelTied: (count: number) =>
    `Of the same lists, ${plural(count, "order", "orders")} of the other side end with them.`,
  cancelOrders: (count: number) => `Cancel ${plural(count, "order", "orders")}`,
  everyMarket: "All markets",
  keepOrders: "Keep them",
  amend: "Amend",
  amendOrder: (id: number) => `Amend order #${id.toString()}`,
  cancelShort: "Cancel",
  cancelOrder: (id: number) => `Cancel order #${id.toString()}`,
  amendKeepsPlace: "A smaller size keeps the order, its number and its place in the queue.",
  amendKeepsNumber:
    "Another price or a larger size keeps the order, its number and what was filled of it, and queues again. A price that crosses trades at once. If it is refused, the order stays as it is.",
  amendWaits: "The order waits on under its number. If it is refused, the order stays as it is.",
  amendPair: "Both orders of a pair have one size, which stays.",
  noOpenOrders: "No open orders. Orders that you place appear here.",
  ordersElsewhere: (count: number) =>
    `No open orders in this market, ${count.toString()} elsewhere.`,
  noBalances: "No balances. What is deposited or bought appears here.",
  loadingBalances: "Loading balances…",
  mostTraded: "Most traded",
  railHint: "Mark markets with the star to list them here instead.",
  signedOutPanel: "Sign in to see your orders and balances.",
  loadingOrders: "Loading orders…",
  loadFailed: (what: string) => `${what} cannot be loaded. Orders and balances are not affected.`,
  type: "Type",
  trigger: "Trigger",
  state: "State",
  asset: "Asset",
  free: "Available",
  locked: "In orders",
  share: "Share",
  worth: (asset: string) => `Worth (${asset})`,
  placing: "placing…",
  stateNEW: "Working",
  statePENDING_NEW: "Pending",
  statePARTIALLY_FILLED: "Partly filled",
  stateFILLED: "Filled",
  stateCANCELED: "Cancelled",
  stateEXPIRED: "Expired",
  stateEXPIRED_IN_MATCH: "Expired (self-trade)",
  stateWaiting: "Waiting",

  // Account
  apiKeys: "API keys",
  sessions: "Sessions",

  // Settings
  themeDark: "Dark",
  themeLight: "Light",

  // News
  unread: "unread",
  noNotifications: "Nothing yet. Fills, deposits, security and price alerts appear here.",
  markAllRead: "Mark all read",
  preferences: "Preferences",

  // Hotkeys
  hotkey_buySide: "Buy",
  hotkey_sellSide: "Sell",
  hotkey_size25: "Size 25 %",
  hotkey_size50: "Size 50 %",
  hotkey_size75: "Size 75 %",
  hotkey_size100: "Size 100 %",
  hotkey_tickUp: "Price one tick up",
  hotkey_tickDown: "Price one tick down",
  hotkey_submit: "Place the order",
  hotkey_cancelLast: "Cancel the last order here",
  hotkey_cancelAll: "Cancel all orders here",

  // Shortcuts
  keyPalette: "Command palette",
  keyHelp: "This list",
  keyPanes: "Go to chart, book, trades, ticket, account",
  keySubmit: "Place the order, in the ticket",
  keyClose: "Close what is open",
  readBest: "Read best bid and ask",

  // Ticket, advanced
  shownSize: "Shown size (iceberg)",
  shownHint: "Empty: all of it. What is shown in parts stays until cancelled.",
  peg: "Peg price",
  pegNone: "No peg",
  pegPrimary: "To the best price of this side",
  pegMarket: "To the best price of the other side",
  pegLevel: "Levels behind",
  pegHint: "The book sets the price when the order arrives.",
  selfTrade: "Own orders that would meet",
  selfTradeStandard: "As the market says",
  selfTradeNONE: "Let them trade",
  selfTradeEXPIRE_TAKER: "Cancel the new one",
  selfTradeEXPIRE_MAKER: "Cancel the resting one",
  selfTradeEXPIRE_BOTH: "Cancel both",
  selfTradeDECREMENT: "Reduce both",

  // One order
  event: "Event",

  // Risk
  trading: "Trading",
  priceStep: "Price step",
  sizeStep: "Size step",
  sizeBounds: "Size of an order",
  marketSizeMax: "Largest market order",
  valueMin: "Smallest value",
  takeProfit: "Take profit at",
  stopLoss: "Stop loss at",
  profitLimit: "Profit limit",
  lossLimit: "Loss limit",
  exitsHint:
    "Start when this order is filled, at the market where they have no limit; the first ends the other.",
  risk: "Risk of what is free",
  riskWrong: "Between 0.01 and 100 %.",
  riskSet: "Set size",

  // What changed while one was away
  awayTitle: "Changed while you were away",
  awayGone: "Not open any more",
  awayMore: (count: number) => `and ${count.toString()} more`,

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
  ackCancelledSome: (count: number, left: string, reason: string) =>
    `Cancelled ${plural(count, "order", "orders")}, but not ${left}: ${reason}`,
  ackAmended: (id: number, ms: number) => `Amended #${id.toString()} · ${ms.toString()} ms`,
  ackRejected: (reason: string) => `Rejected: ${reason}`,
  ackUnknown: "Unknown: asking the exchange what became of it",
  ackLost:
    "Still unknown. Look among your orders before you try it again; operators find it by its name.",
  copyName: "Name of the order: copy it",
  ackNotFound: "Unknown: not found so far, asking again. It may still arrive.",
  ackNever:
    "Not carried out: it did not reach the exchange in time, and does not count any more. Try again.",
  placingUnknown: "unknown, asking…",
  changeUnknown: "change unknown",
  reasonUnanswered: "no answer came, and it may be carried out still.",
  reasonNever: "it did not reach the exchange in time. Try again.",
  reasonTime: "it came too late, or by a wrong clock. Try again.",
  reasonPostOnly:
    "would match at once (post only). Move the price away from the market, or switch post only off.",
  reasonFunds: "not enough available. Make the order smaller or cancel others.",
  reasonTrigger: "the trigger price is met already. Choose one on the other side of the market.",
  reasonLimit: (seconds: string) => `too many requests. Wait ${seconds} s.`,
  reasonSession: "your session has ended. Sign in again.",
  reasonDuplicate: "an order of this name is open already.",
  reasonClosedMarket: "the market does not take orders now.",
  reasonFilter: (filter: string, limit: string) => `filter ${filter}, limit ${limit}.`,

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
