//! Commands of all kinds, in sense and out of it.

use model::account::{AccountState, FeeTier, Scopes, Wallet};
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::approved::{Act, Adjustment, Approval, Others, PeopleChange};
use model::command::{
    Action, Amend, AmendAny, AmendLimit, AmendOpen, Anchor, Cancel, ClientHeader, Command, Deposit,
    Genesis, Idempotency, ListMarket, NewOrder, OpenAccount, Replace, Transfer, TransferBetween,
    Withdrawal,
};
use model::event::{Event, OrderInstructed};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, MarketId, OperatorId, OrderId, OwnerId, ProposalId,
    Reference,
};
use model::index::hash_words;
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, SelfTradeModes, Side,
    TimeInForce,
};
use model::proof::{Grant, Proof, Shown};
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;

use crate::parse::open_terms;

/// A seeded source of choices.
pub struct Chance {
    state: u64,
}

impl Chance {
    pub const fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.state = hash_words(self.state, &[end]);
        self.state % end
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub fn is_one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

/// How far a generated command goes beyond sense.
#[derive(Clone, Copy, PartialEq)]
pub enum Taste {
    /// Small numbers that meet each other: orders match, funds run out.
    Plausible,
    /// Any value the types hold.
    Absurd,
}

/// Returns a proof by the name of a withdrawal: most hold it, and a factor was shown for something else.
const fn proof_of(withdrawal: &Withdrawal) -> Option<Proof> {
    let destination = withdrawal.reference;
    match destination.0[31] % 8 {
        0 => None,
        1 => Some(Proof::Key { destination }),
        2 => Some(Proof::Factor {
            destination,
            shown: Shown {
                challenge: destination,
                until: Timestamp::MAX,
                request: destination,
                digest: destination,
            },
        }),
        _ => Some(Proof::Nowhere),
    }
}

pub struct Generator {
    pub chance: Chance,
    pub taste: Taste,
}

impl Generator {
    fn allowances(&mut self) -> Command {
        let number = self.chance.below(4) as u8;
        let verification = Verification::new(number).expect("one of four");
        match self.chance.below(4) {
            0 => Command::SetAllowances(Box::new(AllowanceTable {
                reference: self.asset(),
                allowances: core::array::from_fn(|number| Allowance {
                    may_trade: number != 0,
                    deposits: self.caps(),
                    withdrawals: self.caps(),
                }),
            })),
            1 => Command::SetMarketVerification {
                market: self.market(),
                verification,
            },
            _ => Command::SetVerification {
                owner: OwnerId(self.chance.below(3)),
                verification,
            },
        }
    }

    fn caps(&mut self) -> Caps {
        let mut cap = || {
            let units = self.chance.pick(&[0, 10, 1_000, -1]);
            Amount::new(units).filter(|_| self.chance.is_one_in(2))
        };
        Caps {
            day: cap(),
            month: cap(),
        }
    }

