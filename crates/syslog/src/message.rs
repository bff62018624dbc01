//! A row as a message of syslog: what a collector sorts by in the head, and all of the row in the text.
//!
//! **Source** RFC 5424 §6; frames by RFC 5425 §4.3: the length, a blank and the message.

use identity::audit::{Actor, Row};
use model::calendar::Calendar;
use model::time::Timestamp;
use serde_json::json;

/// Facility 13, log audit; severity 5, normal but significant.
const PRIORITY: u32 = 13 * 8 + 5;
const NAME_CHARS_MAX: usize = 255;
const ACT_CHARS_MAX: usize = 32;
/// What stands for a part that is not known, or not sent.
const NOTHING: &str = "-";
const MACHINE: &str = "/proc/sys/kernel/hostname";

/// Who sends messages.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name of the machine.
    pub machine: String,
    pub process: u32,
}

impl Sender {
    /// Returns this process on this machine.
    pub fn this() -> Sender {
        Sender {
            // Without a name it is `-`.
            machine: std::fs::read_to_string(MACHINE).unwrap_or_default(),
            process: std::process::id(),
        }
    }

    /// Appends the frame of a row.
    ///
    /// **Shape** the text is JSON with every field that the hash of a row is over, and the hash: whoever has received all
    /// rows can follow the chain. It is ASCII and holds no line break.
    pub fn write(&self, row: &Row, out: &mut Vec<u8>) {
        let message = format!(
            "<{PRIORITY}>1 {} {} bourse {} {} - {}",
            time(row.at),
            named(&self.machine, NAME_CHARS_MAX),
            self.process,
            named(&row.act, ACT_CHARS_MAX),
            text(row),
        );
        out.extend_from_slice(format!("{} ", message.len()).as_bytes());
        out.extend_from_slice(message.as_bytes());
    }
}

fn text(row: &Row) -> String {
    let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = json!({
        "number": row.number,
        "at_ns": row.at.nanos(),
        "actor_kind": row.actor_kind,
        "actor": row.actor,
        "who": Actor::text(row.actor_kind, row.actor),
        "act": row.act,
        "subject": row.subject,
        "detail": row.detail,
        "address": row.address,
        "hash": hash,
    });
    ascii(&text.to_string())
}

/// Writes what is no ASCII as JSON escapes it, so that no collector reads another text.
fn ascii(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() && letter != '\u{7f}' {
            written.push(letter);
            continue;
        }
        let mut pair = [0; 2];
        for unit in letter.encode_utf16(&mut pair) {
            written.push_str(&format!("\\u{unit:04x}"));
        }
    }
    written
}

/// Returns a word of the head: visible ASCII of a bounded length.
fn named(word: &str, chars_max: usize) -> String {
    let visible = word.chars().filter(char::is_ascii_graphic);
    let name: String = visible.take(chars_max).collect();
    match name.is_empty() {
        true => NOTHING.to_owned(),
        false => name,
    }
}

/// Returns a time as `2026-11-30T08:14:00.250000Z`.
fn time(at: Timestamp) -> String {
    let micros = at.nanos().rem_euclid(1_000_000_000) / 1_000;
    let second = Calendar(at).to_string().replace(' ', "T");
    format!("{second}.{micros:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(act: &str, detail: &str) -> Row {
        Row {
            number: 7,
            at: Timestamp::from_nanos(1_796_026_440_250_000_000),
            actor_kind: 2,
            actor: 5,
            act: act.to_owned(),
            subject: "user 5".to_owned(),
            detail: detail.to_owned(),
            address: "10.0.0.1".to_owned(),
            hash: [0xab; 32],
        }
    }

    fn written(row: &Row) -> String {
        let sender = Sender {
            machine: "trade 1".to_owned(),
            process: 42,
        };
        let mut out = Vec::new();
        sender.write(row, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_row_is_a_frame_with_a_head_and_all_of_the_row() {
        let frame = written(&row("login-failed", "once"));
        let (length, message) = frame.split_once(' ').expect("a length");
        assert_eq!(length.parse(), Ok(message.len()));
        let head = "<109>1 2026-11-30T08:14:00.250000Z trade1 bourse 42 login-failed - ";
        let text = message.strip_prefix(head).expect(message);
        let read: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            (
                &read["number"],
                &read["at_ns"],
                &read["who"],
                &read["detail"]
            ),
            (
                &json!(7),
                &json!(1_796_026_440_250_000_000_i64),
                &json!("user 5"),
                &json!("once")
            )
        );
        assert_eq!(read["hash"], json!("ab".repeat(32)));
    }

    #[test]
    fn no_text_of_a_row_ends_a_frame_or_a_line_or_changes_the_head() {
        let said = "a\n<109>1 - - - - - - b\r\u{0}\u{7f}\u{85}\u{1f600}\"]";
        let frame = written(&row("an act\nof more than thirty-two letters in all", said));
        assert!(
            frame
                .bytes()
                .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        );
        let (length, message) = frame.split_once(' ').expect("a length");
        assert_eq!(length.parse(), Ok(message.len()));
        assert!(
            message.contains(" 42 anactofmorethanthirty-twoletters - {"),
            "{message}"
        );
        let text = &message[message.find('{').expect("JSON")..];
        let read: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(read["detail"], said);
    }
}
