//! How often a thread that follows what people do asks for memory: never, once it has what it needs.
//!
//! The allocator counts for each thread, so the pipeline's own thread does not count. What a thread records faster than
//! the pipeline collects it fills whole chunks of 32 KiB, which is all that is left to see here.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use allocation_counter::measure;
use otel_core::pipeline::Pipeline;
use otel_core::settings::{Environment, Exporter};
use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive, Telemetry};
use otel_ecommerce::Observability;
use otel_ecommerce::charge::Charge;
use otel_ecommerce::ids::{CaptureId, OrderId, PaymentId, SessionId};
use otel_ecommerce::labels::{Action, ActionFailure, Channel, PaymentMethod, PaymentNetwork};
use otel_ecommerce::order::NewOrder;

const MANY: u64 = 50_000;

/// A chunk of the outbox.
const CHUNK: u64 = 32 * 1024;

#[test]
fn an_action_that_is_not_sampled_allocates_nothing() {
    let pipeline = pipeline("always_off");
    let shop = Observability::new(&pipeline);
    let user = mia();
    act(&shop, user);
    let measured = measure(|| (0..MANY).for_each(|_| act(&shop, user)));
    assert_eq!(measured.count_total, 0, "{measured:?}");
}

#[test]
fn an_action_that_is_sampled_allocates_nothing_but_chunks() {
    let pipeline = pipeline("always_on");
    let shop = Observability::new(&pipeline);
    let user = mia();
    (0..MANY / 10).for_each(|_| act(&shop, user));
    let measured = measure(|| (0..MANY).for_each(|_| act(&shop, user)));
    // Whatever allocated for each action would be here at least as often as there are actions.
    assert!(measured.count_total < MANY / 50, "{measured:?}");
    assert!(measured.bytes_total >= measured.count_total.saturating_sub(64) * CHUNK, "{measured:?}");
}

#[test]
fn an_order_and_its_payment_allocate_nothing_but_chunks() {
    let pipeline = pipeline("always_on");
    let shop = Observability::new(&pipeline);
    (0..MANY / 10).for_each(|_| buy(&shop));
    let measured = measure(|| (0..MANY / 5).for_each(|_| buy(&shop)));
    assert!(measured.count_total < MANY / 50, "{measured:?}");
    assert!(measured.bytes_total >= measured.count_total.saturating_sub(64) * CHUNK, "{measured:?}");
}

fn act(shop: &Observability, user: Pseudonym) {
    let mut action = shop.track_user_action(user, Action::Purchase);
    action.set_channel(Channel::Web).set_session(SessionId("s-2026-0017")).expect("a visit");
    action.finish(Err(ActionFailure::PaymentDeclined));
}

fn buy(shop: &Observability) {
    let total = Money::from_minor(5_990, Currency::from_code("EUR").expect("a currency"));
    let new = NewOrder::new(OrderId("o-2026-000017"), Channel::Web, total, 3).expect("an order");
    let mut order = shop.track_order_processing(&new);
    let charge = Charge::new(total, PaymentMethod::Card, PaymentNetwork::Visa).expect("a payment");
    shop.authorize_payment(&charge).approved(PaymentId("p-1")).expect("an identifier");
    assert!(order.payment_authorized(PaymentId("p-1"), total).is_believed());
    assert!(order.order_completed().is_believed());
    assert!(order.payment_captured(CaptureId("p-1"), total).is_believed());
    assert!(!order.payment_captured(CaptureId("p-1"), total).is_believed());
    order.finish();
}

fn mia() -> Pseudonym {
    Sensitive::new("mia@example.org").pseudonym(&PseudonymKey::new([7; 32]))
}

fn pipeline(sampler: &str) -> Pipeline {
    let environment = Environment::of([("OTEL_TRACES_SAMPLER", sampler)]);
    let built = Telemetry::builder("shop").environment(environment).exporter(Exporter::Nothing);
    built.install().expect("the pipeline starts")
}
