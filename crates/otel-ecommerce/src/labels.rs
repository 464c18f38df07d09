//! The closed and the capped sets that metrics are split by; nothing else may be a metric label.

mod fraud;
mod gateway;
mod inventory;
mod kpi;
mod order;
mod payment;
mod performance;
mod search;
mod store;
mod user;
mod vocabulary;

pub use fraud::{EntityType, FraudDecision, FraudLabel, RuleName};
pub use gateway::{
    AccessDecision, AuthFailure, AuthScheme, LimitDecision, LimitScope, Method, ResponseClass, RouteName,
};
pub use inventory::{InventoryFailure, ReleaseReason, ReservationResult};
pub use kpi::{
    Abandonment, Booking, CartEnd, CartStart, FunnelName, FunnelOddity, FunnelStep, KpiFact, KpiMemory,
    KpiRefusal, RateGap, RefundReason, RevenueEntry, RevenueLack, SearchOutcome,
};
pub use order::{OrderFact, OrderFailure, OrderStatus, OrderViolation};
pub use payment::{
    PaymentFailure, PaymentMethod, PaymentNetwork, PaymentOperation, PaymentResult, PaymentService,
};
pub use performance::{IssueKind, RequestOutcome, RouteClass, Unjudged};
pub use search::{SearchFailure, SearchType};
pub use store::{QueryClass, StoreFailure, StoreSystem, System};
pub use user::{Action, ActionFailure, RegistrationResult, RegistrationSource};
pub use vocabulary::EventRefusal;

otel_core::capped_labels! {
    /// The currency of an amount: an ISO 4217 code. There is room for each that is one, so that none can take the place of
    /// another: no sale is refused because others were in many currencies.
    pub struct CurrencyCode: "ecommerce.currency.code", cap 186;
}

otel_core::labels! {
    /// Through which channel the shop was used.
    pub enum Channel: "ecommerce.channel" {
        /// In a browser.
        Web = "web",
        /// In the shop's own application.
        Mobile = "mobile",
        /// By the shop's staff.
        Admin = "admin",
        /// By another program: a marketplace, a partner.
        Api = "api",
        /// At a till.
        Store = "store",
        /// Anything else.
        Other = "other",
    }
}
