//! What is said of people and what they do.

use otel_core::{Choice, CounterDef, EventDef, Key, Label, Severity, SpanDef, SpanKind, Text, Unit};

use crate::labels::{Action, ActionFailure, RegistrationResult, RegistrationSource};

/// What is done.
pub const ACTION: Key<Choice<Action>> = Key::new(Action::KEY, "What somebody does in the shop.");
/// The visit, as OpenTelemetry calls it.
pub const SESSION: Key<Text> = Key::new("session.id", "The identifier of the visit.");
/// Where the account was opened.
pub const REGISTRATION_SOURCE: Key<Choice<RegistrationSource>> =
    Key::new(RegistrationSource::KEY, "Where the account was opened.");
/// What became of the registration.
pub const REGISTRATION_RESULT: Key<Choice<RegistrationResult>> = Key::new(
    RegistrationResult::KEY,
    "What became of the registration; that an address is taken is not told from other refusals.",
);

/// Something that somebody does.
pub const USER_ACTION: SpanDef =
    SpanDef::new("user_action", SpanKind::Internal, "Something that somebody does in the shop.");
/// An account is opened.
pub const CREATE_USER: SpanDef =
    SpanDef::new("create_user", SpanKind::Internal, "An account is opened, or is not.");

/// An account was opened.
pub const USER_CREATED: EventDef =
    EventDef::new("ecommerce.user.created", Severity::Info, "An account was opened.");

/// What people did, and how it failed.
pub const USER_ACTIONS: CounterDef<(Action, Option<ActionFailure>)> = CounterDef::new(
    "ecommerce.user.actions",
    Unit::new("{action}"),
    "What people did, by the class of failure it ended with.",
);
/// What people did and the shop failed at.
pub const ACTION_FAULTS: CounterDef<Action> = CounterDef::new(
    "ecommerce.user.action.faults",
    Unit::new("{action}"),
    "What people did and the shop failed at: neither they nor their bank are to blame.",
);
/// Registrations.
pub const REGISTRATIONS: CounterDef<(RegistrationSource, RegistrationResult)> = CounterDef::new(
    "ecommerce.user.registrations",
    Unit::new("{registration}"),
    "Accounts that were to be opened.",
);

/// The name of the alert on purchases that fail.
pub(crate) const CHECKOUT_FAILING: &str = "ecommerce_checkout_failing";
/// What the alert on purchases that fail means.
pub(crate) const CHECKOUT_FAILING_MEANS: &str = "The shop fails at more than one purchase in twenty, and neither buyers nor banks are to blame: every minute costs sales.";
