//! `bourse verify`: everything in a data directory, checked from the first byte.

use crate::cli;
use crate::data::{DataDirectory, journal_options};
use crate::dev::audit_log::head_of;
use crate::history::command::find;
use crate::identity_database;
use crate::known_accounts;
use crate::master_key;
use crate::operators::tasks::block_on;
use anyhow::{Context, Result, bail};
use checks::Checks;
use engine::engine::Engine;
use identity::audit;
use identity::database::DatabaseAddress;
use identity::integrity;
use identity::master::MasterKey;
use journal::frame::FrameRef;
use journal::id::{self, ClusterId};
use journal::options::Replay;
use journal::snapshot_store::SnapshotStore;
use journal::survey::inspect;
use model::id::AccountId;
use model::snapshot_views::ViewsState;
use sequencer::core::{self, Applied};
use sequencer::follower::fold;
use sequencer::recovery::{Start, decode};
use std::collections::BTreeMap;
use std::path::Path;
use wire::binary::base::{self, Base};
use wire::binary::digest::state_digest;

mod checks;

/// The formats this binary reads and writes.
const FORMATS: &str = "journal 1, record 2, event 2, snapshot 3, logic 2";

/// Checks a data directory and reports what was checked.
///
/// # Errors
/// The first violation.
pub fn verify(arguments: &cli::Verify) -> Result<()> {
    let users = &arguments.users;
    let mut data = DataDirectory::existing(&users.at.data_dir)?;
    if arguments.accept_copy {
        data.accept_copy();
    }
    let cluster = data.known_cluster()?;
    println!("formats   {FORMATS}");
    println!("cluster   {cluster}");
    let history = block_on(find(&arguments.history, &data))??;
    let mut snapshots = read_snapshots(&data, cluster)?;
    let Replayed { state, checks } = check_journal(&data, cluster, &mut snapshots)?;
    if let Some((sequence, _)) = snapshots.first_key_value() {
        bail!("snapshot {sequence} stands beyond or between the journal's batches");
    }
    println!(
        "states    {} audited on the way, the last among them: ledger, holds and books recomputed",
        checks.audits
    );
    println!(
        "trades    {} read from the events, each by price, limit, band, queue, group and fees",
        checks.rules.trades()
    );
    check_users(&data, &users.identity, &state.engine)?;
    let last = state.engine.sequence().0;
    history.check(&data, (cluster, last))?;
    println!("state     {}", state_digest(&state.engine.state()));
    println!("events    {}", state.chain.digest());
    println!("sequence  {}", state.engine.sequence().0);
    Ok(())
}

/// Reads the identity database to its end, follows the audit log from its first row, and holds it against what the journal
/// was told of it.
fn check_users(
    data: &DataDirectory,
    chosen: &cli::IdentityDatabase,
    engine: &Engine,
) -> Result<()> {
    let anchor = engine.anchor();
    if chosen.address.is_none() && !data.join("identity.sqlite").is_file() {
        return match anchor {
            None => Ok(()),
            Some(_) => bail!("the audit log is not here; name its database with --identity"),
        };
    }
    let address = identity_database::address(chosen, data)?;
    let greatest_account = check_database(&address, &master_key::path(data))?;
    known_accounts::check(greatest_account, engine.greatest_numbers().0)?;
    let anchor = anchor.map(head_of);
    let head = block_on(audit::verify(&address, anchor))??;
    let told = anchor.map_or(0, |anchor| anchor.rows);
    println!(
        "audit log {} rows, every one as it was written, {told} of them told to the journal",
        head.rows
    );
    Ok(())
}

