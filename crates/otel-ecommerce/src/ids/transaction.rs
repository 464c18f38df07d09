//! What a payment service did, by its own names.

use super::{CaptureId, PaymentId, RefundId, VoidId};

/// What the payment service calls one thing that it did: a payment, or what it took, gave back or released of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransactionId<'a> {
    /// A payment.
    Payment(PaymentId<'a>),
    /// Money that was taken.
    Capture(CaptureId<'a>),
    /// Money that was given back.
    Refund(RefundId<'a>),
    /// An authorisation, or a part of one, that was released.
    Void(VoidId<'a>),
}

impl<'a> TransactionId<'a> {
    /// The identifier's text.
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Payment(PaymentId(id))
            | Self::Capture(CaptureId(id))
            | Self::Refund(RefundId(id))
            | Self::Void(VoidId(id)) => id,
        }
    }
}

impl<'a> From<PaymentId<'a>> for TransactionId<'a> {
    fn from(id: PaymentId<'a>) -> Self {
        Self::Payment(id)
    }
}

impl<'a> From<CaptureId<'a>> for TransactionId<'a> {
    fn from(id: CaptureId<'a>) -> Self {
        Self::Capture(id)
    }
}

impl<'a> From<RefundId<'a>> for TransactionId<'a> {
    fn from(id: RefundId<'a>) -> Self {
        Self::Refund(id)
    }
}

impl<'a> From<VoidId<'a>> for TransactionId<'a> {
    fn from(id: VoidId<'a>) -> Self {
        Self::Void(id)
    }
}
