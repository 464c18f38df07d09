//! `OTEL_ENTITIES`: `type{id=…}[description=…]@schema_url;…`.

use super::parse::{Parsed, percent_decoded};

/// An entity that this process is, or runs on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entity {
    pub(super) kind: String,
    /// What identifies it.
    pub(super) id: Vec<(String, String)>,
    /// What else is known of it.
    pub(super) description: Vec<(String, String)>,
    pub(super) schema_url: Option<String>,
}

/// All entities of a list. An empty place in the list is none.
pub(super) fn parse(text: &str) -> Parsed<Vec<Entity>> {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    let entities = entries.enumerate().map(|(at, entry)| {
        entity(entry).map_err(|why| format!("entity {} is not type{{id=…}}[key=…]@schema: {why}", at + 1))
    });
    entities.collect()
}

fn entity(text: &str) -> Parsed<Entity> {
    let (kind, rest) = text.split_once('{').ok_or("no `{` begins what identifies it")?;
    if !is_name(kind) {
        return Err("its type is not a letter followed by letters, digits, `.`, `_` and `-`".to_owned());
    }
    let (id, rest) = rest.split_once('}').ok_or("no `}` ends what identifies it")?;
    let id = pairs(id)?;
    if id.is_empty() {
        return Err("nothing identifies it".to_owned());
    }
    let (description, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or("no `]` ends what describes it")?,
        None => ("", rest),
    };
    let description = pairs(description)?;
    let schema_url = match rest.strip_prefix('@') {
        Some(url) if is_url(url) => Some(url.to_owned()),
        Some(_) => return Err("its schema is not a URL".to_owned()),
        None if rest.is_empty() => None,
        None => return Err("something follows its attributes that is no `@schema`".to_owned()),
    };
    Ok(Entity { kind: kind.to_owned(), id, description, schema_url })
}

fn pairs(text: &str) -> Parsed<Vec<(String, String)>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let pairs = text.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').ok_or("an attribute is not key=value")?;
        let (key, value) = (key.trim(), value.trim());
        if !is_name(key) {
            return Err("a key is not a letter followed by letters, digits, `.`, `_` and `-`".to_owned());
        }
        if value.contains(['{', '}', '[', ']', '@', '=']) {
            return Err(format!("the value of `{key}` has a character that must be percent-encoded"));
        }
        let value = percent_decoded(value)
            .ok_or_else(|| format!("the value of `{key}` is not percent-encoded UTF-8"))?;
        Ok((key.to_owned(), value))
    });
    pairs.collect()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| is_name(scheme) && !rest.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::{Entity, parse};

    fn name() -> impl Strategy<Value = String> {
        "[a-zA-Z][a-zA-Z0-9._-]{0,8}"
    }

    fn entity() -> impl Strategy<Value = Entity> {
        let pairs = |least| prop::collection::vec((name(), "\\PC{0,8}"), least..4);
        let schema_url = prop::option::of("https://[a-z/.@\\[\\]{}]{1,12}");
        (name(), pairs(1), pairs(0), schema_url).prop_map(|(kind, id, description, schema_url)| Entity {
            kind,
            id,
            description,
            schema_url,
        })
    }

    fn written(entity: &Entity) -> String {
        let pairs = |pairs: &[(String, String)]| {
            let pairs = pairs.iter().map(|(key, value)| {
                let encoded = value.bytes().fold(String::new(), |mut text, byte| {
                    let _ = write!(text, "%{byte:02X}");
                    text
                });
                format!("{key}={encoded}")
            });
            pairs.collect::<Vec<_>>().join(",")
        };
        let mut text = format!("{}{{{}}}", entity.kind, pairs(&entity.id));
        if !entity.description.is_empty() {
            let _ = write!(text, "[{}]", pairs(&entity.description));
        }
        if let Some(url) = &entity.schema_url {
            let _ = write!(text, "@{url}");
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_what_is_read(entities in prop::collection::vec(entity(), 0..4)) {
            let text: Vec<_> = entities.iter().map(written).collect();
            prop_assert_eq!(parse(&text.join(";")), Ok(entities));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[a-z{}\\[\\]@;,=%. :/é]{0,40}") {
            // Whatever is accepted has what every entity must have.
            for entity in parse(&text).unwrap_or_default() {
                prop_assert!(!entity.kind.is_empty() && !entity.id.is_empty(), "{:?}", entity);
            }
        }
    }
}
