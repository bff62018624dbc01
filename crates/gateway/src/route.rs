//! The routes: what each path answers, who may ask, what it weighs and which parameters it reads.
//!
//! **Source** `docs/spec/binance-surface.md` §7 to §10 and §14.

use std::collections::HashMap;
use std::sync::OnceLock;

use axum::http::Method;
use wire::binance::error::{Fault, Refusal};

use crate::access::Access;
use crate::parameters::{
    ADDRESS_PARAMETERS, AUDITOR_PARAMETERS, CLOSE_PARAMETERS, LOGIN_PROOF_PARAMETERS, NONE,
    OLD_PAIR_PARAMETERS, ORDER_NAMES, ORDER_PARAMETERS, PAIR_PARAMETERS, PROOF_PARAMETERS, RANGE,
    REPLACE_PARAMETERS, RULE_PARAMETERS, TEST_PARAMETERS, TRIGGERING_PAIR_PARAMETERS,
    TRIGGERING_PARAMETERS, WITHDRAWAL_PARAMETERS,
};

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Route {
    Ping,
    Time,
    ExchangeInfo,
    Depth,
    Trades,
    HistoricalTrades,
    AggregateTrades,
    Klines,
    AveragePrice,
    DayTicker,
    RollingTicker,
    TradingDayTicker,
    PriceTicker,
    BookTicker,
    NewOrder,
    TestOrder,
    QueryOrder,
    CancelOrder,
    OpenOrders,
    CancelOpenOrders,
    AllOrders,
    CancelReplace,
    AmendOrder,
    AmendLimit,
    Amendments,
    NewAlgo,
    CancelAlgo,
    OpenAlgos,
    PastAlgos,
    AlgoSlices,
    PreviewAlgo,
    NewOldPair,
    NewPair,
    NewTriggering,
    NewTriggeringPair,
    CancelList,
    QueryList,
    OpenLists,
    AllLists,
    OwnPrevented,
    OwnFilters,
    ExecutionRules,
    ReferencePrice,
    BlockTrades,
    /// It exists upstream, but not here.
    NotOffered,
    Account,
    OrderChanges,
    Ledger,
    BalancesAt,
    Volume,
    FeeSchedule,
    Incidents,
    Statement,
    TaxLots,
    OrderFile,
    TradeFile,
    OrderHistory,
    TradeHistory,
    Equity,
    Profit,
    OwnTrades,
    OrderCounts,
    Outcome,
    Countdown,
    SignIn,
    Faucet,
    ResetAccount,
    Brand,
    LogIn,
    ChangeEmail,
    ConfirmEmail,
    ReturnEmail,
    AskFactorReset,
    OpenFactorReset,
    CancelFactorReset,
    CancelOwnFactorReset,
    ForgetPassword,
    ResetPassword,
    ChangePassword,
    ListSessions,
    EndSessions,
    CreateKey,
    ListKeys,
    ChangeKey,
    DeleteKey,
    Challenge,
    Security,
    SetLogin,
    AddPasskey,
    ListPasskeys,
    NamePasskey,
    RemovePasskey,
    LogInChallenge,
    LogInByPasskey,
    EnrolFactor,
    ConfirmFactor,
    RemoveFactor,
    Preferences,
    SetPreference,
    PhishingCode,
    SetPhishingCode,
    Notifications,
    ReadNotifications,
    NotificationSettings,
    SetNotification,
    Alerts,
    AddAlert,
    RemoveAlerts,
    Kyc,
    DescribeApplicant,
    AttachDocument,
    SubmitApplication,
    KycResult,
    Outbox,
    Register,
    ConfirmRegistration,
    OwnSession,
    SignOut,
    Allocations,
    Commission,
    SystemStatus,
    Coins,
    NoMargin,
    TradeFees,
    KeyRestrictions,
    OwnedAssets,
    FundingAssets,
    AccountStatus,
    TradingStatus,
    AccountInfo,
    ForeignPing,
    ForeignTime,
    ForeignExchangeInfo,
    Live,
    Ready,
    StatusPage,
    StatusScript,
    StatusStyle,
    StatusData,
    ReferencePage,
    ReferenceScript,
    ReferenceStyle,
    OpenApi,
    AsyncApi,
    StartUserStream,
    ExtendUserStream,
    StopUserStream,
    DepositAddress,
    Deposits,
    Withdrawals,
    Withdraw,
    WithdrawAddresses,
    AddressBook,
    AddAddress,
    RemoveAddress,
    SetAddressRule,
    AskWithdrawal,
    OwnWithdrawals,
    CancelWithdrawal,
    Transfer,
    Transfers,
    AssetDetails,
    WalletBalances,
    OpenSubAccount,
    SubAccounts,
    LabelSubAccount,
    FreezeSubAccount,
    UnfreezeSubAccount,
    InternalTransfer,
    InternalTransfers,
    InviteAuditor,
    Auditors,
    EndAuditor,
    Audits,
    AcceptAudit,
    EndAudit,
    CloseAccount,
    ExportData,
    /// An errand of a socket of the WebSocket API; no path leads to it.
    Session,
}

