//! The core's own look at what was proven: whatever reaches it past the gateway is refused.

use crate::matrix::people::send;
use crate::place;
use crate::withdrawals::{ACCOUNT, Ann, OWN, apply, wish};
use crate::world::Login;
use gateway::clock;
use identity::address::AddressRule;
use identity::identity::KeyTerms;
use identity::key::Signing;
use identity::withdrawal::State;
use model::account::Scopes;
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::event::Event;
use model::id::{AssetId, ChainId, KeyId, Reference};
use model::number::Amount;
use model::proof::{Proof, Shown, bind, destination, withdrawal_terms};
use model::reject::Reject;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::Value;

fn withdrawal(number: u8, units: i128) -> Withdrawal {
    Withdrawal {
        reference: Reference([number; 32]),
        chain: ChainId(0),
        asset: AssetId(0),
        amount: Amount::new(units).expect("legal"),
        fee: Amount::ZERO,
    }
}

/// A challenge that was answered for so much to the address.
fn shown(units: i128, challenge: u8) -> Shown {
    let terms = withdrawal_terms(ACCOUNT, &withdrawal(0, units), home());
    let request = Reference([9; 32]);
    Shown {
        challenge: Reference([challenge; 32]),
        until: clock::now().plus_nanos(60 * NANOS_PER_SECOND),
        request,
        digest: bind(request, terms),
    }
}

fn home() -> Reference {
    destination("BTC", OWN, "")
}

/// A key as the core knows one of a session.
const fn unvouched(key: KeyId) -> Command {
    Command::CreateKey {
        key,
        account: ACCOUNT,
        scopes: Scopes::ALL,
        expires_at: Timestamp::MAX,
        grant: None,
    }
}

