//! The funnel: steps, times and distinct sessions.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::SessionId;
use otel_ecommerce::labels::{FunnelName, FunnelOddity, FunnelStep as Step, KpiFact, KpiMemory, KpiRefusal};
use otel_ecommerce::{KpiMonitor, KpiSettings};
use proptest::prelude::*;

use super::{at, label, monitor};

#[test]
fn a_session_is_timed_from_step_to_step() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let enter = |step, second| kpi.track_conversion_funnel(SessionId("s"), step, at(second)).expect("a step");
    for (step, second) in [
        (Step::ViewItem, 0),
        (Step::ViewItem, 5),
        (Step::AddToCart, 30),
        (Step::ViewItem, 40),
        (Step::AddToCart, 50),
        (Step::BeginCheckout, 90),
        (Step::Purchase, 100),
        // A second purchase begins with another look.
        (Step::ViewItem, 1_000),
        (Step::AddToCart, 1_007),
    ] {
        enter(step, second);
    }
    let checkout = label::<FunnelName>(&test, "checkout");
    let recorded = test.finish();
    let timed =
        |step| recorded.histogram(&said::FUNNEL_DURATION, (checkout, step)).map(|it| (it.count, it.sum));
    assert_eq!(timed(Step::ViewItem), None);
    assert_eq!(timed(Step::AddToCart), Some((2, 37.0)));
    assert_eq!(timed(Step::BeginCheckout), Some((1, 60.0)));
    assert_eq!(timed(Step::Purchase), Some((1, 10.0)));
    assert_eq!(recorded.counter(&said::FUNNEL_ENTRIES, (checkout, Step::ViewItem)), Some(4));
    assert_eq!(recorded.counter(&said::FUNNEL_ENTRIES, (checkout, Step::AddShippingInfo)), Some(0));
    assert_eq!(recorded.counter_total(&said::FUNNEL_ODDITIES), 0);
}

#[test]
fn a_step_before_the_one_it_follows_is_counted_and_not_timed() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let enter = |step, second| kpi.track_conversion_funnel(SessionId("s"), step, at(second)).expect("a step");
    enter(Step::AddToCart, 50);
    enter(Step::BeginCheckout, 49);
    enter(Step::Purchase, 60);
    let checkout = label::<FunnelName>(&test, "checkout");
    let recorded = test.finish();
    let timed = |step| recorded.histogram(&said::FUNNEL_DURATION, (checkout, step)).map(|it| it.sum);
    assert_eq!((timed(Step::BeginCheckout), timed(Step::Purchase)), (None, Some(10.0)));
    assert_eq!(recorded.counter(&said::FUNNEL_ODDITIES, (checkout, FunnelOddity::Reversed)), Some(1));
    assert_eq!(recorded.counter_total(&said::FUNNEL_ENTRIES), 3);
}

#[test]
fn sessions_are_counted_once_for_each_step_and_window() {
    let test = TestTelemetry::new();
    let settings = KpiSettings { window: Duration::from_secs(100), ..KpiSettings::default() };
    let kpi = KpiMonitor::new(&test, settings);
    let enter = |session, step, second| kpi.track_conversion_funnel(SessionId(session), step, at(second));
    for (session, step, second) in [
        ("a", Step::ViewItem, 0),
        ("a", Step::ViewItem, 1),
        ("b", Step::ViewItem, 2),
        ("a", Step::Purchase, 3),
    ] {
        enter(session, step, second).expect("a step");
    }
    kpi.advance(at(99));
    let checkout = label::<FunnelName>(&test, "checkout");
    let estimate = |step| test.recorded().gauge(&said::FUNNEL_SESSIONS, (checkout, step));
    assert_eq!(estimate(Step::ViewItem), Some(2));
    assert_eq!(estimate(Step::Purchase), Some(1));
    assert_eq!(estimate(Step::AddToCart), Some(0));
    enter("a", Step::ViewItem, 100).expect("a step");
    enter("c", Step::ViewItem, 99).expect("a step");
    kpi.advance(at(150));
    assert_eq!(estimate(Step::ViewItem), Some(1));
    kpi.advance(at(200));
    assert_eq!(estimate(Step::ViewItem), Some(0));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::FUNNEL_ODDITIES, (checkout, FunnelOddity::Late)), Some(1));
    let told: Vec<_> = (recorded.events_of(&said::WINDOW_CLOSED).iter())
        .filter(|event| event.get(&said::STEP) == Some("view_item".into()))
        .map(|event| (event.get(&said::SESSIONS), event.get(&said::WINDOW_START)))
        .collect();
    let start = |second| Some((at(second).unix_nanos() as i64).into());
    assert_eq!(told, [(Some(2.into()), start(0)), (Some(1.into()), start(100))]);
}

