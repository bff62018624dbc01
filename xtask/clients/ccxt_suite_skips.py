"""What of CCXT's own suite does not run against the sandbox, and why: the one list of it.

A method stands here because the exchange does not have the thing, because the client does not, or because of a defect
of the suite's; never because an answer of ours would not pass.
A run fails when a method that is not listed did not run and pass, and when one that is listed did.
"""

MARGIN = "the exchange lends nothing: there is no margin account"
FUTURES = "the exchange has no derivatives"
CHAINS = "no chain is connected: there is no address to deposit to"
WALLETS = "an account has one wallet, so nothing moves between wallets"
NOT_THE_CLIENT = "the client does not have it for this exchange (its `has` says so)"
NO_FILE = "the suite names the method and has no test of it"

OVER_REST = {
    "cancelAllOrders": NO_FILE,
    "createDepositAddress": NOT_THE_CLIENT,
    "fetchAccounts": NOT_THE_CLIENT,
    "fetchBidsAsks": NO_FILE,
    "fetchBorrowInterest": MARGIN,
    "fetchBorrowRateHistory": MARGIN,
    "fetchCanceledOrders": NO_FILE,
    "fetchDeposit": NOT_THE_CLIENT,
    "fetchDepositAddress": CHAINS,
    "fetchDepositAddresses": NOT_THE_CLIENT,
    "fetchDepositAddressesByNetwork": NOT_THE_CLIENT,
    "fetchFundingRateHistory": FUTURES,
    "fetchLedger": FUTURES + ", and the client asks for no other ledger: it raises NotSupported for spot",
    "fetchLedgerEntry": FUTURES + ", and the client asks for no other ledger: it raises NotSupported for spot",
    "fetchLeverageTiers": FUTURES,
    "fetchLiquidations": NOT_THE_CLIENT,
    "fetchMarginMode": FUTURES,
    "fetchMarginModes": FUTURES,
    "fetchMarketLeverageTiers": FUTURES,
    "fetchMarkets": "the suite does not call its test, which demands a dict of what every client returns as a list",
    "fetchMyLiquidations": MARGIN,
    "fetchOpenInterestHistory": FUTURES,
    "fetchOrderBooks": NOT_THE_CLIENT,
    "fetchPosition": FUTURES,
    "fetchPositions": FUTURES,
    "fetchTime": NO_FILE,
    "fetchTransactionFees": "its test asks nothing: every line of it is a comment",
    "fetchTransactions": NOT_THE_CLIENT,
    "fetchTransfers": WALLETS,
    "proxies": "the suite does not call its test, which asks a server of its authors on the Internet",
    "signIn": NOT_THE_CLIENT,
}

LEFT_OUT = {
    "sync": OVER_REST,
    "async": {
        **OVER_REST,
        "createOrder": "its test calls the client through helpers that await nothing: it indexes a coroutine",
    },
    "sockets": {
        "unWatchPositions": FUTURES,
        "watchLiquidations": FUTURES,
        "watchLiquidationsForSymbols": FUTURES,
        "watchPosition": NOT_THE_CLIENT,
        "watchPositions": FUTURES,
    },
}

# Types of markets the client has and the exchange does not: the suite demands a market of each.
TYPES = {"swap": FUTURES, "future": FUTURES, "option": FUTURES}

# Members of answers that are not looked at.
SNAPSHOT = "books carry no time upstream either"
WAITS = "a withdrawal that waits for operators has no transaction yet"
DEPOSIT = "the client finds none in a deposit of upstream either"
FIRST_BOOK = "the first book is that of REST, which carries no time upstream either"
PARTS = {
    "fetchCurrencies": {
        "amountOfCurrencies": "the sandbox lists four assets, the suite wants six",
        "activeMajorCurrencies": CHAINS,
        "activeCurrenciesQuota": CHAINS + ", and the client calls such a currency inactive",
    },
    "fetchWithdrawals": {"txid": WAITS, "updated": WAITS},
    "fetchDeposits": {"network": CHAINS, "updated": DEPOSIT, "fee": DEPOSIT},
    "fetchOrderBook": {"timestamp": SNAPSHOT},
    "fetchL2OrderBook": {"timestamp": SNAPSHOT},
    "watchOrderBook": {"timestamp": FIRST_BOOK},
    "watchOrderBookForSymbols": {"timestamp": FIRST_BOOK},
}

# How many methods run.
EXPECTED = {"sync": 22, "async": 21, "sockets": 12}
