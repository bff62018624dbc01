//! Checks of identities: what a user sees, sends and is refused, and what a provider may say.

use crate::client::Answer;
use crate::documents::{described, parsed};
use crate::visitor::{OWN, Page, Visitor, escaped};
use crate::world::{Setting, World};
use gateway::clock;
use gateway::config::Bounds;
use gateway::description::openapi;
use gateway::rest::kyc::KycRules;
use identity::country::CountryRule;
use identity::kyc::{Review, State};
use identity::provider::{Direction, Message, ProviderKey};
use identity::sanctions::SanctionsList;
use identity::scanner::Scanner;
use model::allowance::{Allowance, AllowanceTable, Caps, Verification};
use model::command::{Action, ClientHeader, Command, Withdrawal};
use model::event::Event;
use model::id::{AssetId, ChainId, MarketId, OperatorId, Reference};
use model::number::Amount;
use model::proof::Proof;
use model::reject::Reject;
use model::time::Timestamp;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub const PNG: &[u8] = include_bytes!("../../../identity/tests/uploads/plain.png");
const PDF: &[u8] = include_bytes!("../../../identity/tests/uploads/paper.pdf");
const SECRET: &str = "a secret that both sides know of";

fn level(number: u8) -> Verification {
    Verification::new(number).expect("one of four")
}

pub fn rules() -> KycRules {
    KycRules {
        first_level: Some(level(0)),
        countries: CountryRule::parse("", "KP").expect("a rule"),
        sanctions: SanctionsList::parse("name,birth_date,source\nJane Roe,,UN 3").expect("a list"),
        provider: ProviderKey::parse(SECRET),
        ..KycRules::default()
    }
}

/// A world in which new users may do nothing, and level 1 withdraws 1,000 units of BTC a day.
async fn strict_world() -> World {
    world_of(rules()).await
}

async fn world_of(rules: KycRules) -> World {
    let world = World::start().await;
    let nothing = Caps {
        day: Some(Amount::ZERO),
        month: Some(Amount::ZERO),
    };
    let none = Allowance {
        may_trade: false,
        deposits: nothing,
        withdrawals: nothing,
    };
    let some = Allowance {
        may_trade: true,
        deposits: Caps::NONE,
        withdrawals: Caps {
            day: Amount::new(1_000),
            month: None,
        },
    };
    world
        .command(Command::SetAllowances(Box::new(AllowanceTable {
            reference: AssetId(0),
            allowances: [none, some, some, some],
        })))
        .await;
    world.gateway.check_identities(rules);
    world
}

fn form(name: &str, country: &str, level: u8) -> String {
    format!(
        "legalName={}&birthDate=1990-02-28&country={country}&address=Street+1&level={level}",
        escaped(name)
    )
}

impl Page<'_> {
    async fn kyc(&self) -> serde_json::Value {
        let answer = self.send("GET", "/v1/kyc", "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        described(&parsed(openapi::text()), "GET", "/v1/kyc", &answer.json());
        answer.json()
    }

    pub async fn describe(&self, name: &str, country: &str, level: u8) -> Answer {
        self.send("POST", "/v1/kyc/application", &form(name, country, level))
            .await
    }

    pub async fn upload(&self, kind: &str, bytes: &[u8]) -> Answer {
        let mut client = self.world.client().await;
        let head = format!(
            "POST /v1/kyc/documents?kind={kind} HTTP/1.1\r\nHost: test\r\n{}Content-Length: {}\r\n\r\n",
            self.headers,
            bytes.len()
        );
        client.send_bytes(&[head.as_bytes(), bytes].concat()).await;
        client.read().await.expect("an answer")
    }
}