    /// Plausible most of the time, so that absurd commands meet an engine with something in it.
    pub fn command(&mut self) -> Command {
        self.taste = if self.chance.is_one_in(6) {
            Taste::Absurd
        } else {
            Taste::Plausible
        };
        match self
            .chance
            .below(if self.taste == Taste::Absurd { 30 } else { 200 })
        {
            0 => Command::Genesis(Genesis {
                cluster: 0,
                table_seed: 3,
                blinding_key: [0; 32],
            }),
            1 | 2 => Command::Tick,
            3 => Command::Upgrade {
                logic: self.chance.pick(&[0, 1, 2, u16::MAX]),
            },
            4 => Command::ListAsset {
                symbol: self.symbol(),
            },
            5 => Command::ListMarket(ListMarket {
                symbol: self.symbol(),
                base: self.asset(),
                quote: self.asset(),
                grid: self.grid(),
                terms: Box::new(self.terms()),
            }),
            6 => Command::ChangeMarket {
                market: self.market(),
                terms: Box::new(self.terms()),
                cause: Cause::Risk,
            },
            7 | 19 => Command::SetPhase {
                market: self.market(),
                phase: self.phase(),
                cause: Cause::Quarantine,
            },
            8 => Command::OpenAccount(OpenAccount {
                reference: self.reference(),
                owner: OwnerId(self.chance.below(3)),
                master: self.chance.is_one_in(2).then(|| self.account()),
            }),
            9 | 20 => Command::SetAccountState {
                account: self.account(),
                state: self.account_state(),
                cause: Cause::Operator,
            },
            10 => Command::SetFeeTier {
                account: self.account(),
                tier: FeeTier::new(self.chance.below(3) as u8).expect("a tier"),
            },
            11 => Command::CreateKey {
                key: self.key(),
                account: self.account(),
                scopes: Scopes::from_bits(self.chance.below(16) as u8).expect("scopes"),
                expires_at: self.chance.pick(&[Timestamp::MAX, Timestamp::ZERO]),
                grant: Some(Grant::Exchange),
            },
            12 if self.chance.is_one_in(100) => Command::RevokeKey { key: self.key() },
            12 if self.chance.is_one_in(20) => Command::SetKeyEnd {
                key: self.key(),
                expires_at: self
                    .chance
                    .pick(&[Timestamp::MAX, Timestamp::MAX, Timestamp::ZERO]),
            },
            12 => Command::HoldPayouts {
                owner: OwnerId(self.chance.below(3)),
                until: self.chance.pick(&[Timestamp::MAX, Timestamp::ZERO]),
            },
            28 => self.allowances(),
            13 => Command::SeeDeposit(self.deposit()),
            14 | 15 => Command::CreditDeposit(self.deposit()),
            16 => Command::DropDeposit {
                reference: self.reference(),
            },
            17 => Command::SettleWithdrawal {
                reference: self.reference(),
                destination: None,
            },
            18 => Command::CancelWithdrawal {
                reference: self.reference(),
            },
            21 | 22 => Command::StartDue {
                market: self.market(),
            },
            23 => self.set_order_limits(),
            24 | 25 => self.approved(),
            26 => Command::Anchor(Anchor {
                rows: self.chance.below(40),
                head: self.reference(),
            }),
            _ => self.client(),
        }
    }

    /// Few numbers and digests, so that they repeat.
    fn approved(&mut self) -> Command {
        let operator = |chance: &mut Chance| OperatorId(1 + chance.below(3) as u32);
        let approval = Approval {
            proposal: ProposalId(self.chance.below(60)),
            digest: Reference([self.chance.below(2) as u8; 32]),
            proposer: operator(&mut self.chance),
            approver: operator(&mut self.chance),
        };
        let others = [operator(&mut self.chance), operator(&mut self.chance)];
        let count = self.chance.below(4).saturating_sub(1) as usize;
        Command::Approved {
            approval,
            others: Others::new(&others[..count]).unwrap_or(Others::NONE),
            act: Box::new(self.act()),
        }
    }

    fn act(&mut self) -> Act {
        match self.chance.below(12) {
            0 => Act::SetAccountState {
                account: self.account(),
                state: self.account_state(),
            },
            1 => Act::SetFeeTier {
                account: self.account(),
                tier: FeeTier::new(self.chance.below(3) as u8).expect("a tier"),
            },
            2 => Act::ListAsset {
                symbol: self.symbol(),
            },
            3 => Act::ListMarket(ListMarket {
                symbol: self.symbol(),
                base: self.asset(),
                quote: self.asset(),
                grid: self.grid(),
                terms: Box::new(self.terms()),
            }),
            4 => Act::ChangeMarket {
                market: self.market(),
                terms: Box::new(self.terms()),
            },
            6 => Act::SetPayoutLimit {
                asset: self.asset(),
                cap: Some(self.amount()),
            },
            5 => Act::SetPhase {
                market: self.market(),
                phase: self.phase(),
            },
            7 => {
                let change = self.chance.below(PeopleChange::ALL.len() as u64) as usize;
                Act::ChangePeople(PeopleChange::ALL[change])
            }
            8 => Act::FailWithdrawal {
                reference: self.reference(),
            },
            9 => Act::ApproveWithdrawal {
                reference: self.reference(),
                destination: self.reference(),
            },
            _ => Act::Adjust(self.adjustment()),
        }
    }

    fn adjustment(&mut self) -> Adjustment {
        let amount = self.amount();
        Adjustment {
            account: self.account(),
            asset: self.asset(),
            amount: match self.chance.is_one_in(2) {
                true => amount.negated(),
                false => amount,
            },
            reason: self.reference(),
        }
    }

    fn client(&mut self) -> Command {
        let account = self.account();
        let header = self.header(account);
        let action = self.action();
        Command::Client { header, action }
    }

