//! An account at a moment: where a stream can begin.
//!
//! **Source** `docs/spec/binance-surface.md` §13.3.

use model::account::Wallet;
use model::id::AccountId;
use serde::Serialize;
use views::views::Views;
use wire::binance::answer::account::Balance;
use wire::binance::answer::order::OrderRow;
use wire::binance::time::TimeUnit;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::rest::facts::{self, asset_symbol};
use crate::user_data::place::Place;

/// Balances and open orders, and the place after the last command that they know.
#[derive(Serialize)]
pub struct Snapshot {
    sq: String,
    balances: Vec<Balance>,
    orders: Vec<OrderRow>,
}

impl Snapshot {
    /// Returns the account as the views have it.
    pub fn of(views: &Views, account: AccountId, unit: TimeUnit) -> Snapshot {
        let balances = views
            .assets()
            .iter()
            .map(|asset| views.balance(account, Wallet::Spot, asset.id))
            .filter(|balance| facts::total(balance.available, balance.held) != 0)
            .map(|balance| Balance {
                asset: SymbolText(asset_symbol(views, balance.asset)),
                free: Decimal(balance.available.units()),
                locked: Decimal(balance.held.units()),
            });
        let open = views.open_orders(account).into_iter();
        let orders = open.filter_map(|order| {
            let instrument = views.market(order.market)?.instrument();
            Some(OrderRow::of(&facts::order(&order, instrument), unit))
        });
        Snapshot {
            sq: Place::after(views.sequence()).to_string(),
            balances: balances.collect(),
            orders: orders.collect(),
        }
    }
}
