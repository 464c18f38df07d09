//! A payment, as those who judge it need it.

use otel_core::{Money, Pseudonym, Timestamp};

use crate::ids::{OrderId, PaymentId};
use crate::labels::PaymentFailure;
use crate::place::Place;

/// One attempt to pay.
#[derive(Clone, Copy, Debug)]
pub struct Payment<'a> {
    /// The payment.
    pub id: PaymentId<'a>,
    /// The order it is for, where there is one already.
    pub order: Option<OrderId<'a>>,
    /// Who pays.
    pub user: Pseudonym,
    /// The card or account that is charged: the payment service's token, as a pseudonym.
    pub card: Option<Pseudonym>,
    /// The device it was made with.
    pub device: Option<Pseudonym>,
    /// The till, terminal or merchant it was made at: what labels of fraud come back for.
    pub terminal: Option<Pseudonym>,
    /// How much.
    pub amount: Money,
    /// When it was made, by its own clock: the time all windows go by.
    pub at: Timestamp,
    /// Where it was made from, where that is known.
    pub place: Option<Place>,
}

/// What became of an attempt to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentOutcome {
    /// The issuer says that the money is there.
    Authorised,
    /// It was not authorised: the issuer declined, or nobody could be asked.
    Failed(PaymentFailure),
}

impl PaymentOutcome {
    /// Why it was not authorised.
    pub const fn failure(self) -> Option<PaymentFailure> {
        match self {
            Self::Authorised => None,
            Self::Failed(failure) => Some(failure),
        }
    }
}
