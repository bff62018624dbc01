//! Settling what a taker met: each fill is paid, each prevented match is undone, each finished maker is closed.

use book::order::Slot;
use book::take::Step;
use clearing::fee::{Received, TradeFees, trade_fees};
use clearing::hold::improvement;
use clearing::value::value;
use ledger::settlement::{Rebate, Settlement};
use model::account::FeeTier;
use model::event::{Event, MatchPrevented, OrderClosed, Party, Traded};
use model::id::{AccountId, OrderId, TradeGroupId};
use model::instrument::FeeRates;
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, SelfTradeMode, Side};

use crate::account::Account;
use crate::desk::Desk;
use crate::filter::base_of;
use crate::met::is_accepted;
use crate::place::Taking;
use crate::seat::SeatRows;

/// The maker of one step.
#[derive(Clone, Copy)]
struct Maker {
    slot: Slot,
    order: OrderId,
    account: AccountId,
    price: Price,
    /// What it still has on the book after the step.
    left: Qty,
}

/// What one fill moves.
struct Fill {
    quote: Amount,
    base: Amount,
    fees: TradeFees,
    buyer_release: Amount,
}

impl Desk<'_> {
    /// Settles every step of a taker, in order.
    pub fn settle_steps(&mut self, taking: &mut Taking) {
        let mut steps = std::mem::take(self.steps);
        if 1 < steps.len() {
            self.warm_makers(&steps);
        }
        // Where they lie: a copy would be read back in larger pieces than the matcher has just written.
        for step in &steps {
            self.settle_step(taking, step);
        }
        steps.clear();
        *self.steps = steps;
    }

    /// Asks for what settling with the makers will touch, one kind after the other.
    fn warm_makers(&self, steps: &[Step]) {
        let details = &self.market.details;
        let seats = &self.market.seats;
        let seat_of = |step: &Step| details.get(maker_slot(step)).seat;
        steps.iter().for_each(|step| details.warm(maker_slot(step)));
        steps.iter().for_each(|step| seats.warm(seat_of(step)));
        for step in steps {
            let seat = seats.at(seat_of(step));
            self.ledger.warm(seat.quote);
            self.ledger.warm(seat.base);
        }
    }

    #[inline]
    fn settle_step(&mut self, taking: &mut Taking, step: &Step) {
        match *step {
            Step::Fill {
                slot,
                order,
                account,
                price,
                qty,
                maker_left: left,
            } => {
                let maker = Maker {
                    slot,
                    order,
                    account,
                    price,
                    left,
                };
                self.fill(taking, &maker, qty);
            }
            Step::Prevented {
                slot,
                order,
                account,
                price,
                maker_qty,
                taker_qty,
                maker_left: left,
            } => {
                let maker = Maker {
                    slot,
                    order,
                    account,
                    price,
                    left,
                };
                self.prevent(taking, &maker, maker_qty, taker_qty);
            }
            Step::Refilled { .. } => self.report_refill(taking.side.opposite(), step),
        }
    }

    #[cold]
    fn report_refill(&mut self, side: Side, step: &Step) {
        if let Step::Refilled {
            slot,
            order,
            account,
            price,
            qty,
        } = *step
        {
            if self.market.details.is_listed(slot) {
                self.end_partner(order);
            }
            self.events.push(Event::OrderRefilled {
                market: self.market.instrument.id,
                order,
                account,
                side,
                price,
                qty,
            });
        }
    }

    #[inline(always)]
    fn fill(&mut self, taking: &mut Taking, maker: &Maker, qty: Qty) {
        if mutant::plant!(
            "partner-outlives-a-fill",
            false,
            self.market.details.is_listed(maker.slot)
        ) {
            self.end_partner(maker.order);
        }
        let Account { group, tier, .. } = *self.accounts.existing(maker.account);
        assert_may_trade(taking, maker, group);
        let fill = self.price_fill(taking, maker.price, qty, tier);
        let seat_number = self.market.details.get(maker.slot).seat;
        let maker_rows = self.market.seats.at(seat_number).rows();

        self.ledger.settle(&settlement(taking, maker_rows, &fill));
        taking.held = match taking.side {
            Side::Buy => taking.held.minus(fill.quote).minus(fill.buyer_release),
            Side::Sell => taking.held.minus(fill.base),
        };
        let maker_side = taking.side.opposite();
        self.market.count_out(seat_number, maker_side, qty);
        self.market.average.add(maker.price, qty, self.at);
        self.market.last_price = mutant::plant!(
            "last-price-not-kept",
            self.market.last_price,
            Some(maker.price)
        );
        if !self.market.triggers.is_idle() {
            self.market.triggers.on_trade(maker.price);
        }
        self.report_fill(taking, maker, qty, &fill);
        self.close_if_done(maker, maker_side, CloseReason::Filled);
    }

    #[inline(always)]
    fn price_fill(&self, taking: &Taking, price: Price, qty: Qty, maker: FeeTier) -> Fill {
        let k = self.market.instrument.quote_per_tick_lot;
        let paid = mutant::plant!("improvement-denied", taking.price.unwrap_or(price), price);
        let quote = value(paid, qty, k);
        let base = base_of(self.market, qty);
        let received = match taking.side {
            Side::Buy => Received {
                maker: quote,
                taker: base,
            },
            Side::Sell => Received {
                maker: base,
                taker: quote,
            },
        };
        let fees = &self.market.terms.fees;
        let taker = taking.incoming.trader.tier;
        let rates = FeeRates {
            maker: fees[usize::from(maker.row())].maker,
            taker: fees[usize::from(taker.row())].taker,
        };
        Fill {
            quote,
            base,
            fees: trade_fees(received, rates),
            // A maker buys at its own price; a market buy holds exactly its cost.
            buyer_release: match (taking.side, taking.price) {
                (Side::Buy, Some(limit)) => improvement(limit, paid, qty, k),
                _ => Amount::ZERO,
            },
        }
    }

    #[inline(always)]
    fn report_fill(&mut self, taking: &Taking, maker: &Maker, qty: Qty, fill: &Fill) {
        let trade = self.market.next_trade();
        self.events.push(Event::Traded(Traded {
            market: self.market.instrument.id,
            trade,
            price: maker.price,
            qty,
            quote: fill.quote,
            base: fill.base,
            taker_side: taking.side,
            maker: Party {
                account: maker.account,
                order: maker.order,
                fee: fill.fees.maker,
            },
            taker: Party {
                account: taking.incoming.trader.account,
                order: taking.order,
                fee: fill.fees.taker,
            },
            maker_rebate: fill.fees.maker_rebate,
            buyer_release: fill.buyer_release,
        }));
    }

    #[cold]
    fn prevent(&mut self, taking: &mut Taking, maker: &Maker, maker_qty: Qty, taker_qty: Qty) {
        let maker_side = taking.side.opposite();
        if self.market.details.is_listed(maker.slot) && !maker_qty.is_zero() {
            self.end_partner(maker.order);
        }
        let seat = self.market.details.get(maker.slot).seat;
        let maker_release = self.market.hold(maker_side, maker.price, maker_qty);
        let maker_row = self.market.paying_row(seat, maker_side);
        let taker_release = self.prevented_release(taking, taker_qty);

        self.ledger.release(
            maker_row,
            mutant::plant!(
                "prevented-maker-keeps-its-hold",
                Amount::ZERO,
                maker_release
            ),
        );
        self.ledger.release(taking.paying_row(), taker_release);
        taking.held = taking.held.minus(taker_release);
        self.market.count_out(seat, maker_side, maker_qty);
        if !maker.left.is_zero() && !maker_qty.is_zero() {
            self.market.details.shrink(maker.slot, maker_qty);
        }
        let prevented = self.market.next_prevented();
        self.events.push(Event::MatchPrevented(MatchPrevented {
            market: self.market.instrument.id,
            prevented,
            mode: taking.incoming.self_trade,
            price: maker.price,
            maker_account: maker.account,
            maker_order: maker.order,
            taker_account: taking.incoming.trader.account,
            taker_order: taking.order,
            taker_side: taking.side,
            maker_qty,
            taker_qty,
            maker_release,
            taker_release,
        }));
        self.close_if_done(maker, maker_side, CloseReason::SelfTrade);
    }

    /// Returns what the taker no longer needs to hold for lots it lost.
    ///
    /// A market buy holds the cost of its fills or its whole quote amount, whatever it loses.
    fn prevented_release(&self, taking: &Taking, qty: Qty) -> Amount {
        match (taking.side, taking.price) {
            (Side::Buy, Some(price)) => self.market.hold(Side::Buy, price, qty),
            (Side::Buy, None) => Amount::ZERO,
            (Side::Sell, _) => base_of(self.market, qty),
        }
    }

    /// Closes a maker that the book has let go of.
    #[inline(always)]
    fn close_if_done(&mut self, maker: &Maker, side: Side, reason: CloseReason) {
        if !maker.left.is_zero() {
            return;
        }
        let is_listed = self.market.details.is_listed(maker.slot);
        self.market.forget(maker.slot);
        self.events.push(Event::OrderClosed(OrderClosed {
            market: self.market.instrument.id,
            order: maker.order,
            account: maker.account,
            side,
            reason,
            unbooked: Qty::ZERO,
            price: Some(maker.price),
            release: Amount::ZERO,
        }));
        if is_listed {
            self.leg_ended(maker.order, reason);
        }
    }
}

