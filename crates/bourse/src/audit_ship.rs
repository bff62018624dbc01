//! What the configuration says about the audit log on another machine, and how late it is there.

use crate::config::settings::Telemetry;
use crate::data::DataDirectory;
use crate::node;
use anyhow::{Context, Result, bail};
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
        let authority = &*telemetry.audit_ship_authority_file;
        if telemetry.audit_ship.is_empty() {
            if !authority.is_empty() {
                bail!(
                    "telemetry.audit_ship_authority_file is set, so telemetry.audit_ship must be, too"
                );
            }
            return Ok(AuditShip { set: None });
        }
        let destination = Destination::parse(&telemetry.audit_ship);
        let destination = destination.context("telemetry.audit_ship")?;
        let roots = match authority {
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
