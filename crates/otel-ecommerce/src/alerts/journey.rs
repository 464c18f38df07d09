//! What is worth waking somebody up for while people shop.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::conventions::{inventory, order, payment, user};
use crate::labels::{Action, OrderViolation, PaymentService, ReservationResult};

const MINUTES_2: Duration = Duration::from_secs(2 * 60);
const MINUTES_5: Duration = Duration::from_secs(5 * 60);
const MINUTES_10: Duration = Duration::from_secs(10 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The shop fails at purchases.
pub(crate) const CHECKOUT_FAILING: AlertRule = AlertRule::new(
    user::CHECKOUT_FAILING,
    AlertLevel::Critical,
    Condition::Ratio {
        part: Series::all(user::ACTION_FAULTS.facts()).only(PURCHASES),
        whole: Series::all(user::USER_ACTIONS.facts()).only(PURCHASES),
        window: MINUTES_5,
        limit: Limit::above(0.05).until(0.02),
        // One failure at night is not an outage.
        min_events: 50,
    },
    MINUTES_2,
    user::CHECKOUT_FAILING_MEANS,
);

/// Payments are not authorised, and their issuers are not to blame.
pub(crate) const AUTHORIZATIONS_LOW: AlertRule = AlertRule::new(
    payment::AUTHORIZATIONS_LOW,
    AlertLevel::Critical,
    Condition::Ratio {
        part: Series::all(payment::AUTHORIZATIONS.facts())
            .only(&[Matching::new(PaymentService::KEY, PaymentService::Served.as_str())]),
        whole: Series::all(payment::AUTHORIZATIONS.facts()),
        window: MINUTES_5,
        limit: Limit::below(0.95).until(0.98),
        min_events: 50,
    },
    MINUTES_2,
    payment::AUTHORIZATIONS_LOW_MEANS,
);

/// Orders are said to come to what they cannot come to.
pub(crate) const TRANSITIONS_ILLEGAL: AlertRule = AlertRule::new(
    order::TRANSITIONS_ILLEGAL,
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(order::TRANSITION_VIOLATIONS.facts())
            .only(&[Matching::new(OrderViolation::KEY, OrderViolation::Illegal.as_str())]),
        whole: Series::all(order::FACTS.facts()),
        window: MINUTES_10,
        limit: Limit::above(0.005),
        min_events: 200,
    },
    MINUTES_2,
    order::TRANSITIONS_ILLEGAL_MEANS,
);

/// More is taken or given back than there is.
pub(crate) const AMOUNTS_EXCEEDED: AlertRule = AlertRule::new(
    order::AMOUNTS_EXCEEDED,
    AlertLevel::Critical,
    Condition::Ratio {
        part: Series::all(order::TRANSITION_VIOLATIONS.facts())
            .only(&[Matching::new(OrderViolation::KEY, OrderViolation::Excess.as_str())]),
        whole: Series::all(order::FACTS.facts()),
        window: MINUTES_10,
        // Somebody's money is in the wrong place, so the first one counts.
        limit: Limit::above(0.0),
        min_events: 1,
    },
    MINUTES_2,
    order::AMOUNTS_EXCEEDED_MEANS,
);

/// Money moves of which nobody said where it comes from.
pub(crate) const AMOUNTS_UNMATCHED: AlertRule = AlertRule::new(
    order::AMOUNTS_UNMATCHED,
    AlertLevel::Medium,
    Condition::Ratio {
        part: Series::all(order::TRANSITION_VIOLATIONS.facts())
            .only(&[Matching::new(OrderViolation::KEY, OrderViolation::Unmatched.as_str())]),
        whole: Series::all(order::FACTS.facts()),
        window: HOUR,
        // Messages overtake one another; that this many do is a fault.
        limit: Limit::above(0.02).until(0.01),
        min_events: 200,
    },
    MINUTES_10,
    order::AMOUNTS_UNMATCHED_MEANS,
);

/// Too much is sold out.
pub(crate) const SHORT: AlertRule = AlertRule::new(
    inventory::SHORT,
    AlertLevel::Medium,
    Condition::Ratio {
        part: Series::all(inventory::RESERVATIONS.facts())
            .only(&[Matching::new(ReservationResult::KEY, ReservationResult::OutOfStock.as_str())]),
        whole: Series::all(inventory::RESERVATIONS.facts()),
        window: HOUR,
        limit: Limit::above(0.1).until(0.05),
        min_events: 50,
    },
    MINUTES_10,
    inventory::SHORT_MEANS,
);

const PURCHASES: &[Matching] = &[Matching::new(Action::KEY, Action::Purchase.as_str())];
