//! The answer to a cancel-replace: how each of its halves went.
//!
//! **Source** `docs/spec/binance-surface.md` §9.4.

use serde::Serialize;

use crate::binance::answer::list::CancelAnswer;
use crate::binance::answer::order::New;
use crate::binance::error::Refusal;

/// How one half of a cancel-replace went.
#[derive(Debug)]
pub enum Half<T> {
    Success(T),
    Failure(Refusal),
    NotAttempted,
}

impl<T> Half<T> {
    const fn word(&self) -> &'static str {
        match self {
            Half::Success(_) => "SUCCESS",
            Half::Failure(_) => "FAILURE",
            Half::NotAttempted => "NOT_ATTEMPTED",
        }
    }
}

impl<T: Serialize> Serialize for Half<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Half::Success(answer) => answer.serialize(serializer),
            Half::Failure(refusal) => refusal.serialize(serializer),
            Half::NotAttempted => serializer.serialize_none(),
        }
    }
}

/// Both halves of a cancel-replace.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replaced {
    cancel_result: &'static str,
    new_order_result: &'static str,
    cancel_response: Half<CancelAnswer>,
    new_order_response: Half<New>,
}

impl Replaced {
    /// Returns the answer with its two halves.
    pub fn of(cancel: Half<CancelAnswer>, new_order: Half<New>) -> Replaced {
        Replaced {
            cancel_result: cancel.word(),
            new_order_result: new_order.word(),
            cancel_response: cancel,
            new_order_response: new_order,
        }
    }
}

/// A cancel-replace that went wrong at least by half.
#[derive(Debug, Serialize)]
pub struct ReplaceError<'a> {
    pub code: i32,
    pub msg: &'a str,
    pub data: Replaced,
}
