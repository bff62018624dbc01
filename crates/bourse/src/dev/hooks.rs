//! What whoever watches is told of the whole process: figures, warnings, and what stands still.

use crate::audit_ship::AuditShip;
use crate::databases::Databases;
use crate::history::figures::Figures;
use crate::market_data;
use crate::node;
use crate::snapshots::Digests;
use crate::telemetry::{self, Telemetry};
use crossbeam_channel::Sender;
use gateway::audit_standing::AuditStanding;
use gateway::gateway::{MetricsHook, NodeStatus, StatusHook};
use journal::disk::Disk;
use journal::file_disk::FileDisk;
use model::command::Request;
use std::sync::Arc;

/// What stops nothing when it is away or late, and is told all the same.
#[derive(Clone)]
pub struct Watched {
    pub audit_ship: AuditShip,
    pub audit_standing: Arc<AuditStanding>,
    pub databases: Arc<Databases>,
}

/// Everything that a scrape is told beside the gateway's own figures.
pub struct Told {
    pub requests: Sender<Request>,
    pub telemetry: Arc<Telemetry>,
    pub pages: String,
    pub journal: FileDisk,
    pub history: Arc<Figures>,
    pub files: Arc<market_data::figures::Figures>,
    pub mail: Option<Arc<mail::figures::Figures>>,
    pub watched: Watched,
}

/// Returns what adds all of it to a scrape.
pub fn tell_figures(told: Told) -> MetricsHook {
    Box::new(move |out| {
        let queue = (told.requests.len(), node::REQUESTS_MAX);
        told.telemetry.write(queue, out);
        told.telemetry
            .write_disk(told.journal.room_bytes().ok(), out);
        told.history.write(told.telemetry.last_sequence(), out);
        told.files.write(out);
        telemetry::write_pages(&told.pages, out);
        told.mail.iter().for_each(|figures| figures.write(out));
        told.watched.audit_ship.write(out);
        told.watched.audit_standing.write(out);
        told.watched.databases.write(out);
    })
}

/// Shows the newest digest and what is not taken on the status page, and what is late to whoever watches.
pub fn show(
    (digests, telemetry): (&Arc<Digests>, &Arc<Telemetry>),
    watched: Watched,
) -> StatusHook {
    let (digests, telemetry) = (Arc::clone(digests), Arc::clone(telemetry));
    Box::new(move || NodeStatus {
        state: telemetry.standing.state(),
        reasons: telemetry.standing.reason().into_iter().collect(),
        warnings: [
            telemetry.standing.warning(),
            telemetry.room.warning(),
            watched.audit_ship.warning(),
            watched.audit_standing.warning(),
        ]
        .into_iter()
        .flatten()
        .chain(watched.databases.warnings())
        .collect(),
        components: watched.databases.components(),
        event_digest: digests
            .newest()
            .map(|(sequence, digest)| (sequence, digest.to_string())),
    })
}
