//! Doubly linked lists through rows: in and out anywhere at the cost of two neighbours, nothing allocated.

use crate::rows::{Rows, Slot};

/// A row's place in one chain.
pub struct Links<T> {
    previous: Option<Slot<T>>,
    next: Option<Slot<T>>,
}

impl<T> Clone for Links<T> {
    fn clone(&self) -> Links<T> {
        *self
    }
}

impl<T> Copy for Links<T> {}

impl<T> Links<T> {
    /// In no chain.
    pub const NONE: Links<T> = Links {
        previous: None,
        next: None,
    };

    /// Returns the row behind this one.
    pub fn next(&self) -> Option<Slot<T>> {
        self.next
    }
}

/// The ends of a chain. Each method takes the rows and says which links of a row belong to this chain.
pub struct Chain<T> {
    first: Option<Slot<T>>,
    last: Option<Slot<T>>,
    count: u32,
}

impl<T> Chain<T> {
    pub const EMPTY: Chain<T> = Chain {
        first: None,
        last: None,
        count: 0,
    };

    pub fn first(&self) -> Option<Slot<T>> {
        self.first
    }

    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Adds a row at the end.
    pub fn push(
        &mut self,
        rows: &mut Rows<T>,
        slot: Slot<T>,
        links: impl Fn(&mut T) -> &mut Links<T>,
    ) {
        *links(rows.get_mut(slot)) = Links {
            previous: self.last,
            next: None,
        };
        match self.last {
            Some(last) => links(rows.get_mut(last)).next = Some(slot),
            None => self.first = Some(slot),
        }
        self.last = Some(slot);
        self.count += 1;
    }

    /// Takes a row of this chain out of it.
    pub fn remove(
        &mut self,
        rows: &mut Rows<T>,
        slot: Slot<T>,
        links: impl Fn(&mut T) -> &mut Links<T>,
    ) {
        let Links { previous, next } = *links(rows.get_mut(slot));
        match previous {
            Some(previous) => links(rows.get_mut(previous)).next = next,
            None => self.first = next,
        }
        match next {
            Some(next) => links(rows.get_mut(next)).previous = previous,
            None => self.last = previous,
        }
        self.count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row {
        name: char,
        links: Links<Row>,
    }

    fn of(row: &mut Row) -> &mut Links<Row> {
        &mut row.links
    }

    fn names(chain: &Chain<Row>, rows: &Rows<Row>) -> String {
        std::iter::successors(chain.first(), |slot| rows.get(*slot).links.next())
            .map(|slot| rows.get(slot).name)
            .collect()
    }

    #[test]
    fn rows_leave_a_chain_from_any_place() {
        let (mut rows, mut chain) = (Rows::new(), Chain::EMPTY);
        let slots: Vec<Slot<Row>> = "abcde"
            .chars()
            .map(|name| {
                let slot = rows.insert(Row {
                    name,
                    links: Links::NONE,
                });
                chain.push(&mut rows, slot, of);
                slot
            })
            .collect();
        for (index, left) in [(2, "abde"), (0, "bde"), (4, "bd"), (3, "b"), (1, "")] {
            chain.remove(&mut rows, slots[index], of);
            assert_eq!(names(&chain, &rows), left);
            assert_eq!(chain.len(), left.len());
        }
        chain.push(&mut rows, slots[0], of);
        assert_eq!(names(&chain, &rows), "a");
    }
}
