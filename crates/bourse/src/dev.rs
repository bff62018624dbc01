//! `bourse dev`: a living exchange on one machine, with people, money, markets and traders.

pub mod announce;
pub mod audit_log;
pub mod hooks;
pub mod listeners;
pub mod live;
pub mod markets;
pub mod people;

use crate::assets::manifest::Manifest;
use crate::audit_ship::AuditShip;
use crate::brand_watch;
use crate::cli;
use crate::config::file;
use crate::config::settings::Settings;
use crate::data::DataDirectory;
use crate::databases::Databases;
use crate::dev::audit_log::LogChoice;
use crate::dev::hooks::{Told, Watched, show, tell_figures};
use crate::dev::listeners::{Listeners, Sockets};
use crate::dev::people::Person;
use crate::event_indexes;
use crate::exchange::{self, Known};
use crate::history::figures::Figures;
use crate::history::follower::{Follower, Work};
use crate::history::place;
use crate::identity_checks::IdentityChecks;
use crate::identity_database;
use crate::known_accounts;
use crate::letters::Letters;
use crate::market_data::{self, archiver};
use crate::master_key;
use crate::node::{self, Node};
use crate::notices;
use crate::operators::bootstrap;
use crate::packing;
use crate::snapshots::{Digests, Snapshots};
use crate::telemetry::Telemetry;
use crate::worker::Worker;
use anyhow::{Context, Result, bail};
use crossbeam_channel::Sender;
use engine::genesis::{FIRST_LOGIC, LOGIC};
use gateway::background;
use gateway::config::{Bounds, Config, Limiting, Strictness};
use gateway::console;
use gateway::console::office::{Office, Premises};
use gateway::gateway::{Assembly, Gateway};
use gateway::hub::{Hub, Streams};
use gateway::networks::WithdrawalRules;
use gateway::origins::Origins;
use gateway::proxies::Proxies;
use gateway::rest::faucet::Faucet;
use gateway::user_data::kept_keys;
use gateway::ws::fanout::{Fanout, Stopping};
use identity::hashing::Hashing;
use identity::identity::{Identity, IdentityError};
use identity::lease::Lease;
use identity::master::MasterKey;
use identity::password::{CommonPasswords, Cost};
use identity::places::Places;
use identity::webauthn::RelyingParty;
use indexer::history::History;
use indexer::place::Place;
use journal::disk::Disk;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use model::command::{Command, Genesis, Request};
use model::id::{AccountId, Sequence};
use sequencer::recovery::Recovered;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use views::views::Views;
use wire::binary::digest::EventChain;

const DISK_LOOK_PERIOD: Duration = Duration::from_secs(10);
const FAILURE_LOOK_PERIOD: Duration = Duration::from_millis(200);
/// How long requests under way may take once the exchange is told to stop.
const DRAIN_TIME: Duration = Duration::from_millis(300);
const WORKERS: usize = 2;

/// The parts that live as long as the exchange runs.
struct Running {
    node: Node,
    /// The logic that decided last, before this start; 0 in a new exchange.
    logic: u16,
    hub: Arc<Hub>,
    identity: Arc<Identity>,
    gateway: Arc<Gateway>,
    follower: Follower,
    watched: Watched,
    figures: Arc<Figures>,
    file_figures: Arc<market_data::figures::Figures>,
    digests: Arc<Digests>,
    telemetry: Arc<Telemetry>,
}

