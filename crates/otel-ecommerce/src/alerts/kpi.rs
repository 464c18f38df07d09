//! What whoever runs a shop wants to be woken up for.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::conventions::kpi as said;
use crate::labels::{Booking, FunnelStep, RevenueEntry, RevenueLack, SearchType};

const MINUTES_2: Duration = Duration::from_secs(2 * 60);
const MINUTES_15: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const HOURS_6: Duration = Duration::from_secs(6 * 60 * 60);

/// Nothing is sold though people want to buy: silence alone would wake somebody up every quiet night.
pub(crate) const REVENUE_STOPPED: AlertRule = AlertRule::new(
    said::REVENUE_STOPPED,
    AlertLevel::Critical,
    Condition::Ratio {
        part: Series::all(said::BOOKINGS.facts()).only(&[
            Matching::new(RevenueEntry::KEY, RevenueEntry::Sale.as_str()),
            Matching::new(Booking::KEY, Booking::New.as_str()),
        ]),
        whole: Series::all(said::FUNNEL_ENTRIES.facts())
            .only(&[Matching::new(FunnelStep::KEY, FunnelStep::BeginCheckout.as_str())]),
        window: MINUTES_15,
        // About half of those who begin to check out buy. None of fifty has a chance of one in 10¹⁵.
        limit: Limit::below(0.001),
        min_events: 50,
    },
    MINUTES_2,
    said::REVENUE_STOPPED_MEANS,
);

/// Searches find nothing.
pub(crate) const ZERO_RESULTS_HIGH: AlertRule = AlertRule::new(
    said::ZERO_RESULTS_HIGH,
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(said::SEARCH_ZERO_RESULTS.facts()),
        whole: Series::all(said::SEARCH_RESULTS.facts()),
        window: MINUTES_15,
        limit: Limit::above(0.2).until(0.15),
        min_events: 100,
    },
    MINUTES_2,
    said::ZERO_RESULTS_HIGH_MEANS,
)
.by(&[SearchType::KEY]);

/// Carts are left behind. About seven in ten are anywhere: the average of the studies that Baymard collects is 70 %.
pub(crate) const ABANDONMENT_HIGH: AlertRule = AlertRule::new(
    said::ABANDONMENT_HIGH,
    AlertLevel::Medium,
    Condition::Ratio {
        part: Series::all(said::CART_ABANDONMENTS.facts()),
        whole: Series::all(said::CART_STARTS.facts()),
        // Half an hour passes before a silent cart counts, so a shorter window would compare different carts.
        window: HOURS_6,
        limit: Limit::above(0.9).until(0.85),
        min_events: 200,
    },
    MINUTES_15,
    said::ABANDONMENT_HIGH_MEANS,
);

/// Much is given back: in a year of UCI's Online Retail it was 0.17 for each order.
pub(crate) const REFUNDS_HIGH: AlertRule = AlertRule::new(
    said::REFUNDS_HIGH,
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(said::BOOKINGS.facts()).only(&[
            Matching::new(RevenueEntry::KEY, RevenueEntry::Refund.as_str()),
            Matching::new(Booking::KEY, Booking::New.as_str()),
        ]),
        whole: Series::all(said::BOOKINGS.facts()).only(&[
            Matching::new(RevenueEntry::KEY, RevenueEntry::Sale.as_str()),
            Matching::new(Booking::KEY, Booking::New.as_str()),
        ]),
        window: HOURS_6,
        limit: Limit::above(0.3).until(0.25),
        min_events: 100,
    },
    MINUTES_15,
    said::REFUNDS_HIGH_MEANS,
);

/// Money was not counted: one amount is enough, for the sums lack it.
pub(crate) const REVENUE_REFUSED: AlertRule = AlertRule::new(
    said::REVENUE_REFUSED_ALERT,
    AlertLevel::Medium,
    Condition::Rate {
        series: Series::all(said::REVENUE_REFUSALS.facts())
            .only(&[Matching::new(RevenueLack::KEY, RevenueLack::Certain.as_str())]),
        window: HOUR,
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::REVENUE_REFUSED_MEANS,
)
.by(&[RevenueEntry::KEY]);

/// Money was refused that may be in the sums: whoever adds it blindly counts it twice.
pub(crate) const REVENUE_DOUBTED: AlertRule = AlertRule::new(
    said::REVENUE_DOUBTED_ALERT,
    AlertLevel::Medium,
    Condition::Rate {
        series: Series::all(said::REVENUE_REFUSALS.facts())
            .only(&[Matching::new(RevenueLack::KEY, RevenueLack::Doubtful.as_str())]),
        window: HOUR,
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::REVENUE_DOUBTED_MEANS,
)
.by(&[RevenueEntry::KEY]);
