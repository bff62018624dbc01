//! Every route of the public API: who may ask, a sound request, and the objects of a user that it names.
//!
//! A new route needs its row here, one line; `every_route_has_its_row` says which one is missing.

use May::{Anyone, Guest, Key, Named, Page, Signed, Trade, Transfer, User, Withdraw};

/// Who may ask; said here by hand, and held against what the exchange does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Everybody, from everywhere.
    Anyone,
    /// Everybody, but no page of another origin.
    Guest,
    /// A key that reads, signed or not, or a session.
    Named,
    /// A key, whatever it may do, by its signature: a socket that logs on.
    Signed,
    /// A key that reads, by its signature, or a session.
    Key,
    /// A key that trades, by its signature, or a session.
    Trade,
    /// A key that transfers, by its signature, or the session of a user.
    Transfer,
    /// A key that withdraws, by its signature, and no session.
    Withdraw,
    /// A session, also that of a guest of the sandbox; no key.
    Page,
    /// The session of a user; neither a key nor a guest of the sandbox.
    User,
}

/// A row.
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    pub may: May,
    /// Parameters that are understood, though perhaps refused for their values.
    pub sound: &'static str,
    /// The parameters that name an object of a user, each with the object that it names in braces.
    pub names: &'static [&'static str],
}

const fn row(
    (method, path): (&'static str, &'static str),
    may: May,
    sound: &'static str,
    names: &'static [&'static str],
) -> Row {
    Row {
        method,
        path,
        may,
        sound,
        names,
    }
}

