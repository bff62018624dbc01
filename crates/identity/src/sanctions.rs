//! A list of names that are looked at by a person before anything is approved.
//!
//! **Shape** CSV in UTF-8; the first line is `name,birth_date,source`, and so is what each after it has; the date is `YYYY-MM-DD` or empty, a name with a comma
//! stands in quotes, and a line that begins with `#` is a remark. The list itself is somebody else's and comes with none.

use std::path::Path;

use crate::brought;
use crate::identity::IdentityError;
use crate::person::{BirthDate, Person};

const LINES_MAX: usize = 5_000_000;
const COLUMNS: &str = "name,birth_date,source";
/// Letters of other scripts that people write in Latin ones when they fill in a form.
const FOLDS: &[(char, &str)] = &[
    ('ä', "a"),
    ('á', "a"),
    ('à', "a"),
    ('â', "a"),
    ('ã', "a"),
    ('å', "a"),
    ('ā', "a"),
    ('æ', "ae"),
    ('ç', "c"),
    ('č', "c"),
    ('ć', "c"),
    ('ď', "d"),
    ('đ', "d"),
    ('é', "e"),
    ('è', "e"),
    ('ê', "e"),
    ('ë', "e"),
    ('ē', "e"),
    ('ě', "e"),
    ('ğ', "g"),
    ('í', "i"),
    ('ì', "i"),
    ('î', "i"),
    ('ï', "i"),
    ('ī', "i"),
    ('ı', "i"),
    ('ł', "l"),
    ('ñ', "n"),
    ('ń', "n"),
    ('ň', "n"),
    ('ó', "o"),
    ('ò', "o"),
    ('ô', "o"),
    ('õ', "o"),
    ('ö', "o"),
    ('ø', "o"),
    ('ō', "o"),
    ('œ', "oe"),
    ('ř', "r"),
    ('š', "s"),
    ('ś', "s"),
    ('ş', "s"),
    ('ß', "ss"),
    ('ť', "t"),
    ('ú', "u"),
    ('ù', "u"),
    ('û', "u"),
    ('ü', "u"),
    ('ū', "u"),
    ('ů', "u"),
    ('ý', "y"),
    ('ÿ', "y"),
    ('ž', "z"),
    ('ź', "z"),
    ('ż', "z"),
];

/// The names that are looked for.
#[derive(Clone, Debug, Default)]
pub struct SanctionsList {
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    /// In small Latin letters where there are such, in order of the alphabet.
    words: Vec<String>,
    born: Option<BirthDate>,
    source: String,
}

impl SanctionsList {
    /// Returns the list of a file.
    ///
    /// # Errors
    /// When it cannot be read, or a line of it cannot be understood.
    pub fn load(path: &Path) -> Result<SanctionsList, IdentityError> {
        let failed = |reason: String| IdentityError::SanctionsFile {
            path: path.display().to_string(),
            reason,
        };
        let text = brought::read(path).map_err(|error| failed(error.to_string()))?;
        SanctionsList::parse(&text).map_err(failed)
    }

    /// Returns the list of a text.
    ///
    /// # Errors
    /// Which line cannot be understood, and why.
    pub fn parse(text: &str) -> Result<SanctionsList, String> {
        let mut lines = Vec::new();
        for (number, line) in brought::rows(text, COLUMNS)? {
            if LINES_MAX <= lines.len() {
                return Err(format!("there are more than {LINES_MAX} lines"));
            }
            let read = read_line(line);
            lines.push(read.ok_or_else(|| {
                format!("line {number} is not `name,YYYY-MM-DD or nothing,source`")
            })?);
        }
        Ok(SanctionsList { lines })
    }

    /// Returns the sources of all lines that may be about a person: every word of the shorter name is in the longer
    /// one, and the dates agree where both are known.
    ///
    /// **Cost** O(lines).
    pub fn matches(&self, person: &Person) -> Vec<&str> {
        let words = words_of(&person.name);
        let is_match = |line: &&Line| {
            let is_born = line.born.is_none_or(|born| born == person.born);
            is_born && is_within(&line.words, &words)
        };
        let sources = self.lines.iter().filter(is_match);
        sources.map(|line| line.source.as_str()).collect()
    }

