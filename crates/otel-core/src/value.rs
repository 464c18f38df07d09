//! The types an attribute can have.

mod query;

use std::marker::PhantomData;

use crate::decimal::Decimal;
use crate::label::Label;
use crate::money::{Currency, Money};
use crate::sensitive::{DataClass, Nature, Pseudonym, Sensitive};
use crate::time::Timestamp;
use crate::wire::{Buffer, EncodedName, Fit};
pub use query::Query;

/// The kind of an attribute's value on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A string.
    Text,
    /// A signed 64-bit integer.
    Int,
    /// A double.
    Double,
    /// A boolean.
    Bool,
    /// A list of strings.
    TextList,
    /// A keyed hash of personal data, as hexadecimal text.
    Pseudonym,
}

/// A type an attribute can have: the `T` of [`Key<T>`](crate::Key).
///
/// The trait is sealed: what is not listed here cannot become an attribute. [`Sensitive`](crate::Sensitive) data only
/// does by a type that says what it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an attribute type",
    note = "attributes are Text, Int, Count, Double, Bool, Time, TextList, Choice<L>, Minor, Decimal, Currency, Query \
            or Pseudonym; sensitive data has types of its own: Personal, Email, Phone, IpAddress, Place, CardNumber, \
            Iban and Secret"
)]
pub trait AttributeType: sealed::Sealed + 'static {
    /// What a caller passes for an attribute of this type.
    type Value<'a>;
    /// The kind of value on the wire.
    const KIND: Kind;
    /// The class of its data, unless the key says otherwise.
    const CLASS: DataClass = DataClass::Operational;
    /// The closed list of values; empty when it is open.
    const VALUES: &'static [&'static str] = &[];

    /// Writes the attribute.
    #[doc(hidden)]
    fn write(out: &mut AttributeWriter<'_>, value: Self::Value<'_>);
}

/// Where one attribute is about to be written: the record, the field, and the encoded key.
#[doc(hidden)]
#[derive(Debug)]
pub struct AttributeWriter<'a> {
    pub(crate) out: &'a mut Buffer,
    pub(crate) parent: u8,
    pub(crate) key: &'a EncodedName,
    /// How texts are made to fit.
    pub(crate) fit: Fit<'a>,
}

impl AttributeWriter<'_> {
    /// Text, without what must not leave, and cut to as many characters as it may have.
    #[inline]
    fn text(&mut self, value: &str) {
        if self.fit.lets_pass(value) {
            self.out.text(self.parent, self.key, value);
        } else {
            self.fitted(value);
        }
    }

    /// The same for a text that may have to become another, as few have to.
    #[cold]
    fn fitted(&mut self, value: &str) {
        self.out.text(self.parent, self.key, &self.fit.declared(value));
    }

    #[inline]
    fn texts(&mut self, values: &[&str]) {
        if values.iter().all(|value| self.fit.lets_pass(value)) {
            self.out.texts(self.parent, self.key, values);
        } else {
            let fitted: Vec<_> = values.iter().map(|value| self.fit.declared(value)).collect();
            let fitted: Vec<&str> = fitted.iter().map(AsRef::as_ref).collect();
            self.out.texts(self.parent, self.key, &fitted);
        }
    }

    /// What may leave of sensitive data.
    fn disguised(&mut self, nature: Nature, value: &str) {
        let Self { out, parent, key, fit } = self;
        fit.guard.disguise(nature, value, &mut |text| out.text(*parent, key, fit.cut(text)));
    }

    /// A word of a closed list. It stays whole: a word that is cut is another word.
    #[inline]
    fn word(&mut self, value: &str) {
        self.out.text(self.parent, self.key, value);
    }

    /// Digits of a number or a pseudonym. They stay whole: a number that is cut is another number.
    #[inline]
    fn ascii(&mut self, value: &[u8]) {
        self.out.utf8(self.parent, self.key, value);
    }

    #[inline]
    fn int(&mut self, value: i64) {
        self.out.int(self.parent, self.key, value);
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "that it cannot be named is what seals `AttributeType`")]
    pub trait Sealed {}
}

/// Declares attribute types that are plain markers.
macro_rules! attribute_types {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $value:ty => |$out:ident, $given:ident| $write:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub struct $name;

        impl sealed::Sealed for $name {}
        impl AttributeType for $name {
            type Value<'a> = $value;
            const KIND: Kind = Kind::$kind;

            #[inline]
            fn write($out: &mut AttributeWriter<'_>, $given: Self::Value<'_>) {
                $write;
            }
        }
    )+};
}