/// Runs a sandbox until it is told to stop.
///
/// # Errors
/// It cannot start, and why; or a part of it failed.
pub fn run(arguments: &cli::Dev) -> Result<()> {
    let settings = match &arguments.config {
        Some(path) => file::read(path)?,
        None => Settings::STANDARD,
    };
    start_logging(arguments.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    runtime.block_on(run_async(arguments, &settings))
}

fn common_passwords(arguments: &cli::Dev) -> Result<CommonPasswords> {
    Ok(match &arguments.common_passwords {
        Some(path) => CommonPasswords::with_file(path)?,
        None => CommonPasswords::built_in(),
    })
}

/// Returns for whom passkeys of users and of operators are made.
fn relying_parties(arguments: &cli::Dev, listeners: &Listeners) -> Result<[RelyingParty; 2]> {
    let (user, operator) = (&arguments.passkey_origin, &arguments.console_origin);
    Ok([
        relying_party(("--passkey-origin", user.as_ref()), listeners.public)?,
        relying_party(("--console-origin", operator.as_ref()), listeners.console)?,
    ])
}

/// Returns for whom passkeys are made: browsers take no address of this machine but its name.
fn relying_party(
    (option, chosen): (&str, Option<&String>),
    address: SocketAddr,
) -> Result<RelyingParty> {
    let local = || format!("http://localhost:{}", address.port());
    let origin = chosen.cloned().unwrap_or_else(local);
    RelyingParty::of_origin(&origin).with_context(|| {
        format!("{option} {origin} is no address that passkeys are bound to: https://HOST, or http://localhost:PORT")
    })
}

/// Returns where pages may come from; those that may use passkeys are among them.
fn origins(arguments: &cli::Dev, settings: &Settings) -> Result<Origins> {
    let listed = Origins::parse(&settings.site.origins).context("site.origins")?;
    Ok(match &arguments.passkey_origin {
        Some(origin) if !origin.starts_with("http://localhost") => listed.with(origin),
        _ => listed,
    })
}

/// Returns where addresses are, as far as a file says it.
fn places(settings: &Settings) -> Result<Places> {
    match &*settings.site.places_file {
        "" => Ok(Places::default()),
        path => Places::load(Path::new(path)).context("site.places_file"),
    }
}

/// Returns where withdrawals go, and how.
fn payouts(settings: &Settings) -> Result<WithdrawalRules> {
    let rules = settings.withdrawals.rules().map_err(anyhow::Error::msg);
    rules.context("withdrawals.networks")
}

fn start_logging(level: tracing::Level) {
    // A second start in one process, as tests do it, keeps the first one's log.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .try_init();
}

async fn run_async(arguments: &cli::Dev, settings: &Settings) -> Result<()> {
    let config = config_of(arguments, settings);
    let (letters, places) = (Letters::of(settings)?, places(settings)?);
    let brand = settings.sandbox_brand()?;
    let checks = IdentityChecks::of(&settings.kyc)?;
    let payouts = payouts(settings)?;
    let wishes = markets::wishes(arguments)?;
    let data = directory(arguments)?;
    let history = place(&arguments.history, &data)?;
    let (lease, identity) = open_identity(arguments, &data).await?;
    let sockets = Sockets::open(arguments).await?;
    let listeners = sockets.addresses()?;
    let bounds = config.bounds;
    let [party, console_party] = relying_parties(arguments, &listeners)?;
    let audit_ship = AuditShip::of(&settings.telemetry)?;
    let speech = Speech::of(arguments, settings, (&letters, &audit_ship))?;
    let kept = Kept {
        greatest_account: identity.greatest_account().await?,
        identity,
        history,
        audit_log: LogChoice::of(arguments),
    };
    let running = start(config, &data, kept, speech)?;
    running.follower.catch_up().await?;
    audit_log::note(LogChoice::of(arguments), &running.identity).await?;
    begin_history(&running, &data).await?;
    let people = markets::prepare(arguments, &wishes, &running.hub, &running.identity).await?;
    checks.begin(&running.gateway).await?;
    running.gateway.pay_out(payouts);
    open_doors(&running.gateway, &people, &letters);
    running.gateway.offer_passkeys(party);
    running.gateway.know_places(places);
    running
        .gateway
        .show_site(crate::site::built_in().branded(brand));
    let beside = work_beside(settings, &running, &data)?;
    running.gateway.give(faucet(arguments));
    let serving = serve(sockets.public, sockets.ops, &running.gateway).await;
    let operators = bootstrap::sandbox(&data, &running.identity).await?;
    let premises = Premises {
        party: console_party,
        key_rule: settings.key_rule(),
        pages_digest: Manifest::built_in().digest(),
    };
    let opened = open_office(sockets.console, (bounds, premises), &running);
    let mut couriers = send_couriers(&letters, &checks, &running)?;
    let stopping = running.gateway.stopping();
    couriers.extend(audit_ship.begin(Arc::clone(&running.identity), &data, stopping)?);
    // Whoever reads the announcement may ask for an end at once.
    let mut wish = EndWish::listen()?;
    let mut lease = tokio::spawn(identity_database::watch(lease));
    announce::announce(&listeners, &data, &people, &operators)?;
    markets::trade(arguments, wishes, &running.hub, &running.identity).await?;
    tokio::spawn(live::show(Arc::clone(&running.hub)));
    watch_disk(arguments, &data.journal, &running);
    let watches = watch_files(arguments, &data, &running);
    let outcome = wait_for_the_end(&mut wish, &mut lease, &running, &data.journal).await;
    running.telemetry.standing.drain();
    say_goodbye(&running.gateway).await;
    for courier in couriers {
        // A message that is cut off here is sent again.
        courier.abort();
    }
    watches.iter().for_each(JoinHandle::abort);
    serving.abort();
    opened.iter().for_each(JoinHandle::abort);
    outcome.and(end_threads(running, beside).await)
}

/// Starts the threads that follow what the exchange does: nothing of it waits for them.
fn work_beside(
    settings: &Settings,
    running: &Running,
    data: &DataDirectory,
) -> Result<Vec<Worker>> {
    let mut workers = vec![
        tell_from_now(running, data)?,
        event_indexes::start(data)?,
        packing::start(data)?,
    ];
    workers.extend(write_files(settings, running, data)?);
    Ok(workers)
}

/// Opens the data directory, or makes it.
fn directory(arguments: &cli::Dev) -> Result<DataDirectory> {
    let mut data = DataDirectory::create(&arguments.data_dir)?;
    if arguments.accept_copy {
        data.accept_copy();
    }
    Ok(data)
}

/// Lets guests in, and whoever registers where nobody gets a letter.
fn open_doors(gateway: &Gateway, people: &[Person], letters: &Letters) {
    gateway.admit_guests(people::guests(people));
    if letters.server.is_none() {
        gateway.confirm_addresses();
    }
}

/// Looks at the files that may change while the exchange runs: the master key, and how the pages look.
fn watch_files(
    arguments: &cli::Dev,
    data: &DataDirectory,
    running: &Running,
) -> Vec<JoinHandle<()>> {
    let (path, identity) = (master_key::path(data), Arc::clone(&running.identity));
    let mut watches = vec![
        tokio::spawn(watch_databases(running)),
        tokio::spawn(master_key::watch(path, identity)),
    ];
    if let Some(path) = arguments.config.clone() {
        let gateway = Arc::clone(&running.gateway);
        watches.push(tokio::spawn(brand_watch::watch(path, gateway)));
    }
    watches
}

/// Looks whether users and history are there.
fn watch_databases(running: &Running) -> impl Future<Output = ()> + use<> {
    let databases = Arc::clone(&running.watched.databases);
    let history = Arc::clone(running.follower.history());
    databases.watch(
        Arc::clone(&running.identity),
        (history, Arc::clone(&running.figures)),
    )
}

/// Takes nothing new, and leaves everybody some time to read what is on its way.
async fn say_goodbye(gateway: &Gateway) {
    let stopping = Stopping {
        at: gateway::clock::now(),
        grace: DRAIN_TIME,
    };
    gateway.fanout().shut_down(stopping).await;
    gateway.stop();
    tokio::time::sleep(DRAIN_TIME).await;
    let identity = gateway.identity();
    if let Err(error) = gateway.acts().write(identity).await {
        tracing::error!(event = "audit.acts_lost", %error);
    }
    let refused = gateway.refused();
    let written = refused.write_all(identity, gateway::clock::now());
    if let Err(error) = written.await {
        tracing::error!(event = "audit.refusals_lost", %error);
    }
}

/// Serves everybody, until it is aborted or the gateway stops.
async fn serve(listener: TcpListener, ops: TcpListener, gateway: &Arc<Gateway>) -> JoinHandle<()> {
    // Whoever holds a listen key comes back with it at once.
    let streams = gateway.fanout().user_streams();
    kept_keys::restore(streams, gateway.identity(), gateway::clock::now()).await;
    tokio::spawn(background::run(Arc::clone(gateway)));
    tokio::spawn(gateway::ops::serve(ops, Arc::clone(gateway)));
    tokio::spawn(gateway::server::serve(listener, Arc::clone(gateway)))
}

/// Sends letters to users, and asks the provider of identity checks, as far as there are servers for either.
fn send_couriers(
    letters: &Letters,
    checks: &IdentityChecks,
    running: &Running,
) -> Result<Vec<JoinHandle<()>>> {
    let (identity, gateway) = (&running.identity, &running.gateway);
    let letters = letters.send(Arc::clone(identity), gateway.stopping())?;
    let calls = checks.call(Arc::clone(identity), gateway.stopping());
    Ok(letters.into_iter().chain(calls).collect())
}

/// Takes the right to run on the identity database, and opens it.
async fn open_identity(
    arguments: &cli::Dev,
    data: &DataDirectory,
) -> Result<(Lease, Arc<Identity>)> {
    let address = identity_database::address(&arguments.identity, data)?;
    let lease = Lease::take(&address).await?;
    // Whoever replaces the key of an exchange that stands still holds the lease meanwhile.
    let master = MasterKey::load_or_create(&master_key::path(data))?;
    let identity = Identity::open(&address, master).await?;
    Ok((lease, Arc::new(identity)))
}

/// Ends the threads: first those that write to the identity database, which is then closed.
async fn end_threads(running: Running, beside: Vec<Worker>) -> Result<()> {
    let ended = tokio::task::spawn_blocking(move || drop(beside));
    ended.await.context("stopping")?;
    running.identity.close().await;
    let (node, follower) = (running.node, running.follower);
    let stopped = tokio::task::spawn_blocking(move || {
        let stopped = node.stop();
        drop(follower);
        stopped
    });
    stopped.await.context("stopping")?
}

/// What is kept in databases, beside the journal.
struct Kept {
    identity: Arc<Identity>,
    /// Of those that users are known to have.
    greatest_account: Option<AccountId>,
    history: Place,
    audit_log: LogChoice,
}

/// What the exchange says to users and to whoever watches, and does not let them say.
struct Speech<'a> {
    common_passwords: CommonPasswords,
    /// Where it says to stand.
    region: String,
    /// Whose pages it listens to.
    origins: Origins,
    /// Whom it believes about whom requests are from.
    proxies: Proxies,
    letters: &'a Letters,
    audit_ship: AuditShip,
}

