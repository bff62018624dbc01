// The program that the page of keys shows for a new key, run as it stands, and with an order that it places and cancels.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { check } from "./harness.mjs";

const run = promisify(execFile);
const PATIENCE_MS = 60_000;

const BY_CCXT = `
order = exchange.create_order("BTC/USDT", "limit", "buy", 0.001, 20000)
found = exchange.fetch_order(order["id"], "BTC/USDT")
exchange.cancel_order(order["id"], "BTC/USDT")
ended = exchange.fetch_order(order["id"], "BTC/USDT")
print(found["status"], ended["status"])
`;
const BY_REQUESTS = `
wish = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "20000"}
order = ask("POST", "/api/v3/order", wish)
ended = ask("DELETE", "/api/v3/order", {"symbol": "BTCUSDT", "orderId": order["orderId"]})
print({"NEW": "open"}[order["status"]], {"CANCELED": "canceled"}[ended["status"]])
`;

/** Runs the program that is shown below a key that was just made. */
export async function checkSnippet(page, name) {
  const shown = await page.getByRole("group", { name }).textContent();
  const program = shown + (shown.includes("ccxt") ? BY_CCXT : BY_REQUESTS);
  const python = process.env.PYTHON ?? "python3";
  const { stdout } = await run(python, ["-c", program], { timeout: PATIENCE_MS });
  const [balances, ...statuses] = stdout.trim().split("\n");
  check(/USDT/.test(balances), `${name}: the program tells what the account has`, stdout);
  check(
    statuses.join() === "open canceled",
    `${name}: and places an order and cancels it`,
    statuses,
  );
}
