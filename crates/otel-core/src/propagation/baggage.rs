//! W3C Baggage, for the names that are allowed.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt as _};
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};

use super::{combined, trimmed};
use crate::privacy::AllowList;
use crate::sensitive::{Bearer, Guard, Origin};

const BAGGAGE: &str = "baggage";

/// The limits of the specification, for what comes in and what goes out.
const MAX_BYTES: usize = 8_192;
const MAX_MEMBERS: usize = 64;

/// Reads and writes `baggage`: the members whose names are allowed, 64 at most, with 8192 bytes at most.
///
/// What comes in may go out again, to whoever is called: an [`AllowList`] keeps what is nobody's business from
/// travelling. Baggage becomes an attribute of nothing by itself. The one of a pipeline
/// ([`Pipeline::propagator`](crate::pipeline::Pipeline::propagator)) leaves out members in which something is found that
/// must not leave.
#[derive(Clone, Debug)]
pub struct BaggagePropagator {
    allowed: AllowList,
    guard: Guard,
}

impl BaggagePropagator {
    /// A propagator for the names that are allowed.
    pub const fn new(allowed: AllowList) -> Self {
        Self { allowed, guard: Guard::NONE }
    }

    /// The same, from which nothing goes out that must not leave.
    pub(crate) fn guarded_by(mut self, guard: &Guard) -> Self {
        self.guard = guard.clone();
        self
    }

    /// Whether a member may go out. One that would have to be changed is left out, for it would say something else.
    fn sends(&self, name: &str, value: &str, properties: &str) -> bool {
        let is_clean = |text: &str| matches!(self.guard.clean(text, Origin::Free), Cow::Borrowed(_));
        self.allowed.permits(name)
            && self.guard.lets_out(name, Bearer::Baggage)
            && matches!(self.guard.clean_value(name, value, Origin::Free), Cow::Borrowed(_))
            && is_clean(name)
            && is_clean(properties)
    }
}

/// A propagator for everything that is not denied.
impl Default for BaggagePropagator {
    fn default() -> Self {
        Self::new(AllowList::everything())
    }
}

impl TextMapPropagator for BaggagePropagator {
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        let mut members: Vec<_> = cx.baggage().iter().collect();
        members.retain(|(name, (value, properties))| {
            self.sends(name.as_str(), value.as_str(), properties.as_str())
        });
        // Baggage has no order, and what goes first should not be a matter of luck where not everything fits.
        members.sort_unstable_by_key(|(name, _)| name.as_str());
        let mut header = String::new();
        for (name, (value, properties)) in members.into_iter().take(MAX_MEMBERS) {
            let before = header.len();
            let separator = if before == 0 { "" } else { "," };
            let _ = write!(header, "{separator}{}=", name.as_str());
            encode(&mut header, value.as_str(), "\\\",;% ");
            let properties = trimmed(properties.as_str());
            if !properties.is_empty() {
                header.push(';');
                encode(&mut header, properties, "\\\", ");
            }
            if header.len() > MAX_BYTES {
                header.truncate(before);
            }
        }
        if !header.is_empty() {
            injector.set(BAGGAGE, header);
        }
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        let Some(header) = combined(extractor, BAGGAGE) else { return cx.clone() };
        let mut baggage = Baggage::new();
        // Where the limit falls into a member, that member is left out with all that follow.
        let mut read = 0;
        for member in header.split(',') {
            read += member.len() + usize::from(read != 0);
            if read > MAX_BYTES || baggage.len() == MAX_MEMBERS {
                break;
            }
            if let Some((name, value, properties)) =
                parse(member).filter(|(name, ..)| self.allowed.permits(name))
            {
                baggage.insert_with_metadata(name.to_owned(), value, properties.to_owned());
            }
        }
        if baggage.is_empty() { cx.clone() } else { cx.with_baggage(baggage) }
    }

    fn fields(&self) -> FieldIter<'_> {
        static FIELDS: OnceLock<[String; 1]> = OnceLock::new();
        FieldIter::new(FIELDS.get_or_init(|| [BAGGAGE.to_owned()]))
    }
}

/// A member's name, its value as it was meant, and its properties as they were written.
fn parse(member: &str) -> Option<(&str, String, &str)> {
    let (pair, properties) = member.split_once(';').unwrap_or((member, ""));
    let (name, value) = pair.split_once('=')?;
    let name = Some(trimmed(name)).filter(|name| is_token(name))?;
    let value = trimmed(value);
    let sendable = |byte: u8| (b'!'..=b'~').contains(&byte);
    let value = value.bytes().all(sendable).then(|| decoded(value))?;
    Some((name, value, trimmed(properties)))
}

fn is_token(name: &str) -> bool {
    let sign = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || sign(byte))
}

/// Appends a text, with everything percent-encoded that is not printable ASCII or is one of these.
fn encode(header: &mut String, text: &str, encoded: &str) {
    for byte in text.bytes() {
        match char::from(byte) {
            plain @ ' '..='~' if !encoded.contains(plain) => header.push(plain),
            _ => {
                let _ = write!(header, "%{byte:02X}");
            }
        }
    }
}

/// The text that a percent-encoded one stands for. A sign that begins nothing stands for itself, and what is no UTF-8
/// is replaced, as the specification asks.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let byte = match (first, after) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
