/** What words of trading mean, in English: loaded when somebody asks. */

import type { Widened } from "./widened.ts";

export const enTerms = {
  orderType:
    "How the order trades: at your price or better (limit), at once at what there is (market), or only after the market has reached a price (stop, take profit, trailing).",
  postOnly:
    "The order only joins the book. If it would trade at once it is refused, so that you never pay the taker fee.",
  timeInForce:
    "How long the order stands: until you cancel it (GTC), only for what can be filled at once (IOC), or all at once or not at all (FOK).",
  exits:
    "Take profit and stop loss: two orders that start when this one is filled: limit orders alone can have them. The first that is reached ends the other.",
  trigger:
    "The order waits outside of the book until the last price reaches this one. Then it is sent.",
  trail:
    "The trigger follows the market at this distance as it moves your way, and stands still as it comes back.",
  available: "What you have and no open order holds.",
  averagePrice:
    "What you would pay or get on average, with the book as it is now. The market may move before your order arrives.",
  slippage: "How far the average lies from the best price, because the order takes deeper levels.",
  maker:
    "Your order adds to the book and waits there: it pays the maker fee if it is filled later.",
  taker: "Your order trades with what waits in the book: it pays the taker fee.",
  shownSize:
    "An iceberg: the book shows only this much at a time. What is hidden comes up behind others at the same price.",
  peg: "The price follows the best one of the book, of your side or of the other one, as the order is placed.",
  selfTrade:
    "What happens if your order meets another of your own: which of them ends instead of trading with each other.",
  spread: "The gap between the best price to buy at and the best to sell at.",
  depth: "How much waits in the book up to each price.",
  risk: "The size at which the stop loss costs this share of what you have free in this market, before fees. A gap in the market may cost more.",
  hotkeys:
    "They work while they are armed, outside of fields: arm them in the bar at the foot of the trade screen. They disarm when you look away, and after five idle minutes.",
  locked: "What open orders hold: it is free again when they are filled otherwise, or end.",
  worth:
    "At the last price of its market. What nobody has traded against it is worth is not known.",
  tier: "Which fees you pay. Operators give tiers; the higher it is, the less you pay.",
  monthVolume:
    "What you have traded in the last thirty days, in the quote asset, as maker and as taker.",
  realised: "What sales brought beyond the average cost of what was sold.",
  unrealised:
    "What selling the rest at the last price would bring beyond its average cost, before fees.",
  orderState:
    "Working: it stands in the book. Waiting: its trigger is not reached. Partly filled: a part of it has traded, and the rest stands.",
  list: "Orders of one list know of each other: as one is filled, others start or end; cancelling one cancels the others.",
};

export type TermStrings = Widened<typeof enTerms>;
export type Term = keyof TermStrings;
