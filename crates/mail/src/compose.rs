//! A letter as the bytes that a mail server takes: headers, and the text once plain and once as HTML.
//!
//! What goes into a header is on one line before it reaches the library, which encodes it.

use std::time::{Duration, SystemTime};

use identity::delivery::Addressed;
use identity::letter::{Letter, one_line};
use identity::outbox::Message;
use lettre::address::AddressError;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, error::Error};

use crate::server::Sender;

/// Tells mail servers not to answer by themselves (RFC 3834 §5).
const AUTOMATIC: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// Why a letter cannot be written as a mail.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ComposeError {
    #[error("an address is none")]
    Address(#[from] AddressError),
    #[error("the mail cannot be put together")]
    Parts(#[from] Error),
}

/// A mail on its way.
pub(crate) struct Mail {
    pub sender: Address,
    pub recipient: Address,
    pub bytes: Vec<u8>,
}

/// Returns the mail that carries a letter.
///
/// # Errors
/// When an address is none.
pub(crate) fn compose(
    sender: &Sender,
    addressed: &Addressed,
    letter: Letter,
) -> Result<Mail, ComposeError> {
    let message = &addressed.message;
    let from: Address = sender.address.as_str().parse()?;
    let to: Address = message.recipient.parse()?;
    let mail = lettre::Message::builder()
        .from(Mailbox::new(Some(one_line(&sender.name)), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&letter.title))
        .date(written_at(message))
        .message_id(Some(message_id(message, from.domain())))
        .raw_header(HeaderValue::new(AUTOMATIC, "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))?;
    Ok(Mail {
        sender: from,
        recipient: to,
        bytes: mail.formatted(),
    })
}

/// The same for every attempt, so that a mail reader shows what came twice once.
fn message_id(message: &Message, domain: &str) -> String {
    format!("<{}.{}@{domain}>", message.id, message.created_at.nanos())
}

fn written_at(message: &Message) -> SystemTime {
    let seconds = u64::try_from(message.created_at.seconds()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::email::Email;
    use identity::letter::Reader;
    use identity::outbox::{State, Subject};
    use model::time::Timestamp;

    /// What people and machines have tried in headers.
    const HOSTILE: &[&str] = &[
        "a\r\nBcc: b@example.test",
        "a\nBcc: b@example.test",
        "a\rBcc: b@example.test",
        "a\r\n\r\n<html>",
        "a\u{85}Bcc: b@example.test",
        "a\u{2028}Bcc: b@example.test",
        "a\0b",
        "\" <b@example.test>, \"c",
        "b@example.test, c@example.test",
        "=?utf-8?q?=0D=0ABcc:_b@example.test?=",
        "%0d%0aBcc: b@example.test",
        "é\r\nBcc: b@example.test",
        "\r\n.\r\nMAIL FROM:<b@example.test>",
    ];

    fn addressed(recipient: &str) -> Addressed {
        Addressed {
            message: Message {
                id: 7,
                recipient: recipient.to_owned(),
                subject: Subject::PasswordChanged,
                token: None,
                visit: None,
                counts: None,
                state: State::Waiting,
                created_at: Timestamp::from_millis(1_700_000_000_000),
            },
            reader: Reader::default(),
        }
    }

    fn composed(name: &str, title: &str) -> Mail {
        let sender = Sender {
            address: Email::parse("no-reply@bourse.example").expect("an address"),
            name: name.to_owned(),
        };
        let letter = Letter {
            title: title.to_owned(),
            text: "text\n.\ndots\n".to_owned(),
            html: "<p>text</p>".to_owned(),
        };
        compose(&sender, &addressed("ann@example.test"), letter).expect("a mail")
    }

    #[test]
    fn no_name_and_no_title_makes_a_header_or_a_recipient() {
        let names = |mail: &Mail| -> Vec<String> {
            let text = String::from_utf8(mail.bytes.clone()).expect("text");
            assert!(text.is_ascii());
            let (head, _) = text.split_once("\r\n\r\n").expect("a head");
            assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
            let lines = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']));
            lines
                .map(|line| line.split_once(':').expect("a header").0.to_owned())
                .collect()
        };
        let expected = names(&composed("Bourse", "title"));
        assert_eq!(expected.len(), 8, "{expected:?}");
        for hostile in HOSTILE {
            for mail in [composed(hostile, "title"), composed("Bourse", hostile)] {
                assert_eq!(names(&mail), expected, "{hostile:?}");
                assert_eq!(mail.recipient.to_string(), "ann@example.test");
            }
        }
    }

    #[test]
    fn what_is_no_address_gets_no_mail() {
        let sender = Sender {
            address: Email::parse("no-reply@bourse.example").expect("an address"),
            name: "Bourse".to_owned(),
        };
        for hostile in HOSTILE {
            let letter = Letter {
                title: "title".to_owned(),
                text: String::new(),
                html: String::new(),
            };
            let recipient = format!("{hostile}@example.test");
            assert!(
                compose(&sender, &addressed(&recipient), letter).is_err(),
                "{hostile:?}"
            );
        }
    }
}
