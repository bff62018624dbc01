//! What answers of 5xx and the log have in common, over REST, over sockets and on the operators' listener.

use core::fmt::{Debug, Write};
use std::sync::{Mutex, Once, PoisonError};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::client::Answer;
use crate::console::Desk;
use crate::socket::Socket;
use crate::visitor::{PASSWORD, Visitor};
use crate::world::{ALICE, EngineRun, Setting, World};

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100";

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps what is logged, a line an event.
struct Log;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        LINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn keep_the_log() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        tracing::subscriber::set_global_default(Log).expect("nothing else keeps it");
    });
}

/// Returns the lines of the log under an id.
fn lines_of(id: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let correlation = format!("correlation={id} ");
    let of_it = lines.iter().filter(|line| line.contains(&correlation));
    of_it.cloned().collect()
}

fn check_id(id: &str) {
    assert_eq!(id.len(), 16, "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
}

/// Checks that the answer names the last line about it, and what that line says; returns all of its lines.
fn check(answer: &Answer, expected: &[&str]) -> Vec<String> {
    let id = answer.header("x-correlation-id").expect("an id");
    check_id(id);
    let lines = lines_of(id);
    let last = lines.last().expect("a line");
    for part in expected {
        assert!(last.contains(part), "{part} in {last}");
    }
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_failed_names_its_line_of_the_log_over_rest_and_sockets() {
    keep_the_log();
    let world = World::start_with(Setting {
        engine: EngineRun::Stuck,
        ..Setting::STANDARD
    })
    .await;
    let fine = world.get("/api/v3/ping").await;
    assert_eq!(fine.header("x-correlation-id"), None);
    let refused = world
        .signed(ALICE, "POST", "/api/v3/order", "symbol=NONE")
        .await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(refused.header("x-correlation-id"), None);

    let unknown = world.signed(ALICE, "POST", "/api/v3/order", ORDER).await;
    assert_eq!(unknown.error().1, -1007, "{}", unknown.body);
    let line = ["request.failed", "\"/api/v3/order\"", "503", "-1007"];
    assert_eq!(check(&unknown, &line).len(), 1);

    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let order = json!({
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
        "quantity": "1", "price": "100",
    });
    let login = &world.logins[ALICE];
    let unknown = socket.ask_signed(login, "order.place", order).await;
    assert_eq!(unknown["status"], 503, "{unknown}");
    let id = unknown["correlationId"].as_str().expect("an id");
    check_id(id);
    let lines = lines_of(id);
    assert!(lines[0].contains("\"/api/v3/order\""), "{lines:?}");
    let fine = socket.ask("ping", json!({})).await;
    assert_eq!(fine["correlationId"], json!(null), "{fine}");
}

/// The line that tells the cause has the id as well, and the answer tells nothing of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cause_of_a_failure_stands_in_the_log_under_the_id_of_the_answer() {
    keep_the_log();
    let desk = Desk::open().await;
    desk.world.gateway.identity().close().await;
    desk.identity.close().await;
    let visitor = Visitor::of_sandbox(&desk.world);
    let failed = visitor.register("ann@example.test", PASSWORD).await;
    assert_eq!(failed.error().1, -1001, "{}", failed.body);
    let lines = check(&failed, &["request.failed", "\"/v1/register\""]);
    assert!(lines[0].contains("identity.failed"), "{lines:?}");
    assert!(!failed.body.contains("pool"), "{}", failed.body);

    let failed = desk.signed(0, "GET", "/v1/operator/myself", "").await;
    assert_eq!(failed.error().1, -7000, "{}", failed.body);
    let lines = check(&failed, &["request.failed", "\"/v1/operator/myself\""]);
    assert!(lines[0].contains("identity.failed"), "{lines:?}");
    assert!(!failed.body.contains("pool"), "{}", failed.body);
}
