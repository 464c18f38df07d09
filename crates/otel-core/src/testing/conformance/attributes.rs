//! Attributes of spans and events.

use std::collections::BTreeSet;

use super::finding::{FindingId, Inspection};
use crate::catalogue::Catalogue;
use crate::key::KeyFacts;
use crate::span::ERROR_TYPE;
use crate::testing::TestValue;
use crate::value::Kind;

/// Attributes that may stand on anything that fails, with the kind of their values.
const UBIQUITOUS: [(&str, Kind); 5] = [
    (ERROR_TYPE.name(), Kind::Text),
    ("exception.type", Kind::Text),
    ("exception.message", Kind::Text),
    ("exception.stacktrace", Kind::Text),
    ("exception.escaped", Kind::Bool),
];

/// Whether an attribute needs no declaration.
pub(super) fn is_ubiquitous(key: &str) -> bool {
    UBIQUITOUS.iter().any(|(name, _)| *name == key)
}

/// What a catalogue says of an attribute.
pub(super) fn declared<'a>(catalogue: &'a Catalogue, key: &str) -> Option<&'a KeyFacts> {
    catalogue.attributes.iter().find(|facts| facts.name == key)
}

/// Holds the attributes of one span or event against the catalogue.
pub(super) fn inspect(
    inspection: &mut Inspection<'_>,
    catalogue: &Catalogue,
    attributes: &[(String, TestValue)],
) {
    let mut seen = BTreeSet::new();
    for (key, value) in attributes {
        inspection.expect(seen.insert(key), FindingId::DuplicateAttribute, key, "stands twice");
        let ubiquitous = UBIQUITOUS.iter().find(|(name, _)| name == key);
        match (declared(catalogue, key), ubiquitous) {
            (Some(facts), _) => inspect_value(inspection, key, value, facts.kind, facts.values),
            (None, Some((_, kind))) => inspect_value(inspection, key, value, *kind, &[]),
            (None, None) => inspection.find(FindingId::MissingAttribute, key, "is not declared"),
        }
    }
}

/// Holds one value against its kind and the closed list of values.
pub(super) fn inspect_value(
    inspection: &mut Inspection<'_>,
    key: &str,
    value: &TestValue,
    kind: Kind,
    values: &[&str],
) {
    if !is_of_kind(value, kind) {
        let message = format!("is {value:?}, and {kind:?} is declared");
        return inspection.find(FindingId::TypeMismatch, key, message);
    }
    if let TestValue::Text(text) = value {
        let known = values.is_empty() || values.contains(&text.as_str());
        let message = format!("is {text:?}, which is none of {}", values.join(", "));
        inspection.expect(known, FindingId::UndefinedEnumVariant, key, message);
    }
}

fn is_of_kind(value: &TestValue, kind: Kind) -> bool {
    match (kind, value) {
        (Kind::Text | Kind::Pseudonym, TestValue::Text(_))
        | (Kind::Int, TestValue::Int(_))
        | (Kind::Double, TestValue::Double(_))
        | (Kind::Bool, TestValue::Bool(_)) => true,
        (Kind::TextList, TestValue::List(list)) => list.iter().all(|it| matches!(it, TestValue::Text(_))),
        _ => false,
    }
}
