//! Lists of the history that are told page by page: a sealed cursor says where the next page begins.

use indexer::entry::EntryPlace;
use model::id::AssetId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::rest::ask::Ask;
use crate::rest::range::{Reach, Times, times};

/// The times of a list, from the first moment to the last, both included.
pub type Stretch = (Timestamp, Timestamp);

/// Returns the times of a request for a list; without any, all there is.
///
/// # Errors
/// Those of `times`.
pub fn stretch(ask: &Ask<'_>, reach: Reach) -> Result<Stretch, Refusal> {
    Ok(match times(ask.params, reach)? {
        Times::Newest => (Timestamp::ZERO, Timestamp::MAX),
        Times::From(span) => (span.from, span.until),
        Times::Until(until) => (Timestamp::ZERO, until),
    })
}

/// Who asks for which list: what a cursor is bound to.
pub struct Question(Vec<u8>);

impl Question {
    /// Returns the question for a list of the asked account, of one asset or of all.
    pub fn of(
        ask: &Ask<'_>,
        list: &str,
        asset: Option<AssetId>,
        (from, until): Stretch,
    ) -> Question {
        let mut bytes = list.as_bytes().to_vec();
        bytes.extend(ask.account.0.to_be_bytes());
        bytes.extend(asset.map_or(-1, |asset| i32::from(asset.0)).to_be_bytes());
        bytes.extend(from.nanos().to_be_bytes());
        bytes.extend(until.nanos().to_be_bytes());
        Question(bytes)
    }

    /// Adds what else the list is narrowed to.
    pub fn add(&mut self, part: &[u8]) {
        self.0.extend((part.len() as u64).to_be_bytes());
        self.0.extend(part);
    }

    /// Returns the place that the cursor of a request stands for, if it has one.
    ///
    /// # Errors
    /// -1130 for a cursor of another question.
    pub fn beyond(&self, ask: &Ask<'_>) -> Result<Option<EntryPlace>, Refusal> {
        let cursor = ask.params.text("cursor")?;
        let place = cursor.map(|text| {
            let place = ask.gateway.cursor_key().open(&self.0, text);
            place.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["cursor"]))
        });
        place.transpose()
    }

    /// Returns the cursor of what follows the last row of a full page.
    ///
    /// # Errors
    /// -1000 when the operating system has no randomness to give.
    pub fn next(&self, ask: &Ask<'_>, last: Option<EntryPlace>) -> Result<Option<String>, Refusal> {
        let sealed = last.map(|place| ask.gateway.cursor_key().seal(&self.0, place));
        let sealed = sealed.transpose();
        sealed.map_err(|_| Refusal::of(Fault::Unknown))
    }
}
