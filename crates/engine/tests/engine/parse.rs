//! Scenario lines as commands.

use model::account::{AccountState, FEE_TIERS, FeeTier, Scopes, Wallet};
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::approved::{Act, Adjustment, Approval, Others, PeopleChange};
use model::command::{
    Action, Amend, AmendAny, AmendLimit, AmendOpen, Anchor, Cancel, CancelList, ClientHeader,
    Command, Deposit, Genesis, Idempotency, ListMarket, OpenAccount, Transfer, TransferBetween,
    Withdrawal,
};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, MarketId, OperatorId, OrderId, OwnerId, ProposalId,
    Reference,
};
use model::instrument::{Band, Cause, FeeRates, Grid, OrderLimits, Phase, Terms, UNITS_PER_WHOLE};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{CancelRestriction, OrderRef, SelfTradeMode, SelfTradeModes};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;

use crate::parse_orders::{list_ref, points};
use crate::parse_proofs;

/// What a scenario has named so far.
#[derive(Default)]
pub struct Names {
    pub assets: Vec<String>,
    pub markets: Vec<String>,
    pub terms: Vec<Terms>,
    pub limits: Vec<OrderLimits>,
    /// Numbers the client ids of orders that name none.
    pub unnamed: u64,
    pub unnamed_lists: u64,
}

/// The words of a line, and its `name=value` options.
pub struct Line<'a> {
    pub text: &'a str,
    pub words: Vec<&'a str>,
    pub options: Vec<(&'a str, &'a str)>,
}

impl<'a> Line<'a> {
    pub fn new(text: &'a str) -> Line<'a> {
        let (options, words): (Vec<_>, Vec<_>) =
            text.split_whitespace().partition(|word| word.contains('='));
        let options = options.iter().filter_map(|word| word.split_once('='));
        Line {
            text,
            words,
            options: options.collect(),
        }
    }

    pub fn word(&self, position: usize) -> &'a str {
        self.words
            .get(position)
            .unwrap_or_else(|| panic!("word {position} of {:?}", self.words))
    }

    pub fn number(&self, position: usize) -> i128 {
        number(self.word(position))
    }

    pub fn account(&self, position: usize) -> AccountId {
        AccountId(u32::try_from(self.number(position)).expect("an account number"))
    }

    pub fn amount(&self, position: usize) -> Amount {
        Amount::new(self.number(position)).expect("an amount")
    }

    fn reference(&self, position: usize) -> Reference {
        reference(self.word(position))
    }

    pub fn option(&self, name: &str) -> Option<&'a str> {
        let found = self.options.iter().find(|(option, _)| *option == name);
        found.map(|(_, value)| *value)
    }
}

pub fn number(text: &str) -> i128 {
    match text {
        "max" => Amount::MAX.units(),
        "min" => Amount::MIN.units(),
        _ => text
            .replace('_', "")
            .parse()
            .unwrap_or_else(|_| panic!("{text:?} is no number")),
    }
}

pub fn reference(text: &str) -> Reference {
    let mut bytes = [0; 32];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    Reference(bytes)
}

pub fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("a symbol")
}

pub fn client_id(text: &str) -> ClientOrderId {
    ClientOrderId::parse(text.as_bytes()).expect("a client id")
}

pub fn price(text: &str) -> Price {
    Price::new(i64::try_from(number(text)).expect("ticks")).expect("a price")
}

pub fn qty(text: &str) -> Qty {
    Qty::new(i64::try_from(number(text)).expect("lots")).expect("a quantity")
}

pub fn seconds(text: &str) -> Timestamp {
    let millis = i64::try_from(number(text)).expect("seconds") * 1000;
    Timestamp::from_millis(millis)
}

