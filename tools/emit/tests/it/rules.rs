//! The rules and their tests. Whether Prometheus agrees, `promtool` says: `cargo run -p e2e -- --only rules`.

use std::collections::{BTreeMap, BTreeSet};

use emit::{DOMAINS, Domain};
use otel_core::{AlertRule, Condition, NoData};
use yaml_rust2::Yaml;

use crate::formats::{ending, yaml};
use crate::queries::Declared;
use crate::specimens::SPECIMEN;

/// Every domain with rules, with what is made of them.
fn domains() -> Vec<(Domain, Vec<Yaml>, Vec<Yaml>)> {
    let domains = DOMAINS.iter().copied().chain([SPECIMEN]);
    let with_rules = domains.filter(|domain| !domain.catalogue.alerts.is_empty());
    let made = with_rules.map(|domain| {
        let rules = yaml(ending(&format!("docs/rules/{}.yml", domain.name), "")[0]);
        let tests = yaml(ending(&format!("docs/rules/{}_test.yml", domain.name), "")[0]);
        let rules = rules["groups"][0]["rules"].as_vec().unwrap().clone();
        (domain, rules, tests["tests"].as_vec().unwrap().clone())
    });
    made.collect()
}

#[test]
fn every_query_asks_for_what_the_catalogue_declares() {
    for (domain, rules, _) in domains() {
        let declared = Declared::of(&domain);
        for rule in rules {
            declared.check(rule["expr"].as_str().unwrap(), rule["alert"].as_str().unwrap());
        }
    }
}

#[test]
fn every_rule_says_how_bad_it_is_and_where_to_read_on() {
    for (domain, rules, _) in domains() {
        let names: Vec<&str> = rules.iter().map(|rule| rule["alert"].as_str().unwrap()).collect();
        assert_eq!(names, domain.catalogue.alerts.iter().map(|rule| rule.name).collect::<Vec<_>>());
        for (rule, made) in domain.catalogue.alerts.iter().zip(rules) {
            assert_eq!(made["labels"]["level"].as_str(), Some(rule.level.as_str()));
            assert_eq!(made["labels"]["domain"].as_str(), Some(domain.name));
            assert_eq!(made["annotations"]["summary"].as_str(), Some(rule.summary));
            let url = made["annotations"]["runbook_url"].as_str().unwrap();
            match rule.runbook {
                Some(own) => assert_eq!(url, own),
                None => assert!(url.ends_with(&format!("docs/telemetry/{}.md#{}", domain.name, rule.name))),
            }
        }
    }
}

#[test]
fn every_rule_has_the_cases_that_apply_to_it() {
    for (domain, _, tests) in domains() {
        let titles: BTreeSet<&str> = tests.iter().map(|test| test["name"].as_str().unwrap()).collect();
        assert_eq!(titles.len(), tests.len(), "two tests have one name");
        for rule in domain.catalogue.alerts {
            for case in cases(rule) {
                let title = format!("{} {case}", rule.name);
                assert!(titles.contains(title.as_str()), "{title} is missing among {titles:#?}");
            }
        }
    }
}

fn cases(rule: &AlertRule) -> Vec<&'static str> {
    let mut cases = vec!["fires", "resolves"];
    if let Condition::Ratio { min_events: 1.., .. } | Condition::Mean { min_events: 1.., .. } = rule.condition
    {
        cases.push("fires from the fewest events on that count");
    }
    cases.push(match &rule.condition {
        Condition::Ratio { min_events: 2.., .. }
        | Condition::Mean { min_events: 2.., .. }
        | Condition::BurnRate { min_events: 2.., .. } => "is quiet at low traffic, were all of it bad",
        Condition::Ratio { .. } | Condition::Mean { .. } | Condition::BurnRate { .. } => {
            "is quiet without traffic"
        }
        _ => "is quiet while all is well",
    });
    let has_limit = !matches!(
        rule.condition,
        Condition::Absence { .. } | Condition::Deviation { .. } | Condition::Observed { .. }
    );
    if has_limit {
        cases.extend(["is quiet just within its limit", "fires just beyond its limit"]);
    }
    if !rule.keep_firing_for.is_zero() {
        cases.push("keeps firing for a while");
    }
    if rule.name.contains("wavers") || rule.name.contains("of_itself") || rule.name.contains("mean_low") {
        cases.push("clears at its clear threshold only");
    }
    cases.push(match (&rule.condition, rule.no_data) {
        (Condition::Absence { .. }, _) | (_, NoData::Alert) => "fires while there is no data",
        (_, NoData::Hold) => "goes on while there is no data",
        _ => "resolves when there is no more data",
    });
    cases
}

/// A test in which nothing fires says little about a rule that never would.
#[test]
fn a_rule_fires_in_the_tests_that_say_so_and_in_no_quiet_one() {
    for (domain, _, tests) in domains() {
        let mut fired: BTreeMap<&str, usize> = BTreeMap::new();
        for test in &tests {
            let (rule, case) = test["name"].as_str().unwrap().split_once(' ').unwrap();
            let checks = test["alert_rule_test"].as_vec().unwrap();
            let firing = checks.iter().filter(|check| !check["exp_alerts"].as_vec().unwrap().is_empty());
            match (case.starts_with("is quiet"), firing.count()) {
                (true, times) => assert_eq!(times, 0, "{rule} {case}"),
                (false, times) => {
                    assert!(times > 0, "{rule} {case}");
                    *fired.entry(rule).or_default() += 1;
                }
            }
            let last = checks.last().unwrap()["exp_alerts"].as_vec().unwrap();
            let ends_firing = case.starts_with("fires") && !case.contains("no data");
            assert_eq!(!last.is_empty(), ends_firing, "{rule} {case}");
        }
        assert_eq!(fired.len(), domain.catalogue.alerts.len());
    }
}

/// What is pending is not told: the last check before the first alert is where it would be one too early.
#[test]
fn the_moment_before_an_alert_is_looked_at_too() {
    for (_, _, tests) in domains() {
        let fires = tests.iter().filter(|test| test["name"].as_str().unwrap().ends_with(" fires"));
        for test in fires {
            let checks = test["alert_rule_test"].as_vec().unwrap();
            let first = checks.iter().position(|check| !check["exp_alerts"].as_vec().unwrap().is_empty());
            assert!(first.unwrap() > 0, "{:?}", test["name"]);
        }
    }
}

#[test]
fn what_is_said_of_a_value_is_what_prometheus_will_say() {
    let (_, _, tests) = domains().into_iter().find(|(domain, _, _)| domain.name == "specimen").unwrap();
    let said = |title: &str| {
        let test = tests.iter().find(|test| test["name"].as_str() == Some(title)).unwrap();
        let last = test["alert_rule_test"].as_vec().unwrap().last().unwrap();
        let text = last["exp_alerts"][0]["exp_annotations"]["description"].as_str().unwrap().to_owned();
        text.rsplit_once("Last seen: ").unwrap().1.to_owned()
    };
    assert_eq!(said("specimen_value fires"), "200.");
    assert_eq!(said("specimen_temperature fires"), "0.");
    assert_eq!(said("specimen_mean fires"), "350ms.");
    assert_eq!(said("specimen_ratio_of_more fires"), "442.5%.");
    assert_eq!(said("specimen_growth fires"), "1.4k a second.");
}
