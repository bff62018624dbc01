//! The small status page, in the languages of the pages and under the name of the brand.

use crate::brand::Brand;
use crate::reply::{Content, Reply};

const PAGE: &str = include_str!("page/status.html");
/// The words of every language, and what shows them.
const SCRIPT: &str = concat!(
    "\"use strict\";\n\nconst ALL_WORDS = ",
    include_str!("page/status-words.json"),
    ";\n",
    include_str!("page/status.js")
);
const STYLE: &str = include_str!("page/status.css");
/// Where the page names the exchange, and says which languages it may be shown in.
const NAME: &str = "{name}";
const LANGUAGES: &str = "{languages}";

/// `GET /status`.
pub fn page(brand: &Brand) -> Reply {
    let page = PAGE
        .replace(LANGUAGES, &brand.languages.join(" "))
        .replace(NAME, &escaped(&brand.name));
    Reply::text(Content::Page, page.into_bytes())
}

/// `GET /status.js`.
pub fn script() -> Reply {
    Reply::text(Content::Script, SCRIPT.as_bytes().to_vec())
}

/// `GET /status.css`.
pub fn style() -> Reply {
    Reply::text(Content::Style, STYLE.as_bytes().to_vec())
}

/// Returns a text that a document shows as it is.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brand::SPOKEN;
    use std::collections::{BTreeMap, BTreeSet};

    type Words = BTreeMap<String, BTreeMap<String, String>>;

    fn words() -> Words {
        serde_json::from_str(include_str!("page/status-words.json")).expect("words are JSON")
    }

    fn keys(words: &BTreeMap<String, String>) -> BTreeSet<&str> {
        words.keys().map(String::as_str).collect()
    }

    /// What stands behind each start of `mark` in a text, until `end`.
    fn between<'a>(text: &'a str, mark: &str, end: char) -> BTreeSet<&'a str> {
        let parts = text.split(mark).skip(1);
        parts.filter_map(|part| part.split(end).next()).collect()
    }

    #[test]
    fn every_language_that_people_speak_has_every_word_with_the_same_numbers_in_it() {
        let all = words();
        assert_eq!(
            all.keys().map(String::as_str).collect::<BTreeSet<_>>(),
            BTreeSet::from(SPOKEN)
        );
        let english = &all["en"];
        for (language, words) in &all {
            assert_eq!(keys(words), keys(english), "{language}");
            for (key, text) in words {
                let numbers = between(&english[key], "{", '}');
                assert_eq!(between(text, "{", '}'), numbers, "{language}: {key}");
            }
        }
    }

    #[test]
    fn the_page_and_its_script_say_words_that_there_are() {
        let all = words();
        let english = keys(&all["en"]);
        for word in between(PAGE, "data-word=\"", '"') {
            assert!(english.contains(word), "{word}");
        }
        for word in between(SCRIPT, "said(\"", '"') {
            assert!(english.contains(word), "{word}");
        }
    }

    #[test]
    fn the_page_has_the_name_and_the_languages_of_the_brand() {
        let mut brand = Brand::standard();
        brand.name = "Piazza <& Co>".to_owned();
        let page = String::from_utf8(page(&brand).body).expect("a page is text");
        assert!(page.contains("<title>Piazza &lt;&amp; Co&gt;</title>"));
        assert!(page.contains("<h1>Piazza &lt;&amp; Co&gt;</h1>"));
        assert!(page.contains("data-languages=\"en zh-CN\""));
        assert!(!page.contains("Bourse") && !page.contains(NAME));
    }
}
