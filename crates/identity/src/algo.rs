//! Orders that are spread over time, and the slices they were sent in.
//!
//! A slice is written down before it is sent, and what became of it after: a stop in between leaves it in doubt, and
//! whoever goes on asks the exchange. Absent by design: when a slice is due, and how large it is.

use model::id::{AccountId, AssetId, MarketId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::{SelfTradeMode, Side};
use model::reject::Reject;
use model::text::ClientOrderId;
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::identity::{Identity, IdentityError};

/// For so long an order that has ended is still told of.
pub const KEPT_NANOS: i64 = 90 * NANOS_PER_DAY;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlgoId(pub u64);

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoWish {
    pub account: AccountId,
    /// No other order of the account that is kept has it.
    pub client_id: ClientOrderId,
    pub market: MarketId,
    pub side: Side,
    pub qty: Qty,
    /// `None` takes whatever price the market has.
    pub limit: Option<Price>,
    /// `None` takes the market's default.
    pub self_trade: Option<SelfTradeMode>,
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
    /// Into how many slices the time is cut; at least one.
    pub slices: u32,
}

/// An order that is spread over time, as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoOrder {
    pub id: AlgoId,
    pub wish: AlgoWish,
    pub executed: Qty,
    /// The value of what is executed, in quote units.
    pub quote: Amount,
    /// How many slices were sent, in doubt or not.
    pub sent: u32,
    /// When the last of them was.
    pub last_sent_at: Option<Timestamp>,
    /// How it ended, and when.
    pub end: Option<(Ending, Timestamp)>,
}

/// Why an order is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of it is executed.
    Filled,
    Cancelled,
    /// Its time is over, and something is left.
    TimeOver,
    /// What is left is less than the market takes.
    RestTooSmall,
    /// The market is closed for good.
    MarketClosed,
    AccountClosed,
    /// The exchange refused a slice for a reason that stays.
    Refused(Reject),
}

impl Ending {
    const REFUSED: i64 = 7;

    /// Returns the numbers it is kept as: of itself and of the refusal.
    pub(crate) fn numbers(self) -> (i64, Option<i64>) {
        match self {
            Ending::Filled => (1, None),
            Ending::Cancelled => (2, None),
            Ending::TimeOver => (3, None),
            Ending::RestTooSmall => (4, None),
            Ending::MarketClosed => (5, None),
            Ending::AccountClosed => (6, None),
            Ending::Refused(reject) => (Ending::REFUSED, Some(reject.code().into())),
        }
    }

    pub(crate) fn from_numbers(number: i64, reject: Option<i64>) -> Option<Ending> {
        match number {
            1 => Some(Ending::Filled),
            2 => Some(Ending::Cancelled),
            3 => Some(Ending::TimeOver),
            4 => Some(Ending::RestTooSmall),
            5 => Some(Ending::MarketClosed),
            6 => Some(Ending::AccountClosed),
            Ending::REFUSED => reject_of(reject?).map(Ending::Refused),
            _ => None,
        }
    }
}

pub(crate) fn reject_of(number: i64) -> Option<Reject> {
    Reject::from_code(u16::try_from(number).ok()?)
}

/// A slice of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoSlice {
    pub algo: AlgoId,
    /// From 1 on, without gaps.
    pub number: u32,
    pub qty: Qty,
    pub sent_at: Timestamp,
    pub fate: SliceFate,
}

/// What became of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceFate {
    /// Nobody knows yet.
    InDoubt,
    Taken(SliceFill),
    Refused(Reject),
    /// It never came to the exchange.
    Lost,
}

/// What an order of the exchange executed of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceFill {
    pub order: OrderId,
    pub executed: Qty,
    /// In quote units.
    pub quote: Amount,
    /// What it paid, and in which asset; `None` where that is not known any more.
    pub fee: Option<(Amount, AssetId)>,
}

/// How many orders may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoRoom {
    pub of_account: u32,
    pub in_all: u32,
}

