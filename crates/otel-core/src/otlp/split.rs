//! Requests that are too large, halved.
//!
//! This is rare, so it is done the simple way: decoded, divided by items, and encoded again. What stands around the
//! items is repeated in both halves.

mod divide;
#[cfg(test)]
mod tests;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use crate::ledger::Stream;

use self::divide::Divide;
use super::{Batch, FRAME};

/// A request that cannot be divided: a single item, or one that is not valid protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsplittable {
    /// The items in it.
    pub(crate) items: u64,
}

impl Batch {
    /// Two requests that together hold the items of this one, as evenly as can be.
    ///
    /// # Errors
    ///
    /// When there is nothing to divide.
    pub(crate) fn split(&self) -> Result<(Self, Self), Unsplittable> {
        match self.stream {
            Stream::Traces => self.split_as::<ExportTraceServiceRequest>(),
            Stream::Logs => self.split_as::<ExportLogsServiceRequest>(),
            Stream::Metrics => self.split_as::<ExportMetricsServiceRequest>(),
        }
    }

    fn split_as<R: Message + Default + Divide>(&self) -> Result<(Self, Self), Unsplittable> {
        let unsplittable = Unsplittable { items: self.items };
        let mut first = R::decode(self.message()).map_err(|_| unsplittable)?;
        let items = first.items();
        if items < 2 || items as u64 != self.items {
            return Err(unsplittable);
        }
        let second = first.split_off(items / 2);
        Ok((encode(self.stream, &first), encode(self.stream, &second)))
    }
}

fn encode<R: Message + Divide>(stream: Stream, request: &R) -> Batch {
    let mut message = vec![0; FRAME];
    message.reserve(request.encoded_len());
    // A vector grows as far as it must, so encoding into one cannot fail.
    request.encode_raw(&mut message);
    Batch::new(stream, request.items() as u64, message)
}
