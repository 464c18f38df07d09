//! Exact arithmetic between prices and minor units: nothing is rounded but the last result.

/// An exact number: `mantissa × 10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    pub(super) mantissa: i128,
    pub(super) scale: u32,
}

impl Exact {
    pub(super) const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// The sum; `None` when it does not fit.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let mantissa = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Self { mantissa, scale })
    }

    /// The number in units of `10^-exponent`, rounded half to even; `None` when it does not fit.
    pub(super) fn in_minor_units(self, exponent: u32) -> Option<i64> {
        let minor = match self.scale.checked_sub(exponent) {
            None | Some(0) => self.at_scale(exponent)?,
            Some(digits) => half_even(self.mantissa, 10_i128.checked_pow(digits)?),
        };
        i64::try_from(minor).ok()
    }

    /// The mantissa at a scale that is not smaller.
    fn at_scale(self, scale: u32) -> Option<i128> {
        self.mantissa.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }
}

/// Divides by a power of ten and rounds half to even.
fn half_even(value: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (value.div_euclid(divisor), value.rem_euclid(divisor));
    // The rest is compared with what it lacks, because twice of it may not fit.
    let up = match rest.cmp(&(divisor - rest)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    quotient + i128::from(up)
}
