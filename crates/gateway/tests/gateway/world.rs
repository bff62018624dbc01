//! A whole exchange in one process: queue, engine, hub and sockets, without journal and clock tricks.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use engine::engine::Engine;
use gateway::background;
use gateway::clock;
use gateway::config::{
    Bounds, Config, LegacySignatures, Limiting, RequestLimits, SecondFactor, Strictness,
};
use gateway::gateway::{Assembly, Component, Gateway, NodeState, NodeStatus};
use gateway::hub::{Answered, EventHistory, Hub};
use gateway::ops;
use gateway::origins::Origins;
use gateway::proxies::Proxies;
use gateway::server::serve;
use gateway::user_data::concerned::concerned;
use gateway::weights::Weights;
use gateway::ws::fanout::Fanout;
use hmac::{Hmac, KeyInit, Mac};
use identity::address::AddressRule;
use identity::hashing::Hashing;
use identity::identity::{Identity, KeyTerms};
use identity::key::Signing;
use identity::letter::Stationery;
use identity::letter::language::Language;
use identity::master::MasterKey;
use identity::password::{CommonPasswords, Cost};
use indexer::batch::Batch;
use indexer::history::History;
use indexer::reading::Reading;
use indexer::writer::Writer;
use model::account::{FEE_TIERS, Scopes, Wallet};
use model::command::{
    Action, ClientHeader, Command, Deposit, Genesis, ListMarket, OpenAccount, Request, Sequenced,
    Withdrawal,
};
use model::event::{Event, Published};
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OwnerId, Reference, Sequence};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{SelfTradeMode, SelfTradeModes};
use model::proof::{Grant, Proof};
use model::text::Symbol;
use model::time::{NANOS_PER_DAY, Timestamp};
use sha2::Sha256;
use tokio::net::TcpListener;
use views::limits::Limits;
use views::views::Views;
use wire::binary::event;

use crate::client::{Answer, Client};
use crate::{history_place, place};

pub const ALICE: usize = 0;
pub const BOB: usize = 1;
/// May read, and nothing else.
pub const READER: usize = 2;
const WHOLE: i128 = 100_000_000;
const QUEUE_REQUESTS: usize = 1_024;
const CLUSTER: u128 = 1;
/// A hash that takes no time.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

/// A key with its secret.
#[derive(Clone, Debug)]
pub struct Login {
    pub public_id: String,
    pub secret: String,
    pub key: KeyId,
}

/// What a test wants to be different.
#[derive(Clone, Copy)]
pub struct Setting {
    pub limiting: Limiting,
    pub weights: Weights,
    pub strictness: Strictness,
    pub signatures: LegacySignatures,
    pub second_factor: SecondFactor,
    pub bounds: Bounds,
    pub engine: EngineRun,
    pub queue_requests: usize,
    pub past: Past,
    pub limits: Limits,
    /// How far the clock of the exchange is ahead of ours when it starts.
    pub ahead_nanos: i64,
    pub passing: Passing,
    /// What the process says to take; with a reason where that is not everything.
    pub state: NodeState,
    /// What is missed while the database of accounts is away; none while it is there.
    pub accounts: Option<&'static str>,
}

/// For whom time passes when it is let pass.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// For the exchange alone: what the gateway sends is as late as it is.
    Exchange,
    /// For the gateway, too, as the exchange sees it; nothing works in the background, which would see both clocks.
    Both,
}

/// What is left of the past when somebody looks back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Past {
    Kept,
    /// It reads as if everything had happened a day earlier.
    Old,
    Lost,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EngineRun {
    Running,
    /// Takes nothing from the queue after the setup.
    Stuck,
}

impl Setting {
    pub const STANDARD: Setting = Setting {
        limiting: Limiting::Unlimited(RequestLimits::UPSTREAM),
        weights: Weights::PUBLISHED,
        strictness: Strictness::Tolerant,
        signatures: LegacySignatures::Accepted,
        second_factor: SecondFactor::Withdrawals,
        bounds: Bounds::STANDARD,
        engine: EngineRun::Running,
        queue_requests: QUEUE_REQUESTS,
        past: Past::Kept,
        limits: Limits::STANDARD,
        ahead_nanos: 0,
        passing: Passing::Exchange,
        state: NodeState::Ready,
        accounts: None,
    };
}

