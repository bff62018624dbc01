// Records what a sandbox tells of a market and of an account for some seconds, for the tests of the feed: its messages, and
// what stands at the beginning, in between and at the end. Called with the web address of a running `bourse dev`.

import { writeFileSync } from "node:fs";
import { startBrowser } from "../checks/harness.mjs";

const [, , origin] = process.argv;
const FILE = new URL("../packages/feed/tests/recorded.json", import.meta.url);
const SYMBOL = "LTCUSDT";

const browser = await startBrowser();
const page = await (await browser.newContext()).newPage();
await page.goto(`${origin}/docs`);
const recorded = await page.evaluate(async (symbol) => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const signedIn = await fetch("/dev/session", { method: "POST", body: "name=bob", headers: form });
  const headers = { "X-BOURSE-CSRF": (await signedIn.json()).csrfToken };
  const ask = async (method, path, query) =>
    (await fetch(`${path}?symbol=${symbol}&${query}`, { method, headers })).json();
  const depth = () => ask("GET", "/api/v3/depth", "limit=5000");
  const open = async (path, onText) => {
    const socket = new window.WebSocket(window.location.origin.replace("http", "ws") + path);
    socket.onmessage = ({ data }) => onText(JSON.parse(data));
    await new Promise((done) => (socket.onopen = done));
    return socket;
  };
  const messages = [];
  const market = await open(`/ws/${symbol.toLowerCase()}@depth@100ms`, (one) => messages.push(one));
  const account = async () => {
    const heard = [];
    const socket = await open("/ws-api/v3?returnRateLimits=false", (one) => heard.push(one));
    const params = { snapshot: true, timestamp: Date.now() };
    socket.send(JSON.stringify({ id: 1, method: "userDataStream.subscribe", params }));
    while (heard.length === 0) await wait(10);
    return { heard, socket };
  };
  const own = await account();
  await wait(500);
  const snapshots = [await depth()];
  const best = async (side) => Number((await depth())[side][0][0]);
  const order = (query) => ask("POST", "/api/v3/order", query);
  const rest = (price) => order(`side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=${price}`);
  for (let turn = 0; turn < 6; turn += 1) {
    const low = ((await best("bids")) * 0.8 + turn / 100).toFixed(2);
    const { orderId } = await rest(low);
    const other = await rest((Number(low) + 0.5).toFixed(2));
    await order("side=BUY&type=MARKET&quantity=0.3");
    await order("side=SELL&type=MARKET&quantity=0.2");
    await ask("DELETE", "/api/v3/order", `orderId=${orderId}`);
    if (turn % 2 === 0) await ask("DELETE", "/api/v3/order", `orderId=${other.orderId}`);
    await wait(300);
    if (turn === 2) snapshots.push(await depth());
  }
  snapshots.push(await depth());
  await wait(500);
  const end = await account();
  await wait(500);
  for (const one of [market, own.socket, end.socket]) one.close();
  return {
    depth: { snapshots, messages },
    account: {
      first: own.heard[0].result.snapshot,
      events: own.heard.slice(1).map(({ event }) => event),
      last: end.heard[0].result.snapshot,
    },
  };
}, SYMBOL);
writeFileSync(FILE, `${JSON.stringify(recorded)}\n`);
await browser.close();
