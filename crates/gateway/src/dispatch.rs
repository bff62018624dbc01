//! Which module answers which route, and which requests count as new orders.

use core::pin::pin;

use identity::key::Key;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request::list::ListForm;
use wire::binance::time::TimeUnit;

use crate::clock;
use crate::description::pages;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::limit::Limited;
use crate::metrics::LimitKind;
use crate::order_counter::OrderCounts;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::place::{self, PlacedReply};
use crate::rest::{
    account, alerts, algo, algo_reads, amend, api_keys, auditors, cancel, capital, challenge,
    closing, commission, countdown, data_export, destinations, email_change, equity,
    execution_rules, factor, factor_reset, faucet, general, holds, incidents, internal_transfers,
    key_change, klines, kyc, kyc_result, ledger, list_reads, lists, lots, market, notifications,
    order_changes, orders, outcome, own_history, own_sessions, own_trades, passkeys, password,
    preferences, prevented, profit, register, replace, sandbox_reset, sign_in, statement,
    sub_accounts, trades, trading_files, transfers, user_stream, volume, wallet, window,
    withdrawals,
};
use crate::route::Route;
use crate::status;
use crate::status_page;
use crate::user_data::kept_keys;

impl Gateway {
    /// Answers what anyone may ask.
    ///
    /// # Errors
    /// Those of the values.
    pub(crate) async fn route_public(
        &self,
        route: Route,
        params: &Params,
        unit: TimeUnit,
    ) -> Result<Reply, Refusal> {
        let views = || self.hub().views();
        match route {
            Route::Ping | Route::ForeignPing => Ok(general::ping()),
            Route::Time | Route::ForeignTime => Ok(general::time(unit)),
            Route::ExchangeInfo => {
                general::exchange_info(&views(), params, self.config().limiting.limits(), unit)
            }
            Route::ExecutionRules => execution_rules::execution_rules(&views(), params),
            Route::ReferencePrice => execution_rules::reference_price(&views(), params),
            Route::BlockTrades => execution_rules::block_trades(&views(), params),
            Route::Depth => {
                let depth = market::read_depth(&views(), params)?;
                Ok(depth.reply())
            }
            Route::Trades => trades::trades(self, params, unit),
            Route::HistoricalTrades => trades::historical(self, params, unit).await,
            Route::AggregateTrades => trades::aggregates(self, params, unit).await,
            Route::Klines => klines::klines(self, params, unit).await,
            Route::AveragePrice => market::average_price(&views(), params, unit),
            Route::DayTicker => market::day_ticker(&views(), params, unit),
            Route::RollingTicker => window::rolling(self, params, unit).await,
            Route::TradingDayTicker => window::trading_day(self, params, unit).await,
            Route::PriceTicker => market::price_ticker(&views(), params),
            Route::BookTicker => market::book_ticker(&views(), params),
            Route::Incidents => incidents::list(self, unit, clock::now()).await,
            Route::FeeSchedule => Ok(volume::schedule(&views())),
            Route::SystemStatus => Ok(general::system_status(&views())),
            Route::NoMargin => Ok(general::no_margin()),
            Route::ForeignExchangeInfo => Ok(general::foreign_exchange_info(unit)),
            Route::Live => Ok(status::live()),
            Route::Ready => Ok(status::ready(self)),
            Route::StatusPage => Ok(status_page::page(&self.site().brand())),
            Route::StatusScript => Ok(status_page::script()),
            Route::StatusStyle => Ok(status_page::style()),
            Route::StatusData => status::data(self, params),
            Route::Brand => Ok(Reply::ok(&*self.site().brand())),
            Route::ReferencePage => Ok(pages::page()),
            Route::ReferenceScript => Ok(pages::script()),
            Route::ReferenceStyle => Ok(pages::style()),
            Route::OpenApi => Ok(pages::openapi()),
            Route::AsyncApi => Ok(pages::asyncapi()),
            _ => Err(Refusal::of(Fault::RouteUnknown)),
        }
    }

