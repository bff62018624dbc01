//! Rising numbers with rising times: the orders, or the trades, of one account in one market.

use crate::span::Span;
use model::time::Timestamp;
use std::collections::VecDeque;

/// A number and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub number: u64,
    pub at: Timestamp,
}

const STEPS_PER_CHUNK: usize = 1 << 8;

/// A sorted list that grows at the end and loses steps anywhere.
///
/// **Shape** chunks of at most `STEPS_PER_CHUNK` steps; the last one lies in the trail itself, since most never need
/// a second. **Cost** O(log n) to find; a removal moves at most half a chunk.
#[derive(Clone)]
pub struct Trail {
    tail: VecDeque<Step>,
    full: Option<Box<Full>>,
}

/// The chunks before the last, none of them empty.
#[derive(Clone)]
struct Full {
    chunks: Vec<VecDeque<Step>>,
}

/// Chunk and index of a step.
#[derive(Clone, Copy)]
struct Position {
    chunk: usize,
    index: usize,
}

impl Trail {
    pub const EMPTY: Trail = Trail {
        tail: VecDeque::new(),
        full: None,
    };

    /// Adds a number above all others.
    ///
    /// Reads nothing of the steps before, so that it never waits for memory.
    pub fn push(&mut self, step: Step) {
        if self.tail.len() == STEPS_PER_CHUNK {
            let chunk = std::mem::take(&mut self.tail);
            let full = self
                .full
                .get_or_insert_with(|| Box::new(Full { chunks: Vec::new() }));
            full.chunks.push(chunk);
        }
        self.tail.push_back(step);
    }

    /// As `push`, but lets go of what is below `oldest` instead of making room.
    pub fn push_among(&mut self, step: Step, oldest: u64) {
        if self.tail.len() == self.tail.capacity() {
            self.remove_before(oldest);
        }
        self.push(step);
    }

    /// Removes every number below this one.
    pub fn remove_before(&mut self, number: u64) {
        let Position { chunk, index } = self.position(|step| step.number < number);
        let steps = match &mut self.full {
            Some(full) => {
                full.chunks.drain(..chunk);
                full.chunks.first_mut().unwrap_or(&mut self.tail)
            }
            None => &mut self.tail,
        };
        steps.drain(..index);
    }

    pub fn is_empty(&self) -> bool {
        self.tail.is_empty() && self.full().is_empty()
    }

    /// Asks for the end, ahead of a `push`.
    pub fn warm(&self) {
        if let Some(last) = self.tail.back() {
            warm::line(last);
        }
    }

    /// Removes a number, if it is there.
    pub fn remove(&mut self, number: u64) {
        let Position { chunk, index } = self.position(|step| step.number < number);
        let steps = match &mut self.full {
            Some(full) if chunk < full.chunks.len() => &mut full.chunks[chunk],
            _ => &mut self.tail,
        };
        if steps.get(index).is_some_and(|step| step.number == number) {
            steps.remove(index);
        }
        if steps.is_empty()
            && let Some(full) = &mut self.full
            && chunk < full.chunks.len()
        {
            full.chunks.remove(chunk);
        }
    }

    /// Returns the steps with this number or a later one.
    pub fn from(&self, number: u64) -> impl Iterator<Item = Step> {
        self.after(self.position(|step| step.number < number))
    }

    /// Returns the steps within the span.
    pub fn within(&self, span: Span) -> impl Iterator<Item = Step> {
        self.after(self.position(|step| step.at < span.from))
            .take_while(move |step| step.at <= span.until)
    }

    /// Returns the last `count` steps, oldest first.
    pub fn newest(&self, count: usize) -> impl Iterator<Item = Step> {
        let mut chunk = self.full().len();
        let mut index = self.tail.len().saturating_sub(count);
        let mut wanted = count.saturating_sub(self.tail.len());
        while 0 < chunk && 0 < wanted {
            chunk -= 1;
            let len = self.full()[chunk].len();
            index = len.saturating_sub(wanted);
            wanted = wanted.saturating_sub(len);
        }
        self.after(Position { chunk, index })
    }

    fn full(&self) -> &[VecDeque<Step>] {
        self.full.as_ref().map_or(&[], |full| &full.chunks)
    }

    fn after(&self, Position { chunk, index }: Position) -> impl Iterator<Item = Step> {
        let chunks = self.full()[chunk..].iter().chain([&self.tail]);
        chunks.flatten().skip(index).copied()
    }

    /// Returns the place of the first step for which `is_before` no longer holds.
    fn position(&self, is_before: impl Fn(&Step) -> bool) -> Position {
        let full = self.full();
        let chunk = full.partition_point(|chunk| chunk.back().is_some_and(&is_before));
        let steps = full.get(chunk).unwrap_or(&self.tail);
        Position {
            chunk,
            index: steps.partition_point(&is_before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::index::hash_words;
    use std::collections::BTreeMap;

    fn at(number: u64) -> Timestamp {
        Timestamp::from_nanos((number / 3) as i64)
    }

    fn numbers(steps: impl Iterator<Item = Step>) -> Vec<u64> {
        steps.map(|step| step.number).collect()
    }

    #[test]
    fn a_trail_agrees_with_an_ordered_map() {
        let (mut trail, mut map) = (Trail::EMPTY, BTreeMap::new());
        for step in 1..6_000_u64 {
            let number = 2 * step;
            let chance = hash_words(3, &[step]);
            trail.push(Step {
                number,
                at: at(number),
            });
            map.insert(number, at(number));
            if chance % 10 < 8 {
                let removed = chance % (number + 3);
                trail.remove(removed);
                map.remove(&removed);
            }
            if step % 50 == 0 {
                let from = (chance >> 8) % (number + 3);
                let keys = |range: Vec<(&u64, &Timestamp)>| -> Vec<u64> {
                    range.into_iter().map(|(key, _)| *key).collect()
                };
                assert_eq!(numbers(trail.from(from)), keys(map.range(from..).collect()));
                let count = (chance % 700) as usize;
                let skipped = map.len().saturating_sub(count);
                assert_eq!(
                    numbers(trail.newest(count)),
                    keys(map.iter().skip(skipped).collect())
                );
                let span = Span {
                    from: at(from),
                    until: at(from + 900),
                };
                let inside = map.iter().filter(|(_, at)| span.includes(**at));
                assert_eq!(numbers(trail.within(span)), keys(inside.collect()));
            }
        }
    }
}
