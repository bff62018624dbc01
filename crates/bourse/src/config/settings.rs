//! What a configuration file decides, in the types of whoever it is for.

use crate::config::brand::BrandSettings;
use anyhow::{Context, Result};
use archive::file_name::DAY_INTERVALS;
use gateway::config::{Bounds, LegacySignatures, RequestLimits, SecondFactor};
use gateway::console::admission::KeyRule;
use gateway::networks::WithdrawalRules;
use gateway::proxies::Proxies;
use gateway::weights::Weights;
use mail::server::Tls;
use model::allowance::VERIFICATIONS;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use views::interval::Interval;

type Text = Cow<'static, str>;

/// Everything that can be set in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub limits: RequestLimits,
    pub weights: Weights,
    pub bounds: Bounds,
    /// The place among `SIGNATURES`.
    pub signatures: u64,
    /// Addresses and ranges with commas between; empty for nobody.
    pub trusted_proxies: Text,
    /// The place among `SECOND_FACTORS`.
    pub second_factor: u64,
    /// The place among `KEY_RULES`.
    pub key_rule: u64,
    pub site: Site,
    pub brand: BrandSettings,
    pub mail: Mail,
    pub kyc: Kyc,
    pub withdrawals: Withdrawals,
    pub market_data: MarketData,
    pub telemetry: Telemetry,
}

/// How the exchange presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub product: Text,
    /// With commas between; empty for names that nobody else can own.
    pub origins: Text,
    /// The place among `LANGUAGES`.
    pub language: u64,
    /// Empty for none.
    pub places_file: Text,
    /// Where the exchange stands; empty for what is not told.
    pub region: Text,
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

/// Checks of identities. Empty texts are what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kyc {
    /// What a new user begins with.
    pub first_level: u8,
    /// The symbol of the asset that limits count in.
    pub reference: Text,
    pub levels: [Level; VERIFICATIONS],
    /// `SYMBOL=LEVEL` with spaces.
    pub market_levels: Text,
    pub allowed_countries: Text,
    pub blocked_countries: Text,
    pub sanctions_file: Text,
    pub provider_address: Text,
    pub provider_secret_file: Text,
    pub provider_authority_file: Text,
    /// Where the scanner of viruses listens.
    pub scanner: Text,
    /// For how many days after a closing it is kept who somebody was.
    pub kept_days: u32,
}

/// What a level allows, in whole units of the reference asset; `ENDLESS` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The place among `ANSWERS`.
    pub may_trade: u64,
    pub deposits_day: u64,
    pub deposits_month: u64,
    pub withdrawals_day: u64,
    pub withdrawals_month: u64,
}

/// Where withdrawals can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawals {
    /// `ASSET/NETWORK=FORM,FEE,MINIMUM,PLACES` with spaces.
    pub networks: Text,
    pub hold_millis: u64,
}

/// A limit that is none.
pub const ENDLESS: u64 = 1_000_000_000;
pub const ANSWERS: &[&str] = &["no", "yes"];

/// Which files are made of each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketData {
    /// The place among `SWITCH`.
    pub daily_files: u64,
    /// Intervals of candles, with commas between them.
    pub intervals: Text,
}

/// What is told to whoever watches the exchange. Empty texts are what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telemetry {
    /// Where the audit log goes as well.
    pub audit_ship: Text,
    pub audit_ship_authority_file: Text,
}

/// Languages of letters, in the order of `Language::ALL`.
pub const LANGUAGES: &[&str] = &["en", "zh"];
/// Whether signatures over decoded parameters are taken beside those over the bytes as they came.
pub const SIGNATURES: &[&str] = &["decoded", "exact"];
/// What nobody does who has signed in with a password alone.
pub const SECOND_FACTORS: &[&str] = &["withdrawals", "trading"];
/// How long the key file of an operator decides.
pub const KEY_RULES: &[&str] = &["until_passkey", "always", "never"];
/// When TLS begins: with the first byte, with STARTTLS, never.
pub const TLS_MODES: &[&str] = &["implicit", "starttls", "never"];
pub const SWITCH: &[&str] = &["on", "off"];

