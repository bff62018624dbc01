//! However a past is cut into batches, and whatever happens between and within them, the history is the same.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::BTreeSet;

use indexer::batch::Batch;
use indexer::database;
use indexer::error::HistoryError;
use indexer::place::Place;
use indexer::position::Position;
use indexer::reading::Reading;
use indexer::writer::Writer;
use sim::random::Random;

use crate::past::{CLUSTER, Past, digest, open};
use crate::place::{back_up, place, restore, run, server, set_version};

const COMMANDS: u64 = 2_000;

#[tokio::test]
async fn any_split_into_batches_gives_the_same_digest() {
    for seed in 1..=4 {
        let past = Past::new(seed, COMMANDS);
        let mut random = Random::new(seed);
        let first = past.digest(&mut random).await;
        for _ in 0..3 {
            assert_eq!(past.digest(&mut random).await, first, "seed {seed}");
        }
        let other = Past::new(seed + 100, COMMANDS);
        assert_ne!(other.digest(&mut random).await, first);
    }
}

/// A batch that is given up at any of its steps is written wholly or not at all.
#[tokio::test]
async fn a_batch_given_up_halfway_is_written_wholly_or_not_at_all() {
    let past = Past::new(11, COMMANDS);
    let mut random = Random::new(11);
    let whole = past.digest(&mut random).await;
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let (mut given_up, mut written) = (0, 0);
    let mut usual = 8;
    let mut ends = BTreeSet::from([0]);
    loop {
        let writer = open(&place).await;
        let after = writer.position().sequence.0 as usize;
        if after == past.payloads.len() {
            writer.close().await;
            break;
        }
        let until = (after + 1 + random.below(60) as usize).min(past.payloads.len());
        let batch = past.batch(&writer, until);
        ends.insert(until);
        // One in two is given up, however many polls a batch takes on this machine.
        let polls = random.below(2 * usual);
        match give_up_after(polls, writer.apply(&batch)).await {
            Some((Ok(writer), needed)) => {
                writer.close().await;
                written += 1;
                usual = needed.max(1);
            }
            // What was given up as it was committed may still land, under the next writer's hands.
            Some((Err(error), _)) => assert!(matches!(error, HistoryError::WrittenByAnother)),
            None => {
                given_up += 1;
                usual += usual / 4 + 1;
            }
        }
        let reached = open(&place).await.position().sequence.0 as usize;
        assert!(ends.contains(&reached), "{reached}");
    }
    assert!(10 < given_up && 10 < written, "{given_up} {written}");
    assert_eq!(digest(&place).await, whole);
}

