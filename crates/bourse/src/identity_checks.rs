//! Checks of identities as the configuration says: the rules for the gateway, the allowances for the engine, and the
//! courier who asks the provider.

use crate::config::settings::{ENDLESS, Kyc, Level};
use anyhow::{Context, Result, bail};
use gateway::gateway::Gateway;
use gateway::hub::Hub;
use gateway::rest::kyc::KycRules;
use identity::brought::read_up_to;
use identity::country::CountryRule;
use identity::erasure::Term;
use identity::identity::Identity;
use identity::provider::ProviderKey;
use identity::sanctions::SanctionsList;
use identity::scanner::Scanner;
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::command::Command;
use model::id::{AssetId, MarketId};
use model::instrument::UNITS_PER_WHOLE;
use model::number::Amount;
use model::text::Symbol;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use webhook::authority::{pinned_roots, system_roots};
use webhook::caller::{Caller, Resolver};
use webhook::courier::Courier;
use webhook::target::Target;

const AUTHORITY_BYTES_MAX: u64 = 1 << 20;

/// What the configuration says, checked.
pub struct IdentityChecks {
    kyc: Kyc,
    countries: CountryRule,
    sanctions: SanctionsList,
    provider: Option<(ProviderKey, Caller)>,
    scanner: Option<Scanner>,
    market_levels: Vec<(Symbol, Verification)>,
}

impl IdentityChecks {
    /// Returns the checks of these settings.
    ///
    /// # Errors
    /// Which setting cannot be, and why.
    pub fn of(kyc: &Kyc) -> Result<IdentityChecks> {
        let countries = CountryRule::parse(&kyc.allowed_countries, &kyc.blocked_countries);
        let countries = countries.map_err(|word| {
            anyhow::anyhow!("kyc.allowed_countries, kyc.blocked_countries: {word:?} is no country; write two letters of ISO 3166 such as DE")
        })?;
        let sanctions = match &*kyc.sanctions_file {
            "" => SanctionsList::default(),
            path => SanctionsList::load(Path::new(path)).context("kyc.sanctions_file")?,
        };
        let words = kyc.market_levels.split_ascii_whitespace();
        Ok(IdentityChecks {
            kyc: kyc.clone(),
            countries,
            sanctions,
            provider: provider(kyc)?,
            scanner: scanner(kyc)?,
            market_levels: words.map(market_level).collect::<Result<_>>()?,
        })
    }

    /// Tells the engine what each level allows, and the gateway what is asked of applicants.
    ///
    /// # Errors
    /// As `tell`.
    pub async fn begin(&self, gateway: &Gateway) -> Result<()> {
        self.tell(gateway.hub()).await?;
        gateway.check_identities(self.rules());
        Ok(())
    }

    /// Returns the rules for the gateway.
    fn rules(&self) -> KycRules {
        let first_level = Verification::new(self.kyc.first_level);
        KycRules {
            first_level: first_level.filter(|level| *level < Verification::HIGHEST),
            countries: self.countries.clone(),
            sanctions: self.sanctions.clone(),
            provider: self.provider.as_ref().map(|(key, _)| key.clone()),
            scanner: self.scanner.clone(),
            term: Term::of_days(self.kyc.kept_days),
        }
    }

    /// Asks the provider until told to stop, if there is one.
    pub fn call(
        &self,
        identity: Arc<Identity>,
        stop: watch::Receiver<bool>,
    ) -> Option<JoinHandle<()>> {
        let (_, caller) = self.provider.clone()?;
        Some(tokio::spawn(Courier::new(identity, caller).run(stop)))
    }

    /// Tells the engine what each level allows, as far as it does not know.
    ///
    /// # Errors
    /// The reference or a market is not listed, or the exchange does not take the command.
    async fn tell(&self, hub: &Hub) -> Result<()> {
        let mut commands = Vec::new();
        {
            let views = hub.views();
            let allowances = views.allowances();
            let reference = asset(&views, &self.kyc.reference);
            if reference.is_none() && self.rules().first_level.is_none() {
                // Nobody is bound, and a market of a recording may have other assets.
                return Ok(());
            }
            let unlisted = || format!("kyc.reference: {} is no listed asset", self.kyc.reference);
            let table = self.table(reference.with_context(unlisted)?)?;
            if allowances.table() != Some(&table) {
                commands.push(Command::SetAllowances(Box::new(table)));
            }
            for (number, market) in (0..).zip(views.markets()) {
                let market_id = MarketId(number);
                let symbol = market.instrument().symbol;
                let set = self
                    .market_levels
                    .iter()
                    .find(|(known, _)| *known == symbol);
                let verification = set.map_or(Verification::LOWEST, |(_, level)| *level);
                if allowances.of_market(market_id) != verification {
                    commands.push(Command::SetMarketVerification {
                        market: market_id,
                        verification,
                    });
                }
            }
            let unlisted = self.market_levels.iter().find(|(symbol, _)| {
                views
                    .markets()
                    .all(|market| market.instrument().symbol != *symbol)
            });
            if let Some((symbol, _)) = unlisted {
                bail!("kyc.market_levels: {symbol} is no listed market");
            }
        }
        for command in commands {
            let told = hub.submit(command).await;
            told.map_err(|refusal| anyhow::anyhow!("the allowances were not taken: {refusal:?}"))?;
        }
        Ok(())
    }

    fn table(&self, reference: AssetId) -> Result<AllowanceTable> {
        let levels = self.kyc.levels.iter().map(allowance);
        let levels: Vec<Allowance> = levels
            .collect::<Option<_>>()
            .context("a limit is too large")?;
        let allowances = levels.try_into().ok().context("there are four levels")?;
        Ok(AllowanceTable {
            reference,
            allowances,
        })
    }
}

