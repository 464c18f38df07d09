//! Protobuf as it is written: a growing buffer and the handful of shapes OTLP is made of.
//!
//! OTLP attributes are `KeyValue { key = 1, value = 2 }` around `AnyValue`. Every length is known before its
//! bytes are written, so a message is produced in one pass, with minimal varints and nothing to patch.

mod fit;
pub(crate) mod foreign;

pub(crate) use fit::Fit;

/// The longest attribute name, span name or event name in bytes.
pub(crate) const NAME_MAX: usize = 62;

/// A string field encoded at compile time: tag, one length byte, and the bytes, padded to a fixed size.
///
/// The fixed size lets [`Buffer::put_name`] copy it with a few wide moves instead of a call to `memcpy`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedName {
    bytes: [u8; NAME_MAX + 2],
    len: u8,
}

impl EncodedName {
    /// Encodes `name` as a length-delimited field with the one-byte `tag`.
    ///
    /// # Panics
    ///
    /// At compile time, when the name is empty or longer than [`NAME_MAX`] bytes.
    pub(crate) const fn new(tag: u8, name: &str) -> Self {
        let name = name.as_bytes();
        assert!(!name.is_empty(), "a telemetry name cannot be empty");
        assert!(name.len() <= NAME_MAX, "a telemetry name is at most 62 bytes long");
        let mut bytes = [0; NAME_MAX + 2];
        bytes[0] = tag;
        bytes[1] = name.len() as u8;
        let mut at = 0;
        while at < name.len() {
            bytes[at + 2] = name[at];
            at += 1;
        }
        Self { bytes, len: name.len() as u8 + 2 }
    }

    const fn len(&self) -> usize {
        self.len as usize
    }
}

/// Where a `KeyValue` stands in its parent message: the tag of the parent's attribute field.
pub(crate) mod attribute_of {
    /// `Span.attributes = 9`
    pub(crate) const SPAN: u8 = 0x4a;
    /// `LogRecord.attributes = 6`
    pub(crate) const LOG: u8 = 0x32;
    /// `Span.Event.attributes = 3`
    pub(crate) const SPAN_EVENT: u8 = 0x1a;
    /// `Span.Link.attributes = 4`
    pub(crate) const SPAN_LINK: u8 = 0x22;
    /// `Resource.attributes = 1`
    #[cfg(feature = "pipeline")]
    pub(crate) const RESOURCE: u8 = 0x0a;
    /// `InstrumentationScope.attributes = 3`
    pub(crate) const SCOPE: u8 = 0x1a;
}

const KEY: u8 = 0x0a;
const VALUE: u8 = 0x12;
const ANY_STRING: u8 = 0x0a;
const ANY_BOOL: u8 = 0x10;
const ANY_INT: u8 = 0x18;
const ANY_DOUBLE: u8 = 0x21;
const ANY_ARRAY: u8 = 0x2a;
const ARRAY_VALUE: u8 = 0x0a;

/// The number of bytes `value` takes as a varint.
pub(crate) const fn varint_len(value: u64) -> usize {
    // One byte for each seven bits; `| 1` makes zero take one byte.
    (63 - (value | 1).leading_zeros() as usize) / 7 + 1
}

/// The number of bytes a length-delimited field of `len` bytes takes, its one-byte tag included.
pub(crate) const fn field_len(len: usize) -> usize {
    1 + varint_len(len as u64) + len
}

/// Text up to this length goes the short way. With the longest key, an attribute's length then still takes one
/// byte: 64 + 2 + 2 + 48 < 128.
const SHORT_TEXT: usize = 48;

/// Room for a short `AnyValue`: tag, length, and text, of which whole 16-byte pieces are written.
const SHORT_ANY: usize = 2 + SHORT_TEXT + 14;

/// Room for a short attribute, with every position that a byte can name inside.
const SHORT_ROOM: usize = 4 + u8::MAX as usize + SHORT_ANY;

