//! A thousand requests for all there is, at the same time.

use crate::sub_accounts::{ANN, ANN_ACCOUNT, fund, open, wholes};
use crate::visitor::{Page, Visitor};
use crate::world::World;
use model::id::AccountId;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Barrier;

const REQUESTS: usize = 1_000;
const BALANCE: i128 = 777;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_transfers_of_the_whole_balance_one_is_made_a_balance() {
    let world = Arc::new(World::start().await);
    let page = Page::of(&Visitor::of_sandbox(&world), ANN).await;
    let subs = [open(&page, "one").await, open(&page, "two").await];
    fund(&world, ANN_ACCOUNT, BALANCE).await;
    // Two rounds: out of the master, then all of it back.
    let mut holder = ANN_ACCOUNT;
    for round in 0..2 {
        let made = at_once(&world, &page.headers, (round, holder, subs)).await;
        assert_eq!(made, 1, "round {round}");
        let [one, two] = subs.map(|sub| wholes(&world, sub));
        let own = wholes(&world, ANN_ACCOUNT);
        assert_eq!(own + one + two, BALANCE, "round {round}");
        assert!(0 <= own && 0 <= one && 0 <= two, "round {round}");
        let accounts = [ANN_ACCOUNT, subs[0], subs[1]];
        let with_money = accounts.into_iter().filter(|id| wholes(&world, *id) != 0);
        holder = with_money.into_iter().next().expect("somebody has it");
    }
}

/// Sends each request on a connection of its own, none before all are open, and returns how many were carried out.
async fn at_once(
    world: &Arc<World>,
    headers: &str,
    (round, holder, subs): (usize, AccountId, [AccountId; 2]),
) -> usize {
    let made = Arc::new(AtomicUsize::new(0));
    let start = Arc::new(Barrier::new(REQUESTS));
    let mut tasks = Vec::new();
    for request in 0..REQUESTS {
        let (world, made, start) = (Arc::clone(world), Arc::clone(&made), Arc::clone(&start));
        let headers = headers.to_owned();
        tasks.push(tokio::spawn(async move {
            let mut client = world.client().await;
            let targets = [subs[0], subs[1], ANN_ACCOUNT];
            let target = targets.into_iter().filter(|id| *id != holder);
            let target = target.cycle().nth(request).expect("endless");
            let form = format!(
                "asset=USDT&amount={BALANCE}&fromAccount={}&toAccount={}&idempotencyKey=r{round}-{request}",
                holder.0, target.0
            );
            start.wait().await;
            let path = "/v1/subaccounts/transfer";
            let answer = client.send("POST", path, &headers, &form).await;
            match answer.status {
                200 => made.fetch_add(1, Ordering::Relaxed),
                _ => {
                    assert_eq!(answer.error().1, -2010, "{}", answer.body);
                    0
                }
            };
        }));
    }
    for task in tasks {
        task.await.expect("no request failed");
    }
    made.load(Ordering::Relaxed)
}
