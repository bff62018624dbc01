//! Why a command was refused. Each variant has a stable number that is never reused (`docs/spec/rejects.md`).

macro_rules! rejects {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// A refusal: the command changed nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Reject {
            $($(#[$doc])* $name = $code,)*
        }

        impl Reject {
            /// Every refusal, in order of its number.
            pub const ALL: &[Reject] = &[$(Reject::$name),*];

            /// Returns the stable number.
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// Returns the refusal with this number.
            pub const fn from_code(code: u16) -> Option<Reject> {
                match code {
                    $($code => Some(Reject::$name),)*
                    _ => None,
                }
            }

            /// Returns the variant's name, as logs and documents print it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Reject::$name => stringify!($name),)*
                }
            }
        }
    };
}

rejects! {
    /// The request's validity had passed when it was sequenced (D15).
    Expired = 1001,
    /// The key does not exist, is revoked or has expired.
    KeyUnknown = 1002,
    /// The key belongs to another account.
    KeyForeign = 1003,
    /// The key may not do this.
    ScopeMissing = 1004,
    /// The idempotency key was used for another body.
    IdempotencyConflict = 1005,
    /// The table of idempotency results is full.
    IdempotencyFull = 1006,
    /// No request with this idempotency key was answered within the last day.
    OutcomeUnknown = 1007,
    /// The first command was not the genesis record.
    GenesisMissing = 1101,
    /// The journal has its genesis already.
    GenesisTwice = 1102,
    /// This binary does not know that logic version, or it is not the next.
    LogicUnsupported = 1103,
    /// No such asset.
    AssetUnknown = 1201,
    /// An asset of this symbol is listed.
    AssetExists = 1202,
    /// No further asset can be listed.
    AssetLimit = 1203,
    /// No such market.
    MarketUnknown = 1211,
    /// A market of this symbol is listed.
    MarketExists = 1212,
    /// No further market can be listed.
    MarketLimit = 1213,
    /// Base and quote are the same asset.
    BaseIsQuote = 1214,
    /// One tick times one lot is not a whole number of quote units (D1).
    GridNotWhole = 1215,
    /// The price range is empty or out of bounds.
    TermsPrice = 1216,
    /// A quantity range is empty or out of bounds.
    TermsQty = 1217,
    /// The notional range is empty, negative, or the largest order exceeds the money bound.
    TermsNotional = 1218,
    /// A band does not contain the reference price.
    TermsBand = 1219,
    /// A fee is negative or above one whole, or a rebate exceeds the lowest taker fee (D18).
    TermsFee = 1220,
    /// The default self-trade mode is not among the allowed ones.
    TermsSelfTrade = 1221,
    /// The open-order limit is zero or above the bound.
    TermsOrders = 1222,
    /// The position limit is not positive.
    TermsPosition = 1223,
    /// The market is closed for good.
    PhaseFinal = 1224,
    /// The market is in this phase already.
    PhaseUnchanged = 1225,
    /// An order limit is out of bounds, or a range of deltas is empty.
    OrderLimits = 1226,
    /// No such account.
    AccountUnknown = 1301,
    /// No further account can be opened.
    AccountLimit = 1302,
    /// The accounts belong to different owners.
    OwnerForeign = 1303,
    /// The account is in this state, or has this tier, already.
    StateUnchanged = 1304,
    /// The state of the account does not allow this.
    AccountRestricted = 1305,
    /// A key of this number exists or existed.
    KeyExists = 1306,
    /// The payouts of the owner are held for a while, since a password or a factor is another.
    PayoutsHeld = 1307,
    /// The withdrawal is more than the verification of the owner allows a day or a month.
    AllowanceExceeded = 1308,
    /// The asset has no price in the asset that allowances count in, and the owner's have an end.
    AllowanceUnpriced = 1309,
    /// The verification of the owner does not allow orders in this market.
    VerificationTooLow = 1310,
    /// No such sub-account of the account.
    SubAccountUnknown = 1311,
    /// The account is closed.
    AccountClosed = 1312,
    /// Only a master account can be closed.
    MasterOnly = 1313,
    /// An account with an open order is not closed.
    ClosingWithOrders = 1314,
    /// An account with a balance is not closed.
    ClosingWithBalance = 1315,
    /// An account with a deposit or a withdrawal under way is not closed.
    ClosingInTransit = 1316,
    /// Nothing shows that the user wishes this, or the key may not show it by itself.
    ProofMissing = 1317,
    /// What was proven is something else: another account, asset, amount, fee, address, scope or end.
    ProofForeign = 1318,
    /// The proof stands no more, or for too long.
    ProofUntimely = 1319,
    /// The challenge was answered for something else already.
    ProofUsed = 1320,
    /// An amount must be positive.
    AmountNotPositive = 1401,
    /// An amount or a resulting balance exceeds the bound.
    AmountTooLarge = 1402,
    /// The available balance is too small.
    InsufficientFunds = 1403,
    /// The reference names something else.
    ReferenceConflict = 1404,
    /// No such deposit.
    DepositUnknown = 1405,
    /// The deposit is credited or dropped already.
    DepositFinal = 1406,
    /// No such withdrawal.
    WithdrawalUnknown = 1407,
    /// The withdrawal is settled or cancelled already.
    WithdrawalFinal = 1408,
    /// Source and target are the same balance.
    TransferToSelf = 1409,
    /// The exchange owns less of this asset than it would give.
    EquityInsufficient = 1410,
    /// An adjustment of nothing.
    AmountZero = 1411,
    /// The withdrawal was proven for another address.
    DestinationOther = 1412,
    /// All users together would withdraw more of the asset than a day has.
    PayoutLimitReached = 1413,
    /// Nobody approves what they proposed, and nobody twice.
    SelfApproval = 1421,
    /// The audit log would end earlier than before, or with another row.
    AnchorBehind = 1422,
    /// The market's phase does not accept this.
    PhaseClosed = 1501,
    /// PRICE_FILTER: the price is outside its range.
    PriceFilter = 1511,
    /// LOT_SIZE: the quantity is outside its range.
    LotSize = 1512,
    /// MARKET_LOT_SIZE: the market quantity is outside its range.
    MarketLotSize = 1513,
    /// NOTIONAL: price times quantity is outside its range.
    Notional = 1514,
    /// PERCENT_PRICE_BY_SIDE: the price is too far from the average.
    PercentPrice = 1515,
    /// MAX_NUM_ORDERS: the account has too many open orders in this market.
    OpenOrdersLimit = 1516,
    /// MAX_POSITION: the account would hold too much of the base asset.
    PositionLimit = 1517,
    /// The market does not allow this self-trade mode.
    SelfTradeModeForbidden = 1521,
    /// An open order of the account in this market has this client id.
    ClientIdTaken = 1522,
    /// A post-only order would trade at once.
    WouldTake = 1523,
    /// A market order found no order to trade with.
    NoLiquidity = 1524,
    /// A quote-quantity order finds less than the minimum quantity.
    LiquidityBelowLot = 1525,
    /// No such open order of the account.
    OrderUnknown = 1531,
    /// Order id and client id name different orders.
    OrderRefMismatch = 1532,
    /// The order is not in the state the cancel asked for.
    CancelRestricted = 1533,
    /// The new quantity is above the old.
    AmendIncrease = 1534,
    /// The new quantity is the old.
    AmendUnchanged = 1535,
    /// The new quantity is not above what is executed or prevented.
    AmendBelowExecuted = 1536,
    /// The order waits, hides a part or belongs to a list: such a request amends plain resting orders alone.
    AmendNotResting = 1537,
    /// MAX_NUM_ORDER_AMENDS: the order was amended too often.
    OrderAmendsLimit = 1538,
    /// The order has executed another quantity than the request names.
    AmendExecutedOther = 1539,
    /// The order is a leg of an open pair: both have one quantity.
    AmendListed = 1540,
    /// The market has given out its last order or trade number.
    MarketExhausted = 1541,
    /// A table of the core is full.
    CapacityExhausted = 1542,
    /// The order has no such price or delta, or waits for it no more.
    AmendTermAbsent = 1543,
    /// This kind of order cannot wait for a trigger.
    TriggerForbidden = 1551,
    /// This kind of order cannot hide a part.
    IcebergForbidden = 1552,
    /// TRAILING_DELTA: the delta is outside its range.
    TrailingDelta = 1553,
    /// The shown quantity exceeds the order's.
    IcebergExceedsQty = 1554,
    /// ICEBERG_PARTS: the order would show itself in too many parts.
    IcebergParts = 1555,
    /// MAX_NUM_ALGO_ORDERS: the account has too many orders here that wait for a trigger.
    AlgoOrdersLimit = 1556,
    /// MAX_NUM_ICEBERG_ORDERS: the account has too many icebergs here.
    IcebergOrdersLimit = 1557,
    /// The trigger is met already.
    WouldTrigger = 1558,
    /// A trailing market order to buy needs a last price to measure its hold by.
    TriggerUnpriced = 1559,
    /// No order is due.
    NothingDue = 1560,
    /// This kind of order cannot take its price from the book.
    PegForbidden = 1565,
    /// The book has too few levels to take a price from.
    PegUnavailable = 1566,
    /// The legs are not those of such a list.
    ListLegs = 1571,
    /// The prices of the legs stand in the wrong relation.
    ListPrices = 1572,
    /// MAX_NUM_ORDER_LISTS: the account has too many open lists in this market.
    OrderListsLimit = 1573,
    /// No such open list of the account.
    ListUnknown = 1574,
}
