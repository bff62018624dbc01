//! Lets populations act on a running exchange, through their accounts' keys and the ordinary queue.

use super::fit::{action_of, own_of};
use super::population::{Intent, Population, Seen, TRADERS};
use crate::dev::people::Trader;
use gateway::hub::{Hub, Sent};
use model::command::{ClientHeader, Command};
use model::id::{AccountId, KeyId, MarketId};
use model::time::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use views::views::Views;

/// A request of a trader is of no use when it is older.
const VALID_NANOS: i64 = 5_000_000_000;
const PAUSE_MIN: Duration = Duration::from_millis(1);

/// One market and those who trade in it.
pub struct Crowd {
    pub market: MarketId,
    pub population: Population,
    pub traders: Vec<(AccountId, KeyId)>,
}

impl Crowd {
    /// Returns a crowd of these people.
    ///
    /// # Panics
    /// When there are not as many as a population has traders.
    pub fn new(market: MarketId, population: Population, traders: &[Trader]) -> Crowd {
        assert!(traders.len() == TRADERS);
        let traders = traders
            .iter()
            .map(|trader| (trader.account, trader.key))
            .collect();
        Crowd {
            market,
            population,
            traders,
        }
    }
}

/// Lets every crowd act when it is due, until the exchange is gone.
pub async fn run(hub: Arc<Hub>, mut crowds: Vec<Crowd>) {
    let start = Instant::now();
    let mut intents = Vec::new();
    loop {
        let now_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        for crowd in &mut crowds {
            if crowd.population.due_ms() <= now_ms && !act(&hub, crowd, now_ms, &mut intents).await
            {
                return;
            }
        }
        let due_ms = crowds
            .iter()
            .map(|crowd| crowd.population.due_ms())
            .min()
            .unwrap_or(now_ms);
        let pause = Duration::from_millis(due_ms.saturating_sub(now_ms)).max(PAUSE_MIN);
        tokio::time::sleep(pause).await;
    }
}

/// Carries out what a crowd wants; false when the exchange takes no more commands.
async fn act(hub: &Arc<Hub>, crowd: &mut Crowd, now_ms: u64, intents: &mut Vec<Intent>) -> bool {
    let seen = see(&hub.views(), crowd);
    intents.clear();
    crowd.population.decide(now_ms, &seen, intents);
    let valid_until = crate::node::now().plus_nanos(VALID_NANOS);
    let mut commands: Vec<Command> = intents
        .iter()
        .filter_map(|intent| command_of(crowd, intent, valid_until))
        .collect();
    // The queue keeps their order; the answer to the last one says that all are done.
    let Some(last) = commands.pop() else {
        return true;
    };
    for command in commands {
        if hub.send(command) == Sent::Gone {
            return false;
        }
    }
    // A refusal is part of trading, and a stopped exchange shows in the next command.
    let _ = hub.submit(last).await;
    true
}

fn command_of(crowd: &Crowd, intent: &Intent, valid_until: Timestamp) -> Option<Command> {
    let (account, key) = crowd.traders[intent.trader];
    let action = action_of(&intent.want, crowd.market)?;
    let header = ClientHeader {
        account,
        key,
        valid_until,
        idempotency: None,
    };
    Some(Command::Client { header, action })
}

fn see(views: &Views, crowd: &Crowd) -> Seen {
    let Some(market) = views.market(crowd.market) else {
        return Seen::default();
    };
    let top = market.top();
    let ticks =
        |level: Option<views::depth::Level>| level.map_or(0, |level| level.price.ticks() as u64);
    let mut own = Vec::new();
    for (trader, (account, _)) in crowd.traders.iter().enumerate() {
        let orders = views.open_orders_in(*account, crowd.market);
        own.extend(orders.iter().filter_map(|order| own_of(order, trader)));
    }
    Seen {
        best_bid: ticks(top.bid),
        best_ask: ticks(top.ask),
        own,
    }
}
