//! Reading the body of a request within its bounds.

use std::sync::{Mutex, PoisonError};

use axum::http::Method;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::illegal;

use crate::config::Bounds;
use crate::transport::RequestEnd;

/// The body of a request that was not read yet.
pub struct RequestBody {
    incoming: Incoming,
    end: RequestEnd,
}

impl RequestBody {
    /// Returns the body; one without a byte is at its end already.
    pub fn new(incoming: Incoming, end: RequestEnd) -> RequestBody {
        if incoming.is_end_stream() {
            end.note();
        }
        RequestBody { incoming, end }
    }
}

/// A body that is read once whoever sends it is known.
pub struct Upload(Mutex<Option<RequestBody>>);

impl Upload {
    pub const fn new(body: RequestBody) -> Upload {
        Upload(Mutex::new(Some(body)))
    }
}

/// Returns the bytes of an upload.
///
/// # Errors
/// 413 above the bound, 408 when it comes too slowly or was read before.
pub async fn read_upload(
    upload: &Upload,
    bytes_max: usize,
    bounds: &Bounds,
) -> Result<Vec<u8>, Refusal> {
    let body = upload
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let body = body.ok_or_else(|| Refusal::of(Fault::BodyTooSlow))?;
    let RequestBody { incoming, end } = body;
    if (bytes_max as u64) < incoming.size_hint().lower() {
        return Err(Refusal::of(Fault::BodyTooLarge));
    }
    let read = tokio::time::timeout(bounds.upload_timeout, collect(incoming, bytes_max));
    let bytes = read.await.map_err(|_| Refusal::of(Fault::BodyTooSlow))??;
    end.note();
    Ok(bytes)
}

/// Returns the form body of a request; that of a GET is ignored.
///
/// # Errors
/// 413 above the bound, 408 when it comes too slowly, -1100 when it is no text.
pub async fn read_body(
    method: &Method,
    body: RequestBody,
    bounds: &Bounds,
) -> Result<String, Refusal> {
    let RequestBody { incoming, end } = body;
    if *method == Method::GET || incoming.is_end_stream() {
        return Ok(String::new());
    }
    if (bounds.body_bytes_max as u64) < incoming.size_hint().lower() {
        return Err(Refusal::of(Fault::BodyTooLarge));
    }
    let read = tokio::time::timeout(
        bounds.body_timeout,
        collect(incoming, bounds.body_bytes_max),
    );
    let bytes = read.await.map_err(|_| Refusal::of(Fault::BodyTooSlow))??;
    end.note();
    String::from_utf8(bytes).map_err(|_| illegal("body", "UTF-8"))
}

async fn collect(mut body: Incoming, bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        // A broken chunk or a lost peer: whoever is left reads that the body never came.
        let frame = frame.map_err(|_| Refusal::of(Fault::BodyTooSlow))?;
        let Ok(data) = frame.into_data() else {
            continue; // trailers
        };
        if bytes_max < bytes.len() + data.len() {
            return Err(Refusal::of(Fault::BodyTooLarge));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}
