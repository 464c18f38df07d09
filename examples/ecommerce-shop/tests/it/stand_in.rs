//! A shop in memory that answers as `words` says: what visitors walk through where the shop itself is not under test.
//!
//! It has the interface of the shop, and tells the library the same facts.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use fastrand::Rng;
use http::{HeaderMap, StatusCode};
use otel_core::{Currency, Money, PseudonymKey, Sensitive, Telemetry, Timestamp};
use otel_ecommerce::anomaly::AnomalySettings;
use otel_ecommerce::charge::Charge;
use otel_ecommerce::ids::{CartId, OrderId, PaymentId, RefundId, SessionId};
use otel_ecommerce::kpi::{CartNews, Refund, SearchFacts};
use otel_ecommerce::labels::{
    Channel, FunnelStep, PaymentFailure, PaymentMethod, PaymentNetwork, RefundReason, RegistrationSource,
    SearchOutcome, SearchType,
};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::{AnomalyDetector, KpiMonitor, KpiSettings, Observability};

use crate::words::{
    Cart, Line, NewSession, NewUser, Order, Price, Problem, Product, Purchase, Quantity, Session, Shipping,
};

pub struct Settings {
    pub database: DatabaseUrl,
    pub faults: Faults,
    pub currency: Currency,
    pub seed: u64,
}

pub struct DatabaseUrl;

#[derive(Clone, Copy)]
pub struct Faults {
    pub declined: f64,
    pub failing: f64,
    pub slow: f64,
    pub slow_by: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let faults = Faults { declined: 0.05, failing: 0.01, slow: 0.0, slow_by: Duration::ZERO };
        let currency = Currency::from_code("GBP").expect("a currency");
        Self { database: DatabaseUrl, faults, currency, seed: 7 }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "sqlite::memory:" { Ok(Self) } else { Err("the stand-in is in memory".to_owned()) }
    }
}

#[derive(Clone)]
pub struct Shop(Arc<Inner>);

struct Inner {
    telemetry: Telemetry,
    observability: Observability,
    kpi: KpiMonitor,
    detector: AnomalyDetector,
    key: PseudonymKey,
    mailbox: Mailbox,
    stock: Vec<Product>,
    till: Mutex<Till>,
}

