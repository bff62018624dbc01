//! The known name that is nearest to an unknown one.

/// Characters of a name that are compared; the names that are known are shorter.
const COMPARED_CHARS_MAX: usize = 64;

/// Returns the known name that takes the fewest edits, the first of several.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known.min_by_key(|known| edits(name, known))
}

/// Returns how many characters are put in, taken out or exchanged between two texts.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(COMPARED_CHARS_MAX).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, from) in left.chars().take(COMPARED_CHARS_MAX).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, to) in right.iter().enumerate() {
            let exchanged = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (left, right, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("depth", "depth", 0),
            ("dpeth", "depth", 2),
            ("depths", "depth", 1),
            ("klines", "lines", 1),
            ("ping", "time", 3),
        ] {
            assert_eq!(edits(left, right), expected, "{left} {right}");
            assert_eq!(edits(right, left), expected, "{right} {left}");
        }
    }

    #[test]
    fn the_first_of_the_nearest_is_taken() {
        let known = ["trades", "time", "ping"];
        let found = nearest("timer", known.into_iter());
        assert_eq!(found, Some("time"));
        assert_eq!(nearest("pin", known.into_iter()), Some("ping"));
        assert_eq!(nearest("xxxx", known.into_iter()), Some("time"));
        assert_eq!(nearest("x", [].into_iter()), None);
    }
}
