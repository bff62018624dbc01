//! The corpora of bad input, sent to the real routes: whatever is refused is refused as clients read it, and nothing
//! fails.

use futures_util::{SinkExt, StreamExt};
use gateway::route::{ENDPOINTS, Endpoint};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use crate::client::Answer;
use crate::matrix::people::{Person, joined, send};
use crate::matrix::rows::{May, ROWS, Row};
use crate::matrix::sandbox;
use crate::visitor::escaped;

const ANN: &str = "ann@example.test";
/// Of the texts, so many are sent in each parameter; the next parameter goes on where this one ended.
const TEXTS_EACH: usize = 6;

fn lines(corpus: &str) -> impl Iterator<Item = &str> {
    corpus.lines().filter(|line| !line.starts_with('#'))
}

/// Texts that somebody may write into any field, and numbers that are none.
fn texts() -> Vec<String> {
    let texts = lines(include_str!("../../../wire/tests/corpus/texts.txt"));
    let numbers = lines(include_str!("../../../wire/tests/corpus/numbers.txt"));
    let numbers = numbers.filter_map(|line| Some(line.split_once(' ')?.1));
    let all = texts.chain(numbers);
    all.map(|line| serde_json::from_str(line).expect("a JSON string"))
        .collect()
}

/// Checks that an answer is one that clients read.
fn assert_readable(answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {}", answer.body);
    if 400 <= answer.status {
        let (_, code, msg) = answer.error();
        assert!(code < 0, "{what}: {}", answer.body);
        let is_plain = msg
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ');
        assert!(is_plain, "{what}: {msg:?}");
    }
}

/// Returns the sound parameters with this one instead of its own value.
fn with(row: &Row, name: &str, value: &str) -> String {
    let kept: Vec<&str> = row
        .sound
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
        .collect();
    joined(&kept.join("&"), &format!("{name}={}", escaped(value)))
}

async fn ask(ann: &Person<'_>, row: &Row, page: &str, parameters: &str) -> Answer {
    match row.may {
        May::Page | May::User | May::Guest => send(ann.world, row.target(), page, parameters).await,
        May::Anyone => send(ann.world, row.target(), "", parameters).await,
        _ => ann.by_key(row.target(), parameters).await,
    }
}

fn names(endpoint: &Endpoint) -> impl Iterator<Item = &'static str> {
    endpoint.mandatory.iter().chain(endpoint.optional).copied()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_texts_are_read_or_refused_in_every_parameter_of_every_route() {
    let world = sandbox().await;
    let ann = Person::join(&world, ANN).await;
    let texts = texts();
    assert!(150 < texts.len());
    let mut next = texts.iter().cycle();
    let mut page = ann.page().await;
    for endpoint in ENDPOINTS {
        let target = (endpoint.method.as_str(), endpoint.path);
        let row = ROWS.iter().find(|row| row.target() == target);
        let row = row.expect("every route has its row");
        for name in names(endpoint) {
            // A text that is long enough would be ann's password from then on.
            if name == "newPassword" && row.may == May::User {
                continue;
            }
            for text in next.by_ref().take(TEXTS_EACH) {
                let parameters = with(row, name, text);
                let mut answer = ask(&ann, row, &page, &parameters).await;
                if answer.status == 401 {
                    // A request that was understood may have ended every session.
                    page = ann.page().await;
                    answer = ask(&ann, row, &page, &parameters).await;
                }
                assert_readable(&answer, &format!("{target:?} {name}={text:?}"));
            }
        }
    }
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await;
    assert_eq!(depth.status, 200, "{}", depth.body);
}

/// What is said of JSON that is refused: by documents of pages, over sockets, and in a body that is a form.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_json_is_refused_wherever_json_is_read() {
    let world = sandbox().await;
    let ann = Person::join(&world, ANN).await;
    let page = ann.page().await;
    let target = ("PUT", "/v1/preferences");
    for line in lines(include_str!("../../../wire/tests/corpus/json.txt")) {
        let (verdict, rest) = line.split_once(' ').expect("a verdict and a text");
        if verdict != "refused" && verdict != "taken" {
            continue;
        }
        let text: String = serde_json::from_str(rest).expect("a JSON string");
        let form = format!("name=corpus&value={}", escaped(&text));
        let answer = send(&world, target, &page, &form).await;
        assert_readable(&answer, line);
        if verdict == "refused" {
            assert_eq!(answer.status, 400, "{line}");
        }
        let mut client = world.client().await;
        let headers = format!("{page}Content-Type: application/json\r\n");
        let body = format!(
            "POST /v1/alerts HTTP/1.1\r\nHost: test\r\n{headers}Content-Length: {}\r\n\r\n{text}",
            text.len()
        );
        client.send_bytes(body.as_bytes()).await;
        let answer = client.read().await.expect("an answer");
        assert_readable(&answer, line);
        assert_eq!(answer.status, 400, "JSON is no form: {line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_json_over_a_socket_is_answered_and_bad_bytes_end_it() {
    let world = sandbox().await;
    for line in lines(include_str!("../../../wire/tests/corpus/json.txt")) {
        let (verdict, rest) = line.split_once(' ').expect("a verdict and a text");
        for path in ["/ws", "/ws-api/v3"] {
            let stream = TcpStream::connect(world.address).await.expect("connects");
            let opened = client_async(format!("ws://test{path}"), stream).await;
            let (mut socket, _) = opened.expect("opens");
            let text = match verdict {
                "refused" | "taken" => serde_json::from_str(rest).expect("a JSON string"),
                "deep" => {
                    let (depth, _) = rest.split_once(' ').expect("a depth");
                    "[".repeat(depth.parse::<usize>().expect("a number").min(60_000))
                }
                _ => continue,
            };
            socket.send(Message::text(text)).await.expect("sent");
            let heard = socket.next().await.expect("an answer").expect("a message");
            let Message::Text(answer) = heard else {
                panic!("{line}: {heard:?}");
            };
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            let code = answer["error"]["code"].as_i64().expect("a code");
            assert!(
                code != 0 && answer["error"]["msg"].is_string(),
                "{line}: {answer}"
            );
        }
    }
    assert_eq!(world.get("/api/v3/ping").await.status, 200);
}

/// Bodies whose bytes are no text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_text_are_refused_in_a_body() {
    let world = sandbox().await;
    let mut seen = 0;
    for line in lines(include_str!("../../../wire/tests/corpus/json.txt")) {
        let Some(hex) = line.strip_prefix("bytes ") else {
            continue;
        };
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|index| u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).expect("hex"))
            .collect();
        let mut client = world.client().await;
        let head = format!(
            "POST /v1/login HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        client.send_bytes(&[head.as_bytes(), &bytes].concat()).await;
        let answer = client.read().await.expect("an answer");
        assert_readable(&answer, line);
        assert_eq!(answer.status, 400, "{line}");
        seen += 1;
    }
    assert!(5 < seen);
}
