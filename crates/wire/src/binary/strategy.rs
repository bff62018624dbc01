//! The bytes of what an order's owner says it is part of.

use super::codec::{DecodeError, Reader};
use super::field::{Field, Show};
use super::json_line::Line;
use model::strategy::{Strategy, StrategyId, StrategyKind};

const NO_ID: i64 = -1;
const NO_KIND: i64 = 0;

/// Id and kind with all their bytes, a number that is neither for none: with a short form, rows of parked orders could
/// claim more memory than the input may.
impl Field for Strategy {
    const BYTES_MIN: usize = 8 + 8;

    fn put(&self, out: &mut Vec<u8>) {
        let Strategy { id, kind } = self;
        id.map_or(NO_ID, StrategyId::number).put(out);
        kind.map_or(NO_KIND, StrategyKind::number).put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Strategy, DecodeError> {
        let at_id = *reader;
        let id = i64::take(reader)?;
        let at_kind = *reader;
        let kind = i64::take(reader)?;
        Ok(Strategy {
            id: named(id, NO_ID, StrategyId::new)
                .ok_or_else(|| at_id.illegal("id of a strategy"))?,
            kind: named(kind, NO_KIND, StrategyKind::new)
                .ok_or_else(|| at_kind.illegal("kind of a strategy"))?,
        })
    }
}

/// Returns what a number names, if anything, or `None` when it may not stand there.
fn named<T>(number: i64, none: i64, new: impl Fn(i64) -> Option<T>) -> Option<Option<T>> {
    if number == none {
        return Some(None);
    }
    new(number).map(Some)
}

impl Show for Strategy {
    fn show(&self, line: &mut Line) {
        let Strategy { id, kind } = self;
        line.open();
        line.member("id", &id.map(StrategyId::number));
        line.member("kind", &kind.map(StrategyKind::number));
        line.close();
    }
}
