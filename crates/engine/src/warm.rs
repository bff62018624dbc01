//! Asking ahead, over a batch, for what its commands touch, where they would miss one thing after the other.
//!
//! A batch is gone through once for each link of the chain from the account to the neighbours of its order: what a
//! stage reads, the stage before has asked for, for many commands at once. Nothing depends on what they find.

use model::account::Wallet;
use model::command::{Action, Command, NewOrder, Replace, Sequenced};
use model::id::AccountId;
use model::number::Price;
use model::order::{OrderRef, Side};

use crate::account::Hints;
use crate::engine::Engine;
use crate::market::{Market, slot_of};
use crate::seat::NONE;

/// The most commands whose memory is asked for together.
const COMMANDS_MAX: usize = 64;

/// What a command will touch, as far as it is known by now.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    market: &'a Market,
    account: AccountId,
    hints: Hints,
    /// Where the account's seat in the market most likely is, or `NO_SEAT`.
    seat: u32,
    /// The order it ends or changes, and the order it places.
    named: Option<&'a OrderRef>,
    placed: Option<&'a NewOrder>,
    /// The slot of the order it names, and of the first maker it would meet; or `NONE`.
    slot: u32,
    maker: u32,
}

/// An account that has no order in the market yet.
const NO_SEAT: u32 = u32::MAX;

/// State below these counts stays near by itself.
const NEAR_MARKETS_MAX: usize = 4;
const NEAR_ACCOUNTS_MAX: usize = 4096;
const NEAR_ORDERS_MAX: usize = 8192;

impl Engine {
    /// Asks for what these commands will touch, so that it is near when they are applied. Changes nothing.
    ///
    /// **Shape** best called with some tens of commands, just before they are applied.
    pub fn warm(&self, batch: &[Sequenced]) {
        // The states of tests are small, and none of them may come to grief here.
        if self.is_near() && !cfg!(debug_assertions) {
            return;
        }
        for commands in batch.chunks(COMMANDS_MAX) {
            self.warm_together(commands);
        }
    }

    /// Returns whether all that commands can touch fits into a core's own cache.
    fn is_near(&self) -> bool {
        let orders = || self.markets.iter().map(|market| market.book.len());
        self.markets.len() <= NEAR_MARKETS_MAX
            && self.accounts.len() <= NEAR_ACCOUNTS_MAX
            && orders().sum::<usize>() <= NEAR_ORDERS_MAX
    }

    fn warm_together(&self, commands: &[Sequenced]) {
        // Another thread has written them, so that they are far away.
        commands.iter().for_each(warm::whole);
        commands
            .iter()
            .for_each(|sequenced| self.warm_account(sequenced));
        let mut wanted = [const { None }; COMMANDS_MAX];
        for (wanted, sequenced) in wanted.iter_mut().zip(commands) {
            *wanted = self.wanted(&sequenced.command);
        }
        for wanted in wanted.iter().flatten() {
            warm_shortcut(wanted);
        }
        for wanted in wanted.iter_mut().flatten() {
            self.warm_lookup(wanted);
        }
        for wanted in wanted.iter_mut().flatten() {
            warm_seat(wanted);
        }
        for wanted in wanted.iter().flatten() {
            self.warm_indexes(wanted);
        }
        for wanted in wanted.iter_mut().flatten() {
            warm_order(wanted);
        }
        for wanted in wanted.iter().flatten() {
            self.warm_neighbours(wanted);
        }
    }

    #[inline]
    fn warm_account(&self, sequenced: &Sequenced) {
        if let Command::Client { header, .. } = &sequenced.command
            && let Ok(account) = self.accounts.get(header.account)
        {
            warm::line(account);
        }
    }

    /// Returns what a command of a client will touch, as far as it says so itself.
    #[inline]
    fn wanted<'a>(&'a self, command: &'a Command) -> Option<Wanted<'a>> {
        let Command::Client { header, action } = command else {
            return None;
        };
        let (market, named, placed) = match action {
            Action::Place(order) => (order.market, None, Some(order)),
            Action::Cancel(cancel) => (cancel.market, Some(&cancel.order), None),
            Action::Amend(amend) => (amend.market, Some(&amend.order), None),
            Action::AmendLimit(amend) => (amend.market, Some(&amend.order), None),
            Action::AmendOpen(amend) => (amend.limit.market, Some(&amend.limit.order), None),
            Action::AmendAny(amend) => {
                let limit = &amend.open.limit;
                (limit.market, Some(&limit.order), None)
            }
            Action::Replace(Replace { cancel, order, .. }) => {
                (order.market, Some(cancel), Some(order))
            }
            Action::PlaceInstructed(instructed) => {
                (instructed.order.market, None, Some(&instructed.order))
            }
            Action::ReplaceInstructed(_)
            | Action::PlaceList(_)
            | Action::CancelList(_)
            | Action::CancelAll { .. }
            | Action::FindOutcome { .. }
            | Action::SetCountdown(_)
            | Action::Transfer(_)
            | Action::TransferBetween(_)
            | Action::Freeze { .. }
            | Action::Unfreeze { .. }
            | Action::Close
            | Action::HoldWithdrawal { .. } => return None,
        };
        Some(Wanted {
            market: self.market(market).ok()?,
            account: header.account,
            hints: self.accounts.get(header.account).ok()?.hints,
            seat: NO_SEAT,
            named,
            placed,
            slot: NONE,
            maker: NONE,
        })
    }

