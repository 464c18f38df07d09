//! A risk calculation under way.

use std::mem;

use otel_core::{Context, Entered, Money, Outcome, Span, Timestamp};

use crate::conventions;
use crate::ids::GroupName;
use crate::labels::{RiskMeasure, RiskResult};
use crate::observability::Observability;
use crate::risk::RiskCalculation;

/// A risk calculation under way: span `risk_calculation`.
///
/// However it ends, its time goes into `trading.risk.calculation.duration`; one that is dropped has the result
/// `abandoned`.
#[derive(Debug)]
#[must_use = "a calculation that is dropped at once counts as abandoned; bind the guard and end it with a result"]
pub struct RiskSpan<'a> {
    trading: Observability,
    span: Span,
    group: GroupName<'a>,
    measure: RiskMeasure,
    limit: Option<Money>,
    started: Timestamp,
    result: RiskResult,
}

impl<'a> RiskSpan<'a> {
    pub(crate) fn begin(trading: &Observability, risk: &RiskCalculation<'a>) -> Self {
        let mut span = trading.telemetry().span(&conventions::RISK_CALCULATION);
        span.set(&conventions::PORTFOLIO_ID, risk.portfolio.0)
            .set(&conventions::PORTFOLIO_GROUP, risk.group.0)
            .set(&conventions::RISK_MEASURE, risk.measure);
        if let Some(confidence) = risk.confidence {
            span.set(&conventions::RISK_CONFIDENCE, confidence);
        }
        if let Some(limit) = risk.limit {
            span.set(&conventions::RISK_LIMIT, limit);
        }
        Self {
            trading: trading.clone(),
            span,
            group: risk.group,
            measure: risk.measure,
            limit: risk.limit,
            started: trading.telemetry().now(),
            result: RiskResult::Abandoned,
        }
    }

    /// Ends it with the risk found, and records it: `trading.portfolio.risk`, in minor units, and
    /// `trading.risk.limit.utilization`, where it has a limit above nothing in the same currency.
    pub fn calculated(mut self, value: Money) {
        self.span.set(&conventions::RISK_VALUE, value).set(&conventions::CURRENCY, value.currency());
        self.trading.metrics().portfolio_risk(self.group, self.measure, value);
        if let Some(limit) = self.limit {
            self.trading.metrics().risk_limit(self.group, self.measure, value, limit);
        }
        self.result = RiskResult::Completed;
    }

    /// Ends it without a value; [`RiskResult::Completed`] says that there was nothing to measure.
    pub fn ended(mut self, result: RiskResult) {
        self.result = result;
    }

    /// Makes its span current on this thread until the guard is dropped, for what happens inside.
    pub fn enter(&self) -> Entered {
        self.span.enter()
    }

    /// The context with its span, for what happens inside on other threads.
    pub fn context(&self) -> Context {
        self.span.context()
    }
}

impl Drop for RiskSpan<'_> {
    fn drop(&mut self) {
        let took = self.trading.telemetry().now().since(self.started);
        self.trading.metrics().risk_calculated(took, self.measure, self.result);
        let mut span = mem::take(&mut self.span);
        span.set(&conventions::RISK_RESULT, self.result);
        if std::thread::panicking() {
            // The span ends itself with what it knows of panics.
            return;
        }
        span.finish(match self.result {
            RiskResult::Completed => Outcome::Ok,
            RiskResult::Abandoned => Outcome::Unset,
            failure => Outcome::Error(failure.as_str()),
        });
    }
}
