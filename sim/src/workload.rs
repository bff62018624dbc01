//! Commands by chance: most of them sensible, some on every edge, some absurd.
//!
//! Few accounts, few prices and few client ids, so that orders meet, groups meet themselves, names collide and
//! references repeat all the time. The naive exchange says what is open, where the market stands and what is due.

mod amending;
mod conditional;
mod owners;
mod proofs;

use crate::naive::Naive;
use crate::random::Random;
use core::num::NonZeroU32;
use model::account::{AccountState, FEE_TIERS, FeeTier, Scopes, Wallet};
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::approved::{Act, Adjustment, Approval, Others};
use model::command::{
    Action, Anchor, Cancel, ClientHeader, Command, Deposit, Genesis, Idempotency, InstructedOrder,
    InstructedReplace, ListMarket, NewOrder, OpenAccount, Replace, SetCountdown, Transfer,
};
use model::id::{
    AccountId, AssetId, ChainId, KeyId, MarketId, OperatorId, OrderId, OwnerId, ProposalId,
    Reference,
};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, SelfTradeModes, Side,
    TimeInForce,
};
use model::proof::Grant;
use model::text::{ClientOrderId, Symbol};
use model::time::{NANOS_PER_SECOND, Timestamp};

const ACCOUNTS: u32 = 6;
const MARKETS: u16 = 2;
const ASSETS: u16 = 3;
const MID_TICKS: i64 = 1_000;

/// Makes the commands of one seed.
#[derive(Debug)]
pub struct Workload {
    random: Random,
    /// Apart, so that a seed asks for the same orders whatever it says they are part of.
    strategies: Random,
    /// Apart, so that a seed asks for the same orders whatever owners do in between.
    owners: Random,
    /// What comes before anything else, last first.
    prepared: Vec<Command>,
    /// Accounts that may not do everything, so that they do not stay so for long.
    restricted: Vec<AccountId>,
    cluster: u128,
}

impl Workload {
    pub fn new(seed: u64, cluster: u128) -> Workload {
        let mut workload = Workload {
            random: Random::new(seed),
            strategies: Random::new(!seed),
            owners: Random::new(seed.rotate_left(32)),
            prepared: Vec::new(),
            restricted: Vec::new(),
            cluster,
        };
        workload.prepared = workload.first_commands();
        workload.prepared.reverse();
        workload
    }

    /// Returns the next command at about `now`, of an exchange that stood so a moment ago.
    pub fn next(&mut self, now: Timestamp, naive: &Naive) -> Command {
        if let Some(command) = self.prepared.pop() {
            return command;
        }
        if let Some(start) = self.start_of_due(naive) {
            return start;
        }
        if let Some(mending) = self.mending(naive) {
            return mending;
        }
        if self.owners.one_in(80) {
            return self.owners_act();
        }
        match self.random.below(200) {
            0..=1 => self.burst(naive),
            2..=177 => self.client(now, naive),
            178..=181 => Command::Tick,
            182..=187 => self.money(),
            188..=189 => self.account(),
            190 => self.allowances(),
            191..=192 => self.listing(),
            193 => self.approved(),
            194..=195 => self.limits_of_orders(),
            196..=197 => Command::SetPhase {
                market: self.market(),
                phase: self.phase(),
                cause: Cause::Operator,
            },
            198 => Command::StartDue {
                market: self.market(),
            },
            _ => self.odd(now),
        }
    }

    /// Now and then, an account or a market is as free again as it was.
    fn mending(&mut self, naive: &Naive) -> Option<Command> {
        if !self.random.one_in(25) {
            return None;
        }
        if let Some(account) = self.restricted.pop() {
            return Some(Command::SetAccountState {
                account,
                state: AccountState::Active,
                cause: Cause::Operator,
            });
        }
        let is_shut = |market: &&crate::naive::Market| {
            !matches!(market.phase, Phase::Continuous | Phase::Closed)
        };
        let market = naive.markets.iter().find(is_shut)?;
        Some(Command::SetPhase {
            market: market.instrument.id,
            phase: Phase::Continuous,
            cause: Cause::Operator,
        })
    }

