"""Stop, take-profit, trailing, iceberg and pegged orders and lists of orders, the same for every Python client.

A client brings five ways of its own, each awaitable, with parameters as the exchange names them:
`place(order)` returns an order's id, `status(id)` its status, `place_list(kind, order)` a list's id and the ids of its
orders, `cancel_list(id)` ends a list and `cancel_all()` everything in the market.
What the market does meanwhile is the other account's doing.
"""

from common import ask, check


class Market:
    """A market in which alice's client trades and bob moves the price."""

    def __init__(self, symbol, last):
        self.symbol, self.last = symbol, last

    def at(self, percent):
        """Returns a price, in hundredths of the last price at the beginning."""
        return f"{self.last * percent / 100:.2f}"

    def bob(self, side, percent, quantity):
        order = {"symbol": self.symbol, "side": side, "type": "LIMIT", "timeInForce": "GTC"}
        return ask("bob", "order", "POST", **order, price=self.at(percent), quantity=quantity)

    def shown(self, percent):
        """Returns what the book shows of offers at a price."""
        asks = ask("bob", "depth", symbol=self.symbol)["asks"]
        return next((float(quantity) for price, quantity in asks if float(price) == float(self.at(percent))), 0)

    def sell(self, kind, price=None, **more):
        order = {"symbol": self.symbol, "side": "SELL", "type": kind, "quantity": "1", **more}
        if "LIMIT" in kind:
            order.update(price=price, timeInForce="GTC")
        return order


async def conditional_orders(symbol, last, client):
    """Orders that wait for a price in either direction, orders that show a part or are pegged, and lists; all end in the end."""
    market = Market(symbol, last)
    await orders_that_wait(market, client)
    await pegged_order(market, client)
    await lists(market, client)


async def orders_that_wait(market, client):
    at = market.at
    low, lower = at(97), at(94)
    ids = {
        "stop loss": await client.place(market.sell("STOP_LOSS", stopPrice=low)),
        "stop loss limit": await client.place(market.sell("STOP_LOSS_LIMIT", lower, stopPrice=low)),
        "take profit": await client.place(market.sell("TAKE_PROFIT", stopPrice=at(104))),
        "take profit limit": await client.place(market.sell("TAKE_PROFIT_LIMIT", at(102), stopPrice=at(102))),
        "trailing stop": await client.place(market.sell("STOP_LOSS_LIMIT", lower, trailingDelta="300")),
        "iceberg": await client.place(market.sell("LIMIT", at(106), icebergQty="0.25")),
    }

    async def all_are(status, names, what):
        found = {name: await client.status(ids[name]) for name in names}
        check(set(found.values()) == {status}, what, found)

    await all_are("NEW", ids, "orders that wait for a price, and an iceberg, are accepted")
    check(market.shown(106) == 0.25, "of the iceberg the book shows a part")
    market.bob("SELL", 102, "0.5")
    await client.place({**market.sell("LIMIT", at(102)), "side": "BUY", "quantity": "0.5"})
    check(market.shown(102) == 1, "the take profit limit rests once its price is reached")
    market.bob("BUY", 102, "1")
    await all_are("FILLED", ["take profit limit"], "and fills")
    market.bob("BUY", 97, "5")
    await client.place({**market.sell("LIMIT", low), "quantity": "0.5"})
    names = ["stop loss", "stop loss limit", "trailing stop"]
    await all_are("FILLED", names, "stops fill once the price has fallen")
    market.bob("BUY", 105, "1")
    market.bob("BUY", 106, "0.6")
    await all_are("FILLED", ["take profit"], "the take profit fills once the price has risen")
    await all_are("PARTIALLY_FILLED", ["iceberg"], "the iceberg is partly filled")
    check(abs(market.shown(106) - 0.15) < 1e-9, "and shows what is left of its part")
    await client.cancel_all()
    await all_are("CANCELED", ["iceberg"], "and is cancelled with all orders")


async def pegged_order(market, client):
    market.bob("SELL", 105, "1")
    id_ = await client.place(market.sell("LIMIT", market.at(110), pegPriceType="PRIMARY_PEG"))
    check((market.shown(105), market.shown(110)) == (2, 0), "a pegged order takes its price from the book")
    market.bob("BUY", 105, "1")
    check(await client.status(id_) == "FILLED", "and fills there")


async def lists(market, client):
    at = market.at

    async def statuses(ids):
        return [await client.status(id_) for id_ in ids]

    pair = {"symbol": market.symbol, "side": "SELL", "quantity": "1", "aboveType": "LIMIT_MAKER", "abovePrice": at(107)}
    stop = {"belowType": "STOP_LOSS_LIMIT", "belowStopPrice": at(98), "belowPrice": at(96), "belowTimeInForce": "GTC"}
    _, ids = await client.place_list("oco", {**pair, **stop})
    check(await statuses(ids) == ["NEW", "NEW"], "two orders of which one ends the other are accepted")
    market.bob("BUY", 107, "1")
    check(sorted(await statuses(ids)) == ["EXPIRED", "FILLED"], "the fill of one ends the other")
    working = {"symbol": market.symbol, "workingType": "LIMIT", "workingTimeInForce": "GTC", "workingQuantity": "1"}
    first = {**working, "workingSide": "BUY", "workingPrice": at(90)}
    then = {"pendingType": "LIMIT_MAKER", "pendingSide": "SELL", "pendingQuantity": "1", "pendingPrice": at(110)}
    list_id, ids = await client.place_list("oto", {**first, **then})
    check(await statuses(ids) == ["NEW", "PENDING_NEW"], "an order that waits for another is accepted")
    await client.cancel_list(list_id)
    check(await statuses(ids) == ["CANCELED", "CANCELED"], "a list is cancelled")
    first = {**working, "workingSide": "SELL", "workingPrice": at(107)}
    then = {"pendingSide": "BUY", "pendingQuantity": "1", "pendingAboveType": "STOP_LOSS", "pendingAboveStopPrice": at(112)}
    below = {"pendingBelowType": "LIMIT_MAKER", "pendingBelowPrice": at(92)}
    _, ids = await client.place_list("otoco", {**first, **then, **below})
    market.bob("BUY", 107, "1")
    check(await statuses(ids) == ["FILLED", "NEW", "NEW"], "the fill of an order starts the two that wait for it")
    await client.cancel_all()
    check(await statuses(ids) == ["FILLED", "CANCELED", "CANCELED"], "which are cancelled with all orders")
    ask("bob", "openOrders", "DELETE", symbol=market.symbol)
