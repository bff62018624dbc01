//! A file on its way to the client.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use futures_util::stream::try_unfold;

use super::downloads::Download;
use super::range::{Wanted, wanted};
use super::{FileKind, FoundFile};
use crate::reply::add_used_weight;

/// A file is read in pieces of this length.
const PIECE_BYTES: usize = 1 << 16;

/// Returns the answer that sends a file, or the part of it that is asked for.
pub fn of_file(
    found: FoundFile,
    parts: &Parts,
    download: Download,
    used_weight: u32,
) -> Response<Body> {
    let tag = found.tag();
    let wanted = wanted(&parts.headers, found.size_bytes, tag.as_deref());
    let (status, range) = match wanted {
        Wanted::Whole => (StatusCode::OK, (0, found.size_bytes)),
        Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, (first, last + 1 - first)),
        Wanted::Beyond => (StatusCode::RANGE_NOT_SATISFIABLE, (0, 0)),
        Wanted::Nothing => (StatusCode::NOT_MODIFIED, (0, 0)),
    };
    let mut headers = HeaderMap::new();
    put_shared(&mut headers, &found, tag.as_deref());
    add_used_weight(&mut headers, used_weight);
    match wanted {
        Wanted::Part(first, last) => {
            let range = format!("bytes {first}-{last}/{}", found.size_bytes);
            put(&mut headers, CONTENT_RANGE, &range);
        }
        Wanted::Beyond => {
            let range = format!("bytes */{}", found.size_bytes);
            put(&mut headers, CONTENT_RANGE, &range);
        }
        Wanted::Whole | Wanted::Nothing => {}
    }
    let (first, count) = range;
    if wanted != Wanted::Nothing {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(count));
    }
    let has_body = 0 < count && parts.method != Method::HEAD;
    let body = if has_body {
        sent(found.file, first, count, download)
    } else {
        Body::empty()
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

impl FoundFile {
    /// Returns what this file is known by: what is in it, and that is for ever.
    fn tag(&self) -> Option<String> {
        let digest = self.digest.as_deref()?;
        Some(match self.kind {
            FileKind::Archive => format!("\"{digest}\""),
            FileKind::Checksum => format!("\"checksum-{digest}\""),
        })
    }
}

fn put_shared(headers: &mut HeaderMap, found: &FoundFile, tag: Option<&str>) {
    let media_type = match found.kind {
        FileKind::Archive => "application/zip",
        FileKind::Checksum => "text/plain; charset=utf-8",
    };
    for (name, value) in [
        (CONTENT_TYPE, media_type),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (ACCEPT_RANGES, "bytes"),
        (CACHE_CONTROL, "public, max-age=3600"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(tag) = tag {
        put(headers, ETAG, tag);
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// What is left to send.
struct Rest {
    file: File,
    left_bytes: u64,
    /// Free for the next client when this is gone.
    _download: Download,
}

/// Returns a body that reads the next piece once the client has taken the last.
fn sent(file: File, first: u64, count: u64, download: Download) -> Body {
    let rest = Rest {
        file,
        left_bytes: count,
        _download: download,
    };
    let start = Some(first);
    Body::from_stream(try_unfold((rest, start), |(rest, start)| async move {
        if rest.left_bytes == 0 {
            return Ok(None);
        }
        let read = tokio::task::spawn_blocking(move || rest.next(start)).await;
        let (piece, rest) = read.map_err(io::Error::other)??;
        Ok::<_, io::Error>(Some((piece, (rest, None))))
    }))
}

impl Rest {
    /// Reads the next piece, from `start` on where it is the first. Blocks.
    fn next(mut self, start: Option<u64>) -> io::Result<(Vec<u8>, Rest)> {
        if let Some(start) = start {
            self.file.seek(SeekFrom::Start(start))?;
        }
        let most = usize::try_from(self.left_bytes).unwrap_or(PIECE_BYTES);
        let mut piece = vec![0; most.min(PIECE_BYTES)];
        self.file.read_exact(&mut piece)?;
        self.left_bytes -= piece.len() as u64;
        Ok((piece, self))
    }
}
