//! What a configuration file decides, in the types of whoever it is for.

use gateway::config::{Bounds, LegacySignatures, RequestLimits};
use gateway::weights::Weights;
use mail::server::Tls;
use std::borrow::Cow;

type Text = Cow<'static, str>;

/// Everything that can be set in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub limits: RequestLimits,
    pub weights: Weights,
    pub bounds: Bounds,
    /// The place among `SIGNATURES`.
    pub signatures: u64,
    pub site: Site,
    pub mail: Mail,
}

/// How the exchange presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub product: Text,
    /// With commas between; empty for names that nobody else can own.
    pub origins: Text,
    /// The place among `LANGUAGES`.
    pub language: u64,
}

/// The mail server. Empty texts are what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub server: Text,
    pub port: u16,
    /// The place among `TLS_MODES`.
    pub tls: u64,
    pub authority_file: Text,
    pub user: Text,
    pub password_file: Text,
    pub sender: Text,
    pub sender_name: Text,
    pub per_minute_max: u32,
}

/// Languages of letters, in the order of `Language::ALL`.
pub const LANGUAGES: &[&str] = &["en", "zh"];
/// Whether signatures over decoded parameters are taken beside those over the bytes as they came.
pub const SIGNATURES: &[&str] = &["decoded", "exact"];
/// When TLS begins: with the first byte, with STARTTLS, never.
pub const TLS_MODES: &[&str] = &["implicit", "starttls", "never"];

impl Settings {
    /// What holds without a file, and for every setting that a file leaves out.
    pub const STANDARD: Settings = Settings {
        limits: RequestLimits::UPSTREAM,
        weights: Weights::PUBLISHED,
        bounds: Bounds::STANDARD,
        signatures: 0,
        site: Site {
            product: Cow::Borrowed("Bourse"),
            origins: Cow::Borrowed(""),
            language: 0,
        },
        mail: Mail {
            server: Cow::Borrowed(""),
            port: 465,
            tls: 0,
            authority_file: Cow::Borrowed(""),
            user: Cow::Borrowed(""),
            password_file: Cow::Borrowed(""),
            sender: Cow::Borrowed(""),
            sender_name: Cow::Borrowed("Bourse"),
            per_minute_max: 120,
        },
    };
}

impl Settings {
    /// Returns whether signatures over decoded parameters are taken.
    pub const fn legacy_signatures(&self) -> LegacySignatures {
        match self.signatures {
            0 => LegacySignatures::Accepted,
            _ => LegacySignatures::Refused,
        }
    }
}

impl Mail {
    /// Returns when TLS begins.
    pub const fn tls_mode(&self) -> Tls {
        match self.tls {
            0 => Tls::Implicit,
            1 => Tls::StartTls,
            _ => Tls::Never,
        }
    }

    /// Returns why the settings do not go together, if they do not.
    pub fn contradiction(&self) -> Option<&'static str> {
        if self.server.is_empty() {
            return None;
        }
        if self.sender.is_empty() {
            return Some("mail.server is set, so mail.sender must be, too");
        }
        if self.user.is_empty() != self.password_file.is_empty() {
            return Some("mail.user and mail.password_file are set together or not at all");
        }
        if !self.user.is_empty() && self.tls_mode() == Tls::Never {
            return Some(
                "mail.user is set, so mail.tls must not be \"never\": the password would be readable",
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            server: "mail.example.test".into(),
            sender: "no-reply@example.test".into(),
            ..Settings::STANDARD.mail
        }
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        assert_eq!(Settings::STANDARD.mail.contradiction(), None);
        assert_eq!(mail().contradiction(), None);
        let user = |tls| Mail {
            user: "me".into(),
            password_file: "password".into(),
            tls,
            ..mail()
        };
        assert_eq!(user(0).contradiction(), None);
        assert_eq!(user(1).contradiction(), None);
        for wrong in [
            Mail {
                sender: "".into(),
                ..mail()
            },
            Mail {
                password_file: "".into(),
                ..user(0)
            },
            Mail {
                user: "".into(),
                ..user(0)
            },
            user(2),
        ] {
            assert!(wrong.contradiction().is_some(), "{wrong:?}");
        }
    }
}
