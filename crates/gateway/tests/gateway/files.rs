//! Market-data files over HTTP.

use std::fs;
use std::path::Path;

use gateway::config::{Limiting, RequestLimits};

use crate::client::{Answer, Client};
use crate::world::{Setting, World};

const FOLDER: &str = "spot/daily/trades/BTCUSDT";
pub const FILE: &str = "/data/spot/daily/trades/BTCUSDT/BTCUSDT-trades-2024-08-08.zip";
/// More than one piece, and no whole number of pieces.
const FILE_BYTES: usize = 200_001;

/// Returns a text that is not the same anywhere.
fn content() -> Vec<u8> {
    let numbers = (0..FILE_BYTES as u64).map(|number| number * number);
    numbers.map(|number| b'a' + (number % 23) as u8).collect()
}

pub fn prepare(root: &Path) {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder).expect("made");
    let put = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("written");
    put("BTCUSDT-trades-2024-08-08.zip", &content());
    let line = format!("{}  BTCUSDT-trades-2024-08-08.zip\n", "ab".repeat(32));
    put("BTCUSDT-trades-2024-08-08.zip.CHECKSUM", line.as_bytes());
    put("BTCUSDT-trades-2024-08-09.zip", b"no checksum yet");
    put(".BTCUSDT-trades-2024-08-10.zip.part", b"half");
    put("notes.txt", b"private");
    fs::create_dir_all(root.join(".under-way")).expect("made");
    fs::write(root.join(".under-way/a.zip"), b"spool").expect("written");
    fs::write(root.join("../secret.zip"), b"secret").expect("written");
    std::os::unix::fs::symlink(root.join("../secret.zip"), folder.join("link.zip"))
        .expect("linked");
}

/// A world whose files lie in a folder of a folder.
struct Place {
    client: Client,
    _world: World,
    _folder: tempfile::TempDir,
}

async fn open(setting: Setting) -> Place {
    let world = World::start_with(setting).await;
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("files");
    fs::create_dir(&root).expect("made");
    prepare(&root);
    world.gateway.serve_files(root);
    Place {
        client: Client::connect(world.address).await,
        _world: world,
        _folder: folder,
    }
}

async fn get(place: &mut Place, target: &str, headers: &str) -> Answer {
    place.client.send("GET", target, headers, "").await
}

#[tokio::test]
async fn a_file_comes_whole_and_is_known_again() {
    let mut place = open(Setting::STANDARD).await;
    let whole = get(&mut place, FILE, "").await;
    assert_eq!((whole.status, &whole.bytes), (200, &content()));
    let tag = whole.header("etag").expect("a tag").to_owned();
    assert_eq!(tag, format!("\"{}\"", "ab".repeat(32)));
    for (name, value) in [
        ("content-type", "application/zip"),
        ("content-length", "200001"),
        ("accept-ranges", "bytes"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
        ("x-mbx-used-weight-1m", "1"),
    ] {
        assert_eq!(whole.header(name), Some(value));
    }
    let again = get(&mut place, FILE, &format!("If-None-Match: {tag}\r\n")).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    let other = get(&mut place, FILE, "If-None-Match: \"other\"\r\n").await;
    assert_eq!(other.status, 200);
    let checksum = get(&mut place, &format!("{FILE}.CHECKSUM"), "").await;
    assert_eq!(
        checksum.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(checksum.body.ends_with("  BTCUSDT-trades-2024-08-08.zip\n"));
    assert_ne!(checksum.header("etag"), Some(&*tag));
}

#[tokio::test]
async fn a_download_that_broke_off_goes_on() {
    let mut place = open(Setting::STANDARD).await;
    let content = content();
    for (range, expected) in [
        ("bytes=0-9", &content[..10]),
        ("bytes=65530-140000", &content[65_530..=140_000]),
        ("bytes=200000-", &content[200_000..]),
        ("bytes=-5", &content[FILE_BYTES - 5..]),
    ] {
        let part = get(&mut place, FILE, &format!("Range: {range}\r\n")).await;
        assert_eq!((part.status, &*part.bytes), (206, expected), "{range}");
    }
    let part = get(&mut place, FILE, "Range: bytes=1-2\r\n").await;
    assert_eq!(part.header("content-range"), Some("bytes 1-2/200001"));
    let beyond = get(&mut place, FILE, "Range: bytes=200001-\r\n").await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), Some("bytes */200001"));
    let changed = "Range: bytes=1-2\r\nIf-Range: \"other\"\r\n";
    assert_eq!(get(&mut place, FILE, changed).await.status, 200);
}

