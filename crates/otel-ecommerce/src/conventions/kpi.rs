//! What is said of the key figures of a shop.

use otel_core::{
    Choice, Count, CounterDef, Currency, EventDef, GaugeDef, HistogramDef, Key, Label, Severity, Text, Time,
    Unit, UpDownCounterDef,
};

use crate::labels::{
    Abandonment, Booking, CartEnd, CartStart, Channel, CurrencyCode, FunnelName, FunnelOddity, FunnelStep,
    KpiFact, KpiMemory, KpiRefusal, RateGap, RefundReason, RevenueEntry, RevenueLack, SearchOutcome,
    SearchType,
};

/// The name of the funnel that is followed when none is named.
pub const CHECKOUT: &str = "checkout";
/// The name of the funnel that those beyond the cap share.
pub const OTHER_FUNNELS: &str = "other";

/// The funnel.
pub const FUNNEL: Key<Text> = Key::new(FunnelName::KEY, "The way through the shop that is followed.");
/// The step of the funnel.
pub const STEP: Key<Choice<FunnelStep>> = Key::new(FunnelStep::KEY, "How far on the way to a purchase.");
/// What is odd about a step.
pub const ODDITY: Key<Choice<FunnelOddity>> =
    Key::new(FunnelOddity::KEY, "What is odd about the time of a step of a funnel.");
/// The estimate of a window.
pub const SESSIONS: Key<Count> =
    Key::new("ecommerce.funnel.sessions", "About how many sessions entered the step within the window.");
/// The start of a window.
pub const WINDOW_START: Key<Time> =
    Key::new("ecommerce.funnel.window.start", "When the window began in which sessions were counted.");
/// Sale or refund.
pub const ENTRY: Key<Choice<RevenueEntry>> = Key::new(RevenueEntry::KEY, "Which way the money goes.");
/// Whether it had been counted.
pub const BOOKING: Key<Choice<Booking>> =
    Key::new(Booking::KEY, "Whether the money had been counted already.");
/// Whether sums lack it.
pub const LACK: Key<Choice<RevenueLack>> =
    Key::new(RevenueLack::KEY, "Whether sums lack the money that was refused, or may have it already.");
/// The reason of a refund.
pub const REFUND_REASON: Key<Choice<RefundReason>> = Key::new(RefundReason::KEY, "Why money was given back.");
/// What amounts are converted to.
pub const REPORTING_CURRENCY: Key<Currency> = Key::new(
    "ecommerce.fx.reporting_currency",
    "The currency that amounts are converted to: an ISO 4217 code.",
);
/// Where rates are from.
pub const RATES_SOURCE: Key<Text> = Key::new("ecommerce.fx.source", "Who published the exchange rates.");
/// When rates are from.
pub const RATES_TIME: Key<Time> = Key::new("ecommerce.fx.time", "The moment the exchange rates are of.");
/// How many rates there are.
pub const RATES_COUNT: Key<Count> = Key::new("ecommerce.fx.rates", "How many currencies have a rate.");
/// Why there is no converted amount.
pub const RATE_GAP: Key<Choice<RateGap>> =
    Key::new(RateGap::KEY, "Why an amount could not be said in the reporting currency.");
/// How a cart came to be active.
pub const CART_START: Key<Choice<CartStart>> = Key::new(CartStart::KEY, "How the cart came to be active.");
/// How it is known that a cart was abandoned.
pub const ABANDONMENT: Key<Choice<Abandonment>> =
    Key::new(Abandonment::KEY, "How it is known that the cart was abandoned.");
/// How a cart ended.
pub const CART_END: Key<Choice<CartEnd>> =
    Key::new(CartEnd::KEY, "How the cart ended without being abandoned.");
/// How a search ended.
pub const SEARCH_OUTCOME: Key<Choice<SearchOutcome>> = Key::new(SearchOutcome::KEY, "How the search ended.");
/// What was said.
pub const FACT: Key<Choice<KpiFact>> = Key::new(KpiFact::KEY, "What was said of the shop.");
/// Why it was not taken in.
pub const REFUSAL: Key<Choice<KpiRefusal>> = Key::new(KpiRefusal::KEY, "Why it was not taken in.");
/// What is remembered.
pub const MEMORY: Key<Choice<KpiMemory>> = Key::new(KpiMemory::KEY, "What is remembered of the shop.");