    fn first_commands(&mut self) -> Vec<Command> {
        let genesis = Genesis {
            cluster: self.cluster,
            table_seed: self.random.bits(),
            blinding_key: [7; 32],
        };
        let mut commands = vec![Command::Genesis(genesis)];
        for name in ["BTC", "ETH", "USDT"] {
            commands.push(Command::ListAsset {
                symbol: symbol(name),
            });
        }
        for (name, base) in [("BTCUSDT", 0), ("ETHUSDT", 1)] {
            let terms = self.legal_terms();
            commands.push(list(name, AssetId(base), terms));
        }
        for market in 0..MARKETS {
            let phase = Phase::Continuous;
            commands.push(Command::SetPhase {
                market: MarketId(market),
                phase,
                cause: Cause::Operator,
            });
        }
        for account in 1..=ACCOUNTS {
            commands.extend(self.newcomer(account));
        }
        commands.extend(owners::quiet_accounts());
        commands
    }

    fn newcomer(&mut self, account: u32) -> Vec<Command> {
        // Accounts 5 and 6 are sub-accounts of account 1.
        let master = (5 <= account).then_some(AccountId(1));
        let owner = OwnerId(if master.is_some() {
            1
        } else {
            u64::from(account)
        });
        let id = AccountId(account);
        let mut commands = vec![Command::OpenAccount(OpenAccount {
            reference: name(0, u64::from(account)),
            owner,
            master,
        })];
        let key = KeyId(u64::from(account));
        commands.push(Command::CreateKey {
            key,
            account: id,
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            // Two of six pay by their keys alone.
            grant: account.is_multiple_of(3).then_some(Grant::Exchange),
        });
        if account == 2 {
            commands.push(Command::SetFeeTier {
                account: id,
                tier: tier(1),
            });
        }
        for asset in 0..ASSETS {
            let reference = name(1, u64::from(account) * 10 + u64::from(asset));
            // Quote goes fast: a lot costs ten times what it is in base.
            let wholes = if asset == 2 { 40 } else { 10 };
            let amount = units(i128::from(self.random.between(1, 50) * wholes) * 100_000_000);
            let asset = AssetId(asset);
            commands.push(Command::CreditDeposit(Deposit {
                reference,
                chain: ChainId(0),
                account: id,
                asset,
                amount,
            }));
        }
        commands
    }

    fn client(&mut self, now: Timestamp, naive: &Naive) -> Command {
        let account = self.account_id();
        let key = if self.random.one_in(60) {
            KeyId(self.random.below(9))
        } else {
            KeyId(u64::from(account.0))
        };
        let late = now.plus_nanos(-1);
        let valid_until = if self.random.one_in(80) {
            late
        } else {
            Timestamp::MAX
        };
        let idempotency = self.random.one_in(12).then(|| Idempotency {
            key: client_id(self.random.below(12)),
            body: self.random.below(2),
        });
        Command::Client {
            header: ClientHeader {
                account,
                key,
                valid_until,
                idempotency,
            },
            action: self.action(naive, account, now),
        }
    }

    fn action(&mut self, naive: &Naive, account: AccountId, now: Timestamp) -> Action {
        match self.random.below(103) {
            0..=42 => {
                let order = self.order();
                self.place(order)
            }
            43..=54 => Action::PlaceInstructed(Box::new(self.instructed_order(naive))),
            55..=62 => Action::PlaceList(Box::new(self.list(naive))),
            63..=73 => Action::Cancel(self.cancel(naive, account)),
            74 => Action::CancelAll {
                market: self.market(),
            },
            75..=80 => {
                let order = self.order();
                let replace = self.replace(naive, account, order);
                self.replace_by(replace)
            }
            81..=84 => {
                let InstructedOrder {
                    order,
                    instructions,
                } = self.instructed_order(naive);
                let replace = self.replace(naive, account, order);
                Action::ReplaceInstructed(Box::new(InstructedReplace {
                    replace,
                    instructions,
                }))
            }
            85..=87 => Action::Amend(self.amend(naive, account)),
            88 => Action::AmendLimit(Box::new(self.amend_limit(naive, account))),
            89..=91 => self.amend_any(naive, account),
            92..=93 => Action::CancelList(self.cancel_list(naive, account)),
            94..=96 => Action::Transfer(self.transfer()),
            97 => Action::FindOutcome {
                key: client_id(self.random.below(12)),
            },
            98..=99 => Action::SetCountdown(SetCountdown {
                market: self.market(),
                // Ticks come every second or so; the countdown often runs out before the next one ends it.
                millis: NonZeroU32::new(self.random.below(3) as u32 * 1_000),
            }),
            _ => self.hold(account, now),
        }
    }