impl<'a> Speech<'a> {
    fn of(
        arguments: &cli::Dev,
        settings: &Settings,
        (letters, audit_ship): (&'a Letters, &AuditShip),
    ) -> Result<Speech<'a>> {
        Ok(Speech {
            common_passwords: common_passwords(arguments)?,
            region: settings.site.region.to_string(),
            origins: origins(arguments, settings)?,
            proxies: settings.proxies()?,
            letters,
            audit_ship: audit_ship.clone(),
        })
    }
}

/// Serves operators, and carries out what they decide.
fn open_office(
    listener: TcpListener,
    (bounds, premises): (Bounds, Premises),
    running: &Running,
) -> [JoinHandle<()>; 2] {
    let office = Office::new(
        Arc::clone(&running.hub),
        Arc::clone(&running.identity),
        bounds,
        premises,
        (
            running.gateway.sources(),
            Arc::clone(running.gateway.refused()),
            Arc::clone(&running.watched.audit_standing),
        ),
        running.gateway.stopping(),
    );
    [
        tokio::spawn(console::server::serve(listener, Arc::clone(&office))),
        tokio::spawn(console::execution::run(office)),
    ]
}

/// Recovers the data directory and starts threads and gateway.
fn start(config: Config, data: &DataDirectory, kept: Kept, speech: Speech<'_>) -> Result<Running> {
    let identity = kept.identity;
    let cluster = cluster_of(data)?;
    let Known {
        recovered,
        views,
        chain,
        log,
    } = recover((data, cluster), (&identity, kept.greatest_account))?;
    let (digests, telemetry) = figures(&recovered, &chain);
    let queue = node::queue();
    let fanout = Fanout::new(&config);
    let hub = hub_of(queue.0.clone(), (views, &log), &fanout);
    let egress = exchange::egress(
        Arc::clone(&hub),
        chain,
        log,
        Arc::clone(&digests),
        Arc::clone(&telemetry),
    );
    let (last, logic) = (recovered.engine.sequence(), recovered.engine.logic());
    let watched = Watched {
        audit_ship: speech.audit_ship,
        audit_standing: audit_log::standing(recovered.engine.anchor(), kept.audit_log),
        databases: Databases::since(node::now()),
    };
    let node = Node::start(recovered, queue, egress, Arc::clone(&telemetry))?;
    let followed = follow_history(data, kept.history, &hub, (cluster, last))?;
    let file_figures = Arc::<market_data::figures::Figures>::default();
    let status_hook = show((&digests, &telemetry), watched.clone());
    let metrics_hook = tell_figures(Told {
        requests: node.requests(),
        telemetry: Arc::clone(&telemetry),
        pages: pages(),
        journal: data.journal.clone(),
        history: Arc::clone(&followed.figures),
        files: Arc::clone(&file_figures),
        mail: speech.letters.shown_figures(),
        watched: watched.clone(),
    });
    let gateway = Gateway::new(Assembly {
        hub: Arc::clone(&hub),
        identity: Arc::clone(&identity),
        history: Some(followed.history),
        hashing: Hashing::start(Cost::STANDARD)?,
        common_passwords: speech.common_passwords,
        stationery: speech.letters.stationery.clone(),
        region: speech.region,
        origins: speech.origins,
        proxies: speech.proxies,
        fanout,
        config,
        metrics_hook,
        status_hook,
    });
    let gateway = gateway.context("the system gives no random numbers")?;
    Ok(Running {
        node,
        logic,
        hub,
        identity,
        gateway,
        follower: followed.follower,
        watched,
        figures: followed.figures,
        file_figures,
        digests,
        telemetry,
    })
}

