//! One request and its answer: read as it was told, entered in the inbox, answered as it was told.

use std::future;
use std::sync::Arc;

use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

use crate::ledger::Stream;

use super::answer::{Answer, Moment};
use super::attempt::Fate;
use super::body::AnswerBody;
use super::dialect::{Dialect, Unread};
use super::inbox::{Arrival, Body, Inbox};
use super::line::Line;
use super::reading::{Pace, Reader};
use super::received::RequestHead;
use super::signal::Export;

/// Room for what a transport puts around a message.
const FRAMING: usize = 64;

/// What all exchanges of a port share.
pub(super) struct Exchanges {
    pub(super) inbox: Arc<Inbox>,
    pub(super) max_request_bytes: usize,
}

impl Exchanges {
    /// Answers one request that came over `line`: as late as it was told to, which may be never.
    pub(super) async fn answer<D: Dialect>(
        &self,
        request: Request<Incoming>,
        line: Arc<Line>,
    ) -> Response<AnswerBody> {
        let (head, body) = request.into_parts();
        let stream = match D::admit(&head) {
            Ok(stream) => stream,
            Err(objection) => return D::respond(&objection),
        };
        let arrival = self
            .inbox
            .arrived(D::TRANSPORT, stream, || RequestHead::new(D::TRANSPORT, head.uri.path(), &head.headers));
        let (delay, told) = arrival.answer.and_delay();
        let mut reader = Reader::new(body);
        if self.breaks_off::<D>(&head, &arrival, told, &mut reader).await {
            if matches!(told, Answer::Disconnect(_)) {
                line.hang_up();
            }
            return future::pending().await;
        }
        if let Err(unread) = self.read::<D>(&head, stream, &arrival, told, &mut reader).await {
            self.inbox.unread(&arrival, unread.into());
            self.inbox.answered(&arrival);
            return D::respond(&D::complaint(unread));
        }
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let response = D::respond(&told.reply(stream));
        match told {
            Answer::Silent => future::pending().await,
            Answer::Disconnect(Moment::InsideTheAnswer { after }) => {
                self.inbox.answered(&arrival);
                response.map(|body| body.cut(*after, line))
            }
            Answer::Disconnect(_) => {
                line.hang_up();
                future::pending().await
            }
            _ => {
                self.inbox.answered(&arrival);
                response
            }
        }
    }

    /// Whether a request was left unread because the answer to it is to break off.
    async fn breaks_off<D: Dialect>(
        &self,
        head: &Parts,
        arrival: &Arrival,
        told: &Answer,
        reader: &mut Reader,
    ) -> bool {
        match told {
            Answer::Disconnect(Moment::BeforeReading) => {}
            Answer::Disconnect(Moment::HalfwayThroughTheRequest) => {
                // Without a length there is something once something has come.
                reader.read_until(|begun| D::length(head, begun).map_or(1, |length| length / 2)).await;
            }
            Answer::Stalled { after } => reader.read_until(|_| *after).await,
            _ => return false,
        }
        self.inbox.unread(arrival, Fate::BrokenOff);
        true
    }

    /// Reads a request and enters it.
    async fn read<D: Dialect>(
        &self,
        head: &Parts,
        stream: Stream,
        arrival: &Arrival,
        told: &Answer,
        reader: &mut Reader,
    ) -> Result<(), Unread> {
        let pace = match told {
            Answer::Slow { bytes, every } => Pace::Slow { bytes: *bytes, every: *every },
            _ => Pace::Free,
        };
        let body = reader.read_all(pace, self.max_request_bytes.saturating_add(FRAMING)).await?;
        let bytes = body.len();
        let message = D::message(head, body, self.max_request_bytes)?;
        let body = Body { bytes, compressed: message.compressed, message: &message.bytes };
        match stream {
            Stream::Traces => self.enter::<ExportTraceServiceRequest>(arrival, &body),
            Stream::Logs => self.enter::<ExportLogsServiceRequest>(arrival, &body),
            Stream::Metrics => self.enter::<ExportMetricsServiceRequest>(arrival, &body),
        }
    }

    fn enter<E: Export>(&self, arrival: &Arrival, body: &Body<'_>) -> Result<(), Unread> {
        let export = E::decode(body.message).map_err(|_| Unread::Malformed)?;
        self.inbox.read(arrival, body, export);
        Ok(())
    }
}
