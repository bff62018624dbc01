//! A connection that ends when its peer sends and sends without ever finishing a message.
//!
//! The frame reader bounds a frame and a message, but not how many empty pieces a message may be made of.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Counts the bytes read since the last whole message.
#[derive(Debug)]
pub struct Metered<S> {
    inner: S,
    read_bytes: usize,
    read_bytes_max: usize,
}

impl<S> Metered<S> {
    /// Returns a connection on which a message may take `read_bytes_max` bytes with everything around it.
    pub fn new(inner: S, read_bytes_max: usize) -> Metered<S> {
        Metered {
            inner,
            read_bytes: 0,
            read_bytes_max,
        }
    }

    /// Starts counting anew: a whole message has been read.
    pub fn reset(&mut self) {
        self.read_bytes = 0;
    }

    /// Returns the connection without its meter.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read_bytes_max < self.read_bytes {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        self.read_bytes += buffer.filled().len() - before;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
