//! A request on its way, in every form that a destination asks for.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::ledger::Stream;

use super::Failure;
use super::buffers::Buffers;
#[cfg(all(feature = "gzip", any(feature = "otlp-grpc", feature = "otlp-http")))]
use super::gzip;
#[cfg(feature = "json")]
use super::json;

/// The length of gRPC's frame header: whether it is compressed, and the message's length.
pub(crate) const FRAME: usize = 5;

/// An export request, ready to be sent. Clones share its bytes, so another attempt or another destination copies
/// nothing.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) stream: Stream,
    pub(crate) items: u64,
    /// The request as gRPC frames it.
    framed: Bytes,
    #[cfg_attr(
        not(any(
            feature = "json",
            all(feature = "gzip", any(feature = "otlp-grpc", feature = "otlp-http"))
        )),
        expect(dead_code, reason = "nothing asks for another form")
    )]
    forms: Arc<Forms>,
}

/// The other forms of a request: each is made when it is first asked for, and then kept for further attempts and
/// for other destinations.
#[derive(Debug, Default)]
#[cfg_attr(
    not(all(feature = "gzip", feature = "json", feature = "otlp-http")),
    expect(dead_code, reason = "nothing asks for some of the forms")
)]
struct Forms {
    buffers: Buffers,
    compressed: OnceLock<Result<Bytes, Failure>>,
    json: OnceLock<Result<Bytes, Failure>>,
    json_compressed: OnceLock<Result<Bytes, Failure>>,
}

impl Batch {
    /// A batch from a request's protobuf bytes, which stand behind [`FRAME`] bytes of room.
    pub(crate) fn new(stream: Stream, items: u64, mut message: Vec<u8>) -> Self {
        write_frame(&mut message, false);
        Self::framed_already(stream, items, Bytes::from(message), &Buffers::default())
    }

    /// A request with nothing in it, which is valid and leaves nothing behind.
    pub(crate) fn empty(stream: Stream) -> Self {
        Self::new(stream, 0, vec![0; FRAME])
    }

    /// A batch from a request with its frame; other forms of it take their memory from `buffers`.
    pub(super) fn framed_already(stream: Stream, items: u64, framed: Bytes, buffers: &Buffers) -> Self {
        let forms = Forms { buffers: buffers.clone(), ..Forms::default() };
        Self { stream, items, framed, forms: Arc::new(forms) }
    }

    /// The request's protobuf bytes.
    pub(crate) fn message(&self) -> Bytes {
        self.framed.slice(FRAME..)
    }

    /// The request's protobuf bytes behind the header gRPC wants.
    #[cfg(feature = "otlp-grpc")]
    pub(super) fn framed(&self) -> Bytes {
        self.framed.clone()
    }

    /// The request's protobuf bytes, compressed, behind the header gRPC wants.
    ///
    /// # Errors
    ///
    /// When it cannot be compressed.
    #[cfg(all(feature = "gzip", any(feature = "otlp-grpc", feature = "otlp-http")))]
    pub(super) fn compressed(&self) -> Result<Bytes, Failure> {
        let Forms { buffers, compressed, .. } = &*self.forms;
        compressed.get_or_init(|| gzip::framed(&self.message(), buffers)).clone()
    }

    /// The request as one line of OTLP/JSON.
    ///
    /// # Errors
    ///
    /// When the request is not valid protobuf, which is a bug.
    #[cfg(feature = "json")]
    pub(super) fn json(&self) -> Result<Bytes, Failure> {
        self.forms.json.get_or_init(|| json::line(self.stream, &self.message())).clone()
    }

    /// The request as one line of OTLP/JSON, compressed, behind the header gRPC wants.
    ///
    /// # Errors
    ///
    /// When the request is not valid protobuf, or cannot be compressed.
    #[cfg(all(feature = "gzip", feature = "json", feature = "otlp-http"))]
    pub(super) fn json_compressed(&self) -> Result<Bytes, Failure> {
        let Forms { buffers, json_compressed, .. } = &*self.forms;
        json_compressed.get_or_init(|| gzip::framed(&self.json()?, buffers)).clone()
    }
}

/// Writes the frame header in front of a message that stands behind room for it.
pub(super) fn write_frame(message: &mut [u8], compressed: bool) {
    // A request is a mebibyte, or a single record out of a budget far below 4 GiB.
    let len = (message.len() - FRAME) as u32;
    message[0] = u8::from(compressed);
    message[1..FRAME].copy_from_slice(&len.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    fn batch(message: &[u8]) -> Batch {
        Batch::new(Stream::Traces, 1, [&[0; FRAME], message].concat())
    }

    #[test]
    fn every_form_is_made_once_for_all_who_ask() {
        // A resource with a schema URL: `resource_spans`, `schema_url`.
        let batch = batch(b"\x0a\x05\x1a\x03url");
        let other = batch.clone();
        assert_eq!(batch.compressed().unwrap().as_ptr(), other.compressed().unwrap().as_ptr());
        assert_eq!(batch.json().unwrap().as_ptr(), other.json().unwrap().as_ptr());
        assert_eq!(batch.json_compressed().unwrap().as_ptr(), other.json_compressed().unwrap().as_ptr());
        assert_eq!(batch.json().unwrap(), r#"{"resourceSpans":[{"schemaUrl":"url"}]}"#);
        assert_eq!(batch.framed().as_ptr().wrapping_add(FRAME), batch.message().as_ptr());
    }

    proptest! {
        #[test]
        fn what_is_compressed_is_the_message(message: Vec<u8>, buffered: bool) {
            let batch = batch(&message);
            // A buffer that was used before leaves nothing behind.
            if buffered {
                let buffers = Buffers::default();
                buffers.keep(vec![0xff; 10_000]);
                let framed = gzip::framed(&message, &buffers).unwrap();
                prop_assert_eq!(&framed, &batch.compressed().unwrap());
            }
            let framed = batch.compressed().unwrap();
            let (head, compressed) = framed.split_at(FRAME);
            prop_assert_eq!(head[0], 1);
            prop_assert_eq!(&head[1..], (compressed.len() as u32).to_be_bytes());
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(compressed).read_to_end(&mut plain).unwrap();
            prop_assert_eq!(plain, message);
        }
    }
}
