// Every kind of proposal: what its form asks for, and what happens when it is carried out, in words.

import { spaced } from "./draw.js";

const SYMBOL = { pattern: "[A-Z0-9]{1,16}", title: "1 to 16 capital letters and digits" };
const WHOLE = { pattern: "[0-9]{1,18}", title: "a whole number", inputMode: "numeric" };
const AMOUNT = { pattern: "-?[0-9]+([.][0-9]{1,8})?", title: "a decimal number of at most 8 places" };
const STEP = { pattern: "[0-9]+([.][0-9]{1,8})?", title: "a decimal number above 0 of at most 8 places" };
const CAP = { pattern: "none|[0-9]+([.][0-9]{1,8})?", title: "a decimal number of at most 8 places, or none" };
const NAME = { pattern: "[a-z0-9\\-]{1,32}", title: "1 to 32 of a-z, 0-9 and the hyphen" };
const KEY = { pattern: "[0-9a-fA-F]{64}", title: "64 hex digits" };
const RATES = { pattern: "-?[0-9]+(,-?[0-9]+){0,9}", title: "one rate, or ten with commas" };
const WHO = { pattern: "[0-9]{1,18}|[^@ ]+@[^@ ]+", title: "a number, or an e-mail address" };

const ROLES = ["viewer", "support", "compliance", "treasury", "market-ops", "risk", "admin"];
const SELF_TRADE = ["none", "expire-taker", "expire-maker", "expire-both", "decrement"];
const STATES = {
  active: "may do everything again",
  "cancel-only": "places and amends no orders any more; it may cancel them, and money may leave it",
  "no-withdraw": "trades on, but nothing leaves it: no withdrawal, no transfer",
  frozen: "may do nothing but cancel orders",
};
const PHASES = {
  "post-only": "takes limit makers alone, and nothing trades",
  "limit-only": "takes limit orders alone, and trades",
  continuous: "takes all orders, and trades",
  "cancel-only": "takes cancels alone, and nothing trades",
  halt: "takes cancels alone, and nothing trades",
  closed: "is over for good: every order is cancelled first, and it takes none any more",
};

const text = (name, label, rule) => ({ name, label, ...rule });
const choice = (name, label, options) => ({ name, label, options });
const several = (name, label, options) => ({ name, label, options, isSeveral: true });
const kindOf = (name, label) => ({ name, label, isKind: true });
// A number, or an address in its place.
const who = (name) => ({ name, label: `Number of the ${name}, or e-mail address of the user`, isPerson: true, ...WHO });

const ticks = (name, label) => text(name, `${label}, in ticks`, WHOLE);
const lots = (name, label) => text(name, `${label}, in lots`, WHOLE);
const units = (name, label) => text(name, `${label}, in smallest units`, WHOLE);
const ppm = (name, label) => text(name, `${label}, in parts per million`, WHOLE);
const TERMS = [
  ticks("price_min_ticks", "Lowest price"),
  ticks("price_max_ticks", "Highest price"),
  lots("qty_min_lots", "Smallest quantity"),
  lots("qty_max_lots", "Greatest quantity"),
  lots("market_qty_min_lots", "Smallest quantity of a market order"),
  lots("market_qty_max_lots", "Greatest quantity of a market order"),
  units("notional_min_units", "Least value of an order"),
  units("notional_max_units", "Greatest value of an order"),
  ppm("bid_up_ppm", "Bids above the reference at most"),
  ppm("bid_down_ppm", "Bids below the reference at most"),
  ppm("ask_up_ppm", "Asks above the reference at most"),
  ppm("ask_down_ppm", "Asks below the reference at most"),
  ppm("execution_up_ppm", "Trades above the reference at most"),
  ppm("execution_down_ppm", "Trades below the reference at most"),
  text("open_orders_max", "Open orders of an account at most", WHOLE),
  units("position_max_units", "Greatest position"),
  text("maker_ppb", "Fee of makers, in parts per billion: one for all tiers, or ten", RATES),
  text("taker_ppb", "Fee of takers, in parts per billion: one for all tiers, or ten", RATES),
  choice("self_trade_default", "Self-trade prevention unless an order says", SELF_TRADE),
  text("self_trade_allowed", "Self-trade modes that orders may say, a bit a mode", WHOLE),
].map((field) => ({ ...field, isOptional: true }));

