// What every Node session starts from: the sandbox, what has to hold, and the report of it.
//
// A session is called with the path of the sandbox's `dev.json` and the path of the report to write.
// The exchange itself is asked with nothing but Node's own modules, so that no client vouches for itself.

import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const SANDBOX = JSON.parse(readFileSync(process.argv[2]));
export const REST = SANDBOX.rest;
export const WS = SANDBOX.ws;
export const ACCOUNTS = Object.fromEntries(SANDBOX.accounts.map((account) => [account.name, account]));
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "LTCUSDT", "ETHBTC"];
const PAGE = 1_000;
const WAIT_MS = 15_000;

// Amounts are whole numbers of the smallest unit.
const WHOLE = 100_000_000n;
// What the sandbox charges makers and takers, rounded up to the smallest unit of what they receive.
const FEE_DIVISOR = 1_000n;

/** Finds a client among those that are installed, not beside this file. */
export const client = createRequire(`${process.env.CLIENTS}/`);

const report = { client: "", version: "", orders: new Set(), calls: new Set(), refusals: new Set(), checks: 0, failure: null };

/** Says which client this session is about; its version is what is really installed. */
export function begin(name, packageName) {
  const description = readFileSync(`${process.env.CLIENTS}/node_modules/${packageName}/package.json`);
  Object.assign(report, { client: name, version: JSON.parse(description).version });
}

/** Says what holds, and ends the session when it does not. */
export function check(holds, what, detail) {
  console.log(holds ? `ok      ${what}` : `FAILED  ${what}${detail === undefined ? "" : `: ${detail}`}`);
  if (!holds) {
    report.failure ??= what;
    process.exit(1);
  }
  report.checks += 1;
}

