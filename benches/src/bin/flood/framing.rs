//! Counts spans by walking the framing of an export request as it streams in; nothing is decoded or kept.
//!
//! `ExportTraceServiceRequest { resource_spans = 1 }`, `ResourceSpans { scope_spans = 2 }`, `ScopeSpans { spans = 2 }`:
//! every field on the way is length-delimited, so a walk is tags, lengths, and skips.

/// The field to descend into, or to count, at each level.
const WANTED: [u64; 3] = [1, 2, 2];

/// The bytes of a gRPC message before its protobuf: a compression flag and a length.
const GRPC_PREFIX: u64 = 5;

/// A walk through one request.
#[derive(Debug)]
pub(crate) struct Walk {
    /// The spans so far.
    pub(crate) spans: u64,
    /// Whether something was not what an uncompressed request looks like.
    pub(crate) malformed: bool,
    at: u64,
    skip_to: u64,
    /// Where the messages that the walk is inside end.
    ends: [u64; WANTED.len()],
    level: usize,
    varint: Varint,
    /// The tag, while the length that follows it is read.
    tag: Option<u64>,
}

#[derive(Debug, Default)]
struct Varint {
    value: u64,
    bits: u32,
}

impl Walk {
    pub(crate) fn new() -> Self {
        Self {
            spans: 0,
            malformed: false,
            at: 0,
            skip_to: GRPC_PREFIX,
            ends: [u64::MAX; WANTED.len()],
            level: 0,
            varint: Varint::default(),
            tag: None,
        }
    }

    /// Goes on through the next bytes of the request.
    pub(crate) fn on(&mut self, bytes: &[u8]) {
        let start = self.at;
        let end = start + bytes.len() as u64;
        while self.at < end && !self.malformed {
            if self.at < self.skip_to {
                self.at = self.skip_to.min(end);
                continue;
            }
            // The offset is within `bytes`, so it fits.
            let byte = bytes[(self.at - start) as usize];
            self.at += 1;
            if let Some(value) = self.varint.push(byte) {
                self.take(value);
            }
        }
        self.at = end;
    }

    /// Takes a tag, or the length that follows one.
    fn take(&mut self, value: u64) {
        let Some(tag) = self.tag.take() else {
            while self.level > 0 && self.at > self.ends[self.level] {
                self.level -= 1;
            }
            self.malformed |= tag_type(value) != LENGTH_DELIMITED;
            self.tag = Some(value);
            return;
        };
        let end = self.at.saturating_add(value);
        if tag >> 3 != WANTED[self.level] {
            self.skip_to = end;
        } else if self.level + 1 < WANTED.len() {
            self.level += 1;
            self.ends[self.level] = end;
        } else {
            self.spans += 1;
            self.skip_to = end;
        }
    }
}

const LENGTH_DELIMITED: u64 = 2;

const fn tag_type(tag: u64) -> u64 {
    tag & 7
}

impl Varint {
    fn push(&mut self, byte: u8) -> Option<u64> {
        self.value |= u64::from(byte & 0x7f).checked_shl(self.bits).unwrap_or_default();
        self.bits += 7;
        (byte < 0x80).then(|| std::mem::take(self).value)
    }
}

#[cfg(test)]
mod tests {
    use super::Walk;

    /// A request of two scopes with two and one spans, as protobuf writes it, behind the prefix of gRPC.
    const REQUEST: &[u8] = &[
        0, 0, 0, 0, 24, //
        0x0a, 22, // resource spans
        0x0a, 2, 0x0a, 0, // resource
        0x12, 10, 0x0a, 0, 0x12, 2, 1, 2, 0x12, 0, // scope spans: scope, span, span
        0x12, 4, 0x12, 0, 0x1a, 0, // scope spans: span, schema
    ];

    #[test]
    fn spans_are_counted_however_the_bytes_are_cut() {
        for cut in 0..REQUEST.len() {
            let mut walk = Walk::new();
            let (first, second) = REQUEST.split_at(cut);
            walk.on(first);
            walk.on(second);
            assert_eq!((walk.spans, walk.malformed), (3, false), "cut at {cut}");
        }
    }
}
