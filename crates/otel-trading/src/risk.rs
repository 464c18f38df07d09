//! What a caller says about a risk calculation.

use otel_core::Money;

use crate::ids::{GroupName, PortfolioId};
use crate::labels::RiskMeasure;

/// A risk calculation that is about to begin.
#[derive(Clone, Copy, Debug)]
pub struct RiskCalculation<'a> {
    /// The portfolio it is about.
    pub portfolio: PortfolioId<'a>,
    /// The part of the business the portfolio belongs to: what the gauge is split by, for portfolios are too many.
    pub group: GroupName<'a>,
    /// What it measures.
    pub measure: RiskMeasure,
    /// The confidence level, from 0 to 1, where the measure has one.
    pub confidence: Option<f64>,
    /// The most that is allowed, where there is a limit.
    pub limit: Option<Money>,
}

impl<'a> RiskCalculation<'a> {
    /// A calculation with what every calculation has.
    pub const fn new(portfolio: PortfolioId<'a>, group: GroupName<'a>, measure: RiskMeasure) -> Self {
        Self { portfolio, group, measure, confidence: None, limit: None }
    }
}
