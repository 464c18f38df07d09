//! What a shop counts and times.

use std::time::Duration;

use otel_core::{Counter, Histogram, Telemetry};

use crate::charge::Charge;
use crate::conventions::{inventory, order, payment, user};
use crate::inventory::Line;
use crate::labels::{
    Action, ActionFailure, Channel, OrderFact, OrderFailure, OrderStatus, OrderViolation, PaymentFailure,
    PaymentMethod, PaymentNetwork, PaymentOperation, PaymentService, RegistrationResult, RegistrationSource,
    ReleaseReason, ReservationResult,
};

/// The instruments of what people do, of orders, payments and stock, one method for each fact.
///
/// The spans of this crate record into them; call them yourself only for what no span stands for. Clones are cheap and
/// record into the same series.
#[derive(Clone, Debug)]
pub struct Metrics {
    actions: Counter<(Action, Option<ActionFailure>)>,
    faults: Counter<Action>,
    registrations: Counter<(RegistrationSource, RegistrationResult)>,
    orders: Counter<(OrderStatus, Channel, Option<OrderFailure>)>,
    processing: Histogram<(Channel, Option<OrderFailure>)>,
    facts: Counter<OrderFact>,
    violations: Counter<(OrderFact, OrderViolation)>,
    forgotten: Counter<()>,
    authorization: Histogram<(PaymentMethod, PaymentNetwork, Option<PaymentFailure>)>,
    authorizations: Counter<(PaymentMethod, PaymentService)>,
    operation: Histogram<(PaymentOperation, PaymentMethod, Option<PaymentFailure>)>,
    reservations: Counter<ReservationResult>,
    shortage: Counter<()>,
    releases: Counter<ReleaseReason>,
}

impl Metrics {
    pub(crate) fn new(telemetry: &Telemetry) -> Self {
        Self {
            actions: telemetry.counter(&user::USER_ACTIONS),
            faults: telemetry.counter(&user::ACTION_FAULTS),
            registrations: telemetry.counter(&user::REGISTRATIONS),
            orders: telemetry.counter(&order::ORDERS),
            processing: telemetry.histogram(&order::PROCESSING_DURATION),
            facts: telemetry.counter(&order::FACTS),
            violations: telemetry.counter(&order::TRANSITION_VIOLATIONS),
            forgotten: telemetry.counter(&order::FORGOTTEN),
            authorization: telemetry.histogram(&payment::AUTHORIZATION_DURATION),
            authorizations: telemetry.counter(&payment::AUTHORIZATIONS),
            operation: telemetry.histogram(&payment::OPERATION_DURATION),
            reservations: telemetry.counter(&inventory::RESERVATIONS),
            shortage: telemetry.counter(&inventory::SHORTAGE),
            releases: telemetry.counter(&inventory::RELEASES),
        }
    }

    /// Counts one thing that somebody did: `ecommerce.user.actions`, in `{action}`, and `ecommerce.user.action.faults`
    /// where the shop failed at it.
    #[inline]
    pub fn user_acted(&self, action: Action, failure: Option<ActionFailure>) {
        self.actions.add(1, (action, failure));
        if failure.is_some_and(ActionFailure::is_fault) {
            self.faults.add(1, action);
        }
    }

    /// Counts one registration: `ecommerce.user.registrations`, in `{registration}`.
    pub fn user_registered(&self, source: RegistrationSource, result: RegistrationResult) {
        self.registrations.add(1, (source, result));
    }

    /// Counts one order that came to a status: `ecommerce.orders`, in `{order}`.
    pub fn order_came(&self, status: OrderStatus, channel: Channel, failure: Option<OrderFailure>) {
        self.orders.add(1, (status, channel, failure));
    }

    /// Records how long an order took until it was handed over, or given up: `ecommerce.order.processing.duration`, in
    /// seconds.
    pub fn order_processed(&self, took: Duration, channel: Channel, failure: Option<OrderFailure>) {
        self.processing.record_duration(took, (channel, failure));
    }

    /// Counts one fact about an order: `ecommerce.order.facts`, in `{fact}`, and
    /// `ecommerce.order.transition.violations`, in `{violation}`, where something is wrong with it.
    pub fn order_fact(&self, fact: OrderFact, violation: Option<OrderViolation>) {
        self.facts.add(1, fact);
        if let Some(violation) = violation {
            self.violations.add(1, (fact, violation));
        }
    }

    /// Counts facts about an order that would not be known again: `ecommerce.order.forgotten`, in `{fact}`.
    pub fn order_facts_forgotten(&self, facts: u64) {
        self.forgotten.add(facts, ());
    }

    /// Records how long the authorisation of a payment took: `ecommerce.payment.authorization.duration`, in seconds.
    /// Unless its issuer declined it, it is also counted in `ecommerce.payment.authorizations`, in `{payment}`.
    pub fn payment_answered(&self, took: Duration, charge: &Charge<'_>, failure: Option<PaymentFailure>) {
        let method = charge.method();
        self.authorization.record_duration(took, (method, charge.network(), failure));
        match failure {
            None => self.authorizations.add(1, (method, PaymentService::Served)),
            Some(failure) if failure.is_decline() => {}
            Some(_) => self.authorizations.add(1, (method, PaymentService::Failed)),
        }
    }

    /// Records how long it took to take money, or to give it back: `ecommerce.payment.operation.duration`, in seconds.
    pub fn payment_moved(
        &self,
        took: Duration,
        operation: PaymentOperation,
        charge: &Charge<'_>,
        failure: Option<PaymentFailure>,
    ) {
        self.operation.record_duration(took, (operation, charge.method(), failure));
    }

    /// Counts one reservation: `ecommerce.inventory.reservations`, in `{reservation}`.
    pub fn stock_reserved(&self, result: ReservationResult) {
        self.reservations.add(1, result);
    }

    /// Counts the pieces that were not there: `ecommerce.inventory.shortage`, in `{piece}`.
    pub fn stock_ran_short(&self, line: &Line<'_>) {
        self.shortage.add(line.missing().into(), ());
    }

    /// Counts the pieces that are for sale again: `ecommerce.inventory.releases`, in `{piece}`.
    pub fn stock_released(&self, line: &Line<'_>, reason: ReleaseReason) {
        self.releases.add(line.reserved().into(), reason);
    }
}