/// A window of a funnel is over.
pub const WINDOW_CLOSED: EventDef = EventDef::new(
    "ecommerce.funnel.window.closed",
    Severity::Info,
    "A window of a funnel is over: the estimate of a step is final.",
);
/// Money was not counted.
pub const REVENUE_REFUSED: EventDef = EventDef::new(
    "ecommerce.revenue.refused",
    Severity::Error,
    "A sale or a refund was not counted as it was said: sums lack it, or may have it already.",
);
/// There are new rates.
pub const RATES_CHANGED: EventDef = EventDef::new(
    "ecommerce.fx.rates.changed",
    Severity::Info,
    "Amounts are converted by other exchange rates from now on.",
);

/// Steps of funnels.
pub const FUNNEL_ENTRIES: CounterDef<(FunnelName, FunnelStep)> =
    CounterDef::new("ecommerce.funnel.step.entries", Unit::new("{entry}"), "Steps that were entered.");
/// From one step to the next.
pub const FUNNEL_DURATION: HistogramDef<(FunnelName, FunnelStep)> = HistogramDef::new(
    "ecommerce.funnel.step.duration",
    Unit::SECONDS,
    "From the step a session was on before to this one.",
);
/// Distinct sessions.
pub const FUNNEL_SESSIONS: GaugeDef<(FunnelName, FunnelStep)> = GaugeDef::new(
    "ecommerce.funnel.session.estimate",
    Unit::new("{session}"),
    "About how many sessions entered a step within the present window.",
);
/// Steps at odd times.
pub const FUNNEL_ODDITIES: CounterDef<(FunnelName, FunnelOddity)> = CounterDef::new(
    "ecommerce.funnel.oddities",
    Unit::new("{entry}"),
    "Steps that were entered at an odd time.",
);

/// What was earned.
pub const REVENUE: CounterDef<(CurrencyCode, Channel)> =
    CounterDef::new("ecommerce.order.revenue", Unit::MINOR_UNITS, "Sales, before refunds.");
/// What was given back.
pub const REFUNDS: CounterDef<(CurrencyCode, RefundReason)> =
    CounterDef::new("ecommerce.order.refunds", Unit::MINOR_UNITS, "Refunds.");
/// What was earned, in one currency.
pub const REVENUE_NORMALIZED: CounterDef<(CurrencyCode, Channel)> = CounterDef::new(
    "ecommerce.order.revenue_normalized",
    Unit::MINOR_UNITS,
    "Sales, before refunds, converted to the reporting currency.",
);
/// What was given back, in one currency.
pub const REFUNDS_NORMALIZED: CounterDef<(CurrencyCode, RefundReason)> = CounterDef::new(
    "ecommerce.order.refunds_normalized",
    Unit::MINOR_UNITS,
    "Refunds, converted to the reporting currency.",
);
/// How much orders are worth; its count is the number of orders, so revenue by it is their average.
pub const ORDER_VALUE: HistogramDef<CurrencyCode> =
    HistogramDef::new("ecommerce.order.value", Unit::MINOR_UNITS, "How much orders are worth.");
/// Sales and refunds, first and repeated.
pub const BOOKINGS: CounterDef<(RevenueEntry, Booking)> = CounterDef::new(
    "ecommerce.revenue.bookings",
    Unit::new("{booking}"),
    "Sales and refunds that were said, and whether they had been counted already.",
);
/// Sales and refunds that were not counted.
pub const REVENUE_REFUSALS: CounterDef<(RevenueEntry, RevenueLack)> = CounterDef::new(
    "ecommerce.revenue.refusals",
    Unit::new("{booking}"),
    "Sales and refunds that were not counted, and whether sums lack them.",
);
/// What is missing in the reporting currency.
pub const UNCONVERTED: CounterDef<(CurrencyCode, RevenueEntry, RateGap)> = CounterDef::new(
    "ecommerce.revenue.unconverted",
    Unit::new("{booking}"),
    "Sales and refunds that are not in the sums of the reporting currency.",
);

/// Carts that are active.
pub const CART_ACTIVE: UpDownCounterDef<()> =
    UpDownCounterDef::new("ecommerce.cart.active", Unit::new("{cart}"), "Carts that are active.");
/// Carts that became active.
pub const CART_STARTS: CounterDef<CartStart> =
    CounterDef::new("ecommerce.cart.starts", Unit::new("{cart}"), "Carts that became active.");
