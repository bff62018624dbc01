//! All fills of an account in a market, page by page.

use indexer::range::Range;
use indexer::reading::Reading;
use indexer::trade::PastFill;
use model::id::{AccountId, MarketId};
use wire::binance::error::{Fault, Refusal};

use crate::past::failed;

/// Rows that are read at a time.
pub const PAGE: usize = 4_096;
/// How many fills one answer is made from at most.
const FILLS_MAX: usize = 1_000_000;

/// Hands over every fill, the oldest first, and counts them.
///
/// # Errors
/// -1130 beyond a million, with the parameter that would make it fewer, and the database's.
pub async fn read_fills(
    reading: &Reading,
    of: (AccountId, MarketId),
    (count, narrower): (&mut usize, &str),
    mut each: impl FnMut(&PastFill),
) -> Result<(), Refusal> {
    let mut next = 0;
    loop {
        let page = reading.fills(of, None, Range::From(next), PAGE).await;
        let mut page = page.map_err(failed)?;
        let is_last = page.len() < PAGE;
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