    /// Answers those who have no session yet.
    ///
    /// # Errors
    /// Those of the values.
    pub(crate) async fn route_guest(&self, call: &Call<'_>) -> Result<Reply, Refusal> {
        match call.endpoint.route {
            Route::SignIn => sign_in::sign_in(self, call.params, (call.unit, call.now)).await,
            Route::LogIn => sign_in::log_in(self, call).await,
            Route::ForgetPassword => password::forgot(self, call).await,
            Route::ResetPassword => password::reset(self, call).await,
            Route::LogInChallenge => passkeys::login_challenge(self, call).await,
            Route::LogInByPasskey => passkeys::log_in(self, call).await,
            Route::KycResult => kyc_result::take(self, call).await,
            Route::Outbox => register::outbox(self, call).await,
            Route::Register => register::register(self, call).await,
            Route::ConfirmRegistration => register::confirm(self, call).await,
            Route::ConfirmEmail => email_change::confirm(self, call).await,
            Route::ReturnEmail => email_change::give_back(self, call).await,
            Route::AskFactorReset => factor_reset::ask(self, call).await,
            Route::OpenFactorReset => factor_reset::open(self, call).await,
            Route::CancelFactorReset => factor_reset::cancel(self, call).await,
            _ => Err(Refusal::of(Fault::RouteUnknown)),
        }
    }

    /// Answers what a named key may ask.
    ///
    /// # Errors
    /// Those of the values.
    pub(crate) async fn route_named(&self, key: &Key, call: &Call<'_>) -> Result<Reply, Refusal> {
        let streams = self.fanout().user_streams();
        let reply = match call.endpoint.route {
            Route::StartUserStream => user_stream::start(streams, key),
            Route::ExtendUserStream => user_stream::extend(streams, key, call.params),
            Route::StopUserStream => user_stream::stop(streams, key, call.params),
            _ => Err(Refusal::of(Fault::RouteUnknown)),
        }?;
        kept_keys::save(streams, self.identity()).await;
        Ok(reply)
    }

