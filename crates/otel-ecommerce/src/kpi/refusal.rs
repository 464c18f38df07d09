//! Why something that was said of a shop was not taken in, for people.

use std::error::Error;
use std::fmt;

use crate::labels::KpiRefusal;

impl fmt::Display for KpiRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identifier => "an identifier is not empty",
            Self::Amount => "a sale is not less than nothing, and a refund is more",
            Self::Currency => "there is no room for its currency",
            Self::Future => "it is later than anything can be",
            Self::Late => "it is too old to tell whether it was counted",
            Self::Contradiction => "it was counted with another amount",
            Self::Unknown => "there is no such cart, or not any more",
            Self::Overflow => "the sum would be too large",
        })
    }
}

impl Error for KpiRefusal {}
