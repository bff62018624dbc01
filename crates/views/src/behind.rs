//! Views on their way to the newest command, while nobody asks.
//!
//! Most orders of a long past are gone before its end. So lists of orders and trades by account, the index of client
//! ids, and balances are not kept with every event, but put together once, in the end.

use crate::accounts::Accounts;
use crate::change::Unheard;
use crate::limits::Limits;
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

/// Half of the work of catching up.
pub type Half<'a> = &'a mut (dyn FnMut() + Send);

impl Behind {
    /// Returns the views before the first event.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Behind {
        Behind::seeded(0, Limits::STANDARD)
    }

    /// Returns the views of a state that `Views::state` returned; its balances are not looked at.
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

    /// Returns the views as if every event had been folded by them, given every balance after the last one.
    /// `both` does both halves of the work, on two threads or one.
    ///
    /// # Panics
    /// When a balance is of no account, or `both` leaves a half out.
    pub fn catch_up<B>(mut self, balances: B, both: impl FnOnce(Half<'_>, Half<'_>)) -> Views
    where
        B: Iterator<Item = BalanceRow> + Send,
    {
        let mut accounts = std::mem::replace(&mut self.views.accounts, Accounts::new(0));
        let mut balances = Some(balances);
        let views = &mut self.views;
        both(&mut || views.catch_up_lists(), &mut || {
            if let Some(balances) = balances.take() {
                accounts.put_balances(balances);
            }
        });
        assert!(balances.is_none());
        assert!(!self.views.orders.is_behind());
        self.views.accounts = accounts;
        self.views
    }
}

impl Views {
    /// Puts lists by account and names together.
    fn catch_up_lists(&mut self) {
        self.catch_up_trades();
        self.orders.catch_up(&mut self.account_markets);
        for market in &mut self.markets {
            market.show_top(&mut Unheard);
        }
    }

    /// Lists all kept trades with their accounts.
    fn catch_up_trades(&mut self) {
        for market in &self.markets {
            let id = market.instrument.id;
            let mut trades = market.trades.from(market.trades.first());
            loop {
                let ahead: Vec<_> = trades.by_ref().take(AHEAD_ROWS).collect();
                if ahead.is_empty() {
                    break;
                }
                let owners = |fill: &Fill| [fill.maker.account, fill.taker.account];
                let accounts = ahead.iter().flat_map(|(_, fill)| owners(fill));
                self.account_markets
                    .warm_keys(accounts.map(|account| (account, id)));
                for (trade, fill) in &ahead {
                    let step = Step {
                        number: trade.0,
                        at: fill.at,
                    };
                    let owners = owners(fill).map(|owner| self.account_markets.open(owner, id));
                    self.account_markets
                        .list_trade(step, owners, market.trades.first());
                }
            }
        }
    }
}
