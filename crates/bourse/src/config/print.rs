//! The defaults as a file: every setting with its comment.

use crate::config::settings::Settings;
use crate::config::table::{Section, settings};
use crate::config::texts::TEXTS;

const HEAD: &str = "\
# Everything that `bourse dev --config FILE` reads; what a file leaves out keeps its default.
";

/// Returns a file that sets everything to what holds without it.
pub fn defaults() -> String {
    file_of(&Settings::STANDARD)
}

/// Returns a file that sets everything to these values.
pub fn file_of(values: &Settings) -> String {
    let mut text = HEAD.to_owned();
    for section in Section::ALL {
        text.push_str(&format!(
            "\n# {}\n[{}]\n",
            section.comment(),
            section.name()
        ));
        for setting in TEXTS.iter().filter(|row| row.section == section) {
            let value = setting.print(values);
            text.push_str(&format!(
                "# {}\n{} = {value}\n",
                setting.comment(),
                setting.name
            ));
        }
        for setting in settings().iter().filter(|row| row.section == section) {
            let value = setting.kind.print(setting.get(values));
            text.push_str(&format!(
                "# {}\n{} = {value}\n",
                setting.comment(),
                setting.name
            ));
        }
    }
    text
}