/// Reads the identity database, opens what is sealed in it, if the master key is here, and returns the account with the
/// greatest number that a user is known to have.
fn check_database(address: &DatabaseAddress, key: &Path) -> Result<Option<AccountId>> {
    let master = key.exists().then(|| MasterKey::load(key)).transpose()?;
    let whole = block_on(integrity::verify(address, master.as_ref()))??;
    let sealed = match whole.opened {
        Some(count) => format!("{count} sealed texts opened"),
        None => "what is sealed was not opened, since there is no master.key".to_owned(),
    };
    let indexes = match whole.indexes {
        Some(count) => format!("{count} indexes checked"),
        None => {
            "its indexes were not checked, since the server has no amcheck for this role".to_owned()
        }
    };
    println!(
        "users     {} tables with {} rows read, {indexes}, {sealed}",
        whole.tables, whole.rows
    );
    Ok(whole.greatest_account)
}

/// Reads every snapshot; a damaged one is a violation, though a start would pass it over.
fn read_snapshots(
    data: &DataDirectory,
    cluster: ClusterId,
) -> Result<BTreeMap<u64, (id::Anchor, Base)>> {
    let store = SnapshotStore::new(data.snapshots.clone(), cluster);
    let mut snapshots = BTreeMap::new();
    for sequence in store.list()? {
        let snapshot = store
            .load(sequence)
            .with_context(|| format!("snapshot {}", sequence.0))?;
        let base =
            base::decode(&snapshot.body).with_context(|| format!("snapshot {}", sequence.0))?;
        snapshots.insert(sequence.0, (snapshot.anchor, base));
    }
    println!("snapshots {} read", snapshots.len());
    Ok(snapshots)
}

/// What the whole journal led to, and what was checked on the way.
struct Replayed {
    state: Start,
    checks: Checks,
}

/// Replays the journal from its first command, checks what it does and holds every snapshot against the state at its
/// sequence.
fn check_journal(
    data: &DataDirectory,
    cluster: ClusterId,
    snapshots: &mut BTreeMap<u64, (id::Anchor, Base)>,
) -> Result<Replayed> {
    let mut state = Start::genesis();
    let mut checks = Checks::default();
    let mut applied = Applied::default();
    let mut encoded = Vec::new();
    let mut on_frame = |frame: FrameRef<'_>| {
        let before = state.engine.sequence();
        decode(frame.payload, before, &mut applied.batch)?;
        core::apply(&mut state.engine, &mut applied);
        fold(&mut state, &applied, &mut encoded);
        checks.follow(before, &state, &applied)?;
        if let Some((_, base)) = snapshots.remove(&state.engine.sequence().0) {
            compare(&state, &base)?;
        }
        Ok(())
    };
    let options = journal_options(cluster, Replay::Genesis, data.waivers);
    let inspection = inspect(&data.journal, &options, &mut on_frame)?;
    checks.audit(&state)?;
    println!(
        "journal   {} segments, {} frames, {} commands, every checksum and hash checked",
        inspection.segments, inspection.replayed.frames, inspection.replayed.commands
    );
    if let Some(tail) = inspection.torn_tail {
        println!("torn tail {tail:?}: never acknowledged, removed at the next start");
    }
    Ok(Replayed { state, checks })
}

/// Returns whether the views of a snapshot are those that the journal leads to.
///
/// A snapshot that goes back to a binary which kept neither prevented matches nor amendments has only the later ones.
fn equals(mut replayed: ViewsState, kept: &ViewsState) -> bool {
    if replayed.prevented.ends_with(&kept.prevented) {
        replayed.prevented.clone_from(&kept.prevented);
    }
    if replayed.amendments.ends_with(&kept.amendments) {
        replayed.amendments.clone_from(&kept.amendments);
    }
    replayed == *kept
}

fn compare(start: &Start, base: &Base) -> Result<()> {
    let sequence = base.engine.sequence.0;
    if state_digest(&start.engine.state()) != state_digest(&base.engine) {
        bail!("snapshot {sequence}: its state is not what the journal leads to");
    }
    if start.chain.digest() != base.events {
        bail!("snapshot {sequence}: its event chain is not what the journal leads to");
    }
    if !equals(start.views.state(), &base.views) {
        bail!("snapshot {sequence}: its views are not what the journal leads to");
    }
    println!("snapshot  {sequence} equals the replayed state");
    Ok(())
}
