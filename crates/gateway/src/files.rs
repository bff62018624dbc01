//! Market-data files under `/data`: archives that are read from a folder, and lists of what is there.
//!
//! A path is made of names of letters, digits, `.`, `_` and `-`, none of which begins with a point; whatever else is asked
//! for is not there, so that no path leads out of the folder. Files are read beside the runtime, a piece at a time, as
//! fast as the client takes them.

mod answer;
mod downloads;
mod listing;
mod range;

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, Response};
use wire::binance::error::{Fault, Refusal};

use self::downloads::Downloads;
use crate::clock;
use crate::correlation;
use crate::gateway::Gateway;
use crate::refused::Who;
use crate::reply::{Reply, Sharing, add_allowed};

const PREFIX: &str = "/data";
/// What a list or a file weighs.
const WEIGHT: u32 = 1;
/// What is asked for, where refusals are written down.
const FILES: &str = "files";
const NAMES_MAX: usize = 8;
const NAME_BYTES_MAX: usize = 80;
/// When whoever finds too many files under way is told to come again.
const RETRY_SECONDS: i64 = 5;
const ARCHIVE: &str = ".zip";
const CHECKSUM: &str = ".zip.CHECKSUM";
const DIGEST_CHARS: usize = 64;

/// The folder that is served, and how much of it is under way.
pub struct Files {
    root: PathBuf,
    downloads: Arc<Downloads>,
}

/// What a path leads to.
enum Found {
    File(FoundFile),
    Folder(listing::Listing),
}

/// An open file.
struct FoundFile {
    file: File,
    size_bytes: u64,
    kind: FileKind,
    /// The digest that its checksum names, by which it is known again.
    digest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Archive,
    Checksum,
}

impl Files {
    /// Returns the files below a folder, which need not be there yet.
    pub fn below(root: PathBuf) -> Files {
        Files {
            root,
            downloads: Arc::default(),
        }
    }
}

/// Returns whether a path is one of files.
pub fn is_file_path(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers a request for a file or a list of files.
pub async fn answer(gateway: &Gateway, address: IpAddr, parts: &Parts) -> Response<Body> {
    correlation::note_path(PREFIX);
    let unknown = || gateway.refuse_unread(address, Refusal::of(Fault::RouteUnknown));
    let Some(files) = gateway.files() else {
        return unknown();
    };
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let refusal = Refusal::of(Fault::MethodNotAllowed);
        let mut response = gateway.refuse_unread(address, refusal);
        add_allowed(response.headers_mut(), ["GET", "HEAD"].into_iter());
        return response;
    }
    let Some(names) = names_of(parts.uri.path()) else {
        return unknown();
    };
    let now = clock::now();
    let used = match gateway.limiter().charge(address, WEIGHT, now) {
        Ok(used) => used,
        Err(limited) => {
            gateway.note_refusal(&limited.refusal, FILES, (Who::Unknown, address), now);
            let used = gateway.limiter().used(address, now);
            return Reply::from(limited).into_response(used, Sharing::AnyOrigin);
        }
    };
    let refused = |reply: Reply| reply.into_response(used, Sharing::AnyOrigin);
    let wish = listing::Wish::of(parts.uri.query().unwrap_or(""), &parts.headers);
    let wish = match wish {
        Ok(wish) => wish,
        Err(refusal) => return refused(refusal.into()),
    };
    let Some(download) = files.downloads.begin(address) else {
        let mut reply = Reply::from(Refusal::of(Fault::Overloaded));
        reply.retry_after_seconds = Some(RETRY_SECONDS);
        return refused(reply);
    };
    let root = files.root.clone();
    let found = tokio::task::spawn_blocking(move || find(&root, &names, &wish)).await;
    match found {
        Ok(Ok(Found::File(file))) => answer::of_file(file, parts, download, used),
        Ok(Ok(Found::Folder(listing))) => refused(listing.reply()),
        Ok(Err(error)) if error.kind() == ErrorKind::NotFound => {
            refused(Refusal::of(Fault::RouteUnknown).into())
        }
        _ => refused(Refusal::of(Fault::Disconnected).into()),
    }
}

