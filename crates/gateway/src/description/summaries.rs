//! What each route is for, in a sentence, and where it stands in the reference.

use crate::route::Route;

/// The groups of the reference, in its order.
pub const GROUPS: &[(&str, &str)] = &[
    ("General", "What anyone asks first."),
    ("Market data", "What is public about a market."),
    (
        "Orders",
        "Placing, changing, cancelling and reading orders.",
    ),
    ("Order lists", "Orders that depend on each other."),
    ("Account", "What an account has and has done."),
    ("Login", "Becoming a user, and signing in."),
    ("User data", "Keys of user data streams."),
    ("Wallet", "What wallet clients ask for."),
    ("Operation", "Health and pages."),
];

/// Returns the group of a route and what it is for.
pub const fn of(route: Route) -> (&'static str, &'static str) {
    match route {
        Route::Ping => ("General", "Ask whether the exchange answers."),
        Route::Time => ("General", "The server's clock."),
        Route::ExchangeInfo => ("General", "Markets, their filters and the request limits."),
        Route::ForeignPing | Route::ForeignTime | Route::ForeignExchangeInfo => (
            "General",
            "For clients that ask at their start; nothing is traded there.",
        ),
        Route::Depth => ("Market data", "The book of a market."),
        Route::Trades => ("Market data", "The newest trades."),
        Route::HistoricalTrades => ("Market data", "Trades from a number on."),
        Route::AggregateTrades => ("Market data", "Trades, one row a taker and price."),
        Route::Klines => ("Market data", "Candles without holes."),
        Route::ExecutionRules => (
            "Market data",
            "Rules of execution: the band around the average price that all trades lie in.",
        ),
        Route::ReferencePrice => (
            "Market data",
            "Always -2043: no market has a reference price.",
        ),
        Route::BlockTrades => (
            "Market data",
            "Always empty: there are no trades in blocks.",
        ),
        Route::AveragePrice => ("Market data", "The average price of five minutes."),
        Route::DayTicker => ("Market data", "The last 24 hours."),
        Route::RollingTicker => ("Market data", "A window that ends now."),
        Route::TradingDayTicker => ("Market data", "The running day of a time zone."),
        Route::PriceTicker => ("Market data", "The last price."),
        Route::BookTicker => ("Market data", "The best prices."),
        Route::NewOrder => ("Orders", "Place an order."),
        Route::TestOrder => ("Orders", "Check an order without placing it."),
        Route::QueryOrder => ("Orders", "One order."),
        Route::CancelOrder => ("Orders", "Cancel an order, and with it its list."),
        Route::OpenOrders => ("Orders", "The open orders of a market, or of all."),
        Route::CancelOpenOrders => ("Orders", "Cancel all orders of a market."),
        Route::AllOrders => ("Orders", "The orders of a market."),
        Route::Outcome => (
            "Orders",
            "What became of a request that was never answered.",
        ),
        Route::Countdown => (
            "Orders",
            "Cancel all orders of a market unless asked again in time.",
        ),
        Route::CancelReplace => ("Orders", "Cancel an order and place another."),
        Route::AmendOrder => (
            "Orders",
            "Lower the quantity of an order and keep its place.",
        ),
        Route::AmendLimit => (
            "Orders",
            "Give an open order another price, quantity, stop price or trailing delta, under its number.",
        ),
        Route::Amendments => ("Orders", "What was amended."),
        Route::OrderChanges => (
            "Orders",
            "What became of an order beside its trades, oldest first: when it was accepted, triggered, amended and closed, and why.",
        ),
        Route::NewAlgo => (
            "Orders over time",
            "Spread an order over time: equal slices at equal distances.",
        ),
        Route::CancelAlgo => ("Orders over time", "Send no further slice."),
        Route::OpenAlgos => ("Orders over time", "Those that work, the oldest first."),
        Route::PastAlgos => (
            "Orders over time",
            "Those that ended in the last 90 days, the newest first.",
        ),
        Route::AlgoSlices => ("Orders over time", "What was sent of one."),
        Route::PreviewAlgo => ("Orders over time", "Into what an order would be cut."),
        Route::NewOldPair => ("Order lists", "Place a limit maker and a stop loss."),
        Route::NewPair => ("Order lists", "Place a pair: one cancels the other."),
        Route::NewTriggering => ("Order lists", "Place an order that starts another."),
        Route::NewTriggeringPair => ("Order lists", "Place an order that starts a pair."),
        Route::CancelList => ("Order lists", "Cancel a list."),
        Route::QueryList => ("Order lists", "One list."),
        Route::OpenLists => ("Order lists", "The open lists."),
        Route::AllLists => ("Order lists", "All lists."),
        Route::NotOffered => ("Order lists", "Not offered: always -1020."),
        Route::OwnPrevented => ("Account", "Matches that self-trade prevention stopped."),
        Route::OwnFilters => ("Account", "The filters that orders of the account pass."),
        Route::Register => (
            "Login",
            "Ask for an account; a message to the address tells the token that confirms it.",
        ),
        Route::ConfirmRegistration => ("Login", "Open the account that was asked for."),
        Route::LogIn => (
            "Login",
            "Begin a session, which takes the place of the one that the browser has. Who has a code generator sends a code beside the password, who has a passkey alone what it signed for `POST /v1/login/challenge`.",
        ),
        Route::ForgetPassword => (
            "Login",
            "Have a message sent whose token takes another password.",
        ),
        Route::ResetPassword => (
            "Login",
            "Take another password by the token of a message; all sessions end.",
        ),
        Route::ChangePassword => (
            "Login",
            "Take another password by the old one; all sessions end, and a new one begins unless that takes a passkey.",
        ),
        Route::ChangeEmail => (
            "Login",
            "Have a message sent to the address that is to be the user's, by a challenge.",
        ),
        Route::ConfirmEmail => (
            "Login",
            "Take the address that a message went to; all sessions end.",
        ),
        Route::ReturnEmail => (
            "Login",
            "Take the former address back by the token of its message; all sessions end.",
        ),
        Route::AskFactorReset => (
            "Login",
            "Have a message sent whose token asks that lost second factors be taken away.",
        ),
        Route::OpenFactorReset => (
            "Login",
            "Ask operators to take lost second factors away; payouts are held.",
        ),
        Route::CancelFactorReset => (
            "Login",
            "Keep the second factors, by the token of the message that told of the reset.",
        ),
        Route::CancelOwnFactorReset => ("Login", "Keep the second factors, by a session."),
        Route::ListSessions => ("Login", "The sessions of the account."),
        Route::EndSessions => ("Login", "End a session of the account, or all of them."),
        Route::CreateKey => (
            "Keys",
            "Make an API key; one that may do more than read needs a challenge, and its secret is told this once.",
        ),
        Route::ListKeys => ("Keys", "The API keys of the account."),
        Route::ChangeKey => (
            "Keys",
            "Change label, addresses, end or limits of an API key; a challenge is needed where it may do more than now.",
        ),
        Route::SetLogin => (
            "Login",
            "Decide whether a password alone signs in beside a passkey, by a challenge.",
        ),
        Route::DeleteKey => ("Keys", "Delete an API key; no order of it comes after."),
        Route::Challenge => (
            "Keys",
            "Ask for a challenge for an act, with exactly the parameters that it will have.",
        ),
        Route::AddPasskey => ("Login", "Add a passkey, by a challenge; all sessions end."),
        Route::ListPasskeys => ("Login", "The passkeys of the user."),
        Route::NamePasskey => ("Login", "Give a passkey another name."),
        Route::RemovePasskey => (
            "Login",
            "Take a passkey away, by a challenge; all sessions end.",
        ),
        Route::LogInChallenge => ("Login", "What a passkey is to sign to begin a session."),
        Route::LogInByPasskey => (
            "Login",
            "Begin a session by a passkey alone, in place of the one that the browser has.",
        ),
        Route::Security => (
            "Login",
            "The second factor, and until when payouts are held.",
        ),
        Route::EnrolFactor => (
            "Login",
            "A secret for a second factor, which counts once it is confirmed.",
        ),
        Route::ConfirmFactor => (
            "Login",
            "Make the secret a second factor by a code of it; all sessions end.",
        ),
        Route::RemoveFactor => (
            "Login",
            "Take the second factor away, by a code of it; all sessions end.",
        ),
        Route::Notifications => ("Account", "What the user is told, the newest first."),
        Route::ReadNotifications => ("Account", "Note that notifications were read."),
        Route::NotificationSettings => ("Account", "Where notifications of each kind go."),
        Route::SetNotification => ("Account", "Set where notifications of a kind go."),
        Route::Alerts => ("Account", "The prices that the user waits for."),
        Route::AddAlert => ("Account", "Be told when a trade reaches a price, once."),
        Route::RemoveAlerts => ("Account", "Wait for a price no more, or for none."),
        Route::Kyc => (
            "Account",
            "The level of the user, what it allows, what was used of it, and the application for a higher one.",
        ),
        Route::DescribeApplicant => ("Account", "Say who applies for a level."),
        Route::AttachDocument => (
            "Account",
            "Add a picture of a document, PNG or JPEG, as the body of the request.",
        ),
        Route::SubmitApplication => ("Account", "Hand the application in."),
        Route::KycResult => (
            "Account",
            "Tell what a provider of identity checks found, signed by its secret.",
        ),
        Route::Preferences => ("Account", "What the user's pages keep, by name."),
        Route::SetPreference => (
            "Account",
            "Keep a document for the user's pages, or forget it.",
        ),
        Route::PhishingCode => ("Login", "Whether letters to the user show a code."),
        Route::SetPhishingCode => (
            "Login",
            "Show a code in every letter to the user from now on, or none.",
        ),
        Route::Outbox => (
            "Login",
            "The messages that were written to users; the sandbox only.",
        ),
        Route::SignIn => ("Account", "Begin a session of a browser; the sandbox only."),
        Route::OwnSession => ("Account", "The session of the browser."),
        Route::Faucet => (
            "Account",
            "Be given play money, once a minute; the sandbox only.",
        ),
        Route::ResetAccount => (
            "Account",
            "Take an account back to its beginning: no orders, and what a new one is given; the sandbox only.",
        ),
        Route::Brand => ("Operation", "How the operator wants the pages to look."),
        Route::SignOut => ("Account", "End the session of the browser."),
        Route::Account => ("Account", "Balances, rates and abilities."),
        Route::Ledger => (
            "Account",
            "Every posting to the account's balances, newest first, with what caused it.",
        ),
        Route::Statement => (
            "Account",
            "A file of opening balances, every posting and closing balances.",
        ),
        Route::TaxLots => (
            "Account",
            "A file of what was sold with the lots it came from, first in, first out.",
        ),
        Route::OrderFile => (
            "Account",
            "A file of orders that were placed in some time, of one market or of all.",
        ),
        Route::TradeFile => (
            "Account",
            "A file of fills in some time, of one market or of all, with what they cost.",
        ),
        Route::OrderHistory => (
            "Account",
            "Every order of one market or of all, newest first, page by page to the first.",
        ),
        Route::TradeHistory => (
            "Account",
            "Every fill of one market or of all, newest first, page by page to the first.",
        ),
        Route::Equity => (
            "Account",
            "What the account was worth over time, what came in and went out, and what trading and prices brought.",
        ),
        Route::Profit => (
            "Account",
            "What trading in a market brought since the first fill there, by lots, first in, first out.",
        ),
        Route::BalancesAt => ("Account", "The account's balances as of any instant."),
        Route::Volume => (
            "Account",
            "The account's tier, and what it traded in thirty UTC days, the running one among them.",
        ),
        Route::Incidents => (
            "Operation",
            "Troubles and planned work: what is not over, then what has ended within ninety days.",
        ),
        Route::FeeSchedule => ("Market data", "What every fee tier pays in every market."),
        Route::OwnTrades => ("Account", "The account's fills."),
        Route::OrderCounts => ("Account", "How many orders were placed, beside the limits."),
        Route::Allocations => ("Account", "Always empty: no order is routed elsewhere."),
        Route::Commission => ("Account", "The rates in one market."),
        Route::StartUserStream => ("User data", "The listen key that is active, or a new one."),
        Route::ExtendUserStream => ("User data", "Make a listen key good for another hour."),
        Route::StopUserStream => ("User data", "End a listen key."),
        Route::SystemStatus => ("Wallet", "Whether markets are open."),
        Route::Coins => ("Wallet", "All assets with the account's balances."),
        Route::NoMargin => ("Wallet", "Always empty: there is no margin."),
        Route::TradeFees => ("Wallet", "The rates in every market."),
        Route::KeyRestrictions => ("Wallet", "What the key may do."),
        Route::OwnedAssets => ("Wallet", "What the account has any of."),
        Route::FundingAssets => ("Wallet", "Always empty: there is no funding wallet."),
        Route::AccountStatus => ("Wallet", "Whether the account is frozen."),
        Route::TradingStatus => ("Wallet", "Whether new orders are refused."),
        Route::AccountInfo => ("Wallet", "The fee tier."),
        Route::DepositAddress => (
            "Wallet",
            "Not offered: always refused, since no chain is connected.",
        ),
        Route::Deposits => ("Wallet", "What came in, of late and on its way."),
        Route::Withdrawals => ("Wallet", "What left, of late and on its way."),
        Route::Withdraw => (
            "Wallet",
            "Withdraw by a key, to an address of the book that is paid to already.",
        ),
        Route::WithdrawAddresses => ("Wallet", "The address book of the user."),
        Route::AddressBook => ("Wallet", "Addresses that withdrawals go to."),
        Route::AddAddress => (
            "Wallet",
            "Add an address by a fresh proof; it is paid to when its hold is over.",
        ),
        Route::RemoveAddress => ("Wallet", "Remove an address, at once."),
        Route::SetAddressRule => (
            "Wallet",
            "Pay to the book alone, at once; or elsewhere, too, by a fresh proof and after a hold.",
        ),
        Route::AskWithdrawal => (
            "Wallet",
            "Withdraw by a fresh proof of asset, network, address, amount and fee.",
        ),
        Route::OwnWithdrawals => ("Wallet", "Withdrawals that were asked for, newest first."),
        Route::CancelWithdrawal => ("Wallet", "Cancel a withdrawal that waits."),
        Route::Transfer => ("Wallet", "Not offered: there is one wallet; always -1020."),
        Route::Transfers => (
            "Wallet",
            "What moved between the wallets of the account, newest first.",
        ),
        Route::AssetDetails => (
            "Wallet",
            "Which coins can come in and leave, and what that costs.",
        ),
        Route::WalletBalances => ("Wallet", "What each wallet is worth at last prices."),
        Route::OpenSubAccount => (
            "Sub-accounts",
            "Open a sub-account; the same label opens one, however often it is asked for.",
        ),
        Route::SubAccounts => ("Sub-accounts", "The sub-accounts of the account."),
        Route::LabelSubAccount => ("Sub-accounts", "Give a sub-account another label."),
        Route::FreezeSubAccount => (
            "Sub-accounts",
            "Let a sub-account cancel and read, and nothing else; no order of it comes after.",
        ),
        Route::UnfreezeSubAccount => (
            "Sub-accounts",
            "Let a sub-account go on; what an operator has frozen stays frozen.",
        ),
        Route::InternalTransfer => (
            "Sub-accounts",
            "Move money between a master and its sub-accounts; a sub-account pays its master only.",
        ),
        Route::InternalTransfers => (
            "Sub-accounts",
            "What moved between the accounts of one owner, the newest first.",
        ),
        Route::InviteAuditor => (
            "Auditors",
            "Offer another user to read accounts; the answer does not tell whether there is one.",
        ),
        Route::Auditors => ("Auditors", "Whom the user lets read."),
        Route::EndAuditor => ("Auditors", "Take a leave to read back."),
        Route::Audits => (
            "Auditors",
            "What the user may read of others, and what is offered.",
        ),
        Route::AcceptAudit => ("Auditors", "Take a leave to read that is offered."),
        Route::EndAudit => ("Auditors", "Give a leave to read up."),
        Route::CloseAccount => (
            "Login",
            "Close the account and its sub-accounts for good, by a challenge, when nothing is left in them.",
        ),
        Route::ExportData => (
            "Login",
            "An archive of everything that is held on the user, by a challenge.",
        ),
        Route::Live => ("Operation", "Whether the process lives."),
        Route::Ready => ("Operation", "Whether the process takes traffic."),
        Route::StatusPage | Route::StatusScript | Route::StatusStyle => {
            ("Operation", "The status page.")
        }
        Route::StatusData => ("Operation", "What the status page shows."),
        Route::ReferencePage | Route::ReferenceScript | Route::ReferenceStyle => {
            ("Operation", "This reference as a page.")
        }
        Route::OpenApi => ("Operation", "This reference for machines."),
        Route::AsyncApi => ("Operation", "Streams and the WebSocket API for machines."),
        Route::Session => ("Operation", "An errand of a socket; no path leads to it."),
    }
}
