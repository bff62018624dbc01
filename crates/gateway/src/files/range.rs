//! Which part of a file a client asks for.
//!
//! **Source** RFC 9110 §14: a range that is not understood, or several, are as none.

use axum::http::HeaderMap;
use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};

/// What is to be sent of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// The first byte and the last one.
    Part(u64, u64),
    /// A part that the file does not have.
    Beyond,
    /// The client has it already.
    Nothing,
}

/// Returns what is wanted of a file with this length and tag.
pub fn wanted(headers: &HeaderMap, size_bytes: u64, tag: Option<&str>) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let (Some(tags), Some(tag)) = (text(IF_NONE_MATCH), tag)
        && has_tag(tags, tag)
    {
        return Wanted::Nothing;
    }
    let is_same = text(IF_RANGE).is_none_or(|known| Some(known) == tag);
    match text(RANGE).filter(|_| is_same) {
        Some(range) => part_of(range, size_bytes),
        None => Wanted::Whole,
    }
}

fn has_tag(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|found| {
        let found = found.strip_prefix("W/").unwrap_or(found);
        found == "*" || found == tag
    })
}

fn part_of(range: &str, size_bytes: u64) -> Wanted {
    let bounds = range
        .strip_prefix("bytes=")
        .and_then(|it| it.split_once('-'));
    let Some((first, last)) = bounds.map(|(first, last)| (first.trim(), last.trim())) else {
        return Wanted::Whole;
    };
    let (first, last) = match (number(first), number(last)) {
        (Some(first), Some(last)) if last < first => return Wanted::Whole,
        (Some(first), Some(last)) => (first, last),
        (Some(first), None) if last.is_empty() => (first, u64::MAX),
        (None, Some(0)) if first.is_empty() => return Wanted::Beyond,
        (None, Some(count)) if first.is_empty() => (size_bytes.saturating_sub(count), u64::MAX),
        _ => return Wanted::Whole,
    };
    if size_bytes <= first {
        return Wanted::Beyond;
    }
    Wanted::Part(first, last.min(size_bytes - 1))
}

fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0, 0)),
            ("bytes=2-5", Wanted::Part(2, 5)),
            ("bytes=2-", Wanted::Part(2, 9)),
            ("bytes=2-99", Wanted::Part(2, 9)),
            ("bytes=-3", Wanted::Part(7, 9)),
            ("bytes=-99", Wanted::Part(0, 9)),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=99999999999999999999-", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(part_of(range, 10), expected, "{range}");
        }
    }

    #[test]
    fn a_tag_that_is_known_makes_a_file_unnecessary() {
        for (tags, is_known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            assert_eq!(has_tag(tags, "\"a\""), is_known, "{tags}");
        }
    }
}