/// Copies short text behind the tag and length of `room`: two pieces that may overlap instead of a loop or a call.
#[inline]
fn copy_short(text: &[u8], room: &mut [u8; SHORT_ANY]) {
    let len = text.len();
    if let (Some(head), Some(tail)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        room[2..18].copy_from_slice(head);
        if len > 32 {
            room[18..34].copy_from_slice(&text[16..32]);
        }
        room[len - 14..len + 2].copy_from_slice(tail);
    } else if let (Some(head), Some(tail)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        room[2..10].copy_from_slice(head);
        room[len - 6..len + 2].copy_from_slice(tail);
    } else if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        room[2..6].copy_from_slice(head);
        room[len - 2..len + 2].copy_from_slice(tail);
    } else {
        for (place, byte) in room[2..].iter_mut().zip(text) {
            *place = *byte;
        }
    }
}

/// Bytes being written: `filled[..len]` is the message, the rest is zeroed room.
///
/// The room is kept initialised so that fixed-size copies need one bounds check and no call.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    filled: Vec<u8>,
    /// Where the message begins; what stands before it is room for a prefix that is only known at the end.
    start: usize,
    len: usize,
}

impl Buffer {
    /// A buffer with `headroom` bytes in front of the message, for [`Buffer::with_prefix`].
    pub(crate) fn with_headroom(headroom: usize, room: usize) -> Self {
        Self { filled: vec![0; headroom + room], start: headroom, len: headroom }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.filled[self.start..self.len]
    }

    /// The message with `prefix` in front of it, without moving the message. The prefix fits into the headroom.
    #[inline]
    pub(crate) fn with_prefix(&mut self, prefix: &[u8]) -> &[u8] {
        let from = self.start - prefix.len();
        self.filled[from..self.start].copy_from_slice(prefix);
        &self.filled[from..self.len]
    }

    pub(crate) fn len(&self) -> usize {
        self.len - self.start
    }

    pub(crate) fn clear(&mut self) {
        self.len = self.start;
    }

    pub(crate) fn room(&self) -> usize {
        self.filled.len()
    }

    /// Makes sure that `more` bytes fit.
    #[inline]
    pub(crate) fn reserve(&mut self, more: usize) {
        if self.filled.len() - self.len < more {
            self.grow(more);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let room = (self.len + more).next_power_of_two().max(512);
        self.filled.resize(room, 0);
    }

    /// Copies all of `bytes` into the room but advances by `len` only.
    #[inline]
    fn put_padded<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        debug_assert!(len <= N);
        self.filled[self.len..self.len + N].copy_from_slice(bytes);
        self.len += len;
    }

