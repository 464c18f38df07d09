//! One walk over the bytes of a message, which writes it as JSON.

use std::ops::Range;

use super::schema::{Field, Kind, Message};
use super::text;

/// Bytes that are no message of their schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// How deep messages may lie inside one another, as in other readers of protobuf: values may hold values.
const MAX_DEPTH: usize = 100;

/// Writes the message in `bytes` as a JSON object. Fields that the schema does not have are left out, as every
/// reader of protobuf does.
///
/// # Errors
///
/// When the bytes are no such message.
pub(super) fn write(out: &mut Vec<u8>, schema: &Message, bytes: &[u8]) -> Result<(), Malformed> {
    let mut walk = Walk { out, found: Vec::new() };
    walk.open(bytes)?;
    walk.object(schema, 0, MAX_DEPTH)
}

struct Walk<'a, 'b> {
    out: &'b mut Vec<u8>,
    /// The fields of the messages that are open, the innermost last.
    found: Vec<(u32, Wire<'a>)>,
}

/// The value of a field as it stands in the bytes.
#[derive(Clone, Copy, Debug)]
enum Wire<'a> {
    Varint(u64),
    Eight([u8; 8]),
    Four([u8; 4]),
    Piece(&'a [u8]),
}

impl<'a> Walk<'a, '_> {
    /// Finds the fields of a message.
    fn open(&mut self, mut bytes: &'a [u8]) -> Result<(), Malformed> {
        while !bytes.is_empty() {
            let tag = varint(&mut bytes)?;
            let wire = value(&mut bytes, tag & 7)?;
            let number = u32::try_from(tag >> 3).map_err(|_| Malformed)?;
            self.found.push((number, wire));
        }
        Ok(())
    }

    /// Writes the fields found from `start` on as an object, and is done with them.
    fn object(&mut self, schema: &Message, start: usize, depth: usize) -> Result<(), Malformed> {
        let depth = depth.checked_sub(1).ok_or(Malformed)?;
        let end = self.found.len();
        self.out.push(b'{');
        for field in schema.fields {
            let given = self.found[start..end].iter().any(|(number, _)| *number == field.number);
            if !given && !field.always {
                continue;
            }
            self.separate();
            text::quoted(self.out, field.name)?;
            self.out.push(b':');
            match (field.repeated, field.kind) {
                (true, _) => self.list(field, start..end, depth)?,
                (false, Kind::Message(schema)) => self.merged(field, schema, start..end, depth)?,
                (false, _) => self.last(field, start..end)?,
            }
        }
        self.out.push(b'}');
        self.found.truncate(start);
        Ok(())
    }

    fn list(&mut self, field: &Field, range: Range<usize>, depth: usize) -> Result<(), Malformed> {
        self.out.push(b'[');
        for index in range {
            let (number, wire) = self.found[index];
            if number != field.number {
                continue;
            }
            match (field.kind, wire) {
                (Kind::Message(schema), Wire::Piece(piece)) => {
                    self.separate();
                    let start = self.found.len();
                    self.open(piece)?;
                    self.object(schema, start, depth)?;
                }
                (Kind::Text | Kind::Id | Kind::Bytes, _) => {
                    self.separate();
                    self.scalar(field.kind, wire)?;
                }
                (kind, Wire::Piece(packed)) => self.packed(kind, packed)?,
                (kind, _) => {
                    self.separate();
                    self.scalar(kind, wire)?;
                }
            }
        }
        self.out.push(b']');
        Ok(())
    }

    /// Numbers without tags, one behind the other.
    fn packed(&mut self, kind: Kind, mut packed: &'a [u8]) -> Result<(), Malformed> {
        let wire_type = match kind {
            Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => EIGHT,
            Kind::Fixed32 => FOUR,
            _ => VARINT,
        };
        while !packed.is_empty() {
            let wire = value(&mut packed, wire_type)?;
            self.separate();
            self.scalar(kind, wire)?;
        }
        Ok(())
    }

    /// A message in several pieces is one message.
    fn merged(
        &mut self,
        field: &Field,
        schema: &Message,
        range: Range<usize>,
        depth: usize,
    ) -> Result<(), Malformed> {
        let start = self.found.len();
        for index in range {
            match self.found[index] {
                (number, Wire::Piece(piece)) if number == field.number => self.open(piece)?,
                (number, _) if number == field.number => return Err(Malformed),
                _ => {}
            }
        }
        self.object(schema, start, depth)
    }

    /// Of a value that is given several times, the last one counts.
    fn last(&mut self, field: &Field, range: Range<usize>) -> Result<(), Malformed> {
        let last = self.found[range].iter().rev().find(|(number, _)| *number == field.number);
        let (_, wire) = *last.ok_or(Malformed)?;
        self.scalar(field.kind, wire)
    }

    fn scalar(&mut self, kind: Kind, wire: Wire<'a>) -> Result<(), Malformed> {
        let out = &mut *self.out;
        match (kind, wire) {
            (Kind::Text, Wire::Piece(bytes)) => {
                text::quoted(out, std::str::from_utf8(bytes).map_err(|_| Malformed)?)?;
            }
            (Kind::Id, Wire::Piece(bytes)) => text::hex(out, bytes),
            (Kind::Bytes, Wire::Piece(bytes)) => text::base64(out, bytes),
            (Kind::Bool, Wire::Varint(value)) => text::number(out, value != 0),
            (Kind::Double, Wire::Eight(bytes)) => text::double(out, f64::from_le_bytes(bytes)),
            // A varint that is too large for its type is cut to it, as readers of protobuf do.
            (Kind::Uint32, Wire::Varint(value)) => text::number(out, value as u32),
            (Kind::Int32, Wire::Varint(value)) => text::number(out, value as i32),
            (Kind::Sint32, Wire::Varint(value)) => text::number(out, unfolded(value as u32)),
            (Kind::Fixed32, Wire::Four(bytes)) => text::number(out, u32::from_le_bytes(bytes)),
            (Kind::Int64, Wire::Varint(value)) => text::long(out, value.cast_signed()),
            (Kind::Uint64, Wire::Varint(value)) => text::long(out, value),
            (Kind::Fixed64, Wire::Eight(bytes)) => text::long(out, u64::from_le_bytes(bytes)),
            (Kind::Sfixed64, Wire::Eight(bytes)) => text::long(out, i64::from_le_bytes(bytes)),
            _ => return Err(Malformed),
        }
        Ok(())
    }

    /// A comma, unless this is the first of an object or a list.
    fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }
}

const VARINT: u64 = 0;
const EIGHT: u64 = 1;
const PIECE: u64 = 2;
const FOUR: u64 = 5;

fn value<'a>(bytes: &mut &'a [u8], wire_type: u64) -> Result<Wire<'a>, Malformed> {
    Ok(match wire_type {
        VARINT => Wire::Varint(varint(bytes)?),
        EIGHT => Wire::Eight(array(bytes)?),
        FOUR => Wire::Four(array(bytes)?),
        PIECE => {
            let len = usize::try_from(varint(bytes)?).map_err(|_| Malformed)?;
            let (piece, rest) = bytes.split_at_checked(len).ok_or(Malformed)?;
            *bytes = rest;
            Wire::Piece(piece)
        }
        _ => return Err(Malformed),
    })
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Malformed> {
    let (array, rest) = bytes.split_first_chunk().ok_or(Malformed)?;
    *bytes = rest;
    Ok(*array)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    prost::encoding::decode_varint(bytes).map_err(|_| Malformed)
}

/// Undoes the folding of the sign into the last bit.
const fn unfolded(folded: u32) -> i32 {
    (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
}
