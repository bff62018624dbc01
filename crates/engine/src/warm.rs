//! Reading ahead over a batch: plain loads that overlap, where the commands themselves would miss one by one.
//!
//! A batch is gone through once for each link of the chain from the account to the neighbours of its order, so
//! that the loads of many commands are on their way together. Nothing depends on what they find.

use core::hint::black_box;

use book::order::Slot;
use model::account::Wallet;
use model::command::{Action, Command, NewOrder, Replace, Sequenced};
use model::id::AccountId;
use model::order::{OrderRef, Side};

use crate::account::Hints;
use crate::engine::Engine;
use crate::market::{Market, slot_of};
use crate::seat::NONE;

/// The most commands that are read ahead together.
const COMMANDS_MAX: usize = 64;

/// What a command will touch, as far as it is known by now.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    market: &'a Market,
    account: AccountId,
    hints: Hints,
    /// Where the account's seat in the market most likely is.
    seat: u32,
    /// The order it ends or changes, and the order it places.
    named: Option<&'a OrderRef>,
    placed: Option<&'a NewOrder>,
    /// The slot of the order it names, and of the first maker it would meet; or `NONE`.
    slot: u32,
    maker: u32,
}

/// State below these counts stays near by itself.
const NEAR_MARKETS_MAX: usize = 4;
const NEAR_ACCOUNTS_MAX: usize = 4096;
const NEAR_ORDERS_MAX: usize = 8192;

impl Engine {
    /// Reads what these commands will touch, so that it is near when they are applied. Changes nothing.
    ///
    /// **Shape** best called with some tens of commands, just before they are applied.
    pub fn warm(&self, batch: &[Sequenced]) {
        if self.is_near() {
            return;
        }
        for commands in batch.chunks(COMMANDS_MAX) {
            black_box(warm_commands(commands));
            black_box(self.warm_together(commands));
        }
    }

    /// Returns whether all that commands can touch fits into a core's own cache.
    fn is_near(&self) -> bool {
        let orders = || self.markets.iter().map(|market| market.book.len());
        self.markets.len() <= NEAR_MARKETS_MAX
            && self.accounts.len() <= NEAR_ACCOUNTS_MAX
            && orders().sum::<usize>() <= NEAR_ORDERS_MAX
    }

    fn warm_together(&self, commands: &[Sequenced]) -> u64 {
        let mut wanted = [const { None }; COMMANDS_MAX];
        for (wanted, sequenced) in wanted.iter_mut().zip(commands) {
            *wanted = self.wanted(&sequenced.command);
        }
        let mut read = 0;
        for wanted in wanted.iter_mut().flatten() {
            read ^= self.warm_lookup(wanted);
        }
        for wanted in wanted.iter_mut().flatten() {
            read ^= warm_seat(wanted);
        }
        for wanted in wanted.iter().flatten() {
            read ^= self.warm_indexes(wanted);
        }
        for wanted in wanted.iter_mut().flatten() {
            read ^= warm_order(wanted);
        }
        for wanted in wanted.iter().flatten() {
            read ^= self.warm_neighbours(wanted);
        }
        read
    }

    /// Reads the account.
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
            seat: u32::MAX,
            named,
            placed,
            slot: NONE,
            maker: NONE,
        })
    }

    /// Reads the key, where the seat is looked up, and the level an order would join.
    #[inline]
    fn warm_lookup(&self, wanted: &mut Wanted) -> u64 {
        let market = wanted.market;
        let lookup = match wanted.hints.seat_in(market.instrument.id) {
            Some(_) => 0,
            None => market.seats.warm(wanted.account),
        };
        let key = self.keys.rows().get(wanted.hints.key as usize);
        let level = match wanted.placed {
            Some(order) => warm_level(wanted, order),
            None => 0,
        };
        let id = match wanted.named {
            Some(OrderRef::Id(id) | OrderRef::Both(id, _)) => market.book.warm_id(*id),
            Some(OrderRef::Client(_)) | None => 0,
        };
        lookup ^ key.map_or(0, |key| key.key.0) ^ level ^ id
    }

    /// Reads the balance an order holds from, and where its client id stands or will stand.
    #[inline]
    fn warm_indexes(&self, wanted: &Wanted) -> u64 {
        let market = wanted.market;
        let Some(seat) = market.seats.rows().get(wanted.seat as usize) else {
            return self.warm_newcomer(wanted);
        };
        let mut read = 0;
        if let Some(order) = wanted.placed {
            read ^= self.ledger.warm(match order.side {
                Side::Buy => seat.quote,
                Side::Sell => seat.base,
            });
            read ^= market.details.warm(wanted.seat, &order.client_id);
            if wanted.maker == NONE
                && let Some(price) = order.kind.price()
            {
                read ^= market.book.warm_tail(order.side, price);
            }
            read ^= u64::from(market.details.get(slot_of(wanted.maker)).seat);
            read ^= u64::from(market.details.get(slot_of(seat.newest)).seat);
        } else {
            read ^= self.ledger.warm(seat.quote) ^ self.ledger.warm(seat.base);
        }
        if let Some(OrderRef::Client(client_id)) = wanted.named {
            read ^= market.details.warm(wanted.seat, client_id);
        }
        read
    }
}

