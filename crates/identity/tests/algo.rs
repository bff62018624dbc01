//! Orders that are spread over time: over restarts, in doubt, in order, and no more of them than there may be.

use std::path::Path;

use identity::algo::{
    AlgoFilter, AlgoId, AlgoPage, AlgoRoom, AlgoSlice, AlgoWish, Ending, KEPT_NANOS, SliceFate,
    SliceFill,
};
use identity::closing::Wish;
use identity::identity::{Identity, IdentityError};
use identity::master::MasterKey;
use model::id::{AccountId, AssetId, MarketId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::{SelfTradeMode, Side};
use model::reject::Reject;
use model::text::ClientOrderId;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_020_000);
const ROOM: AlgoRoom = AlgoRoom {
    of_account: 2,
    in_all: 3,
};
const ALL: AlgoPage = AlgoPage {
    skipped: 0,
    rows: 100,
};

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    let address = place::address(folder).await;
    Identity::open(&address, master).await.expect("opens")
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("legal")
}

fn wish(account: u32, name: &str) -> AlgoWish {
    AlgoWish {
        account: AccountId(account),
        client_id: ClientOrderId::parse(name.as_bytes()).expect("legal"),
        market: MarketId(3),
        side: Side::Sell,
        qty: qty(1_000),
        limit: Price::new(77),
        self_trade: Some(SelfTradeMode::ExpireBoth),
        begins_at: NOW,
        ends_at: after(600),
        slices: 10,
    }
}

async fn add(identity: &Identity, account: u32, name: &str) -> AlgoId {
    let added = identity.add_algo(&wish(account, name), ROOM).await;
    added.expect("added")
}

fn slice(algo: AlgoId, number: u32, fate: SliceFate) -> AlgoSlice {
    AlgoSlice {
        algo,
        number,
        qty: qty(100),
        sent_at: after(number.into()),
        fate,
    }
}

fn fill(order: u64) -> SliceFate {
    SliceFate::Taken(SliceFill {
        order: OrderId(order),
        executed: qty(60),
        quote: Amount::new(1 << 70).expect("legal"),
        fee: Some((Amount::new(-5).expect("legal"), AssetId(1))),
    })
}

#[tokio::test]
async fn an_order_and_the_slice_in_doubt_are_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let id = add(&identity, 7, "one").await;
    let first = slice(id, 1, SliceFate::InDoubt);
    assert!(identity.begin_slice(&first).await.expect("begun"));
    identity.close().await;

    let identity = open(folder.path()).await;
    let order = identity.algo(id).await.expect("read").expect("kept");
    assert_eq!(order.wish, wish(7, "one"));
    assert_eq!((order.sent, order.last_sent_at), (1, Some(after(1))));
    assert_eq!(identity.unfinished_algos().await.expect("read"), [order]);
    assert_eq!(
        identity.slice_in_doubt(id).await.expect("read"),
        Some(first)
    );
    let ended = slice(id, 1, fill(5));
    for _ in 0..2 {
        identity.end_slice(&ended).await.expect("ended");
    }
    assert_eq!(identity.slice_in_doubt(id).await.expect("read"), None);
    let order = identity.algo(id).await.expect("read").expect("kept");
    assert_eq!(order.executed, qty(60), "it counts once");
    assert_eq!(order.quote.units(), 1 << 70);
    assert_eq!(identity.algo_slices(id, ALL).await.expect("read"), [ended]);
    identity.close().await;
}

#[tokio::test]
async fn slices_are_begun_in_order_and_only_while_the_order_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let id = add(&identity, 7, "one").await;
    let begin = |number| {
        let slice = slice(id, number, SliceFate::InDoubt);
        let identity = &identity;
        async move { identity.begin_slice(&slice).await.expect("asked") }
    };
    assert!(!begin(2).await, "the first is missing");
    assert!(begin(1).await);
    assert!(!begin(1).await, "it was begun");
    let fates = [
        fill(9),
        SliceFate::Refused(Reject::NoLiquidity),
        SliceFate::Lost,
    ];
    identity
        .end_slice(&slice(id, 1, fates[0]))
        .await
        .expect("ended");
    for (number, fate) in (2..).zip(&fates[1..]) {
        assert!(begin(number).await);
        identity
            .end_slice(&slice(id, number, *fate))
            .await
            .expect("ended");
    }
    let ended = identity.end_algo(id, Ending::Refused(Reject::AccountRestricted), after(9));
    assert!(ended.await.expect("ended"));
    assert!(!begin(4).await, "the order is over");
    let again = identity.end_algo(id, Ending::Cancelled, after(10)).await;
    assert!(!again.expect("asked"), "the first end stays");
    let order = identity.algo(id).await.expect("read").expect("kept");
    let ending = Ending::Refused(Reject::AccountRestricted);
    assert_eq!(order.end, Some((ending, after(9))));
    let told = identity.algo_slices(id, ALL).await.expect("read");
    let told: Vec<SliceFate> = told.iter().map(|slice| slice.fate).collect();
    assert_eq!(told, fates);
    let second = AlgoPage {
        skipped: 1,
        rows: 1,
    };
    let told = identity.algo_slices(id, second).await.expect("read");
    assert_eq!(
        told.iter().map(|slice| slice.number).collect::<Vec<_>>(),
        [2]
    );
    identity.close().await;
}

