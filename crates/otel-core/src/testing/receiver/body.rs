//! The body of an answer, which may be cut off.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

use super::line::Line;

/// A body in one piece, with trailers when there are any.
pub(super) struct AnswerBody {
    data: Bytes,
    /// The length of the whole body, when the head announces it.
    announced: Option<u64>,
    trailers: Option<HeaderMap>,
    /// The connection that ends with the data, before what should come behind it.
    cut: Option<Arc<Line>>,
}

impl AnswerBody {
    /// A body whose length is announced.
    pub(super) fn whole(data: Bytes) -> Self {
        Self { announced: Some(data.len() as u64), data, trailers: None, cut: None }
    }

    /// A body with trailers behind it.
    pub(super) const fn with_trailers(data: Bytes, trailers: HeaderMap) -> Self {
        Self { data, announced: None, trailers: Some(trailers), cut: None }
    }

    /// The same body, of which only the first bytes are sent before `line` is hung up.
    pub(super) fn cut(mut self, after: usize, line: Arc<Line>) -> Self {
        self.data.truncate(after);
        self.cut = Some(line);
        self
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.data.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.data)))));
        }
        if let Some(line) = &self.cut {
            // Nothing wakes it: the connection ends instead.
            line.hang_up_when_flushed();
            return Poll::Pending;
        }
        Poll::Ready(self.trailers.take().map(|trailers| Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_empty() && self.trailers.is_none() && self.cut.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
