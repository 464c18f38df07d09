//! FIX 4.2 messages, read by the `hotfix-message` library.
//!
//! The library knows the dictionary, repeating groups and field types, and there is no reason to write that again.
//! It is also unforgiving, as a session must be and an observer must not: it drops a message whose `BodyLength` or
//! `CheckSum` is wrong, and one with a field that FIX 4.2 does not give to its type. Masked and re-routed flow has
//! both. Of the hundred messages of the real flow this example is tested with, the library alone takes none, because
//! masking has zeroed all check fields; with these put right it takes 50; the other 50 are new orders that carry an
//! `OrigClOrdID` (41). So what the library refuses is repaired as little as possible and counted: check fields are
//! written anew, and a field that does not belong there is set aside. `--strict` repairs nothing. What the library
//! takes for granted once the check fields are right, such as that a tag is a number, is checked before.

use std::collections::BTreeMap;

use hotfix_dictionary::{Dictionary, IsFieldDefinition};
use hotfix_message::message::{Config, Message};
use hotfix_message::parsed_message::{GarbledReason, InvalidReason, ParsedMessage};
use hotfix_message::{HardCodedFixFieldDefinition, MessageBuilder, Part, field_types, fix42};
use otel_core::{Currency, Decimal, Timestamp};
use otel_trading::{Price, Quantity};

use crate::frame::{Frame, SOH};
use crate::refusal::Refusal;

/// Fields that are set aside of one message before it is refused.
const MOST_SET_ASIDE: usize = 8;

/// Reads messages, and counts what it put right.
pub(crate) struct Reader {
    builder: MessageBuilder,
    strict: bool,
    frame: Frame,
    tolerated: Tolerated,
}

/// What was put right in messages that were then used.
#[derive(Debug, Default)]
pub(crate) struct Tolerated {
    /// Messages with a wrong `BodyLength` (9).
    pub(crate) body_lengths: u64,
    /// Messages with a wrong `CheckSum` (10).
    pub(crate) check_sums: u64,
    /// Fields that do not belong to their message, by tag.
    pub(crate) fields: BTreeMap<u32, u64>,
}

impl Reader {
    /// A reader of FIX 4.2; a strict one puts nothing right.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the library cannot use its own dictionary.
    pub(crate) fn new(strict: bool) -> Result<Self, String> {
        let config = Config::with_separator(SOH).validate_user_defined_fields(false);
        let builder = MessageBuilder::new(Dictionary::fix42(), config)
            .map_err(|error| format!("the FIX 4.2 dictionary cannot be used: {error}"))?;
        Ok(Self { builder, strict, frame: Frame::default(), tolerated: Tolerated::default() })
    }

    /// What was put right so far.
    pub(crate) const fn tolerated(&self) -> &Tolerated {
        &self.tolerated
    }

    /// Reads the message of one line.
    ///
    /// # Errors
    ///
    /// When it has none, or one that cannot be used.
    pub(crate) fn read(&mut self, line: &[u8]) -> Result<Fields, Refusal> {
        let checks = self.frame.take(line)?;
        if self.strict && !checks.body_length {
            return Err(Refusal::BodyLength);
        }
        if self.strict && !checks.check_sum {
            return Err(Refusal::CheckSum);
        }
        if !(checks.body_length && checks.check_sum) {
            self.frame.restamp()?;
        }
        let mut set_aside = Vec::new();
        let message = loop {
            match self.parse() {
                Ok(message) => break message,
                Err(Refusal::Field(tag)) if !self.strict && set_aside.len() < MOST_SET_ASIDE => {
                    if !self.frame.set_aside(tag) {
                        return Err(Refusal::Field(tag));
                    }
                    self.frame.restamp()?;
                    set_aside.push(tag);
                }
                Err(refusal) => return Err(refusal),
            }
        };
        self.tolerated.body_lengths += u64::from(!checks.body_length);
        self.tolerated.check_sums += u64::from(!checks.check_sum);
        for tag in set_aside {
            *self.tolerated.fields.entry(tag).or_default() += 1;
        }
        Ok(Fields { message })
    }