/** Holds when two values are written alike in JSON. */
export function same(found, wanted, what) {
  check(JSON.stringify(found) === JSON.stringify(wanted), what, `${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

/** Holds when the call fails with what `name` calls `wanted`. */
export async function raises(wanted, name, call, what) {
  let found;
  try {
    found = `no error but ${JSON.stringify(await call())}`;
  } catch (error) {
    found = name(error);
    if (found !== wanted) found += `: ${error?.stack ?? JSON.stringify(error)}`;
  }
  check(found === wanted, `${what} raises ${wanted}`, found);
  report.refusals.add(wanted);
}

/** The client as it is, but for a note of every call that is made on it. */
export function noted(object, prefix = "") {
  return new Proxy(object, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== "function" || typeof name !== "string") return value;
      report.calls.add(prefix + name);
      return value.bind(target);
    },
  });
}

/** Notes what a session does that no noted client does for it. */
export function note(calls, orders) {
  for (const call of calls) report.calls.add(call);
  for (const order of orders) report.orders.add(order);
}

/** Everything that was told, and a wait for what is still to come. */
export class Told {
  rows = [];
  waiting = [];

  tell = (row) => {
    this.rows.push(row);
    for (const look of this.waiting) look();
  };

  /** Resolves with the first row that holds. */
  async until(holds, what) {
    let timer;
    const found = await new Promise((resolve) => {
      const look = () => {
        const row = this.rows.find(holds);
        if (row !== undefined) resolve(row);
      };
      timer = setTimeout(() => resolve(undefined), WAIT_MS);
      this.waiting.push(look);
      look();
    });
    clearTimeout(timer);
    check(found !== undefined, what, `only ${JSON.stringify(this.rows.slice(-5))}`);
    return found;
  }
}

/** Returns what holds as soon as it does. */
export async function soon(find, what, detail) {
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    const found = await find();
    if (found) return check(true, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  check(false, what, detail?.());
}

const units = (text) => {
  const [whole, part = ""] = text.split(".");
  return BigInt(whole) * WHOLE + BigInt(part.padEnd(8, "0"));
};

/** Returns what is free and locked of each asset, of an account as the exchange writes it. */
export function balances(account) {
  return Object.fromEntries(account.balances.map(({ asset, free, locked }) => [asset, [units(free), units(locked)]]));
}

/** Holds when nothing is locked and each balance is what the account's trades make of it, to the last digit. */
export async function settled(before, after) {
  const fees = {};
  for (const [name, start] of Object.entries(before)) {
    const due = Object.fromEntries(Object.entries(start).map(([asset, [free, locked]]) => [asset, free + locked]));
    for (const symbol of SYMBOLS) {
      for (const order of await ask(name, "allOrders", { symbol, limit: PAGE })) report.orders.add(kind(order));
      for (const trade of await trades(name, symbol)) settle(due, trade, symbol, fees);
    }
    const found = Object.entries(after[name]);
    check(found.every(([, [, locked]]) => locked === 0n), `nothing of ${name} is locked`);
    const off = found.filter(([asset, [free]]) => free !== due[asset]).map(([asset, [free]]) => `${asset} ${free}, not ${due[asset]}`);
    check(off.length === 0, `balances of ${name} are what its trades make of them`, off);
  }
  const sum = (all, asset) => Object.values(all).reduce((total, account) => total + account[asset][0] + account[asset][1], 0n);
  for (const [asset, fee] of Object.entries(fees)) {
    check(sum(before, asset) - sum(after, asset) === fee, `all that is gone of ${asset} are fees`);
  }
}

function settle(due, trade, symbol, fees) {
  const [base, quote] = [symbol.slice(0, 3), symbol.slice(3)];
  const [paid, got] = trade.isBuyer ? [quote, base] : [base, quote];
  const amount = { [base]: units(trade.qty), [quote]: (units(trade.price) * units(trade.qty)) / WHOLE };
  const fee = (amount[got] + FEE_DIVISOR - 1n) / FEE_DIVISOR;
  const isRight = trade.commissionAsset === got && units(trade.commission) === fee && units(trade.quoteQty) === amount[quote];
  if (!isRight) check(false, "a trade's fee is what the sandbox charges", JSON.stringify(trade));
  due[paid] -= amount[paid];
  due[got] += amount[got] - fee;
  fees[got] = (fees[got] ?? 0n) + fee;
}

async function trades(name, symbol) {
  const found = [];
  for (;;) {
    const page = await ask(name, "myTrades", { symbol, fromId: found.length ? found.at(-1).id + 1 : 0, limit: PAGE });
    if (page.length === 0) return found;
    found.push(...page);
  }
}

/** Returns what kind of order this is, in the words of the table. */
function kind(order) {
  const words = [order.type];
  if (order.type === "MARKET" && units(order.origQuoteOrderQty)) words.push("by quote");
  if (order.timeInForce !== "GTC" && order.type.includes("LIMIT")) words.push(order.timeInForce);
  if (units(order.icebergQty)) words.push("iceberg");
  if (order.trailingDelta) words.push("trailing");
  if (order.pegPriceType) words.push("pegged");
  if (order.orderListId !== -1) words.push("in a list");
  return words.join(" ");
}

/** Returns what the exchange answers to a signed request of an account. */
export async function ask(name, path, parameters, method = "GET") {
  const { api_key: key, api_secret: secret } = ACCOUNTS[name];
  const query = new URLSearchParams({ ...parameters, timestamp: Date.now() }).toString();
  const signature = createHmac("sha256", secret).update(query).digest("hex");
  const answer = await fetch(`${REST}/api/v3/${path}?${query}&signature=${signature}`, { method, headers: { "X-MBX-APIKEY": key } });
  return answer.json();
}

process.on("uncaughtExceptionMonitor", (error) => {
  report.failure ??= `${error?.name ?? "thrown"}: ${error?.code ?? ""} ${error?.message ?? error}`;
  console.log(`FAILED  ${report.failure}`);
});
process.on("exit", () => {
  const plain = (_, value) => (value instanceof Set ? [...value].sort() : value);
  writeFileSync(process.argv[3], JSON.stringify(report, plain));
});
