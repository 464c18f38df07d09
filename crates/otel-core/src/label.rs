//! Metric labels: closed enums, and sets of them.

mod capped;

use std::fmt::Debug;

pub use capped::{Capped, CappedLabel};
pub(crate) use capped::{CappedNames, OTHER};

/// The most series one metric may have: the default cardinality limit of OpenTelemetry SDKs.
pub const MAX_SERIES: usize = 2_000;

/// One dimension of a metric: a closed enum, or an open set with a declared cap.
///
/// Identifiers and free text are not labels, so they cannot reach a metric: a label's cardinality is a constant,
/// and a definition over [`MAX_SERIES`] does not compile. Declare labels with [`labels!`](crate::labels) and
/// [`capped_labels!`](crate::capped_labels).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric label",
    note = "a metric label is a closed enum (`labels!`) or a capped set (`capped_labels!`); identifiers are span \
            and event attributes, never metric labels"
)]
pub trait Label: Copy + Debug + Send + Sync + 'static {
    /// The attribute's name.
    const KEY: &'static str;
    /// The number of values, the overflow value of a capped set included.
    const CARDINALITY: usize;
    /// The values by index; empty for a capped set, whose values are only known at run time.
    const VALUES: &'static [&'static str];
    /// Whether a series may be without the attribute, as those of an `Option` are: the last index stands for that.
    const OPTIONAL: bool = false;

    /// The position of this value, below [`Label::CARDINALITY`].
    fn index(self) -> usize;
}

/// The labels of one metric: `()`, one [`Label`], or a tuple of up to four.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of metric labels",
    note = "labels are `()`, one type declared with `labels!` or `capped_labels!`, or a tuple of up to four of them; \
            identifiers are span and event attributes, never metric labels"
)]
pub trait LabelSet: Copy + Debug + Send + Sync + 'static {
    /// The number of series.
    const CARDINALITY: usize;
    /// Each dimension, in order.
    const DIMENSIONS: &'static [Dimension];

    /// The position of this combination, below [`LabelSet::CARDINALITY`].
    fn index(self) -> usize;
}

/// One dimension of a metric, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dimension {
    /// The attribute's name.
    pub key: &'static str,
    /// The number of values.
    pub cardinality: usize,
    /// The values of a closed dimension; empty for a capped one.
    pub values: &'static [&'static str],
    /// Whether a series may be without the attribute, which counts as one value more.
    pub optional: bool,
}

impl Dimension {
    /// A closed dimension with these values.
    #[cfg(feature = "pipeline")]
    pub(crate) const fn new(key: &'static str, values: &'static [&'static str]) -> Self {
        Self { key, cardinality: values.len(), values, optional: false }
    }

    /// A dimension with at most so many values.
    #[cfg(feature = "pipeline")]
    pub(crate) const fn capped(key: &'static str, cap: usize) -> Self {
        Self { key, cardinality: cap, values: &[], optional: false }
    }

    const fn of<L: Label>() -> Self {
        Self { key: L::KEY, cardinality: L::CARDINALITY, values: L::VALUES, optional: L::OPTIONAL }
    }

    /// Whether value `index` is that there is none.
    pub(crate) const fn is_absent(&self, index: usize) -> bool {
        self.optional && index + 1 == self.cardinality
    }

    /// The text of value `index`; `None` when a capped set has no such value yet.
    pub(crate) fn value(&self, index: usize, capped: &CappedNames) -> Option<String> {
        match self.values.get(index) {
            Some(value) => Some((*value).to_owned()),
            None => capped.name(self.key, index),
        }
    }
}

/// A label that a series may be without: `error.type`, which nothing has that went well. The attribute is left out.
impl<L: Label> Label for Option<L> {
    const KEY: &'static str = L::KEY;
    const CARDINALITY: usize = {
        assert!(!L::OPTIONAL, "what may be left out once cannot be left out twice");
        L::CARDINALITY + 1
    };
    const VALUES: &'static [&'static str] = L::VALUES;
    const OPTIONAL: bool = true;

    #[inline]
    fn index(self) -> usize {
        self.map_or(L::CARDINALITY, L::index)
    }
}

impl LabelSet for () {
    const CARDINALITY: usize = 1;
    const DIMENSIONS: &'static [Dimension] = &[];

    #[inline]
    fn index(self) -> usize {
        0
    }
}

impl<A: Label> LabelSet for A {
    const CARDINALITY: usize = A::CARDINALITY;
    const DIMENSIONS: &'static [Dimension] = &[Dimension::of::<A>()];

    #[inline]
    fn index(self) -> usize {
        Label::index(self)
    }
}

macro_rules! tuple_label_sets {
    ($(($($label:ident . $at:tt),+))+) => {$(
        impl<$($label: Label),+> LabelSet for ($($label,)+) {
            const CARDINALITY: usize = 1 $(* $label::CARDINALITY)+;
            const DIMENSIONS: &'static [Dimension] = &[$(Dimension::of::<$label>()),+];

            #[inline]
            fn index(self) -> usize {
                let mut index = 0;
                $(index = index * $label::CARDINALITY + Label::index(self.$at);)+
                index
            }
        }
    )+};
}

tuple_label_sets! {
    (A.0, B.1)
    (A.0, B.1, C.2)
    (A.0, B.1, C.2, D.3)
}

/// Declares closed label enums: each variant with the text that leaves the process.
///
/// ```
/// otel_core::labels! {
///     /// Which side of the market an order is on.
///     pub enum Side: "trading.order.side" {
///         /// Buys.
///         Buy = "buy",
///         /// Sells.
///         Sell = "sell",
///     }
/// }
///
/// assert_eq!(Side::Sell.as_str(), "sell");
/// assert_eq!(Side::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! labels {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident: $key:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)+
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The text that leaves the process.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)+
                }
            }
        }

        impl $crate::Label for $name {
            const KEY: &'static str = $key;
            const CARDINALITY: usize = Self::ALL.len();
            const VALUES: &'static [&'static str] = &[$($value,)+];

            #[inline]
            fn index(self) -> usize {
                self as usize
            }
        }

        impl $crate::Fixed for $name {
            // By its index: a metric has no more series than this counts.
            const SIZE: usize = 2;

            #[inline]
            fn store(&self, to: &mut [u8]) {
                $crate::Fixed::store(&(*self as u16), to);
            }

            #[inline]
            fn load(from: &[u8]) -> Self {
                let index: u16 = $crate::Fixed::load(from);
                Self::ALL[usize::from(index) % Self::ALL.len()]
            }
        }
    )+};
}
