//! How a shop is set up.

mod database_url;
mod faults;

use std::time::Duration;

use otel_core::{Currency, PseudonymKey};
use otel_ecommerce::KpiSettings;
use otel_ecommerce::anomaly::AnomalySettings;

pub use crate::limits::{Limits, Rate};
pub(crate) use database_url::DatabaseKind;
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use faults::{Faults, FaultsError};

/// How a shop is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where everything is kept. Default `sqlite::memory:`.
    pub database: DatabaseUrl,
    /// What goes wrong with payments. Default nothing.
    pub faults: Faults,
    /// How long the payment service may take to answer. Default 2 seconds.
    pub payment_timeout: Duration,
    /// What is paid in. Default GBP.
    pub currency: Currency,
    /// What the catalogue and the simulated issuer of cards follow from. Default 1.
    pub seed: u64,
    /// What makes pseudonyms of people and cards. Default a key of this process alone: what two runs say of one customer
    /// cannot be related.
    pub pseudonyms: PseudonymKey,
    /// How many requests are let in.
    pub limits: Limits,
    /// How key figures are kept.
    pub kpi: KpiSettings,
    /// How payments are judged.
    pub anomalies: AnomalySettings,
}

impl Default for Settings {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "ISO 4217 has the pound")]
        let currency = Currency::from_code("GBP").expect("the pound");
        Self {
            database: DatabaseUrl::default(),
            faults: Faults::default(),
            payment_timeout: Duration::from_secs(2),
            currency,
            seed: 1,
            pseudonyms: PseudonymKey::ephemeral(),
            limits: Limits::default(),
            kpi: KpiSettings::default(),
            anomalies: AnomalySettings::default(),
        }
    }
}