    /// Answers what an account may ask about itself.
    ///
    /// # Errors
    /// Those of the values.
    pub(crate) async fn route_private(&self, ask: &Ask<'_>) -> Result<Reply, Refusal> {
        match ask.route {
            Route::QueryOrder => orders::query(ask).await,
            Route::OpenOrders => orders::open_orders(ask),
            Route::Outcome => outcome::outcome(ask).await,
            Route::OwnSession => sign_in::session(ask),
            Route::Faucet => faucet::claim(ask).await,
            Route::ChangePassword => password::change(ask).await,
            Route::ChangeEmail => email_change::change(ask).await,
            Route::CancelOwnFactorReset => factor_reset::cancel_own(ask).await,
            Route::EnrolFactor => factor::enrol(ask).await,
            Route::ConfirmFactor => factor::confirm(ask).await,
            Route::RemoveFactor => factor::remove(ask).await,
            Route::ListSessions => own_sessions::list(ask, clock::now()),
            Route::EndSessions => own_sessions::end_some(ask, clock::now()).await,
            Route::CreateKey => api_keys::create(ask, clock::now()).await,
            Route::ListKeys => api_keys::list(ask, clock::now()),
            Route::ChangeKey => key_change::change(ask, clock::now()).await,
            Route::SetLogin => holds::set_login(ask).await,
            Route::DeleteKey => api_keys::delete(ask, clock::now()).await,
            Route::Challenge => challenge::ask(ask).await,
            Route::AddPasskey => passkeys::add(ask).await,
            Route::ListPasskeys => passkeys::list(ask).await,
            Route::NamePasskey => passkeys::name(ask).await,
            Route::RemovePasskey => passkeys::remove(ask).await,
            Route::Security => holds::security(ask).await,
            Route::Kyc => kyc::show(ask).await,
            Route::DescribeApplicant => kyc::describe(ask).await,
            Route::AttachDocument => kyc::attach(ask).await,
            Route::SubmitApplication => kyc::submit(ask).await,
            Route::Preferences => preferences::list(ask).await,
            Route::SetPreference => preferences::set(ask).await,
            Route::PhishingCode => preferences::phishing_code(ask).await,
            Route::SetPhishingCode => preferences::set_phishing_code(ask).await,
            Route::Notifications => notifications::list(ask).await,
            Route::ReadNotifications => notifications::mark_read(ask).await,
            Route::NotificationSettings => notifications::settings(ask).await,
            Route::SetNotification => notifications::set(ask).await,
            Route::Alerts => alerts::list(ask).await,
            Route::AddAlert => alerts::add(ask).await,
            Route::RemoveAlerts => alerts::remove(ask).await,
            Route::SignOut => sign_in::sign_out(ask, clock::now()).await,
            Route::AllOrders => orders::all_orders(ask).await,
            Route::Amendments => amend::amendments(ask).await,
            Route::OpenAlgos => algo_reads::open(ask).await,
            Route::PastAlgos => algo_reads::past(ask).await,
            Route::AlgoSlices => algo_reads::slices(ask).await,
            Route::PreviewAlgo => algo::preview(ask, clock::now()),
            Route::QueryList => list_reads::query(ask).await,
            Route::OpenLists => list_reads::open(ask).await,
            Route::AllLists => list_reads::all(ask).await,
            Route::OwnPrevented => prevented::own_prevented(ask).await,
            Route::OwnFilters => general::own_filters(ask),
            Route::Account => account::account(ask),
            Route::Ledger => ledger::ledger(ask).await,
            Route::BalancesAt => ledger::at(ask).await,
            Route::Volume => volume::volume(ask, clock::now()).await,
            Route::Statement => statement::statement(ask).await,
            Route::TaxLots => lots::tax_lots(ask).await,
            Route::OrderFile => trading_files::orders(ask).await,
            Route::TradeFile => trading_files::trades(ask).await,
            Route::OrderChanges => order_changes::changes(ask).await,
            Route::OrderHistory => own_history::orders(ask).await,
            Route::TradeHistory => own_history::trades(ask).await,
            Route::Equity => equity::equity(ask).await,
            Route::Profit => profit::profit(ask).await,
            Route::OwnTrades => own_trades::own_trades(ask).await,
            Route::OrderCounts => {
                let account = ask.session.key.account;
                let counts = self.hub().order_counter().counts(account, clock::now());
                Ok(account::order_counts(
                    counts,
                    self.config().limiting.limits(),
                ))
            }
            Route::Allocations => account::allocations(ask),
            Route::Commission => commission::commission(ask),
            Route::Coins => Ok(account::coins(ask)),
            Route::TradeFees => account::trade_fees(ask),
            Route::KeyRestrictions => Ok(account::key_restrictions(ask)),
            Route::OwnedAssets => wallet::owned_assets(ask),
            Route::FundingAssets => wallet::funding_assets(ask),
            Route::AccountStatus => Ok(wallet::account_status(ask)),
            Route::TradingStatus => Ok(wallet::trading_status(ask)),
            Route::AccountInfo => Ok(wallet::account_info(ask)),
            Route::OpenSubAccount => sub_accounts::open(ask, clock::now()).await,
            Route::SubAccounts => sub_accounts::list(ask).await,
            Route::LabelSubAccount => sub_accounts::label(ask).await,
            Route::FreezeSubAccount => sub_accounts::freeze(ask).await,
            Route::UnfreezeSubAccount => sub_accounts::unfreeze(ask).await,
            Route::InternalTransfer => internal_transfers::transfer(ask).await,
            Route::InternalTransfers => internal_transfers::transfers(ask).await,
            Route::InviteAuditor => auditors::offer(ask, clock::now()).await,
            Route::Auditors => auditors::given(ask, clock::now()).await,
            Route::EndAuditor => auditors::take_back(ask, clock::now()).await,
            Route::Audits => auditors::held(ask, clock::now()).await,
            Route::AcceptAudit => auditors::accept(ask, clock::now()).await,
            Route::EndAudit => auditors::give_up(ask, clock::now()).await,
            Route::CloseAccount => closing::close(ask, clock::now()).await,
            Route::ExportData => data_export::export(ask, clock::now()).await,
            Route::DepositAddress => capital::address(ask),
            Route::Deposits => capital::deposits(ask).await,
            Route::Withdrawals => capital::withdrawals(ask).await,
            Route::Withdraw => capital::apply(ask).await,
            Route::WithdrawAddresses => capital::addresses(ask).await,
            Route::AddressBook => destinations::list(ask).await,
            Route::AddAddress => destinations::add(ask).await,
            Route::RemoveAddress => destinations::remove(ask).await,
            Route::SetAddressRule => destinations::set_rule(ask).await,
            Route::AskWithdrawal => withdrawals::ask_for(ask).await,
            Route::OwnWithdrawals => withdrawals::list(ask).await,
            Route::CancelWithdrawal => withdrawals::cancel(ask).await,
            Route::Transfer => Err(Refusal::of(Fault::Unsupported)),
            Route::Transfers => transfers::transfers(ask).await,
            Route::AssetDetails => wallet::asset_details(ask),
            Route::WalletBalances => wallet::wallet_balances(ask),
            _ => Err(Refusal::of(Fault::RouteUnknown)),
        }
    }