/// Recovers the data directory, and tells what follows from it.
fn recover(
    (data, cluster): (&DataDirectory, ClusterId),
    (identity, greatest_account): (&Identity, Option<AccountId>),
) -> Result<Known> {
    let known = exchange::recover_directory(data, cluster)?;
    tell_recovery(&known.recovered);
    let (account, user, key) = known.recovered.engine.greatest_numbers();
    known_accounts::check(greatest_account, account)?;
    identity.know_numbers(user, key);
    Ok(known)
}

fn hub_of(
    requests: Sender<Request>,
    (views, log): (Views, &exchange::History),
    fanout: &Arc<Fanout>,
) -> Arc<Hub> {
    let (streams, users) = (Arc::clone(fanout), Arc::clone(fanout.user_streams()));
    let tell: Streams = Box::new(move |views, changed| streams.publish(views, changed));
    Hub::new(requests, views, log.look_up(), tell, users)
}

/// Returns what is told of the process, as the start left it.
fn figures(recovered: &Recovered<FileDisk>, chain: &EventChain) -> (Arc<Digests>, Arc<Telemetry>) {
    let digests = Arc::new(Digests::default());
    digests.note(recovered.engine.sequence(), chain.digest());
    let telemetry = Arc::new(Telemetry::default());
    telemetry.note_snapshot(started_from(recovered));
    (digests, telemetry)
}