/// Sends the core a withdrawal as nothing in front of it would, and returns why it is refused.
async fn hold(ann: &Ann, key: KeyId, held: Withdrawal, proof: Option<Proof>) -> Option<Reject> {
    let header = ClientHeader {
        account: ACCOUNT,
        key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let action = Action::HoldWithdrawal {
        withdrawal: held,
        proof: proof.map(Box::new),
    };
    let command = Command::Client { header, action };
    let applied = ann.world.gateway.hub().submit(command).await;
    match applied.expect("answered").events.first() {
        Some(Event::Rejected { reason }) => Some(*reason),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_core_holds_what_was_proven_and_nothing_else() {
    let ann = Ann::open().await;
    let session = KeyId(1 << 40);
    ann.world.command(unvouched(session)).await;
    let by = |units, challenge| {
        Some(Proof::Factor {
            destination: home(),
            shown: shown(units, challenge),
        })
    };
    let elsewhere = Some(Proof::Factor {
        destination: destination("BTC", "elsewhere", ""),
        shown: shown(100, 1),
    });
    let alone = Some(Proof::Key {
        destination: home(),
    });
    let one = withdrawal(1, 100);
    for (proof, expected) in [
        (None, Reject::ProofMissing),
        (alone, Reject::ProofMissing),
        (by(101, 1), Reject::ProofForeign),
        (elsewhere, Reject::ProofForeign),
    ] {
        assert_eq!(hold(&ann, session, one, proof).await, Some(expected));
    }
    assert_eq!(hold(&ann, session, one, by(100, 1)).await, None);
    let again = withdrawal(2, 100);
    let used = hold(&ann, session, again, by(100, 1)).await;
    assert_eq!(used, Some(Reject::ProofUsed));
    assert_eq!(hold(&ann, session, again, by(100, 2)).await, None);
    let settle = |destination| Command::SettleWithdrawal {
        reference: Reference([1; 32]),
        destination,
    };
    let hub = ann.world.gateway.hub();
    for (destination, is_taken) in [
        (Some(destination("BTC", "elsewhere", "")), false),
        (None, false),
        (Some(home()), true),
    ] {
        let applied = hub.submit(settle(destination)).await.expect("answered");
        let refused = Event::Rejected {
            reason: Reject::DestinationOther,
        };
        assert_eq!(applied.events.first() != Some(&refused), is_taken);
    }
}

/// What the gateway proves is what the core looks at: the challenge that a user answered counts there, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swapped_address_is_never_said_to_be_paid() {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    let asked = ann.withdraw("1", "").await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let pool = place::raw(ann.world.folder()).await;
    let swap = "UPDATE withdrawals SET address = '37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf', state = $1,
                is_told = 0";
    let swap = sqlx::query(swap).bind(State::Completed.name());
    swap.execute(&pool).await.expect("done");
    pool.close().await;
    let look = async || {
        let now = clock::now();
        gateway::withdrawals::settle(ann.world.gateway.hub(), ann.identity(), now).await;
        ann.identity()
            .untold_withdrawals()
            .await
            .expect("read")
            .len()
    };
    assert_eq!(look().await, 1, "it is asked again");
    assert_eq!(ann.bitcoin().await, ["49.00000000", "1.00000000"]);
    let pool = place::raw(ann.world.folder()).await;
    let back = sqlx::query("UPDATE withdrawals SET address = $1").bind(OWN);
    back.execute(&pool).await.expect("done");
    pool.close().await;
    assert_eq!(look().await, 0);
    assert_eq!(ann.bitcoin().await, ["49.00000000", "0.00000000"]);
}

/// A key pays by itself when its user has shown a factor for it; the core knows which are so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_nobody_vouched_for_pays_nothing() {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    let terms = KeyTerms {
        account: ACCOUNT,
        label: "planted".to_owned(),
        scopes: Scopes::ALL,
        addresses: AddressRule::Loopback,
        signing: Signing::Parameters,
    };
    let planted = ann.identity().create_hmac_key(&terms, clock::now()).await;
    let planted = planted.expect("issued");
    ann.world.command(unvouched(planted.id)).await;
    let query = format!("coin=BTC&address={OWN}&amount=1");
    let planted = Login {
        public_id: planted.public_id,
        secret: planted.secret,
        key: planted.id,
    };
    let refused = apply(&ann, &planted, &query).await;
    assert_eq!((refused.error().0, refused.error().1), (401, -2015));
    assert_eq!(ann.bitcoin().await, ["50.00000000", "0.00000000"]);

    let form = "label=own&scopes=trade,withdraw&addresses=127.0.0.1";
    let form = ann.proven("createKey", form).await;
    let wider = form.replace("trade,withdraw", "trade,transfer,withdraw");
    let wider = ann.by_page("POST", "/v1/keys", &wider).await;
    assert!(wider.error().2.contains("'challenge'"), "{}", wider.body);
    let made = ann.by_page("POST", "/v1/keys", &form).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let made = made.json();
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    let own = Login {
        public_id: text("apiKey"),
        secret: text("secretKey"),
        key: KeyId(made["id"].as_u64().expect("a number")),
    };
    let paid = apply(&ann, &own, &query).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    assert_eq!(ann.bitcoin().await, ["49.00000000", "1.00000000"]);
}

/// What the core would not carry out is refused before anybody proves it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_proven_that_could_not_be_carried_out() {
    let ann = Ann::open().await;
    let ask = async |form: String| {
        let form = format!("action=withdraw&{form}");
        let target = ("POST", "/v1/challenge");
        let answer = send(&ann.world, target, &ann.page, &form).await;
        answer.error().1
    };
    assert_eq!(ask(wish("1", "").replace(OWN, "nowhere")).await, -4007);
    assert_eq!(ask(wish("0.0005", "")).await, -4022);
    let fee = wish("1", "").replace("fee=0.0002", "fee=0.1");
    assert_eq!(ask(fee).await, -1130);
    let none: Value = ann.read("/v1/withdrawals").await;
    assert_eq!(none, serde_json::json!([]));
}