    fn parse(&self) -> Result<Message, Refusal> {
        match self.builder.build(self.frame.bytes()) {
            ParsedMessage::Valid(message) => Ok(message),
            ParsedMessage::Invalid { reason, .. } => Err(match reason {
                InvalidReason::InvalidField(tag) => Refusal::Field(tag),
                InvalidReason::InvalidGroup(tag) => Refusal::Group(tag),
                InvalidReason::InvalidOrderInGroup { group_tag, .. } => Refusal::Group(group_tag),
                InvalidReason::InvalidComponent(_) => Refusal::Malformed,
                InvalidReason::InvalidMsgType(_) => Refusal::MessageType,
                InvalidReason::RequiredFieldMissing { tag, .. } => Refusal::Missing(tag),
            }),
            ParsedMessage::Garbled(reason) => Err(match reason {
                GarbledReason::InvalidBodyLength => Refusal::BodyLength,
                GarbledReason::InvalidChecksum => Refusal::CheckSum,
                GarbledReason::InvalidMsgType => Refusal::MessageType,
                GarbledReason::Malformed | GarbledReason::InvalidBeginString => Refusal::Malformed,
            }),
            ParsedMessage::UnexpectedError(_) => Err(Refusal::Malformed),
        }
    }
}

/// A message whose fields can be asked for. A field that is there and cannot be read is a refusal, not an absence.
pub(crate) struct Fields {
    message: Message,
}

type Field = HardCodedFixFieldDefinition;

impl Fields {
    /// `MsgType` (35).
    pub(crate) fn message_type(&self) -> &str {
        self.message.header().get(fix42::MSG_TYPE).unwrap_or_default()
    }

    /// A field of the header that names somebody.
    pub(crate) fn header(&self, field: &Field) -> Option<&str> {
        self.message.header().get(field).ok().filter(|text: &&str| !text.is_empty())
    }

    /// A text.
    pub(crate) fn text(&self, field: &Field) -> Result<Option<&str>, Refusal> {
        let Some(raw) = self.message.get_raw(field) else { return Ok(None) };
        match std::str::from_utf8(raw) {
            Ok(text) if !text.is_empty() => Ok(Some(text)),
            _ => Err(Refusal::Value(field.tag().get())),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&self, field: &Field) -> Result<&str, Refusal> {
        self.text(field)?.ok_or(Refusal::Missing(field.tag().get()))
    }

    /// A quantity.
    pub(crate) fn quantity(&self, field: &Field) -> Result<Option<Quantity>, Refusal> {
        Ok(self.decimal(field)?.map(Quantity))
    }

    /// A price.
    pub(crate) fn price(&self, field: &Field) -> Result<Option<Price>, Refusal> {
        Ok(self.decimal(field)?.map(Price))
    }

    /// `Currency` (15).
    pub(crate) fn currency(&self) -> Result<Option<Currency>, Refusal> {
        let Some(code) = self.text(fix42::CURRENCY)? else { return Ok(None) };
        Currency::from_code(code).map(Some).ok_or(Refusal::Value(fix42::CURRENCY.tag().get()))
    }

    /// `TransactTime` (60).
    pub(crate) fn transact_time(&self) -> Result<Option<Timestamp>, Refusal> {
        let field = fix42::TRANSACT_TIME;
        let Some(raw) = self.message.get_raw(field) else { return Ok(None) };
        // The library calculates with whatever stands where digits belong.
        let time = Some(raw).filter(|raw| is_time(raw)).and_then(field_types::Timestamp::parse);
        let time = time.and_then(|time| time.to_chrono_utc());
        let nanos =
            time.and_then(|time| time.timestamp_nanos_opt()).and_then(|nanos| u64::try_from(nanos).ok());
        nanos.map(Timestamp::from_unix_nanos).map(Some).ok_or(Refusal::Value(field.tag().get()))
    }

    fn decimal(&self, field: &Field) -> Result<Option<Decimal>, Refusal> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Refusal::Value(field.tag().get()))
    }
}

/// Whether this is written as `UTCTimestamp` is: `20240305-09:30:00`, with or without `.125`.
fn is_time(raw: &[u8]) -> bool {
    const SHAPE: &[u8] = b"00000000-00:00:00.000";
    let fits = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    [17, SHAPE.len()].contains(&raw.len()) && raw.iter().zip(SHAPE).all(fits)
}
