//! How an order is paid for.

use otel_core::{Money, Sensitive};
use otel_ecommerce::OrderSpan;
use otel_ecommerce::anomaly::{Findings, PaymentError};
use otel_ecommerce::charge::Charge;
use otel_ecommerce::ids::{CaptureId, IdempotencyKey, OrderId, PaymentId, RefundId, VoidId};
use otel_ecommerce::invalid::Invalid;
use otel_ecommerce::labels::{FraudDecision, OrderFailure, PaymentFailure, PaymentMethod, PaymentNetwork};
use otel_ecommerce::payment::{Payment, PaymentOutcome};

use super::purchase::Draft;
use super::{Orders, told};
use crate::payments::{Authorised, Card};
use crate::refusal::Refusal;
use crate::sessions::Visitor;

/// The one till there is. Who guesses cards with a new session for each is seen here, and nowhere else.
const CHECKOUT: &str = "checkout";

/// Why an order was not paid for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unpaid {
    /// It looked like fraud.
    Fraud,
    /// The payment was declined, or failed.
    Payment(PaymentFailure),
    /// It could not be asked for.
    Invalid,
}

impl Orders {
    /// Takes the money for an order, if nothing looks like fraud: first it is set aside, then it is taken.
    pub(super) async fn pay(
        &self,
        visitor: &Visitor,
        draft: &Draft,
        key: &str,
        card: &Card,
        order: &mut OrderSpan,
    ) -> Result<String, Unpaid> {
        let total = draft.contents.total;
        let charge = Charge::new(total, PaymentMethod::Card, card.network())?
            .with_order(OrderId(&draft.id))?
            .with_idempotency_key(IdempotencyKey(key))?
            .with_user(visitor.pseudonym)
            .with_card(card.pseudonym(&self.key));
        let payment = Payment {
            // The service has no name for it before it is asked, and there is one payment for an order.
            id: PaymentId(&draft.id),
            order: Some(OrderId(&draft.id)),
            user: visitor.pseudonym,
            card: charge.card(),
            device: Some(visitor.device),
            terminal: Some(Sensitive::new(CHECKOUT).pseudonym(&self.key)),
            amount: total,
            at: self.clock.now(),
            place: None,
        };
        let ask = self.authorize(&charge, card);
        let authorised = self.judge(&payment, visitor.user.is_some(), ask).await?;
        // It is taken or set free whole and once, so all that happens to it goes by its name.
        let id = PaymentId(&authorised.payment);
        told(order.payment_authorized(id, total));
        let captured = self.capture(&charge.with_payment(id)?, &authorised).await;
        if let Err(failure) = captured {
            // What is not taken, the issuer sets free again by itself.
            told(order.payment_voided(VoidId(id.0), total));
            return Err(Unpaid::Payment(failure));
        }
        told(order.payment_captured(CaptureId(id.0), total));
        Ok(authorised.payment)
    }

    /// Asks for a payment, unless it looks like fraud; and tells what became of it. One that cannot be judged is not made.
    ///
    /// Whoever has an account has proved that its mail is theirs, which is the only proof that this shop knows, and it has
    /// nobody to look at payments. Another asks the bank for a proof (3-D Secure), and holds what is to be looked at.
    async fn judge(
        &self,
        payment: &Payment<'_>,
        has_account: bool,
        ask: impl Future<Output = Result<Authorised, PaymentFailure>>,
    ) -> Result<Authorised, Unpaid> {
        let is_refused = |findings: &Findings| match findings.decision() {
            FraudDecision::Allow => false,
            FraudDecision::Challenge | FraudDecision::Review => !has_account,
            _ => true,
        };
        let before = self.detector.detect_payment_anomalies(payment)?;
        if is_refused(&before) {
            return Err(Unpaid::Fraud);
        }
        let answer = ask.await;
        let outcome = match &answer {
            Ok(_) => PaymentOutcome::Authorised,
            Err(failure) => PaymentOutcome::Failed(*failure),
        };
        let after = self.detector.detect_card_testing(payment, outcome, Some(&before))?;
        match answer {
            // What was set aside is not taken, and the issuer sets it free again by itself.
            Ok(_) if is_refused(&after) => Err(Unpaid::Fraud),
            answer => answer.map_err(Unpaid::Payment),
        }
    }

    async fn authorize(&self, charge: &Charge<'_>, card: &Card) -> Result<Authorised, PaymentFailure> {
        let span = self.observability.authorize_payment(charge);
        match span.wrap(self.issuer.authorize(card)).await {
            Ok(authorised) => {
                // The payment was made, whatever it is called.
                _ = span.approved(PaymentId(&authorised.payment));
                Ok(authorised)
            }
            Err(failure) => {
                span.failed(failure);
                Err(failure)
            }
        }
    }

    async fn capture(&self, charge: &Charge<'_>, authorised: &Authorised) -> Result<(), PaymentFailure> {
        let span = self.observability.capture_payment(charge);
        match span.wrap(self.issuer.capture(authorised)).await {
            Ok(()) => {
                _ = span.approved(CaptureId(&authorised.payment));
                Ok(())
            }
            Err(failure) => {
                span.failed(failure);
                Err(failure)
            }
        }
    }

    /// Gives money back. Which network it came through is not kept.
    pub(super) async fn repay(
        &self,
        visitor: &Visitor,
        order: OrderId<'_>,
        payment: &str,
        amount: Money,
    ) -> Result<(), Unpaid> {
        let charge = Charge::new(amount, PaymentMethod::Card, PaymentNetwork::Unknown)?
            .with_order(order)?
            .with_payment(PaymentId(payment))?
            .with_user(visitor.pseudonym);
        let span = self.observability.refund_payment(&charge);
        match span.wrap(self.issuer.refund(payment)).await {
            Ok(()) => {
                _ = span.approved(RefundId(payment));
                Ok(())
            }
            Err(failure) => {
                span.failed(failure);
                Err(Unpaid::Payment(failure))
            }
        }
    }
}

impl Unpaid {
    /// What it means to the order.
    pub(super) const fn of_the_order(self) -> OrderFailure {
        match self {
            Self::Fraud => OrderFailure::Fraud,
            Self::Payment(failure) if failure.is_decline() => OrderFailure::PaymentDeclined,
            Self::Payment(_) => OrderFailure::PaymentFailed,
            Self::Invalid => OrderFailure::Internal,
        }
    }
}

/// What its buyer is told: not what gave them away.
impl From<Unpaid> for Refusal {
    fn from(unpaid: Unpaid) -> Self {
        match unpaid {
            Unpaid::Fraud => Self::PaymentDeclined,
            Unpaid::Payment(failure) if failure.is_decline() => Self::PaymentDeclined,
            Unpaid::Payment(_) | Unpaid::Invalid => Self::PaymentFailed,
        }
    }
}

impl From<PaymentError> for Unpaid {
    fn from(_: PaymentError) -> Self {
        Self::Invalid
    }
}

impl From<Invalid> for Unpaid {
    fn from(_: Invalid) -> Self {
        Self::Invalid
    }
}
