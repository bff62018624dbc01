//! What the event log tells: once, whatever happens in between, and in one letter an hour.

use std::path::Path;

use identity::address::AddressRule;
use identity::alert::Direction;
use identity::identity::{Identity, IdentityError, KeyTerms};
use identity::key::Signing;
use identity::master::MasterKey;
use identity::notification::{Facts, FillsWanted, Kind, News, Place, Setting, Told};
use identity::outbox::Subject;
use model::account::Scopes;
use model::id::{AccountId, AssetId, MarketId, OwnerId, Sequence};
use model::number::{Amount, Price};
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::place;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const ACCOUNT: AccountId = AccountId(3);
const HOUR: i64 = 3_600;

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    Identity::open(&place::address(folder).await, master)
        .await
        .expect("opens")
}

/// Returns a user with an account, who stands at the first place of an event log.
async fn ann(identity: &Identity) -> OwnerId {
    let user = identity.create_user("ann", "ann@example.test", NOW).await;
    let user = user.expect("created");
    identity.note_account(user, ACCOUNT).await.expect("noted");
    identity.begin_notices(at(0)).await.expect("begun");
    user
}

fn at(sequence: u64) -> Place {
    Place {
        cluster: u128::MAX,
        sequence: Sequence(sequence),
    }
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_nanos(seconds * NANOS_PER_SECOND)
}

fn deposit() -> Facts {
    let news = News::Deposit {
        asset: AssetId(0),
        amount: Amount::new(5).expect("legal"),
    };
    Facts {
        told: vec![Told {
            account: ACCOUNT,
            news,
            at: NOW,
        }],
        ..Facts::default()
    }
}

fn trades(prices: &[(i64, i64)]) -> Facts {
    let trade =
        |(seconds, ticks): &(i64, i64)| (after(*seconds), Price::new(*ticks).expect("legal"));
    Facts {
        trades: [(MarketId(0), prices.iter().map(trade).collect())].into(),
        ..Facts::default()
    }
}

async fn count(identity: &Identity, user: OwnerId) -> usize {
    let all = identity.notifications(user, None, 5_000).await;
    all.expect("read").len()
}

#[tokio::test]
async fn a_piece_of_the_event_log_is_taken_in_once_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity).await;
    let first = identity.take_in(&deposit(), at(0), Sequence(4)).await;
    first.expect("taken in");
    identity.close().await;
    let identity = open(folder.path()).await;
    assert_eq!(identity.notice_place().await.expect("read"), Some(at(4)));
    for elsewhere in [
        at(0),
        at(3),
        at(5),
        Place {
            cluster: 1,
            ..at(4)
        },
    ] {
        let again = identity.take_in(&deposit(), elsewhere, Sequence(6)).await;
        assert!(matches!(again, Err(IdentityError::NoticesElsewhere)));
    }
    assert_eq!(count(&identity, user).await, 1);
    let next = identity.take_in(&deposit(), at(4), Sequence(5)).await;
    next.expect("taken in");
    assert_eq!(count(&identity, user).await, 2);
    assert_eq!(identity.unread(user).await.expect("read"), 2);
}

#[tokio::test]
async fn an_alert_is_reached_by_a_later_trade_and_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity).await;
    let price = Price::new(100).expect("legal");
    for direction in [Direction::Above, Direction::Below] {
        let wanted = (MarketId(0), direction, price);
        identity
            .add_alert(user, wanted, after(10))
            .await
            .expect("added");
    }
    for (sequence, facts, told, waiting) in [
        (1, trades(&[(9, 100), (10, 100)]), 0, 2),
        (2, trades(&[(11, 99)]), 1, 1),
        (3, trades(&[(12, 99), (13, 98)]), 1, 1),
        (4, trades(&[(14, 99), (15, 101), (16, 102)]), 2, 0),
        (5, trades(&[(17, 50), (18, 150)]), 2, 0),
    ] {
        let has_news = identity.has_news(&facts).await.expect("read");
        assert!(
            has_news || count(&identity, user).await == told,
            "{sequence}"
        );
        let taken = identity.take_in(&facts, at(sequence - 1), Sequence(sequence));
        taken.await.expect("taken in");
        assert_eq!(count(&identity, user).await, told, "{sequence}");
        let alerts = identity.alerts(user).await.expect("read");
        assert_eq!(alerts.len(), waiting, "{sequence}");
    }
    let newest = identity.notifications(user, None, 1).await.expect("read");
    let News::PriceAlert { traded, .. } = newest[0].news else {
        panic!("{newest:?}");
    };
    assert_eq!(
        (traded.ticks(), newest[0].at),
        (101, after(15)),
        "the first that reached it"
    );
}

