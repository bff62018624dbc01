//! What the configuration says about the audit log on another machine, and how late it is there.

use crate::config::settings::Telemetry;
use crate::data::DataDirectory;
use crate::node;
use anyhow::{Context, Result};
use identity::brought::read_up_to;
use identity::identity::Identity;
use std::path::Path;
use std::sync::Arc;
use syslog::courier::{Courier, Pace};
use syslog::destination::Destination;
use syslog::figures::Figures;
use syslog::line::{Dialer, roots_of, system_roots};
use syslog::message::Sender;
use syslog::position::PositionFile;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Keeps how far the log was taken.
const FILE: &str = "audit-ship.json";
const AUTHORITY_BYTES_MAX: u64 = 1 << 20;
/// Rows that wait for longer need somebody.
const LAG_SECONDS_MAX: i64 = 60;

/// Where rows go, if anywhere.
#[derive(Clone)]
pub struct AuditShip {
    set: Option<Set>,
}

#[derive(Clone)]
struct Set {
    destination: Destination,
    dialer: Dialer,
    figures: Arc<Figures>,
}

impl AuditShip {
    /// Returns what the settings say, with the file that they name.
    ///
    /// # Errors
    /// The address is none, or the file holds no certificates.
    pub fn of(telemetry: &Telemetry) -> Result<AuditShip> {
        if telemetry.audit_ship.is_empty() {
            return Ok(AuditShip { set: None });
        }
        let destination = Destination::parse(&telemetry.audit_ship);
        let destination = destination.context("telemetry.audit_ship")?;
        let roots = match &*telemetry.audit_ship_authority_file {
            "" => system_roots(),
            path => {
                let pem = read_up_to(Path::new(path), AUTHORITY_BYTES_MAX);
                let pem = pem.context("telemetry.audit_ship_authority_file")?;
                roots_of(pem.as_bytes()).context("telemetry.audit_ship_authority_file")?
            }
        };
        let dialer = Dialer::new(destination.clone(), roots).context("telemetry.audit_ship")?;
        let figures = Arc::default();
        Ok(AuditShip {
            set: Some(Set {
                destination,
                dialer,
                figures,
            }),
        })
    }

    /// Begins to send, where it is set, until `stop` says so.
    ///
    /// # Errors
    /// How far the log was taken cannot be read.
    pub fn begin(
        &self,
        identity: Arc<Identity>,
        data: &DataDirectory,
        stop: watch::Receiver<bool>,
    ) -> Result<Option<JoinHandle<()>>> {
        let Some(set) = &self.set else {
            return Ok(None);
        };
        let position = PositionFile::new(data.join(FILE), set.destination.to_string());
        let speaker = (set.dialer.clone(), Sender::this());
        let figures = Arc::clone(&set.figures);
        let courier = Courier::new(identity, speaker, position, Pace::STANDARD, figures);
        let courier = courier.with_context(|| format!("{FILE} cannot be read"))?;
        Ok(Some(tokio::spawn(courier.run(stop))))
    }

    /// Appends its figures, where it is set.
    pub fn write(&self, out: &mut String) {
        if let Some(set) = &self.set {
            set.figures.write(node::now(), out);
        }
    }

    /// Returns what somebody should look at, if anything.
    pub fn warning(&self) -> Option<String> {
        let set = self.set.as_ref()?;
        let lag = set.figures.lag_seconds(node::now());
        (LAG_SECONDS_MAX < lag)
            .then(|| format!("the audit log is {lag} seconds late at {}", set.destination))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telemetry(address: &'static str, authority: &str) -> Telemetry {
        Telemetry {
            audit_ship: address.into(),
            audit_ship_authority_file: authority.to_owned().into(),
        }
    }

    #[test]
    fn a_row_that_waits_for_more_than_a_minute_is_a_warning() {
        let ship = AuditShip::of(&telemetry("syslog+tcp://127.0.0.1:514", ""));
        let ship = ship.expect("an address");
        assert_eq!(ship.warning(), None);
        let figures = &ship.set.as_ref().expect("set").figures;
        for (seconds, is_late) in [(10, false), (120, true)] {
            let since = node::now().plus_nanos(-seconds * 1_000_000_000);
            figures.note_waiting(Some(since));
            assert_eq!(ship.warning().is_some(), is_late, "{seconds}");
        }
        let warning = ship.warning().expect("late");
        assert!(
            warning.ends_with("late at syslog+tcp://127.0.0.1:514"),
            "{warning}"
        );
        let nowhere = AuditShip::of(&telemetry("", "")).expect("nothing");
        assert_eq!(nowhere.warning(), None);
    }

    #[test]
    fn authorities_are_certificates_in_a_file_that_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("authority.pem");
        let path = file.to_str().expect("text");
        let of = || AuditShip::of(&telemetry("syslog+tls://log.example", path));
        assert!(of().is_err(), "missing");
        std::fs::write(&file, "no certificate").expect("written");
        assert!(of().is_err(), "of nobody");
    }
}