/// Returns the sequence of the snapshot that a start went on from; 0 when it went on from none.
fn started_from(recovered: &Recovered<FileDisk>) -> u64 {
    recovered.engine.sequence().0 - recovered.recovery.replayed.commands
}

fn tell_recovery(recovered: &Recovered<FileDisk>) {
    tracing::info!(
        event = "recovered",
        sequence = recovered.engine.sequence().0,
        replayed = recovered.recovery.replayed.commands,
        start = ?recovered.recovery.start
    );
}

/// Returns the number of the exchange whose directory this is: another one when it has none yet.
fn cluster_of(data: &DataDirectory) -> Result<ClusterId> {
    match data.cluster()? {
        Some(cluster) => Ok(cluster),
        None => Ok(ClusterId(random_number()?)),
    }
}

/// Makes notifications of what happens from here on: nobody is told what a sandbox begins with.
fn tell_from_now(running: &Running, data: &DataDirectory) -> Result<Worker> {
    let work = notices::Work {
        data: data.clone(),
        cluster: data.known_cluster()?,
        last: running.hub.views().sequence(),
        identity: Arc::clone(&running.identity),
    };
    notices::start(work, Handle::current())
}

/// Serves the market-data files, and writes those of each day unless they are switched off.
fn write_files(
    settings: &Settings,
    running: &Running,
    data: &DataDirectory,
) -> Result<Option<Worker>> {
    running.gateway.serve_files(market_data::folder(data));
    if !settings.market_data.is_on() {
        return Ok(None);
    }
    let hub = Arc::clone(&running.hub);
    let work = archiver::Work {
        data: data.clone(),
        cluster: data.known_cluster()?,
        intervals: settings.market_data.intervals(),
        now: Box::new(move || hub.views().at()),
        figures: Arc::clone(&running.file_figures),
    };
    archiver::start(work).map(Some)
}

/// Returns the digest of the pages, which the log tells first.
fn pages() -> String {
    let digest = Manifest::built_in().digest();
    tracing::info!(event = "pages", digest);
    digest
}

/// Who folds the history, and where it is read.
struct Followed {
    follower: Follower,
    history: Arc<History>,
    figures: Arc<Figures>,
}