/// B3 and B7: never at a price worse than the order's own limit, never within a trade group unless the mode says so.
#[inline]
fn assert_may_trade(taking: &Taking, maker: &Maker, group: TradeGroupId) {
    let is_own_group = group == taking.incoming.trader.group;
    assert!(!is_own_group || taking.incoming.self_trade == SelfTradeMode::None);
    if let Some(limit) = taking.price {
        assert!(is_accepted(taking.side, maker.price, limit));
    }
}

const fn maker_slot(step: &Step) -> Slot {
    match step {
        Step::Fill { slot, .. } | Step::Prevented { slot, .. } | Step::Refilled { slot, .. } => {
            *slot
        }
    }
}

fn settlement(taking: &Taking, maker: SeatRows, fill: &Fill) -> Settlement {
    let rebate = fill.fees.maker_rebate;
    let (buyer, seller, buyer_fee, seller_fee, to_maker) = match taking.side {
        Side::Buy => (
            taking.seat.rows,
            maker,
            fill.fees.taker,
            fill.fees.maker,
            Rebate::ToSeller(rebate),
        ),
        Side::Sell => (
            maker,
            taking.seat.rows,
            fill.fees.maker,
            fill.fees.taker,
            Rebate::ToBuyer(rebate),
        ),
    };
    Settlement {
        buyer_quote: buyer.quote,
        buyer_base: buyer.base,
        seller_quote: seller.quote,
        seller_base: seller.base,
        quote: fill.quote,
        base: fill.base,
        buyer_fee,
        seller_fee,
        buyer_release: fill.buyer_release,
        rebate: (Amount::ZERO < rebate).then_some(to_maker),
    }
}