fn status(state: NodeState, accounts: Option<&'static str>) -> NodeStatus {
    let reasons = match state {
        NodeState::Ready => Vec::new(),
        _ => vec!["the disk is full".to_owned()],
    };
    NodeStatus {
        state,
        reasons,
        components: vec![Component {
            id: "accounts",
            since: Timestamp::from_millis(1),
            reason: accounts,
        }],
        ..NodeStatus::default()
    }
}

/// A running exchange with the market BTCUSDT and the accounts of alice, bob and a reader.
pub struct World {
    pub address: SocketAddr,
    pub gateway: Arc<Gateway>,
    pub identity: Arc<Identity>,
    pub logins: Vec<Login>,
    pub queue: Sender<Request>,
    ahead_nanos: Arc<AtomicI64>,
    log: Arc<Mutex<Log>>,
    /// Opened by `fold_history`.
    history: Arc<History>,
    folder: tempfile::TempDir,
}

impl World {
    pub async fn start() -> World {
        World::start_with(Setting::STANDARD).await
    }

    pub async fn start_with(setting: Setting) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let identity = Arc::new(open_identity(folder.path()).await);
        let logins = issue_keys(&identity).await;
        let (queue, requests) = bounded(setting.queue_requests);
        let log = Arc::new(Mutex::new(Log::default()));
        let config = Config {
            limiting: setting.limiting,
            weights: setting.weights,
            strictness: setting.strictness,
            legacy_signatures: setting.signatures,
            second_factor: setting.second_factor,
            bounds: setting.bounds,
        };
        let fanout = Fanout::new(&config);
        let told = Arc::clone(&fanout);
        let hub = Hub::new(
            queue.clone(),
            Views::with_limits(setting.limits),
            event_history(Arc::clone(&log), setting.past),
            Box::new(move |views, changed| told.publish(views, changed)),
            Arc::clone(fanout.user_streams()),
        );
        let setup = setup(&logins);
        let ahead_nanos = Arc::new(AtomicI64::new(setting.ahead_nanos));
        let runner = Runner {
            hub: Arc::clone(&hub),
            log: Arc::clone(&log),
            engine: Engine::new(),
            sequence: Sequence::ZERO,
            at: Timestamp::ZERO,
            ahead_nanos: Arc::clone(&ahead_nanos),
            passing: setting.passing,
        };
        let history = History::unopened();
        let handle = std::thread::spawn(move || runner.run(&setup, &requests, setting.engine));
        drop(handle);
        let gateway = Gateway::new(Assembly {
            region: "Test".to_owned(),
            hub: Arc::clone(&hub),
            fanout,
            identity: Arc::clone(&identity),
            history: Some(Arc::clone(&history)),
            hashing: Hashing::start(CHEAP).expect("starts"),
            common_passwords: CommonPasswords::built_in(),
            stationery: Stationery {
                product: "Bourse".to_owned(),
                first_language: Language::English,
            },
            origins: Origins::parse("https://test,http://test").expect("origins"),
            proxies: Proxies::NONE,
            config,
            metrics_hook: Box::new(|text| text.push_str("bourse_up_state{state=\"ready\"} 1\n")),
            status_hook: Box::new(move || status(setting.state, setting.accounts)),
        })
        .expect("random");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(serve(listener, Arc::clone(&gateway)));
        if setting.passing == Passing::Exchange {
            tokio::spawn(background::run(Arc::clone(&gateway)));
        }
        let world = World {
            address,
            gateway,
            identity,
            logins,
            queue,
            ahead_nanos,
            log,
            history,
            folder,
        };
        world.wait_for_setup().await;
        world
    }

    /// The last command of the setup opens the market.
    async fn wait_for_setup(&self) {
        for _ in 0..1_000 {
            let is_open = {
                let views = self.gateway.hub().views();
                views
                    .market(MarketId(0))
                    .is_some_and(|market| market.phase() == Phase::Continuous)
            };
            if is_open {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the setup never finished");
    }

    pub async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Returns the answer of the listener of metrics and health.
    pub async fn watch(&self, target: &str) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(ops::serve(listener, Arc::clone(&self.gateway)));
        let mut client = Client::connect(address).await;
        let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        client.send_bytes(request.as_bytes()).await;
        client.read().await.expect("an answer")
    }

    pub async fn get(&self, target: &str) -> Answer {
        self.client().await.get(target).await
    }

    /// Sends a signed request with everything in the query.
    pub async fn signed(&self, who: usize, method: &str, path: &str, query: &str) -> Answer {
        let target = format!("{path}?{}", self.sign(who, query));
        let key = format!("X-MBX-APIKEY: {}\r\n", self.logins[who].public_id);
        self.client().await.send(method, &target, &key, "").await
    }

    /// Returns the query with timestamp and signature.
    pub fn sign(&self, who: usize, query: &str) -> String {
        let separator = if query.is_empty() { "" } else { "&" };
        let payload = format!(
            "{query}{separator}recvWindow=5000&timestamp={}",
            clock::now().millis()
        );
        let signature = hmac_hex(&self.logins[who].secret, payload.as_bytes());
        format!("{payload}&signature={signature}")
    }

    /// Places an order of alice or bob and returns its number.
    pub async fn order(&self, who: usize, query: &str) -> u64 {
        let query = format!("symbol=BTCUSDT&{query}");
        let answer = self.signed(who, "POST", "/api/v3/order", &query).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["orderId"].as_u64().expect("an order id")
    }

    pub async fn limit(&self, who: usize, side: &str, qty: &str, price: &str) -> u64 {
        let query = format!("side={side}&type=LIMIT&timeInForce=GTC&quantity={qty}&price={price}");
        self.order(who, &query).await
    }

    /// Lets a second pass as the exchange does, again and again.
    pub fn tick(&self) {
        let hub = Arc::clone(self.gateway.hub());
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                hub.send(Command::Tick);
            }
        });
    }

    /// Lets the clock of the exchange be right again, which was behind, and the views let go of what is old.
    pub async fn catch_up_with_time(&self) {
        self.ahead_nanos.store(0, Ordering::Relaxed);
        self.command(Command::Tick).await;
    }

    /// Lets time pass for the exchange.
    pub fn pass(&self, nanos: i64) {
        self.ahead_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Returns views that have let go of nothing.
    pub fn whole_views(&self) -> Views {
        let mut views = Views::new();
        let said = self.log.lock().expect("never poisoned").events.clone();
        // What has grown old goes with a tick.
        let said = said.iter().flatten();
        for published in said.filter(|published| published.event != Event::Ticked) {
            views.fold(published, &mut Vec::new());
        }
        views
    }

    /// Returns how many commands have done anything: those that were refused, or only asked, have not.
    pub fn commands_that_did(&self) -> usize {
        let said = &self.log.lock().expect("never poisoned").events;
        let is_word = |event: &Event| {
            matches!(
                event,
                Event::Rejected { .. } | Event::Repeated { .. } | Event::Ticked
            )
        };
        let did = |events: &&Vec<Published>| !events.iter().all(|one| is_word(&one.event));
        said.iter().filter(did).count()
    }

    /// Returns how many commands were answered as before.
    pub fn repetitions(&self) -> usize {
        let said = &self.log.lock().expect("never poisoned").events;
        let said = said.iter().flatten();
        said.filter(|one| matches!(one.event, Event::Repeated { .. }))
            .count()
    }

    /// Returns every command so far.
    pub fn commands(&self) -> Vec<Command> {
        self.log.lock().expect("never poisoned").commands.clone()
    }

    /// Returns who decided what was carried out, as the events tell it: proposer, then approvers, the last one last.
    pub fn deciders(&self) -> Vec<Vec<u32>> {
        let said = &self.log.lock().expect("never poisoned").events;
        let deciders = |one: &Published| match &one.event {
            Event::Approved { approval, others } => {
                let mut all = vec![approval.proposer];
                all.extend(others.ids());
                all.push(approval.approver);
                Some(all.iter().map(|operator| operator.0).collect())
            }
            _ => None,
        };
        said.iter().flatten().filter_map(deciders).collect()
    }

    /// Lets Bob sell some of what he was given, lose the rest, buy twice, and sell a part of both; the history has it
    /// all.
    pub async fn sell_out_of_lots(&self) {
        self.limit(ALICE, "BUY", "0.1", "50000").await;
        self.limit(BOB, "SELL", "0.1", "50000").await;
        let rest = {
            let views = self.gateway.hub().views();
            views.balance(AccountId(BOB as u32 + 1), Wallet::Spot, AssetId(0))
        };
        self.hold_of(BOB, 9, (rest.available, Amount::ZERO)).await;
        for (bob, alice, qty, price) in [
            ("BUY", "SELL", "0.2", "60000"),
            ("BUY", "SELL", "0.3", "61000"),
            ("SELL", "BUY", "0.4", "55000"),
        ] {
            self.limit(ALICE, alice, qty, price).await;
            self.limit(BOB, bob, qty, price).await;
        }
        self.fold_history().await;
    }

    /// Folds everything so far into the history.
    pub async fn fold_history(&self) {
        let place = history_place::place(self.folder.path()).await;
        let writer = Writer::open(&place, CLUSTER).await.expect("it opens");
        let mut batch = Batch::after(*writer.position());
        let after = batch.position().sequence.0 as usize;
        let all = self.gateway.hub().views().sequence().0 as usize;
        // What was answered is in the log a moment later.
        for _ in 0..1_000 {
            if all <= self.log.lock().expect("never poisoned").events.len() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let said = self.log.lock().expect("never poisoned").events[after..].to_vec();
        for events in said {
            let mut payload = Vec::new();
            event::encode_published(&events, &mut payload);
            batch.add(&payload).expect("the next command");
        }
        let writer = writer.apply(&batch).await.expect("written");
        let reading = Reading::open(&place).await.expect("it opens");
        self.history.show(reading, *writer.position());
        writer.close().await;
    }

    /// Sends a command of the operator.
    pub async fn command(&self, command: Command) {
        let applied = self.gateway.hub().submit(command).await.expect("answered");
        let is_rejected = matches!(applied.events.first(), Some(Event::Rejected { .. }));
        assert!(!is_rejected, "{:?}", applied.events);
    }

    /// Returns where the databases are.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Holds a withdrawal of alice's, 100 units of BTC and 7 of fee, and returns what it is called.
    pub async fn hold(&self, number: u8) -> Reference {
        self.hold_of(ALICE, number, (amount(100), amount(7))).await
    }

    /// Holds a withdrawal of BTC, and returns what it is called.
    pub async fn hold_of(
        &self,
        who: usize,
        number: u8,
        (amount, fee): (Amount, Amount),
    ) -> Reference {
        let reference = Reference([number; 32]);
        let header = ClientHeader {
            account: AccountId(who as u32 + 1),
            key: self.logins[who].key,
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        let action = Action::HoldWithdrawal {
            withdrawal: Withdrawal {
                reference,
                chain: ChainId(0),
                asset: AssetId(0),
                amount,
                fee,
            },
            proof: Some(Box::new(Proof::Nowhere)),
        };
        self.command(Command::Client { header, action }).await;
        reference
    }
}

pub fn hmac_hex(secret: &str, payload: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(payload);
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn open_identity(folder: &std::path::Path) -> Identity {
    let master = MasterKey::from_bytes(&[7; 32]);
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

async fn issue_keys(identity: &Identity) -> Vec<Login> {
    let trader = Scopes::ALL;
    let mut logins = Vec::new();
    for (index, scopes) in [trader, trader, Scopes::READ].into_iter().enumerate() {
        let terms = KeyTerms {
            account: AccountId(index as u32 + 1),
            label: "test".to_owned(),
            scopes,
            addresses: AddressRule::Loopback,
            signing: Signing::Parameters,
        };
        let issued = identity
            .create_hmac_key(&terms, clock::now())
            .await
            .expect("issued");
        logins.push(Login {
            public_id: issued.public_id,
            secret: issued.secret,
            key: issued.id,
        });
    }
    logins
}

fn event_history(log: Arc<Mutex<Log>>, past: Past) -> EventHistory {
    let (span, commands) = (Arc::clone(&log), Arc::clone(&log));
    EventHistory {
        read_events: Arc::new(move |sequence: Sequence| {
            let log = log.lock().expect("never poisoned");
            log.events.get(sequence.0 as usize - 1).cloned()
        }),
        read_command: Arc::new(move |sequence: Sequence| {
            let log = commands.lock().expect("never poisoned");
            log.commands.get(sequence.0 as usize - 1).cloned()
        }),
        open_span: Arc::new(move |account| {
            if past == Past::Lost {
                return None;
            }
            let log = Arc::clone(&span);
            Some(Box::new(move |after: Sequence, until: Sequence, take| {
                for sequence in after.0..until.0 {
                    let kept = log.lock().expect("never poisoned");
                    let events = kept.events.get(sequence as usize)?.clone();
                    drop(kept);
                    let concerns =
                        |event: &Published| concerned(&event.event).any(|own| own == account);
                    if !events.iter().any(concerns) {
                        continue;
                    }
                    for mut event in events {
                        if past == Past::Old {
                            event.at = event.at.plus_nanos(-NANOS_PER_DAY);
                        }
                        if take(event).is_break() {
                            return Some(());
                        }
                    }
                }
                Some(())
            }))
        }),
    }
}

pub fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).expect("legal")
}

fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("legal")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("legal")
}

fn amount(units: i128) -> Amount {
    Amount::new(units).expect("legal")
}

fn ratio(ppm: u64) -> RatioPpm {
    RatioPpm::new(ppm).expect("legal")
}

pub fn terms() -> Terms {
    let band = Band {
        up: ratio(5_000_000),
        down: ratio(200_000),
    };
    let fee = RatePpb::new(1_000_000).expect("legal");
    Terms {
        price_min: price(1),
        price_max: price(100_000_000),
        qty_min: qty(1),
        qty_max: qty(900_000_000),
        market_qty_min: qty(1),
        market_qty_max: qty(100_000_000),
        notional_min: amount(5 * WHOLE),
        notional_max: amount(9_000_000 * WHOLE),
        bid_band: band,
        ask_band: band,
        execution_band: band,
        open_orders_max: 5,
        position_max: amount(10_000 * WHOLE),
        fees: [FeeRates {
            maker: fee,
            taker: fee,
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

fn setup(logins: &[Login]) -> Vec<Command> {
    let genesis = Genesis {
        cluster: CLUSTER,
        table_seed: 1,
        blinding_key: [0; 32],
    };
    let mut commands = vec![Command::Genesis(genesis), Command::Upgrade { logic: 2 }];
    commands.extend(["BTC", "USDT"].map(|asset| Command::ListAsset {
        symbol: symbol(asset),
    }));
    commands.push(Command::ListMarket(ListMarket {
        symbol: symbol("BTCUSDT"),
        base: AssetId(0),
        quote: AssetId(1),
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        },
        terms: Box::new(terms()),
    }));
    for (index, login) in logins.iter().enumerate() {
        commands.extend(setup_account(index as u32 + 1, login.key));
    }
    commands.push(Command::SetPhase {
        market: MarketId(0),
        phase: Phase::Continuous,
        cause: Cause::Operator,
    });
    commands
}

fn setup_account(number: u32, key: KeyId) -> Vec<Command> {
    let account = AccountId(number);
    let scopes = if number == READER as u32 + 1 {
        Scopes::READ
    } else {
        Scopes::ALL
    };
    let deposit = |asset: u16, wholes: i128| {
        Command::CreditDeposit(Deposit {
            reference: reference(number, asset),
            chain: ChainId(0),
            account,
            asset: AssetId(asset),
            amount: amount(wholes * WHOLE),
        })
    };
    vec![
        Command::OpenAccount(OpenAccount {
            reference: reference(number, u16::MAX),
            owner: OwnerId(u64::from(number)),
            master: None,
        }),
        Command::CreateKey {
            key,
            account,
            scopes,
            expires_at: Timestamp::MAX,
            grant: Some(Grant::Exchange),
        },
        deposit(0, 50),
        deposit(1, 5_000_000),
    ]
}

fn reference(number: u32, asset: u16) -> Reference {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    bytes[4..6].copy_from_slice(&asset.to_le_bytes());
    Reference(bytes)
}

/// What was commanded and what it did, from the first command on.
#[derive(Default)]
struct Log {
    commands: Vec<Command>,
    events: Vec<Vec<Published>>,
}

/// Sequencer, core and egress in one thread.
struct Runner {
    hub: Arc<Hub>,
    log: Arc<Mutex<Log>>,
    engine: Engine,
    sequence: Sequence,
    at: Timestamp,
    ahead_nanos: Arc<AtomicI64>,
    passing: Passing,
}

impl Runner {
    fn run(mut self, setup: &[Command], requests: &Receiver<Request>, run: EngineRun) {
        for command in setup {
            let events = self.apply(Request {
                ticket: 0,
                command: command.clone(),
            });
            let is_rejected = matches!(events.first(), Some(Event::Rejected { .. }));
            assert!(!is_rejected, "{command:?} {events:?}");
        }
        if run == EngineRun::Stuck {
            std::thread::sleep(Duration::from_secs(60));
            return;
        }
        while let Ok(request) = requests.recv() {
            self.apply(request);
        }
    }

    fn apply(&mut self, request: Request) -> Vec<Event> {
        self.sequence = self.sequence.next();
        let ahead = self.ahead_nanos.load(Ordering::Relaxed);
        self.at = self.at.max(clock::now().plus_nanos(ahead));
        let mut command = request.command;
        if self.passing == Passing::Both {
            put_off(&mut command, ahead);
        }
        let sequenced = Sequenced {
            sequence: self.sequence,
            at: self.at,
            command,
        };
        let mut events = Vec::new();
        self.engine.apply(&sequenced, &mut events);
        let published = events.iter().map(|event| Published {
            sequence: self.sequence,
            at: self.at,
            event: event.clone(),
        });
        let published = published.collect();
        {
            let mut log = self.log.lock().expect("never poisoned");
            log.commands.push(sequenced.command.clone());
            log.events.push(published);
        }
        self.hub.publish(&[Answered {
            ticket: request.ticket,
            sequence: self.sequence,
            at: self.at,
            events: &events,
        }]);
        events
    }
}

/// Lets the times that a command names be so much later, as if the clock of whoever sent it were, too.
fn put_off(command: &mut Command, nanos: i64) {
    let put_off = |time: &mut Timestamp| {
        // What never ends goes on so.
        if *time != Timestamp::MAX {
            *time = time.plus_nanos(nanos);
        }
    };
    match command {
        Command::HoldPayouts { until, .. } => put_off(until),
        Command::CreateKey {
            grant: Some(Grant::Factor(shown)),
            ..
        } => put_off(&mut shown.until),
        Command::CreateKey { expires_at, .. } | Command::SetKeyEnd { expires_at, .. } => {
            put_off(expires_at);
        }
        Command::Client { header, action } => {
            put_off(&mut header.valid_until);
            if let Action::HoldWithdrawal {
                proof: Some(proof), ..
            } = action
                && let Proof::Factor { shown, .. } = proof.as_mut()
            {
                put_off(&mut shown.until);
            }
        }
        _ => {}
    }
}
