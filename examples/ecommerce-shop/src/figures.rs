//! The key figures, as the metrics have them.

use std::collections::BTreeMap;
use std::time::Duration;

use otel_core::Label;
use otel_ecommerce::conventions::{fraud, kpi, payment, user};
use otel_ecommerce::labels::{
    CartEnd, CurrencyCode, FunnelName, FunnelStep, PaymentService, RegistrationResult, RuleName,
};

use crate::scrape::Scrape;

/// The key figures of a shop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// The steps of the funnel, in the order of the way.
    pub funnel: Vec<Step>,
    /// About how many different people bought, or sessions did, within the present window.
    pub customers: u64,
    /// Accounts that were opened.
    pub accounts: u64,
    /// What was sold, by currency.
    pub sales: BTreeMap<String, Sales>,
    /// What became of carts.
    pub carts: Carts,
    /// Searches that were answered.
    pub searches: u64,
    /// Those of them that found nothing.
    pub found_nothing: u64,
    /// Payments that no issuer declined.
    pub payments: u64,
    /// Those of them that were authorised.
    pub authorised: u64,
    /// Payments that somebody should look at, by the worst rule they met.
    pub suspected: BTreeMap<String, u64>,
}

/// A step of the funnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which.
    pub step: FunnelStep,
    /// How often it was entered.
    pub entries: u64,
    /// About how many sessions have entered it within the present window.
    pub sessions: u64,
    /// How long half of those took who came from the step before.
    pub median: Option<Duration>,
}

/// What was sold in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sales {
    /// How many orders.
    pub orders: u64,
    /// What they came to, in minor units.
    pub revenue: u64,
    /// What was given back, in minor units.
    pub refunds: u64,
}

/// What became of carts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carts {
    /// Carts that something was put into, abandoned ones that were taken up again among them.
    pub started: u64,
    /// Carts that were bought.
    pub bought: u64,
    /// Carts that were abandoned.
    pub abandoned: u64,
}

impl Figures {
    /// The figures in metrics that were fetched.
    pub fn of(metrics: &Scrape) -> Self {
        let checkout = (FunnelName::KEY, kpi::CHECKOUT);
        let step = |step: FunnelStep| [checkout, (FunnelStep::KEY, step.as_str())];
        let funnel = FunnelStep::ALL.iter().map(|it| {
            let having = step(*it);
            let median = metrics.median(&kpi::FUNNEL_DURATION.facts(), &having);
            Step {
                step: *it,
                entries: metrics.sum(&kpi::FUNNEL_ENTRIES.facts(), &having),
                sessions: metrics.sum(&kpi::FUNNEL_SESSIONS.facts(), &having),
                median: median.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            }
        });
        let ends = |end: CartEnd| metrics.sum(&kpi::CART_ENDS.facts(), &[(CartEnd::KEY, end.as_str())]);
        let served = (PaymentService::KEY, PaymentService::Served.as_str());
        let opened = (RegistrationResult::KEY, RegistrationResult::Created.as_str());
        let mut suspected = metrics.by(&fraud::EVALUATIONS.facts(), RuleName::KEY, &[]);
        suspected.remove(RuleName::NoRule.as_str());
        Self {
            funnel: funnel.collect(),
            customers: metrics.sum(&kpi::FUNNEL_SESSIONS.facts(), &step(FunnelStep::Purchase)),
            accounts: metrics.sum(&user::REGISTRATIONS.facts(), &[opened]),
            sales: sales(metrics),
            carts: Carts {
                started: metrics.sum(&kpi::CART_STARTS.facts(), &[]),
                bought: ends(CartEnd::Purchased),
                abandoned: metrics.sum(&kpi::CART_ABANDONMENTS.facts(), &[]),
            },
            searches: metrics.count(&kpi::SEARCH_RESULTS.facts(), &[]),
            found_nothing: metrics.sum(&kpi::SEARCH_ZERO_RESULTS.facts(), &[]),
            payments: metrics.sum(&payment::AUTHORIZATIONS.facts(), &[]),
            authorised: metrics.sum(&payment::AUTHORIZATIONS.facts(), &[served]),
            suspected,
        }
    }

    /// How often a step was entered.
    pub fn entries(&self, step: FunnelStep) -> u64 {
        self.funnel.iter().filter(|it| it.step == step).map(|it| it.entries).sum()
    }
}

fn sales(metrics: &Scrape) -> BTreeMap<String, Sales> {
    let key = CurrencyCode::KEY;
    let mut sales = BTreeMap::<String, Sales>::new();
    for (currency, orders) in metrics.counts_by(&kpi::ORDER_VALUE.facts(), key, &[]) {
        sales.entry(currency).or_default().orders = orders;
    }
    for (currency, revenue) in metrics.by(&kpi::REVENUE.facts(), key, &[]) {
        sales.entry(currency).or_default().revenue = revenue;
    }
    for (currency, refunds) in metrics.by(&kpi::REFUNDS.facts(), key, &[]) {
        sales.entry(currency).or_default().refunds = refunds;
    }
    sales
}
