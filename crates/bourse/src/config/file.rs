//! Reading a configuration file: from bytes to settings, or to what is wrong with them.

use crate::config::kind::{found, shown};
use crate::config::nearest::nearest;
use crate::config::refused::{Refused, Wrong};
use crate::config::settings::Settings;
use crate::config::table::{Section, Setting, settings};
use crate::config::texts::{TEXTS, TextSetting};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use toml::de::{DeTable, DeValue, Error};

const BYTES_MAX: u64 = 1 << 20;
/// Faults of a file that are told; a file without sense would have as many as it has lines.
const WRONG_MAX: usize = 20;
/// How the parser says that a name stands twice.
const DUPLICATE: &str = "duplicate key";
const SETTINGS_ALLOWED: &str = "what `bourse config default` prints";

/// Returns the settings of a file.
///
/// # Errors
/// It cannot be read, is too large, says anything that is not allowed, or contradicts itself.
pub fn read(path: &Path) -> Result<Settings, Refused> {
    let file = path.to_owned();
    match read_bytes(path) {
        Err(source) => Err(Refused::Unreadable { file, source }),
        Ok(bytes) if BYTES_MAX < bytes.len() as u64 => Err(Refused::TooLarge { file }),
        Ok(bytes) => match parse(&bytes) {
            Err(faults) => Err(Refused::Wrong { file, faults }),
            Ok(settings) => match settings.contradiction() {
                Some(reason) => Err(Refused::Contradiction { file, reason }),
                None => Ok(settings),
            },
        },
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the settings that these bytes mean.
///
/// # Errors
/// What is wrong, in the order of the file: of what is no TOML the first fault, of the rest the first twenty.
pub fn parse(bytes: &[u8]) -> Result<Settings, Vec<Wrong>> {
    let text = core::str::from_utf8(bytes)
        .map_err(|error| vec![not_text(line_at(bytes, error.valid_up_to()))])?;
    let document = DeTable::parse(text).map_err(|error| vec![not_toml(text, &error)])?;
    let known = settings();
    let mut values = Settings::STANDARD;
    let mut faults = Vec::new();
    for entry in entries(document.get_ref()) {
        match entry.read(&known) {
            Ok(change) => change.make(&mut values),
            Err(fault) if faults.len() < WRONG_MAX => {
                faults.push(fault.at_line(line_at(bytes, entry.at)));
            }
            Err(_) => break,
        }
    }
    if faults.is_empty() {
        Ok(values)
    } else {
        Err(faults)
    }
}

fn line_at(text: &[u8], at: usize) -> usize {
    let before = &text[..at.min(text.len())];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

fn not_text(line: usize) -> Wrong {
    Wrong {
        line,
        subject: None,
        found: "bytes that are not UTF-8".to_owned(),
        allowed: "text in UTF-8".to_owned(),
        nearest: None,
    }
}

fn not_toml(text: &str, error: &Error) -> Wrong {
    let span = error.span().unwrap_or(text.len()..text.len());
    let line = line_at(text.as_bytes(), span.start);
    if error.message() == DUPLICATE {
        return Wrong {
            line,
            subject: text.get(span).map(shown),
            found: "it a second time".to_owned(),
            allowed: "once".to_owned(),
            nearest: None,
        };
    }
    Wrong {
        line,
        subject: None,
        found: format!("what is no TOML ({})", error.message()),
        allowed: "TOML".to_owned(),
        nearest: None,
    }
}

/// A name of a file with its value.
struct Entry<'a> {
    /// The place of the name.
    at: usize,
    owner: Owner,
    name: &'a str,
    value: &'a DeValue<'a>,
}

/// Where a name stands.
#[derive(Clone, Copy)]
enum Owner {
    File,
    Section(Section),
}

/// Returns what stands in the known sections, and beside them, in the order of the file.
fn entries<'a>(document: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for (name, value) in document {
        match (section(name.get_ref()), value.get_ref()) {
            (Some(section), DeValue::Table(table)) => {
                add_entries(table, Owner::Section(section), &mut entries);
            }
            _ => entries.push(Entry {
                at: name.span().start,
                owner: Owner::File,
                name: name.get_ref(),
                value: value.get_ref(),
            }),
        }
    }
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn add_entries<'a>(table: &'a DeTable<'a>, owner: Owner, entries: &mut Vec<Entry<'a>>) {
    entries.extend(table.iter().map(|(name, value)| Entry {
        at: name.span().start,
        owner,
        name: name.get_ref(),
        value: value.get_ref(),
    }));
}

