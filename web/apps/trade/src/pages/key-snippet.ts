/** What connects a program by a key that was just made. */

import type { NewApiKey } from "@bourse/api/schema";

/** Returns a program that asks for the account, for a key that signs as the dialect does, or one that signs whole requests. */
export function snippetOf(made: NewApiKey, origin: string): string {
  return made.signing === "request" ? wholeRequests(made, origin) : ccxt(made, origin);
}

const ccxt = (made: NewApiKey, origin: string): string =>
  [
    "import ccxt",
    "exchange = ccxt.binance({",
    `    "apiKey": "${made.apiKey}",`,
    `    "secret": "${made.secretKey ?? ""}",`,
    `    "urls": {"api": {"public": "${origin}/api/v3", "private": "${origin}/api/v3",`,
    `        "v1": "${origin}/api/v1", "sapi": "${origin}/sapi/v1", "sapiV2": "${origin}/sapi/v2",`,
    `        "sapiV3": "${origin}/sapi/v3", "fapiPublic": "${origin}/fapi/v1", "dapiPublic": "${origin}/dapi/v1"}},`,
    "})",
    'print(exchange.fetch_balance()["total"])',
  ].join("\n");

/** Python without packages: method, host, path, query, body, time and a number of its own are signed. */
const wholeRequests = (made: NewApiKey, origin: string): string =>
  [
    "import hashlib, hmac, json, secrets, time",
    "from urllib.parse import urlencode",
    "from urllib.request import Request, urlopen",
    "",
    `ORIGIN, HOST = "${origin}", "${new URL(origin).host}"`,
    `KEY = "${made.apiKey}"`,
    `SECRET = "${made.secretKey ?? ""}"`,
    "",
    "def ask(method, path, parameters):",
    '    query, body = urlencode(parameters), b""',
    "    timestamp, nonce = str(time.time_ns() // 1_000_000), secrets.token_hex(16)",
    '    lines = ["bourse.key.v1", KEY, method, HOST, path, query,',
    "        hashlib.sha256(body).hexdigest(), timestamp, nonce]",
    '    text = "".join(line + "\\n" for line in lines).encode()',
    "    headers = {",
    '        "X-MBX-APIKEY": KEY,',
    '        "X-BOURSE-TIMESTAMP": timestamp,',
    '        "X-BOURSE-NONCE": nonce,',
    '        "X-BOURSE-SIGNATURE": hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest(),',
    "    }",
    '    request = Request(f"{ORIGIN}{path}?{query}", method=method, headers=headers)',
    "    with urlopen(request) as answer:",
    "        return json.load(answer)",
    "",
    'print(ask("GET", "/api/v3/account", {"omitZeroBalances": "true"})["balances"])',
  ].join("\n");