    #[inline]
    pub(crate) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.reserve(N);
        self.put_padded(&bytes, N);
    }

    /// Writes `N` bytes in place: pieces put together elsewhere and copied would have to wait for one another.
    #[inline]
    pub(crate) fn put_with<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N])) {
        self.reserve(N);
        if let Some(room) = self.filled[self.len..].first_chunk_mut() {
            write(room);
        }
        self.len += N;
    }

    #[inline]
    pub(crate) fn put_slice(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.filled[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    #[inline]
    pub(crate) fn put_name(&mut self, name: &EncodedName) {
        self.reserve(NAME_MAX + 2);
        self.put_padded(&name.bytes, name.len());
    }

    /// Overwrites eight bytes of the message, from its byte `at`.
    #[inline]
    pub(crate) fn patch_u64(&mut self, at: usize, value: u64) {
        let at = self.start + at;
        self.filled[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }

    #[inline]
    pub(crate) fn varint(&mut self, value: u64) {
        self.reserve(10);
        if value < 0x80 {
            self.filled[self.len] = value as u8;
            self.len += 1;
        } else {
            self.long_varint(value);
        }
    }

    fn long_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.filled[self.len] = value as u8 | 0x80;
            self.len += 1;
            value >>= 7;
        }
        self.filled[self.len] = value as u8;
        self.len += 1;
    }

    /// A length-delimited field: tag, length, bytes.
    #[inline]
    pub(crate) fn field(&mut self, tag: u8, bytes: &[u8]) {
        self.put([tag]);
        self.varint(bytes.len() as u64);
        self.put_slice(bytes);
    }

    /// A length-delimited field that is left out when it is empty, as proto3 does for defaults.
    pub(crate) fn field_unless_empty(&mut self, tag: u8, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.field(tag, bytes);
        }
    }

    /// A varint field that is left out when it is zero.
    pub(crate) fn number_unless_zero(&mut self, tag: u8, value: u64) {
        if value != 0 {
            self.put([tag]);
            self.varint(value);
        }
    }

    /// Opens a `KeyValue` whose `AnyValue` takes `any` bytes, up to where the `AnyValue` begins.
    #[inline]
    fn open(&mut self, parent: u8, key: &EncodedName, any: usize) {
        let inner = key.len() + field_len(any);
        self.reserve(NAME_MAX + 32);
        self.put_padded(&[parent], 1);
        self.varint(inner as u64);
        self.put_padded(&key.bytes, key.len());
        self.put_padded(&[VALUE], 1);
        self.varint(any as u64);
    }

    /// Writes an attribute whose `AnyValue` is `any` bytes with a tag in front: the usual case, where every length
    /// takes one byte. `value` puts at most [`SHORT_ANY`] bytes into the room it is given.
    ///
    /// The room is a fixed-size array and every position in it comes from a byte, so the compiler sees that
    /// nothing is out of bounds and checks nothing.
    #[inline]
    fn short(&mut self, parent: u8, key: &EncodedName, any: u8, value: impl FnOnce(&mut [u8; SHORT_ANY])) {
        self.reserve(SHORT_ROOM);
        let Some(room) = self.filled[self.len..].first_chunk_mut::<SHORT_ROOM>() else { return };
        let name = usize::from(key.len);
        room[0] = parent;
        room[1] = key.len + 2 + any;
        room[2..2 + NAME_MAX + 2].copy_from_slice(&key.bytes);
        room[2 + name] = VALUE;
        room[3 + name] = any;
        if let Some(any) = room[4 + name..].first_chunk_mut() {
            value(any);
        }
        self.len += 4 + name + usize::from(any);
    }

    #[inline]
    pub(crate) fn text(&mut self, parent: u8, key: &EncodedName, value: &str) {
        self.utf8(parent, key, value.as_bytes());
    }

    /// Writes a text attribute from bytes that are known to be UTF-8.
    #[inline]
    pub(crate) fn utf8(&mut self, parent: u8, key: &EncodedName, bytes: &[u8]) {
        if bytes.len() <= SHORT_TEXT {
            let len = bytes.len() as u8;
            self.short(parent, key, len + 2, |room| {
                room[0] = ANY_STRING;
                room[1] = len;
                copy_short(bytes, room);
            });
        } else {
            self.open(parent, key, field_len(bytes.len()));
            self.field(ANY_STRING, bytes);
        }
    }

    #[inline]
    pub(crate) fn int(&mut self, parent: u8, key: &EncodedName, value: i64) {
        // A negative int64 is written as its ten-byte two's complement.
        let mut value = value as u64;
        let len = varint_len(value);
        self.short(parent, key, 1 + len as u8, |room| {
            room[0] = ANY_INT;
            let digits = &mut room[1..=10];
            for digit in &mut digits[..len - 1] {
                *digit = value as u8 | 0x80;
                value >>= 7;
            }
            digits[len - 1] = value as u8;
        });
    }

    #[inline]
    pub(crate) fn double(&mut self, parent: u8, key: &EncodedName, value: f64) {
        self.short(parent, key, 9, |room| {
            room[0] = ANY_DOUBLE;
            room[1..9].copy_from_slice(&value.to_bits().to_le_bytes());
        });
    }

    #[inline]
    pub(crate) fn boolean(&mut self, parent: u8, key: &EncodedName, value: bool) {
        self.short(parent, key, 2, |room| room[..2].copy_from_slice(&[ANY_BOOL, u8::from(value)]));
    }

    pub(crate) fn texts(&mut self, parent: u8, key: &EncodedName, values: &[&str]) {
        let array: usize = values.iter().map(|value| field_len(field_len(value.len()))).sum();
        self.open(parent, key, field_len(array));
        self.put([ANY_ARRAY]);
        self.varint(array as u64);
        for value in values {
            self.put([ARRAY_VALUE]);
            self.varint(field_len(value.len()) as u64);
            self.field(ANY_STRING, value.as_bytes());
        }
    }
}