#[tokio::test]
async fn folders_are_listed_for_people_and_for_programs() {
    let mut place = open(Setting::STANDARD).await;
    let root = get(&mut place, "/data?format=json", "").await.json();
    assert_eq!(
        root,
        serde_json::json!({"path": "", "folders": ["spot"], "files": []})
    );
    let target = format!("/data/{FOLDER}/");
    let listed = get(&mut place, &target, "Accept: application/json\r\n").await;
    let expected = serde_json::json!({"path": FOLDER, "folders": [], "files": [
        {"name": "BTCUSDT-trades-2024-08-08.zip", "bytes": FILE_BYTES},
        {"name": "BTCUSDT-trades-2024-08-08.zip.CHECKSUM", "bytes": 96},
        {"name": "BTCUSDT-trades-2024-08-09.zip", "bytes": 15},
    ]});
    assert_eq!(listed.json(), expected);
    let after = format!("{target}?format=json&after=BTCUSDT-trades-2024-08-08.zip.CHECKSUM");
    let rest = get(&mut place, &after, "").await.json();
    assert_eq!(rest["files"][0]["name"], "BTCUSDT-trades-2024-08-09.zip");
    let page = get(&mut place, &target, "").await;
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.body.contains(&format!("<a href=\"{FILE}\">")),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains("<a href=\"/data/spot/daily/trades/\">../</a>")
    );
    for hidden in ["part", "notes", "link", "under-way"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_long_folder_is_listed_in_parts() {
    let world = World::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..2_100 {
        fs::write(folder.path().join(format!("{number:04}.zip")), b"").expect("written");
    }
    world.gateway.serve_files(folder.path().to_owned());
    let mut client = Client::connect(world.address).await;
    let (mut names, mut after) = (Vec::new(), String::new());
    for count in [1_000, 1_000, 100] {
        let list = client
            .get(&format!("/data/?format=json{after}"))
            .await
            .json();
        let files = list["files"].as_array().expect("files").clone();
        assert_eq!(files.len(), count);
        names.extend(files.iter().map(|file| file["name"].to_string()));
        after = match list["next"].as_str() {
            Some(next) => format!("&after={next}"),
            None => break,
        };
    }
    assert_eq!(names.len(), 2_100);
    assert!(names.is_sorted());
}

#[tokio::test]
async fn nothing_else_is_served() {
    let mut place = open(Setting::STANDARD).await;
    for target in [
        "/data/../secret.zip",
        "/data/spot/../../secret.zip",
        "/data/%2e%2e/secret.zip",
        "/data/..%2fsecret.zip",
        "/data/.under-way/a.zip",
        "/data/.under-way",
        "/data/spot/daily/trades/BTCUSDT/.BTCUSDT-trades-2024-08-10.zip.part",
        "/data/spot/daily/trades/BTCUSDT/notes.txt",
        "/data/spot/daily/trades/BTCUSDT/link.zip",
        "/data/spot/daily/trades/BTCUSDT/none.zip",
        "/data/spot/daily/trades/none/",
        "/data//spot/daily/trades/BTCUSDT/../notes.txt",
    ] {
        let answer = get(&mut place, target, "").await;
        assert_eq!(answer.status, 404, "{target}: {}", answer.body);
    }
    for (target, code) in [("/data/?after=../x", -1100), ("/data/?format=xml", -1100)] {
        assert_eq!(
            get(&mut place, target, "").await.error().1,
            code,
            "{target}"
        );
    }
    let posted = place.client.send("POST", FILE, "", "").await;
    assert_eq!(
        (posted.status, posted.header("allow")),
        (405, Some("GET, HEAD"))
    );
}

#[tokio::test]
async fn files_weigh_on_the_limit_of_their_address() {
    let mut limits = RequestLimits::UPSTREAM;
    limits.weight_per_minute = 3;
    let setting = Setting {
        limiting: Limiting::Limited(limits),
        ..Setting::STANDARD
    };
    let mut place = open(setting).await;
    for _ in 0..3 {
        assert_eq!(get(&mut place, FILE, "").await.status, 200);
    }
    let limited = get(&mut place, FILE, "").await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").is_some());
}

#[tokio::test]
async fn without_files_there_is_no_such_path() {
    let world = World::start().await;
    let mut client = Client::connect(world.address).await;
    assert_eq!(client.get("/data/").await.status, 404);
}