pub async fn tell(world: &World, id: &str, body: &str, change: fn(String) -> String) -> Answer {
    let timestamp_ms = clock::now().millis();
    let key = ProviderKey::parse(SECRET).expect("long enough");
    let signature = key.sign(&Message {
        direction: Direction::Result,
        id,
        timestamp_ms,
        body,
    });
    let headers = format!(
        "x-bourse-id: {id}\r\nx-bourse-timestamp: {timestamp_ms}\r\nx-bourse-signature: {}\r\n",
        change(signature)
    );
    let mut client = world.client().await;
    client
        .send("POST", "/v1/kyc/provider", &headers, body)
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_user_may_do_nothing_until_a_level_is_granted() {
    let world = strict_world().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let told = ann.kyc().await;
    assert_eq!(
        (&told["level"], &told["mayTrade"]),
        (&0.into(), &false.into())
    );
    assert_eq!(told["withdrawals"]["day"]["limit"], "0.00000000");
    assert!(told["application"].is_null());
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    let refused = ann.send("POST", "/api/v3/order", order).await.error();
    assert_eq!((refused.0, refused.1), (400, -2010), "{}", refused.2);
    assert!(refused.2.contains("GET /v1/kyc"), "{}", refused.2);

    assert_eq!(ann.describe("Ann Example", "DE", 3).await.status, 200);
    let early = ann.send("POST", "/v1/kyc/submit", "").await.error();
    assert_eq!((early.0, early.1), (409, -1130));
    assert!(
        early.2.contains("IDENTITY, PORTRAIT, RESIDENCE"),
        "{}",
        early.2
    );
    for kind in ["IDENTITY", "PORTRAIT", "RESIDENCE"] {
        let answer = ann.upload(kind, PNG).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        described(
            &parsed(openapi::text()),
            "POST",
            "/v1/kyc/documents",
            &answer.json(),
        );
    }
    let submitted = ann.send("POST", "/v1/kyc/submit", "").await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let id = submitted.json()["id"].as_u64().expect("a number");
    let told = ann.kyc().await;
    assert_eq!(told["application"]["state"], "SUBMITTED");
    assert_eq!(told["application"]["documents"][0]["width"], 32);
    let late = ann.describe("Somebody Else", "DE", 3).await.error();
    assert_eq!((late.0, late.1), (409, -1130), "{}", late.2);

    let identity = world.gateway.identity();
    for review in [Review::Claim, Review::Approve] {
        let reviewed = identity
            .review(OperatorId(1), (id, &review), clock::now())
            .await;
        reviewed.expect("decided");
    }
    gateway::rest::kyc::tell_levels(&world.gateway).await;
    let told = ann.kyc().await;
    assert_eq!(told["application"]["state"], "APPROVED");
    assert_eq!(
        (&told["level"], &told["mayTrade"]),
        (&3.into(), &true.into())
    );
    assert_eq!(told["withdrawals"]["day"]["remaining"], "0.00001000");
    assert!(told["withdrawals"]["month"]["limit"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_beyond_the_allowance_is_refused_and_the_rest_is_told() {
    let world = strict_world().await;
    let owner = world.gateway.hub().views().account(model::id::AccountId(1));
    let owner = owner.expect("alice").owner;
    world
        .command(Command::SetVerification {
            owner,
            verification: level(1),
        })
        .await;
    world.hold(1).await;
    let header = ClientHeader {
        account: model::id::AccountId(1),
        key: world.logins[crate::world::ALICE].key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    };
    let action = Action::HoldWithdrawal {
        withdrawal: Withdrawal {
            reference: Reference([9; 32]),
            chain: ChainId(0),
            asset: AssetId(0),
            amount: Amount::new(894).expect("legal"),
            fee: Amount::ZERO,
        },
        proof: Some(Box::new(Proof::Nowhere)),
    };
    let held = world
        .gateway
        .hub()
        .submit(Command::Client { header, action })
        .await;
    let rejected = Event::Rejected {
        reason: Reject::AllowanceExceeded,
    };
    assert_eq!(held.expect("answered").events, [rejected]);
    let views = world.gateway.hub().views();
    let used = views
        .allowances()
        .used(owner, model::allowance::Flow::Withdrawal, clock::now());
    assert_eq!(used.day.units(), 107);
    assert_eq!(views.allowances().of_market(MarketId(0)), level(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_applicant_says_is_checked_and_a_match_takes_two() {
    let world = strict_world().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let blocked = ann.describe("Ann", "KP", 1).await.error();
    assert!(blocked.2.contains("does not serve"), "{}", blocked.2);
    for (name, country, level) in [
        ("", "DE", 1),
        ("A\u{202e}", "DE", 1),
        ("Ann", "XX", 1),
        ("Ann", "DE", 4),
        ("Ann", "DE", 0),
    ] {
        let refused = ann.describe(name, country, level).await;
        assert_eq!(refused.status, 400, "{name} {country} {level}");
    }
    let nothing = ann.send("POST", "/v1/kyc/submit", "").await.error();
    assert_eq!(nothing.0, 409, "{}", nothing.2);
    assert_eq!(
        ann.describe("<script>alert(1)</script> Jane Roe", "DE", 1)
            .await
            .status,
        200
    );
    let told = ann.send("GET", "/v1/kyc", "").await;
    assert_eq!(
        told.header("content-type"),
        Some("application/json;charset=UTF-8")
    );
    assert_eq!(told.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(ann.send("POST", "/v1/kyc/submit", "").await.status, 200);
    let identity = world.gateway.identity();
    let waiting = identity.applications(Some(State::Submitted), 9).await;
    assert_eq!(waiting.expect("read")[0].findings, ["sanctions: UN 3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_known_by_its_content_and_bounded_by_its_size() {
    let world = strict_world().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    assert_eq!(ann.describe("Ann", "DE", 2).await.status, 200);
    for (bytes, status) in [
        (PDF, 400),
        (&PNG[..PNG.len() / 2], 400),
        (b"", 400),
        (PNG, 200),
    ] {
        let answer = ann.upload("IDENTITY", bytes).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let wrong = ann.upload("TATTOO", PNG).await.error();
    assert_eq!((wrong.0, wrong.1), (400, -1130));
    let mut client = world.client().await;
    let head = format!(
        "POST /v1/kyc/documents?kind=IDENTITY HTTP/1.1\r\nHost: test\r\n{}Content-Length: 10485761\r\n\r\n",
        ann.headers
    );
    client.send_bytes(head.as_bytes()).await;
    assert_eq!(client.read().await.expect("an answer").status, 413);
}

/// Answers every upload as a scanner does; a portrait is infected by its last byte.
pub async fn fake_scanner() -> Scanner {
    scanner_after(Duration::ZERO).await
}

/// The same that takes so long for each.
async fn scanner_after(time: Duration) -> Scanner {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut sent = Vec::new();
            while !sent.ends_with(&[0; 4]) {
                stream.read_buf(&mut sent).await.expect("read");
            }
            let is_infected = sent.ends_with(b"virus\0\0\0\0");
            let verdict: &[u8] = match is_infected {
                true => b"stream: Fake.Virus-1 FOUND\0",
                false => b"stream: OK\0",
            };
            tokio::time::sleep(time).await;
            stream.write_all(verdict).await.expect("answered");
        }
    });
    Scanner::parse(&format!("tcp:127.0.0.1:{port}")).expect("an address")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_with_a_virus_is_refused_and_written_down() {
    let world = world_of(KycRules {
        scanner: Some(fake_scanner().await),
        ..rules()
    })
    .await;
    let ann = Page::of(&Visitor::of_sandbox(&world), "ann@example.test").await;
    assert_eq!(ann.describe("Ann", "DE", 2).await.status, 200);
    let infected = [PNG, b"virus"].concat();
    let refused = ann.upload("IDENTITY", &infected).await.error();
    assert_eq!((refused.0, refused.1), (400, -1130));
    assert!(refused.2.contains("scanner of viruses"), "{}", refused.2);
    assert!(!refused.2.contains("Fake"), "{}", refused.2);
    assert_eq!(ann.upload("IDENTITY", PNG).await.status, 200);
    let identity = world.gateway.identity();
    let rows = identity.audit_rows(0, 1_000).await.expect("read");
    let noted = rows.iter().filter(|row| row.act == "kyc-upload-infected");
    assert_eq!(noted.count(), 1);
}

/// Time runs faster here: 20 seconds of a database are 2, and the 60 of an upload are 5.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_and_its_scan_have_longer_than_a_database_and_no_longer_than_they_may() {
    const SLOW: Duration = Duration::from_millis(2_500);
    let setting = Setting {
        bounds: Bounds {
            answer_timeout: Duration::from_secs(2),
            upload_timeout: Duration::from_secs(5),
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    };
    let world = World::start_with(setting).await;
    world.gateway.check_identities(KycRules {
        scanner: Some(scanner_after(SLOW).await),
        ..KycRules::default()
    });
    let ann = Page::of(&Visitor::of_sandbox(&world), "ann@example.test").await;
    assert_eq!(ann.describe("Ann", "DE", 2).await.status, 200);
    let head = format!(
        "POST /v1/kyc/documents?kind=IDENTITY HTTP/1.1\r\nHost: test\r\n{}Content-Length: {}\r\n\r\n",
        ann.headers,
        PNG.len()
    );
    let (first, rest) = PNG.split_at(4);
    let begun = Instant::now();
    let (mut slow, mut stuck) = (world.client().await, world.client().await);
    for client in [&mut slow, &mut stuck] {
        client.send_bytes(&[head.as_bytes(), first].concat()).await;
    }
    tokio::time::sleep(SLOW).await;
    slow.send_bytes(rest).await;
    let taken = slow.read().await.expect("an answer");
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert!(2 * SLOW <= begun.elapsed(), "the scanner took its time");
    let late = stuck.read().await.expect("an answer");
    assert_eq!(late.status, 408, "{}", late.body);
    assert!(Duration::from_secs(5) <= begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_taken_while_the_scanner_does_not_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = world_of(KycRules {
        scanner: Some(Scanner::Unix(folder.path().join("clamd"))),
        ..rules()
    })
    .await;
    let ann = Page::of(&Visitor::of_sandbox(&world), "ann@example.test").await;
    assert_eq!(ann.describe("Ann", "DE", 2).await.status, 200);
    let refused = ann.upload("IDENTITY", PNG).await.error();
    assert_eq!((refused.0, refused.1), (503, -1001));
    let identity = world.gateway.identity();
    let waiting = identity.applications(Some(State::Draft), 9).await;
    assert!(waiting.expect("read")[0].documents.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_uploads_for_somebody_else_or_without_a_session() {
    let world = strict_world().await;
    let mut client = world.client().await;
    let head = format!(
        "POST /v1/kyc/documents?kind=IDENTITY HTTP/1.1\r\nHost: test\r\n{OWN}Content-Length: 10000000\r\n\r\n"
    );
    client.send_bytes(head.as_bytes()).await;
    let refused = client
        .read()
        .await
        .expect("an answer before the body has come");
    assert_eq!(refused.status, 401, "{}", refused.body);
    for path in ["/v1/kyc", "/v1/kyc/submit"] {
        let method = if path == "/v1/kyc" { "GET" } else { "POST" };
        let refused = world.signed(crate::world::ALICE, method, path, "").await;
        assert_eq!(
            refused.status, 401,
            "keys are no browsers: {}",
            refused.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_is_believed_only_what_it_signed_and_once() {
    let world = strict_world().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    ann.describe("Ann Example", "DE", 1).await;
    let submitted = ann.send("POST", "/v1/kyc/submit", "").await.json();
    let id = submitted["id"].as_u64().expect("a number");
    let body = |verdict: &str| {
        format!("{{\"application\":{id},\"verdict\":\"{verdict}\",\"note\":\"case 9\"}}")
    };
    let same = |signature: String| signature;
    for change in [
        (|_| String::new()) as fn(String) -> String,
        |signature| signature.replace("v1=", "v2="),
        |signature| format!("v1={}", "0".repeat(signature.len() - 3)),
    ] {
        let refused = tell(&world, "a", &body("failed"), change).await;
        assert_eq!((refused.error().0, refused.error().1), (401, -1022));
    }
    for _ in 0..2 {
        let taken = tell(&world, "a", &body("failed"), same).await;
        assert_eq!(taken.status, 200, "{}", taken.body);
        described(
            &parsed(openapi::text()),
            "POST",
            "/v1/kyc/provider",
            &taken.json(),
        );
    }
    for (name, wrong) in [
        ("b", body("approved")),
        ("c", "{}".to_owned()),
        ("d", "not json".to_owned()),
        (
            "e",
            format!("{{\"application\":{id},\"verdict\":\"passed\",\"level\":3}}"),
        ),
    ] {
        let refused = tell(&world, name, &wrong, same).await.error();
        assert_eq!((refused.0, refused.1), (400, -1130), "{wrong}");
    }
    let unknown = "{\"application\":999,\"verdict\":\"passed\"}";
    assert_eq!(tell(&world, "f", unknown, same).await.error().0, 409);
    let application = world
        .gateway
        .identity()
        .application(id)
        .await
        .expect("read");
    assert_eq!(application.findings, ["provider: failed case 9"]);
    assert_eq!(application.state, State::Submitted, "people decide");
}
