//! A slice as an order of the exchange: its name, its command, and what became of it.

use identity::algo::{AlgoId, AlgoOrder, AlgoSlice, SliceFate, SliceFill};
use model::account::Scopes;
use model::command::{Action, ClientHeader, Command, Idempotency, NewOrder};
use model::event::Event;
use model::number::Amount;
use model::order::{OrderKind, Side, TimeInForce};
use model::reject::Reject;
use model::text::ClientOrderId;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use wire::binance::answer::order::OrderFacts;

use crate::own_keys;
use crate::rest::ask::rejection;
use crate::rest::facts::Listing;
use crate::rest::placed::PlacedFacts;
use crate::tickets::Applied;

/// A slice that was not sequenced until then never is.
const VALID_NANOS: i64 = 10 * NANOS_PER_SECOND;
/// How much longer than its order a key lives: what became of the last slice may be asked about later.
const KEY_NANOS: i64 = NANOS_PER_DAY;

/// Returns the command that makes the key of an order: it may do nothing else, and nobody can sign with it.
pub fn create_key(order: &AlgoOrder) -> Command {
    Command::CreateKey {
        key: own_keys::of_algo(order.id),
        account: order.wish.account,
        scopes: Scopes::READ.with(Scopes::TRADE),
        expires_at: order.wish.ends_at.plus_nanos(KEY_NANOS),
        grant: None,
    }
}

/// Returns the name of a slice among the orders of its account, which is that of its request, too.
pub fn name_of(id: AlgoId, number: u32) -> ClientOrderId {
    let text = format!("twap-{}-{number}", id.0);
    ClientOrderId::parse(text.as_bytes()).expect("at most 36 letters and digits of two numbers")
}

/// Returns the command that places a slice.
pub fn place(order: &AlgoOrder, slice: &AlgoSlice) -> Command {
    let wish = &order.wish;
    let name = name_of(order.id, slice.number);
    let kind = match wish.limit {
        Some(price) => OrderKind::Limit {
            price,
            qty: slice.qty,
            time_in_force: TimeInForce::ImmediateOrCancel,
        },
        None => OrderKind::Market { qty: slice.qty },
    };
    let action = Action::Place(NewOrder {
        market: wish.market,
        side: wish.side,
        kind,
        client_id: name,
        self_trade: wish.self_trade,
    });
    let idempotency = Idempotency {
        key: name,
        body: slice.qty.lots().cast_unsigned(),
    };
    command(order, slice.sent_at, Some(idempotency), action)
}

/// Returns the question what became of a slice.
pub fn question(order: &AlgoOrder, slice: &AlgoSlice, now: Timestamp) -> Command {
    let key = name_of(order.id, slice.number);
    command(order, now, None, Action::FindOutcome { key })
}

fn command(
    order: &AlgoOrder,
    now: Timestamp,
    idempotency: Option<Idempotency>,
    action: Action,
) -> Command {
    let header = ClientHeader {
        account: order.wish.account,
        key: own_keys::of_algo(order.id),
        valid_until: now.plus_nanos(VALID_NANOS),
        idempotency,
    };
    Command::Client { header, action }
}

/// Returns what the command of a slice did with it; somebody else's request under the same name is none of it.
pub fn fate(order: &AlgoOrder, number: u32, applied: &Applied, listing: &Listing) -> SliceFate {
    if let Some(reject) = rejection(&applied.events) {
        return SliceFate::Refused(reject);
    }
    let name = name_of(order.id, number);
    let is_own = |event: &Event| {
        matches!(event, Event::OrderAccepted(accepted)
            if accepted.account == order.wish.account && accepted.client_id == name)
    };
    let placed = PlacedFacts::of(&applied.events, listing, applied.at);
    match placed {
        Some(placed) if applied.events.iter().any(is_own) => {
            let fees = placed.fills.iter().map(|fill| fill.commission);
            let fee = fees.fold(Amount::ZERO, Amount::plus);
            let asset = match order.wish.side {
                Side::Buy => listing.instrument.base,
                Side::Sell => listing.instrument.quote,
            };
            SliceFate::Taken(SliceFill {
                fee: Some((fee, asset)),
                ..fill_of(&placed.order)
            })
        }
        _ => SliceFate::Lost,
    }
}

/// Returns what an order executed; what it paid is not known.
pub fn fill_of(order: &OrderFacts) -> SliceFill {
    SliceFill {
        order: order.order,
        executed: order.executed,
        quote: Amount::new(order.quote_units).unwrap_or(Amount::ZERO),
        fee: None,
    }
}

/// Returns whether the next slice may be taken although this one was refused.
pub const fn is_passing(reject: Reject) -> bool {
    matches!(
        reject,
        Reject::Expired
            | Reject::IdempotencyConflict
            | Reject::IdempotencyFull
            | Reject::CapacityExhausted
            | Reject::PhaseClosed
            | Reject::PriceFilter
            | Reject::LotSize
            | Reject::MarketLotSize
            | Reject::Notional
            | Reject::PercentPrice
            | Reject::ClientIdTaken
            | Reject::NoLiquidity
            | Reject::LiquidityBelowLot
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::algo::AlgoWish;
    use model::id::{AccountId, MarketId};
    use model::number::Qty;

    fn order(begins_at: Timestamp, ends_at: Timestamp) -> AlgoOrder {
        let wish = AlgoWish {
            account: AccountId(1),
            client_id: ClientOrderId::parse(b"mine").expect("a name"),
            market: MarketId(0),
            side: Side::Buy,
            qty: Qty::new(1).expect("a lot"),
            limit: None,
            self_trade: None,
            begins_at,
            ends_at,
            slices: 1,
        };
        AlgoOrder {
            id: AlgoId(1),
            wish,
            executed: Qty::ZERO,
            quote: Amount::ZERO,
            sent: 0,
            last_sent_at: None,
            end: None,
        }
    }

    #[test]
    fn the_longest_name_is_one() {
        let name = name_of(AlgoId(u64::MAX), u32::MAX);
        assert_eq!(name.chars().1, ClientOrderId::CHARS_MAX);
        assert_ne!(name_of(AlgoId(1), 11), name_of(AlgoId(11), 1));
    }

    #[test]
    fn a_key_outlives_its_order_by_a_day_and_a_slice_stands_for_ten_seconds() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let order = order(at(0), at(300));
        let Command::CreateKey { expires_at, .. } = create_key(&order) else {
            panic!("a key");
        };
        assert_eq!(expires_at, at(300 + 86_400));
        let slice = AlgoSlice {
            algo: order.id,
            number: 1,
            qty: order.wish.qty,
            sent_at: at(60),
            fate: SliceFate::InDoubt,
        };
        let asked = [place(&order, &slice), question(&order, &slice, at(60))];
        for command in asked {
            let Command::Client { header, .. } = command else {
                panic!("of its account");
            };
            assert_eq!(header.valid_until, at(70));
        }
    }

    #[test]
    fn an_order_ends_by_what_stays_and_not_by_what_passes() {
        for passing in [Reject::NoLiquidity, Reject::PhaseClosed, Reject::Notional] {
            assert!(is_passing(passing), "{passing:?}");
        }
        for staying in [
            Reject::AccountRestricted,
            Reject::AccountClosed,
            Reject::KeyUnknown,
            Reject::VerificationTooLow,
            Reject::InsufficientFunds,
        ] {
            assert!(!is_passing(staying), "{staying:?}");
        }
    }
}
