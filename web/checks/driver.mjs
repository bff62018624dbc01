// Trades a thousand times a second, or as often as it is told to, out of a thread of its own, until it is told to stop.
//
// Two accounts buy and sell the same little at the market in turn, so that each order is a trade at least,
// and nobody ends with more or less but for the fees.

import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

const { origin, accounts, symbol, quantity } = workerData;
let { perSecond } = workerData;
const TICK_MS = 5;
/** Beyond so many that are not answered the exchange is too slow, and nothing is added. */
const IN_FLIGHT_MAX = 256;
/** What a break leaves behind is not caught up with. */
const BACKLOG_MAX = 200;

const { hostname, port } = new URL(origin);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const told = { sent: 0, answered: 0, refused: 0, lastRefusal: "" };
let isStopped = false;

function place(index) {
  const { api_key: key, api_secret: secret } = accounts[index % accounts.length];
  const side = Math.floor(index / accounts.length) % 2 === 0 ? "BUY" : "SELL";
  const query =
    `symbol=${symbol}&side=${side}&type=MARKET&quantity=${quantity}` +
    `&newOrderRespType=ACK&recvWindow=60000&timestamp=${Date.now()}`;
  const signature = createHmac("sha256", secret).update(query).digest("hex");
  const path = `/api/v3/order?${query}&signature=${signature}`;
  const headers = { "X-MBX-APIKEY": key };
  const sent = request({ agent, hostname, port, path, method: "POST", headers }, (response) => {
    let text = "";
    response.on("data", (piece) => (text += piece));
    response.on("end", () => {
      told.answered += 1;
      if (response.statusCode !== 200) refuse(text);
    });
  });
  sent.on("error", (error) => {
    told.answered += 1;
    refuse(error.message);
  });
  sent.end();
  told.sent += 1;
}

function refuse(text) {
  told.refused += 1;
  told.lastRefusal = text;
}

async function drive() {
  let due = 0;
  let last = performance.now();
  while (!isStopped) {
    const now = performance.now();
    due = Math.min(BACKLOG_MAX, due + ((now - last) * perSecond) / 1_000);
    last = now;
    while (1 <= due && told.sent - told.answered < IN_FLIGHT_MAX) {
      place(told.sent);
      due -= 1;
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  agent.destroy();
  parentPort.postMessage({ kind: "stopped", ...told });
}

parentPort.on("message", (message) => {
  if (typeof message === "number") perSecond = message;
  if (message === "stop") isStopped = true;
  else parentPort.postMessage({ kind: "told", ...told });
});
await drive();
parentPort.close();
