//! Random commands that meet each other: prices cross, client ids come again, funds run out.

use crate::chance::Chance;
use crate::exchange::{
    ACCOUNTS, ALICE, ALICES_SUB, ASSETS, Exchange, MARKETS, amount, paying_terms, price, qty,
};
use model::account::{AccountState, FeeTier, Scopes, Wallet};
use model::command::{
    Action, Amend, AmendLimit, Cancel, Command, NewOrder, Replace, Transfer, Withdrawal,
};
use model::event::Event;
use model::id::{AccountId, ChainId, KeyId, MarketId, OrderId, Reference};
use model::instrument::{Cause, Phase};
use model::order::{
    CancelRestriction, OrderKind, OrderRef, ReplaceMode, SelfTradeMode, Side, TimeInForce,
};
use model::text::ClientOrderId;
use model::time::{NANOS_PER_DAY, NANOS_PER_MILLI, NANOS_PER_SECOND};

/// How much time passes between commands.
#[derive(Clone, Copy, PartialEq)]
pub enum Pace {
    /// Seconds and minutes: a run lasts some hours.
    Busy,
    /// Now and then hours: a run lasts many days.
    Slow,
}

pub struct Traffic {
    pub chance: Chance,
    pace: Pace,
    seen_deposits: Vec<model::command::Deposit>,
    held_withdrawals: Vec<Reference>,
    keys: u64,
}

impl Traffic {
    pub fn new(seed: u64, pace: Pace) -> Traffic {
        Traffic {
            chance: Chance::new(seed),
            pace,
            seen_deposits: Vec::new(),
            held_withdrawals: Vec::new(),
            keys: 0,
        }
    }

    /// Lets some time pass and carries out a random command.
    pub fn step(&mut self, exchange: &mut Exchange) -> Vec<Event> {
        exchange.wait_nanos(self.pause_nanos());
        match self.chance.below(100) {
            0..80 => self.order_step(exchange),
            80..86 => exchange.command(Command::Tick),
            86..92 => self.money_step(exchange),
            _ => self.operator_step(exchange),
        }
    }

    fn pause_nanos(&mut self) -> i64 {
        let nanos = match self.chance.below(100) {
            0..40 => 0,
            40..80 => self.chance.between(1, 900) * NANOS_PER_MILLI + 7,
            80..97 => self.chance.between(1, 90) * NANOS_PER_SECOND,
            _ => self.chance.between(1, 20) * 60 * NANOS_PER_SECOND,
        };
        let is_long = self.pace == Pace::Slow && self.chance.is_one_in(60);
        nanos + i64::from(is_long) * (NANOS_PER_DAY / 3)
    }

    fn order_step(&mut self, exchange: &mut Exchange) -> Vec<Event> {
        let account = self.chance.pick(&ACCOUNTS);
        let market = self.chance.pick(&MARKETS);
        let action = match self.chance.below(20) {
            0..13 => Action::Place(self.new_order(market)),
            13..15 => Action::Cancel(Cancel {
                market,
                order: self.order_ref(exchange, account, market),
                restriction: self.restriction(),
            }),
            15 => Action::AmendLimit(Box::new(AmendLimit {
                market,
                order: self.order_ref(exchange, account, market),
                price: (!self.chance.is_one_in(4)).then(|| price(self.chance.between(92, 108))),
                qty: self
                    .chance
                    .is_one_in(2)
                    .then(|| qty(self.chance.between(1, 12))),
                client_id: self.chance.is_one_in(3).then(|| self.client_id()),
                executed: None,
            })),
            16 => Action::Amend(Amend {
                market,
                order: self.order_ref(exchange, account, market),
                qty: qty(self.chance.between(1, 12)),
                client_id: self.chance.is_one_in(2).then(|| self.client_id()),
            }),
            17..19 => Action::Replace(Replace {
                cancel: self.order_ref(exchange, account, market),
                restriction: self.restriction(),
                mode: self
                    .chance
                    .pick(&[ReplaceMode::StopOnFailure, ReplaceMode::AllowFailure]),
                order: self.new_order(market),
            }),
            _ if self.chance.is_one_in(4) => Action::CancelAll { market },
            _ => Action::Place(self.new_order(market)),
        };
        exchange.ask(account, action)
    }

    fn new_order(&mut self, market: MarketId) -> NewOrder {
        let side = self.chance.pick(&[Side::Buy, Side::Sell]);
        NewOrder {
            market,
            side,
            kind: self.kind(side),
            client_id: self.client_id(),
            self_trade: self
                .chance
                .is_one_in(2)
                .then(|| self.chance.pick(&SelfTradeMode::ALL)),
        }
    }

    fn kind(&mut self, side: Side) -> OrderKind {
        let lots = qty(self.chance.between(1, 15));
        // Bids mostly below 100 and asks mostly above, so that a book builds up.
        let away = self.chance.between(-4, 12);
        let ticks = price(match side {
            Side::Buy => 100 - away,
            Side::Sell => 100 + away,
        });
        match self.chance.below(12) {
            0..7 => OrderKind::Limit {
                price: ticks,
                qty: lots,
                time_in_force: TimeInForce::GoodTillCancel,
            },
            7 => OrderKind::Limit {
                price: ticks,
                qty: lots,
                time_in_force: self
                    .chance
                    .pick(&[TimeInForce::ImmediateOrCancel, TimeInForce::FillOrKill]),
            },
            8 => OrderKind::LimitMaker {
                price: ticks,
                qty: lots,
            },
            9 => OrderKind::MarketQuote {
                quote: amount(i128::from(self.chance.between(1, 20)) * 734_567),
            },
            _ => OrderKind::Market { qty: lots },
        }
    }