/// Returns the names that a path is made of, if it is one that can be there.
fn names_of(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix(PREFIX)?.trim_start_matches('/');
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.is_empty() {
        return Some(Vec::new());
    }
    let names: Vec<&str> = rest.split('/').collect();
    let is_legal = names.len() <= NAMES_MAX && names.iter().all(|name| is_name(name));
    is_legal.then(|| names.into_iter().map(str::to_owned).collect())
}

/// Returns whether a name is one of ours: nothing hidden, no way up, nothing that HTML would read otherwise.
fn is_name(name: &str) -> bool {
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_short = (1..=NAME_BYTES_MAX).contains(&name.len());
    is_short
        && mutant::plant!("hidden-file-served", true, !name.starts_with('.'))
        && name.bytes().all(is_char)
}

/// Returns what kind of file a name is; others are not served.
fn kind_of(name: &str) -> Option<FileKind> {
    if name.ends_with(CHECKSUM) {
        Some(FileKind::Checksum)
    } else if name.ends_with(ARCHIVE) {
        Some(FileKind::Archive)
    } else {
        None
    }
}

/// Opens what a path leads to. Blocks.
fn find(root: &Path, names: &[String], wish: &listing::Wish) -> std::io::Result<Found> {
    let path = names
        .iter()
        .fold(root.to_owned(), |path, name| path.join(name));
    let metadata = match fs::symlink_metadata(&path) {
        // Before the first day is over there is nothing to list.
        Err(error) if error.kind() == ErrorKind::NotFound && names.is_empty() => {
            return Ok(Found::Folder(listing::Listing::empty(wish)));
        }
        found => found?,
    };
    if metadata.is_dir() {
        return Ok(Found::Folder(listing::Listing::read(&path, names, wish)?));
    }
    let kind = names.last().and_then(|name| kind_of(name));
    let (Some(kind), true) = (kind, metadata.is_file()) else {
        return Err(ErrorKind::NotFound.into());
    };
    let file = File::open(&path)?;
    let size_bytes = file.metadata()?.len();
    Ok(Found::File(FoundFile {
        file,
        size_bytes,
        kind,
        digest: digest_of(&path, kind),
    }))
}

/// Returns the digest that the checksum of a file names.
fn digest_of(path: &Path, kind: FileKind) -> Option<String> {
    let path = match kind {
        FileKind::Checksum => path.to_owned(),
        FileKind::Archive => path.with_extension("zip.CHECKSUM"),
    };
    let mut digest = String::new();
    let file = File::open(path).ok()?;
    file.take(DIGEST_CHARS as u64)
        .read_to_string(&mut digest)
        .ok()?;
    let is_digest = digest.len() == DIGEST_CHARS && digest.bytes().all(|it| it.is_ascii_hexdigit());
    is_digest.then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in [
            "/data/..",
            "/data/../journal",
            "/data/spot/../../journal",
            "/data/%2e%2e/journal",
            "/data/..%2fjournal",
            "/data//etc/passwd/.",
            "/data/spot//daily",
            "/data/.under-way/0-Trades",
            "/data/spot/.BTCUSDT-trades-2024-08-08.zip.part",
            "/data/spot\\daily",
            "/data/a b",
            "/data/a\0b",
            "/data/a/b/c/d/e/f/g/h/i",
        ] {
            assert_eq!(names_of(path), None, "{path}");
        }
        let names = names_of("/data/spot/daily/").expect("a folder");
        assert_eq!(names, ["spot", "daily"]);
        assert_eq!(names_of("/data").expect("the root"), [""; 0]);
        assert!(!is_file_path("/database") && is_file_path("/data/x"));
    }
}