impl Settings {
    /// What holds without a file, and for every setting that a file leaves out.
    pub const STANDARD: Settings = Settings {
        limits: RequestLimits::UPSTREAM,
        weights: Weights::PUBLISHED,
        bounds: Bounds::STANDARD,
        signatures: 0,
        trusted_proxies: Cow::Borrowed(""),
        second_factor: 0,
        key_rule: 0,
        site: Site {
            product: Cow::Borrowed("Bourse"),
            origins: Cow::Borrowed(""),
            language: 0,
            places_file: Cow::Borrowed(""),
            region: Cow::Borrowed(""),
        },
        brand: BrandSettings::STANDARD,
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
        kyc: Kyc {
            first_level: 3,
            reference: Cow::Borrowed("USDT"),
            levels: [
                Level::of(0, (0, 0), (0, 0)),
                Level::of(1, (10_000, 50_000), (1_000, 5_000)),
                Level::of(1, (100_000, 1_000_000), (50_000, 500_000)),
                Level::of(1, (ENDLESS, ENDLESS), (ENDLESS, ENDLESS)),
            ],
            market_levels: Cow::Borrowed(""),
            allowed_countries: Cow::Borrowed(""),
            blocked_countries: Cow::Borrowed("CU IR KP SY"),
            sanctions_file: Cow::Borrowed(""),
            provider_address: Cow::Borrowed(""),
            provider_secret_file: Cow::Borrowed(""),
            provider_authority_file: Cow::Borrowed(""),
            scanner: Cow::Borrowed(""),
            kept_days: 5 * 365 + 1,
        },
        withdrawals: Withdrawals {
            networks: Cow::Borrowed(
                "BTC/BTC=bitcoin,0.0002,0.001,8 ETH/ETH=evm,0.003,0.01,8 LTC/LTC=litecoin,0.001,0.01,8 USDT/ETH=evm,5,10,6",
            ),
            hold_millis: 24 * 60 * 60 * 1_000,
        },
        market_data: MarketData {
            daily_files: 0,
            intervals: Cow::Borrowed("1s,1m,3m,5m,15m,30m,1h,2h,4h,6h,8h,12h,1d"),
        },
        telemetry: Telemetry {
            audit_ship: Cow::Borrowed(""),
            audit_ship_authority_file: Cow::Borrowed(""),
        },
    };
}

impl Level {
    const fn of(may_trade: u64, deposits: (u64, u64), withdrawals: (u64, u64)) -> Level {
        Level {
            may_trade,
            deposits_day: deposits.0,
            deposits_month: deposits.1,
            withdrawals_day: withdrawals.0,
            withdrawals_month: withdrawals.1,
        }
    }
}

impl Settings {
    /// Returns why the settings do not go together, if they do not.
    pub fn contradiction(&self) -> Option<&'static str> {
        let bans = &self.limits.bans;
        if bans.longest < bans.first {
            return Some("limits.ban_longest is shorter than limits.ban_first");
        }
        if self.telemetry.audit_ship.is_empty()
            && !self.telemetry.audit_ship_authority_file.is_empty()
        {
            return Some(
                "telemetry.audit_ship_authority_file is set, so telemetry.audit_ship must be, too",
            );
        }
        self.mail.contradiction()
    }

    /// Returns the proxies that are believed about whom requests are from.
    ///
    /// # Errors
    /// What is set is no list of addresses.
    pub fn proxies(&self) -> Result<Proxies> {
        Proxies::parse(&self.trusted_proxies).context("http.trusted_proxies")
    }

    /// Returns what needs a second factor.
    pub const fn second_factor(&self) -> SecondFactor {
        match self.second_factor {
            0 => SecondFactor::Withdrawals,
            _ => SecondFactor::Trading,
        }
    }

    /// Returns how long the key file of an operator decides.
    pub const fn key_rule(&self) -> KeyRule {
        match self.key_rule {
            0 => KeyRule::UntilPasskey,
            1 => KeyRule::Always,
            _ => KeyRule::Never,
        }
    }

    /// Returns whether signatures over decoded parameters are taken.
    pub const fn legacy_signatures(&self) -> LegacySignatures {
        match self.signatures {
            0 => LegacySignatures::Accepted,
            _ => LegacySignatures::Refused,
        }
    }
}

impl Withdrawals {
    /// Returns the rules for the gateway.
    ///
    /// # Errors
    /// Which network cannot be, and why.
    pub fn rules(&self) -> Result<WithdrawalRules, String> {
        let hold = Duration::from_millis(self.hold_millis);
        WithdrawalRules::parse(&self.networks, hold)
    }
}

impl MarketData {
    /// Returns whether files are written.
    pub const fn is_on(&self) -> bool {
        self.daily_files == 0
    }

    /// Returns the intervals of candles, shortest first.
    pub fn intervals(&self) -> Vec<Interval> {
        intervals_of(&self.intervals).unwrap_or_default()
    }
}

/// Returns the intervals that a text names, shortest first and each once; `None` when one of them does not divide a day.
pub fn intervals_of(text: &str) -> Option<Vec<Interval>> {
    let names = text.split(',').map(str::trim);
    let named = |name: &str| DAY_INTERVALS.into_iter().find(|it| it.name() == name);
    let found: Option<BTreeSet<Interval>> = names
        .filter(|name| !text.is_empty() || !name.is_empty())
        .map(named)
        .collect();
    Some(found?.into_iter().collect())
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
    fn the_longest_ban_is_not_shorter_than_the_first() {
        let seconds = Duration::from_secs;
        for (first, longest, is_refused) in [(120, 120, false), (120, 119, true)] {
            let mut settings = Settings::STANDARD;
            (settings.limits.bans.first, settings.limits.bans.longest) =
                (seconds(first), seconds(longest));
            assert_eq!(settings.contradiction().is_some(), is_refused, "{longest}");
        }
    }

    #[test]
    fn who_vouches_for_a_collector_is_said_of_one_that_is_there() {
        let mut settings = Settings::STANDARD;
        settings.telemetry.audit_ship_authority_file = "authority.pem".into();
        assert!(settings.contradiction().is_some());
        settings.telemetry.audit_ship = "syslog+tls://log.example".into();
        assert_eq!(settings.contradiction(), None);
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
