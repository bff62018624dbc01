//! Messages that arrive, once or at least once.

use identity::outbox::State;
use mail::server::Tls;
use tempfile::tempdir;

use crate::sink::{Manners, Offer, Sink};
use crate::world::{NOW, World, after, server_at};

#[tokio::test]
async fn a_message_arrives_with_its_headers_and_its_token_and_is_not_sent_again() {
    let sink = Sink::start(Offer::Implicit).await;
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
    world.write("ann", NOW).await;
    for seconds in [0, 1, 100_000] {
        world.look(after(seconds)).await;
    }
    let received = sink.received();
    assert_eq!(received.len(), 1);
    let mail = &received[0];
    assert_eq!(mail.recipient, "ann@example.test");
    for (name, value) in [
        ("From", "Bourse <no-reply@bourse.example>"),
        ("To", "ann@example.test"),
        ("Message-ID", "<1.1700000000000000000@bourse.example>"),
        ("Date", "Tue, 14 Nov 2023 22:13:20 +0000"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(mail.header(name).as_deref(), Some(value), "{name}");
    }
    let kind = mail.header("Content-Type").expect("a kind");
    assert!(kind.starts_with("multipart/alternative"), "{kind}");
    let subject = mail.header("Subject").expect("a subject");
    assert!(
        subject.starts_with("Bourse: confirm your address"),
        "{subject}"
    );
    assert!(
        subject.contains("=?utf-8?"),
        "the Chinese half is encoded: {subject}"
    );
    assert!(mail.content.is_ascii());
    assert_eq!(world.states().await, [State::Sent]);
    assert_eq!(world.figure("bourse_mail_sent_total "), 1);
    assert_eq!(world.figure("bourse_mail_waiting "), 0);
}

#[tokio::test]
async fn a_message_whose_answer_is_lost_is_sent_again_under_the_same_name() {
    let sink = Sink::start(Offer::Implicit).await;
    let folder = tempdir().expect("a folder");
    let mut world = World::open(folder.path(), server_at(&sink, Tls::Implicit)).await;
    world.write("ann", NOW).await;
    sink.behave(Manners {
        content: "",
        ..Manners::GOOD
    });
    world.look(NOW).await;
    assert_eq!(
        sink.received().len(),
        1,
        "the server has it, and nobody knows"
    );
    assert_eq!(world.states().await, [State::Waiting]);
    sink.behave(Manners::GOOD);
    world.look(after(30)).await;
    let received = sink.received();
    let names: Vec<_> = received
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].is_some() && names[0] == names[1], "{names:?}");
    assert_eq!(world.states().await, [State::Sent]);
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing_and_repeats_nothing_that_was_noted() {
    let sink = Sink::start(Offer::Implicit).await;
    let folder = tempdir().expect("a folder");
    let server = server_at(&sink, Tls::Implicit);
    let mut world = World::open(folder.path(), server.clone()).await;
    for name in ["ann", "bob", "carol"] {
        world.write(name, NOW).await;
    }
    sink.behave(Manners {
        refused: Some(("bob", "")),
        ..Manners::GOOD
    });
    world.look(NOW).await;
    assert_eq!(
        world.states().await,
        [State::Sent, State::Waiting, State::Sent]
    );
    world.identity.close().await;
    drop(world);
    let mut world = World::open(folder.path(), server).await;
    world.look(after(10)).await;
    assert_eq!(sink.received().len(), 2, "what failed still rests");
    sink.behave(Manners::GOOD);
    world.look(after(30)).await;
    let recipients: Vec<String> = sink
        .received()
        .into_iter()
        .map(|mail| mail.recipient)
        .collect();
    assert_eq!(
        recipients,
        ["ann@example.test", "carol@example.test", "bob@example.test"]
    );
    assert_eq!(world.states().await, [State::Sent; 3]);
}