    /// Returns an amendment by the account of an order that one of these events put on the book or let wait, if one did.
    pub fn amendment(&mut self, events: &[Event]) -> Option<Command> {
        let rested = |event: &Event| match *event {
            Event::OrderRested {
                market,
                order,
                account,
                ..
            } => Some((market, order, account)),
            Event::OrderInstructed(OrderInstructed {
                market,
                order,
                account,
                ..
            }) => Some((market, order, account)),
            _ => None,
        };
        let rested: Vec<_> = events.iter().filter_map(rested).collect();
        if rested.is_empty() {
            return None;
        }
        let (market, order, account) = self.chance.pick(&rested);
        Some(Command::Client {
            header: self.header(account),
            action: self.amend_to(market, OrderRef::Id(order)),
        })
    }

    /// Other terms, more often of one kind each than of all.
    fn amend_to(&mut self, market: MarketId, order: OrderRef) -> Action {
        let limit = self.amend_limit(market, order);
        if self.chance.is_one_in(3) {
            return Action::AmendLimit(Box::new(limit));
        }
        let open = AmendOpen {
            limit,
            stop: self.chance.is_one_in(3).then(|| self.price()),
            delta: self.chance.is_one_in(4).then(|| self.delta()),
        };
        if self.chance.is_one_in(3) {
            return Action::AmendOpen(Box::new(open));
        }
        Action::AmendAny(Box::new(AmendAny {
            open,
            shown: self.chance.is_one_in(2).then(|| self.qty()),
        }))
    }

    fn amend_limit(&mut self, market: MarketId, order: OrderRef) -> AmendLimit {
        AmendLimit {
            market,
            order,
            price: self.chance.is_one_in(2).then(|| self.price()),
            qty: self.chance.is_one_in(2).then(|| self.qty()),
            client_id: self.chance.is_one_in(3).then(|| self.name()),
            executed: self.chance.is_one_in(4).then(|| self.qty()),
        }
    }

    fn header(&mut self, account: AccountId) -> ClientHeader {
        ClientHeader {
            account,
            key: match self.chance.is_one_in(30) {
                true => self.key(),
                false => KeyId(u64::from(account.0)),
            },
            valid_until: match self.chance.is_one_in(30) {
                true => Timestamp::from_nanos(i64::MIN),
                false => Timestamp::MAX,
            },
            idempotency: self.chance.is_one_in(8).then(|| Idempotency {
                key: self.name(),
                body: self.chance.below(2),
            }),
        }
    }

    fn action(&mut self) -> Action {
        match self.chance.below(32) {
            0 => Action::CancelAll {
                market: self.market(),
            },
            1..=3 => Action::Cancel(Cancel {
                market: self.market(),
                order: self.order_ref(),
                restriction: self.restriction(),
            }),
            4 => Action::Replace(Replace {
                cancel: self.order_ref(),
                restriction: self.restriction(),
                mode: self.replace_mode(),
                order: self.order(),
            }),
            5 => Action::Amend(Amend {
                market: self.market(),
                order: self.order_ref(),
                qty: self.qty(),
                client_id: self.chance.is_one_in(2).then(|| self.name()),
            }),
            22 => {
                let market = self.market();
                let order = self.order_ref();
                self.amend_to(market, order)
            }
            6 if self.chance.is_one_in(2) => self.owners_act(),
            6 => Action::Transfer(self.transfer()),
            7 => {
                let withdrawal = Withdrawal {
                    reference: self.reference(),
                    chain: ChainId(0),
                    asset: self.asset(),
                    amount: self.amount(),
                    fee: self.amount(),
                };
                Action::HoldWithdrawal {
                    withdrawal,
                    proof: proof_of(&withdrawal).map(Box::new),
                }
            }
            8..=13 => self.place_instructed(),
            14 => self.replace_instructed(),
            15..=18 => self.place_list(),
            19 => self.cancel_list(),
            20 if self.chance.is_one_in(2) => self.set_countdown(),
            21 if self.chance.is_one_in(4) => Action::FindOutcome { key: self.name() },
            _ => Action::Place(self.order()),
        }
    }

    fn transfer(&mut self) -> Transfer {
        Transfer {
            reference: self.reference(),
            from: self.wallet(),
            to_account: self.account(),
            to: self.wallet(),
            asset: self.asset(),
            amount: self.amount(),
        }
    }

