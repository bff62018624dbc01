//! Servers that are dead, busy, or say no.

use identity::login::Asker;
use identity::outbox::State;
use mail::server::Tls;
use tempfile::tempdir;
use tokio::net::TcpListener;

use crate::sink::{Manners, Offer, Sink};
use crate::world::{NOW, World, address, after, server_at};

#[tokio::test]
async fn what_a_server_does_not_take_now_is_tried_again_after_longer_and_longer() {
    let sink = Sink::start(Offer::Implicit).await;
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
    world.write("ann", NOW).await;
    sink.behave(Manners {
        content: "451 later",
        ..Manners::GOOD
    });
    // Half a minute, a minute, two: each is tried a second early and then in time.
    for (seconds, attempts) in [
        (0, 1),
        (29, 1),
        (30, 2),
        (89, 2),
        (90, 3),
        (209, 3),
        (210, 4),
    ] {
        world.look(after(seconds)).await;
        assert_eq!(sink.received().len(), attempts, "{seconds}");
    }
    assert_eq!(world.figure("bourse_mail_postponed_total "), 4);
    sink.behave(Manners::GOOD);
    world.look(after(210 + 240)).await;
    assert_eq!(world.states().await, [State::Sent]);
}

#[tokio::test]
async fn what_a_server_will_never_take_is_given_up_and_the_others_arrive() {
    for refused in ["550 5.1.1 unknown", "551 not here"] {
        let sink = Sink::start(Offer::Implicit).await;
        let folder = tempdir().expect("a folder");
        let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
        for name in ["ann", "bob", "carol"] {
            world.write(name, NOW).await;
        }
        sink.behave(Manners {
            refused: Some(("bob", refused)),
            ..Manners::GOOD
        });
        for seconds in [0, 100, 10_000] {
            world.look(after(seconds)).await;
        }
        assert_eq!(sink.received().len(), 2);
        assert_eq!(
            world.states().await,
            [State::Sent, State::GivenUp, State::Sent]
        );
        let line = "bourse_mail_given_up_total{reason=\"refused\"} ";
        assert_eq!(world.figure(line), 1);
    }
}

#[tokio::test]
async fn a_server_that_takes_nothing_from_us_gives_nothing_up() {
    let sink = Sink::start(Offer::Implicit).await;
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
    for name in ["ann", "bob"] {
        world.write(name, NOW).await;
    }
    for mail in ["550 you may not send", "421 busy", ""] {
        sink.behave(Manners {
            mail,
            ..Manners::GOOD
        });
        world
            .look(after(i64::from(mail.len() as u32) * 1_000))
            .await;
        assert_eq!(world.states().await, [State::Waiting; 2]);
    }
    sink.behave(Manners::GOOD);
    world.look(after(30_000)).await;
    assert_eq!(world.states().await, [State::Sent; 2]);
}

#[tokio::test]
async fn a_dead_server_is_left_alone_for_a_while_and_then_gets_everything() {
    // A port that nobody listens on.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let sink = Sink::start(Offer::Implicit).await;
    let mut dead = server_at(&sink, Tls::Implicit);
    dead.port = listener.local_addr().expect("bound").port();
    drop(listener);
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), dead).await;
    world.write("ann", NOW).await;
    let failures = "bourse_mail_server_failures_total ";
    for (seconds, expected) in [(0, 1), (1, 1), (2, 2), (5, 2), (6, 3), (13, 3), (14, 4)] {
        world.look(after(seconds)).await;
        assert_eq!(world.figure(failures), expected, "{seconds}");
    }
    assert_eq!(world.states().await, [State::Waiting]);
    assert_eq!(world.figure("bourse_mail_waiting_seconds "), 14);
    drop(world);
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
    world.look(after(20)).await;
    assert_eq!(world.states().await, [State::Sent]);
}

#[tokio::test]
async fn what_is_of_no_more_use_is_given_up_and_said_so() {
    let sink = Sink::start(Offer::Implicit).await;
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
    world.write("ann", NOW).await;
    let token = world.token().await;
    world.identity.confirm(&token, NOW).await.expect("a user");
    world.look(NOW).await;
    let reset = world
        .identity
        .ask_reset(&address("ann"), Asker::Stranger, NOW)
        .await;
    reset.expect("written");
    world.look(after(3_600)).await;
    assert_eq!(world.states().await, [State::Sent, State::GivenUp]);
    let line = "bourse_mail_given_up_total{reason=\"too_old\"} ";
    assert_eq!(world.figure(line), 1);
    assert_eq!(sink.received().len(), 1);
}