/// Returns the terms under which everything is allowed and nothing costs.
pub fn open_terms() -> Terms {
    let wide = Band {
        up: RatioPpm::MAX,
        down: RatioPpm::new(0).expect("a ratio"),
    };
    Terms {
        price_min: Price::MIN,
        price_max: price("1000000"),
        qty_min: qty("1"),
        qty_max: qty("1000000"),
        market_qty_min: qty("1"),
        market_qty_max: qty("1000000"),
        notional_min: Amount::ZERO,
        notional_max: Amount::MAX,
        bid_band: wide,
        ask_band: wide,
        execution_band: wide,
        open_orders_max: 200,
        position_max: Amount::MAX,
        fees: [FeeRates {
            maker: RatePpb::ZERO,
            taker: RatePpb::ZERO,
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

pub fn range(text: &str) -> (&str, &str) {
    text.split_once("..").expect("a range")
}

fn band(text: &str) -> Band {
    let (down, up) = range(text);
    let ratio = |text| RatioPpm::new(u64::try_from(number(text)).expect("ppm")).expect("a ratio");
    Band {
        up: ratio(up),
        down: ratio(down),
    }
}

fn fees(text: &str) -> FeeRates {
    let (maker, taker) = text.split_once('/').expect("maker/taker");
    let rate = |text| RatePpb::new(i64::try_from(number(text)).expect("ppb")).expect("a rate");
    FeeRates {
        maker: rate(maker),
        taker: rate(taker),
    }
}

pub fn self_trade(text: &str) -> SelfTradeMode {
    match text {
        "none" => SelfTradeMode::None,
        "taker" => SelfTradeMode::ExpireTaker,
        "maker" => SelfTradeMode::ExpireMaker,
        "both" => SelfTradeMode::ExpireBoth,
        "decrement" => SelfTradeMode::Decrement,
        _ => panic!("{text:?} is no self-trade mode"),
    }
}

fn change_terms(terms: &mut Terms, line: &Line) {
    for (name, value) in &line.options {
        match *name {
            "price" => {
                let (min, max) = range(value);
                (terms.price_min, terms.price_max) = (price(min), price(max));
            }
            "qty" => {
                let (min, max) = range(value);
                (terms.qty_min, terms.qty_max) = (qty(min), qty(max));
            }
            "mqty" => {
                let (min, max) = range(value);
                (terms.market_qty_min, terms.market_qty_max) = (qty(min), qty(max));
            }
            "notional" => {
                let (min, max) = range(value);
                terms.notional_min = Amount::new(number(min)).expect("an amount");
                terms.notional_max = Amount::new(number(max)).expect("an amount");
            }
            "bid" => terms.bid_band = band(value),
            "ask" => terms.ask_band = band(value),
            "band" => terms.execution_band = band(value),
            "orders" => terms.open_orders_max = u32::try_from(number(value)).expect("a count"),
            "position" => terms.position_max = Amount::new(number(value)).expect("an amount"),
            "fees" => terms.fees = [fees(value); FEE_TIERS],
            "tier1" => terms.fees[1] = fees(value),
            "stp" => terms.self_trade_default = self_trade(value),
            "allowed" => {
                let bits = value
                    .split(',')
                    .map(|mode| 1 << self_trade(mode) as u8)
                    .sum();
                terms.self_trade_allowed = SelfTradeModes::from_bits(bits).expect("modes");
            }
            "tick" | "lot" => {}
            _ => panic!("{name:?} is no term"),
        }
    }
}

impl Names {
    fn asset(&self, text: &str) -> AssetId {
        match self.assets.iter().position(|asset| asset == text) {
            Some(position) => AssetId(u16::try_from(position).expect("a number")),
            None => AssetId(u16::try_from(number(text)).expect("an asset")),
        }
    }

    pub fn market(&self, text: &str) -> MarketId {
        match self.markets.iter().position(|market| market == text) {
            Some(position) => MarketId(u16::try_from(position).expect("a number")),
            None => MarketId(u16::try_from(number(text)).expect("a market")),
        }
    }

    /// Returns the command that a line asks for.
    pub fn command(&mut self, text: &str) -> Command {
        let line = Line::new(text);
        match line.word(0) {
            "genesis" => Command::Genesis(Genesis {
                cluster: 1,
                table_seed: u64::try_from(line.number(1)).expect("a seed"),
                blinding_key: [7; 32],
            }),
            "tick" => Command::Tick,
            "upgrade" => Command::Upgrade {
                logic: u16::try_from(line.number(1)).expect("a version"),
            },
            "asset" => Command::ListAsset {
                symbol: symbol(line.word(1)),
            },
            "market" => self.list_market(&line),
            "change" => self.change_market(&line),
            "limits" => self.set_limits(&line),
            "start" => Command::StartDue {
                market: self.market(line.word(1)),
            },
            "phase" => Command::SetPhase {
                market: self.market(line.word(1)),
                phase: phase(line.word(2)),
                cause: Cause::Operator,
            },
            "open" | "state" | "tier" | "key" | "key_end" | "revoke" | "hold_payouts" => {
                account_command(&line)
            }
            "allowances" | "market_verification" | "verification" => self.allowance_command(&line),
            "see" | "credit" | "drop" | "settle" | "confirm" | "unhold" => {
                self.money_command(&line)
            }
            "anchor" => Command::Anchor(Anchor {
                rows: u64::try_from(line.number(1)).expect("rows"),
                head: line.reference(2),
            }),
            "approve" => self.approved(&line, text),
            _ => self.client_command(&line),
        }
    }

    /// `allowances ASSET`, then for each verification `trade` or `no_trade`, caps of deposits a day and a month, and
    /// of withdrawals; `-` is without end.
    fn allowance_command(&self, line: &Line) -> Command {
        let verification = |place| {
            let number = u8::try_from(line.number(place)).expect("a verification");
            Verification::new(number).expect("one of four")
        };
        match line.word(0) {
            "allowances" => Command::SetAllowances(Box::new(AllowanceTable {
                reference: self.asset(line.word(1)),
                allowances: core::array::from_fn(|row| {
                    let cap = |place: usize| match line.word(2 + row * 5 + place) {
                        "-" => None,
                        word => Amount::new(number(word)),
                    };
                    let caps = |place| Caps {
                        day: cap(place),
                        month: cap(place + 1),
                    };
                    Allowance {
                        may_trade: line.word(2 + row * 5) == "trade",
                        deposits: caps(1),
                        withdrawals: caps(3),
                    }
                }),
            })),
            "market_verification" => Command::SetMarketVerification {
                market: self.market(line.word(1)),
                verification: verification(2),
            },
            _ => Command::SetVerification {
                owner: OwnerId(u64::try_from(line.number(1)).expect("an owner")),
                verification: verification(2),
            },
        }
    }

    /// `approve PROPOSAL DIGEST PROPOSER APPROVER[,APPROVER…]`, then the command of the exchange that it stands for.
    fn approved(&mut self, line: &Line, text: &str) -> Command {
        let operator = |text: &str| OperatorId(text.parse().expect("an operator"));
        let mut approvers: Vec<OperatorId> = line.word(4).split(',').map(operator).collect();
        let last = approvers.pop().expect("somebody");
        let approval = Approval {
            proposal: ProposalId(u64::try_from(line.number(1)).expect("a number")),
            digest: line.reference(2),
            proposer: operator(line.word(3)),
            approver: last,
        };
        let inner: Vec<&str> = text.split_whitespace().skip(5).collect();
        let act = match inner[0] {
            "adjust" => self.adjustment(&Line::new(&inner.join(" "))),
            "payout_limit" => Act::SetPayoutLimit {
                asset: self.asset(inner[1]),
                cap: (inner[2] != "-").then(|| Line::new(&inner.join(" ")).amount(2)),
            },
            "people" => Act::ChangePeople(people_change(inner[1])),
            "confirm" | "unhold" => payout_act(self.command(&inner.join(" "))),
            _ => act_of(self.command(&inner.join(" "))),
        };
        Command::Approved {
            approval,
            others: Others::new(&approvers).expect("few, and each once"),
            act: Box::new(act),
        }
    }

    fn adjustment(&self, line: &Line) -> Act {
        Act::Adjust(Adjustment {
            account: line.account(1),
            asset: self.asset(line.word(2)),
            amount: line.amount(3),
            reason: reference("why"),
        })
    }

    fn list_market(&mut self, line: &Line) -> Command {
        let mut terms = open_terms();
        change_terms(&mut terms, line);
        let unit = |name, default| {
            let value = line.option(name).map_or(default, number);
            i64::try_from(value).expect("units")
        };
        Command::ListMarket(ListMarket {
            symbol: symbol(line.word(1)),
            base: self.asset(line.word(2)),
            quote: self.asset(line.word(3)),
            // One tick and lot is one quote unit, one lot one base unit, unless said otherwise.
            grid: Grid {
                tick_units: unit("tick", i128::from(UNITS_PER_WHOLE)),
                lot_units: unit("lot", 1),
            },
            terms: Box::new(terms),
        })
    }

    fn change_market(&mut self, line: &Line) -> Command {
        let market = self.market(line.word(1));
        let current = self.terms.get(usize::from(market.0)).copied();
        let mut terms = current.unwrap_or_else(open_terms);
        change_terms(&mut terms, line);
        Command::ChangeMarket {
            market,
            terms: Box::new(terms),
            cause: Cause::Operator,
        }
    }

    fn money_command(&self, line: &Line) -> Command {
        let reference = line.reference(1);
        let deposit = || Deposit {
            reference,
            chain: ChainId(0),
            account: line.account(2),
            asset: self.asset(line.word(3)),
            amount: line.amount(4),
        };
        match line.word(0) {
            "see" => Command::SeeDeposit(deposit()),
            "credit" => Command::CreditDeposit(deposit()),
            "drop" => Command::DropDeposit { reference },
            "settle" => parse_proofs::settle(line),
            "confirm" => parse_proofs::confirm(line),
            _ => Command::CancelWithdrawal { reference },
        }
    }

    fn client_command(&mut self, line: &Line) -> Command {
        let account = line.account(1);
        let key = line.option("key").map_or(i128::from(account.0), number);
        let idempotency = line.option("idem").map(|key| Idempotency {
            key: client_id(key),
            body: line
                .option("body")
                .map_or(0, |body| u64::try_from(number(body)).expect("a digest")),
        });
        Command::Client {
            header: ClientHeader {
                account,
                key: KeyId(u64::try_from(key).expect("a key")),
                valid_until: line.option("until").map_or(Timestamp::MAX, seconds),
                idempotency,
            },
            action: self.action(line),
        }
    }

    fn action(&mut self, line: &Line) -> Action {
        match line.word(0) {
            "buy" | "sell" => self.place(line),
            "oco" | "oto" | "otoco" => self.place_list(line),
            "cancel_list" => Action::CancelList(CancelList {
                market: self.market(line.word(2)),
                list: list_ref(line.word(3)),
            }),
            "cancel" => Action::Cancel(Cancel {
                market: self.market(line.word(2)),
                order: order_ref(line.word(3)),
                restriction: restriction(line.words.get(4)),
            }),
            "cancel_all" => Action::CancelAll {
                market: self.market(line.word(2)),
            },
            "replace" => self.replace(line),
            "countdown" => self.set_countdown(line),
            "outcome" => Action::FindOutcome {
                key: client_id(line.word(2)),
            },
            "amend" => Action::Amend(Amend {
                market: self.market(line.word(2)),
                order: order_ref(line.word(3)),
                qty: qty(line.word(4)),
                client_id: line.option("id").map(client_id),
            }),
            "amend_to" => Action::AmendLimit(Box::new(self.amend_limit(line))),
            "amend_open" => Action::AmendOpen(Box::new(self.amend_open(line))),
            "amend_any" => Action::AmendAny(Box::new(AmendAny {
                open: self.amend_open(line),
                shown: line.option("show").map(qty),
            })),
            "transfer" => Action::Transfer(self.transfer(line, 2)),
            "transfer_between" => Action::TransferBetween(Box::new(TransferBetween {
                payer: line.account(2),
                transfer: self.transfer(line, 3),
            })),
            "freeze" => Action::Freeze {
                account: line.account(2),
            },
            "unfreeze" => Action::Unfreeze {
                account: line.account(2),
            },
            "close" => Action::Close,
            "withdraw" => {
                let withdrawal = Withdrawal {
                    reference: line.reference(2),
                    chain: ChainId(0),
                    asset: self.asset(line.word(3)),
                    amount: line.amount(4),
                    fee: line.amount(5),
                };
                parse_proofs::hold(line, withdrawal)
            }
            word => panic!("{word:?} is no command"),
        }
    }
}

impl Names {
    /// Reads a transfer whose reference is the word at `first`.
    /// `amend_to ACCOUNT MARKET ORDER price=101 qty=5 id=b executed=2`, any of the last four left out.
    fn amend_open(&self, line: &Line) -> AmendOpen {
        AmendOpen {
            limit: self.amend_limit(line),
            stop: line.option("stop").map(price),
            delta: line.option("trail").map(points),
        }
    }

    fn amend_limit(&self, line: &Line) -> AmendLimit {
        AmendLimit {
            market: self.market(line.word(2)),
            order: order_ref(line.word(3)),
            price: line.option("price").map(price),
            qty: line.option("qty").map(qty),
            client_id: line.option("id").map(client_id),
            executed: line.option("executed").map(qty),
        }
    }

    fn transfer(&self, line: &Line, first: usize) -> Transfer {
        Transfer {
            reference: line.reference(first),
            from: wallet(line.word(first + 1)),
            to_account: line.account(first + 2),
            to: wallet(line.word(first + 3)),
            asset: self.asset(line.word(first + 4)),
            amount: line.amount(first + 5),
        }
    }
}

fn act_of(command: Command) -> Act {
    match command {
        Command::SetAccountState { account, state, .. } => Act::SetAccountState { account, state },
        Command::SetFeeTier { account, tier } => Act::SetFeeTier { account, tier },
        Command::ListAsset { symbol } => Act::ListAsset { symbol },
        Command::ListMarket(listing) => Act::ListMarket(listing),
        Command::ChangeMarket { market, terms, .. } => Act::ChangeMarket { market, terms },
        Command::SetPhase { market, phase, .. } => Act::SetPhase { market, phase },
        other => panic!("operators do not decide {other:?}"),
    }
}

fn people_change(name: &str) -> PeopleChange {
    let mut all = PeopleChange::ALL.into_iter();
    all.find(|change| format!("{change:?}") == name)
        .expect("a change of people")
}

fn payout_act(command: Command) -> Act {
    match command {
        Command::ConfirmDestination {
            reference,
            destination,
        } => Act::ApproveWithdrawal {
            reference,
            destination,
        },
        Command::CancelWithdrawal { reference } => Act::FailWithdrawal { reference },
        other => panic!("{other:?} is not about a payout"),
    }
}

fn account_command(line: &Line) -> Command {
    match line.word(0) {
        "open" => Command::OpenAccount(OpenAccount {
            reference: line.reference(1),
            owner: OwnerId(u64::try_from(line.number(2)).expect("an owner")),
            master: line
                .option("master")
                .map(|master| AccountId(u32::try_from(number(master)).expect("an account"))),
        }),
        "state" => Command::SetAccountState {
            account: line.account(1),
            state: match line.word(2) {
                "active" => AccountState::Active,
                "cancel_only" => AccountState::CancelOnly,
                "no_withdraw" => AccountState::NoWithdraw,
                "frozen" => AccountState::Frozen,
                word => panic!("{word:?} is no state"),
            },
            cause: Cause::Operator,
        },
        "tier" => Command::SetFeeTier {
            account: line.account(1),
            tier: FeeTier::new(u8::try_from(line.number(2)).expect("a row")).expect("a tier"),
        },
        "hold_payouts" => Command::HoldPayouts {
            owner: OwnerId(u64::try_from(line.number(1)).expect("an owner")),
            until: seconds(line.word(2)),
        },
        "key" => parse_proofs::create_key(line),
        "key_end" => Command::SetKeyEnd {
            key: KeyId(u64::try_from(line.number(1)).expect("a key")),
            expires_at: line.option("until").map_or(Timestamp::MAX, seconds),
        },
        _ => Command::RevokeKey {
            key: KeyId(u64::try_from(line.number(1)).expect("a key")),
        },
    }
}

pub fn scopes(text: &str) -> Scopes {
    let scope = |name: &str| match name {
        "all" => Scopes::ALL,
        "read" => Scopes::READ,
        "trade" => Scopes::TRADE,
        "transfer" => Scopes::TRANSFER,
        "withdraw" => Scopes::WITHDRAW,
        _ => panic!("{name:?} is no scope"),
    };
    text.split(',')
        .fold(Scopes::NONE, |scopes, name| scopes.with(scope(name)))
}

fn phase(text: &str) -> Phase {
    match text {
        "pre_trading" => Phase::PreTrading,
        "post_only" => Phase::PostOnly,
        "limit_only" => Phase::LimitOnly,
        "continuous" => Phase::Continuous,
        "cancel_only" => Phase::CancelOnly,
        "halt" => Phase::Halt,
        "closed" => Phase::Closed,
        _ => panic!("{text:?} is no phase"),
    }
}

fn wallet(text: &str) -> Wallet {
    match text {
        "spot" => Wallet::Spot,
        "futures" => Wallet::Futures,
        _ => panic!("{text:?} is no wallet"),
    }
}

pub fn restriction(word: Option<&&str>) -> CancelRestriction {
    match word.copied() {
        None | Some("any") => CancelRestriction::None,
        Some("new") => CancelRestriction::OnlyNew,
        Some("partial") => CancelRestriction::OnlyPartiallyFilled,
        Some(word) => panic!("{word:?} is no restriction"),
    }
}

/// `#3` is an order number, `name` a client id, `#3/name` both.
pub fn order_ref(text: &str) -> OrderRef {
    let Some(rest) = text.strip_prefix('#') else {
        return OrderRef::Client(client_id(text));
    };
    let id = |text| OrderId(u64::try_from(number(text)).expect("an order number"));
    match rest.split_once('/') {
        Some((order, name)) => OrderRef::Both(id(order), client_id(name)),
        None => OrderRef::Id(id(rest)),
    }
}
