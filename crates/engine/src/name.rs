//! Client order ids in one word each, since most are short and every resting order has one.

use model::text::ClientOrderId;

/// A client order id that [`Names`] keeps.
///
/// **Shape** up to nine characters are 63 bits and stand here themselves; a longer id is the place of its text,
/// marked by the highest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name(u64);

const LONG: u64 = 1 << 63;

impl Name {
    /// The name of no order: no id packs to it.
    pub const NONE: Name = Name(0);
}

/// The texts of the longer client order ids.
///
/// **Cost** 32 bytes an id in use beyond nine characters.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: Vec<ClientOrderId>,
    free: Vec<u32>,
}

impl Names {
    /// Keeps `id` until it is dropped.
    #[inline(always)]
    pub fn keep(&mut self, id: &ClientOrderId) -> Name {
        match short(id) {
            Some(word) => Name(word),
            None => Name(LONG | u64::from(self.keep_text(*id))),
        }
    }

    #[cold]
    fn keep_text(&mut self, id: ClientOrderId) -> u32 {
        if let Some(place) = self.free.pop() {
            self.texts[place as usize] = id;
            return place;
        }
        self.texts.push(id);
        self.texts.len() as u32 - 1
    }

    /// Lets go of a name that was kept.
    pub fn drop(&mut self, name: Name) {
        if name.0 & LONG != 0 {
            self.free.push(name.0 as u32);
        }
    }

    /// Returns whether `name` stands for `id`.
    #[inline]
    pub fn is(&self, name: Name, id: &ClientOrderId) -> bool {
        if name.0 & LONG == 0 {
            id.words() == [name.0, 0, 0, 0]
        } else {
            self.texts[name.0 as u32 as usize] == *id
        }
    }

    /// Returns the id that `name` stands for.
    ///
    /// # Panics
    /// When the name was not kept here.
    pub fn read(&self, name: Name) -> ClientOrderId {
        if name.0 & LONG != 0 {
            return self.texts[name.0 as u32 as usize];
        }
        match ClientOrderId::from_words([name.0, 0, 0, 0]) {
            Some(id) => id,
            None => panic!("a kept name is always a client order id"),
        }
    }

    /// Returns how many longer ids are kept.
    pub fn long_count(&self) -> usize {
        self.texts.len() - self.free.len()
    }
}

/// Returns the id in one word, when it has no more than nine characters.
#[inline]
pub fn short(id: &ClientOrderId) -> Option<u64> {
    let [first, second, third, fourth] = id.words();
    (first & LONG | second | third | fourth == 0).then_some(first)
}

impl Name {
    /// Returns the id as one word, unless its text is kept apart.
    #[inline]
    pub fn as_short(self) -> Option<u64> {
        (self.0 & LONG == 0).then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ClientOrderId {
        ClientOrderId::parse(text.as_bytes()).expect("legal")
    }

    #[test]
    fn a_name_reads_back_as_the_id_it_stands_for() {
        let mut names = Names::default();
        for text in [
            "a",
            "123456789",
            "1234567890",
            "0123456789abcdef0123456789abcdefXYZ_",
        ] {
            let name = names.keep(&id(text));
            assert_eq!(names.read(name), id(text));
            assert!(names.is(name, &id(text)));
            assert!(!names.is(name, &id("other")));
            assert!(!names.is(name, &id("another-long-id")));
        }
        assert_eq!(names.long_count(), 2);
    }

    #[test]
    fn the_place_of_a_dropped_name_is_used_again() {
        let mut names = Names::default();
        let name = names.keep(&id("first-long-id"));
        names.drop(name);
        assert_eq!(names.long_count(), 0);
        let again = names.keep(&id("second-long-id"));
        assert_eq!(again, name);
        assert_eq!(names.read(again), id("second-long-id"));
    }
}