#[derive(Default)]
struct Till {
    dice: Rng,
    faults: Option<Faults>,
    payments: u64,
    users: HashMap<String, ()>,
    tokens: HashMap<String, ()>,
    carts: HashMap<String, BTreeMap<String, u32>>,
    orders: HashMap<String, (Money, bool)>,
    answers: HashMap<String, Result<Order, (StatusCode, &'static str)>>,
}

#[derive(Default)]
pub struct Mailbox(Mutex<HashMap<String, Vec<Mail>>>);

pub struct Mail {
    pub token: Option<String>,
}

impl Mailbox {
    pub fn take(&self, address: &str) -> Vec<Mail> {
        lock(&self.0).remove(&address.to_lowercase()).unwrap_or_default()
    }
}

type Refused = (StatusCode, &'static str);

const INVALID: Refused = (StatusCode::UNPROCESSABLE_ENTITY, "validation");
const UNKNOWN: Refused = (StatusCode::UNAUTHORIZED, "unauthenticated");
const NOT_FOUND: Refused = (StatusCode::NOT_FOUND, "not_found");
const CONFLICT: Refused = (StatusCode::CONFLICT, "conflict");
const DECLINED: Refused = (StatusCode::PAYMENT_REQUIRED, "payment_declined");
const FAILED: Refused = (StatusCode::SERVICE_UNAVAILABLE, "payment_failed");

impl Shop {
    pub async fn open(settings: Settings, telemetry: &Telemetry) -> Result<Self, String> {
        let names = ["Blue mug", "Green mug", "Oak spoon", "Paper lantern", "Beeswax candle", "Tin of tea"];
        let product = |(at, name): (usize, &&str)| Product {
            // What has to be escaped on its way.
            sku: format!("SKU {at}/é?&%"),
            name: (*name).to_owned(),
            price: Price { minor: 150 + 333 * at as i64, currency: settings.currency.code().to_owned() },
        };
        let till =
            Till { dice: Rng::with_seed(settings.seed), faults: Some(settings.faults), ..Till::default() };
        Ok(Self(Arc::new(Inner {
            telemetry: telemetry.clone(),
            observability: Observability::new(telemetry),
            kpi: KpiMonitor::new(telemetry, KpiSettings::default()),
            detector: AnomalyDetector::new(telemetry, AnomalySettings::default()),
            key: PseudonymKey::ephemeral(),
            mailbox: Mailbox::default(),
            stock: names.iter().enumerate().map(product).collect(),
            till: Mutex::new(till),
        })))
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/users", post(sign_up))
            .route("/sessions", post(enter))
            .route("/search", get(search))
            .route("/products/{sku}", get(view))
            .route("/cart/items/{sku}", put(put_into_cart))
            .route("/checkout", post(check_out))
            .route("/checkout/shipping", post(ship))
            .route("/orders", post(buy))
            .route("/orders/{order}/refund", post(refund))
            .with_state(self.clone())
    }

    pub fn mailbox(&self) -> &Mailbox {
        &self.0.mailbox
    }

    pub fn sweep(&self, now: Timestamp) {
        self.0.kpi.advance(now);
        self.0.detector.detect_system_performance_issues(now);
    }

    pub async fn close(self) {}

    pub fn accounts(&self) -> usize {
        self.till().users.len()
    }

    fn till(&self) -> MutexGuard<'_, Till> {
        lock(&self.0.till)
    }

    fn now(&self) -> Timestamp {
        self.0.telemetry.now()
    }

    /// Who asks; it must be somebody.
    fn who(&self, headers: &HeaderMap) -> Result<String, Refused> {
        let named = headers.get("authorization").and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
        let known = named.filter(|session| self.till().carts.contains_key(*session));
        known.map(str::to_owned).ok_or(UNKNOWN)
    }

    fn step(&self, session: &str, step: FunnelStep) {
        self.0.kpi.track_conversion_funnel(SessionId(session), step, self.now()).expect("a step");
    }

    fn product(&self, sku: &str) -> Result<&Product, Refused> {
        self.0.stock.iter().find(|product| product.sku == sku).ok_or(NOT_FOUND)
    }

    fn cart(&self, lines: &BTreeMap<String, u32>) -> Cart {
        let price = |sku: &str| self.product(sku).map_or(0, |product| product.price.minor);
        let minor = lines.iter().map(|(sku, quantity)| price(sku) * i64::from(*quantity)).sum();
        let lines = lines.iter().map(|(sku, quantity)| Line { sku: sku.clone(), quantity: *quantity });
        let currency = self.0.stock[0].price.currency.clone();
        Cart { lines: lines.collect(), total: Price { minor, currency } }
    }

    fn total(&self, cart: &Cart) -> Money {
        Money::from_minor(cart.total.minor, Currency::from_code(&cart.total.currency).expect("a currency"))
    }

    fn buy(&self, session: &str, card: &str) -> Result<Order, Refused> {
        if !is_card(card) {
            return Err(INVALID);
        }
        let cart = self.cart(&self.till().carts[session]);
        if cart.lines.is_empty() {
            return Err(CONFLICT);
        }
        self.step(session, FunnelStep::AddPaymentInfo);
        let (amount, at) = (self.total(&cart), self.now());
        let (dice, faults, order) = {
            let mut till = self.till();
            till.payments += 1;
            (till.dice.f64(), till.faults.expect("faults"), format!("order-{}", till.payments))
        };
        let failure = match dice {
            dice if dice < faults.declined => Some(PaymentFailure::InsufficientFunds),
            dice if dice < faults.declined + faults.failing => Some(PaymentFailure::Timeout),
            _ => None,
        };
        let charge = Charge::new(amount, PaymentMethod::Card, PaymentNetwork::Visa).expect("a charge");
        let span = self.0.observability.authorize_payment(&charge);
        match failure {
            None => span.approved(PaymentId(&order)).expect("a name"),
            Some(failure) => span.failed(failure),
        }
        let pseudonym = |text| Sensitive::new(text).pseudonym(&self.0.key);
        let payment = Payment {
            id: PaymentId(&order),
            order: None,
            user: pseudonym(session),
            card: Some(pseudonym(card)),
            device: None,
            terminal: None,
            amount,
            at,
            place: None,
        };
        let outcome = failure.map_or(PaymentOutcome::Authorised, PaymentOutcome::Failed);
        let before = self.0.detector.detect_payment_anomalies(&payment).expect("a payment");
        self.0.detector.detect_card_testing(&payment, outcome, Some(&before)).expect("a payment");
        if let Some(failure) = failure {
            return Err(if failure.is_decline() { DECLINED } else { FAILED });
        }
        self.0.kpi.track_revenue(OrderId(&order), amount, Channel::Web, at).expect("revenue");
        self.0.kpi.cart_purchased(CartId(session), at).expect("a cart");
        self.step(session, FunnelStep::Purchase);
        let mut till = self.till();
        till.orders.insert(order.clone(), (amount, false));
        till.carts.insert(session.to_owned(), BTreeMap::new());
        Ok(Order { order, total: cart.total })
    }
}

/// The test of ISO/IEC 7812-1, digit by digit from the right.
fn is_card(number: &str) -> bool {
    let doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let digits = number.bytes().rev().enumerate().map(|(place, byte)| {
        let digit = u32::from(byte - b'0');
        if place % 2 == 1 { doubled[digit as usize] } else { digit }
    });
    number.len() == 16 && digits.sum::<u32>() % 10 == 0
}

async fn sign_up(State(shop): State<Shop>, Json(user): Json<NewUser>) -> StatusCode {
    let address = user.email.to_lowercase();
    let span = shop.0.observability.create_user(RegistrationSource::Form);
    let mut till = shop.till();
    let token = if till.users.insert(address.clone(), ()).is_none() {
        span.created(Sensitive::new(address.as_str()).pseudonym(&shop.0.key));
        let token = format!("token-{}", till.users.len());
        till.tokens.insert(token.clone(), ());
        Some(token)
    } else {
        span.failed(otel_ecommerce::registration::RegistrationFailure::Duplicate);
        None
    };
    drop(till);
    lock(&shop.0.mailbox.0).entry(address).or_default().push(Mail { token });
    StatusCode::ACCEPTED
}

async fn enter(State(shop): State<Shop>, Json(new): Json<NewSession>) -> Response {
    let mut till = shop.till();
    if new.token.is_some_and(|token| till.tokens.remove(&token).is_none()) {
        return answer::<()>(StatusCode::OK, Err(UNKNOWN));
    }
    let session = format!("session-{}", till.carts.len());
    till.carts.insert(session.clone(), BTreeMap::new());
    answer(StatusCode::CREATED, Ok(Session { session }))
}

async fn search(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let words = query.get("q").cloned().unwrap_or_default();
    let found = shop.who(&headers).map(|_| {
        let found: Vec<_> =
            shop.0.stock.iter().filter(|it| it.name.to_lowercase().contains(&words)).cloned().collect();
        shop.0.kpi.track_search_performance(&SearchFacts {
            search_type: SearchType::Text,
            outcome: SearchOutcome::Answered,
            query_length: Some(words.len() as u32),
            results: found.len() as u64,
            duration: Duration::from_millis(1),
        });
        found
    });
    answer(StatusCode::OK, found)
}

async fn view(State(shop): State<Shop>, headers: HeaderMap, Path(sku): Path<String>) -> Response {
    let seen = shop.who(&headers).and_then(|session| {
        let product = shop.product(&sku)?.clone();
        shop.step(&session, FunnelStep::ViewItem);
        Ok(product)
    });
    answer(StatusCode::OK, seen)
}

async fn put_into_cart(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Path(sku): Path<String>,
    Json(Quantity { quantity }): Json<Quantity>,
) -> Response {
    let put = shop.who(&headers).and_then(|session| {
        shop.product(&sku)?;
        let mut till = shop.till();
        let lines = till.carts.get_mut(&session).ok_or(UNKNOWN)?;
        lines.insert(sku, quantity);
        lines.retain(|_, quantity| *quantity > 0);
        let cart = shop.cart(lines);
        drop(till);
        let (cart_id, at) = (CartId(&session), shop.now());
        if cart.lines.is_empty() {
            shop.0.kpi.cart_emptied(cart_id, at).map_err(|_| CONFLICT)?;
        } else {
            let (value, step) = (shop.total(&cart), FunnelStep::AddToCart);
            let news = CartNews { cart: cart_id, value, step, at };
            shop.0.kpi.track_cart_activity(&news).expect("a cart");
        }
        if quantity > 0 {
            shop.step(&session, FunnelStep::AddToCart);
        }
        Ok(cart)
    });
    answer(StatusCode::OK, put)
}

async fn check_out(State(shop): State<Shop>, headers: HeaderMap) -> Response {
    done(shop.who(&headers).map(|session| shop.step(&session, FunnelStep::BeginCheckout)))
}

async fn ship(State(shop): State<Shop>, headers: HeaderMap, Json(_): Json<Shipping>) -> Response {
    done(shop.who(&headers).map(|session| shop.step(&session, FunnelStep::AddShippingInfo)))
}

async fn buy(State(shop): State<Shop>, headers: HeaderMap, Json(purchase): Json<Purchase>) -> Response {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    let known = shop.till().answers.get(key).cloned();
    let bought = known.unwrap_or_else(|| {
        let bought = shop.who(&headers).and_then(|session| shop.buy(&session, &purchase.card_number));
        shop.till().answers.insert(key.to_owned(), bought.clone());
        bought
    });
    answer(StatusCode::CREATED, bought)
}

async fn refund(State(shop): State<Shop>, headers: HeaderMap, Path(order): Path<String>) -> Response {
    let given = shop.who(&headers).and_then(|_| {
        let amount = match shop.till().orders.get_mut(&order).ok_or(NOT_FOUND)? {
            (amount, is_back @ false) => {
                *is_back = true;
                *amount
            }
            _ => return Err(CONFLICT),
        };
        let (at, reason) = (shop.now(), RefundReason::Returned);
        let refund = Refund { order: OrderId(&order), id: RefundId(&order), amount, reason, at };
        shop.0.kpi.track_refund(&refund).expect("a refund");
        Ok(())
    });
    done(given)
}

fn done(done: Result<(), Refused>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => answer::<()>(StatusCode::OK, Err(refused)),
    }
}

fn answer<T: serde::Serialize>(well: StatusCode, served: Result<T, Refused>) -> Response {
    match served {
        Ok(served) => (well, Json(served)).into_response(),
        Err((status, problem)) => (status, Json(Problem { problem: problem.to_owned() })).into_response(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
