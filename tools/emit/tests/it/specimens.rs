//! A domain that has one of everything, so that nothing is made for the first time when a real domain needs it.

use std::time::Duration;

use emit::Domain;
use otel_core::{
    AlertLevel, AlertRule, Bool, Burn, Catalogue, Condition, CounterDef, Double, EventDef, FloatGaugeDef,
    GaugeDef, HistogramDef, Int, Key, Label, Lane, Limit, Matching, NoData, Pseudonym, Series, Severity,
    SpanDef, SpanKind, Text, TextList, Unit, UpDownCounterDef,
};

otel_core::labels! {
    /// How it went.
    pub enum Ending: "specimen.ending" {
        /// Well.
        Good = "good",
        /// Not well.
        Bad = "bad",
        /// Nobody knows: a text that needs quotation marks everywhere.
        Odd = "off: \"odd\" | 'it' # \\",
    }

    /// What has one value alone.
    pub enum Single: "specimen.single" {
        /// The one.
        One = "one",
    }
}

otel_core::capped_labels! {
    /// Where it happened.
    pub struct Place: "specimen.place", cap 9;

    /// The currency.
    pub struct Currency: "specimen.currency.code", cap 4;
}

const JOB: Unit = Unit::new("{job}");
const JOBS: CounterDef<(Ending, Place)> = CounterDef::new("specimen.jobs", JOB, "Jobs that ended.");
const STARTS: CounterDef<Place> = CounterDef::new("specimen.job.starts", JOB, "Jobs that began.");
const DELAYS: CounterDef<(Place, Single)> =
    CounterDef::new("specimen.job.delays", JOB, "Jobs that came late.");
const QUEUE: UpDownCounterDef<Place> = UpDownCounterDef::new("specimen.queue.length", JOB, "Jobs that wait.");
const DEPTH: GaugeDef<()> = GaugeDef::new("specimen.queue.size", Unit::BYTES, "Bytes that wait.");
const WARMTH: FloatGaugeDef<Place> =
    FloatGaugeDef::new("specimen.sensor.temperature", Unit::new("Cel"), "How warm it is.");
const LOAD: FloatGaugeDef<()> = FloatGaugeDef::new("specimen.load", Unit::RATIO, "The share that is busy.");
const DURATION: HistogramDef<(Ending, Place)> =
    HistogramDef::new("specimen.job.duration", Unit::SECONDS, "How long jobs take.")
        .with_bounds(&[0.25, 1.0, 10.0]);
const VALUE: CounterDef<(Place, Currency)> =
    CounterDef::new("specimen.job.value", Unit::MINOR_UNITS, "What jobs are worth.");
const SIZE: HistogramDef<()> = HistogramDef::new("specimen.size", Unit::BYTES, "How large jobs are.");

const BAD: &[Matching] = &[Matching::new(Ending::KEY, Ending::Bad.as_str())];
const GOOD: &[Matching] = &[Matching::new(Ending::KEY, Ending::Good.as_str())];
const HERE: &[&str] = &["specimen.place"];

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

const fn rule(name: &'static str, condition: Condition, pending: Duration) -> AlertRule {
    AlertRule::new(name, AlertLevel::Medium, condition, pending, "A specimen: \"nothing\" is wrong.")
}

const fn value(limit: Limit) -> Condition {
    Condition::Value { series: Series::all(QUEUE.facts()), limit }
}

const fn share(part: Series, whole: Series, limit: Limit, min_events: u64) -> Condition {
    Condition::Ratio { part, whole, window: minutes(5), limit, min_events }
}

const fn burn(burn: Burn, objective: f64, min_events: u64) -> Condition {
    let bad = Series::all(JOBS.facts()).only(BAD);
    Condition::BurnRate { bad, total: Series::all(JOBS.facts()), objective, burn, min_events }
}

const fn mean(limit: Limit, min_events: u64) -> Condition {
    Condition::Mean { series: Series::all(DURATION.facts()), window: minutes(10), limit, min_events }
}

