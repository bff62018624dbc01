"""Turns made-up orders into orders that fit together."""

import zlib

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
