//! Recall and precision on sentences that others wrote.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;

use otel_core::privacy::{self, Kind};
use serde_json::Value;

/// 1,500 sentences with what is in them, which lie beside the workspace where there are any.
const SENTENCES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/pii/synth_dataset_v2.json");

/// A file that not everybody has; who has not is told that nothing was tested.
pub(super) fn read(path: &str) -> Option<Value> {
    match std::fs::read(path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("a corpus is JSON")),
        Err(error) => {
            tell(&format!("SKIPPED, for {path} cannot be read: {error}"));
            None
        }
    }
}

/// Past the capture of the test harness, so that a figure and a test that tested nothing are seen.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("standard output can be written");
}

#[derive(Debug, Default)]
struct Score {
    labelled: usize,
    hit: usize,
    found: usize,
    right: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
}

#[test]
fn what_people_write_is_found() {
    let Some(sentences) = read(SENTENCES) else { return };
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for sentence in sentences.as_array().unwrap() {
        let text = sentence["full_text"].as_str().unwrap();
        score(text, sentence["spans"].as_array().unwrap(), &mut scores);
    }
    for (kind, score) in &scores {
        let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
        tell(&format!(
            "{kind:<14} recall {:>5.1} % of {:>3}, precision {:>5.1} % of {:>3}; wrong: {:?}",
            share(score.hit, score.labelled),
            score.labelled,
            share(score.right, score.found),
            score.found,
            score.wrong
        ));
    }
    for kind in ["CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "IP_ADDRESS", "US_SSN"] {
        assert!(
            scores[kind].labelled > 10 && scores[kind].missed.is_empty(),
            "{kind}: {:?}",
            scores[kind].missed
        );
    }
    let phones = &scores["PHONE_NUMBER"];
    assert!(phones.hit * 100 >= phones.labelled * 95, "{:?}", phones.missed);
}

/// A label is hit when findings of its kind cover all of it; a finding is right when it lies on a label of its kind.
fn score(text: &str, labels: &[Value], scores: &mut BTreeMap<&'static str, Score>) {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let found = privacy::find(text);
    assert!(found.is_empty() || privacy::suspects(text), "nothing suspects {text:?}");
    let spans: Vec<(Option<&str>, Range<usize>)> = labels
        .iter()
        .map(|label| {
            let place = |name: &str| starts[usize::try_from(label[name].as_u64().unwrap()).unwrap()];
            (label["entity_type"].as_str(), place("start_position")..place("end_position"))
        })
        .collect();
    for (kind, range) in &spans {
        let Some(label) = KINDS.iter().find(|(name, _)| Some(*name) == *kind) else { continue };
        let score = scores.entry(label.0).or_default();
        score.labelled += 1;
        let of_kind = |finding: &&privacy::Finding| finding.kind == label.1;
        let hit =
            found.iter().filter(of_kind).any(|it| it.range.start <= range.start && range.end <= it.range.end);
        score.hit += usize::from(hit);
        if !hit {
            score.missed.push(text[range.clone()].to_owned());
        }
    }
    for finding in &found {
        let Some(label) = KINDS.iter().find(|(_, kind)| *kind == finding.kind) else { continue };
        let right = spans.iter().any(|(kind, range)| {
            *kind == Some(label.0) && range.start < finding.range.end && finding.range.start < range.end
        });
        let score = scores.entry(label.0).or_default();
        score.found += 1;
        score.right += usize::from(right);
        if !right {
            score.wrong.push(text[finding.range.clone()].to_owned());
        }
    }
}

const KINDS: [(&str, Kind); 6] = [
    ("CREDIT_CARD", Kind::Card),
    ("IBAN_CODE", Kind::Iban),
    ("EMAIL_ADDRESS", Kind::Email),
    ("IP_ADDRESS", Kind::IpAddress),
    ("US_SSN", Kind::UsSsn),
    ("PHONE_NUMBER", Kind::Phone),
];
