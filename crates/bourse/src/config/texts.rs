//! The settings that are texts: name, rule, comment and place of each.

use crate::config::brand;
use crate::config::kind::found;
use crate::config::settings::{Settings, intervals_of};
use crate::config::table::Section;
use gateway::networks::WithdrawalRules;
use gateway::origins::Origins;
use gateway::proxies::Proxies;
use identity::email::Email;
use identity::letter::is_product_name;
use std::time::Duration;
use syslog::destination::Destination;
use toml::de::DeValue;

const TEXT_BYTES_MAX: usize = 255;
/// Some hundred networks.
const NETWORKS_BYTES_MAX: usize = 8_192;

/// What a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A name that people read.
    Name,
    /// The name or the address of a machine, or nothing.
    Host,
    /// Origins of pages with commas between, or nothing.
    Origins,
    /// Addresses of machines and ranges of them with commas between, or nothing.
    Proxies,
    /// An e-mail address, or nothing.
    Email,
    /// The path of a file, or nothing.
    File,
    /// Visible ASCII, or nothing.
    Plain,
    /// Words of visible ASCII with spaces between them, or nothing.
    Words,
    /// Intervals of candles that divide a day, or nothing.
    Intervals,
    /// `#rrggbb`, or nothing.
    Colour,
    /// An address with https://, or nothing.
    Link,
    /// Languages of the pages, one at least.
    Languages,
    /// Parts of the pages.
    Features,
    /// Networks that withdrawals are paid on.
    Networks,
    /// Where rows of the audit log go, or nothing.
    Syslog,
}

/// A text that can be set.
#[derive(Debug)]
pub struct TextSetting {
    pub section: Section,
    pub name: &'static str,
    pub rule: Rule,
    comment: &'static str,
    get: fn(&Settings) -> &str,
    set: fn(&mut Settings, String),
}

impl Rule {
    /// Returns the text that a value is.
    ///
    /// # Errors
    /// What was found instead.
    pub fn read(self, value: &DeValue<'_>) -> Result<String, String> {
        match value {
            DeValue::String(text) if self.allows(text) => Ok(text.to_string()),
            _ => Err(found(value)),
        }
    }

    fn allows(self, text: &str) -> bool {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        let is_legal = match self {
            Rule::Name => is_product_name(text),
            Rule::Host => text.bytes().all(is_host),
            Rule::Origins => Origins::parse(text).is_some(),
            Rule::Proxies => Proxies::parse(text).is_some(),
            Rule::Email => text.is_empty() || Email::parse(text).is_some(),
            Rule::File => !text.chars().any(char::is_control),
            Rule::Plain => is_visible,
            Rule::Words => text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' '),
            Rule::Intervals => intervals_of(text).is_some(),
            Rule::Colour => brand::is_colour(text),
            Rule::Link => brand::is_link(text),
            Rule::Languages => brand::are_languages(text),
            Rule::Features => brand::are_features(text),
            Rule::Syslog => text.is_empty() || Destination::parse(text).is_ok(),
            Rule::Networks => {
                return text.len() <= NETWORKS_BYTES_MAX
                    && WithdrawalRules::parse(text, Duration::ZERO).is_ok();
            }
        };
        is_legal && text.len() <= TEXT_BYTES_MAX
    }

    /// Returns what is allowed, in words.
    pub const fn allowed(self) -> &'static str {
        match self {
            Rule::Name => "1 to 40 visible characters in quotes",
            Rule::Host => "the name or the address of a machine in quotes, or \"\"",
            Rule::Origins => {
                "at most 16 origins in quotes, each https://HOST or http://HOST:PORT, with commas between"
            }
            Rule::Proxies => {
                "at most 16 addresses and ranges in quotes, as 10.0.0.7 or 10.0.0.0/8, whose last bits are 0, with commas between"
            }
            Rule::Email => "an e-mail address in quotes, or \"\"",
            Rule::File => "the path of a file in quotes, or \"\"",
            Rule::Words => "at most 255 visible ASCII characters and spaces in quotes",
            Rule::Plain => "at most 255 visible ASCII characters in quotes",
            Rule::Intervals => {
                "intervals from 1s to 1d with commas between them in quotes, or \"\""
            }
            Rule::Colour => "a colour in quotes, as #rrggbb, or \"\"",
            Rule::Link => "an address in quotes, https://…, or \"\"",
            Rule::Languages => {
                "en, zh-CN, en-XA and ar-XB in quotes, those that are wanted, with spaces between"
            }
            Rule::Features => {
                "register, faucet, notifications, portfolio, statements, subaccounts and hotkeys in quotes, those that are wanted, with spaces between"
            }
            Rule::Syslog => {
                "an address in quotes, syslog+tls://HOST or syslog+tcp://127.0.0.1:PORT, or \"\""
            }
            Rule::Networks => {
                "networks with spaces between in quotes, each ASSET/NETWORK=FORM,FEE,MINIMUM,PLACES, with the minimum above the fee, and ,tag where addresses have one; FORM is bitcoin, litecoin, evm or plain"
            }
        }
    }
}

