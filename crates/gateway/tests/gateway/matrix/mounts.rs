//! What is served beside the table of routes: who may ask for it, by hand, held against what is dispatched and answered.
//!
//! Whatever the public listener sends before that table is asked is in `MOUNTED`, and what the listener of metrics tells in
//! `WATCHED`. Nothing of either is anybody's own, so that nobody is told more than another; what a socket may is asked of
//! it message by message, by the rows of methods.

use std::collections::BTreeSet;

use gateway::mount::Mount;
use gateway::ops;
use gateway::site::PAGES;

use super::people::{Person, key_header};
use super::{ANN, sandbox, without};
use crate::files::FILE;
use crate::visitor::FOREIGN;
use crate::world::World;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    /// Everybody, from everywhere.
    Anyone,
    /// Everybody, but no page of another origin, and no page whose session has ended.
    OwnPages,
}

/// A path, who answers it, who may ask, and the status that they get.
type Mounted = (&'static str, Mount, May, u16);

const MOUNTED: &[Mounted] = &[
    ("/ws", Mount::Streams, May::Anyone, 101),
    ("/ws/btcusdt@trade", Mount::Streams, May::Anyone, 101),
    ("/stream", Mount::Streams, May::Anyone, 101),
    ("/stream-spot/ws", Mount::Streams, May::Anyone, 101),
    ("/stream-spot/stream", Mount::Streams, May::Anyone, 101),
    ("/ws-api/v3", Mount::Requests, May::OwnPages, 101),
    ("/data", Mount::Files, May::Anyone, 200),
    ("/data/spot/", Mount::Files, May::Anyone, 200),
    (FILE, Mount::Files, May::Anyone, 200),
    ("/data/spot/../secret.zip", Mount::Files, May::Anyone, 404),
    ("/", Mount::Pages, May::Anyone, 200),
    ("/markets", Mount::Pages, May::Anyone, 200),
    ("/trade/BTCUSDT", Mount::Pages, May::Anyone, 200),
    ("/wallet", Mount::Pages, May::Anyone, 200),
    ("/orders", Mount::Pages, May::Anyone, 200),
    ("/account/keys", Mount::Pages, May::Anyone, 200),
    ("/sign-in", Mount::Pages, May::Anyone, 200),
    ("/register", Mount::Pages, May::Anyone, 200),
    ("/settings", Mount::Pages, May::Anyone, 200),
    ("/brand", Mount::Pages, May::Anyone, 200),
    ("/assets/none.js", Mount::Routes, May::Anyone, 404),
    ("//", Mount::Routes, May::Anyone, 404),
    ("/metrics", Mount::Routes, May::Anyone, 404),
    ("/-/health", Mount::Routes, May::Anyone, 404),
    ("/v1/operator/myself", Mount::Routes, May::Anyone, 404),
];

/// What the listener of metrics tells whoever reaches it; it knows nobody.
const WATCHED: &[&str] = &["/metrics", "/-/startup", "/-/live", "/-/ready", "/-/health"];

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[test]
fn whatever_is_dispatched_beside_the_routes_has_its_row() {
    for (path, mount, ..) in MOUNTED {
        assert_eq!(Mount::of(path), *mount, "{path}");
    }
    for mount in Mount::ALL {
        let has_row = MOUNTED.iter().any(|(_, known, ..)| *known == mount);
        assert!(has_row, "{mount:?} has no row: say who may ask");
    }
    let of_pages = MOUNTED.iter().filter(|row| row.1 == Mount::Pages);
    let words: BTreeSet<&str> = of_pages.map(|row| first_word(row.0)).collect();
    assert_eq!(words, PAGES.iter().copied().collect(), "a page has no row");
    let told: Vec<&str> = ops::PATHS.iter().map(|(path, _)| *path).collect();
    assert_eq!(told, WATCHED, "what whoever watches is told");
}

fn first_word(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or("")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_beside_the_routes_lets_in_whom_its_row_says() {
    let world = sandbox().await;
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("files");
    std::fs::create_dir(&root).expect("made");
    crate::files::prepare(&root);
    world.gateway.serve_files(root);
    let ann = Person::join(&world, ANN).await;
    let ended = ann.page().await;
    let signed_out = super::send(&world, ("DELETE", "/v1/session"), &ended, "").await;
    assert_eq!(signed_out.status, 200, "{}", signed_out.body);
    let page = ann.page().await;
    let elsewhere = format!("{}{FOREIGN}", without(&page, "Origin"));
    let askers = [
        ("nobody", String::new(), 0),
        ("a key", key_header(&ann.key), 0),
        ("a key of nobody", "X-MBX-APIKEY: none\r\n".to_owned(), 0),
        ("a page", page, 0),
        ("a page of another origin", elsewhere, 403),
        ("a page whose session has ended", ended, 401),
    ];
    for (path, mount, may, status) in MOUNTED {
        for (asker, headers, refused) in &askers {
            let expected = match may {
                May::OwnPages if *refused != 0 => *refused,
                _ => *status,
            };
            let told = ask(&world, path, *mount, headers).await;
            assert_eq!(told, expected, "{path} by {asker}");
        }
    }
    for path in WATCHED {
        assert_eq!(world.watch(path).await.status, 200, "{path}");
    }
}

/// Returns the status of what is answered.
async fn ask(world: &World, path: &str, mount: Mount, headers: &str) -> u16 {
    let is_socket = matches!(mount, Mount::Streams | Mount::Requests);
    let upgrade = if is_socket { UPGRADE } else { "" };
    let headers = format!("{headers}{upgrade}");
    let mut client = world.client().await;
    client.send("GET", path, &headers, "").await.status
}