/// Polls some work so many times and then drops it; returns how many it took.
async fn give_up_after<T>(polls: u64, work: impl Future<Output = T>) -> Option<(T, u64)> {
    let mut work = pin!(work);
    for poll in 1..=polls {
        let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(done) = polled {
            return Some((done, poll));
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_the_same() {
    let past = Past::new(12, COMMANDS);
    let mut random = Random::new(12);
    let whole = past.digest(&mut random).await;
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let writer = past.write(open(&place).await, 700, &mut random).await;
    writer.close().await;
    back_up(folder.path()).await;
    let writer = past.write(open(&place).await, 2_000, &mut random).await;
    writer.close().await;
    assert_eq!(digest(&place).await, whole);
    database::remove(&place, CLUSTER).await.expect("removed");
    restore(folder.path()).await;
    let writer = open(&place).await;
    assert_eq!(writer.position().sequence.0, 700);
    past.write(writer, 2_000, &mut random).await.close().await;
    assert_eq!(digest(&place).await, whole);
}

#[tokio::test]
async fn a_lost_database_is_made_again() {
    let past = Past::new(13, 500);
    let mut random = Random::new(13);
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    past.write(open(&place).await, 500, &mut random)
        .await
        .close()
        .await;
    let before = digest(&place).await;
    database::remove(&place, CLUSTER).await.expect("removed");
    assert_eq!(*open(&place).await.position(), Position::start(CLUSTER));
    database::remove(&place, CLUSTER).await.expect("removed");
    past.write(open(&place).await, 500, &mut random)
        .await
        .close()
        .await;
    assert_eq!(digest(&place).await, before);
}

#[tokio::test]
async fn the_second_of_two_writers_is_refused() {
    let past = Past::new(14, 200);
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let first = open(&place).await;
    let batch = past.batch(&first, 100);
    let second = Writer::open(&place, CLUSTER).await;
    first.apply(&batch).await.expect("written").close().await;
    // The one database lets nobody else begin, the other one nobody else go on.
    let refused = match second {
        Ok(second) => second.apply(&batch).await.map(drop),
        refused => refused.map(drop),
    };
    if server().is_some() {
        assert!(matches!(refused, Err(HistoryError::Taken)), "{refused:?}");
    } else {
        let is_late = matches!(refused, Err(HistoryError::WrittenByAnother));
        assert!(is_late, "{refused:?}");
    }
    assert_eq!(open(&place).await.position().sequence.0, 100);
}

#[tokio::test]
async fn a_database_that_others_may_use_is_not_taken_from_them() {
    if server().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    open(&place).await.close().await;
    let refused = database::remove(&place, CLUSTER + 1).await;
    let is_kept = matches!(refused, Err(HistoryError::OfAnother { found: CLUSTER }));
    assert!(is_kept, "{refused:?}");
    database::remove(&place, CLUSTER).await.expect("its own");

    let unread = Reading::open(&place).await.err();
    assert!(matches!(unread, Some(HistoryError::Missing)), "{unread:?}");
    run(folder.path(), "CREATE TABLE history.notes (id BIGINT)").await;
    let refused = Writer::open(&place, CLUSTER).await.err();
    let is_left = matches!(refused, Some(HistoryError::SchemaTaken));
    assert!(is_left, "{refused:?}");
    run(folder.path(), "SELECT id FROM history.notes").await;
}

#[tokio::test]
async fn tables_of_another_version_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    open(&place).await.close().await;
    set_version(folder.path(), 1).await;
    let refused = Writer::open(&place, CLUSTER).await.err().expect("refused");
    assert!(refused.is_about_the_file(), "{refused:?}");
    let refused = Reading::open(&place).await.expect_err("refused");
    let is_told = matches!(refused, HistoryError::SchemaOther { found: 1, .. });
    assert!(is_told, "{refused:?}");
    database::remove(&place, CLUSTER).await.expect("removed");
    assert_eq!(*open(&place).await.position(), Position::start(CLUSTER));
}

#[tokio::test]
async fn a_position_knows_the_events_that_led_to_it() {
    let (past, other) = (Past::new(15, 300), Past::new(16, 300));
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let writer = past
        .write(open(&place).await, 300, &mut Random::new(15))
        .await;
    assert!(writer.position().was_reached_by(&past.payloads[299]));
    assert!(!writer.position().was_reached_by(&past.payloads[298]));
    assert!(!writer.position().was_reached_by(&other.payloads[299]));
    writer.close().await;
}

#[tokio::test]
async fn a_batch_takes_the_next_command_only() {
    let past = Past::new(17, 10);
    let mut batch = Batch::after(Position::start(CLUSTER));
    batch.add(&past.payloads[0]).expect("the next");
    let held = batch.len();
    let refused = batch.add(&past.payloads[2]);
    assert!(matches!(refused, Err(HistoryError::Gap { .. })));
    let torn = &past.payloads[1][..past.payloads[1].len() - 1];
    assert!(matches!(batch.add(torn), Err(HistoryError::Events { .. })));
    assert_eq!(batch.len(), held);
    batch.add(&past.payloads[1]).expect("the next");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_apart_from_a_folder_that_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.sqlite");
    std::fs::write(&path, vec![b'x'; 10_000]).expect("written");
    let refused = Writer::open(&Place::File(path), CLUSTER)
        .await
        .err()
        .expect("refused");
    assert!(refused.is_about_the_file(), "{refused:?}");
    let nowhere = Place::File(folder.path().join("missing/history.sqlite"));
    let refused = Writer::open(&nowhere, CLUSTER)
        .await
        .err()
        .expect("refused");
    assert!(!refused.is_about_the_file(), "{refused:?}");
}
