/** The words of what one trades with, and those that every page says, in English; every other language has all of them, or the type check fails. */

import { enFrame } from "./en-frame.ts";
import { plural } from "./plural.ts";
import type { Widened } from "./widened.ts";

export const en = {
  ...enFrame,

  // Frame
  account: "Account",
  status: "Status",
  close: "Close",
  loadingPage: "Loading page…",
  toMarkets: "To the markets",
  search: "Search",
  shortcuts: "Keyboard shortcuts",

  // Connection
  connection: "Connection",
  live: "Live",
  slow: "Slow",
  stale: "Stale",
  offline: "Offline",
  retryIn: (seconds: number) => `next attempt in ${seconds.toString()} s`,
  connecting: "connecting",
  unanswered: "no answer",
  orderTrip: (ms: number) => `orders ${ms.toString()} ms`,
  roundTrip: (ms: number) => `round trip ${ms.toString()} ms`,
  feedAge: (seconds: string) => `feed ${seconds} s`,
  clockAhead: (seconds: string) => `clock ${seconds} s`,
  sequenceOk: "sequence ok",
  sequenceGap: "sequence gap, healing",
  staleSince: (time: string) => `Stale since ${time}`,
  ownStaleSince: (time: string) => `Orders and balances: stale since ${time}`,

  // Markets
  market: "Market",
  dayChange: "24h change",
  dayHigh: "24h high",
  dayLow: "24h low",
  dayVolume: (asset: string) => `24h volume (${asset})`,
  watchlist: "Watchlist",
  addToWatchlist: (symbol: string) => `Add ${symbol} to watchlist`,
  removeFromWatchlist: (symbol: string) => `Remove ${symbol} from watchlist`,
  loadingMarkets: "Loading markets…",
  marketsFailed: "The markets cannot be loaded. Your orders and balances are not affected.",
  marketUnknown: "There is no such market.",
  halted: "Halted",
  "cancel-only": "Cancel only",
  closed: "Closed",
  "pre-trading": "Not open yet",
  "post-only": "Post only",
  "limit-only": "Limit orders only",
  phaseSince: (phase: string, time: string) => `${phase} since ${time}`,
  cancelsTaken: "cancels are allowed",
  cancelsNotTaken: "cancels are not taken",

  // Chart
  chart: "Chart",
  time: "Time",
  open: "Open",

  // Book
  orderBook: "Order book",
  depthChart: "Depth",
  recentTrades: "Recent trades",
  bookSides: "Sides",
  both: "Both",
  asks: "Asks",
  bids: "Bids",
  price: "Price",
  size: "Size",
  total: "Total",
  grouping: "Grouping",
  pause: "Pause",
  resume: "Resume",
  paused: (waiting: number) => `Paused · ${plural(waiting, "update", "updates")} waiting`,
  spread: "Spread",
  bookEmpty: "Nobody offers anything on this side.",
  loadingBook: "Loading order book…",
  loadingTape: "Loading trades…",
  tapeEmpty: "No trade yet.",
  tapeFiltered: "No trade of this size yet.",
  everySize: "Show every size",
  sizeFilter: "Smallest size",
  useSize: (price: string) => `Use ${price} as the price`,
  ownOrderHere: "your order",

  // Ticket
  orderTicket: "Order ticket",
  side: "Side",
  buy: "Buy",
  sell: "Sell",
  orderType: "Order type",
  limit: "Limit",
  marketOrder: "Market",
  stopLimit: "Stop limit",
  stopMarket: "Stop market",
  takeProfitLimit: "Take profit limit",
  takeProfitMarket: "Take profit market",
  trailingStop: "Trailing stop",
  trailingProfit: "Trailing take profit",
  oco: "OCO · one cancels other",
  scale: "Scale · many limits",
  twap: "TWAP · spread over time",
  scaleFrom: "Price from",
  scaleTo: "Price to",
  scaleCount: "Orders",
  stopLimitPrice: "Stop limit price",
  stopLimitHint: "Empty: the stop sells or buys at the market.",
  exits: "TP/SL",
  info: "Info",
  exitsNot: "TP/SL follow limit orders only; one priced through the market trades at once, too.",
  ifTakeProfit: "At take profit",
  ifStopLoss: "At stop loss",
  advanced: "Advanced",
  peggedPrice: "Price now",
  stopPrice: "Trigger price",
  trail: "Trail (%)",
  activationPrice: "Trails from",
  activationHint: "Empty: from the next trade on.",
  sizeUnit: "Size in",
  postOnly: "Post only",
  timeInForce: "Time in force",
  gtc: "Until cancelled",
  ioc: "Immediate or cancel",
  fok: "Fill or kill",
  stepUp: (field: string) => `${field}: one step up`,
  stepDown: (field: string) => `${field}: one step down`,
  bestBid: "Bid",
  middle: "Mid",
  bestAsk: "Ask",
  available: "Available",
  percentOfAvailable: "Per cent of available",
  shareMargin: "100 % leaves 1 % for a price that moves.",
  shareOfQuote: (asset: string) => `Spends so much ${asset}, wherever the price is by then.`,
  orderValue: "Order value",
  averagePrice: "Average price",
  slippage: "Slippage",
  estimatedFee: (isTaker: boolean) => (isTaker ? "Fee (taker)" : "Fee (maker)"),
  partlyInBook: "The book does not hold as much: the rest is not filled.",
  placeBuy: (asset: string) => `Buy ${asset}`,
  placeSell: (asset: string) => `Sell ${asset}`,
  signInToTrade: "Sign in to trade",
  sending: "Sending…",
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

  // Dock
  accountPanels: "Your account",
  balances: "Balances",
  cancelAll: "Cancel all",
  filled: "Filled",
  role: "Role",

  // Account
  security: "Security",
  addPasskey: "Add passkey",
  removePasskey: (label: string) => `Remove ${label}`,
  label: "Label",

  // Settings
  theme: "Theme",
  direction: "Up/down colours",

  // Portfolio and files
  portfolio: "Portfolio",
  change: "Change",
  statements: "Statements",

  // News
  notifications: "Notifications",

  // Sandbox
  faucet: "Faucet: play money",

  // Hotkeys
  hotkeys: "Keys that trade",

  // Shortcuts
  bestPrices: (bid: string, ask: string) => `Best bid ${bid}, best ask ${ask}`,
};

export type Strings = Widened<typeof en>;
