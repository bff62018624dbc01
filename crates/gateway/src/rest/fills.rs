//! All fills of an account in a market, page by page.

use indexer::range::Range;
use indexer::reading::Reading;
use indexer::trade::PastFill;
use model::id::{AccountId, MarketId};
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::past::failed;

/// Rows that are read at a time.
pub const PAGE: usize = 4_096;
/// How many fills one answer is made from at most.
const FILLS_MAX: usize = 1_000_000;

/// Hands over every fill up to some time, the oldest first, and counts them.
///
/// # Errors
/// -1130 beyond a million, with the parameter that would make it fewer, and the database's.
pub async fn read_fills(
    reading: &Reading,
    (account, market, until): (AccountId, MarketId, Timestamp),
    (count, narrower): (&mut usize, &str),
    mut each: impl FnMut(&PastFill),
) -> Result<(), Refusal> {
    let of = (account, market);
    let mut next = 0;
    loop {
        let page = reading.fills(of, None, Range::From(next), PAGE).await;
        let mut page = page.map_err(failed)?;
        let is_last = end_at(&mut page, until) || page.len() < PAGE;
        // A trade of the account with itself has two rows, and the page may end between them.
        if let (false, Some(last)) = (is_last, page.last().map(|fill| fill.trade)) {
            page.retain(|fill| fill.trade != last);
            next = last.0;
        }
        *count += page.len();
        if FILLS_MAX < *count {
            return Err(Refusal::with(Fault::DataInvalid, &[narrower]));
        }
        page.iter().for_each(&mut each);
        if is_last {
            return Ok(());
        }
    }
}

/// Takes the fills after some time off the end of a page, and returns whether there were any.
fn end_at(page: &mut Vec<PastFill>, until: Timestamp) -> bool {
    let end = page.partition_point(|fill| fill.at <= until);
    let has_later = end < page.len();
    page.truncate(end);
    has_later
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexer::trade::FillRole;
    use model::id::{OrderId, TradeId};
    use model::number::{Amount, Price, Qty};
    use model::order::Side;

    fn fill(second: i64) -> PastFill {
        PastFill {
            account: AccountId(1),
            market: MarketId(0),
            trade: TradeId(second.unsigned_abs()),
            role: FillRole::Taker,
            order: OrderId(1),
            list: None,
            side: Side::Buy,
            price: Price::MIN,
            qty: Qty::new(1).expect("legal"),
            quote: Amount::ZERO,
            fee: Amount::ZERO,
            rebate: Amount::ZERO,
            at: at(second),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_nanos(second * 1_000_000_000)
    }

    #[test]
    fn what_came_after_the_end_is_neither_counted_nor_read_on() {
        let ended = |until: i64| {
            let mut page = vec![fill(1), fill(2), fill(2), fill(3)];
            let has_later = end_at(&mut page, at(until));
            (page.len(), has_later)
        };
        assert_eq!(ended(0), (0, true));
        assert_eq!(ended(2), (3, true));
        assert_eq!(ended(3), (4, false));
        assert!(!end_at(&mut Vec::new(), at(1)));
    }
}
