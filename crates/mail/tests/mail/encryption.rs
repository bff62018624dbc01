//! Nothing is told to a server before the channel is what it is to be.

use identity::outbox::State;
use mail::server::Tls;
use tempfile::tempdir;

use crate::sink::{Manners, Offer, Sink};
use crate::world::{NOW, World, after, credentials, server_at};

async fn waits(world: &mut World, sink: &Sink) {
    world.write("ann", NOW).await;
    world.look(NOW).await;
    assert!(sink.received().is_empty());
    assert_eq!(world.states().await, [State::Waiting]);
    assert_eq!(world.figure("bourse_mail_server_failures_total "), 1);
}

#[tokio::test]
async fn a_login_and_a_message_go_over_tls_alone() {
    for (offer, tls) in [
        (Offer::Implicit, Tls::Implicit),
        (Offer::StartTls, Tls::StartTls),
    ] {
        let sink = Sink::start(offer).await;
        sink.behave(Manners {
            wants_login: true,
            ..Manners::GOOD
        });
        let mut server = server_at(&sink, tls);
        server.credentials = credentials("secret");
        let folder = tempdir().expect("a folder");
        let mut world = World::open(folder.path(), server).await;
        world.write("ann", NOW).await;
        world.look(NOW).await;
        assert_eq!(sink.received().len(), 1);
        assert_eq!(world.states().await, [State::Sent]);
        let in_clear = sink.in_clear();
        assert!(
            in_clear
                .iter()
                .all(|line| line == "STARTTLS" || line.starts_with("EHLO ")),
            "{in_clear:?}"
        );
    }
}

#[tokio::test]
async fn a_server_without_starttls_is_told_nothing() {
    let sink = Sink::start(Offer::Nothing).await;
    let mut server = server_at(&sink, Tls::StartTls);
    server.credentials = credentials("secret");
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server).await;
    waits(&mut world, &sink).await;
    let in_clear = sink.in_clear();
    assert!(!in_clear.iter().any(|line| line.starts_with("AUTH")));
    assert!(!in_clear.iter().any(|line| line.starts_with("MAIL")));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let other = Sink::start(Offer::Implicit).await;
    for (offer, tls) in [
        (Offer::Implicit, Tls::Implicit),
        (Offer::StartTls, Tls::StartTls),
    ] {
        for authority in [Some(other.certificate.clone()), None] {
            let sink = Sink::start(offer).await;
            let mut server = server_at(&sink, tls);
            server.authority = authority;
            let folder = tempdir().expect("a folder");
            let mut world = World::open(folder.path(), server).await;
            waits(&mut world, &sink).await;
        }
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let sink = Sink::start(Offer::Implicit).await;
    let mut server = server_at(&sink, Tls::Implicit);
    server.host = "127.0.0.1".to_owned();
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server).await;
    waits(&mut world, &sink).await;
}

#[tokio::test]
async fn a_wrong_password_delays_everything_and_loses_nothing() {
    let sink = Sink::start(Offer::Implicit).await;
    let mut server = server_at(&sink, Tls::Implicit);
    server.credentials = credentials("wrong");
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server.clone()).await;
    waits(&mut world, &sink).await;
    drop(world);
    server.credentials = credentials("secret");
    let mut world = World::open(folder.path(), server).await;
    world.look(after(1)).await;
    assert_eq!(world.states().await, [State::Sent]);
}

#[tokio::test]
async fn a_server_on_the_same_machine_may_do_without() {
    let sink = Sink::start(Offer::Nothing).await;
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Never)).await;
    world.write("ann", NOW).await;
    world.look(NOW).await;
    assert_eq!(world.states().await, [State::Sent]);
}