#[test]
fn funnels_beyond_the_cap_share_one() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    for number in 0..10 {
        let funnel = kpi.funnel(&format!("gift-{number}"));
        funnel.entered(SessionId("s"), Step::ViewItem, at(1)).expect("a step");
    }
    kpi.advance(at(86_401));
    let other = label::<FunnelName>(&test, "one more");
    let recorded = test.finish();
    let told = recorded.events_of(&said::WINDOW_CLOSED);
    let of_others = told.iter().filter(|event| event.get(&said::FUNNEL) == Some("other".into()));
    assert_eq!(of_others.count(), Step::ALL.len());
    assert_eq!(recorded.counter(&said::FUNNEL_ENTRIES, (other, Step::ViewItem)), Some(3));
    assert_eq!(recorded.series(&said::FUNNEL_ENTRIES.facts()), 9 * Step::ALL.len());
}

#[test]
fn what_is_not_sound_is_refused() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let future = test.now().after(Duration::from_secs(1_000_000));
    let enter = |session, at| kpi.track_conversion_funnel(SessionId(session), Step::ViewItem, at);
    assert_eq!(enter("", at(1)), Err(KpiRefusal::Identifier));
    assert_eq!(enter("s", future), Err(KpiRefusal::Future));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REFUSALS, (KpiFact::FunnelStep, KpiRefusal::Future)), Some(1));
    assert_eq!(recorded.counter_total(&said::FUNNEL_ENTRIES), 0);
}

#[test]
fn a_session_that_made_room_is_not_timed_and_counted() {
    let test = TestTelemetry::new();
    let kpi = KpiMonitor::new(&test, KpiSettings { sessions: 2, ..KpiSettings::default() });
    for (session, second) in [("a", 0), ("b", 1), ("a", 2), ("c", 3)] {
        kpi.track_conversion_funnel(SessionId(session), Step::ViewItem, at(second)).expect("a step");
    }
    // The one that was not heard of for longest has made room.
    for session in ["a", "b"] {
        kpi.track_conversion_funnel(SessionId(session), Step::AddToCart, at(10)).expect("a step");
    }
    kpi.advance(at(11));
    let checkout = label::<FunnelName>(&test, "checkout");
    let recorded = test.finish();
    let timed = recorded.histogram(&said::FUNNEL_DURATION, (checkout, Step::AddToCart)).expect("durations");
    assert_eq!((timed.count, timed.sum), (1, 10.0));
    assert_eq!(recorded.counter(&said::EVICTIONS, KpiMemory::Sessions), Some(2));
    assert_eq!(recorded.gauge(&said::REMEMBERED, KpiMemory::Sessions), Some(2));
    assert_eq!(recorded.gauge(&said::FUNNEL_SESSIONS, (checkout, Step::ViewItem)), Some(3));
}

proptest! {
    /// The model keeps, for each session, the step it is on and since when, in a plain array.
    #[test]
    fn steps_are_timed_as_a_plain_model_says(
        steps in prop::collection::vec((0_usize..4, 0_usize..6, 0_u64..50, 0_u64..10), 0..120)
    ) {
        let test = TestTelemetry::new();
        let kpi = monitor(&test);
        let mut on: [Option<(usize, u64)>; 4] = [None; 4];
        let (mut timed, mut reversed, mut now) = ([(0, 0); 6], 0, 100);
        for (session, step, wait, back) in steps {
            now += wait;
            let second = now - back;
            let id = format!("s-{session}");
            kpi.track_conversion_funnel(SessionId(&id), Step::ALL[step], at(second)).expect("a step");
            let Some((before, since)) = on[session] else {
                on[session] = Some((step, second));
                continue;
            };
            if step > before && second >= since {
                timed[step] = (timed[step].0 + 1, timed[step].1 + second - since);
                on[session] = Some((step, second));
            } else if step > before {
                reversed += 1;
            } else if before == 5 && step < 5 && second >= since {
                on[session] = Some((step, second));
            }
        }
        let checkout = label::<FunnelName>(&test, "checkout");
        let recorded = test.finish();
        for (step, (count, seconds)) in timed.into_iter().enumerate() {
            let found = recorded.histogram(&said::FUNNEL_DURATION, (checkout, Step::ALL[step]));
            let found = found.map_or((0, 0), |it| (it.count, it.sum as u64));
            prop_assert_eq!(found, (count, seconds), "{:?}", Step::ALL[step]);
        }
        let oddities = recorded.counter(&said::FUNNEL_ODDITIES, (checkout, FunnelOddity::Reversed));
        prop_assert_eq!(oddities.unwrap_or_default(), reversed);
    }
}