impl Route {
    /// Returns whether a route ever says yes.
    pub const fn is_offered(self) -> bool {
        !matches!(
            self,
            Route::NotOffered | Route::ReferencePrice | Route::DepositAddress | Route::Transfer
        )
    }

    /// Returns whether every request that is sound has a password hashed.
    pub const fn hashes(self) -> bool {
        matches!(
            self,
            Route::Register | Route::LogIn | Route::ResetPassword | Route::ChangePassword
        )
    }

    /// Returns whether a route answers with a file that is made at length.
    pub const fn is_file(self) -> bool {
        matches!(
            self,
            Route::Statement
                | Route::TaxLots
                | Route::OrderFile
                | Route::TradeFile
                | Route::ExportData
        )
    }

    /// Returns whether a route takes its parameters in the body alone: a query stands in logs and histories.
    pub const fn takes_form(self) -> bool {
        matches!(
            self,
            Route::Register
                | Route::ConfirmRegistration
                | Route::LogIn
                | Route::ForgetPassword
                | Route::ResetPassword
                | Route::ChangePassword
                | Route::ConfirmFactor
                | Route::ChangeEmail
                | Route::ConfirmEmail
                | Route::ReturnEmail
                | Route::AskFactorReset
                | Route::OpenFactorReset
                | Route::CancelFactorReset
                | Route::RemoveFactor
                | Route::CreateKey
                | Route::ChangeKey
                | Route::SetLogin
                | Route::Challenge
                | Route::AddPasskey
                | Route::NamePasskey
                | Route::RemovePasskey
                | Route::LogInByPasskey
                | Route::SetPreference
                | Route::SetPhishingCode
                | Route::ReadNotifications
                | Route::SetNotification
                | Route::AddAlert
                | Route::DescribeApplicant
                | Route::OpenSubAccount
                | Route::LabelSubAccount
                | Route::FreezeSubAccount
                | Route::UnfreezeSubAccount
                | Route::InternalTransfer
                | Route::InviteAuditor
                | Route::AcceptAudit
                | Route::CloseAccount
                | Route::ExportData
                | Route::AddAddress
                | Route::SetAddressRule
                | Route::AskWithdrawal
        )
    }

    /// Returns whether a request may name another account that it reads.
    pub const fn reads_named_account(self) -> bool {
        matches!(
            self,
            Route::QueryOrder
                | Route::OpenOrders
                | Route::AllOrders
                | Route::Amendments
                | Route::OpenAlgos
                | Route::PastAlgos
                | Route::AlgoSlices
                | Route::QueryList
                | Route::OpenLists
                | Route::AllLists
                | Route::OwnPrevented
                | Route::OwnTrades
                | Route::Account
                | Route::OrderChanges
                | Route::Ledger
                | Route::BalancesAt
                | Route::Volume
                | Route::Statement
                | Route::TaxLots
                | Route::OrderFile
                | Route::TradeFile
                | Route::OrderHistory
                | Route::TradeHistory
                | Route::Equity
                | Route::Profit
                | Route::Commission
                | Route::Coins
                | Route::TradeFees
                | Route::OwnedAssets
                | Route::AccountStatus
                | Route::TradingStatus
                | Route::AccountInfo
                | Route::Deposits
                | Route::Withdrawals
                | Route::Transfers
                | Route::WalletBalances
                | Route::InternalTransfers
        )
    }
}

/// How answers are grouped in the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Class {
    Order,
    Cancel,
    Query,
    Market,
    Account,
}

impl Class {
    pub const ALL: [(Class, &'static str); 5] = [
        (Class::Order, "order"),
        (Class::Cancel, "cancel"),
        (Class::Query, "query"),
        (Class::Market, "market"),
        (Class::Account, "account"),
    ];
}

/// A row of the table.
#[derive(Debug)]
pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    pub route: Route,
    /// The name in the metrics.
    pub name: &'static str,
    pub class: Class,
    pub access: Access,
    /// What a request weighs, unless its parameters say otherwise.
    pub weight: u32,
    pub mandatory: &'static [&'static str],
    pub optional: &'static [&'static str],
}

macro_rules! endpoints {
    ($($method:ident $path:literal $route:ident $name:literal $class:ident $access:ident $weight:literal $mandatory:expr, $optional:expr;)*) => {
        /// Every row.
        pub static ENDPOINTS: &[Endpoint] = &[$(Endpoint {
            method: Method::$method,
            path: $path,
            route: Route::$route,
            name: $name,
            class: Class::$class,
            access: Access::$access,
            weight: $weight,
            mandatory: $mandatory,
            optional: $optional,
        }),*];
    };
}