    /// Asks for the key, where the seat is looked up, and what is next on the way to the level; or for the first maker.
    #[inline]
    fn warm_lookup(&self, wanted: &mut Wanted) {
        let market = wanted.market;
        if wanted.hints.seat_in(market.instrument.id).is_none() {
            market.seats.warm_find(wanted.account);
        }
        self.keys.warm(wanted.hints.key);
        if let Some(order) = wanted.placed {
            market.details.warm(market.book.warm_free());
            // The numbers of those that follow stand in the same line.
            market.book.warm_number(market.last_order);
            warm_meeting(wanted, order);
        }
        if let Some(OrderRef::Id(id) | OrderRef::Both(id, _)) = wanted.named {
            market.book.warm_number(*id);
        }
    }

    /// Asks for the balance an order holds from, for where its client id stands or will stand, and for its neighbours.
    #[inline]
    fn warm_indexes(&self, wanted: &Wanted) {
        let market = wanted.market;
        let Some(seat) = market.seats.rows().get(wanted.seat as usize) else {
            return self.warm_newcomer(wanted);
        };
        match wanted.placed {
            Some(order) => {
                // What it holds from, and what it is paid to if it meets a maker.
                let (holds, is_paid) = match order.side {
                    Side::Buy => (seat.quote, seat.base),
                    Side::Sell => (seat.base, seat.quote),
                };
                self.ledger.warm(holds);
                if wanted.maker != NONE {
                    self.ledger.warm(is_paid);
                }
                market.details.warm_find(wanted.seat, &order.client_id);
                market.details.warm(slot_of(seat.newest));
                self.warm_other_side(wanted, order);
            }
            None => {
                self.ledger.warm(seat.quote);
                self.ledger.warm(seat.base);
            }
        }
        if let Some(OrderRef::Client(client_id)) = wanted.named {
            market.details.warm_find(wanted.seat, client_id);
        }
    }

    /// Asks for the order behind which an order will stand, or for the account of the first maker and the next one.
    #[inline]
    fn warm_other_side(&self, wanted: &Wanted, order: &NewOrder) {
        let market = wanted.market;
        if wanted.maker == NONE {
            if let Some((side, price)) = limit(order) {
                market.book.warm_tail(side, price);
            }
            return;
        }
        let maker = slot_of(wanted.maker);
        if let Ok(account) = self.accounts.get(market.book.account_at(maker)) {
            warm::line(account);
        }
        market.details.warm(market.book.warm_next(maker));
    }

    /// Asks for where the balances of an account without a seat are looked up, and where its client id will stand.
    fn warm_newcomer(&self, wanted: &Wanted) {
        let Market {
            instrument,
            seats,
            details,
            ..
        } = wanted.market;
        for asset in [instrument.base, instrument.quote] {
            self.ledger.warm_find(wanted.account, Wallet::Spot, asset);
        }
        if let Some(order) = wanted.placed {
            // The seat that it will have, unless another comes before it.
            details.warm_find(seats.len() as u32, &order.client_id);
        }
    }

    /// Asks for what stands beside the order that is named, in its level and in its seat's list, and for the balances
    /// of the first maker and of an account without a seat.
    #[inline]
    fn warm_neighbours(&self, wanted: &Wanted) {
        let market = wanted.market;
        if wanted.seat == NO_SEAT {
            for asset in [market.instrument.base, market.instrument.quote] {
                self.ledger.warm_near(wanted.account, Wallet::Spot, asset);
            }
        }
        if wanted.slot != NONE {
            let slot = slot_of(wanted.slot);
            market.details.warm_forget(slot);
            market.book.warm_links(slot);
        }
        if wanted.maker != NONE {
            let maker = slot_of(wanted.maker);
            market.details.warm_forget(maker);
            let seat = market.seats.at(market.details.get(maker).seat);
            self.ledger.warm(seat.quote);
            self.ledger.warm(seat.base);
        }
    }
}

/// Returns the side and the price of an order that has a limit.
#[inline]
fn limit(order: &NewOrder) -> Option<(Side, Price)> {
    Some((order.side, order.kind.price()?))
}

/// Asks for the beginning of the way to the level that an order would join.
#[inline]
fn warm_shortcut(wanted: &Wanted) {
    if let Some((side, price)) = wanted.placed.and_then(limit) {
        wanted.market.book.warm_shortcut(side, price);
    }
}

/// Asks for what is next on the way to the level that an order would join, or for the first order it would meet.
#[inline]
fn warm_meeting(wanted: &mut Wanted, order: &NewOrder) {
    let market = wanted.market;
    let Some((side, price)) = limit(order) else {
        return;
    };
    if !market.book.is_crossed_by(side, price) {
        return market.book.warm_block(side, price);
    }
    let maker = market.book.warm_best(side.opposite());
    market.details.warm(maker);
    wanted.maker = maker.index() as u32;
}

/// Asks for the seat, and for the level that an order would join.
#[inline]
fn warm_seat(wanted: &mut Wanted) {
    let market = wanted.market;
    if wanted.maker == NONE
        && let Some((side, price)) = wanted.placed.and_then(limit)
    {
        market.book.warm_level(side, price);
    }
    let hint = wanted.hints.seat_in(market.instrument.id);
    if let Some(seat) = hint.or_else(|| market.seats.near(wanted.account)) {
        wanted.seat = seat;
        market.seats.warm(seat);
    }
}

/// Asks for the order that is named, and for the seat of the first maker.
#[inline]
fn warm_order(wanted: &mut Wanted) {
    let market = wanted.market;
    let slot = match wanted.named {
        Some(OrderRef::Id(id) | OrderRef::Both(id, _)) => market.book.near(*id),
        Some(OrderRef::Client(client_id)) => market.details.near(wanted.seat, client_id),
        None => None,
    };
    if let Some(slot) = slot {
        wanted.slot = slot.index() as u32;
        market.details.warm(slot);
        market.book.warm_order(slot);
    }
    if wanted.maker != NONE {
        let seat = market.details.get(slot_of(wanted.maker)).seat;
        market.seats.warm(seat);
    }
}