impl TextSetting {
    /// Returns the name with its section.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section.name(), self.name)
    }

    /// Returns the text that is set.
    pub fn get<'a>(&self, settings: &'a Settings) -> &'a str {
        (self.get)(settings)
    }

    /// Sets a text that the rule allows.
    pub fn set(&self, settings: &mut Settings, text: String) {
        assert!(self.rule.allows(&text));
        (self.set)(settings, text);
    }

    /// Returns the text as a file writes it.
    pub fn print(&self, settings: &Settings) -> String {
        let text = self.get(settings);
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }

    pub const fn comment(&self) -> &'static str {
        self.comment
    }
}

macro_rules! texts {
    ($($section:ident $name:literal $rule:ident, $comment:literal, $get:expr, $set:expr;)*) => {
        /// Every text, section by section.
        pub const TEXTS: &[TextSetting] = &[$(TextSetting {
            section: Section::$section,
            name: $name,
            rule: Rule::$rule,
            comment: $comment,
            get: $get,
            set: $set,
        }),*];
    };
}

texts! {
    Http "trusted_proxies" Proxies, "Proxies whose X-Forwarded-For is believed: addresses and ranges with commas between; \"\" for none.",
        |all| &all.trusted_proxies, |all, to| all.trusted_proxies = to.into();
    Site "product" Name, "The name of the exchange in letters, statements and second factors.",
        |all| &all.site.product, |all, to| all.site.product = to.into();
    Site "origins" Origins, "Where pages come from, as https://HOST, with commas between; \"\": localhost and addresses.",
        |all| &all.site.origins, |all, to| all.site.origins = to.into();
    Site "places_file" File, "Where addresses are, told users beside their sessions: CSV that begins with `first,last,place`.",
        |all| &all.site.places_file, |all, to| all.site.places_file = to.into();
    Site "region" Words, "Where the exchange stands, told by the details of a connection and by `GET /v1/status`; \"\" for nothing.",
        |all| &all.site.region, |all, to| all.site.region = to.into();
    Brand "logo_file" File, "A picture of at most 32 KiB, PNG or *.svg, beside the name; without one a diamond.",
        |all| &all.brand.logo_file, |all, to| all.brand.logo_file = to.into();
    Brand "dark_accent" Colour, "Of links and of what is chosen, on dark pages.",
        |all| &all.brand.dark_accent, |all, to| all.brand.dark_accent = to.into();
    Brand "dark_primary" Colour, "Of first buttons, below white text, on dark pages.",
        |all| &all.brand.dark_primary, |all, to| all.brand.dark_primary = to.into();
    Brand "light_accent" Colour, "Of links and of what is chosen, on light pages.",
        |all| &all.brand.light_accent, |all, to| all.brand.light_accent = to.into();
    Brand "light_primary" Colour, "Of first buttons, below white text, on light pages.",
        |all| &all.brand.light_primary, |all, to| all.brand.light_primary = to.into();
    Brand "languages" Languages, "The languages that are offered; the first is that of whoever has chosen none and whose browser asks for no other. en-XA and ar-XB are English in longer words and from right to left, for whoever writes pages; as it stands, a sandbox offers them too.",
        |all| &all.brand.languages, |all, to| all.brand.languages = to.into();
    Brand "features" Features, "The parts of the pages that are shown. What is left out stays in the interface.",
        |all| &all.brand.features, |all, to| all.brand.features = to.into();
    Brand "support" Link, "Where users are helped.",
        |all| &all.brand.support, |all, to| all.brand.support = to.into();
    Brand "terms" Link, "The terms of use.",
        |all| &all.brand.terms, |all, to| all.brand.terms = to.into();
    Brand "privacy" Link, "What becomes of personal data.",
        |all| &all.brand.privacy, |all, to| all.brand.privacy = to.into();
    Mail "server" Host, "The mail server; without one nothing is sent, and messages wait in the outbox.",
        |all| &all.mail.server, |all, to| all.mail.server = to.into();
    Mail "authority_file" File, "Certificates in PEM that vouch for the server, instead of the public ones.",
        |all| &all.mail.authority_file, |all, to| all.mail.authority_file = to.into();
    Mail "user" Plain, "As whom to sign in to the server; without one nobody signs in.",
        |all| &all.mail.user, |all, to| all.mail.user = to.into();
    Mail "password_file" File, "A file that holds the password of the user and is readable by its owner alone.",
        |all| &all.mail.password_file, |all, to| all.mail.password_file = to.into();
    Mail "sender" Email, "The address that messages come from.",
        |all| &all.mail.sender, |all, to| all.mail.sender = to.into();
    Mail "sender_name" Name, "The name that messages come from.",
        |all| &all.mail.sender_name, |all, to| all.mail.sender_name = to.into();
    Kyc "reference" Plain, "The symbol of the asset that limits count in.",
        |all| &all.kyc.reference, |all, to| all.kyc.reference = to.into();
    Kyc "market_levels" Words, "Markets that take orders from a level on, such as \"BTCUSDT=2 ETHUSDT=1\".",
        |all| &all.kyc.market_levels, |all, to| all.kyc.market_levels = to.into();
    Kyc "allowed_countries" Words, "The countries that are served, as two letters each with spaces; without any all that are not blocked.",
        |all| &all.kyc.allowed_countries, |all, to| all.kyc.allowed_countries = to.into();
    Kyc "blocked_countries" Words, "The countries that are not served.",
        |all| &all.kyc.blocked_countries, |all, to| all.kyc.blocked_countries = to.into();
    Kyc "sanctions_file" File, "Names that are looked at by two people: CSV that begins with `name,birth_date,source`.",
        |all| &all.kyc.sanctions_file, |all, to| all.kyc.sanctions_file = to.into();
    Kyc "provider_address" Plain, "Who is asked about applicants, too: an address with https://.",
        |all| &all.kyc.provider_address, |all, to| all.kyc.provider_address = to.into();
    Kyc "provider_secret_file" File, "A file that holds the secret shared with the provider and is readable by its owner alone.",
        |all| &all.kyc.provider_secret_file, |all, to| all.kyc.provider_secret_file = to.into();
    Kyc "provider_authority_file" File, "Certificates in PEM that alone vouch for it, instead of the public ones.",
        |all| &all.kyc.provider_authority_file, |all, to| all.kyc.provider_authority_file = to.into();
    Kyc "scanner" Plain, "Where clamd looks at uploads for viruses: unix:/path/of/a/socket or tcp:host:port; nothing is taken while it does not answer.",
        |all| &all.kyc.scanner, |all, to| all.kyc.scanner = to.into();
    Withdrawals "networks" Networks, "ASSET/NETWORK=FORM,FEE,MINIMUM,PLACES with spaces between; the first of an asset is meant where none is named. FORM, how addresses are written, is bitcoin, litecoin, evm or plain; the minimum counts with the fee; PLACES are decimals that the network knows; ,tag at the end where addresses have one. Without a network an asset cannot be withdrawn.",
        |all| &all.withdrawals.networks, |all, to| all.withdrawals.networks = to.into();
    MarketData "intervals" Intervals, "The intervals of candles that have files; those of 1s take the most room.",
        |all| &all.market_data.intervals, |all, to| all.market_data.intervals = to.into();
    Telemetry "audit_ship" Syslog, "Where the audit log goes as well: syslog+tls://HOST, with :PORT unless that is 6514, or syslog+tcp:// on this machine.",
        |all| &all.telemetry.audit_ship, |all, to| all.telemetry.audit_ship = to.into();
    Telemetry "audit_ship_authority_file" File, "Certificates in PEM that vouch for it, instead of the public ones.",
        |all| &all.telemetry.audit_ship_authority_file, |all, to| all.telemetry.audit_ship_authority_file = to.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_sets_itself_alone_and_defaults_are_allowed() {
        for setting in TEXTS {
            let text = match setting.rule {
                Rule::Email => "ann@example.test",
                Rule::Intervals => "1m,1d",
                Rule::Origins => "https://trade.example",
                Rule::Proxies => "10.0.0.0/8",
                Rule::Link => "https://help.example",
                Rule::Colour => "#123abc",
                Rule::Languages => "zh-CN",
                Rule::Features => "faucet",
                Rule::Networks => "BTC/BTC=bitcoin,1,2,8",
                Rule::Syslog => "syslog+tls://log.example",
                Rule::Name | Rule::Host | Rule::File | Rule::Plain | Rule::Words => "other.example",
            };
            assert!(setting.rule.allows(setting.get(&Settings::STANDARD)));
            let mut set = Settings::STANDARD;
            setting.set(&mut set, text.to_owned());
            for other in TEXTS {
                let expected = if other.path() == setting.path() {
                    text
                } else {
                    other.get(&Settings::STANDARD)
                };
                assert_eq!(other.get(&set), expected, "{}", other.path());
            }
        }
    }

    #[test]
    fn a_text_is_what_its_rule_says() {
        for (rule, text, is_allowed) in [
            (Rule::Name, "交易所", true),
            (Rule::Name, "", false),
            (Rule::Name, "a\r\nBcc: b@example.test", false),
            (Rule::Host, "", true),
            (Rule::Host, "mail.example.test", true),
            (Rule::Host, "2001:db8::1", true),
            (Rule::Host, "mail example", false),
            (Rule::Origins, "https://a.example,https://b.example", true),
            (Rule::Origins, "a.example", false),
            (Rule::Proxies, "127.0.0.1, fd00::/8", true),
            (Rule::Proxies, "0.0.0.0/0", false),
            (Rule::Proxies, "proxy.example", false),
            (Rule::Email, "", true),
            (Rule::Email, "no-reply@example.test", true),
            (Rule::Email, "no-reply", false),
            (Rule::File, "/etc/bourse/pass word", true),
            (Rule::File, "a\0b", false),
            (Rule::Plain, "user:with@signs", true),
            (Rule::Words, "DE FR", true),
            (Rule::Words, "DE\tFR", false),
            (Rule::Plain, "a b", false),
            (Rule::Plain, "é", false),
            (Rule::Networks, "", true),
            (Rule::Networks, "BTC/BTC=bitcoin,2,1,8", false),
            (Rule::Syslog, "", true),
            (Rule::Syslog, "syslog+tcp://127.0.0.1:514", true),
            (Rule::Syslog, "syslog+tcp://10.0.0.7:514", false),
            (Rule::Syslog, "https://log.example", false),
            (Rule::Intervals, "", true),
            (Rule::Intervals, "1d, 1m", true),
            (Rule::Intervals, "1w", false),
            (Rule::Intervals, "1m,", false),
            (Rule::Intervals, "1m 5m", false),
        ] {
            assert_eq!(rule.allows(text), is_allowed, "{text:?}");
        }
    }
}