    /// Mostly lets sub-accounts go on, or soon none could trade.
    fn owners_act(&mut self) -> Action {
        let account = self.account();
        match self.chance.below(8) {
            0 => Action::Freeze { account },
            1..=3 => Action::Unfreeze { account },
            4 => Action::Close,
            _ => Action::TransferBetween(Box::new(TransferBetween {
                payer: account,
                transfer: self.transfer(),
            })),
        }
    }

    pub fn order(&mut self) -> NewOrder {
        NewOrder {
            market: self.market(),
            side: self.chance.pick(&[Side::Buy, Side::Sell]),
            kind: self.kind(),
            client_id: self.name(),
            self_trade: match self.chance.is_one_in(3) {
                true => Some(self.chance.pick(&SelfTradeMode::ALL)),
                false => None,
            },
        }
    }

    pub fn kind(&mut self) -> OrderKind {
        let (price, qty) = (self.price(), self.qty());
        match self.chance.below(8) {
            0 => OrderKind::LimitMaker { price, qty },
            1 => OrderKind::Market { qty },
            2 => OrderKind::MarketQuote {
                quote: self.amount(),
            },
            _ => OrderKind::Limit {
                price,
                qty,
                time_in_force: self.chance.pick(&[
                    TimeInForce::GoodTillCancel,
                    TimeInForce::GoodTillCancel,
                    TimeInForce::GoodTillCancel,
                    TimeInForce::ImmediateOrCancel,
                    TimeInForce::FillOrKill,
                ]),
            },
        }
    }

    pub fn account(&mut self) -> AccountId {
        AccountId(match self.taste {
            Taste::Plausible => 1 + self.chance.below(5) as u32,
            Taste::Absurd => self.chance.pick(&[0, 1, 2, 6, 7, u32::MAX - 1, u32::MAX]),
        })
    }

    fn key(&mut self) -> KeyId {
        KeyId(self.chance.pick(&[0, 1, 2, 3, 4, 5, 6, 7, u64::MAX]))
    }

    pub fn market(&mut self) -> MarketId {
        MarketId(match self.taste {
            Taste::Plausible => self.chance.below(3) as u16,
            Taste::Absurd => self.chance.pick(&[0, 1, 2, 3, 4, u16::MAX]),
        })
    }

    fn asset(&mut self) -> AssetId {
        AssetId(match self.taste {
            Taste::Plausible => self.chance.below(2) as u16,
            Taste::Absurd => self.chance.pick(&[0, 1, 2, u16::MAX]),
        })
    }

    pub fn price(&mut self) -> Price {
        let ticks = match self.taste {
            Taste::Plausible => 95 + self.chance.below(11) as i64,
            Taste::Absurd => {
                self.chance
                    .pick(&[1, 2, 50, 100, 1000, 1 << 40, (1 << 50) - 1, 1 << 50])
            }
        };
        Price::new(ticks).expect("a price")
    }

    pub fn qty(&mut self) -> Qty {
        let lots = match self.taste {
            Taste::Plausible => 1 + self.chance.below(12) as i64,
            Taste::Absurd => self
                .chance
                .pick(&[0, 1, 2, 50, 1 << 20, (1 << 50) - 1, 1 << 50]),
        };
        Qty::new(lots).expect("a quantity")
    }

    fn amount(&mut self) -> Amount {
        let units = match self.taste {
            Taste::Plausible => self.chance.below(2_000) as i128,
            Taste::Absurd => {
                let max = Amount::MAX.units();
                self.chance
                    .pick(&[-max, -1, 0, 1, 1 << 40, 1 << 80, max / 2, max - 1, max])
            }
        };
        Amount::new(units).expect("an amount")
    }

    fn reference(&mut self) -> Reference {
        let mut bytes = [0; 32];
        bytes[30] = self.chance.below(4) as u8;
        bytes[31] = self.chance.below(60) as u8;
        Reference(bytes)
    }

    pub fn name(&mut self) -> ClientOrderId {
        let number = self.chance.below(300);
        let text = match number % 3 {
            0 => format!("n{number}"),
            1 => format!("name-{number}-of-more-than-nine"),
            _ => format!("{number:036}"),
        };
        ClientOrderId::parse(text.as_bytes()).expect("a client id")
    }

    fn symbol(&mut self) -> Symbol {
        let text = self
            .chance
            .pick(&["BTC", "USD", "ETH", "BTCUSD", "ETHUSD", "X1", "X2"]);
        Symbol::parse(text.as_bytes()).expect("a symbol")
    }

