//! How much, at which price, and on whose order.

use otel_core::Currency;

use crate::ids::iso::Lei;
use crate::regulatory::figure::Figure;

/// Fields 30 and 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows three kinds")]
pub enum Quantity {
    /// `UNIT`: so many pieces or contracts.
    Units(Figure<18, 17>),
    /// `NOMI`: so much nominal value.
    Nominal(Figure<18, 5>, Currency),
    /// `MONE`: so much money.
    Monetary(Figure<18, 5>, Currency),
}

/// Fields 33 and 34, or 51 and 52: without commission and accrued interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows six kinds")]
pub enum Price {
    /// `MONE`: in major units of a currency.
    Monetary(Figure<18, 13>, Currency),
    /// `PERC`: in per cent.
    Percentage(Figure<11, 10>),
    /// `YIEL`: as a yield, in per cent.
    Yield(Figure<11, 10>),
    /// `BPNT`: in basis points.
    BasisPoints(Figure<18, 17>),
    /// `PNDG`: not known yet, and in which currency it will be if that is known.
    Pending(Option<Currency>),
    /// `NOAP`: there is none.
    NotApplicable,
}

/// Fields 38 and 39: what the seller received at the start; less than nothing if the seller paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpfrontPayment {
    /// How much.
    pub amount: Figure<18, 5>,
    /// Of which currency.
    pub currency: Currency,
}

/// Fields 25 to 27: transmission of the order, under Article 4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transmission {
    /// Whether the firm passed the order on without meeting the conditions of Article 4.
    pub indicator: bool,
    /// Who passed on the buyer's order, meeting them.
    pub for_buyer: Option<Lei>,
    /// Who passed on the seller's order, meeting them.
    pub for_seller: Option<Lei>,
}

impl Quantity {
    /// Whether it is more than nothing.
    pub const fn is_positive(&self) -> bool {
        match self {
            Self::Units(units) => units.is_positive(),
            Self::Nominal(amount, _) | Self::Monetary(amount, _) => amount.is_positive(),
        }
    }
}
