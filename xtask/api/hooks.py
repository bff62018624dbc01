"""Signs what schemathesis makes up, and gives some of it values that mean something.

`SANDBOX` names the dev.json of the exchange that is asked.
"""

import hashlib
import hmac
import itertools
import json
import os
import time
import zlib

import requests
import schemathesis

with open(os.environ["SANDBOX"], encoding="utf-8") as file:
    ACCOUNT = json.load(file)["accounts"][0]
KEY, SECRET = ACCOUNT["api_key"], ACCOUNT["api_secret"]
PLACE = "0" * 64
NUMBERS = itertools.count()

# Well-formed values rarely name anything: every second one is replaced by one that does.
MEANINGFUL = {
    "symbol": "BTCUSDT",
    "symbols": '["BTCUSDT"]',
    "asset": "BTC",
    "quantity": "0.01",
    "price": "20000.00",
    "workingQuantity": "0.01",
    "workingPrice": "20000.00",
    "pendingQuantity": "0.01",
}

# What makes an order: the parameters that its type takes, and all that belong to one type or another.
OF_TYPE = {
    "LIMIT": {"timeInForce": "GTC", "quantity": "0.01", "price": "20000.00"},
    "LIMIT_MAKER": {"quantity": "0.01", "price": "20000.00"},
    "MARKET": {"quantity": "0.01"},
    "STOP_LOSS": {"quantity": "0.01", "stopPrice": "21000.00"},
    "STOP_LOSS_LIMIT": {"timeInForce": "GTC", "quantity": "0.01", "price": "20000.00", "stopPrice": "21000.00"},
    "TAKE_PROFIT": {"quantity": "0.01", "trailingDelta": 100},
    "TAKE_PROFIT_LIMIT": {"timeInForce": "GTC", "quantity": "0.01", "price": "20000.00", "trailingDelta": 100},
}
PAIR = {"AboveType": "LIMIT_MAKER", "AbovePrice": "21000.00", "BelowType": "STOP_LOSS", "BelowStopPrice": "19000.00"}
PAIR_ALONE = {name[0].lower() + name[1:]: value for name, value in PAIR.items()}
PENDING_PAIR = {"pending" + name: value for name, value in PAIR.items()}
WORKING = {
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingTimeInForce": "GTC",
    "workingPrice": "20000.00",
    "workingQuantity": "0.01",
    "pendingSide": "SELL",
    "pendingQuantity": "0.01",
}
OLD_PAIR = {"side": "SELL", "quantity": "0.01", "price": "21000.00", "stopPrice": "19000.00"}
OF_LIST = {
    "/api/v3/order/oco": OLD_PAIR,
    "/api/v3/orderList/oco": {"side": "SELL", "quantity": "0.01", **PAIR_ALONE},
    "/api/v3/orderList/oto": {**WORKING, "pendingType": "MARKET"},
    "/api/v3/orderList/otoco": {**WORKING, **PENDING_PAIR},
}
OF_ANY_TYPE = {name for values in OF_TYPE.values() for name in values} | {"quoteOrderQty", "icebergQty", "pegPriceType", "pegOffsetType", "pegOffsetValue"}
OF_ANY_LEG = ("above", "below", "working", "pending", "limit", "stop", "trailingDelta")

# Codes that say that a request is not well-formed. What the document allows must not get them.
MALFORMED = {
    -1100,
    -1101,
    -1103,
    -1104,
    -1105,
    -1108,
    -1111,
    -1115,
    -1116,
    -1117,
    -1118,
    -1119,
    -1120,
    -1122,
    -1131,
    -1134,
    -1139,
    -1145,
    -1194,
}


class Signer(requests.auth.AuthBase):
    """Signs the query as it is sent; a request without our key or without the place of a signature stays as it is."""

    def __call__(self, request):
        address, _, query = request.url.partition("?")
        pairs = query.split("&")
        place = "signature=" + PLACE
        if request.headers.get("X-MBX-APIKEY") == KEY and place in pairs:
            pairs.remove(place)
            payload = "&".join(pairs)
            signature = hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()
            request.url = f"{address}?{payload}&signature={signature}"
        return request


def schemes(case):
    wanted = case.operation.definition.raw.get("security") or []
    return {name for alternative in wanted for name in alternative}


def without_rows(schema):
    """This version of schemathesis writes `prefixItems` in a way that its own validator refuses.

    What stands at which place of a row is checked by the tests of the gateway; here each place may be any of them.
    """
    if isinstance(schema, list):
        return [without_rows(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    rewritten = {name: without_rows(each) for name, each in schema.items()}
    places = rewritten.pop("prefixItems", None)
    if places is not None:
        rewritten["items"] = {"anyOf": places}
        rewritten["maxItems"] = len(places)
    return rewritten


@schemathesis.hook
def before_load_schema(context, raw_schema):
    raw_schema.update(without_rows(raw_schema))


@schemathesis.auth()
class Signed:
    def get(self, case, context):
        return Signer()

    def set(self, case, signer, context):
        wanted = schemes(case)
        if "key" in wanted:
            case.headers["X-MBX-APIKEY"] = KEY
        if "signature" in wanted:
            case.query["signature"] = PLACE
            case._auth = signer


def make_order(path, query):
    """Turns every second well-formed order into one that fits together, so that answers of success are seen too."""
    if zlib.crc32(repr(sorted(query.items())).encode()) % 2 == 0:
        return
    if path in OF_LIST:
        mine = OF_LIST[path]
        others = [name for name in query if name.startswith(OF_ANY_LEG) and name not in mine]
    elif path in ("/api/v3/order", "/api/v3/order/test", "/api/v3/order/cancelReplace") and query.get("type") in OF_TYPE:
        mine = OF_TYPE[query["type"]]
        others = [name for name in query if name in OF_ANY_TYPE and name not in mine]
    else:
        return
    for name in others + ["idempotencyKey"]:
        query.pop(name, None)
    query.update(mine, symbol="BTCUSDT")


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query or {}
    moment = query.get("timestamp")
    if str(moment).isascii() and str(moment).isdigit() and int(moment) <= 2**63 // 1000:
        query["timestamp"] = int(time.time() * 1000)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if query.get("recvWindow") is not None:
        query["recvWindow"] = "60000"
    if case.method == "POST":
        make_order(case.path, query)
    if case.path == "/v1/login" and isinstance(case.body, dict):
        # After five failures in a row an address has to wait: each attempt is of another one.
        case.body["email"] = f"somebody-{next(NUMBERS)}@example.test"
    for name, value in MEANINGFUL.items():
        sent = query.get(name)
        if isinstance(sent, str) and len(sent) % 2 == 0:
            query[name] = value


@schemathesis.check
def refusals_are_not_about_form(context, response, case):
    """A schema-valid request may be refused for what it asks, not for how it is written."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    code = response.json()["code"]
    assert code not in MALFORMED, f"well-formed by the document, but refused: {response.text}"


@schemathesis.check
def codes_are_described(context, response, case):
    """Every error has a code, and every code is one of its route."""
    if response.status_code < 400 or response.status_code in (405, 503):
        return
    code = response.json()["code"]
    described = case.operation.definition.raw["x-codes"]
    assert code in described, f"{code} is not among {described}: {response.text}"
