//! The rules as data.

use std::collections::BTreeSet;

use otel_trading::compliance::flags::Flags;
use otel_trading::conventions::flags::FLAG_RULES;
use otel_trading::labels::FlagKind;

#[test]
fn every_kind_has_one_rule_that_says_where_it_comes_from() {
    let kinds: Vec<FlagKind> = FLAG_RULES.iter().map(|rule| rule.kind).collect();
    assert_eq!(kinds, FlagKind::ALL);
    for rule in FLAG_RULES {
        assert!(rule.version > 0 && !rule.reference.is_empty(), "{rule:?}");
        assert!(rule.description.ends_with('.'), "{rule:?}");
    }
}

#[test]
fn a_set_holds_what_was_put_into_it() {
    let all: Flags = FlagKind::ALL.iter().copied().collect();
    assert_eq!(all.len() as usize, FlagKind::ALL.len());
    let names: BTreeSet<&str> = all.iter().map(FlagKind::as_str).collect();
    assert_eq!(names.len(), FlagKind::ALL.len());
    for kind in FlagKind::ALL {
        let mut one = Flags::NONE;
        assert!(one.is_empty() && !one.contains(*kind));
        one.insert(*kind);
        assert_eq!(one.iter().collect::<Vec<_>>(), [*kind]);
        assert_eq!(one.union(all), all);
        assert_eq!(one.to_string(), kind.as_str());
    }
}
