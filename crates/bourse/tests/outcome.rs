//! What became of a request is known after a restart as before it.

use bourse::data::DataDirectory;
use bourse::exchange::{self, recover_directory};
use bourse::node::{self, Node};
use bourse::snapshots::Digests;
use bourse::telemetry::Telemetry;
use gateway::config::{Bounds, Config, LegacySignatures, Limiting, RequestLimits, Strictness};
use gateway::hub::{Hub, Original};
use gateway::tickets::Applied;
use gateway::ws::fanout::Fanout;
use journal::id::ClusterId;
use model::account::Scopes;
use model::command::{
    Action, ClientHeader, Command, Genesis, Idempotency, OpenAccount, SetCountdown,
};
use model::event::Event;
use model::id::{AccountId, KeyId, MarketId, OwnerId, Reference};
use model::reject::Reject;
use model::text::IdempotencyKey;
use model::time::Timestamp;
use std::sync::Arc;

const CLUSTER: ClusterId = ClusterId(1);
const CONFIG: Config = Config {
    limiting: Limiting::Unlimited(RequestLimits::UPSTREAM),
    strictness: Strictness::Tolerant,
    legacy_signatures: LegacySignatures::Accepted,
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

fn setup() -> [Command; 3] {
    [
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
        },
    ]
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
    let refused = first.submit(ask(wish, Some("k1"))).await;
    let reason = Reject::MarketUnknown;
    assert_eq!(refused.events, [Event::Rejected { reason }]);
    assert_eq!(first.find("k1").await, Original::Known(refused.clone()));
    first.stop().await;

    let second = Running::start(&data);
    assert_eq!(second.find("k1").await, Original::Known(refused));
    let missing = Original::Missing(Reject::OutcomeUnknown);
    assert_eq!(second.find("k2").await, missing);
    second.stop().await;
}