#[tokio::test]
async fn names_are_taken_once_and_open_orders_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let first = add(&identity, 7, "one").await;
    let again = identity.add_algo(&wish(7, "one"), ROOM).await;
    assert!(
        matches!(again, Err(IdentityError::AlgoNameTaken)),
        "{again:?}"
    );
    add(&identity, 7, "two").await;
    let third = identity.add_algo(&wish(7, "three"), ROOM).await;
    assert!(matches!(third, Err(IdentityError::AlgosFull)), "{third:?}");
    add(&identity, 8, "one").await;
    let of_all = identity.add_algo(&wish(9, "one"), ROOM).await;
    assert!(
        matches!(of_all, Err(IdentityError::AlgosFull)),
        "{of_all:?}"
    );
    let ended = identity.end_algo(first, Ending::Cancelled, after(1)).await;
    assert!(ended.expect("ended"));
    add(&identity, 7, "three").await;
    let again = identity.add_algo(&wish(7, "one"), ROOM).await;
    assert!(
        matches!(again, Err(IdentityError::AlgoNameTaken)),
        "it is kept"
    );
    let named = identity
        .algo_named(AccountId(7), wish(7, "one").client_id)
        .await;
    assert_eq!(named.expect("read").map(|order| order.id), Some(first));
    let open = identity.open_algos(AccountId(7)).await.expect("read");
    assert_eq!(open.len(), 2);
    identity.close().await;
}

#[tokio::test]
async fn ended_orders_are_told_newest_first_by_what_is_asked_for_until_they_are_old() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        let id = add(&identity, 7, name).await;
        let ended = identity.end_algo(id, Ending::TimeOver, after(5)).await;
        assert!(ended.expect("ended"));
        ids.insert(0, id);
    }
    add(&identity, 7, "open").await;
    let any = AlgoFilter {
        account: AccountId(7),
        market: None,
        side: None,
        begun: (Timestamp::ZERO, Timestamp::MAX),
    };
    let told = async |filter: AlgoFilter, page| {
        let (count, rows) = identity.past_algos(&filter, page).await.expect("read");
        let ids: Vec<AlgoId> = rows.iter().map(|order| order.id).collect();
        (count, ids)
    };
    assert_eq!(told(any, ALL).await, (3, ids.clone()));
    let second = AlgoPage {
        skipped: 1,
        rows: 1,
    };
    assert_eq!(told(any, second).await, (3, vec![ids[1]]));
    for (filter, count) in [
        (
            AlgoFilter {
                account: AccountId(8),
                ..any
            },
            0,
        ),
        (
            AlgoFilter {
                market: Some(MarketId(3)),
                ..any
            },
            3,
        ),
        (
            AlgoFilter {
                market: Some(MarketId(4)),
                ..any
            },
            0,
        ),
        (
            AlgoFilter {
                side: Some(Side::Sell),
                ..any
            },
            3,
        ),
        (
            AlgoFilter {
                side: Some(Side::Buy),
                ..any
            },
            0,
        ),
        (
            AlgoFilter {
                begun: (NOW, NOW),
                ..any
            },
            3,
        ),
        (
            AlgoFilter {
                begun: (after(1), Timestamp::MAX),
                ..any
            },
            0,
        ),
    ] {
        assert_eq!(told(filter, ALL).await.0, count, "{filter:?}");
    }
    let old = after(5).plus_nanos(KEPT_NANOS);
    identity.forget_old(old).await.expect("done");
    assert_eq!(told(any, ALL).await.0, 3, "not yet");
    identity.forget_old(old.plus_nanos(1)).await.expect("done");
    assert_eq!(told(any, ALL).await.0, 0);
    assert_eq!(identity.unfinished_algos().await.expect("read").len(), 1);
    identity.close().await;
}

#[tokio::test]
async fn closing_an_account_ends_what_is_open_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("new");
    let (own, other) = (
        add(&identity, 7, "one").await,
        add(&identity, 8, "one").await,
    );
    let asked = identity
        .ask_closing(user, AccountId(7), Wish::Keep, NOW)
        .await;
    asked.expect("asked");
    let closed = identity
        .finish_closing(user, &[AccountId(7)], after(2))
        .await;
    closed.expect("closed");
    let end = async |id| identity.algo(id).await.expect("read").expect("kept").end;
    assert_eq!(end(own).await, Some((Ending::AccountClosed, after(2))));
    assert_eq!(end(other).await, None);
    identity.close().await;
}
