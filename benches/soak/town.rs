//! What the crowd does, and everything that is told of it.

use std::time::Duration;

use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Query, Sensitive, Telemetry, Timestamp};
use otel_ecommerce::anomaly::AnomalySettings;
use otel_ecommerce::charge::Charge;
use otel_ecommerce::gateway::Request;
use otel_ecommerce::ids::{CartId, OrderId, PaymentId, RefundId, SessionId};
use otel_ecommerce::kpi::{CartNews, Refund, SearchFacts};
use otel_ecommerce::labels::{
    Action, ActionFailure, AuthScheme, Channel, FunnelStep, Method, PaymentFailure, PaymentMethod,
    PaymentNetwork, RefundReason, RegistrationSource, RequestOutcome, RouteClass, SearchOutcome, SearchType,
    System,
};
use otel_ecommerce::order::NewOrder;
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::place::Place;
use otel_ecommerce::store::{Operation, StoreSettings};
use otel_ecommerce::vocabulary::EventKind;
use otel_ecommerce::{
    AnomalyDetector, DataStore, EventLog, Gateway, KpiMonitor, KpiSettings, Observability, ShopEvent,
};

/// What everything costs, in euro cents.
pub(crate) const PRICE: u64 = 1_999;

/// Everything that is told what happens in the shop.
pub(crate) struct Town {
    shop: Observability,
    pub(crate) kpi: KpiMonitor,
    pub(crate) detector: AnomalyDetector,
    gateway: Gateway,
    store: DataStore,
    log: EventLog,
    key: PseudonymKey,
}

impl Town {
    pub(crate) fn new(telemetry: &Telemetry) -> Self {
        Self {
            shop: Observability::new(telemetry),
            kpi: KpiMonitor::new(telemetry, KpiSettings::default()),
            detector: AnomalyDetector::new(telemetry, AnomalySettings::default()),
            gateway: Gateway::new(telemetry, &["/orders/{order}", "/login"]),
            store: DataStore::new(telemetry, System::PostgreSql, &StoreSettings::default()),
            log: EventLog::new(telemetry),
            key: PseudonymKey::new([7; 32]),
        }
    }

    /// Somebody comes, opens an account, searches, buys and, one in ten, gives it back.
    pub(crate) fn visited_by(&self, number: u64) {
        let [order, payment, visit] = ["o", "p", "s"].map(|kind| format!("{kind}-{number}"));
        let visitor = Visitor {
            number,
            user: self.pseudonym("user", number),
            order: OrderId(&order),
            payment: PaymentId(&payment),
            visit: &visit,
        };
        self.asks(&visitor);
        self.looks_around(&visitor);
        self.buys(&visitor);
        if number.is_multiple_of(10) {
            self.gives_back(&visitor);
        }
    }

    /// What the gateway and the store see: a router that says paths for templates, and queries with literals in them.
    fn asks(&self, visitor: &Visitor<'_>) {
        let route = self.gateway.route(&format!("/orders/{}", visitor.visit));
        let mut request = self.gateway.request(&Request::new(Method::Get, route));
        request.authenticated(AuthScheme::Token, Some(visitor.user)).access_allowed();
        request.answered(200);
        let table = format!("SELECT * FROM orders_{} WHERE id = {}", visitor.number, visitor.number);
        self.store.operation(&Operation::query(&Query::sql(&table))).succeeded();
        let took = Duration::from_millis(visitor.number % 3_000);
        self.detector.performance().observe(
            RouteClass::Checkout,
            RequestOutcome::Answered,
            took,
            visitor.at(),
        );
    }

    fn looks_around(&self, visitor: &Visitor<'_>) {
        self.shop.create_user(RegistrationSource::Form).created(visitor.user);
        let mut action = self.shop.track_user_action(visitor.user, Action::Search);
        action.set_channel(Channel::Web).set_session(SessionId(visitor.visit)).expect("a visit");
        action.finish(if visitor.number.is_multiple_of(7) { Err(ActionFailure::Timeout) } else { Ok(()) });
        self.kpi.track_search_performance(&SearchFacts {
            search_type: SearchType::ALL[0],
            outcome: SearchOutcome::ALL[0],
            query_length: Some(7),
            results: visitor.number % 50,
            duration: Duration::from_millis(30),
        });
        for step in FunnelStep::ALL {
            self.kpi.track_conversion_funnel(SessionId(visitor.visit), *step, visitor.at()).expect("a step");
        }
        let cart = CartId(visitor.visit);
        let news = CartNews { cart, value: price(), step: FunnelStep::AddToCart, at: visitor.at() };
        self.kpi.track_cart_activity(&news).expect("a cart");
    }

    fn buys(&self, visitor: &Visitor<'_>) {
        let charge = Charge::new(price(), PaymentMethod::Card, PaymentNetwork::Visa).expect("a payment");
        let payment = self.payment(visitor);
        let before = self.detector.detect_payment_anomalies(&payment).expect("a payment");
        let answered = self.detector.detect_card_testing(&payment, PaymentOutcome::Authorised, Some(&before));
        answered.expect("a payment");
        if visitor.number.is_multiple_of(11) {
            self.shop.authorize_payment(&charge).failed(PaymentFailure::Timeout);
        }
        self.shop.authorize_payment(&charge).approved(visitor.payment).expect("an identifier");
        let new = NewOrder::new(visitor.order, Channel::Web, price(), 1).expect("an order");
        let mut order = self.shop.track_order_processing(&new.with_user(visitor.user));
        assert!(order.payment_authorized(visitor.payment, price()).is_believed());
        assert!(order.order_completed().is_believed());
        order.finish();
        let booked = self.kpi.track_revenue(visitor.order, price(), Channel::Web, visitor.at());
        booked.expect("an order");
        self.log.record(&ShopEvent::new(EventKind::OrderCompleted));
    }

    fn gives_back(&self, visitor: &Visitor<'_>) {
        let refund = Refund {
            order: visitor.order,
            id: RefundId(visitor.visit),
            amount: price(),
            reason: RefundReason::Returned,
            at: visitor.at(),
        };
        self.kpi.track_refund(&refund).expect("a refund");
    }

    /// Each of them pays from a place of their own; a thousand cards and devices are shared.
    fn payment<'a>(&self, visitor: &Visitor<'a>) -> Payment<'a> {
        let degrees = (visitor.number % 180) as f32 - 90.0;
        Payment {
            id: visitor.payment,
            order: Some(visitor.order),
            user: visitor.user,
            card: Some(self.pseudonym("card", visitor.number % 1_000)),
            device: Some(self.pseudonym("device", visitor.number % 1_000)),
            terminal: None,
            amount: price(),
            at: visitor.at(),
            place: Some(Place::new(degrees, degrees, 10.0).expect("a place")),
        }
    }

    fn pseudonym(&self, kind: &str, number: u64) -> Pseudonym {
        Sensitive::new(format!("{kind}-{number}").as_str()).pseudonym(&self.key)
    }
}

struct Visitor<'a> {
    number: u64,
    user: Pseudonym,
    order: OrderId<'a>,
    payment: PaymentId<'a>,
    visit: &'a str,
}

impl Visitor<'_> {
    /// Somebody comes every hundred milliseconds.
    fn at(&self) -> Timestamp {
        at(self.number)
    }
}

pub(crate) fn at(number: u64) -> Timestamp {
    Timestamp::from_unix_nanos(1_767_623_400_000_000_000).after(Duration::from_millis(number * 100))
}

fn price() -> Money {
    Money::from_minor(i64::try_from(PRICE).expect("a price"), Currency::from_code("EUR").expect("a currency"))
}