const GET: &str = "GET";
const POST: &str = "POST";
const PUT: &str = "PUT";
const DELETE: &str = "DELETE";

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row((POST, "/api/v3/order"), Trade, "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90", &[]),
    row((DELETE, "/api/v3/order"), Trade, "symbol=BTCUSDT", &["orderId={order}", "origClientOrderId={orderName}"]),
    row((GET, "/api/v3/order"), Key, "symbol=BTCUSDT", &["orderId={order}", "origClientOrderId={orderName}"]),
    row((POST, "/api/v3/order/cancelReplace"), Trade, "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&cancelReplaceMode=STOP_ON_FAILURE", &["cancelOrderId={order}", "cancelOrigClientOrderId={orderName}"]),
    row((PUT, "/api/v3/order/amend/keepPriority"), Trade, "symbol=BTCUSDT&newQty=0.5", &["orderId={order}", "origClientOrderId={orderName}"]),
    row((POST, "/api/v3/order/test"), Trade, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1", &[]),
    row((GET, "/api/v3/order/amendments"), Key, "symbol=BTCUSDT", &["orderId={amended}"]),
    row((POST, "/api/v3/order/oco"), Trade, "symbol=BTCUSDT&side=SELL&quantity=1&price=110&stopPrice=95", &[]),
    row((POST, "/api/v3/orderList/oco"), Trade, "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95", &[]),
    row((POST, "/api/v3/orderList/oto"), Trade, "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=90&workingQuantity=1&pendingType=MARKET&pendingSide=SELL&pendingQuantity=1", &[]),
    row((POST, "/api/v3/orderList/otoco"), Trade, "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=90&workingQuantity=1&pendingSide=SELL&pendingQuantity=1&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=110&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=80", &[]),
    row((POST, "/api/v3/orderList/opo"), Trade, "", &[]),
    row((POST, "/api/v3/orderList/opoco"), Trade, "", &[]),
    row((POST, "/api/v3/sor/order"), Trade, "", &[]),
    row((POST, "/api/v3/sor/order/test"), Trade, "", &[]),
    row((DELETE, "/api/v3/orderList"), Trade, "symbol=BTCUSDT", &["orderListId={list}", "listClientOrderId={listName}"]),
    row((GET, "/api/v3/orderList"), Key, "", &["orderListId={list}", "origClientOrderId={listName}"]),
    row((GET, "/api/v3/openOrderList"), Key, "", &[]),
    row((GET, "/api/v3/allOrderList"), Key, "", &[]),
    row((DELETE, "/api/v3/openOrders"), Trade, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/openOrders"), Key, "", &[]),
    row((POST, "/v1/countdownCancelAll"), Trade, "symbol=BTCUSDT&countdownTime=0", &[]),
    row((GET, "/v1/outcome"), Key, "", &["idempotencyKey={request}"]),
    row((GET, "/v1/session"), Page, "", &[]),
    row((DELETE, "/v1/session"), Page, "", &[]),
    row((POST, "/v1/register"), Guest, "email=nobody%40example.test&password=a+wild+guess+of+mine", &[]),
    row((POST, "/v1/register/confirm"), Guest, "token=none", &[]),
    row((POST, "/v1/login"), Guest, "email=nobody%40example.test&password=a+wild+guess+of+mine", &[]),
    row((POST, "/v1/password/forgot"), Guest, "email=nobody%40example.test", &[]),
    row((POST, "/v1/password/reset"), Guest, "token=none&newPassword=a+wild+guess+of+mine", &[]),
    row((POST, "/v1/password/change"), User, "password=twelve+chars&newPassword=twelve+chars", &[]),
    row((GET, "/v1/sessions"), Page, "", &[]),
    row((DELETE, "/v1/sessions"), Page, "", &["id={session}"]),
    row((GET, "/v1/security"), User, "", &[]),
    row((POST, "/v1/challenge"), User, "action=createKey&label=bot", &[]),
    row((POST, "/v1/keys"), User, "label=bot&scopes=trade&password=twelve+chars", &["challenge={challenge}"]),
    row((GET, "/v1/keys"), User, "", &[]),
    row((DELETE, "/v1/keys"), User, "", &["id={key}"]),
    row((POST, "/v1/passkeys"), User, "label=laptop&challenge=none&attestation=none&attestationClientData=none", &[]),
    row((GET, "/v1/passkeys"), User, "", &[]),
    row((POST, "/v1/passkeys/name"), User, "label=laptop", &["id={passkey}"]),
    row((POST, "/v1/passkeys/remove"), User, "id=1&challenge=none", &[]),
    row((POST, "/v1/login/challenge"), Guest, "", &[]),
    row((POST, "/v1/login/passkey"), Guest, "challenge=none&credential=none&clientData=none&authenticatorData=none&assertion=none&userHandle=none", &[]),
    row((POST, "/v1/totp/enrol"), User, "", &[]),
    row((POST, "/v1/totp/confirm"), User, "password=twelve+chars&totp=000000", &[]),
    row((POST, "/v1/totp/remove"), User, "password=twelve+chars", &[]),
    row((GET, "/v1/preferences"), User, "", &[]),
    row((PUT, "/v1/preferences"), User, "name=theme&value=%22dark%22", &[]),
    row((GET, "/v1/antiPhishingCode"), User, "", &[]),
    row((POST, "/v1/antiPhishingCode"), User, "password=twelve+chars&code=red+fox", &[]),
    row((GET, "/v1/notifications"), User, "", &[]),
    row((POST, "/v1/notifications/read"), User, "untilId=1", &[]),
    row((GET, "/v1/notifications/settings"), User, "", &[]),
    row((PUT, "/v1/notifications/settings"), User, "kind=FILLS&isKept=true&isMailed=false", &[]),
    row((GET, "/v1/alerts"), User, "", &[]),
    row((POST, "/v1/alerts"), User, "symbol=BTCUSDT&direction=ABOVE&price=100", &[]),
    row((DELETE, "/v1/alerts"), User, "", &["id={alert}"]),
    row((POST, "/dev/session"), Guest, "name=nobody", &[]),
    row((GET, "/dev/outbox"), Guest, "", &[]),
    row((GET, "/api/v3/allOrders"), Key, "symbol=BTCUSDT", &["orderId={order}"]),
    row((GET, "/api/v3/account"), Key, "", &[]),
    row((GET, "/v1/account/ledger"), Key, "limit=1", &["cursor={cursor}"]),
    row((GET, "/v1/account/at"), Key, "time=1", &[]),
    row((GET, "/v1/account/statement"), Key, "startTime=1&endTime=2", &[]),
    row((GET, "/v1/account/taxLots"), Key, "startTime=1&endTime=2", &[]),
    row((GET, "/api/v3/myTrades"), Key, "symbol=BTCUSDT", &["orderId={traded}"]),
    row((GET, "/api/v3/rateLimit/order"), Key, "", &[]),
    row((GET, "/api/v3/myAllocations"), Key, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/myPreventedMatches"), Key, "symbol=BTCUSDT", &["orderId={prevented}", "preventedMatchId={match}"]),
    row((GET, "/api/v3/myFilters"), Key, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/account/commission"), Key, "symbol=BTCUSDT", &[]),
    row((POST, "/api/v3/userDataStream"), Named, "", &[]),
    row((PUT, "/api/v3/userDataStream"), Named, "", &["listenKey={listenKey}"]),
    row((DELETE, "/api/v3/userDataStream"), Named, "", &["listenKey={listenKey}"]),
    row((GET, "/api/v3/ping"), Anyone, "", &[]),
    row((GET, "/api/v1/ping"), Anyone, "", &[]),
    row((GET, "/api/v3/time"), Anyone, "", &[]),
    row((GET, "/api/v3/exchangeInfo"), Anyone, "", &[]),
    row((GET, "/api/v3/depth"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/trades"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/historicalTrades"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/aggTrades"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/klines"), Anyone, "symbol=BTCUSDT&interval=1m", &[]),
    row((GET, "/api/v3/uiKlines"), Anyone, "symbol=BTCUSDT&interval=1m", &[]),
    row((GET, "/api/v3/avgPrice"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/ticker/24hr"), Anyone, "", &[]),
    row((GET, "/api/v3/ticker"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/ticker/tradingDay"), Anyone, "symbol=BTCUSDT", &[]),
    row((GET, "/api/v3/ticker/price"), Anyone, "", &[]),
    row((GET, "/api/v3/ticker/bookTicker"), Anyone, "", &[]),
    row((POST, "/v1/email/change"), User, "email=other%40example.test&challenge=none", &[]),
    row((POST, "/v1/email/confirm"), Guest, "token=none", &[]),
    row((POST, "/v1/email/return"), Guest, "token=none", &[]),
    row((POST, "/v1/factorReset/ask"), Guest, "email=nobody%40example.test", &[]),
    row((POST, "/v1/factorReset"), Guest, "token=none&password=a+wild+guess+of+mine&statement=My+telephone+fell+into+the+lake.", &[]),
    row((DELETE, "/v1/factorReset"), User, "", &[]),
    row((POST, "/v1/factorReset/cancel"), Guest, "token=none", &[]),
    row((POST, "/v1/keys/change"), User, "label=bot", &["id={key}"]),
    row((POST, "/v1/login/rule"), User, "passwordAlone=true&challenge=none", &[]),
    row((GET, "/v1/kyc"), User, "", &[]),
    row((POST, "/v1/kyc/application"), User, "legalName=Ann+Example&birthDate=1990-02-28&country=DE&address=Street+1&level=2", &[]),
    row((POST, "/v1/kyc/documents"), User, "kind=PASSPORT", &[]),
    row((POST, "/v1/kyc/submit"), User, "", &[]),
    row((POST, "/v1/kyc/provider"), Guest, "", &[]),
    row((POST, "/v1/subaccounts"), User, "label=bots", &[]),
    row((GET, "/v1/subaccounts"), Key, "", &[]),
    row((POST, "/v1/subaccounts/label"), User, "account=1&label=bots", &[]),
    row((POST, "/v1/subaccounts/freeze"), User, "account=1", &[]),
    row((POST, "/v1/subaccounts/unfreeze"), User, "account=1", &[]),
    row((POST, "/v1/subaccounts/transfer"), Transfer, "asset=USDT&amount=1&idempotencyKey=once", &[]),
    row((GET, "/v1/subaccounts/transfers"), Key, "", &[]),
    row((POST, "/v1/auditors"), User, "email=nobody%40example.test&expiresAt=4102444800000", &[]),
    row((GET, "/v1/auditors"), User, "", &[]),
    row((DELETE, "/v1/auditors"), User, "", &["id={leave}"]),
    row((GET, "/v1/audits"), User, "", &[]),
    row((POST, "/v1/audits/accept"), User, "id=1", &[]),
    row((DELETE, "/v1/audits"), User, "id=1", &[]),
    row((POST, "/v1/account/close"), User, "challenge=none", &[]),
    row((GET, "/status"), Anyone, "", &[]),
    row((GET, "/sapi/v1/system/status"), Anyone, "", &[]),
    row((GET, "/sapi/v1/capital/config/getall"), Key, "", &[]),
    row((GET, "/sapi/v1/asset/tradeFee"), Key, "", &[]),
    row((GET, "/sapi/v1/account/apiRestrictions"), Key, "", &[]),
    row((GET, "/sapi/v1/account/status"), Key, "", &[]),
    row((GET, "/sapi/v1/account/apiTradingStatus"), Key, "", &[]),
    row((GET, "/sapi/v1/account/info"), Key, "", &[]),
    row((POST, "/sapi/v3/asset/getUserAsset"), Key, "", &[]),
    row((POST, "/sapi/v1/asset/get-funding-asset"), Key, "", &[]),
    row((GET, "/sapi/v1/capital/deposit/address"), Key, "coin=BTC", &[]),
    row((GET, "/sapi/v1/capital/deposit/hisrec"), Key, "", &["txId={deposit}"]),
    row((POST, "/sapi/v1/capital/withdraw/apply"), Withdraw, "coin=BTC&address=bc1q&amount=1", &[]),
    row((GET, "/sapi/v1/capital/withdraw/history"), Key, "", &["idList={withdrawal}"]),
    row((POST, "/sapi/v1/asset/transfer"), Key, "type=MAIN_FUNDING&asset=BTC&amount=1", &[]),
    row((GET, "/sapi/v1/asset/transfer"), Key, "type=MAIN_FUNDING", &[]),
    row((GET, "/sapi/v1/asset/assetDetail"), Key, "", &[]),
    row((GET, "/sapi/v1/asset/wallet/balance"), Key, "", &[]),
    row((GET, "/sapi/v1/margin/allPairs"), Anyone, "", &[]),
    row((GET, "/sapi/v1/margin/isolated/allPairs"), Anyone, "", &[]),
    row((GET, "/sapi/v1/margin/allAssets"), Anyone, "", &[]),
    row((GET, "/fapi/v1/ping"), Anyone, "", &[]),
    row((GET, "/fapi/v1/time"), Anyone, "", &[]),
    row((GET, "/fapi/v1/exchangeInfo"), Anyone, "", &[]),
    row((GET, "/dapi/v1/ping"), Anyone, "", &[]),
    row((GET, "/dapi/v1/time"), Anyone, "", &[]),
    row((GET, "/dapi/v1/exchangeInfo"), Anyone, "", &[]),
    row((GET, "/health/live"), Anyone, "", &[]),
    row((GET, "/health/ready"), Anyone, "", &[]),
    row((GET, "/metrics"), Anyone, "", &[]),
    row((GET, "/status.js"), Anyone, "", &[]),
    row((GET, "/status.css"), Anyone, "", &[]),
    row((GET, "/v1/status"), Anyone, "", &[]),
    row((GET, "/docs"), Anyone, "", &[]),
    row((GET, "/docs/reference.js"), Anyone, "", &[]),
    row((GET, "/docs/reference.css"), Anyone, "", &[]),
    row((GET, "/docs/openapi.json"), Anyone, "", &[]),
    row((GET, "/docs/asyncapi.json"), Anyone, "", &[]),
];

/// Methods of sockets that no path has, and who may call them: `Page` is whoever has logged on.
#[rustfmt::skip]
pub const SOCKET_ROWS: &[(&str, May)] = &[
    ("session.logon", Signed),
    ("session.status", Anyone),
    ("session.logout", Anyone),
    ("session.subscriptions", Anyone),
    ("userDataStream.subscribe", Page),
    ("userDataStream.subscribe.signature", Key),
    ("userDataStream.unsubscribe", Anyone),
];
