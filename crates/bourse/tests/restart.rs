//! What is known before a restart is known after it: outcomes of requests, and what accounts were told.

use bourse::data::DataDirectory;
use bourse::exchange::{self, recover_directory};
use bourse::node::{self, Node};
use bourse::snapshots::Digests;
use bourse::telemetry::Telemetry;
use gateway::config::{
    Bounds, Config, LegacySignatures, Limiting, RequestLimits, SecondFactor, Strictness,
};
use gateway::hub::{Hub, Original};
use gateway::past::Past;
use gateway::tickets::Applied;
use gateway::user_data::place::{Place, numbered};
use gateway::user_data::resume::{self, Asker};
use gateway::weights::Weights;
use gateway::ws::fanout::Fanout;
use journal::id::ClusterId;
use model::account::{FEE_TIERS, Scopes};
use model::command::{
    Action, ClientHeader, Command, Deposit, Genesis, Idempotency, InstructedOrder, ListMarket,
    NewOrder, OpenAccount, SetCountdown,
};
use model::event::Event;
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OwnerId, Reference, Sequence};
use model::instrument::{Band, Cause, FeeRates, Grid, Phase, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{Instructions, OrderKind, SelfTradeMode, SelfTradeModes, Side, TimeInForce};
use model::reject::Reject;
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::{IdempotencyKey, Symbol};
use model::time::Timestamp;
use sequencer::follower::write_snapshot;
use sequencer::recovery::Start;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use wire::binance::time::TimeUnit;

const CLUSTER: ClusterId = ClusterId(1);
const CONFIG: Config = Config {
    limiting: Limiting::Unlimited(RequestLimits::UPSTREAM),
    weights: Weights::PUBLISHED,
    strictness: Strictness::Tolerant,
    legacy_signatures: LegacySignatures::Accepted,
    second_factor: SecondFactor::Withdrawals,
    bounds: Bounds::STANDARD,
};

/// An exchange as the binary runs it, without sockets.
struct Running {
    node: Node,
    hub: Arc<Hub>,
}

impl Running {
    fn start(data: &DataDirectory) -> Running {
        let known = recover_directory(data, CLUSTER).unwrap();
        let queue = node::queue();
        let users = Arc::clone(Fanout::new(&CONFIG).user_streams());
        let tell = Box::new(|_: &_, _: &_| ());
        let history = known.log.look_up();
        let hub = Hub::new(queue.0.clone(), known.views, history, tell, users);
        let (digests, telemetry) = (Arc::<Digests>::default(), Arc::<Telemetry>::default());
        let egress = exchange::egress(
            Arc::clone(&hub),
            known.chain,
            known.log,
            digests,
            Arc::clone(&telemetry),
        );
        let node = Node::start(known.recovered, queue, egress, telemetry).unwrap();
        Running { node, hub }
    }

    async fn submit(&self, command: Command) -> Applied {
        self.hub.submit(command).await.unwrap()
    }

    async fn find(&self, key: &str) -> Original {
        let question = ask(Action::FindOutcome { key: name(key) }, None);
        self.hub.find_original(question).await.unwrap()
    }

    async fn stop(self) {
        drop(self.hub);
        let stopped = tokio::task::spawn_blocking(move || self.node.stop()).await;
        stopped.unwrap().unwrap();
    }
}

fn name(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text.as_bytes()).unwrap()
}

fn ask(action: Action, key: Option<&str>) -> Command {
    let header = ClientHeader {
        account: AccountId(1),
        key: KeyId(1),
        valid_until: Timestamp::MAX,
        idempotency: key.map(|key| Idempotency {
            key: name(key),
            body: 1,
        }),
    };
    Command::Client { header, action }
}

fn setup() -> Vec<Command> {
    vec![
        Command::Genesis(Genesis {
            cluster: CLUSTER.0,
            table_seed: 7,
            blinding_key: [0; 32],
        }),
        Command::OpenAccount(OpenAccount {
            reference: Reference([1; 32]),
            owner: OwnerId(1),
            master: None,
        }),
        Command::CreateKey {
            key: KeyId(1),
            account: AccountId(1),
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        },
    ]
}

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text.as_bytes()).unwrap()
}