    /// Carries out what an account wants changed. All but an order and a cancel have a box of their own, as reads do.
    ///
    /// # Errors
    /// Those of the values and of the engine.
    pub(crate) async fn route_trade(
        &self,
        ask: &Ask<'_>,
        route: Route,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        match route {
            Route::NewOrder => self.counted(ask, 1, now, pin!(place::place(ask))).await,
            Route::CancelOrder => cancel::cancel(ask).await,
            _ => Box::pin(self.route_rare(ask, route, now)).await,
        }
    }

    async fn route_rare(
        &self,
        ask: &Ask<'_>,
        route: Route,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        match route {
            Route::NewOldPair => self.place_list(ask, ListForm::OldPair, now).await,
            Route::NewPair => self.place_list(ask, ListForm::Pair, now).await,
            Route::NewTriggering => self.place_list(ask, ListForm::Triggering, now).await,
            Route::NewTriggeringPair => self.place_list(ask, ListForm::TriggeringPair, now).await,
            Route::CancelReplace => self.replace(ask, now).await,
            Route::TestOrder => commission::test(ask),
            Route::CancelList => cancel::cancel_list(ask).await,
            Route::CancelOpenOrders => cancel::cancel_all(ask).await,
            Route::AmendOrder => amend::amend(ask).await,
            Route::AmendLimit => {
                self.counted(ask, 1, now, pin!(amend::amend_limit(ask)))
                    .await
            }
            Route::Countdown => countdown::set(ask).await,
            Route::ResetAccount => sandbox_reset::reset(ask).await,
            Route::NewAlgo => algo::place(ask, now).await,
            Route::CancelAlgo => algo::cancel(ask, now).await,
            Route::NotOffered => Err(Refusal::of(Fault::Unsupported)),
            _ => Err(Refusal::of(Fault::RouteUnknown)),
        }
    }

    async fn place_list(
        &self,
        ask: &Ask<'_>,
        form: ListForm,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let work = pin!(lists::place(ask, form));
        self.counted(ask, form.orders(), now, work).await
    }

    /// Counts the orders first; those that are refused, or trade at once, do not count.
    async fn counted(
        &self,
        ask: &Ask<'_>,
        orders: u32,
        now: Timestamp,
        work: impl Future<Output = Result<PlacedReply, Refusal>>,
    ) -> Result<Reply, Refusal> {
        let account = ask.session.key.account;
        if let Err(limited) = self
            .key_limiter()
            .count_orders(&ask.session.key, orders, now)
        {
            return Ok(self.too_many_orders(limited));
        }
        let counter = self.hub().order_counter();
        let counts = match counter.count(account, orders, &self.config().limiting, now) {
            Ok(counts) => counts,
            Err(limited) => return Ok(self.too_many_orders(limited)),
        };
        match work.await {
            Ok(placed) => Ok(self.without_traded(ask, placed, counts, now)),
            Err(refusal) => {
                counter.discount(account, orders, now);
                Err(refusal)
            }
        }
    }

    /// A cancel-replace counts as one order, whatever becomes of it, unless that order trades at once.
    async fn replace(&self, ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
        let account = ask.session.key.account;
        let counter = self.hub().order_counter();
        let own = self.key_limiter().count_orders(&ask.session.key, 1, now);
        let counted = own.and_then(|()| counter.count(account, 1, &self.config().limiting, now));
        let counts = match counted {
            Ok(counts) => counts,
            Err(limited) => {
                self.metrics().count_limited(LimitKind::Orders);
                return replace::replace_over_limit(ask, limited).await;
            }
        };
        let placed = replace::replace(ask).await?;
        Ok(self.without_traded(ask, placed, counts, now))
    }

    fn without_traded(
        &self,
        ask: &Ask<'_>,
        placed: PlacedReply,
        counts: OrderCounts,
        now: Timestamp,
    ) -> Reply {
        let PlacedReply { reply, traded } = placed;
        let account = ask.session.key.account;
        let counts = match traded {
            0 => counts,
            traded => self.hub().order_counter().discount(account, traded, now),
        };
        Reply {
            order_counts: Some(counts),
            ..reply
        }
    }

    fn too_many_orders(&self, limited: Limited) -> Reply {
        self.metrics().count_limited(LimitKind::Orders);
        Reply::from(limited)
    }
}
