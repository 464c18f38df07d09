//! The `ot` member of a trace state.

use opentelemetry::TraceId;
use opentelemetry::trace::TraceState;
use otel_core::sampling::{Randomness, SamplingState, Threshold};
use proptest::prelude::*;

#[test]
fn what_the_specification_shows_is_read() {
    let trace_id = TraceId::from(0x006e_6d1a_7583_2a2f_u128);
    let cases = [
        ("th:0", Some("0"), None),
        ("th:c", Some("c"), None),
        ("th:fd70a4", Some("fd70a4"), None),
        ("rv:7479cfb506891d", None, Some("7479cfb506891d")),
        ("th:8;rv:6e6d1a75832a2f", Some("8"), Some("6e6d1a75832a2f")),
        ("p:8;r:62", None, None),
        ("p:8;th:c0;k1:13", Some("c"), None),
        ("k:", None, None),
    ];
    for (member, th, rv) in cases {
        let state = state(&[("ot", member)]);
        let said = SamplingState::of(&state);
        assert_eq!(said.threshold().map(|th| th.to_string()).as_deref(), th, "{member}");
        assert_eq!(said.explicit_randomness().map(|rv| rv.to_string()).as_deref(), rv, "{member}");
        let randomness = said.randomness(trace_id).to_string();
        assert_eq!(randomness, rv.unwrap_or("6e6d1a75832a2f"), "{member}");
    }
}

#[test]
fn what_does_not_follow_the_rules_is_erased() {
    let cases = [
        // The member, and what is written in its place when nothing else changes.
        ("th:C", None),
        ("th:", None),
        ("th:000000000000000", None),
        ("th:8;th:8", None),
        ("th:8;", None),
        ("th:8;;x:y", None),
        ("th 8", None),
        ("TH:8", None),
        ("1h:8", None),
        ("th:8;x:a b", None),
        ("th:xyz;x:y", Some("x:y")),
        ("th:8;rv:7479", Some("th:8")),
        ("rv:7479CFB506891D;a:b", Some("a:b")),
    ];
    for (member, rest) in cases {
        let before = state(&[("a", "1"), ("ot", member), ("b", "2")]);
        let said = SamplingState::of(&before);
        let after = said.rewritten(&before, said.threshold(), said.explicit_randomness()).expect(member);
        let expected = rest.map_or("a=1,b=2".to_owned(), |rest| format!("ot={rest},a=1,b=2"));
        assert_eq!(after.header(), expected, "{member}");
    }
}

#[test]
fn a_threshold_counts_where_it_agrees_with_the_flag() {
    let trace_id = TraceId::from(0x0080_0000_0000_0000_u128);
    let threshold = |member, sampled| {
        let state = state(&[("ot", member)]);
        SamplingState::of(&state).consistent_threshold(sampled, trace_id).map(|th| th.to_string())
    };
    assert_eq!(threshold("th:8", true).as_deref(), Some("8"));
    assert_eq!(threshold("th:80000000000001", true), None);
    assert_eq!(threshold("th:8", false), None);
    assert_eq!(threshold("th:8;rv:7fffffffffffff", true), None);
    assert_eq!(threshold("th:81;rv:81000000000000", true).as_deref(), Some("81"));
    assert_eq!(threshold("rv:81000000000000", true), None);
}

#[test]
fn a_threshold_that_does_not_fit_is_not_written() {
    let others = format!("x:{}", "y".repeat(250));
    let before = state(&[("ot", &others), ("b", "2")]);
    let said = SamplingState::of(&before);
    assert_eq!(said.rewritten(&before, None, None), None);
    let after = said.rewritten(&before, Some(Threshold::ALWAYS), None).unwrap();
    assert_eq!(after.header(), format!("ot={others},b=2"));
}

#[test]
fn a_state_without_members_is_none() {
    let before = state(&[("ot", "th:8")]);
    let after = SamplingState::of(&before).rewritten(&before, None, None);
    assert_eq!(after, Some(TraceState::NONE));
}

/// Members of other concerns, each key once.
fn others() -> impl Strategy<Value = Vec<(String, String)>> {
    let entry = ("[a-z][a-z0-9]{0,3}", "[A-Za-z0-9._-]{0,6}");
    proptest::collection::vec(entry, 0..6).prop_map(|mut entries| {
        entries.sort();
        entries.dedup_by(|one, other| one.0 == other.0);
        entries.retain(|(key, _)| key != "th" && key != "rv");
        entries
    })
}

fn numbers() -> impl Strategy<Value = (Option<Threshold>, Option<Randomness>)> {
    let threshold = proptest::option::of((0..1_u64 << 56).prop_map(Threshold::rounded_up));
    (threshold, proptest::option::of(any::<u64>().prop_map(Randomness::from_bits)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again_and_others_keep_theirs(
        concerns in others(),
        before in numbers(),
        after in numbers(),
        vendors in 0..40_usize,
        place in 0..40_usize,
    ) {
        let mut entries: Vec<_> = concerns.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        entries.extend(before.0.map(|th| format!("th:{th}")));
        entries.extend(before.1.map(|rv| format!("rv:{rv}")));
        let first = place % entries.len().max(1);
        entries.rotate_left(first);
        let member = entries.join(";");
        let mut members: Vec<_> = (0..vendors.min(31)).map(|at| (format!("v{at}"), at.to_string())).collect();
        if !member.is_empty() {
            members.insert(place.min(members.len()), ("ot".to_owned(), member));
        }
        let members: Vec<_> = members.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let old = state(&members);
        let said = SamplingState::of(&old);
        prop_assert_eq!((said.threshold(), said.explicit_randomness()), before);

        let Some(new) = said.rewritten(&old, after.0, after.1) else {
            prop_assert_eq!(before, after);
            return Ok(());
        };
        prop_assert_ne!(before, after);
        let again = SamplingState::of(&new);
        prop_assert_eq!((again.threshold(), again.explicit_randomness()), after);
        prop_assert_eq!(again.rewritten(&new, after.0, after.1), None);
        let text = new.get("ot").unwrap_or_default();
        prop_assert!(text.len() <= 256);
        let kept = text.split(';').filter(|entry| !entry.starts_with("th:") && !entry.starts_with("rv:"));
        let mut kept: Vec<_> = kept.filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        kept.sort();
        let mut expected: Vec<_> = concerns.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        expected.sort();
        prop_assert_eq!(kept, expected);
        let foreign = |state: &TraceState| {
            let foreign = state.into_iter().filter(|(key, _)| *key != "ot");
            foreign.map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        prop_assert_eq!(foreign(&new), foreign(&old));
        prop_assert!(text.is_empty() || new.into_iter().next().is_some_and(|(key, _)| key == "ot"));
    }

    #[test]
    fn no_text_is_too_strange(member in "[a-z0-9:;. ]{0,40}|\\PC{0,80}", numbers in numbers()) {
        let Ok(old) = TraceState::from_key_value([("ot", member)]) else { return Ok(()) };
        let said = SamplingState::of(&old);
        let new = said.rewritten(&old, numbers.0, numbers.1).unwrap_or(old.clone());
        let again = SamplingState::of(&new);
        prop_assert_eq!(again.explicit_randomness(), numbers.1);
        prop_assert!(again.threshold() == numbers.0 || new.get("ot").is_some_and(|text| text.len() > 235));
    }
}

fn state(members: &[(&str, &str)]) -> TraceState {
    TraceState::from_key_value(members.iter().copied()).unwrap()
}