    fn deposit(&mut self) -> Deposit {
        Deposit {
            reference: self.reference(),
            chain: ChainId(self.chance.below(2) as u16),
            account: self.account(),
            asset: self.asset(),
            amount: self.amount(),
        }
    }

    pub fn order_ref(&mut self) -> OrderRef {
        let id = match self.taste {
            Taste::Plausible => self.chance.below(1_500),
            Taste::Absurd => self.chance.pick(&[0, 1, 2, u64::MAX - 1, u64::MAX]),
        };
        match self.chance.below(3) {
            0 => OrderRef::Id(OrderId(id)),
            1 => OrderRef::Both(OrderId(id), self.name()),
            _ => OrderRef::Client(self.name()),
        }
    }

    pub fn replace_mode(&mut self) -> ReplaceMode {
        self.chance
            .pick(&[ReplaceMode::StopOnFailure, ReplaceMode::AllowFailure])
    }

    pub fn restriction(&mut self) -> CancelRestriction {
        self.chance.pick(&[
            CancelRestriction::None,
            CancelRestriction::None,
            CancelRestriction::OnlyNew,
            CancelRestriction::OnlyPartiallyFilled,
        ])
    }

    fn wallet(&mut self) -> Wallet {
        self.chance.pick(&[Wallet::Spot, Wallet::Futures])
    }

    /// Mostly active, or soon nobody could trade.
    fn account_state(&mut self) -> AccountState {
        match self.chance.below(12) {
            0 => AccountState::CancelOnly,
            1 => AccountState::NoWithdraw,
            2 => AccountState::Frozen,
            _ => AccountState::Active,
        }
    }

    /// Mostly continuous, and hardly ever closed, which is for good.
    fn phase(&mut self) -> Phase {
        match self.chance.below(400) {
            0 => Phase::Closed,
            1..=20 => Phase::PostOnly,
            21..=40 => Phase::LimitOnly,
            41..=60 => Phase::CancelOnly,
            61..=80 => Phase::Halt,
            81..=100 => Phase::PreTrading,
            _ => Phase::Continuous,
        }
    }

    fn grid(&mut self) -> Grid {
        let units = [0, -1, 1, 100_000_000, 10_000, i64::MAX, i64::MIN];
        Grid {
            tick_units: self.chance.pick(&units),
            lot_units: self.chance.pick(&units),
        }
    }

    fn band(&mut self) -> Band {
        let mut ratio =
            |choices: &[u64]| RatioPpm::new(self.chance.pick(choices)).expect("a ratio");
        Band {
            up: ratio(&[1_000_000_000, 1_030_000, 1_000_000]),
            down: ratio(&[0, 970_000, 1_000_000]),
        }
    }

    /// Open terms with one or two of them changed, sometimes beyond what may be listed.
    fn terms(&mut self) -> Terms {
        let mut terms = open_terms();
        for _ in 0..2 {
            match self.chance.below(9) {
                0 => (terms.price_min, terms.price_max) = (self.price(), self.price()),
                1 => (terms.qty_min, terms.qty_max) = (self.qty(), self.qty()),
                2 => (terms.market_qty_min, terms.market_qty_max) = (self.qty(), self.qty()),
                3 => (terms.notional_min, terms.notional_max) = (self.amount(), self.amount()),
                4 => {
                    terms.bid_band = self.band();
                    terms.execution_band = self.band();
                }
                5 => terms.open_orders_max = self.chance.pick(&[0, 3, 200, u32::MAX]),
                6 => terms.position_max = self.amount(),
                7 => {
                    let rate = |ppb| RatePpb::new(ppb).expect("a rate");
                    terms.fees[0] = FeeRates {
                        maker: rate(
                            self.chance
                                .pick(&[-90_000_000, -1, 0, 1_000_000, -(1 << 31)]),
                        ),
                        taker: rate(self.chance.pick(&[100_000_000, 0, 1_000_000_000, 1 << 31])),
                    };
                    terms.fees[1] = terms.fees[0];
                    let taker = terms.fees[0].taker;
                    for tier in &mut terms.fees[2..] {
                        tier.taker = taker;
                    }
                }
                _ => {
                    let bits = self.chance.below(32) as u8;
                    terms.self_trade_allowed = SelfTradeModes::from_bits(bits).expect("modes");
                }
            }
        }
        terms
    }
}