impl Engine {
    /// Reads where the balances of an account without a seat are looked up.
    fn warm_newcomer(&self, wanted: &Wanted) -> u64 {
        let instrument = &wanted.market.instrument;
        let lookup = |asset| self.ledger.warm_find(wanted.account, Wallet::Spot, asset);
        lookup(instrument.base) ^ lookup(instrument.quote)
    }
}

/// Reads the seat.
#[inline]
fn warm_seat(wanted: &mut Wanted) -> u64 {
    let seats = &wanted.market.seats;
    let hint = wanted.hints.seat_in(wanted.market.instrument.id);
    let Some(seat) = hint.or_else(|| seats.near(wanted.account)) else {
        return 0;
    };
    wanted.seat = seat;
    u64::from(seats.at(seat).open_orders)
}

/// Reads the commands themselves: another thread has written them, so that they are far away.
fn warm_commands(commands: &[Sequenced]) -> u64 {
    let read = |sequenced: &Sequenced| match &sequenced.command {
        Command::Client { header, .. } => sequenced.sequence.0 ^ header.key.0,
        _ => sequenced.sequence.0,
    };
    commands.iter().map(read).fold(0, |sum, word| sum ^ word)
}

/// Reads the level that an order would join, or the first order it would meet.
#[inline]
fn warm_level(wanted: &mut Wanted, order: &NewOrder) -> u64 {
    let book = &wanted.market.book;
    let Some(price) = order.kind.price() else {
        return 0;
    };
    if !book.is_crossed_by(order.side, price) {
        return book.warm_level(order.side, price);
    }
    match book.orders(order.side.opposite()).next() {
        Some((slot, maker)) => {
            wanted.maker = slot.index() as u32;
            maker.order.0
        }
        None => 0,
    }
}

/// Reads the order that is named, and the seat of the first maker.
#[inline]
fn warm_order(wanted: &mut Wanted) -> u64 {
    let market = wanted.market;
    let slot = match wanted.named {
        Some(OrderRef::Id(id) | OrderRef::Both(id, _)) => market.book.near(*id),
        Some(OrderRef::Client(client_id)) => market.details.near(wanted.seat, client_id),
        None => None,
    };
    let mut read = 0;
    if let Some(slot) = slot {
        wanted.slot = slot.index() as u32;
        read ^= u64::from(market.details.get(slot).older) ^ market.book.number_at(slot).0;
    }
    if wanted.maker != NONE {
        let seat = market.details.get(slot_of(wanted.maker)).seat;
        read ^= u64::from(market.seats.at(seat).open_orders);
    }
    read
}

impl Engine {
    /// Reads what stands beside the order that is named, in its level and in its seat's list, and the balances of
    /// the first maker.
    #[inline]
    fn warm_neighbours(&self, wanted: &Wanted) -> u64 {
        let market = wanted.market;
        let mut read = 0;
        if wanted.slot != NONE {
            let slot = Slot::from_index(wanted.slot as usize);
            let detail = market.details.get(slot);
            let (older, newer) = (slot_of(detail.older), slot_of(detail.newer));
            read ^= u64::from(market.details.get(older).seat ^ market.details.get(newer).seat);
            read ^= market.book.warm_links(slot);
            read ^= market.book.warm_id(market.book.number_at(slot));
        }
        if wanted.maker != NONE {
            let seat = market.details.get(slot_of(wanted.maker)).seat;
            let seat = market.seats.at(seat);
            read ^= self.ledger.warm(seat.quote) ^ self.ledger.warm(seat.base);
        }
        read
    }
}