const person = (form, name) => (form.email ? `the ${name} of ${form.email}` : `${name} ${form[name]}`);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (form, names) => names.filter((name) => form[name]).map((name) => `${name} ${form[name]}`).join(", ");
const terms = (form) => listed(form, TERMS.map(({ name }) => name));

function adjusted(form) {
  const isLess = form.amount.startsWith("-");
  const sum = `${isLess ? form.amount.slice(1) : form.amount} ${form.asset}`;
  const account = capital(person(form, "account"));
  if (isLess) return `${account} loses ${sum}, no more than is available there; the exchange gains it.`;
  return `${account} gains ${sum} out of what the exchange owns, which must be as much.`;
}

function payout(form) {
  const what = form.amount ? `: ${form.amount} ${form.asset} to ${form.address} by ${form.network}` : "";
  return `withdrawal ${form.withdrawal}${what}${form.tag ? `, tag ${form.tag}` : ""}`;
}

export const KINDS = {
  adjust: {
    title: "Correct a balance",
    fields: [
      who("account"),
      text("asset", "Asset", SYMBOL),
      text("amount", "Amount in whole coins; below zero takes from the account", AMOUNT),
    ],
    words: adjusted,
  },
  "set-account-state": {
    title: "Freeze an account, or let it go",
    fields: [who("account"), choice("state", "What it may do", Object.keys(STATES))],
    words: (form) => `${capital(person(form, "account"))} ${STATES[form.state]}. Its user is told.`,
  },
  "set-fee-tier": {
    title: "Give an account another fee tier",
    fields: [who("account"), text("tier", "Row of the schedule, 0 to 9", { pattern: "[0-9]", title: "0 to 9" })],
    words: (form) => `${capital(person(form, "account"))} pays the fees of row ${form.tier} from then on.`,
  },
  "list-asset": {
    title: "List an asset",
    fields: [text("symbol", "Symbol", SYMBOL)],
    words: (form) => `${form.symbol} is an asset from then on, for good: accounts may hold it, and markets trade it.`,
  },
  "list-market": {
    title: "List a market",
    fields: [
      text("symbol", "Symbol of the market", SYMBOL),
      text("base", "Asset that is traded", SYMBOL),
      text("quote", "Asset that it is paid in", SYMBOL),
      text("tick", "Step of prices", STEP),
      text("lot", "Step of quantities", STEP),
      { ...text("like", "Market whose terms it takes", SYMBOL), isOptional: true },
    ],
    terms: TERMS,
    words: (form) =>
      `The market ${form.symbol} is listed, before trading: ${form.base} for ${form.quote}, in steps of ${form.tick} and ` +
      `${form.lot}${form.like ? `, with the terms of ${form.like}` : ""}. ${terms(form)}`,
  },
  "change-market": {
    title: "Change the terms of a market",
    fields: [text("market", "Market", SYMBOL)],
    terms: TERMS,
    words: (form) => `Of ${form.market} these terms count from then on: ${terms(form) || "as they are"}.`,
  },
  "set-phase": {
    title: "Halt a market, or move it to another phase",
    fields: [text("market", "Market", SYMBOL), choice("phase", "Phase", Object.keys(PHASES))],
    words: (form) => `${form.market} ${PHASES[form.phase]}.`,
  },
  "set-payout-limit": {
    title: "Limit what all users together withdraw",
    fields: [text("asset", "Asset", SYMBOL), text("cap", "Whole coins in 24 hours; none for without end", CAP)],
    words: (form) =>
      `${form.cap === "none" ? "Any amount" : `At most ${form.cap}`} of ${form.asset} leaves in 24 hours, for all users ` +
      "together. Less than now counts at once, more a day after it was carried out.",
  },
  "add-operator": {
    title: "Add an operator by a key",
    fields: [text("name", "Name", NAME), several("roles", "Roles", ROLES), text("public_key", "Public key", KEY)],
    words: (form) => `${form.name} is an operator who signs by that key, with the roles ${form.roles}.`,
  },
  "invite-operator": {
    title: "Invite an operator",
    fields: [text("name", "Name", NAME), several("roles", "Roles", ROLES)],
    words: (form) =>
      `${form.name} is invited to be an operator with the roles ${form.roles}, for a day. Who proposed and who approved ` +
      "each hand over half of a code.",
  },
  "disable-operator": {
    title: "Disable an operator, or take an invitation back",
    fields: [text("name", "Name", NAME)],
    words: (form) => `${form.name} is no operator any more, at once: key, passkeys and sessions count no longer.`,
  },
  "set-roles": {
    title: "Give an operator other roles",
    fields: [text("name", "Name", NAME), several("roles", "Roles", ROLES)],
    words: (form) => `${form.name} has the roles ${form.roles} and no others.`,
  },
  "set-policy": {
    title: "Change who proposes and approves",
    fields: [
      kindOf("of", "Kind of proposal"),
      several("proposers", "Proposed by", ROLES),
      several("approvers", "Approved by", ROLES),
      { ...text("approvals", "How many approve, 1 to 5", { pattern: "[1-5]", title: "1 to 5" }), isOptional: true },
    ],
    words: (form) =>
      `${form.of} is proposed by ${form.proposers} and approved by ${form.approvals ?? "as many as now"} of ` +
      `${form.approvers}, and by nobody else.`,
  },
  "reset-factors": {
    title: "Take lost second factors away",
    fields: [
      text("reset", "Number of the reset", WHOLE),
      several("compared", "What you compared to be sure who it is", ["documents", "call", "payment"]),
    ],
    words: (form) =>
      `Whoever asked for reset ${form.reset} is without second factors and enrols anew. Compared: ${form.compared}.`,
  },
  "erase-user": {
    title: "Erase a user who has closed the account",
    fields: [text("user", "Number of the user", WHOLE)],
    words: (form) => `What is held on user ${form.user} is removed, but for what a term keeps. It does not come back.`,
  },
  "end-sessions": {
    title: "End the sessions of a user",
    fields: [who("user")],
    words: (form) =>
      `Every session ${form.email ? `of ${form.email}` : `of user ${form.user}`} ends at once. Keys and the password stay.`,
  },
  "approve-withdrawal": {
    title: "Let a withdrawal be paid",
    fields: [text("withdrawal", "Number of the withdrawal", WHOLE)],
    words: (form) => `Somebody sends ${payout(form)}, by hand, and settles it once it is final.`,
  },
  "fail-withdrawal": {
    title: "Give the money of an approved withdrawal back",
    fields: [text("withdrawal", "Number of the withdrawal", WHOLE)],
    words: (form) =>
      `The money of ${payout(form)} is with its account again. Look at the chain first: what was sent is paid twice.`,
  },
};

// What a proposal says, read from its parameters in their one form: nothing in it has an ampersand or is there twice.
export const parametersOf = (proposal) =>
  Object.fromEntries(proposal.parameters.split("&").map((pair) => {
    const [name, ...rest] = pair.split("=");
    return [name, rest.join("=")];
  }));

const hours = (seconds) => `${seconds / 3600} hours`;

// When it counts, and who decides.
export function course({ approvers, approvals, lockSeconds, expirySeconds }) {
  const people = approvals === 1 ? "another operator" : `${approvals} other operators`;
  const later = lockSeconds === 0 ? "at once" : `${hours(lockSeconds)} after that`;
  return `It is carried out ${later} when ${people} approved it (${spaced(approvers)}), within ${hours(expirySeconds)}.`;
}
