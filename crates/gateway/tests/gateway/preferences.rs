//! What users keep for their pages, and what letters show and tell them.

use std::collections::BTreeSet;

use crate::client::Answer;
use crate::documents::{members_of, parsed};
use crate::factor;
use crate::schema::check;
use crate::socket::Socket;
use crate::visitor::{OWN, PASSWORD, Page, Visitor, escaped};
use crate::world::{ALICE, World};
use gateway::description::asyncapi;
use identity::outbox::Subject;
use serde_json::{Value, json};

const PATH: &str = "/v1/preferences";
const CODE: &str = "/v1/antiPhishingCode";
const SUBSCRIBE: &str = "userDataStream.subscribe";
const MIB: usize = 1 << 20;

impl Page<'_> {
    async fn put(&self, name: &str, value: &str, more: &str) -> Answer {
        let form = format!("name={}&value={}{more}", escaped(name), escaped(value));
        self.send("PUT", PATH, &form).await
    }

    /// Returns the documents as name and value.
    async fn all(&self) -> Vec<(String, String)> {
        let answer = self.send("GET", PATH, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
        let rows = answer.json();
        let rows = rows.as_array().expect("a list").iter();
        rows.map(|row| (text(row, "name"), text(row, "value")))
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_are_kept_by_user_and_told_as_they_came() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let bob = Page::of(&visitor, "bob@example.test").await;
    let layout = "{ \"panes\": [1, \"ü🦊\", null] }";
    for (name, value) in [("layout.main", layout), ("favourites", "[]")] {
        assert_eq!(ann.put(name, value, "").await.status, 200);
    }
    assert_eq!(bob.put("favourites", "[\"BTCUSDT\"]", "").await.status, 200);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let own = [pair("favourites", "[]"), pair("layout.main", layout)];
    assert_eq!(ann.all().await, own);
    assert_eq!(
        bob.all().await,
        [pair("favourites", "[\"BTCUSDT\"]")],
        "each has its own"
    );
    let one = ann
        .send("GET", &format!("{PATH}?name=favourites"), "")
        .await;
    assert_eq!(one.json().as_array().expect("a list").len(), 1);
    assert_eq!(
        ann.put("favourites", " null ", "").await.json()["version"],
        0
    );
    assert_eq!(ann.all().await, own[1..]);
    assert_eq!(ann.put("favourites", "null", "").await.status, 200, "again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_replaced_only_in_the_version_that_was_read() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let first = ann.put("theme", "1", "&version=0").await.json()["version"].clone();
    let taken = ann.put("theme", "2", "&version=0").await.error();
    assert_eq!((taken.0, taken.1), (409, -1130));
    assert!(taken.2.contains(&first.to_string()), "{}", taken.2);
    let second = ann.put("theme", "3", &format!("&version={first}")).await;
    let second = second.json()["version"].as_i64().expect("a number");
    assert!(first.as_i64() < Some(second));
    for value in ["4", "null"] {
        let late = ann.put("theme", value, &format!("&version={first}")).await;
        assert_eq!(late.status, 409);
    }
    assert_eq!(
        ann.put("theme", "5", "").await.status,
        200,
        "whatever is there"
    );
    // A document that was forgotten and made again is another.
    let third = ann.send("GET", PATH, "").await.json()[0]["version"].clone();
    ann.put("theme", "null", "").await;
    ann.put("theme", "6", "").await;
    let late = ann.put("theme", "7", &format!("&version={third}")).await;
    assert_eq!(late.status, 409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_told_at_once_to_the_pages_of_the_user_that_ask_for_it() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let phone = Page::again(&visitor, "ann@example.test").await;
    let ben = Page::of(&visitor, "ben@example.test").await;
    let (mut here, mut there) = (ann.socket().await, phone.socket().await);
    let (mut unasked, mut other) = (phone.socket().await, ben.socket().await);
    let wish = json!({"preferences": true});
    for (socket, params) in [
        (&mut here, &wish),
        (&mut there, &wish),
        (&mut unasked, &json!({"notifications": true})),
        (&mut other, &wish),
    ] {
        let begun = socket.ask(SUBSCRIBE, params.clone()).await;
        assert_eq!(begun["status"], 200, "{begun}");
    }
    let kept = ann.put("look", "{\"watchlist\":[]}", "").await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let late = ann.put("look", "1", "&version=0").await;
    assert_eq!(late.status, 409, "changes nothing");
    ann.put("look", "null", "").await;
    let document = parsed(asyncapi::text());
    let message = &document["channels"]["webSocketApi"]["messages"]["event"]["payload"];
    for socket in [&mut here, &mut there] {
        for version in [&kept.json()["version"], &json!(0)] {
            let heard = socket.hear().await;
            assert_eq!(
                check(&document, message, &heard, "event"),
                Ok(()),
                "{heard}"
            );
            let event = &heard["event"];
            let told = event.as_object().expect("an object").keys().cloned();
            let schema = &document["components"]["schemas"]["PreferenceEvent"];
            assert_eq!(told.collect::<BTreeSet<String>>(), members_of(schema));
            assert_eq!(event["e"], "preferenceChanged", "{heard}");
            assert_eq!((&event["n"], &event["v"]), (&json!("look"), version));
        }
        socket.expect_silence().await;
    }
    unasked.expect_silence().await;
    other.expect_silence().await;
    let mut key = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let signed = format!("{SUBSCRIBE}.signature");
    let refused = key.ask_signed(login, &signed, wish).await;
    assert_eq!(refused["status"], 401, "they are for pages: {refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_json_or_too_much_is_refused() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
    for value in ["{", "{\"a\":1,\"a\":2}", "1 2", "NaN", &deep] {
        let (status, code, msg) = ann.put("a", value, "").await.error();
        assert_eq!((status, code), (400, -1130), "{value}");
        assert!(msg.contains("'value'"), "{msg}");
    }
    for name in ["a b", "a/b", "é", &"a".repeat(65)] {
        let (status, code, msg) = ann.put(name, "1", "").await.error();
        assert_eq!((status, code), (400, -1130), "{name}");
        assert!(msg.contains("'name'"), "{msg}");
    }
    let bytes = ann.send("PUT", PATH, "name=a&value=%22%ff%22").await;
    assert_eq!(bytes.error().1, -1100, "no UTF-8");
    let (status, _, _) = ann.put("a", &"1".repeat(MIB), "").await.error();
    assert_eq!(status, 413);
    let in_query = ann.send("PUT", &format!("{PATH}?name=a&value=1"), "").await;
    assert_eq!(in_query.error().1, -1106);
    assert!(ann.all().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_has_room_for_so_many_documents_and_no_more() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    for index in 0..64 {
        assert_eq!(ann.put(&format!("d{index}"), "1", "").await.status, 200);
    }
    let (status, code, msg) = ann.put("d64", "1", "").await.error();
    assert_eq!((status, code), (400, -1130));
    assert!(msg.contains("room"), "{msg}");
    assert_eq!(ann.put("d0", "2", "").await.status, 200, "a known one");
    ann.put("d0", "null", "").await;
    assert_eq!(ann.put("d64", "1", "").await.status, 200);

    let bob = Page::of(&visitor, "bob@example.test").await;
    let large = format!("name=NAME&value=%22{}%22", "x".repeat(60_000));
    for index in 0..4 {
        let form = large.replace("NAME", &format!("large{index}"));
        assert_eq!(bob.send("PUT", PATH, &form).await.status, 200);
    }
    let form = large.replace("NAME", "large4");
    assert_eq!(bob.send("PUT", PATH, &form).await.error().1, -1130);
    let form = large.replace("NAME", "large0");
    assert_eq!(bob.send("PUT", PATH, &form).await.status, 200, "instead");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn preferences_are_of_browsers_alone() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    ann.put("theme", "1", "").await;
    for (method, path, query) in [("GET", PATH, ""), ("GET", CODE, "")] {
        let by_key = world.signed(ALICE, method, path, query).await;
        assert_eq!(by_key.error().0, 401, "{path}");
    }
    let nobody = visitor.send("GET", PATH, "").await;
    assert_eq!(nobody.error().0, 401);
    let (cookie, _) = ann.headers.split_once("X-BOURSE-CSRF").expect("both");
    let mut client = world.client().await;
    let foreign = client.send("PUT", PATH, cookie, "name=a&value=1").await;
    assert_eq!(foreign.error().0, 403, "another page cannot read the token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_are_in_the_language_of_the_user_and_show_the_code() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    assert_eq!(
        ann.send("GET", CODE, "").await.json(),
        json!({"isSet": false})
    );
    let set = |form: &'static str| ann.send("POST", CODE, form);
    assert_eq!(
        set("password=wrong+password&code=red+fox").await.error().0,
        401
    );
    assert_eq!(
        set("password=fifteen+letters&code=%3Cb%3Ered")
            .await
            .error()
            .1,
        -1130
    );
    let answer = set("password=fifteen+letters&code=red+fox").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        ann.send("GET", CODE, "").await.json(),
        json!({"isSet": true})
    );
    let newest = || async {
        let outbox = visitor.send("GET", "/dev/outbox", "").await.json();
        let text = |name: &str| outbox[0][name].as_str().expect("a text").to_owned();
        (text("subject"), text("title"), text("text"))
    };
    let (subject, title, text) = newest().await;
    assert_eq!(subject, "ANTI_PHISHING_CODE_CHANGED");
    assert!(title.contains("anti-phishing code was changed"), "{title}");
    assert!(text.contains("Your anti-phishing code: red fox"), "{text}");
    assert!(
        text.contains("红") || text.contains("防钓鱼码"),
        "both languages"
    );
    ann.put("language", "\"zh-CN\"", "").await;
    let (_, title, text) = newest().await;
    assert_eq!(title, "Bourse：您的防钓鱼码已更改");
    assert!(!text.contains("Your"), "{text}");
    set("password=fifteen+letters").await;
    assert_eq!(
        ann.send("GET", CODE, "").await.json(),
        json!({"isSet": false})
    );
    let (_, _, text) = newest().await;
    assert!(!text.contains("red fox"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_is_unlike_those_before_is_told_once() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    visitor.join("ann@example.test").await;
    let form = format!("email=ann%40example.test&password={}", escaped(PASSWORD));
    let told = || async {
        let messages = world.gateway.identity().messages(100).await.expect("read");
        let notices: Vec<_> = messages
            .into_iter()
            .filter(|message| message.subject == Subject::NewDevice)
            .collect();
        notices
    };
    for (agent, notices) in [
        ("Firefox/140", 0),
        ("Firefox/141", 0),
        ("Chrome/99\tX", 1),
        ("Chrome/100\tX", 1),
        ("Firefox/142", 1),
        ("curl", 2),
    ] {
        let headers = format!("{OWN}User-Agent: {agent}\r\n");
        let mut client = world.client().await;
        let answer = client.send("POST", "/v1/login", &headers, &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(told().await.len(), notices, "{agent}");
    }
    let newest = told().await.remove(0);
    let visit = newest.visit.expect("a visit");
    assert_eq!(
        (visit.agent.as_str(), visit.address.is_loopback()),
        ("curl", true)
    );
    assert_eq!(newest.recipient, "ann@example.test");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code_that_is_used_is_told() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, "ann@example.test").await;
    let secret = ann.send("POST", "/v1/totp/enrol", "").await.json();
    assert!(
        secret["uri"]
            .as_str()
            .expect("a uri")
            .ends_with("&issuer=Bourse")
    );
    let code = factor::code(secret["secret"].as_str().expect("a secret"), 0);
    let form = format!("password={}&totp={code}", escaped(PASSWORD));
    let confirmed = ann.send("POST", "/v1/totp/confirm", &form).await.json();
    let recovery = confirmed["recoveryCodes"][0].as_str().expect("a code");
    assert_eq!(visitor.newest().await.subject, Subject::FactorChanged);
    let form = format!(
        "email=ann%40example.test&password={}&totp={recovery}",
        escaped(PASSWORD)
    );
    assert_eq!(visitor.post("/v1/login", &form).await.status, 200);
    assert_eq!(visitor.newest().await.subject, Subject::RecoveryCodeUsed);
    assert_eq!(visitor.post("/v1/login", &form).await.status, 401);
}
