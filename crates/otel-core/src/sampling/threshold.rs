//! The two numbers of consistent probability sampling: a trace's randomness, and the threshold it has to reach.

use std::fmt;

use opentelemetry::TraceId;

/// The number of different values that 56 bits have: 2⁵⁶, the greatest adjusted count there is.
const VALUES: u64 = 1 << 56;

/// Hexadecimal digits of a number of 56 bits.
const DIGITS: u32 = 14;

/// Significant digits of a threshold that was made from a probability. Leading `f`s are no such digits: they say how
/// small the probability is, and not how exactly it is known.
const PRECISION: u32 = 5;

/// The rejection threshold of consistent probability sampling: a trace is kept when its [`Randomness`] is not below.
///
/// It is what `th` says in the `ot` member of a `tracestate`: of 2⁵⁶ traces, this many are left out. Every service
/// that compares with the same randomness keeps a subset of what a service with a lower threshold keeps, so decisions
/// that were made apart still fit together, and what a kept trace stands for can be read off its threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u64);

/// The randomness of a trace, which all decisions on it compare with.
///
/// It is what `rv` says in the `ot` member of a `tracestate`; without it, the last 56 bits of the trace id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Randomness(u64);

impl Threshold {
    /// The threshold that every trace reaches.
    pub const ALWAYS: Self = Self(0);

    /// The highest threshold: it keeps one trace in 2⁵⁶. That nothing at all is kept is no threshold.
    pub const HIGHEST: Self = Self(VALUES - 1);

    /// The threshold that keeps this share of traces, from 2⁻⁵⁶ to 1; `None` for what is no such share.
    ///
    /// It is rounded up to five significant digits, so that it takes little room in a header. The rounded one is the
    /// true one: decisions and adjusted counts are made with what is written.
    pub fn from_probability(probability: f64) -> Option<Self> {
        // To multiply by a power of two is exact, which `1 − probability` would not be.
        let kept = probability * VALUES as f64;
        (1.0..=VALUES as f64).contains(&kept).then(|| Self::rounded_up(VALUES - kept as u64))
    }

    /// The threshold that leaves out `rejected` of 2⁵⁶ traces; `None` when that is not less than all.
    pub const fn exactly(rejected: u64) -> Option<Self> {
        if rejected < VALUES { Some(Self(rejected)) } else { None }
    }

    /// The lowest threshold of five significant digits that leaves out at least `rejected` of 2⁵⁶ traces, or the
    /// highest there is.
    pub const fn rounded_up(rejected: u64) -> Self {
        if rejected >= VALUES {
            return Self::HIGHEST;
        }
        let leading = (rejected << 8).leading_ones() / 4;
        let Some(cut) = DIGITS.checked_sub(leading + PRECISION) else { return Self(rejected) };
        let unit = 1 << (4 * cut);
        // The first digit behind the leading `f`s is none itself, so this cannot grow out of its 56 bits.
        Self(rejected.div_ceil(unit) * unit)
    }

    /// How many of 2⁵⁶ traces are left out.
    pub const fn rejected(self) -> u64 {
        self.0
    }

    /// Whether a trace is kept.
    #[inline]
    pub const fn keeps(self, randomness: Randomness) -> bool {
        randomness.0 >= self.0
    }

    /// The share of traces that is kept, from 2⁻⁵⁶ to 1.
    pub fn probability(self) -> f64 {
        (VALUES - self.0) as f64 / VALUES as f64
    }

    /// How many traces a kept one stands for: the inverse of [`Threshold::probability`].
    pub fn adjusted_count(self) -> f64 {
        VALUES as f64 / (VALUES - self.0) as f64
    }

    /// Reads what `th` says: one to fourteen lower-case hexadecimal digits, those left out being zeros.
    pub fn parse(digits: &str) -> Option<Self> {
        Self::read(digits.as_bytes())
    }

    pub(super) fn read(digits: &[u8]) -> Option<Self> {
        let shift = DIGITS.checked_sub(u32::try_from(digits.len()).ok()?)?;
        (!digits.is_empty()).then(|| Some(Self(hexadecimal(digits)? << (4 * shift))))?
    }
}

/// Writes it as `th` says it: without the zeros at the end, and `0` for none at all.
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zeros = (self.0.trailing_zeros() / 4).min(DIGITS - 1);
        write!(f, "{:0width$x}", self.0 >> (4 * zeros), width = (DIGITS - zeros) as usize)
    }
}

impl Randomness {
    /// The randomness of a trace without an explicit one: the last 56 bits of its id.
    #[inline]
    pub fn of(trace_id: TraceId) -> Self {
        Self(u128::from_be_bytes(trace_id.to_bytes()) as u64 & (VALUES - 1))
    }

    /// The randomness made of the last 56 of these bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & (VALUES - 1))
    }

    /// The 56 bits as a number.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The randomness as a number u above 0 and up to 1: a trace is kept with the probability p exactly when u ≤ p.
    pub fn rank(self) -> f64 {
        (VALUES - self.0) as f64 / VALUES as f64
    }

    /// Reads what `rv` says: fourteen lower-case hexadecimal digits.
    pub fn parse(digits: &str) -> Option<Self> {
        Self::read(digits.as_bytes())
    }

    pub(super) fn read(digits: &[u8]) -> Option<Self> {
        (digits.len() == DIGITS as usize).then(|| hexadecimal(digits).map(Self))?
    }
}

/// Writes it as `rv` says it.
impl fmt::Display for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014x}", self.0)
    }
}

/// The number that these lower-case digits are, of which there are no more than fit.
fn hexadecimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(value))
    })
}