/// Which ended orders are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoFilter {
    pub account: AccountId,
    pub market: Option<MarketId>,
    pub side: Option<Side>,
    /// First and last moment of their beginning.
    pub begun: (Timestamp, Timestamp),
}

/// Some rows out of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgoPage {
    pub skipped: u64,
    pub rows: u32,
}

impl Identity {
    /// Keeps a new order and returns its number.
    ///
    /// # Errors
    /// `AlgoNameTaken`, `AlgosFull`.
    pub async fn add_algo(&self, wish: &AlgoWish, room: AlgoRoom) -> Result<AlgoId, IdentityError> {
        self.store.add_algo(wish, room).await
    }

    /// Returns an order.
    ///
    /// # Errors
    /// When the database fails or a row is damaged; so do all below.
    pub async fn algo(&self, id: AlgoId) -> Result<Option<AlgoOrder>, IdentityError> {
        self.store.algo(id).await
    }

    /// Returns an order of an account by its name.
    pub async fn algo_named(
        &self,
        account: AccountId,
        name: ClientOrderId,
    ) -> Result<Option<AlgoOrder>, IdentityError> {
        self.store.algo_named(account, name).await
    }

    /// Returns the open orders of an account, the oldest first.
    pub async fn open_algos(&self, account: AccountId) -> Result<Vec<AlgoOrder>, IdentityError> {
        self.store.open_algos(account).await
    }

    /// Returns the orders of everybody that are open or have a slice in doubt.
    pub async fn unfinished_algos(&self) -> Result<Vec<AlgoOrder>, IdentityError> {
        self.store.unfinished_algos().await
    }

    /// Returns how many ended orders there are, and some of them, the newest first.
    pub async fn past_algos(
        &self,
        filter: &AlgoFilter,
        page: AlgoPage,
    ) -> Result<(u64, Vec<AlgoOrder>), IdentityError> {
        self.store.past_algos(filter, page).await
    }

    /// Returns some of the slices of an order, the first first.
    pub async fn algo_slices(
        &self,
        id: AlgoId,
        page: AlgoPage,
    ) -> Result<Vec<AlgoSlice>, IdentityError> {
        self.store.algo_slices(id, page).await
    }

    /// Returns the slice of an order of which nobody knows what became of it.
    pub async fn slice_in_doubt(&self, id: AlgoId) -> Result<Option<AlgoSlice>, IdentityError> {
        self.store.slice_in_doubt(id).await
    }

    /// Writes down that a slice is about to be sent, and returns whether its order is open and has sent one less.
    pub async fn begin_slice(&self, slice: &AlgoSlice) -> Result<bool, IdentityError> {
        self.store.begin_slice(slice).await
    }

    /// Writes down what became of a slice that was in doubt.
    pub async fn end_slice(&self, slice: &AlgoSlice) -> Result<(), IdentityError> {
        self.store.end_slice(slice).await
    }

    /// Ends an order, and returns whether it was open.
    pub async fn end_algo(
        &self,
        id: AlgoId,
        ending: Ending,
        at: Timestamp,
    ) -> Result<bool, IdentityError> {
        self.store.end_algo(id, ending, at).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_is_read_as_it_was_kept() {
        let refused = Reject::ALL.iter().map(|reject| Ending::Refused(*reject));
        let plain = [
            Ending::Filled,
            Ending::Cancelled,
            Ending::TimeOver,
            Ending::RestTooSmall,
            Ending::MarketClosed,
            Ending::AccountClosed,
        ];
        for ending in plain.into_iter().chain(refused) {
            let (number, reject) = ending.numbers();
            assert_eq!(Ending::from_numbers(number, reject), Some(ending));
        }
        assert_eq!(Ending::from_numbers(0, None), None);
        assert_eq!(Ending::from_numbers(Ending::REFUSED, None), None);
        assert_eq!(Ending::from_numbers(Ending::REFUSED, Some(-1)), None);
    }
}