attribute_types! {
    /// Text of any length: `&str`.
    Text: Text, &'a str => |out, value| out.text(value);
    /// A signed integer: `i64`.
    Int: Int, i64 => |out, value| out.int(value);
    /// A count or a size: `u64`. OTLP integers are signed, so counts above `i64::MAX` are written as `i64::MAX`.
    Count: Int, u64 => |out, value| out.int(i64::try_from(value).unwrap_or(i64::MAX));
    /// A physical quantity: `f64`. Money and counts are never doubles.
    Double: Double, f64 => |out, value| out.out.double(out.parent, out.key, value);
    /// A truth: `bool`.
    Bool: Bool, bool => |out, value| out.out.boolean(out.parent, out.key, value);
    /// A point in time, as integer nanoseconds since the Unix epoch: [`Timestamp`].
    Time: Int, Timestamp => |out, value| out.int(i64::try_from(value.unix_nanos()).unwrap_or(i64::MAX));
    /// A list of texts: `&[&str]`.
    TextList: TextList, &'a [&'a str] => |out, value| out.texts(value);
    /// The integer minor units of an amount of [`Money`]; its currency is an attribute of its own.
    Minor: Int, Money => |out, value| out.int(value.minor());
}

impl sealed::Sealed for Decimal {}
/// An exact decimal, written as text (`"48.141"`) because OTLP has no decimal and a double would round.
impl AttributeType for Decimal {
    type Value<'a> = Decimal;
    const KIND: Kind = Kind::Text;

    #[inline]
    fn write(out: &mut AttributeWriter<'_>, value: Decimal) {
        out.ascii(value.digits().as_bytes());
    }
}

impl sealed::Sealed for Currency {}
/// The ISO 4217 code of a currency.
impl AttributeType for Currency {
    type Value<'a> = Currency;
    const KIND: Kind = Kind::Text;

    #[inline]
    fn write(out: &mut AttributeWriter<'_>, value: Currency) {
        out.word(value.code());
    }
}

impl sealed::Sealed for Pseudonym {}
/// A keyed hash that stands for personal data.
impl AttributeType for Pseudonym {
    type Value<'a> = Pseudonym;
    const KIND: Kind = Kind::Pseudonym;
    const CLASS: DataClass = DataClass::Pseudonym;

    #[inline]
    fn write(out: &mut AttributeWriter<'_>, value: Pseudonym) {
        out.ascii(value.hex().as_bytes());
    }
}

/// One value of a closed list: a [`Label`] enum `L`.
#[derive(Clone, Copy, Debug)]
pub struct Choice<L>(PhantomData<fn() -> L>);

impl<L> sealed::Sealed for Choice<L> {}
impl<L: Label> AttributeType for Choice<L> {
    type Value<'a> = L;
    const KIND: Kind = Kind::Text;
    const VALUES: &'static [&'static str] = L::VALUES;

    #[inline]
    fn write(out: &mut AttributeWriter<'_>, value: L) {
        const { assert!(!L::OPTIONAL, "an attribute that may be left out is left out, and not written empty") }
        // A capped label has no name of its own here; domains declare its attribute as `Text`.
        out.word(L::VALUES.get(value.index()).copied().unwrap_or_default());
    }
}

/// Declares attribute types for sensitive data: what is written is what the guard makes of it.
macro_rules! guarded_types {
    ($($(#[$doc:meta])* $name:ident: $nature:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub struct $name;

        impl sealed::Sealed for $name {}
        impl AttributeType for $name {
            type Value<'a> = Sensitive<&'a str>;
            const KIND: Kind = Kind::Text;
            const CLASS: DataClass = Nature::$nature.class();

            fn write(out: &mut AttributeWriter<'_>, value: Sensitive<&str>) {
                out.disguised(Nature::$nature, value.expose());
            }
        }
    )+};
}

guarded_types! {
    /// Something about a person, as `Sensitive<&str>`; it leaves as a pseudonym, or not at all.
    Personal: Person;
    /// An e-mail address, as `Sensitive<&str>`; it leaves as a pseudonym, or masked.
    Email: Email;
    /// A telephone number, as `Sensitive<&str>`; it leaves masked.
    Phone: Phone;
    /// An address of the Internet, as `Sensitive<&str>`; it leaves as its network.
    IpAddress: IpAddress;
    /// Where a person or a device is, as `Sensitive<&str>`; it leaves as a pseudonym, or not at all.
    Place: Place;
    /// The number of a payment card, as `Sensitive<&str>`; of it leave the first six and the last four digits.
    CardNumber: Card;
    /// An international bank account number, as `Sensitive<&str>`; of it leave the country and the last four digits.
    Iban: Iban;
    /// What opens something, as `Sensitive<&str>`; it does not leave, and that it did not is counted.
    Secret: Secret;
}