    fn client_id(&mut self) -> ClientOrderId {
        ClientOrderId::from_number(self.chance.below(25))
    }

    fn restriction(&mut self) -> CancelRestriction {
        self.chance.pick(&[
            CancelRestriction::None,
            CancelRestriction::None,
            CancelRestriction::OnlyNew,
            CancelRestriction::OnlyPartiallyFilled,
        ])
    }

    /// Names an open order of the account most of the time.
    fn order_ref(&mut self, exchange: &Exchange, account: AccountId, market: MarketId) -> OrderRef {
        let open = exchange.views.open_orders_in(account, market);
        if open.is_empty() || self.chance.is_one_in(8) {
            return OrderRef::Id(OrderId(self.chance.below(50)));
        }
        let order = open[self.chance.below(open.len() as u64) as usize];
        if self.chance.is_one_in(2) {
            OrderRef::Id(order.order)
        } else {
            OrderRef::Client(order.client_id)
        }
    }

    fn money_step(&mut self, exchange: &mut Exchange) -> Vec<Event> {
        let account = self.chance.pick(&ACCOUNTS);
        let asset = self.chance.pick(&ASSETS);
        let units = i128::from(self.chance.between(1, 1_000_000_000));
        match self.chance.below(8) {
            0 => {
                let deposit = exchange.deposit(account, asset, units);
                self.seen_deposits.push(deposit);
                exchange.command(Command::SeeDeposit(deposit))
            }
            1 => {
                let deposit = exchange.deposit(account, asset, units);
                exchange.command(Command::CreditDeposit(deposit))
            }
            2 => match self.seen_deposits.pop() {
                Some(deposit) if self.chance.is_one_in(2) => {
                    exchange.command(Command::CreditDeposit(deposit))
                }
                Some(deposit) => exchange.command(Command::DropDeposit {
                    reference: deposit.reference,
                }),
                None => exchange.command(Command::Tick),
            },
            3 | 4 => {
                let withdrawal = Withdrawal {
                    reference: exchange.reference(),
                    chain: ChainId(0),
                    asset,
                    amount: amount(units),
                    fee: amount(i128::from(self.chance.between(0, 1000))),
                };
                self.held_withdrawals.push(withdrawal.reference);
                exchange.ask(
                    account,
                    Action::HoldWithdrawal {
                        withdrawal,
                        proof: None,
                    },
                )
            }
            5 => self.end_withdrawal(exchange),
            _ => {
                let transfer = Transfer {
                    reference: exchange.reference(),
                    from: self.chance.pick(&[Wallet::Spot, Wallet::Futures]),
                    to_account: self.chance.pick(&[account, ALICE, ALICES_SUB]),
                    to: self.chance.pick(&[Wallet::Spot, Wallet::Futures]),
                    asset,
                    amount: amount(units),
                };
                exchange.ask(account, Action::Transfer(transfer))
            }
        }
    }

    fn end_withdrawal(&mut self, exchange: &mut Exchange) -> Vec<Event> {
        let Some(reference) = self.held_withdrawals.pop() else {
            return exchange.command(Command::Tick);
        };
        exchange.command(if self.chance.is_one_in(2) {
            Command::SettleWithdrawal {
                reference,
                destination: None,
            }
        } else {
            Command::CancelWithdrawal { reference }
        })
    }

    fn operator_step(&mut self, exchange: &mut Exchange) -> Vec<Event> {
        let account = self.chance.pick(&ACCOUNTS);
        let market = self.chance.pick(&MARKETS);
        let cause = self.chance.pick(&[Cause::Operator, Cause::Risk]);
        let command = match self.chance.below(10) {
            0..4 => Command::SetFeeTier {
                account,
                tier: FeeTier::new(self.chance.below(3) as u8).expect("a tier"),
            },
            4 => Command::SetAccountState {
                account,
                state: self.chance.pick(&[
                    AccountState::Active,
                    AccountState::Active,
                    AccountState::NoWithdraw,
                    AccountState::CancelOnly,
                ]),
                cause,
            },
            5 => Command::SetPhase {
                market,
                phase: self.chance.pick(&[
                    Phase::Continuous,
                    Phase::Continuous,
                    Phase::PostOnly,
                    Phase::LimitOnly,
                    Phase::Halt,
                ]),
                cause,
            },
            6 => {
                self.keys += 1;
                Command::CreateKey {
                    key: KeyId(self.keys),
                    account,
                    scopes: Scopes::READ,
                    expires_at: exchange.at.plus_nanos(NANOS_PER_DAY),
                    grant: None,
                }
            }
            7 if self.chance.below(2) == 0 => Command::SetKeyEnd {
                key: KeyId(self.chance.below(self.keys + 1)),
                expires_at: exchange.at.plus_nanos(2 * NANOS_PER_DAY),
            },
            7 => Command::RevokeKey {
                key: KeyId(self.chance.below(self.keys + 1)),
            },
            8 => {
                let mut terms = paying_terms();
                terms.price_max = price(self.chance.pick(&[1_000_000, 109]));
                Command::ChangeMarket {
                    market,
                    terms: Box::new(terms),
                    cause,
                }
            }
            _ => {
                // Whatever stopped the traffic is lifted again.
                for account in ACCOUNTS {
                    exchange.command(Command::SetAccountState {
                        account,
                        state: AccountState::Active,
                        cause,
                    });
                }
                Command::SetPhase {
                    market,
                    phase: Phase::Continuous,
                    cause,
                }
            }
        };
        exchange.command(command)
    }
}