/// Every condition, with each of the things that a rule can say besides.
pub(crate) const ALERTS: &[AlertRule] = &[
    rule("specimen_value", value(Limit::above(100.0)), minutes(3)),
    rule("specimen_value_at_once", value(Limit::above(0.0)), Duration::ZERO),
    rule("specimen_value_below", value(Limit::below(10.0)), minutes(1)).by(HERE),
    rule("specimen_value_wavers", value(Limit::above(100.0).until(80.0)), minutes(2)).by(HERE),
    rule("specimen_value_wavers_below", value(Limit::below(-5.0).until(5.0)), minutes(2)),
    rule("specimen_value_kept", value(Limit::above(100.0)), minutes(1)).keep_firing_for(minutes(4)),
    rule("specimen_value_held", value(Limit::above(100.0)), minutes(1)).no_data(NoData::Hold),
    rule("specimen_value_missed", value(Limit::above(100.0)), minutes(2)).no_data(NoData::Alert),
    rule(
        "specimen_temperature",
        Condition::Value { series: Series::all(WARMTH.facts()), limit: Limit::above(-18.0).until(-18.5) },
        minutes(5),
    )
    .by(HERE)
    .keep_firing_for(minutes(5))
    .runbook("https://example.com/cold-chain"),
    rule(
        "specimen_load",
        Condition::Value { series: Series::all(LOAD.facts()), limit: Limit::above(0.9) },
        minutes(5),
    ),
    rule(
        "specimen_rate",
        Condition::Rate {
            series: Series::all(JOBS.facts()).only(BAD),
            window: minutes(5),
            limit: Limit::above(2.0),
        },
        minutes(1),
    )
    .by(HERE),
    rule(
        "specimen_rate_low",
        Condition::Rate {
            series: Series::all(STARTS.facts()),
            window: seconds(90),
            limit: Limit::below(0.5),
        },
        seconds(45),
    ),
    rule(
        "specimen_growth",
        Condition::Rate {
            series: Series::all(DEPTH.facts()),
            window: minutes(10),
            limit: Limit::above(1000.0),
        },
        minutes(2),
    ),
    rule(
        "specimen_ratio",
        share(Series::all(DELAYS.facts()), Series::all(STARTS.facts()), Limit::above(0.05), 40),
        minutes(2),
    )
    .by(HERE)
    .keep_firing_for(minutes(3)),
    rule(
        "specimen_ratio_of_itself",
        share(
            Series::all(JOBS.facts()).only(BAD),
            Series::all(JOBS.facts()),
            Limit::above(0.02).until(0.01),
            200,
        ),
        minutes(7),
    )
    .no_data(NoData::Hold),
    rule(
        "specimen_ratio_low",
        share(Series::all(JOBS.facts()).only(GOOD), Series::all(JOBS.facts()), Limit::below(0.9), 10),
        minutes(1),
    ),
    rule(
        "specimen_ratio_fast_enough",
        share(
            Series::all(DURATION.facts()).at_most(1.0),
            Series::all(DURATION.facts()),
            Limit::below(0.95),
            20,
        ),
        minutes(1),
    ),
    rule(
        "specimen_ratio_missed",
        share(Series::all(DELAYS.facts()), Series::all(STARTS.facts()), Limit::above(0.5), 1),
        minutes(1),
    )
    .no_data(NoData::Alert),
    rule(
        "specimen_ratio_of_more",
        share(Series::all(DELAYS.facts()), Series::all(STARTS.facts()), Limit::above(3.0), 5),
        minutes(1),
    ),
    rule("specimen_mean", mean(Limit::above(0.25), 30), minutes(2))
        .by(&["specimen.ending", "specimen.place"]),
    rule("specimen_mean_low", mean(Limit::below(0.1).until(0.2), 0), minutes(2)),
    rule("specimen_burn_fast", burn(Burn::Fast, 0.999, 100), minutes(2)),
    rule("specimen_burn_slow", burn(Burn::Slow, 0.99, 1), Duration::ZERO),
    rule(
        "specimen_absence",
        Condition::Absence { series: Series::all(JOBS.facts()).only(GOOD), window: minutes(15) },
        minutes(1),
    ),
    rule(
        "specimen_deviation",
        Condition::Deviation {
            series: Series::all(WARMTH.facts()),
            window: minutes(5),
            baseline: minutes(120),
            sigmas: 3.0,
            min_change: 2.0,
        },
        minutes(1),
    )
    .by(HERE),
    rule(
        "specimen_deviation_of_rate",
        Condition::Deviation {
            series: Series::all(STARTS.facts()),
            window: minutes(5),
            baseline: minutes(60),
            sigmas: 4.0,
            min_change: 0.0,
        },
        Duration::ZERO,
    )
    .no_data(NoData::Hold),
    rule(
        "specimen_observed",
        Condition::Observed { limit: Limit::above(3.0), holds_for: minutes(5) },
        minutes(2),
    ),
];

const CATALOGUE: Catalogue = Catalogue {
    name: "otel-specimen",
    version: "1.2.3",
    attributes: &[
        Key::<Text>::new("specimen.job.id", "The job.").facts(),
        Key::<Int>::new("specimen.job.attempt", "How often it was tried.").facts(),
        Key::<Double>::new("specimen.job.weight", "What it weighs.").facts(),
        Key::<Bool>::new("specimen.job.urgent", "Whether it matters.").facts(),
        Key::<TextList>::new("specimen.job.tags", "What it is called.").facts(),
        Key::<Pseudonym>::new("specimen.owner", "Whose it is: \"theirs\" | ours.").facts(),
        Key::<otel_core::Choice<Ending>>::new(Ending::KEY, "How it went.").facts(),
    ],
    spans: &[
        SpanDef::new("work", SpanKind::Internal, "Work."),
        SpanDef::new("specimen.send", SpanKind::Producer, "A job, sent.").in_lane(Lane::Audit),
    ],
    events: &[
        EventDef::new("specimen.job.failed", Severity::Error, "A job failed."),
        EventDef::new("specimen.noted", Severity::Trace, "Something was noted.").in_lane(Lane::Bulk),
    ],
    metrics: &[
        JOBS.facts(),
        STARTS.facts(),
        DELAYS.facts(),
        QUEUE.facts(),
        DEPTH.facts(),
        WARMTH.facts(),
        LOAD.facts(),
        DURATION.facts(),
        VALUE.facts(),
        SIZE.facts(),
    ],
    alerts: ALERTS,
};

pub(crate) const SPECIMEN: Domain = Domain::new("specimen", "Specimens", &CATALOGUE);