fn amount(wholes: i128) -> Amount {
    Amount::new(wholes * 100_000_000).unwrap()
}

fn terms() -> Terms {
    let ratio = |ppm| RatioPpm::new(ppm).unwrap();
    let band = Band {
        up: ratio(5_000_000),
        down: ratio(200_000),
    };
    let fee = RatePpb::new(1_000_000).unwrap();
    Terms {
        price_min: Price::new(1).unwrap(),
        price_max: Price::new(100_000_000).unwrap(),
        qty_min: Qty::new(1).unwrap(),
        qty_max: Qty::new(900_000_000).unwrap(),
        market_qty_min: Qty::new(1).unwrap(),
        market_qty_max: Qty::new(100_000_000).unwrap(),
        notional_min: amount(5),
        notional_max: amount(9_000_000),
        bid_band: band,
        ask_band: band,
        execution_band: band,
        open_orders_max: 5,
        position_max: amount(10_000),
        fees: [FeeRates {
            maker: fee,
            taker: fee,
        }; FEE_TIERS],
        self_trade_default: SelfTradeMode::ExpireMaker,
        self_trade_allowed: SelfTradeModes::ALL,
    }
}

/// Two markets that take orders, and money for both.
fn markets() -> Vec<Command> {
    let mut commands: Vec<Command> = ["USDT", "BTC", "ETH"]
        .map(|asset| Command::ListAsset {
            symbol: symbol(asset),
        })
        .into();
    for (market, name) in [(0, "BTCUSDT"), (1, "ETHUSDT")] {
        commands.push(Command::ListMarket(ListMarket {
            symbol: symbol(name),
            base: AssetId(market + 1),
            quote: AssetId(0),
            grid: Grid {
                tick_units: 1_000_000,
                lot_units: 1_000,
            },
            terms: Box::new(terms()),
        }));
        commands.push(Command::SetPhase {
            market: MarketId(market),
            phase: Phase::Continuous,
            cause: Cause::Operator,
        });
    }
    commands.push(Command::CreditDeposit(Deposit {
        reference: Reference([2; 32]),
        chain: ChainId(0),
        account: AccountId(1),
        asset: AssetId(0),
        amount: amount(100_000),
    }));
    commands
}

fn bid(market: u16, client_id: &str) -> NewOrder {
    NewOrder {
        market: MarketId(market),
        side: Side::Buy,
        kind: OrderKind::Limit {
            price: Price::new(10_000).unwrap(),
            qty: Qty::new(100_000).unwrap(),
            time_in_force: TimeInForce::GoodTillCancel,
        },
        client_id: name(client_id),
        self_trade: None,
    }
}

fn buy(market: u16, client_id: &str) -> Command {
    ask(Action::Place(bid(market, client_id)), None)
}

impl Running {
    /// Returns what the account was told after a place.
    async fn told_after(&self, place: Place) -> Vec<String> {
        let tell = move |hub: &Hub| {
            let asker = Asker {
                account: AccountId(1),
                is_there: &|| true,
                hold: &|| {},
                past: &|_| Past::Nothing,
            };
            let mut replay = resume::collect(hub, &asker, place)?.replay;
            let mut all = Vec::new();
            while !replay.is_over() {
                all.extend(replay.tell_more()?);
            }
            Ok(all)
        };
        let all = Arc::clone(&self.hub).look_back(tell).await.unwrap();
        all.iter()
            .map(|one| {
                let text = one.text(TimeUnit::Milliseconds).unwrap();
                numbered(&text, one.place, None)
            })
            .collect()
    }
}

fn value<'a>(text: &'a str, key: &str) -> &'a str {
    let start = text.find(&format!("\"{key}\":\"")).unwrap() + key.len() + 4;
    let length = text[start..].find('"').unwrap();
    &text[start..start + length]
}

