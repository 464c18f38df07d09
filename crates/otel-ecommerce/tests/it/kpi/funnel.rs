//! The funnel: steps, times and distinct sessions.

use std::time::Duration;

use otel_core::Timestamp;
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
    let settings = KpiSettings::default().window(Duration::from_secs(100)).expect("a setting");
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

/// A telephone whose clock is nearly five minutes fast is one telephone.
#[test]
fn a_clock_that_is_fast_ends_no_window_for_everybody() {
    let test = TestTelemetry::new();
    let settings = KpiSettings::default().window(Duration::from_secs(60)).expect("a setting");
    let kpi = KpiMonitor::new(&test, settings);
    let day = 86_400_000_000_000;
    let midnight = (test.now().unix_nanos() / day + 1) * day;
    test.advance(Timestamp::from_unix_nanos(midnight).since(test.now()));
    let enter = |session: &str, at| kpi.track_conversion_funnel(SessionId(session), Step::ViewItem, at);
    enter("fast", test.now().after(Duration::from_secs(290))).expect("a step");
    for number in 0..59 {
        test.advance(Duration::from_secs(1));
        enter(&format!("s-{number}"), test.now()).expect("a step");
    }
    let funnel = kpi.funnel("checkout");
    assert_eq!(funnel.sessions(Step::ViewItem), 60);
    // The window ends when the clock of the pipeline says so.
    test.advance(Duration::from_secs(1));
    enter("next", test.now()).expect("a step");
    assert_eq!(funnel.sessions(Step::ViewItem), 1);
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::FUNNEL_ODDITIES), 0);
    let closed = recorded.events_of(&said::WINDOW_CLOSED);
    assert_eq!(closed.first().and_then(|event| event.get(&said::SESSIONS)), Some(60.into()));
    assert_eq!(closed.len(), Step::ALL.len());
}

/// A day with a restart in it is still a day: of a few sessions, and of as many as sketches are for.
#[test]
fn a_restart_forgets_no_session_of_the_present_window() {
    for sessions in [1_u64, 10, 1_000, 50_000] {
        let test = TestTelemetry::new();
        let before = monitor(&test);
        for number in 0..sessions {
            let id = format!("s-{number}");
            before.track_conversion_funnel(SessionId(&id), Step::ViewItem, at(1)).expect("a step");
            before.funnel("gifts").entered(SessionId(&id), Step::Purchase, at(2)).expect("a step");
        }
        let estimate = before.funnel("checkout").sessions(Step::ViewItem);
        assert!(estimate.abs_diff(sessions) * 50 <= sessions, "{estimate} of {sessions}");
        let state = before.state();
        assert!(state.len() < 2 * 64 * 1024, "{}", state.len());
        let test = TestTelemetry::new();
        let after = KpiMonitor::resumed(&test, KpiSettings::default(), &state).expect("a state");
        assert_eq!(after.state().len(), state.len(), "as much is written as was read");
        // One is known, and one is not.
        for id in ["s-0", "s-new"] {
            after.track_conversion_funnel(SessionId(id), Step::ViewItem, at(3)).expect("a step");
        }
        let more = after.funnel("checkout").sessions(Step::ViewItem) - estimate;
        assert!((1..=2).contains(&more) || sessions > 1_000, "{more}");
        assert_eq!(after.funnel("gifts").sessions(Step::Purchase), estimate);
        after.advance(at(86_400));
        let recorded = test.finish();
        let told = recorded.events_of(&said::WINDOW_CLOSED);
        let of = |funnel: &str, step: &str| {
            let of_it = told.iter().find(|event| {
                event.get(&said::FUNNEL) == Some(funnel.into()) && event.get(&said::STEP) == Some(step.into())
            });
            of_it.and_then(|event| event.get(&said::SESSIONS))
        };
        assert_eq!(of("checkout", "view_item"), Some(((estimate + more) as i64).into()));
        assert_eq!(of("gifts", "purchase"), Some((estimate as i64).into()));
    }
}

/// Another monitor of the same pipeline has seen some of them already: they are added, not replaced.
#[test]
fn a_window_that_goes_on_here_already_is_added_to() {
    let test = TestTelemetry::new();
    let enter = |kpi: &KpiMonitor, numbers: std::ops::Range<u64>| {
        for number in numbers {
            for funnel in 0..10 {
                let id = format!("{funnel}-{number}");
                let funnel = kpi.funnel(&format!("f-{funnel}"));
                funnel.entered(SessionId(&id), Step::ViewItem, at(1)).expect("a step");
            }
        }
    };
    let before = monitor(&test);
    enter(&before, 0..20);
    // The names are another pipeline's: those of the state that have no room share one funnel, with the same window.
    let other = TestTelemetry::new();
    (0..7).for_each(|number| _ = other.capped::<FunnelName>().get(&format!("taken-{number}")));
    let after = KpiMonitor::resumed(&other, KpiSettings::default(), &before.state()).expect("a state");
    let shared = || after.funnel("f-0").sessions(Step::ViewItem);
    assert!(shared().abs_diff(200) <= 2, "{}", shared());
    enter(&after, 10..30);
    assert!(shared().abs_diff(300) <= 3, "{}", shared());
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
    let kpi = KpiMonitor::new(&test, KpiSettings::default().sessions(2).expect("a setting"));
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
