//! What the operators of a gateway want to be woken up for.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::conventions::gateway as said;
use crate::labels::{AuthFailure, AuthScheme, LimitDecision, LimitScope};

const WINDOW: Duration = Duration::from_secs(5 * 60);
const PENDING: Duration = Duration::from_secs(2 * 60);

/// Most attempts have wrong credentials.
///
/// People mistype one password in a few, and lists that were stolen elsewhere fit one account in a thousand; half is
/// between the two. Tokens that expire are no part of it: that is what they are for.
pub(crate) const STUFFED: AlertRule = AlertRule::new(
    said::STUFFED,
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(said::AUTHENTICATION_FAILURES.facts())
            .only(&[Matching::new(AuthFailure::KEY, AuthFailure::WrongCredentials.as_str())]),
        whole: Series::all(said::AUTHENTICATIONS.facts()),
        window: WINDOW,
        limit: Limit::above(0.5),
        // Somebody who has forgotten a password at night is no attack.
        min_events: 100,
    },
    PENDING,
    said::STUFFED_MEANS,
)
.by(&[AuthScheme::KEY]);

/// A limit turns away more than one request in five.
pub(crate) const LIMITED: AlertRule = AlertRule::new(
    said::LIMITED,
    AlertLevel::Medium,
    Condition::Ratio {
        part: Series::all(said::LIMIT_DECISIONS.facts())
            .only(&[Matching::new(LimitDecision::KEY, LimitDecision::Limited.as_str())]),
        whole: Series::all(said::LIMIT_DECISIONS.facts()),
        window: WINDOW,
        limit: Limit::above(0.2),
        min_events: 100,
    },
    PENDING,
    said::LIMITED_MEANS,
)
.by(&[LimitScope::KEY]);