async fn wait_until_nothing_is_open(running: &Running) {
    while !running.hub.views().open_orders(AccountId(1)).is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_keeps_its_strategy_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::create(directory.path()).unwrap();
    let first = Running::start(&data);
    for command in setup().into_iter().chain(markets()) {
        first.submit(command).await;
    }
    let strategy = Strategy {
        id: StrategyId::new(7),
        kind: StrategyKind::new(1_000_002),
    };
    let order = InstructedOrder {
        order: bid(0, "btc"),
        instructions: Instructions {
            strategy,
            ..Instructions::NONE
        },
    };
    let place = Action::PlaceInstructed(Box::new(order));
    first.submit(ask(place, None)).await;
    let told = first.told_after(Place::after(Sequence::ZERO)).await;
    let report = told.iter().find(|text| text.contains("executionReport"));
    assert!(report.unwrap().contains(r#""j":7,"J":1000002"#), "{told:?}");
    let open = first.hub.views().open_orders(AccountId(1));
    let instructed = open[0].instructed.expect("a strategy is an instruction");
    assert_eq!(instructed.instructions.strategy, strategy);
    first.stop().await;

    let second = Running::start(&data);
    assert_eq!(second.hub.views().open_orders(AccountId(1)), open);
    assert_eq!(second.told_after(Place::after(Sequence::ZERO)).await, told);
    second.stop().await;
}

/// What is read of a snapshot while its hash is still being formed counts for nothing when the hash is another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_with_a_damaged_byte_anywhere_is_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::create(directory.path()).unwrap();
    let running = Running::start(&data);
    for command in setup().into_iter().chain(markets()) {
        running.submit(command).await;
    }
    running.submit(buy(0, "before")).await;
    running.stop().await;
    let started = |data: &DataDirectory| {
        let known = recover_directory(data, CLUSTER).unwrap();
        let replayed = known.recovered.recovery.replayed.commands;
        let engine = known.recovered.engine.state();
        (engine, known.views.state(), known.chain.digest(), replayed)
    };
    let from_the_first = started(&data);
    write_snapshot(&data.journal, &data.snapshots, CLUSTER, Start::genesis()).unwrap();
    let from_it = started(&data);
    assert_eq!(from_it.3, 0);
    assert!((&from_it.0, &from_it.1) == (&from_the_first.0, &from_the_first.1));
    let mut files = std::fs::read_dir(data.join("snapshots")).unwrap();
    let file = files.next().unwrap().unwrap().path();
    let sound = std::fs::read(&file).unwrap();
    for part in 1..16 {
        let mut bytes = sound.clone();
        bytes[sound.len() * part / 16] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(started(&data) == from_the_first, "{part}");
    }
}

/// The event log is not synced and a snapshot is: whatever is left of the log, a start makes it whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_log_that_a_snapshot_is_ahead_of_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::create(directory.path()).unwrap();
    let first = Running::start(&data);
    for command in setup().into_iter().chain(markets()) {
        first.submit(command).await;
    }
    first.submit(buy(0, "btc")).await;
    let told = first.told_after(Place::after(Sequence::ZERO)).await;
    first.stop().await;
    write_snapshot(&data.journal, &data.snapshots, CLUSTER, Start::genesis()).unwrap();
    let logged = std::fs::read_dir(data.join("events")).unwrap();
    let logged = logged.map(|entry| entry.unwrap().path());
    let logged = logged.filter(|path| path.extension().is_some_and(|ending| ending == "log"));
    let file = logged.last().expect("a file of events");
    let bytes = std::fs::read(&file).unwrap();
    for kept in [bytes.len() / 2, 0] {
        std::fs::write(&file, &bytes[..kept]).unwrap();
        let again = Running::start(&data);
        assert_eq!(again.told_after(Place::after(Sequence::ZERO)).await, told);
        again.stop().await;
        assert_eq!(std::fs::read(&file).unwrap()[..bytes.len()], bytes);
    }
    std::fs::remove_dir_all(data.join("events")).unwrap();
    let again = Running::start(&data);
    assert_eq!(again.told_after(Place::after(Sequence::ZERO)).await, told);
    again.stop().await;
}

