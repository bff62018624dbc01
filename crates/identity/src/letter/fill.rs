//! Putting values into a text, once: what a value contains is never looked at again.

/// Longer values end there.
const VALUE_CHARS_MAX: usize = 200;

/// What the text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    Text,
    Html,
}

/// Returns the text with its blanks, `{name}`, filled; one without a value stays.
pub(super) fn fill(text: &str, values: &[(&str, &str)], markup: Markup) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, blank)) = rest.split_once('{') {
        push(&mut filled, before, markup);
        let Some((name, after)) = blank.split_once('}') else {
            push(&mut filled, &rest[before.len()..], markup);
            return filled;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        match value {
            Some((_, value)) => push(&mut filled, &shown(value), markup),
            None => push(
                &mut filled,
                &rest[before.len()..rest.len() - after.len()],
                markup,
            ),
        }
        rest = after;
    }
    push(&mut filled, rest, markup);
    filled
}

/// Returns a value on one line: a space for what is no sign, or a sign that hides or turns others.
pub(super) fn shown(text: &str) -> String {
    let is_hidden = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let signs = text.chars().take(VALUE_CHARS_MAX);
    signs
        .map(|sign| if is_hidden(sign) { ' ' } else { sign })
        .collect()
}

fn push(filled: &mut String, text: &str, markup: Markup) {
    match markup {
        Markup::Text => filled.push_str(text),
        Markup::Html => text.chars().for_each(|sign| match sign {
            '&' => filled.push_str("&amp;"),
            '<' => filled.push_str("&lt;"),
            '>' => filled.push_str("&gt;"),
            '"' => filled.push_str("&quot;"),
            '\'' => filled.push_str("&#39;"),
            sign => filled.push(sign),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_once_and_what_is_none_stays() {
        let values = [("a", "{b}"), ("b", "x<y")];
        for (text, plain, html) in [
            ("", "", ""),
            ("{a}{b}", "{b}x<y", "{b}x&lt;y"),
            ("a {c} & {", "a {c} & {", "a {c} &amp; {"),
            ("{{a}}", "{{a}}", "{{a}}"),
        ] {
            assert_eq!(fill(text, &values, Markup::Text), plain);
            assert_eq!(fill(text, &values, Markup::Html), html);
        }
    }

    #[test]
    fn a_value_is_cut_off_and_stays_on_its_line() {
        assert_eq!(shown("a\r\nb\tc\0\u{85}\u{2028}d\u{202e}"), "a  b c   d ");
        assert_eq!(shown(&"é".repeat(300)).chars().count(), VALUE_CHARS_MAX);
    }
}