    fn replace(&mut self, naive: &Naive, account: AccountId, order: NewOrder) -> Replace {
        Replace {
            cancel: self.order_ref(naive, order.market, account),
            restriction: self.restriction(),
            mode: self
                .random
                .pick(&[ReplaceMode::StopOnFailure, ReplaceMode::AllowFailure]),
            order,
        }
    }

    fn order(&mut self) -> NewOrder {
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let self_trade = self
            .random
            .one_in(2)
            .then(|| self.random.pick(&SelfTradeMode::ALL));
        NewOrder {
            market: self.market(),
            side,
            kind: self.kind(side),
            client_id: self.client_id(),
            self_trade,
        }
    }

    fn kind(&mut self, side: Side) -> OrderKind {
        let (price, qty) = (self.price(side), self.qty());
        match self.random.below(20) {
            0..=11 => OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::GoodTillCancel,
            },
            12..=13 => OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::ImmediateOrCancel,
            },
            14 => OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::FillOrKill,
            },
            15..=16 => OrderKind::LimitMaker { price, qty },
            17 => OrderKind::Market { qty },
            _ => OrderKind::MarketQuote {
                quote: self.quote(),
            },
        }
    }

    fn price(&mut self, side: Side) -> Price {
        let apart = match self.random.below(40) {
            0 => self.random.between(200, 900),
            1..=10 => -self.random.between(0, 4),
            _ => self.random.between(0, 6),
        };
        ticks(if side == Side::Buy {
            MID_TICKS - apart
        } else {
            MID_TICKS + apart
        })
    }

    fn qty(&mut self) -> Qty {
        let lots = match self.random.below(40) {
            0 => 0,
            1 => 1_000_000,
            2..=5 => self.random.between(50, 400),
            _ => self.random.between(1, 30),
        };
        qty(lots)
    }

    fn quote(&mut self) -> Amount {
        units(match self.random.below(20) {
            0 => 0,
            1 => -5,
            2 => 1 << 60,
            _ => i128::from(self.random.between(1, 400)) * 1_000_000,
        })
    }

    fn cancel(&mut self, naive: &Naive, account: AccountId) -> Cancel {
        let market = self.market();
        Cancel {
            market,
            order: self.order_ref(naive, market, account),
            restriction: self.restriction(),
        }
    }

    fn restriction(&mut self) -> CancelRestriction {
        let rare = [
            CancelRestriction::OnlyNew,
            CancelRestriction::OnlyPartiallyFilled,
        ];
        if self.random.one_in(5) {
            self.random.pick(&rare)
        } else {
            CancelRestriction::None
        }
    }

    /// An open order of the account half the time.
    fn order_ref(&mut self, naive: &Naive, market: MarketId, account: AccountId) -> OrderRef {
        let open = open_orders(naive, market, account);
        if !open.is_empty() && self.random.one_in(2) {
            let (id, client_id) = self.random.pick(&open);
            return self.random.pick(&[
                OrderRef::Id(id),
                OrderRef::Client(client_id),
                OrderRef::Both(id, client_id),
            ]);
        }
        let id = OrderId(self.random.below(600));
        match self.random.below(10) {
            0..=5 => OrderRef::Client(self.client_id()),
            6..=8 => OrderRef::Id(id),
            _ => OrderRef::Both(id, self.client_id()),
        }
    }

    fn transfer(&mut self) -> Transfer {
        let wallet = [Wallet::Spot, Wallet::Spot, Wallet::Futures];
        Transfer {
            reference: name(2, self.random.below(40)),
            from: self.random.pick(&wallet),
            to_account: self.account_id(),
            to: self.random.pick(&wallet),
            asset: self.asset(),
            amount: units(i128::from(self.random.between(-1, 300)) * 1_000_000),
        }
    }

    fn money(&mut self) -> Command {
        let reference = name(1, 100 + self.random.below(30));
        let deposit = Deposit {
            reference,
            chain: ChainId(0),
            account: self.account_id(),
            asset: self.asset(),
            amount: units(i128::from(self.random.between(0, 3)) * 1_000_000_000),
        };
        match self.random.below(6) {
            0 | 1 => Command::CreditDeposit(deposit),
            2 => Command::SeeDeposit(deposit),
            3 => Command::DropDeposit { reference },
            4 => self.settle(),
            _ => Command::CancelWithdrawal {
                reference: self.withdrawal_name(),
            },
        }
    }

    fn account(&mut self) -> Command {
        let account = self.account_id();
        let states = [
            AccountState::Active,
            AccountState::Active,
            AccountState::CancelOnly,
            AccountState::NoWithdraw,
            AccountState::Frozen,
        ];
        match self.random.below(4) {
            0 | 1 => {
                self.restricted.push(account);
                Command::SetAccountState {
                    account,
                    state: self.random.pick(&states),
                    cause: Cause::Operator,
                }
            }
            2 => Command::SetFeeTier {
                account,
                tier: tier(self.random.below(3) as u8),
            },
            _ => Command::OpenAccount(OpenAccount {
                reference: name(0, self.random.below(9)),
                owner: OwnerId(self.random.below(4)),
                master: self.random.one_in(2).then_some(account),
            }),
        }
    }

    fn listing(&mut self) -> Command {
        let terms = self.terms();
        match self.random.below(5) {
            0 => Command::ListAsset {
                symbol: symbol(self.random.pick(&["BTC", "LTC", "DOGE"])),
            },
            1 => list(
                self.random.pick(&["BTCUSDT", "LTCUSDT"]),
                self.asset(),
                terms,
            ),
            _ => Command::ChangeMarket {
                market: self.market(),
                terms: Box::new(terms),
                cause: Cause::Risk,
            },
        }
    }

    /// Few numbers and digests, so that they repeat.
    fn approved(&mut self) -> Command {
        let approval = Approval {
            proposal: ProposalId(self.random.below(40)),
            digest: name(9, self.random.below(2)),
            proposer: OperatorId(1 + self.random.below(2) as u32),
            approver: OperatorId(2 + self.random.below(2) as u32),
        };
        let act = match self.random.below(12) {
            0 => Act::SetFeeTier {
                account: self.account_id(),
                tier: tier(self.random.below(3) as u8),
            },
            1 => {
                let account = self.account_id();
                self.restricted.push(account);
                let state = self
                    .random
                    .pick(&[AccountState::Frozen, AccountState::Active]);
                Act::SetAccountState { account, state }
            }
            2 => Act::ChangeMarket {
                market: self.market(),
                terms: Box::new(self.terms()),
            },
            3 => Act::SetPhase {
                market: self.market(),
                phase: self.phase(),
            },
            4 => self.payout_limit(),
            5 => self.decided_elsewhere(),
            _ => Act::Adjust(Adjustment {
                account: self.account_id(),
                asset: self.asset(),
                amount: units(i128::from(self.random.between(-30, 20)) * 10_000_000),
                reason: name(10, self.random.below(9)),
            }),
        };
        Command::Approved {
            approval,
            others: self.others(),
            act: Box::new(act),
        }
    }

    /// Mostly nobody; of the others some are the proposer or the one who was last.
    fn others(&mut self) -> Others {
        let first = OperatorId(1 + self.random.below(9) as u32);
        let both = [first, OperatorId(first.0 + 1)];
        let count = self.random.below(6).saturating_sub(3) as usize;
        Others::new(&both[..count]).expect("two are few, and not the same")
    }

    fn odd(&mut self, now: Timestamp) -> Command {
        match self.random.below(9) {
            7 => self.granted_key(now),
            6 => Command::SetKeyEnd {
                key: KeyId(self.random.below(12)),
                expires_at: Timestamp::from_nanos(
                    now.nanos() + self.random.between(-5, 300) * NANOS_PER_SECOND,
                ),
            },
            4 => Command::Anchor(Anchor {
                rows: self.random.below(200),
                head: name(11, self.random.below(2)),
            }),
            0 => Command::Upgrade {
                logic: self.random.below(4) as u16,
            },
            1 => Command::Genesis(Genesis {
                cluster: 0,
                table_seed: 0,
                blinding_key: [0; 32],
            }),
            2 => Command::RevokeKey {
                key: KeyId(6 + self.random.below(4)),
            },
            // Some end while the run goes on, so that payouts are refused and made again.
            3 | 5 => Command::HoldPayouts {
                owner: OwnerId(self.random.below(4)),
                until: Timestamp::from_nanos(
                    now.nanos() + self.random.between(-1, 300) * NANOS_PER_SECOND,
                ),
            },
            _ => Command::CreateKey {
                key: KeyId(self.random.below(12)),
                account: self.account_id(),
                scopes: Scopes::TRADE,
                expires_at: Timestamp::from_nanos(self.random.between(0, 5) * NANOS_PER_SECOND),
                grant: None,
            },
        }
    }

    /// Caps that some withdrawals fit and others do not; owners are seldom kept from trading, and not for long.
    fn allowances(&mut self) -> Command {
        let verification = |number: u64| Verification::new(number as u8).expect("one of four");
        match self.random.below(8) {
            0 => Command::SetMarketVerification {
                market: MarketId(self.random.below(4) as u16),
                verification: verification(self.random.below(3).saturating_sub(1)),
            },
            1 | 2 => {
                let reference = AssetId(if self.random.one_in(3) { 0 } else { 2 });
                let allowances = core::array::from_fn(|number| Allowance {
                    may_trade: number != 0,
                    deposits: self.caps(),
                    withdrawals: self.caps(),
                });
                Command::SetAllowances(Box::new(AllowanceTable {
                    reference,
                    allowances,
                }))
            }
            _ => Command::SetVerification {
                owner: OwnerId(self.random.below(5)),
                verification: verification(match self.random.below(12) {
                    0 => 0,
                    other => 1 + other % 3,
                }),
            },
        }
    }

    fn caps(&mut self) -> Caps {
        let mut cap = |most: i64| {
            let wholes = self.random.between(-1, most);
            (0 < wholes || self.random.one_in(30)).then(|| units(i128::from(wholes) * 100_000_000))
        };
        Caps {
            day: cap(4),
            month: cap(6),
        }
    }

    /// Legal terms nine times in ten.
    fn terms(&mut self) -> Terms {
        let mut terms = self.legal_terms();
        if self.random.one_in(10) {
            terms.qty_min = qty(self.random.between(0, 2));
            terms.ask_band.up = ratio(900_000);
        }
        terms
    }

    fn legal_terms(&mut self) -> Terms {
        let band = |up: u64, down: u64| Band {
            up: ratio(up),
            down: ratio(down),
        };
        let rates = |maker, taker| FeeRates {
            maker: rate(maker),
            taker: rate(taker),
        };
        let mut fees = [rates(1_000_000, 2_000_000); FEE_TIERS];
        fees[1] = rates(-150_000, 400_000);
        fees[2] = rates(0, 400_000);
        Terms {
            price_min: ticks(self.random.between(1, 20)),
            price_max: ticks(if self.random.one_in(20) {
                self.random.between(900, 1_010)
            } else {
                self.random.between(1_010, 5_000)
            }),
            qty_min: qty(self.random.between(1, 2)),
            qty_max: qty(self.random.between(100, 2_000)),
            market_qty_min: qty(1),
            market_qty_max: qty(self.random.between(100, 2_000)),
            notional_min: units(i128::from(self.random.between(0, 3_000_000))),
            notional_max: units(1 << 50),
            bid_band: band(1_500_000, 300_000),
            ask_band: band(1_500_000, 300_000),
            execution_band: band(1_004_000, 996_000),
            open_orders_max: if self.random.one_in(3) {
                self.random.between(4, 25) as u32
            } else {
                self.random.between(40, 90) as u32
            },
            position_max: if self.random.one_in(4) {
                units(70_000_000_000)
            } else {
                Amount::MAX
            },
            fees,
            self_trade_default: self.random.pick(&SelfTradeMode::ALL),
            self_trade_allowed: SelfTradeModes::ALL,
        }
    }

    fn phase(&mut self) -> Phase {
        const OPEN: Phase = Phase::Continuous;
        let phases = [
            OPEN,
            OPEN,
            OPEN,
            OPEN,
            Phase::PostOnly,
            Phase::LimitOnly,
            Phase::CancelOnly,
            Phase::Halt,
            Phase::PreTrading,
        ];
        if self.random.one_in(120) {
            Phase::Closed
        } else {
            self.random.pick(&phases)
        }
    }

    fn market(&mut self) -> MarketId {
        MarketId(if self.random.one_in(100) {
            9
        } else {
            self.random.below(u64::from(MARKETS)) as u16
        })
    }

    fn asset(&mut self) -> AssetId {
        AssetId(if self.random.one_in(60) {
            9
        } else {
            self.random.below(u64::from(ASSETS)) as u16
        })
    }

    fn account_id(&mut self) -> AccountId {
        AccountId(if self.random.one_in(100) {
            0
        } else {
            1 + self.random.below(u64::from(ACCOUNTS)) as u32
        })
    }

    fn client_id(&mut self) -> ClientOrderId {
        client_id(self.random.below(90))
    }
}