/// Carts that were abandoned.
pub const CART_ABANDONMENTS: CounterDef<(FunnelStep, Abandonment)> = CounterDef::new(
    "ecommerce.cart.abandonments",
    Unit::new("{cart}"),
    "Carts that were abandoned, by the step they were on.",
);
/// What was in them.
pub const CART_ABANDONED_VALUE: CounterDef<(CurrencyCode, FunnelStep)> = CounterDef::new(
    "ecommerce.cart.abandoned.value",
    Unit::MINOR_UNITS,
    "What was in the carts that were abandoned.",
);
/// Carts that ended otherwise.
pub const CART_ENDS: CounterDef<CartEnd> =
    CounterDef::new("ecommerce.cart.ends", Unit::new("{cart}"), "Carts that ended without being abandoned.");

/// How long searches take.
pub const SEARCH_DURATION: HistogramDef<(SearchType, SearchOutcome)> =
    HistogramDef::new("ecommerce.search.duration", Unit::SECONDS, "How long searches take.");
/// How long queries are.
pub const SEARCH_QUERY_LENGTH: HistogramDef<SearchType> = HistogramDef::new(
    "ecommerce.search.query.length",
    Unit::new("{char}"),
    "How long the queries are that were searched for.",
);
/// How many results there are; its count is the number of searches that were answered.
pub const SEARCH_RESULTS: HistogramDef<SearchType> = HistogramDef::new(
    "ecommerce.search.results",
    Unit::new("{result}"),
    "How many results searches have that were answered.",
);
/// Searches that found nothing.
pub const SEARCH_ZERO_RESULTS: CounterDef<SearchType> = CounterDef::new(
    "ecommerce.search.zero_results",
    Unit::new("{search}"),
    "Searches that were answered with nothing.",
);

/// What was not taken in.
pub const REFUSALS: CounterDef<(KpiFact, KpiRefusal)> = CounterDef::new(
    "ecommerce.kpi.refusals",
    Unit::new("{fact}"),
    "What was said of the shop and not taken in.",
);
/// What had to make room.
pub const EVICTIONS: CounterDef<KpiMemory> = CounterDef::new(
    "ecommerce.kpi.evictions",
    Unit::new("{entry}"),
    "What was forgotten because there was no room for more.",
);
/// How much is remembered.
pub const REMEMBERED: GaugeDef<KpiMemory> =
    GaugeDef::new("ecommerce.kpi.remembered", Unit::new("{entry}"), "How much is remembered of the shop.");

/// The name of the alert on missing orders.
pub(crate) const REVENUE_STOPPED: &str = "ecommerce_revenue_stopped";
/// What the alert on missing orders means.
pub(crate) const REVENUE_STOPPED_MEANS: &str = "Customers begin to check out, but no order is counted: payment, or the way from it to the shop, is broken.";
/// The name of the alert on searches without results.
pub(crate) const ZERO_RESULTS_HIGH: &str = "ecommerce_search_zero_results_high";
/// What the alert on searches without results means.
pub(crate) const ZERO_RESULTS_HIGH_MEANS: &str =
    "More than one search in five finds nothing: the index is empty, outdated or asked in the wrong way.";
/// The name of the alert on abandoned carts.
pub(crate) const ABANDONMENT_HIGH: &str = "ecommerce_cart_abandonment_high";
/// What the alert on abandoned carts means.
pub(crate) const ABANDONMENT_HIGH_MEANS: &str =
    "More than nine carts in ten are abandoned: something between the cart and the order puts customers off.";
/// The name of the alert on refunds.
pub(crate) const REFUNDS_HIGH: &str = "ecommerce_refunds_high";
/// What the alert on refunds means.
pub(crate) const REFUNDS_HIGH_MEANS: &str = "There are more than three refunds for ten orders: goods, deliveries or charges are wrong, or refunds are abused.";
/// The name of the alert on money that was not counted.
pub(crate) const REVENUE_REFUSED_ALERT: &str = "ecommerce_revenue_refused";
/// What the alert on money that was not counted means.
pub(crate) const REVENUE_REFUSED_MEANS: &str =
    "A sale or a refund was not counted, so revenue is wrong until what its event says is added by hand.";
/// The name of the alert on money that may have been counted.
pub(crate) const REVENUE_DOUBTED_ALERT: &str = "ecommerce_revenue_doubted";
/// What the alert on money that may have been counted means.
pub(crate) const REVENUE_DOUBTED_MEANS: &str = "A sale or a refund was said again with another amount, or too late to tell whether it was counted: compare the order with the books, and add nothing that is in them.";
