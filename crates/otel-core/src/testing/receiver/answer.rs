//! How the receiver answers: what a test tells it to do with a request.

use std::time::Duration;

use crate::ledger::Stream;

use super::grpc_status::{GrpcCode, GrpcStatus};
use super::http_status::HttpStatus;
use super::received::Transport;
use super::signal;

/// How the receiver answers a request.
///
/// An answer stands until it is changed, or is one step of a script: see
/// [`Receiver::script`](super::Receiver::script).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Everything is taken.
    #[default]
    Accept,
    /// Everything is taken, and these bytes stand where the answer's message should be: none at all, something
    /// that is no message, or more than a client will read.
    AcceptWith(Vec<u8>),
    /// A partial success: the request is recorded whole, and the answer says that some of it was rejected.
    Reject {
        /// How many spans, log records or metric points the answer says were rejected.
        items: i64,
        /// Why, in the answer's words.
        message: String,
    },
    /// gRPC `UNAVAILABLE`, HTTP 503: the request is refused, and may be sent again.
    Unavailable,
    /// gRPC `INVALID_ARGUMENT`, HTTP 400: the request is refused for good.
    InvalidArgument,
    /// A gRPC status. Over HTTP it is the status that a gateway makes of it.
    Grpc(GrpcStatus),
    /// An HTTP status. Over gRPC it is the answer of a proxy that knows nothing of gRPC.
    Http(HttpStatus),
    /// The request is recorded, and its answer never comes.
    Silent,
    /// The answer comes this much later.
    Late {
        /// How long the request lies there, read.
        by: Duration,
        /// What comes then.
        answer: Box<Answer>,
    },
    /// The request is read slowly, and then taken.
    Slow {
        /// How many bytes are read at a time.
        bytes: usize,
        /// How long each time takes.
        every: Duration,
    },
    /// No more of the request's body is read than this, for ever.
    Stalled {
        /// How many bytes are read before; a little more when they came together.
        after: usize,
    },
    /// The connection is closed, with everything else that is under way on it.
    Disconnect(Moment),
}

/// When a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// When the head of a request has come, and nothing of its body was read.
    BeforeReading,
    /// When half of the body was read. A body that came in one piece was sent whole by then.
    HalfwayThroughTheRequest,
    /// When the request was read whole and recorded, before anything is answered.
    BeforeTheAnswer,
    /// When the request was recorded, and the head of the answer and this many bytes of its body were sent.
    ///
    /// Over gRPC the status comes after the body, so a success that is cut never arrives as one. Over HTTP an
    /// answer is complete when its whole body was sent, which is two bytes long.
    InsideTheAnswer {
        /// How many bytes of the body.
        after: usize,
    },
}

impl Answer {
    /// The same answer, this much later.
    #[must_use]
    pub fn late(self, by: Duration) -> Self {
        Self::Late { by, answer: Box::new(self) }
    }

    /// What comes in the end, and how long it is held back.
    pub(super) fn and_delay(&self) -> (Duration, &Self) {
        match self {
            Self::Late { by, answer } => {
                let (more, answer) = answer.and_delay();
                (by.saturating_add(more), answer)
            }
            other => (Duration::ZERO, other),
        }
    }

    /// Whether a request that came by `transport` and is answered like this was taken, so that its items count as
    /// received.
    pub(super) fn takes(&self, transport: Transport) -> bool {
        match self {
            Self::Accept | Self::AcceptWith(_) | Self::Reject { .. } | Self::Silent | Self::Slow { .. } => {
                true
            }
            Self::Disconnect(moment) => {
                matches!(moment, Moment::BeforeTheAnswer | Moment::InsideTheAnswer { .. })
            }
            Self::Grpc(status) => status.is_ok(),
            // Who does not speak gRPC has not taken what was said in it.
            Self::Http(status) => transport == Transport::Http && status.is_success(),
            Self::Late { answer, .. } => answer.takes(transport),
            Self::Unavailable | Self::InvalidArgument | Self::Stalled { .. } => false,
        }
    }

    /// What is sent in the end. An answer that is about when and whether, and not about what, accepts.
    pub(super) fn reply(&self, stream: Stream) -> Reply {
        match self {
            Self::AcceptWith(message) => Reply::Message(message.clone()),
            Self::Reject { items, message } => Reply::Message(signal::partial(stream, *items, message)),
            Self::Unavailable => {
                Reply::Grpc(GrpcStatus::new(GrpcCode::Unavailable).message("told to be unavailable"))
            }
            Self::InvalidArgument => {
                Reply::Grpc(GrpcStatus::new(GrpcCode::InvalidArgument).message("told to refuse"))
            }
            Self::Grpc(status) => Reply::Grpc(status.clone()),
            Self::Http(status) => Reply::Http(status.clone()),
            Self::Late { answer, .. } => answer.reply(stream),
            // Something that can be cut.
            Self::Disconnect(_) => Reply::Message(signal::partial(stream, 0, "")),
            Self::Accept | Self::Silent | Self::Slow { .. } | Self::Stalled { .. } => {
                Reply::Message(Vec::new())
            }
        }
    }
}

impl From<GrpcStatus> for Answer {
    fn from(status: GrpcStatus) -> Self {
        Self::Grpc(status)
    }
}

impl From<HttpStatus> for Answer {
    fn from(status: HttpStatus) -> Self {
        Self::Http(status)
    }
}

/// What is sent as an answer, before either transport has put it into its own words.
pub(super) enum Reply {
    /// A success with this message; nothing is how the default of every message is encoded.
    Message(Vec<u8>),
    /// A gRPC status.
    Grpc(GrpcStatus),
    /// An HTTP status.
    Http(HttpStatus),
}
