//! A connection that can be hung up from inside: by the request it carries, or by the answer to it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

/// What a connection's requests hold of it.
#[derive(Default)]
pub(super) struct Line {
    over: Notify,
    when_flushed: AtomicBool,
}

impl Line {
    /// Ends the connection.
    pub(super) fn hang_up(&self) {
        self.over.notify_one();
    }

    /// Ends the connection when everything that was written to it has left.
    pub(super) fn hang_up_when_flushed(&self) {
        self.when_flushed.store(true, Ordering::Relaxed);
    }

    /// Waits until someone hangs up.
    pub(super) async fn hung_up(&self) {
        self.over.notified().await;
    }

    fn flushed(&self) {
        if self.when_flushed.load(Ordering::Relaxed) {
            self.hang_up();
        }
    }
}

/// The bytes of a connection, watched for the moment at which all of them have left.
pub(super) struct Watched<S> {
    io: S,
    line: Arc<Line>,
}

impl<S> Watched<S> {
    pub(super) const fn new(io: S, line: Arc<Line>) -> Self {
        Self { io, line }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.line.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}