#[tokio::test]
async fn a_letter_counts_what_came_and_the_next_comes_an_hour_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity).await;
    let letters = || async {
        let messages = identity.messages(100).await.expect("read");
        let news = messages
            .into_iter()
            .filter(|one| one.subject == Subject::News);
        news.map(|one| one.counts.expect("counts").deposits)
            .collect::<Vec<u64>>()
    };
    identity.write_digests(NOW).await.expect("written");
    assert!(letters().await.is_empty(), "nothing to tell");
    for (sequence, seconds, expected) in [
        (1, 0, vec![1]),
        (2, 1, vec![1]),
        (3, HOUR - 1, vec![1]),
        (4, HOUR, vec![3, 1]),
        (5, 2 * HOUR, vec![1, 3, 1]),
    ] {
        let facts = deposit();
        let taken = identity.take_in(&facts, at(sequence - 1), Sequence(sequence));
        taken.await.expect("taken in");
        identity
            .write_digests(after(seconds))
            .await
            .expect("written");
        identity
            .write_digests(after(seconds))
            .await
            .expect("written");
        assert_eq!(letters().await, expected, "{seconds}");
    }
    let off = Setting {
        is_kept: true,
        is_mailed: false,
    };
    let set = identity.set_notification(user, Kind::Deposit, off).await;
    set.expect("set");
    let taken = identity.take_in(&deposit(), at(5), Sequence(6)).await;
    taken.expect("taken in");
    identity
        .write_digests(after(9 * HOUR))
        .await
        .expect("written");
    assert_eq!(letters().await.len(), 3);
    assert_eq!(count(&identity, user).await, 6);
    assert_eq!(6, identity.unread(user).await.expect("read"));
}

#[tokio::test]
async fn a_user_keeps_the_newest_thousand() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity).await;
    let mut facts = deposit();
    facts.told = vec![facts.told[0]; 1_005];
    let taken = identity.take_in(&facts, at(0), Sequence(1)).await;
    taken.expect("taken in");
    assert_eq!(count(&identity, user).await, 1_000);
    let newest = identity.notifications(user, None, 1).await.expect("read");
    assert_eq!(newest[0].id, 1_005);
}

#[tokio::test]
async fn fills_are_told_of_whoever_asked_and_where_somebody_is_signed_in_who_said_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity).await;
    let wanted = || async { identity.fills_wanted().await.expect("read") };
    assert_eq!(wanted().await, FillsWanted::default(), "nobody is there");
    let terms = KeyTerms {
        account: ACCOUNT,
        label: "browser".to_owned(),
        scopes: Scopes::READ,
        addresses: AddressRule::Loopback,
        signing: Signing::Parameters,
    };
    let begun = identity.create_browser_key(&terms, None, NOW).await;
    let (session, _) = begun.expect("begun");
    let of_session = FillsWanted {
        unasked: [ACCOUNT].into(),
        ..FillsWanted::default()
    };
    assert_eq!(wanted().await, of_session);
    let of_wish = FillsWanted {
        asked: [ACCOUNT].into(),
        ..FillsWanted::default()
    };
    for (is_kept, is_mailed, expected) in [
        (true, false, &of_wish),
        (false, true, &of_wish),
        (false, false, &FillsWanted::default()),
    ] {
        let setting = Setting { is_kept, is_mailed };
        let set = identity.set_notification(user, Kind::Fills, setting).await;
        set.expect("set");
        assert_eq!(&wanted().await, expected, "{setting:?}");
    }
    identity.revoke(session.id, NOW).await.expect("ended");
    assert_eq!(wanted().await, FillsWanted::default());
}

#[tokio::test]
async fn a_deposit_beyond_the_allowance_is_told_once_by_list_letter_and_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let user = ann(&identity).await;
    let news = News::DepositBeyond {
        asset: AssetId(0),
        amount: Amount::new(i128::from(u64::MAX) * 4).expect("legal"),
    };
    let told = |account| Told {
        account,
        news,
        at: NOW,
    };
    let facts = Facts {
        told: vec![told(ACCOUNT), told(AccountId(99))],
        ..Facts::default()
    };
    assert!(identity.has_news(&facts).await.expect("read"));
    for _ in 0..2 {
        // The second time the place is another.
        let _ = identity.take_in(&facts, at(0), Sequence(1)).await;
    }
    let page = identity.notifications(user, None, 9).await.expect("read");
    assert_eq!(page.len(), 1);
    assert_eq!(page[0].news, news);
    let letters = identity.messages(9).await.expect("read");
    let subjects: Vec<Subject> = letters.iter().map(|letter| letter.subject).collect();
    assert_eq!(subjects, [Subject::DepositBeyond]);
    let listed = identity.beyond_deposits(0, 9).await.expect("read");
    let owners: Vec<_> = listed.iter().map(|one| (one.owner, one.account)).collect();
    // Of somebody who cannot be told, too.
    assert_eq!(owners, [(Some(user), ACCOUNT), (None, AccountId(99))]);
    assert_eq!(listed[0].amount.units(), i128::from(u64::MAX) * 4);
    let rest = identity.beyond_deposits(listed[0].id, 9).await;
    assert_eq!(rest.expect("read"), listed[1..]);
}