    /// Returns the first lines as they are understood, at most so many.
    pub fn preview(&self, count_max: usize) -> Vec<String> {
        let shown = |line: &Line| {
            let born = line.born.map_or_else(String::new, |born| born.to_string());
            format!("{} | {born} | {}", line.words.join(" "), line.source)
        };
        self.lines.iter().take(count_max).map(shown).collect()
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

fn read_line(line: &str) -> Option<Line> {
    let (name, rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",")?,
        None => line.split_once(',')?,
    };
    let (born, source) = rest.split_once(',')?;
    let born = match born.trim() {
        "" => None,
        text => Some(BirthDate::parse(text)?),
    };
    let words = words_of(name);
    let source = source.trim();
    (!words.is_empty() && !source.is_empty()).then(|| Line {
        words,
        born,
        source: source.to_owned(),
    })
}

fn words_of(name: &str) -> Vec<String> {
    let folded: String = name.to_lowercase().chars().map(fold).collect();
    let mut words: Vec<String> = folded
        .split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn fold(sign: char) -> String {
    let known = FOLDS.iter().find(|(from, _)| *from == sign);
    known.map_or_else(|| sign.to_string(), |(_, to)| (*to).to_owned())
}

/// Two words at least, unless a name has but one: a first name alone is everybody's.
fn is_within(a: &[String], b: &[String]) -> bool {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_enough = 2 <= shorter.len() || longer.len() == 1;
    is_enough && !shorter.is_empty() && shorter.iter().all(|word| longer.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::Country;

    fn person(name: &str, born: &str) -> Person {
        Person {
            name: name.to_owned(),
            born: BirthDate::parse(born).expect("a date"),
            country: Country::parse("DE").expect("a country"),
            address: "Example Street 1".to_owned(),
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("names.csv");
        let file = std::fs::File::create(&path).expect("made");
        file.set_len(10 << 30).expect("ten gigabytes of nothing");
        let refused = SanctionsList::load(&path).expect_err("too large");
        let refused = refused.to_string();
        assert!(refused.contains("more than 512 MiB"), "{refused}");
    }

    #[test]
    fn a_name_is_found_in_any_order_case_and_spelling_and_with_its_date_alone() {
        let list = "# remark\nname,birth_date,source\n\"Müller, Hans Peter\",1970-01-02,EU 7\nJane Roe,,UN 3\n";
        let list = SanctionsList::parse(list).expect("a list");
        assert_eq!(list.len(), 2);
        assert_eq!(
            list.preview(9),
            [
                "hans muller peter | 1970-01-02 | EU 7",
                "jane roe |  | UN 3"
            ]
        );
        for (name, born, expected) in [
            ("hans MULLER", "1970-01-02", &["EU 7"][..]),
            ("Hans Peter Müller", "1970-01-02", &["EU 7"]),
            ("Hans Müller", "1970-01-03", &[]),
            ("Hans", "1970-01-02", &[]),
            ("Jane Ann Roe", "1990-05-05", &["UN 3"]),
            ("Jane Doe", "1990-05-05", &[]),
        ] {
            assert_eq!(list.matches(&person(name, born)), expected, "{name} {born}");
        }
    }

    #[test]
    fn a_line_that_is_not_understood_ends_the_reading() {
        for text in [
            "only a name",
            "a,b",
            "a b,1970-13-01,x",
            ",1970-01-01,x",
            "a b,1970-01-01,",
            "\"open,1970-01-01,x",
        ] {
            let refused = SanctionsList::parse(&format!("{COLUMNS}\n{text}")).err();
            assert!(refused.is_some_and(|why| why.contains("line 2")), "{text}");
        }
    }
}