/// What stands for the orders of a client is in the log: it outlives the process that ran the client's socket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_countdown_runs_out_in_the_process_after() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::create(directory.path()).unwrap();
    let first = Running::start(&data);
    let wish = SetCountdown {
        market: MarketId(0),
        millis: NonZeroU32::new(1_000),
    };
    for command in setup().into_iter().chain(markets()) {
        first.submit(command).await;
    }
    first.submit(buy(0, "btc")).await;
    first.submit(ask(Action::SetCountdown(wish), None)).await;
    assert_eq!(first.hub.views().open_orders(AccountId(1)).len(), 1);
    first.stop().await;
    let second = Running::start(&data);
    wait_until_nothing_is_open(&second).await;
    second.stop().await;
}

/// Orders of two markets bear the same numbers, and end with the same tick.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_resumed_over_a_restart_and_countdowns_of_two_markets_end_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::create(directory.path()).unwrap();
    let first = Running::start(&data);
    let mut commands = setup();
    commands.extend(markets());
    commands.extend([buy(0, "btc"), buy(1, "eth")]);
    for market in [MarketId(0), MarketId(1)] {
        let millis = NonZeroU32::new(1_000);
        let wish = SetCountdown { market, millis };
        commands.push(ask(Action::SetCountdown(wish), None));
    }
    for command in commands {
        let applied = first.submit(command).await;
        let is_rejected = matches!(applied.events[0], Event::Rejected { .. });
        assert!(!is_rejected, "{:?}", applied.events);
    }
    wait_until_nothing_is_open(&first).await;
    let before = first.told_after(Place::after(Sequence::ZERO)).await;
    let reports = before
        .iter()
        .filter(|text| text.contains("executionReport"));
    let reports: Vec<[&str; 3]> = reports
        .map(|text| [value(text, "s"), value(text, "x"), value(text, "c")])
        .collect();
    assert_eq!(
        reports,
        [
            ["BTCUSDT", "NEW", "btc"],
            ["ETHUSDT", "NEW", "eth"],
            ["BTCUSDT", "CANCELED", "btc"],
            ["ETHUSDT", "CANCELED", "eth"],
        ]
    );
    let last = before.last().unwrap();
    let full = r#""B":[{"a":"USDT","f":"100000.00000000","l":"0.00000000"}]"#;
    assert!(last.contains(full), "{last}");
    first.stop().await;

    let second = Running::start(&data);
    let after = second.told_after(Place::after(Sequence::ZERO)).await;
    assert_eq!(after, before);
    let (old, new) = before.split_at(3);
    let place = Place::parse(value(&old[2], "sq")).unwrap();
    assert_eq!(second.told_after(place).await, new);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_forgets_no_outcome() {
    let directory = tempfile::tempdir().unwrap();
    let data = DataDirectory::create(directory.path()).unwrap();
    let first = Running::start(&data);
    for command in setup() {
        let applied = first.submit(command).await;
        assert!(!matches!(applied.events[0], Event::Rejected { .. }));
    }
    // No market is listed: the wish is refused, and the refusal is what is remembered.
    let wish = Action::SetCountdown(SetCountdown {
        market: MarketId(0),
        millis: None,
    });
    let asked = ask(wish, Some("k1"));
    let refused = first.submit(asked.clone()).await;
    let reason = Reject::MarketUnknown;
    assert_eq!(refused.events, [Event::Rejected { reason }]);
    assert_eq!(first.find("k1").await, Original::Known(refused.clone()));
    first.stop().await;

    let second = Running::start(&data);
    assert_eq!(second.find("k1").await, Original::Known(refused.clone()));
    let command = second.hub.command(refused.sequence).await;
    assert_eq!(command, Some(asked));
    let missing = Original::Missing(Reject::OutcomeUnknown);
    assert_eq!(second.find("k2").await, missing);
    second.stop().await;
}