fn asset(views: &views::views::Views, symbol: &str) -> Option<AssetId> {
    let mut assets = views.assets().iter();
    let asset = assets.find(|asset| asset.symbol.as_str() == symbol);
    asset.map(|asset| asset.id)
}

fn allowance(level: &Level) -> Option<Allowance> {
    let caps = |day, month| {
        Some(Caps {
            day: cap(day)?,
            month: cap(month)?,
        })
    };
    Some(Allowance {
        may_trade: level.may_trade == 1,
        deposits: caps(level.deposits_day, level.deposits_month)?,
        withdrawals: caps(level.withdrawals_day, level.withdrawals_month)?,
    })
}

/// Returns a limit in units: nothing inside for one that is none, nothing at all for one that is too large.
fn cap(wholes: u64) -> Option<Option<Amount>> {
    if wholes == ENDLESS {
        return Some(None);
    }
    let units = i128::from(wholes) * i128::from(UNITS_PER_WHOLE);
    Amount::new(units).map(Some)
}

fn provider(kyc: &Kyc) -> Result<Option<(ProviderKey, Caller)>> {
    match (&*kyc.provider_address, &*kyc.provider_secret_file) {
        ("", "") if kyc.provider_authority_file.is_empty() => Ok(None),
        ("", "") => {
            bail!("kyc.provider_authority_file is set, so kyc.provider_address must be, too")
        }
        ("", _) | (_, "") => {
            bail!(
                "kyc.provider_address and kyc.provider_secret_file are set together or not at all"
            )
        }
        (address, path) => {
            let target = Target::parse(address).context("kyc.provider_address")?;
            let key = ProviderKey::load(Path::new(path)).context("kyc.provider_secret_file")?;
            let roots = match &*kyc.provider_authority_file {
                "" => system_roots(),
                path => {
                    let pem = read_up_to(Path::new(path), AUTHORITY_BYTES_MAX);
                    let pem = pem.context("kyc.provider_authority_file")?;
                    pinned_roots(pem.as_bytes()).context("kyc.provider_authority_file")?
                }
            };
            let caller = Caller::new(target, key.clone(), Resolver::System, roots);
            Ok(Some((key, caller)))
        }
    }
}

fn scanner(kyc: &Kyc) -> Result<Option<Scanner>> {
    if kyc.scanner.is_empty() {
        return Ok(None);
    }
    let scanner = Scanner::parse(&kyc.scanner);
    let wrong = || {
        format!(
            "kyc.scanner: {:?} is neither unix:/path/of/a/socket nor tcp:host:port",
            kyc.scanner
        )
    };
    scanner.with_context(wrong).map(Some)
}

fn market_level(word: &str) -> Result<(Symbol, Verification)> {
    let read = word.split_once('=').and_then(|(symbol, level)| {
        let level = Verification::new(level.parse().ok()?)?;
        Some((Symbol::parse(symbol.as_bytes())?, level))
    });
    read.with_context(|| {
        format!("kyc.market_levels: {word:?} is not SYMBOL=LEVEL, such as BTCUSDT=2")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::Settings;

    fn kyc() -> Kyc {
        Settings::STANDARD.kyc
    }

    #[test]
    fn a_limit_is_in_whole_units_and_the_greatest_is_none() {
        assert_eq!(cap(0), Some(Some(Amount::ZERO)));
        assert_eq!(cap(2), Some(Amount::new(200_000_000)));
        assert_eq!(cap(ENDLESS), Some(None));
    }

    #[test]
    fn settings_that_cannot_be_are_refused() {
        assert!(IdentityChecks::of(&kyc()).is_ok());
        for wrong in [
            Kyc {
                blocked_countries: "XX".into(),
                ..kyc()
            },
            Kyc {
                market_levels: "BTCUSDT".into(),
                ..kyc()
            },
            Kyc {
                market_levels: "BTCUSDT=4".into(),
                ..kyc()
            },
            Kyc {
                sanctions_file: "/nowhere/list.csv".into(),
                ..kyc()
            },
            Kyc {
                scanner: "clamd".into(),
                ..kyc()
            },
            Kyc {
                provider_address: "https://kyc.example.com/".into(),
                ..kyc()
            },
            Kyc {
                provider_address: "http://kyc.example.com/".into(),
                provider_secret_file: "/nowhere/secret".into(),
                ..kyc()
            },
            Kyc {
                provider_authority_file: "/nowhere/authority.pem".into(),
                ..kyc()
            },
        ] {
            assert!(IdentityChecks::of(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn authorities_of_a_provider_are_certificates_in_a_file_that_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let [secret, authority] =
            ["secret", "authority.pem"].map(|name| folder.path().join(name).display().to_string());
        std::fs::write(&secret, "s".repeat(40)).expect("written");
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&secret, private).expect("set");
        let provided = |authority: &str| Kyc {
            provider_address: "https://kyc.example.com/".into(),
            provider_secret_file: secret.clone().into(),
            provider_authority_file: authority.to_owned().into(),
            ..kyc()
        };
        assert!(IdentityChecks::of(&provided("")).is_ok());
        assert!(
            IdentityChecks::of(&provided(&authority)).is_err(),
            "missing"
        );
        std::fs::write(&authority, "no certificate").expect("written");
        assert!(
            IdentityChecks::of(&provided(&authority)).is_err(),
            "of nobody"
        );
    }

    #[test]
    fn the_highest_first_level_binds_nobody() {
        let level = |first_level| {
            let kyc = Kyc {
                first_level,
                ..kyc()
            };
            IdentityChecks::of(&kyc).expect("legal").rules().first_level
        };
        assert_eq!(level(3), None);
        assert_eq!(level(0), Some(Verification::LOWEST));
    }
}
