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
/// **Shape** chunks of at most `STEPS_PER_CHUNK` steps, none empty. **Cost** O(log n) to find; a removal moves at
/// most half a chunk.
pub struct Trail {
    chunks: Vec<VecDeque<Step>>,
}

impl Trail {
    pub const EMPTY: Trail = Trail { chunks: Vec::new() };

    /// Adds a number above all others; adding the last one again changes nothing.
    pub fn push(&mut self, step: Step) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.back().is_some_and(|last| last.number == step.number) => (),
            Some(chunk) if chunk.len() < STEPS_PER_CHUNK => chunk.push_back(step),
            _ => {
                // Most accounts never need a second chunk.
                self.chunks
                    .reserve_exact(usize::from(self.chunks.is_empty()));
                self.chunks.push(VecDeque::from([step]));
            }
        }
    }

    /// Removes a number, if it is there.
    pub fn remove(&mut self, number: u64) {
        let (chunk, index) = self.position(|step| step.number < number);
        let Some(steps) = self.chunks.get_mut(chunk) else {
            return;
        };
        if steps[index].number == number {
            steps.remove(index);
        }
        if steps.is_empty() {
            self.chunks.remove(chunk);
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
        let (mut chunk, mut wanted) = (self.chunks.len(), count);
        let mut index = 0;
        while 0 < chunk && 0 < wanted {
            chunk -= 1;
            let len = self.chunks[chunk].len();
            index = len.saturating_sub(wanted);
            wanted = wanted.saturating_sub(len);
        }
        self.after((chunk, index))
    }

    fn after(&self, (chunk, index): (usize, usize)) -> impl Iterator<Item = Step> {
        self.chunks[chunk..].iter().flatten().skip(index).copied()
    }

    /// Returns chunk and index of the first step for which `is_before` no longer holds.
    fn position(&self, is_before: impl Fn(&Step) -> bool) -> (usize, usize) {
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.back().is_some_and(&is_before));
        let index = self
            .chunks
            .get(chunk)
            .map_or(0, |steps| steps.partition_point(&is_before));
        (chunk, index)
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

    #[test]
    fn the_last_number_is_added_once() {
        let mut trail = Trail::EMPTY;
        let step = Step {
            number: 4,
            at: at(4),
        };
        trail.push(step);
        trail.push(step);
        assert_eq!(numbers(trail.from(0)), [4]);
        trail.remove(4);
        trail.remove(4);
        assert_eq!(numbers(trail.newest(9)), Vec::<u64>::new());
    }
}
