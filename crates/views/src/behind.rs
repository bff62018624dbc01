//! Views on their way to the newest command, while nobody asks.
//!
//! Most orders of a long past are gone before its end. So lists of orders and trades by account, the index of client
//! ids, the numbers of orders that have closed, balances and levels are not kept with every event, but put together once,
//! in the end.

use crate::account_market::AccountMarkets;
use crate::change::Unheard;
use crate::level_rows::LevelRows;
use crate::limits::Limits;
use crate::market::Market;
use crate::restore::RestoreError;
use crate::trades::Fill;
use crate::trail::Step;
use crate::views::Views;
use crate::warm::AHEAD_ROWS;
use model::event::Event;
use model::id::Sequence;
use model::snapshot::BalanceRow;
use model::snapshot_views::ViewsState;
use model::time::Timestamp;

/// Views that fold and answer nothing until they have caught up.
pub struct Behind {
    pub(crate) views: Views,
}

/// What whoever has applied every command knows of the last one, which the views need not have followed.
pub struct Newest<B, L> {
    /// Every balance.
    pub balances: B,
    /// What is on display in every market, in order of its number.
    pub levels: L,
}

/// Half of the work of catching up.
pub type Half<'a> = &'a mut (dyn FnMut() + Send);

impl Behind {
    /// Returns the views before the first event.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Behind {
        Behind::seeded(0, Limits::STANDARD)
    }

    /// Returns the views of a state that `Views::state` returned; of its balances, that they are there, and of its
    /// levels, that they could be. Catching up is quickest with balances in the same order.
    ///
    /// # Errors
    /// When no views ever return such a state.
    pub fn restore(state: ViewsState) -> Result<Behind, RestoreError> {
        Behind::restore_within(state, Limits::STANDARD)
    }

    /// Returns the same views within other limits; what is beyond them, oldest first, is left out.
    ///
    /// # Errors
    /// When no views ever return such a state.
    pub fn restore_within(state: ViewsState, limits: Limits) -> Result<Behind, RestoreError> {
        let mut behind = Behind::seeded(state.table_seed, limits);
        behind.views.restore_rows(state)?;
        Ok(behind)
    }

    fn seeded(table_seed: u64, limits: Limits) -> Behind {
        let mut views = Views::seeded(table_seed, limits);
        views.orders.put_off();
        Behind { views }
    }

    /// Returns the last command folded.
    pub fn sequence(&self) -> Sequence {
        self.views.sequence
    }

    /// Asks for what these events will touch, as `Views::warm` does.
    pub fn warm<'a>(&'a self, batch: impl Iterator<Item = &'a Event> + Clone) {
        self.views.warm(batch);
    }

    /// Takes in all events of the next command, as `Views::fold_command` does.
    ///
    /// # Panics
    /// As that does.
    pub fn fold_command(&mut self, place: (Sequence, Timestamp), events: &[Event]) {
        self.views.fold_command(place, events, &mut Unheard);
    }

    /// Returns the views as if every event had been folded by them, given what the last one came to.
    /// `both` does both halves of the work, on two threads or one.
    ///
    /// # Panics
    /// When a balance is of no account, a market has no levels, or `both` leaves a half out.
    pub fn catch_up<B, L>(
        mut self,
        newest: Newest<B, L>,
        both: impl FnOnce(Half<'_>, Half<'_>),
    ) -> Views
    where
        B: Iterator<Item = BalanceRow> + Send,
        L: Iterator<Item = LevelRows> + Send,
    {
        let Views {
            accounts,
            account_markets,
            markets,
            orders,
            ..
        } = &mut self.views;
        let (mut newest, mut levels) = (Some(newest), Vec::new());
        both(&mut || list_trades(markets, account_markets), &mut || {
            if let Some(newest) = newest.take() {
                accounts.put_balances(newest.balances);
                levels.extend(newest.levels);
            }
            orders.catch_up_names();
        });
        assert!(newest.is_none());
        orders.catch_up(account_markets);
        show_levels(markets, &levels);
        self.views
    }
}

fn show_levels(markets: &mut [Market], levels: &[LevelRows]) {
    assert!(levels.len() == markets.len());
    for (market, rows) in markets.iter_mut().zip(levels) {
        market.levels.fill(rows);
        market.show_top(&mut Unheard);
    }
}

/// Lists all kept trades with their accounts.
fn list_trades(markets: &[Market], account_markets: &mut AccountMarkets) {
    for market in markets {
        let id = market.instrument.id;
        let mut trades = market.trades.from(market.trades.first());
        loop {
            let ahead: Vec<_> = trades.by_ref().take(AHEAD_ROWS).collect();
            if ahead.is_empty() {
                break;
            }
            let owners = |fill: &Fill| [fill.maker.account, fill.taker.account];
            let accounts = ahead.iter().flat_map(|(_, fill)| owners(fill));
            account_markets.warm_keys(accounts.map(|account| (account, id)));
            for (trade, fill) in &ahead {
                let step = Step {
                    number: trade.0,
                    at: fill.at,
                };
                let owners = owners(fill).map(|owner| account_markets.open(owner, id));
                account_markets.list_trade(step, owners, market.trades.first());
            }
        }
    }
}