endpoints! {
    POST "/api/v3/order" NewOrder "order_new" Order Trade 1 &["symbol", "side", "type"], ORDER_PARAMETERS;
    DELETE "/api/v3/order" CancelOrder "cancel_order" Cancel Trade 1 &["symbol"], ORDER_NAMES;
    GET "/api/v3/order" QueryOrder "query_order" Query Read 4 &["symbol"], &["orderId", "origClientOrderId", "account"];
    POST "/api/v3/order/cancelReplace" CancelReplace "order_replace" Order Trade 1 &["symbol", "side", "type", "cancelReplaceMode"], REPLACE_PARAMETERS;
    PUT "/api/v3/order/amend/keepPriority" AmendOrder "order_amend" Order Trade 4 &["symbol", "newQty"], &["orderId", "origClientOrderId", "newClientOrderId", "idempotencyKey"];
    POST "/api/v3/order/test" TestOrder "order_test" Order Trade 1 &["symbol", "side", "type"], TEST_PARAMETERS;
    GET "/api/v3/order/amendments" Amendments "order_amendments" Query Read 4 &["symbol", "orderId"], &["fromExecutionId", "limit", "account"];
    POST "/api/v3/order/oco" NewOldPair "list_new" Order Trade 1 &["symbol", "side", "quantity", "price", "stopPrice"], OLD_PAIR_PARAMETERS;
    POST "/api/v3/orderList/oco" NewPair "list_new" Order Trade 1 &["symbol", "side", "quantity", "aboveType", "belowType"], PAIR_PARAMETERS;
    POST "/api/v3/orderList/oto" NewTriggering "list_new" Order Trade 1 &["symbol", "workingType", "workingSide", "workingPrice", "workingQuantity", "pendingType", "pendingSide", "pendingQuantity"], TRIGGERING_PARAMETERS;
    POST "/api/v3/orderList/otoco" NewTriggeringPair "list_new" Order Trade 1 &["symbol", "workingType", "workingSide", "workingPrice", "workingQuantity", "pendingSide", "pendingQuantity", "pendingAboveType", "pendingBelowType"], TRIGGERING_PAIR_PARAMETERS;
    POST "/api/v3/orderList/opo" NotOffered "not_offered" Order Trade 1 NONE, NONE;
    POST "/api/v3/orderList/opoco" NotOffered "not_offered" Order Trade 1 NONE, NONE;
    POST "/api/v3/sor/order" NotOffered "not_offered" Order Trade 1 NONE, NONE;
    POST "/api/v3/sor/order/test" NotOffered "not_offered" Order Trade 1 NONE, NONE;
    DELETE "/api/v3/orderList" CancelList "cancel_list" Cancel Trade 1 &["symbol"], &["orderListId", "listClientOrderId", "newClientOrderId", "idempotencyKey"];
    GET "/api/v3/orderList" QueryList "query_list" Query Read 4 NONE, &["orderListId", "origClientOrderId", "account"];
    GET "/api/v3/openOrderList" OpenLists "open_lists" Query Read 6 NONE, &["account"];
    GET "/api/v3/allOrderList" AllLists "all_lists" Query Read 20 NONE, &["fromId", "startTime", "endTime", "limit", "account"];
    DELETE "/api/v3/openOrders" CancelOpenOrders "cancel_open_orders" Cancel Trade 1 &["symbol"], &["idempotencyKey"];
    GET "/api/v3/openOrders" OpenOrders "open_orders" Query Read 6 NONE, &["symbol", "account"];
    POST "/v1/order/amend" AmendLimit "order_amend_limit" Order Trade 1 &["symbol"], &["orderId", "origClientOrderId", "newPrice", "newQty", "newStopPrice", "newTrailingDelta", "newIcebergQty", "newClientOrderId", "executedQty", "idempotencyKey"];
    GET "/v1/order/changes" OrderChanges "order_changes" Query Read 4 &["symbol", "orderId"], &["cursor", "limit", "account"];
    POST "/v1/countdownCancelAll" Countdown "countdown" Cancel Trade 10 &["symbol", "countdownTime"], &["idempotencyKey"];
    GET "/v1/outcome" Outcome "outcome" Query Read 4 &["idempotencyKey"], NONE;
    GET "/v1/session" OwnSession "session" Account Page 1 NONE, NONE;
    DELETE "/v1/session" SignOut "session" Account Page 1 NONE, NONE;
    POST "/v1/register" Register "register" Account Guest 20 &["email", "password"], NONE;
    POST "/v1/register/confirm" ConfirmRegistration "register_confirm" Account Guest 5 &["token"], NONE;
    POST "/v1/login" LogIn "login" Account Guest 20 &["email", "password"], LOGIN_PROOF_PARAMETERS;
    POST "/v1/password/forgot" ForgetPassword "password_forgot" Account Guest 20 &["email"], NONE;
    POST "/v1/password/reset" ResetPassword "password_reset" Account Guest 20 &["token", "newPassword"], NONE;
    POST "/v1/password/change" ChangePassword "password_change" Account User 20 &["password", "newPassword"], &["totp"];
    POST "/v1/email/change" ChangeEmail "email_change" Account User 20 &["email", "challenge"], PROOF_PARAMETERS;
    POST "/v1/email/confirm" ConfirmEmail "email_confirm" Account Guest 5 &["token"], NONE;
    POST "/v1/email/return" ReturnEmail "email_return" Account Guest 5 &["token"], NONE;
    POST "/v1/factorReset/ask" AskFactorReset "factor_reset_ask" Account Guest 20 &["email"], NONE;
    POST "/v1/factorReset" OpenFactorReset "factor_reset" Account Guest 20 &["token", "password", "statement"], NONE;
    DELETE "/v1/factorReset" CancelOwnFactorReset "factor_reset_keep" Account User 5 NONE, NONE;
    POST "/v1/factorReset/cancel" CancelFactorReset "factor_reset_cancel" Account Guest 5 &["token"], NONE;
    GET "/v1/sessions" ListSessions "sessions" Account Page 1 NONE, NONE;
    DELETE "/v1/sessions" EndSessions "sessions" Account Page 1 NONE, &["id"];
    GET "/v1/security" Security "security" Account User 1 NONE, NONE;
    POST "/v1/challenge" Challenge "challenge" Account User 5 &["action"], &["email", "label", "scopes", "addresses", "expiresAt", "publicKey", "signing", "id", "account", "weightLimit", "orderLimit", "passwordAlone", "erase", "asset", "network", "address", "addressTag", "amount", "fee", "withdrawOrderId", "bookOnly", "accounts"];
    POST "/v1/keys" CreateKey "keys_create" Account User 20 &["label"], &["account", "scopes", "addresses", "expiresAt", "publicKey", "signing", "challenge", "totp", "password", "credential", "clientData", "authenticatorData", "assertion"];
    POST "/v1/keys/change" ChangeKey "keys_change" Account User 20 &["id"], &["label", "addresses", "expiresAt", "weightLimit", "orderLimit", "challenge", "totp", "password", "credential", "clientData", "authenticatorData", "assertion"];
    POST "/v1/login/rule" SetLogin "login_rule" Account User 20 &["passwordAlone", "challenge"], PROOF_PARAMETERS;
    GET "/v1/keys" ListKeys "keys" Account User 1 NONE, NONE;
    DELETE "/v1/keys" DeleteKey "keys" Account User 1 &["id"], NONE;
    POST "/v1/passkeys" AddPasskey "passkeys_add" Account User 20 &["label", "challenge", "attestation", "attestationClientData"], PROOF_PARAMETERS;
    GET "/v1/passkeys" ListPasskeys "passkeys" Account User 1 NONE, NONE;
    POST "/v1/passkeys/name" NamePasskey "passkeys_name" Account User 1 &["id", "label"], NONE;
    POST "/v1/passkeys/remove" RemovePasskey "passkeys_remove" Account User 20 &["id", "challenge"], PROOF_PARAMETERS;
    POST "/v1/login/challenge" LogInChallenge "login_challenge" Account Guest 5 NONE, NONE;
    POST "/v1/login/passkey" LogInByPasskey "login_passkey" Account Guest 20 &["challenge", "credential", "clientData", "authenticatorData", "assertion", "userHandle"], NONE;
    POST "/v1/totp/enrol" EnrolFactor "totp_enrol" Account User 5 NONE, NONE;
    POST "/v1/totp/confirm" ConfirmFactor "totp_confirm" Account User 20 &["password", "totp"], &["challenge", "credential", "clientData", "authenticatorData", "assertion"];
    POST "/v1/totp/remove" RemoveFactor "totp_remove" Account User 20 &["password"], &["totp"];
    GET "/v1/preferences" Preferences "preferences" Account User 2 NONE, &["name"];
    PUT "/v1/preferences" SetPreference "preferences" Account User 2 &["name", "value"], &["version"];
    GET "/v1/antiPhishingCode" PhishingCode "anti_phishing_code" Account User 1 NONE, NONE;
    POST "/v1/antiPhishingCode" SetPhishingCode "anti_phishing_code_set" Account User 20 &["password"], &["code", "totp"];
    GET "/v1/notifications" Notifications "notifications" Account User 2 NONE, &["beforeId", "limit"];
    POST "/v1/notifications/read" ReadNotifications "notifications_read" Account User 2 &["untilId"], NONE;
    GET "/v1/notifications/settings" NotificationSettings "notification_settings" Account User 2 NONE, NONE;
    PUT "/v1/notifications/settings" SetNotification "notification_settings" Account User 2 &["kind", "isKept", "isMailed"], NONE;
    GET "/v1/kyc" Kyc "kyc" Account User 2 NONE, NONE;
    POST "/v1/kyc/application" DescribeApplicant "kyc_application" Account User 10 &["legalName", "birthDate", "country", "address", "level"], NONE;
    POST "/v1/kyc/documents" AttachDocument "kyc_documents" Account User 100 &["kind"], NONE;
    POST "/v1/kyc/submit" SubmitApplication "kyc_submit" Account User 10 NONE, NONE;
    POST "/v1/kyc/provider" KycResult "kyc_provider" Account Guest 10 NONE, NONE;
    GET "/v1/alerts" Alerts "alerts" Account User 2 NONE, NONE;
    POST "/v1/alerts" AddAlert "alerts" Account User 2 &["symbol", "direction", "price"], NONE;
    DELETE "/v1/alerts" RemoveAlerts "alerts" Account User 2 NONE, &["id"];
    POST "/v1/subaccounts" OpenSubAccount "subaccounts_open" Account User 20 &["label"], NONE;
    GET "/v1/subaccounts" SubAccounts "subaccounts" Account Read 2 NONE, NONE;
    POST "/v1/subaccounts/label" LabelSubAccount "subaccounts_label" Account User 2 &["account", "label"], NONE;
    POST "/v1/subaccounts/freeze" FreezeSubAccount "subaccounts_freeze" Account User 1 &["account"], NONE;
    POST "/v1/subaccounts/unfreeze" UnfreezeSubAccount "subaccounts_unfreeze" Account User 1 &["account"], NONE;
    POST "/v1/subaccounts/transfer" InternalTransfer "internal_transfer" Account Transfer 10 &["asset", "amount", "idempotencyKey"], &["fromAccount", "toAccount"];
    GET "/v1/subaccounts/transfers" InternalTransfers "internal_transfers" Account Read 10 NONE, &["startTime", "endTime", "limit", "cursor", "account"];
    POST "/v1/auditors" InviteAuditor "auditors_invite" Account User 20 &["email", "expiresAt", "challenge"], AUDITOR_PARAMETERS;
    GET "/v1/auditors" Auditors "auditors" Account User 2 NONE, NONE;
    DELETE "/v1/auditors" EndAuditor "auditors" Account User 2 &["id"], NONE;
    GET "/v1/audits" Audits "audits" Account User 2 NONE, NONE;
    POST "/v1/audits/accept" AcceptAudit "audits_accept" Account User 2 &["id"], NONE;
    DELETE "/v1/audits" EndAudit "audits" Account User 2 &["id"], NONE;
    POST "/v1/account/close" CloseAccount "account_close" Account User 20 &["challenge"], CLOSE_PARAMETERS;
    POST "/v1/account/export" ExportData "account_export" Account User 100 &["challenge"], PROOF_PARAMETERS;
    GET "/v1/addresses" AddressBook "addresses" Account User 2 NONE, NONE;
    POST "/v1/addresses" AddAddress "addresses_add" Account User 20 &["asset", "network", "address", "label", "challenge"], ADDRESS_PARAMETERS;
    DELETE "/v1/addresses" RemoveAddress "addresses" Account User 2 &["id"], NONE;
    POST "/v1/addresses/rule" SetAddressRule "addresses_rule" Account User 20 &["bookOnly"], RULE_PARAMETERS;
    POST "/v1/withdrawals" AskWithdrawal "withdrawals_ask" Account User 20 &["asset", "network", "address", "amount", "fee", "challenge"], WITHDRAWAL_PARAMETERS;
    GET "/v1/withdrawals" OwnWithdrawals "own_withdrawals" Account User 2 NONE, &["id", "beforeId", "limit"];
    DELETE "/v1/withdrawals" CancelWithdrawal "own_withdrawals" Account User 2 &["id"], NONE;
    POST "/dev/faucet" Faucet "faucet" Account Read 1 NONE, NONE;
    POST "/dev/reset" ResetAccount "reset" Account Trade 20 NONE, NONE;
    POST "/dev/session" SignIn "session" Account Sandbox 1 &["name"], NONE;
    GET "/dev/outbox" Outbox "outbox" Account Sandbox 1 NONE, NONE;
    GET "/api/v3/allOrders" AllOrders "all_orders" Query Read 20 &["symbol"], &["orderId", "startTime", "endTime", "limit", "account"];
    GET "/api/v3/account" Account "account" Account Read 20 NONE, &["omitZeroBalances", "account"];
    GET "/v1/account/ledger" Ledger "ledger" Account Read 20 NONE, &["asset", "startTime", "endTime", "cursor", "limit", "account"];
    GET "/v1/account/at" BalancesAt "balances_at" Account Read 20 &["time"], &["account"];
    GET "/v1/account/volume" Volume "account_volume" Account Read 20 NONE, &["account"];
    GET "/v1/account/statement" Statement "statement" Account Read 100 &["startTime", "endTime"], &["format", "account"];
    GET "/v1/account/taxLots" TaxLots "tax_lots" Account Read 100 &["startTime", "endTime"], &["format", "account"];
    GET "/v1/account/orders" OrderFile "order_file" Account Read 100 &["startTime", "endTime"], &["symbol", "side", "type", "status", "format", "account"];
    GET "/v1/account/trades" TradeFile "trade_file" Account Read 100 &["startTime", "endTime"], &["symbol", "side", "format", "account"];
    GET "/v1/account/orderHistory" OrderHistory "order_history" Account Read 20 NONE, &["symbol", "side", "type", "status", "startTime", "endTime", "cursor", "limit", "account"];
    GET "/v1/account/tradeHistory" TradeHistory "trade_history" Account Read 20 NONE, &["symbol", "side", "startTime", "endTime", "cursor", "limit", "account"];
    GET "/v1/account/equity" Equity "equity" Account Read 100 &["quoteAsset", "startTime", "endTime"], &["points", "account"];
    GET "/v1/account/profit" Profit "profit" Account Read 100 &["symbol"], &["account"];
    GET "/api/v3/myTrades" OwnTrades "my_trades" Query Read 20 &["symbol"], RANGE;
    GET "/api/v3/rateLimit/order" OrderCounts "order_counts" Account Read 40 NONE, NONE;
    GET "/api/v3/myAllocations" Allocations "my_allocations" Query Read 20 &["symbol"], &["startTime", "endTime", "fromAllocationId", "limit", "orderId"];
    GET "/api/v3/myPreventedMatches" OwnPrevented "my_prevented_matches" Query Read 20 &["symbol"], &["preventedMatchId", "orderId", "fromPreventedMatchId", "limit", "account"];
    GET "/api/v3/myFilters" OwnFilters "my_filters" Account Read 40 &["symbol"], NONE;
    GET "/api/v3/account/commission" Commission "commission" Account Read 20 &["symbol"], &["account"];

    POST "/api/v3/userDataStream" StartUserStream "user_stream_start" Account Named 2 NONE, NONE;
    PUT "/api/v3/userDataStream" ExtendUserStream "user_stream_extend" Account Named 2 &["listenKey"], NONE;
    DELETE "/api/v3/userDataStream" StopUserStream "user_stream_stop" Account Named 2 &["listenKey"], NONE;

    GET "/api/v3/ping" Ping "ping" Market Market 1 NONE, NONE;
    GET "/api/v1/ping" Ping "ping" Market Market 1 NONE, NONE;
    GET "/api/v3/time" Time "time" Market Market 1 NONE, NONE;
    GET "/api/v3/exchangeInfo" ExchangeInfo "exchange_info" Market Market 20 NONE, &["symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"];
    GET "/api/v3/executionRules" ExecutionRules "execution_rules" Market Market 2 NONE, &["symbol", "symbols", "symbolStatus"];
    GET "/api/v3/referencePrice" ReferencePrice "reference_price" Market Market 2 &["symbol"], NONE;
    GET "/api/v3/referencePrice/calculation" ReferencePrice "reference_price" Market Market 2 &["symbol"], &["symbolStatus"];
    GET "/api/v3/historicalBlockTrades" BlockTrades "historical_block_trades" Market Market 25 &["symbol", "fromId"], &["limit"];
    GET "/api/v3/depth" Depth "depth" Market Market 5 &["symbol"], &["limit", "symbolStatus"];
    GET "/api/v3/trades" Trades "trades" Market Market 25 &["symbol"], &["limit"];
    GET "/api/v3/historicalTrades" HistoricalTrades "historical_trades" Market Market 25 &["symbol"], &["fromId", "limit"];
    GET "/api/v3/aggTrades" AggregateTrades "agg_trades" Market Market 4 &["symbol"], &["fromId", "startTime", "endTime", "limit"];
    GET "/v1/incidents" Incidents "incidents" Market Market 5 NONE, NONE;
    GET "/v1/feeSchedule" FeeSchedule "fee_schedule" Market Market 20 NONE, NONE;
    GET "/api/v3/klines" Klines "klines" Market Market 2 &["symbol", "interval"], &["startTime", "endTime", "timeZone", "limit"];
    GET "/api/v3/uiKlines" Klines "klines" Market Market 2 &["symbol", "interval"], &["startTime", "endTime", "timeZone", "limit"];
    GET "/api/v3/avgPrice" AveragePrice "avg_price" Market Market 2 &["symbol"], NONE;
    GET "/api/v3/ticker/24hr" DayTicker "ticker_24hr" Market Market 2 NONE, &["symbol", "symbols", "symbolStatus", "type"];
    GET "/api/v3/ticker" RollingTicker "ticker" Market Market 4 NONE, &["symbol", "symbols", "symbolStatus", "type", "windowSize"];
    GET "/api/v3/ticker/tradingDay" TradingDayTicker "ticker_trading_day" Market Market 4 NONE, &["symbol", "symbols", "symbolStatus", "type", "timeZone"];
    GET "/api/v3/ticker/price" PriceTicker "ticker_price" Market Market 2 NONE, &["symbol", "symbols", "symbolStatus"];
    GET "/api/v3/ticker/bookTicker" BookTicker "ticker_book" Market Market 2 NONE, &["symbol", "symbols", "symbolStatus"];

    GET "/sapi/v1/system/status" SystemStatus "system_status" Market Market 1 NONE, NONE;
    GET "/sapi/v1/capital/config/getall" Coins "coins" Account Read 10 NONE, &["account"];
    GET "/sapi/v1/asset/tradeFee" TradeFees "trade_fees" Account Read 1 NONE, &["symbol", "account"];
    GET "/sapi/v1/account/apiRestrictions" KeyRestrictions "key_restrictions" Account Read 1 NONE, NONE;
    GET "/sapi/v1/account/status" AccountStatus "account_status" Account Read 1 NONE, &["account"];
    GET "/sapi/v1/account/apiTradingStatus" TradingStatus "trading_status" Account Read 1 NONE, &["account"];
    GET "/sapi/v1/account/info" AccountInfo "account_info" Account Read 1 NONE, &["account"];
    POST "/sapi/v3/asset/getUserAsset" OwnedAssets "owned_assets" Account Read 5 NONE, &["asset", "needBtcValuation", "account"];
    POST "/sapi/v1/asset/get-funding-asset" FundingAssets "funding_assets" Account Read 1 NONE, &["asset", "needBtcValuation"];
    GET "/sapi/v1/capital/deposit/address" DepositAddress "deposit_address" Account Read 10 &["coin"], &["network", "amount"];
    GET "/sapi/v1/capital/deposit/hisrec" Deposits "deposits" Account Read 1 NONE, &["coin", "status", "startTime", "endTime", "offset", "limit", "txId", "includeSource", "account"];
    POST "/sapi/v1/capital/withdraw/apply" Withdraw "withdraw" Account Withdraw 10 &["coin", "address", "amount"], &["network", "addressTag", "withdrawOrderId", "transactionFeeFlag", "name", "walletType"];
    GET "/sapi/v1/capital/withdraw/history" Withdrawals "withdrawals" Account Read 10 NONE, &["coin", "withdrawOrderId", "status", "offset", "limit", "idList", "startTime", "endTime", "account"];
    GET "/sapi/v1/capital/withdraw/address/list" WithdrawAddresses "withdraw_addresses" Account Read 10 NONE, NONE;
    POST "/sapi/v1/asset/transfer" Transfer "transfer" Account Read 10 &["type", "asset", "amount"], &["fromSymbol", "toSymbol"];
    GET "/sapi/v1/asset/transfer" Transfers "transfers" Account Read 1 &["type"], &["startTime", "endTime", "current", "size", "fromSymbol", "toSymbol", "account"];
    GET "/sapi/v1/asset/assetDetail" AssetDetails "asset_details" Account Read 1 NONE, &["asset"];
    GET "/sapi/v1/asset/wallet/balance" WalletBalances "wallet_balances" Account Read 60 NONE, &["quoteAsset", "account"];
    POST "/sapi/v1/algo/spot/newOrderTwap" NewAlgo "algo_new" Order Trade 60 &["symbol", "side", "quantity", "duration"], &["limitPrice", "clientAlgoId", "stpMode"];
    DELETE "/sapi/v1/algo/spot/order" CancelAlgo "algo_cancel" Cancel Trade 1 NONE, &["algoId", "clientAlgoId"];
    GET "/sapi/v1/algo/spot/openOrders" OpenAlgos "algo_open" Query Read 1 NONE, &["account"];
    GET "/sapi/v1/algo/spot/historicalOrders" PastAlgos "algo_past" Query Read 1 NONE, &["symbol", "side", "startTime", "endTime", "page", "pageSize", "account"];
    GET "/sapi/v1/algo/spot/subOrders" AlgoSlices "algo_slices" Query Read 1 &["algoId"], &["page", "pageSize", "account"];
    GET "/v1/algo/twap/preview" PreviewAlgo "algo_preview" Query Read 1 &["symbol", "side", "quantity", "duration"], &["limitPrice"];
    GET "/sapi/v1/margin/allPairs" NoMargin "no_margin" Market Market 1 NONE, NONE;
    GET "/sapi/v1/margin/isolated/allPairs" NoMargin "no_margin" Market Market 1 NONE, NONE;
    GET "/sapi/v1/margin/allAssets" NoMargin "no_margin" Market Market 1 NONE, NONE;

    GET "/fapi/v1/ping" ForeignPing "foreign_ping" Market Market 1 NONE, NONE;
    GET "/fapi/v1/time" ForeignTime "foreign_time" Market Market 1 NONE, NONE;
    GET "/fapi/v1/exchangeInfo" ForeignExchangeInfo "foreign_exchange_info" Market Market 1 NONE, NONE;
    GET "/dapi/v1/ping" ForeignPing "foreign_ping" Market Market 1 NONE, NONE;
    GET "/dapi/v1/time" ForeignTime "foreign_time" Market Market 1 NONE, NONE;
    GET "/dapi/v1/exchangeInfo" ForeignExchangeInfo "foreign_exchange_info" Market Market 1 NONE, NONE;

    GET "/health/live" Live "health" Market Open 0 NONE, NONE;
    GET "/health/ready" Ready "health" Market Open 0 NONE, NONE;
    GET "/status" StatusPage "status" Market Open 0 NONE, NONE;
    GET "/status.js" StatusScript "status" Market Open 0 NONE, NONE;
    GET "/status.css" StatusStyle "status" Market Open 0 NONE, NONE;
    GET "/v1/status" StatusData "status" Market Open 1 NONE, &["symbol"];
    GET "/v1/brand" Brand "brand" Market Open 1 NONE, NONE;
    GET "/docs" ReferencePage "docs" Market Open 0 NONE, NONE;
    GET "/docs/reference.js" ReferenceScript "docs" Market Open 0 NONE, NONE;
    GET "/docs/reference.css" ReferenceStyle "docs" Market Open 0 NONE, NONE;
    GET "/docs/openapi.json" OpenApi "docs" Market Open 1 NONE, NONE;
    GET "/docs/asyncapi.json" AsyncApi "docs" Market Open 1 NONE, NONE;
}

