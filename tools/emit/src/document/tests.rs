//! Both formats, read back by parsers that know nothing of the writers.

use proptest::prelude::*;
use yaml_rust2::{Yaml, YamlLoader};

use super::{Map, Node, json, yaml};

/// Texts that readers of YAML and JSON have stumbled over.
fn texts() -> impl Strategy<Value = String> {
    let known = [
        "",
        "no",
        "true",
        "null",
        "~",
        "1e5",
        "0x10",
        "0b1",
        "5m",
        "1h30m",
        "-",
        "- a",
        "a: b",
        "a #b",
        "'",
        "\"",
        "\\",
        " a",
        "a ",
        "a\nb",
        " a\n  b\nc",
        "a\n",
        "\n",
        "a\n\nb",
        "a \nb",
        "\ta",
        "a\tb",
        "{{ $value }}",
        "[x]",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "é",
        "\u{85}",
        "\u{2028}",
        "\u{feff}a",
        "12:30:45",
        "=",
        "<<",
        ".inf",
        "1_000",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        "[ -~\\n\\t]{0,24}",
        "\\PC{0,12}"
    ]
}

fn nodes() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Flag),
        any::<i64>().prop_map(Node::Integer),
        // The JSON reader rounds longer fractions its own way.
        (-1_000_000..1_000_000_i32).prop_map(|sixtyfourths| Node::Number(f64::from(sixtyfourths) / 64.0)),
        texts().prop_map(Node::Text),
    ];
    leaf.prop_recursive(4, 48, 5, |inner| {
        let map = prop::collection::btree_map(texts(), inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Node::List),
            map.prop_map(|map| {
                map.into_iter().fold(Map::new(), |map, (key, value)| map.with(key, value)).into()
            }),
        ]
    })
}

fn is_yaml(node: &Node, read: &Yaml) -> bool {
    match (node, read) {
        (Node::Null, read) => read.is_null(),
        (Node::Flag(flag), read) => read.as_bool() == Some(*flag),
        (Node::Integer(integer), read) => read.as_i64() == Some(*integer),
        (Node::Number(number), read) => {
            read.as_f64().or_else(|| read.as_i64().map(|integer| integer as f64)) == Some(*number)
        }
        (Node::Text(text), Yaml::String(read)) => text == read,
        (Node::List(items), Yaml::Array(read)) => {
            items.len() == read.len() && items.iter().zip(read).all(|(item, read)| is_yaml(item, read))
        }
        (Node::Map(map), Yaml::Hash(read)) => {
            let same = |((key, value), (other, read)): ((&str, &Node), (&Yaml, &Yaml))| {
                other.as_str() == Some(key) && is_yaml(value, read)
            };
            map.iter().count() == read.len() && map.iter().zip(read).all(same)
        }
        _ => false,
    }
}

fn is_json(node: &Node, read: &serde_json::Value) -> bool {
    use serde_json::Value;
    match (node, read) {
        (Node::Null, Value::Null) => true,
        (Node::Flag(flag), read) => read.as_bool() == Some(*flag),
        (Node::Integer(integer), read) => read.as_i64() == Some(*integer),
        (Node::Number(number), read) => read.as_f64() == Some(*number),
        (Node::Text(text), Value::String(read)) => text == read,
        (Node::List(items), Value::Array(read)) => {
            items.len() == read.len() && items.iter().zip(read).all(|(item, read)| is_json(item, read))
        }
        (Node::Map(map), Value::Object(read)) => {
            map.iter().count() == read.len()
                && map.iter().all(|(key, value)| read.get(key).is_some_and(|read| is_json(value, read)))
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn what_is_written_as_yaml_is_read_as_it_was(node in nodes()) {
        let text = yaml("A comment\nof two lines.", &node);
        let read = YamlLoader::load_from_str(&text);
        let read = read.unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert!(read.len() == 1 && is_yaml(&node, &read[0]), "{text}\n{read:?}");
    }

    #[test]
    fn what_is_written_as_json_is_read_as_it_was(node in nodes()) {
        let text = json(&node);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert!(is_json(&node, &read), "{text}");
    }
}

#[test]
fn yaml_reads_as_somebody_would_have_written_it() {
    let rule = Map::new()
        .with("alert", "orders_lost")
        .with("expr", "  a\n/\n  b")
        .with("for", "2m")
        .with("labels", Map::new())
        .with("series", "orders{job=\"x\"}");
    let document = Map::new().with("rules", vec![rule.into()]);
    let expected = "\
# Made.
rules:
  - alert: orders_lost
    expr: |2-
        a
      /
        b
    for: 2m
    labels: {}
    series: 'orders{job=\"x\"}'
";
    assert_eq!(yaml("Made.", &document.into()), expected);
}