/// Lets the history follow the event log of an exchange that starts after its `last` command.
fn follow_history(
    data: &DataDirectory,
    place: Place,
    hub: &Arc<Hub>,
    (cluster, last): (ClusterId, Sequence),
) -> Result<Followed> {
    let (history, figures) = (History::unopened(), Arc::<Figures>::default());
    let hub = Arc::clone(hub);
    let work = Work {
        data: data.clone(),
        place,
        cluster,
        last,
        history: Arc::clone(&history),
        figures: Arc::clone(&figures),
        newest: Box::new(move || hub.views().sequence().0),
    };
    Ok(Followed {
        follower: Follower::start(work, Handle::current())?,
        history,
        figures,
    })
}

fn faucet(arguments: &cli::Dev) -> Faucet {
    let gifts = |account| people::deposits(account, people::Role::Person);
    let faucet = Faucet::new(Box::new(gifts));
    if arguments.unlimited {
        faucet.unlimited()
    } else {
        faucet
    }
}

fn config_of(arguments: &cli::Dev, settings: &Settings) -> Config {
    let limits = settings.limits;
    Config {
        limiting: if arguments.unlimited {
            Limiting::Unlimited(limits)
        } else {
            Limiting::Limited(limits)
        },
        weights: settings.weights,
        strictness: if arguments.strict {
            Strictness::Strict
        } else {
            Strictness::Tolerant
        },
        legacy_signatures: settings.legacy_signatures(),
        second_factor: settings.second_factor(),
        bounds: settings.bounds,
    }
}

/// The first command of a new exchange, and in any the newest logic.
async fn begin_history(running: &Running, data: &DataDirectory) -> Result<()> {
    let hub = &running.hub;
    if hub.views().sequence() != Sequence::ZERO {
        return decide_anew(running).await;
    }
    let cluster = data.known_cluster()?.0;
    let mut blinding_key = [0; 32];
    getrandom::fill(&mut blinding_key).context("the system gives no random numbers")?;
    let table_seed = getrandom::u64().context("the system gives no random numbers")?;
    people::carry_out(
        hub,
        Command::Genesis(Genesis {
            cluster,
            table_seed,
            blinding_key,
        }),
    )
    .await?;
    decide_anew(running).await
}

/// Lets the newest logic decide from here on.
async fn decide_anew(running: &Running) -> Result<()> {
    for logic in running.logic.max(FIRST_LOGIC) + 1..=LOGIC {
        people::carry_out(&running.hub, Command::Upgrade { logic }).await?;
    }
    Ok(())
}

fn random_number() -> Result<u128> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(u128::from_le_bytes(bytes))
}

/// Makes snapshots, and looks at what the disk has left, on a thread of its own for as long as the process lives.
fn watch_disk(arguments: &cli::Dev, journal: &FileDisk, running: &Running) {
    let journal = journal.clone();
    let sequence = running.hub.views().sequence();
    let mut snapshots = Snapshots::new(Path::new(&arguments.data_dir), sequence);
    let (digests, telemetry) = (Arc::clone(&running.digests), Arc::clone(&running.telemetry));
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(DISK_LOOK_PERIOD);
            if let Ok(free_bytes) = journal.room_bytes() {
                telemetry.room.note(Instant::now(), free_bytes);
            }
            match snapshots.make_if_due(&digests) {
                Ok(Some(sequence)) => telemetry.note_snapshot(sequence),
                Ok(None) => {}
                Err(error) => {
                    telemetry.count_snapshot_failure();
                    tracing::warn!(event = "snapshot.failed", "{error:#}");
                }
            }
        }
    });
}

/// The signals that ask for an orderly end.
struct EndWish {
    terminate: Signal,
    interrupt: Signal,
}

impl EndWish {
    /// From here on the signals no longer end the process by themselves.
    fn listen() -> Result<EndWish> {
        Ok(EndWish {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// Waits for a signal to stop, for a thread to end by itself, or for the journal or the users to be taken away.
async fn wait_for_the_end(
    wish: &mut EndWish,
    lease: &mut JoinHandle<IdentityError>,
    running: &Running,
    journal: &FileDisk,
) -> Result<()> {
    let mut look = tokio::time::interval(FAILURE_LOOK_PERIOD);
    loop {
        tokio::select! {
            _ = wish.terminate.recv() => return Ok(()),
            _ = wish.interrupt.recv() => return Ok(()),
            lost = &mut *lease => return Err(lost?.into()),
            _ = look.tick() => {
                if running.node.has_failed() {
                    bail!("the exchange has halted; restart it to recover");
                }
                journal.check_place().context("the journal was moved away")?;
            }
        }
    }
}