/// Returns the row for a path and a method, with its number in the table.
///
/// # Errors
/// 404 for a path that no row has, 405 for a method that the path does not have.
pub fn find(method: &Method, path: &str) -> Result<(usize, &'static Endpoint), Refusal> {
    let rows = rows_of_path(path);
    let row = rows.iter().find(|row| ENDPOINTS[**row].method == *method);
    match row {
        Some(row) => Ok((*row, &ENDPOINTS[*row])),
        None if rows.is_empty() => Err(Refusal::of(Fault::RouteUnknown)),
        None => Err(Refusal::of(Fault::MethodNotAllowed)),
    }
}

/// Returns the rows of a path by their numbers.
fn rows_of_path(path: &str) -> &'static [usize] {
    static ROWS: OnceLock<HashMap<&'static str, Vec<usize>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut rows: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (number, row) in ENDPOINTS.iter().enumerate() {
            rows.entry(row.path).or_default().push(number);
        }
        rows
    });
    rows.get(path).map_or(&[], |rows| rows)
}

/// Returns the methods that a path has.
pub fn methods_of(path: &str) -> impl Iterator<Item = &'static str> + use<> {
    let rows = rows_of_path(path).iter();
    rows.map(|row| ENDPOINTS[*row].method.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_path_and_method() {
        for (index, endpoint) in ENDPOINTS.iter().enumerate() {
            let (found, _) = find(&endpoint.method, endpoint.path).expect("a row");
            assert_eq!(
                found, index,
                "{} {} stands twice",
                endpoint.method, endpoint.path
            );
        }
    }

    #[test]
    fn unknown_paths_and_methods_are_told_apart() {
        for (method, path, status) in [
            (Method::GET, "/api/v3/orders", 404),
            (Method::GET, "/api/v3/order/", 404),
            (Method::GET, "/API/v3/ping", 404),
            (Method::GET, "/api/v3/..%2fping", 404),
            (Method::GET, "/api/v3/ping;x=1", 404),
            (Method::POST, "/api/v3/ping", 405),
            (Method::PATCH, "/api/v3/order", 405),
        ] {
            let refusal = find(&method, path).expect_err("no row");
            assert_eq!(refusal.status, status, "{method} {path}");
        }
    }
}
