//! No order is told from others by the name that its owner gives it.

use engine::engine::Engine;
use model::command::{Action, ClientHeader, Command, NewOrder, Sequenced};
use model::event::Event;
use model::id::{AccountId, KeyId, MarketId, Sequence};
use model::number::Qty;
use model::order::{OrderKind, Side};
use model::reject::Reject;
use model::text::ClientOrderId;
use model::time::Timestamp;
use sequencer::batch::Batch;
use sequencer::core::{Applied, apply, applying};

fn order(name: &[u8]) -> Command {
    Command::Client {
        header: ClientHeader {
            account: AccountId(1),
            key: KeyId(1),
            valid_until: Timestamp::MAX,
            idempotency: None,
        },
        action: Action::Place(NewOrder {
            market: MarketId(0),
            side: Side::Buy,
            kind: OrderKind::Market {
                qty: Qty::new(1).expect("legal"),
            },
            client_id: ClientOrderId::parse(name).expect("legal"),
            self_trade: None,
        }),
    }
}

#[test]
fn an_order_of_any_name_is_answered() {
    let names: [&[u8]; 3] = [b"a", b"poison", b"panic"];
    let commands = (1..).zip(names).map(|(sequence, name)| Sequenced {
        sequence: Sequence(sequence),
        at: Timestamp::ZERO,
        command: order(name),
    });
    let mut applied = Applied {
        batch: Batch {
            commands: commands.collect(),
            ..Batch::default()
        },
        ..Applied::default()
    };
    apply(&mut Engine::new(), &mut applied);

    let refused = Event::Rejected {
        reason: Reject::GenesisMissing,
    };
    assert_eq!(applied.events, vec![refused; names.len()]);
    assert_eq!(applying(), None);
}