/// Returns the open orders of an account in a market.
fn open_orders(
    naive: &Naive,
    market: MarketId,
    account: AccountId,
) -> Vec<(OrderId, ClientOrderId)> {
    let Some(market) = naive.markets.get(usize::from(market.0)) else {
        return Vec::new();
    };
    let resting = market.orders.iter().filter(|row| row.account == account);
    let resting = resting.map(|row| (OrderId(row.id), row.client_id));
    let parked = market.parked.iter();
    let parked = parked.filter(|row| row.order.account == account);
    let parked = parked.map(|row| (OrderId(row.id), row.order.client_id));
    resting.chain(parked).collect()
}

fn list(name: &str, base: AssetId, terms: Terms) -> Command {
    let grid = Grid {
        tick_units: 1_000_000,
        lot_units: 10_000_000,
    };
    Command::ListMarket(ListMarket {
        symbol: symbol(name),
        base,
        quote: AssetId(2),
        grid,
        terms: Box::new(terms),
    })
}

fn client_id(number: u64) -> ClientOrderId {
    ClientOrderId::from_number(number)
}

/// Returns the reference of the `number`th thing of a kind.
fn name(kind: u8, number: u64) -> Reference {
    let mut bytes = [kind; 32];
    bytes[24..].copy_from_slice(&number.to_le_bytes());
    Reference(bytes)
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("upper-case letters")
}

fn ticks(price: i64) -> Price {
    Price::new(price).expect("small and positive")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("small and not negative")
}

fn units(units: i128) -> Amount {
    Amount::new(units).expect("below the bound")
}

fn rate(ppb: i64) -> RatePpb {
    RatePpb::new(ppb).expect("below the bound")
}

fn ratio(ppm: u64) -> RatioPpm {
    RatioPpm::new(ppm).expect("below the bound")
}

fn tier(row: u8) -> FeeTier {
    FeeTier::new(row).expect("below the number of tiers")
}
