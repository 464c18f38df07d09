//! The schema, field by field, against the published definitions.

use std::collections::{HashMap, HashSet};

use prost::Message;

use super::super::schema::{self, Kind};

#[derive(Clone, PartialEq, Message)]
struct Files {
    #[prost(message, repeated, tag = "1")]
    files: Vec<DefinitionFile>,
}

#[derive(Clone, PartialEq, Message)]
struct DefinitionFile {
    #[prost(string, tag = "2")]
    package: String,
    #[prost(message, repeated, tag = "4")]
    messages: Vec<Definition>,
}

#[derive(Clone, PartialEq, Message)]
struct Definition {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "2")]
    fields: Vec<DefinedField>,
    #[prost(message, repeated, tag = "3")]
    nested: Vec<Definition>,
}

#[derive(Clone, PartialEq, Message)]
struct DefinedField {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(uint32, tag = "3")]
    number: u32,
    #[prost(int32, tag = "4")]
    label: i32,
    #[prost(int32, tag = "5")]
    kind: i32,
    #[prost(string, tag = "6")]
    type_name: String,
    #[prost(string, tag = "10")]
    json_name: String,
}

const REPEATED: i32 = 3;

fn definitions() -> HashMap<String, Definition> {
    fn add(into: &mut HashMap<String, Definition>, prefix: &str, definition: &Definition) {
        let name = format!("{prefix}.{}", definition.name);
        definition.nested.iter().for_each(|nested| add(into, &name, nested));
        into.insert(name, definition.clone());
    }
    let mut found = HashMap::new();
    for file in Files::decode(opentelemetry_proto::DESCRIPTORS).unwrap().files {
        file.messages.iter().for_each(|message| add(&mut found, &format!(".{}", file.package), message));
    }
    found
}

#[test]
fn the_schema_is_that_of_the_published_definitions() {
    let definitions = definitions();
    let mut seen = HashSet::new();
    for (signal, request, schema) in [
        ("trace", "ExportTraceServiceRequest", &schema::TRACES),
        ("logs", "ExportLogsServiceRequest", &schema::LOGS),
        ("metrics", "ExportMetricsServiceRequest", &schema::METRICS),
    ] {
        let name = format!(".opentelemetry.proto.collector.{signal}.v1.{request}");
        compare(&definitions, &name, schema, &mut seen);
    }
    assert_eq!(seen.len(), 34, "{seen:#?}");
}

fn compare(
    definitions: &HashMap<String, Definition>,
    name: &str,
    schema: &schema::Message,
    seen: &mut HashSet<String>,
) {
    if !seen.insert(name.to_owned()) {
        return;
    }
    let definition = &definitions[name];
    assert_eq!(definition.fields.len(), schema.fields.len(), "{name}");
    for defined in &definition.fields {
        let at = format!("{name}.{}", defined.name);
        let field = schema.fields.iter().find(|field| field.number == defined.number).expect(&at);
        assert_eq!(field.name, defined.json_name, "{at}");
        assert_eq!(field.repeated, defined.label == REPEATED, "{at}");
        let is_id = defined.name.ends_with("trace_id") || defined.name.ends_with("span_id");
        let fits = match field.kind {
            Kind::Double => defined.kind == 1,
            Kind::Int64 => defined.kind == 3,
            Kind::Uint64 => defined.kind == 4,
            Kind::Int32 => defined.kind == 5,
            Kind::Fixed64 => defined.kind == 6,
            Kind::Fixed32 => defined.kind == 7,
            Kind::Bool => defined.kind == 8,
            Kind::Text => defined.kind == 9,
            Kind::Message(_) => defined.kind == 11,
            Kind::Id => defined.kind == 12 && is_id,
            Kind::Bytes => defined.kind == 12 && !is_id,
            // `uint32` and enumerations.
            Kind::Uint32 => matches!(defined.kind, 13 | 14),
            Kind::Sfixed64 => defined.kind == 16,
            Kind::Sint32 => defined.kind == 17,
        };
        assert!(fits, "{at}: {:?} is not the type {}", field.kind, defined.kind);
        if let Kind::Message(inner) = field.kind {
            compare(definitions, &defined.type_name, inner, seen);
        }
    }
}
