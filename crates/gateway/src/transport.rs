//! The byte stream under HTTP, where clients are more liberal than the HTTP library.
//!
//! Three things, and nothing else: quotation marks in a request's target are percent-encoded before the library sees them
//! (`?symbols=["BTCUSDT"]` is common, and the library refuses it), what the library answers on its own to a broken
//! request gets a body with code and text like every other error, and whoever sends without a pause is read with pauses.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use memchr::memchr;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use wire::binance::error::{Fault, Refusal};

/// Says that a request was read to its end, so that what comes next is the line of another.
#[derive(Clone, Debug)]
pub struct RequestEnd(Arc<AtomicBool>);

impl RequestEnd {
    /// Notes that nothing of the request is unread.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the bytes that come in are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Incoming {
    /// The line of a request, up to its end.
    Line,
    /// Headers, a body, or another request that was sent before its predecessor was answered.
    Rest,
    /// Another protocol.
    Foreign,
}

/// How much is read before others are let in, the clock of whoever reads among them: bytes that make up nothing, such as
/// zeros before the length of a chunk, would else keep it busy for as long as they come.
const AT_ONCE_BYTES_MAX: usize = 64 << 10;

/// A socket with these changes.
#[derive(Debug)]
pub struct Transport {
    stream: TcpStream,
    incoming: Incoming,
    request_end: RequestEnd,
    /// Bytes read and changed that did not fit the reader's buffer.
    unread: Vec<u8>,
    /// Bytes read since others were let in.
    at_once_bytes: usize,
    /// Bytes of a changed answer that are still to be written.
    unwritten: Vec<u8>,
}

impl Transport {
    /// Returns the transport over a socket.
    pub fn new(stream: TcpStream) -> Transport {
        Transport {
            stream,
            incoming: Incoming::Line,
            request_end: RequestEnd(Arc::new(AtomicBool::new(false))),
            unread: Vec::new(),
            at_once_bytes: 0,
            unwritten: Vec::new(),
        }
    }

    /// Returns the flag by which the service tells that it has read a request to its end.
    pub fn request_end(&self) -> RequestEnd {
        self.request_end.clone()
    }

    fn deliver(&mut self, buffer: &mut ReadBuf<'_>) {
        let count = self.unread.len().min(buffer.remaining());
        buffer.put_slice(&self.unread[..count]);
        self.unread.drain(..count);
    }

    /// Looks at what was just read, from `start` of the buffer on.
    fn tolerate(&mut self, buffer: &mut ReadBuf<'_>, start: usize) {
        let read = &buffer.filled()[start..];
        let end = memchr(b'\n', read);
        let line = &read[..end.unwrap_or(read.len())];
        if end.is_some() {
            self.incoming = Incoming::Rest;
        }
        if memchr(b'"', line).is_some() {
            self.unread = [&escaped(line), &read[line.len()..]].concat();
            buffer.set_filled(start);
            self.deliver(buffer);
        }
    }

    /// Returns what is to be written instead of an answer of the library's own, and notes what answers mean.
    fn replacement(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.incoming == Incoming::Foreign || !bytes.starts_with(b"HTTP/1.1 ") {
            return None;
        }
        if bytes[9..].starts_with(b"101") {
            self.incoming = Incoming::Foreign;
            return None;
        }
        if self.request_end.0.swap(false, Ordering::Relaxed) {
            self.incoming = Incoming::Line;
        }
        own_answer(bytes)
    }

    fn poll_unwritten(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unwritten.is_empty() {
            let stream = Pin::new(&mut self.stream);
            let count = ready!(stream.poll_write(context, &self.unwritten))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.unwritten.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

fn escaped(line: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(line.len() + 32);
    for byte in line {
        match byte {
            b'"' => escaped.extend_from_slice(b"%22"),
            _ => escaped.push(*byte),
        }
    }
    escaped
}

/// Returns our answer in place of one the library makes on its own: an error without a body.
fn own_answer(bytes: &[u8]) -> Option<Vec<u8>> {
    let fault = match &bytes[9..12] {
        b"400" => Fault::Malformed,
        b"414" => Fault::HeadTooLarge,
        b"431" => Fault::HeadersTooLarge,
        _ => return None,
    };
    let head = core::str::from_utf8(bytes).ok()?;
    if head.to_ascii_lowercase().contains("content-type:") {
        return None;
    }
    let line = head.lines().next()?;
    let body = Refusal::of(fault).body();
    let head = format!(
        "{line}\r\ncontent-type: application/json;charset=UTF-8\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    Some([head.into_bytes(), body].concat())
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.unread.is_empty() {
            self.deliver(buffer);
            return Poll::Ready(Ok(()));
        }
        if AT_ONCE_BYTES_MAX <= self.at_once_bytes {
            self.at_once_bytes = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let start = buffer.filled().len();
        let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) else {
            self.at_once_bytes = 0;
            return Poll::Pending;
        };
        read?;
        self.at_once_bytes += buffer.filled().len() - start;
        if self.incoming == Incoming::Line {
            self.tolerate(buffer, start);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_unwritten(context))?;
        if let Some(answer) = self.replacement(bytes) {
            self.unwritten = answer;
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_unwritten(context))?;
        let first = slices.first().map_or(&[][..], |slice| slice);
        if let Some(answer) = self.replacement(first) {
            self.unwritten = answer;
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unwritten(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unwritten(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_without_a_body_of_its_own_is_replaced() {
        let bare = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        let replaced = own_answer(bare).expect("replaced");
        let text = String::from_utf8(replaced).expect("text");
        assert!(
            text.starts_with("HTTP/1.1 400 Bad Request\r\n") && text.contains("\"code\":-1000")
        );
        for kept in [
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n\r\n{}",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert_eq!(own_answer(kept.as_bytes()), None, "{kept}");
        }
    }

    #[test]
    fn quotation_marks_become_escapes() {
        assert_eq!(escaped(b"GET /?a=[\"B\"]"), b"GET /?a=[%22B%22]");
    }
}