fn section(name: &str) -> Option<Section> {
    Section::ALL.into_iter().find(|row| row.name() == name)
}

/// A setting and what it is set to.
enum Change<'a> {
    Number(&'a Setting, u64),
    Text(&'static TextSetting, String),
}

impl Change<'_> {
    fn make(self, values: &mut Settings) {
        match self {
            Change::Number(setting, number) => setting.set(values, number),
            Change::Text(setting, text) => setting.set(values, text),
        }
    }
}

/// What is wrong, but not yet where.
struct Fault {
    subject: String,
    found: String,
    allowed: String,
    nearest: Option<String>,
}

impl Fault {
    fn at_line(self, line: usize) -> Wrong {
        Wrong {
            line,
            subject: Some(self.subject),
            found: self.found,
            allowed: self.allowed,
            nearest: self.nearest,
        }
    }
}

impl Entry<'_> {
    /// Returns the setting that is meant and what it is set to.
    fn read<'a>(&self, known: &'a [Setting]) -> Result<Change<'a>, Fault> {
        let Owner::Section(section) = self.owner else {
            return Err(self.outside(known));
        };
        let is_text = |row: &&TextSetting| row.section == section && row.name == self.name;
        if let Some(setting) = TEXTS.iter().find(is_text) {
            return self.read_text(setting);
        }
        let is_meant = |row: &&Setting| row.section == section && row.name == self.name;
        let Some(setting) = known.iter().find(is_meant) else {
            return Err(Fault {
                subject: format!("{}.{}", section.name(), shown(self.name)),
                found: "an unknown setting".to_owned(),
                allowed: SETTINGS_ALLOWED.to_owned(),
                nearest: self.nearest_setting(known),
            });
        };
        match setting.kind.read(self.value) {
            Ok(number) => Ok(Change::Number(setting, number)),
            Err(found) => Err(Fault {
                subject: setting.path(),
                found,
                allowed: setting.kind.allowed(setting.name),
                nearest: None,
            }),
        }
    }

    fn read_text(&self, setting: &'static TextSetting) -> Result<Change<'static>, Fault> {
        match setting.rule.read(self.value) {
            Ok(text) => Ok(Change::Text(setting, text)),
            Err(found) => Err(Fault {
                subject: setting.path(),
                found,
                allowed: setting.rule.allowed().to_owned(),
                nearest: None,
            }),
        }
    }

    fn outside(&self, known: &[Setting]) -> Fault {
        let sections = Section::ALL.map(Section::name);
        let (found, allowed, nearest) = match (section(self.name), self.value) {
            (Some(section), _) => {
                let allowed = format!("the section [{}]", section.name());
                (found(self.value), allowed, None)
            }
            (None, DeValue::Table(_) | DeValue::Array(_)) => (
                "an unknown section".to_owned(),
                sections.map(|name| format!("[{name}]")).join(", "),
                nearest(self.name, sections.into_iter()).map(|name| format!("[{name}]")),
            ),
            (None, _) => (
                "a setting outside the sections".to_owned(),
                SETTINGS_ALLOWED.to_owned(),
                self.nearest_setting(known),
            ),
        };
        Fault {
            subject: shown(self.name),
            found,
            allowed,
            nearest,
        }
    }

    /// Returns the setting whose name is nearest; of equals, one of the same section.
    fn nearest_setting(&self, known: &[Setting]) -> Option<String> {
        let is_own = |section: Section| matches!(self.owner, Owner::Section(own) if own == section);
        let numbers = known.iter().map(|row| (row.section, row.name));
        let texts = TEXTS.iter().map(|row| (row.section, row.name));
        let mut rows: Vec<(Section, &str)> = numbers.chain(texts).collect();
        rows.sort_by_key(|(section, _)| !is_own(*section));
        let name = nearest(self.name, rows.iter().map(|(_, name)| *name))?;
        let found = rows.iter().find(|(_, known)| *known == name);
        found.map(|(section, name)| format!("{}.{name}", section.name()))
    }
}
