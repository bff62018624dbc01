//! What must hold of the naive exchange itself after every command.

use super::lists::other_leg;
use super::orders::{hold, paid_asset};
use super::{List, Market, Naive, Waiting};
use model::account::Wallet;
use model::id::{AccountId, AssetId};
use model::order::{ListKind, Side};
use std::collections::BTreeMap;

type Holds = BTreeMap<(AccountId, AssetId), i128>;

impl Naive {
    /// Checks that what is held is what orders hold, and that books, waiting orders and lists make sense.
    ///
    /// # Errors
    /// What is wrong.
    pub fn audit(&self) -> Result<(), String> {
        let mut holds = Holds::new();
        for market in &self.markets {
            let name = market.instrument.symbol;
            audit_book(market).map_err(|wrong| format!("{name}: {wrong}"))?;
            audit_parked(market).map_err(|wrong| format!("{name}: {wrong}"))?;
            for list in &market.lists {
                audit_list(market, list).map_err(|wrong| format!("{name}: {wrong}"))?;
            }
            add_holds(market, &mut holds);
        }
        for ((account, wallet, asset), balance) in &self.balances {
            let held = holds.remove(&(*account, *asset)).unwrap_or(0);
            let held = if *wallet == Wallet::Spot { held } else { 0 };
            ensure(balance.held == held, || {
                format!(
                    "{account:?} holds {} of {asset:?}, its orders {held}",
                    balance.held
                )
            })?;
        }
        let is_left = holds.values().any(|held| *held != 0);
        ensure(!is_left, || "an order holds what no balance has".to_owned())
    }
}

fn add_holds(market: &Market, holds: &mut Holds) {
    let resting = market
        .orders
        .iter()
        .map(|row| (row.account, row.side, row.hold));
    let parked = market
        .parked
        .iter()
        .map(|row| (row.order.account, row.order.side, row.hold));
    for (account, side, held) in resting.chain(parked) {
        *holds
            .entry((account, paid_asset(market, side)))
            .or_default() += held;
    }
}

fn audit_book(market: &Market) -> Result<(), String> {
    let of = |side| market.orders.iter().filter(move |row| row.side == side);
    let bid = of(Side::Buy).map(|row| row.price).max();
    let ask = of(Side::Sell).map(|row| row.price).min();
    let is_crossed = bid.zip(ask).is_some_and(|(bid, ask)| ask <= bid);
    ensure(!is_crossed, || format!("bid {bid:?} meets ask {ask:?}"))?;
    for row in &market.orders {
        let is_shown = 0 < row.shown() && row.shown() <= row.open;
        let is_within = row.iceberg.is_none_or(|it| it.shown <= it.shown_max);
        ensure(is_shown && is_within, || {
            format!("{row:?} shows a wrong part")
        })?;
        let need = hold(market, row.side, row.price, row.open);
        let is_held = match other_leg(market, row.id) {
            None => row.hold == need,
            Some(other) => row.hold <= need && need <= row.hold + market.hold_of(other),
        };
        ensure(is_held, || format!("{row:?} needs a hold of {need}"))?;
    }
    Ok(())
}

fn audit_parked(market: &Market) -> Result<(), String> {
    let is_rising = market.parked.is_sorted_by(|one, next| one.id < next.id);
    ensure(is_rising, || "parked orders out of order".to_owned())?;
    for row in &market.parked {
        let rests = market.orders.iter().any(|order| order.id == row.id);
        ensure(!rests, || format!("{row:?} rests too"))?;
        let list = market.list_of(row.id);
        let is_right = match row.waiting {
            Waiting::Working => list.is_some_and(|list| market.is_order_open(list.first)),
            Waiting::Activation => list.is_some_and(|list| !market.is_order_open(list.first)),
            Waiting::Market | Waiting::Trailing { .. } | Waiting::Turn => {
                row.order.instructions.trigger.is_some()
            }
        };
        ensure(is_right, || format!("{row:?} waits for nothing"))?;
        let is_pending = matches!(row.waiting, Waiting::Working | Waiting::Activation);
        ensure(!is_pending || row.hold == 0, || {
            format!("{row:?} is pending and holds")
        })?;
    }
    Ok(())
}

fn audit_list(market: &Market, list: &List) -> Result<(), String> {
    let legs = list.first..list.first + list.kind.legs();
    let open = legs.filter(|leg| market.is_order_open(*leg)).count();
    ensure(0 < open, || format!("{list:?} has no open leg"))?;
    let is_pair = list.kind == ListKind::OneCancelsOther;
    let rests = |leg: u64| market.orders.iter().any(|row| row.id == leg);
    let do_both_rest = is_pair && rests(list.first) && rests(list.first + 1);
    ensure(!do_both_rest, || format!("both legs of {list:?} rest"))
}

/// **Cost** the text is made only if it is needed.
fn ensure(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wrong()) }
}
