//! Values of a fixed size: stored as bytes where they are recorded, and read back where their event is written.

use crate::decimal::Decimal;
use crate::money::{Currency, Money};
use crate::span::SpanIds;
use crate::time::Timestamp;

/// A value that always takes the same number of bytes: what a [`Deferred`](crate::Deferred) fact is made of.
///
/// Declare facts with [`fixed!`](crate::fixed). Their fields are integers, `f32` and `f64`, `bool`, [`Timestamp`],
/// [`Decimal`], [`Currency`], [`Money`], [`SpanIds`], enums of [`labels!`](crate::labels), other facts, and arrays and
/// `Option`s of all these. Numbers are stored little-endian, and nothing is padded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fixed size as a fact",
    note = "fields of a fact are numbers, bool, Timestamp, Decimal, Currency, Money, SpanIds, `labels!` enums, other \
            `fixed!` structs, and arrays and options of these; text goes into a byte array"
)]
pub trait Fixed: Copy + 'static {
    /// The bytes it takes.
    const SIZE: usize;

    /// Writes it into `to`, which is [`Fixed::SIZE`] bytes long.
    fn store(&self, to: &mut [u8]);

    /// Reads back what [`Fixed::store`] wrote into `from`.
    fn load(from: &[u8]) -> Self;
}

/// Declares facts: plain structs of a fixed size that can be recorded with [`Deferred`](crate::Deferred).
///
/// ```
/// use otel_core::{Decimal, Fixed, Timestamp};
///
/// otel_core::fixed! {
///     /// A price was quoted.
///     pub struct Quote {
///         /// Number of the instrument.
///         pub instrument: u32,
///         /// What is bid, if anything.
///         pub bid: Option<Decimal>,
///         /// When the venue says so.
///         pub at: Timestamp,
///     }
/// }
///
/// assert_eq!(Quote::SIZE, 4 + (1 + 9) + 8);
/// ```
#[macro_export]
macro_rules! fixed {
    ($(
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $type:ty),+ $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $type,)+
        }

        impl $crate::Fixed for $name {
            const SIZE: usize = 0 $(+ <$type as $crate::Fixed>::SIZE)+;

            #[inline]
            fn store(&self, to: &mut [u8]) {
                let rest = to;
                $(
                    let (here, rest) = rest.split_at_mut(<$type as $crate::Fixed>::SIZE);
                    $crate::Fixed::store(&self.$field, here);
                )+
                let _ = rest;
            }

            #[inline]
            fn load(from: &[u8]) -> Self {
                let rest = from;
                $(
                    let (here, rest) = rest.split_at(<$type as $crate::Fixed>::SIZE);
                    let $field = $crate::Fixed::load(here);
                )+
                let _ = rest;
                Self { $($field),+ }
            }
        }
    )+};
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Fixed for $number {
            const SIZE: usize = size_of::<Self>();

            #[inline]
            fn store(&self, to: &mut [u8]) {
                if let Some(to) = to.first_chunk_mut() {
                    *to = self.to_le_bytes();
                }
            }

            #[inline]
            fn load(from: &[u8]) -> Self {
                from.first_chunk().copied().map_or_else(Self::default, Self::from_le_bytes)
            }
        }
    )+};
}

numbers!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64);

/// Values that are stored as another one.
macro_rules! stored_as {
    ($($type:ty as $stored:ty: |$value:ident| $store:expr, |$back:ident| $load:expr;)+) => {$(
        impl Fixed for $type {
            const SIZE: usize = <$stored>::SIZE;

            #[inline]
            fn store(&self, to: &mut [u8]) {
                let $value = *self;
                let stored: $stored = $store;
                stored.store(to);
            }

            #[inline]
            fn load(from: &[u8]) -> Self {
                let $back = <$stored>::load(from);
                $load
            }
        }
    )+};
}

stored_as! {
    bool as u8: |truth| u8::from(truth), |byte| byte != 0;
    Timestamp as u64: |time| time.unix_nanos(), |nanos| Self::from_unix_nanos(nanos);
    Currency as u16: |currency| currency.numeric(), |numeric| Self::from_numeric(numeric);
    Decimal as (i64, u8):
        |decimal| (decimal.mantissa(), decimal.scale()),
        |parts| Self::new(parts.0, parts.1).unwrap_or(Self::whole(parts.0));
    Money as (i64, Currency):
        |money| (money.minor(), money.currency()),
        |parts| Self::from_minor(parts.0, parts.1);
    SpanIds as (u128, (u64, u8)):
        |span| (span.trace_id, (span.span_id, span.flags)),
        |parts| Self { trace_id: parts.0, span_id: parts.1.0, flags: parts.1.1 };
}

impl<A: Fixed, B: Fixed> Fixed for (A, B) {
    const SIZE: usize = A::SIZE + B::SIZE;

    #[inline]
    fn store(&self, to: &mut [u8]) {
        let (first, second) = to.split_at_mut(A::SIZE);
        self.0.store(first);
        self.1.store(second);
    }

    #[inline]
    fn load(from: &[u8]) -> Self {
        let (first, second) = from.split_at(A::SIZE);
        (A::load(first), B::load(second))
    }
}

impl<T: Fixed> Fixed for Option<T> {
    const SIZE: usize = 1 + T::SIZE;

    #[inline]
    fn store(&self, to: &mut [u8]) {
        let (tag, value) = to.split_at_mut(1);
        self.is_some().store(tag);
        match self {
            Some(it) => it.store(value),
            // One value has one form.
            None => value.fill(0),
        }
    }

    #[inline]
    fn load(from: &[u8]) -> Self {
        let (tag, value) = from.split_at(1);
        bool::load(tag).then(|| T::load(value))
    }
}

impl<T: Fixed, const N: usize> Fixed for [T; N] {
    const SIZE: usize = N * T::SIZE;

    #[inline]
    fn store(&self, to: &mut [u8]) {
        let mut rest = to;
        for item in self {
            let (here, after) = rest.split_at_mut(T::SIZE);
            item.store(here);
            rest = after;
        }
    }

    #[inline]
    fn load(from: &[u8]) -> Self {
        let mut rest = from;
        std::array::from_fn(|_| {
            let (here, after) = rest.split_at(T::SIZE);
            rest = after;
            T::load(here)
        })
    }
}
