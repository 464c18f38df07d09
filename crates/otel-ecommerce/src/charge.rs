//! A payment that is asked for.

use otel_core::{Money, Pseudonym};

use crate::ids::{IdempotencyKey, OrderId, PaymentId};
use crate::invalid::{Field, Invalid};
use crate::labels::{PaymentMethod, PaymentNetwork};

/// A payment that is about to be authorised, taken or given back.
///
/// There is no place in it for the number of a card, its first digits or its check digits: a card is the payment service's
/// token, and that as a [`Pseudonym`].
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    amount: Money,
    method: PaymentMethod,
    network: PaymentNetwork,
    order: Option<OrderId<'a>>,
    user: Option<Pseudonym>,
    card: Option<Pseudonym>,
    idempotency_key: Option<IdempotencyKey<'a>>,
    payment: Option<PaymentId<'a>>,
}

impl<'a> Charge<'a> {
    /// A payment of this amount.
    ///
    /// # Errors
    ///
    /// When the amount is not more than nothing, or in no currency.
    pub fn new(amount: Money, method: PaymentMethod, network: PaymentNetwork) -> Result<Self, Invalid> {
        Invalid::unless_paid(amount)?;
        let (order, user, card, idempotency_key, payment) = (None, None, None, None, None);
        Ok(Self { amount, method, network, order, user, card, idempotency_key, payment })
    }

    /// The same payment, with the order that it is for.
    ///
    /// # Errors
    ///
    /// When the identifier is empty.
    pub fn with_order(mut self, order: OrderId<'a>) -> Result<Self, Invalid> {
        Invalid::unless_there(order.0, Field::Order)?;
        self.order = Some(order);
        Ok(self)
    }

    /// The same payment, with who pays.
    #[must_use]
    pub const fn with_user(mut self, user: Pseudonym) -> Self {
        self.user = Some(user);
        self
    }

    /// The same payment, with the token of the card or account that is charged.
    #[must_use]
    pub const fn with_card(mut self, card: Pseudonym) -> Self {
        self.card = Some(card);
        self
    }

    /// The same payment, with what makes it be carried out once.
    ///
    /// # Errors
    ///
    /// When the key is empty.
    pub fn with_idempotency_key(mut self, key: IdempotencyKey<'a>) -> Result<Self, Invalid> {
        Invalid::unless_there(key.0, Field::IdempotencyKey)?;
        self.idempotency_key = Some(key);
        Ok(self)
    }

    /// The same payment, with what the payment service calls it, where it has a name already: when it is taken or given
    /// back.
    ///
    /// # Errors
    ///
    /// When the identifier is empty.
    pub fn with_payment(mut self, payment: PaymentId<'a>) -> Result<Self, Invalid> {
        Invalid::unless_there(payment.0, Field::Payment)?;
        self.payment = Some(payment);
        Ok(self)
    }

    /// How much.
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// What is paid with.
    pub const fn method(&self) -> PaymentMethod {
        self.method
    }

    /// The network it goes through.
    pub const fn network(&self) -> PaymentNetwork {
        self.network
    }

    /// The order that it is for.
    pub const fn order(&self) -> Option<OrderId<'a>> {
        self.order
    }

    /// Who pays.
    pub const fn user(&self) -> Option<Pseudonym> {
        self.user
    }

    /// The token of the card or account that is charged.
    pub const fn card(&self) -> Option<Pseudonym> {
        self.card
    }

    /// What makes it be carried out once.
    pub const fn idempotency_key(&self) -> Option<IdempotencyKey<'a>> {
        self.idempotency_key
    }

    /// What the payment service calls it.
    pub const fn payment(&self) -> Option<PaymentId<'a>> {
        self.payment
    }
}
