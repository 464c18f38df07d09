//! Limits: what is too much is left out and counted, whoever recorded it.

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::trace::{Span as _, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue as ProtoValue, KeyValue as ProtoPair};
use opentelemetry_proto::tonic::trace::v1::Span as ProtoSpan;
use opentelemetry_sdk::trace::SdkTracerProvider;
use otel_core::pipeline::Pipeline;
use otel_core::testing::Received;
use otel_core::{Currency, Decimal, Key, Outcome, Span, Text, TextList};
use prost::Message as _;

use super::{DONE, PATIENCE, Receiver, WORK, builder};
use crate::random::Random;

const NAME: Key<Text> = Key::new("work.name", "What the work is called.");
const PARTS: Key<TextList> = Key::new("work.parts", "What the work is made of.");
const PRICE: Key<Decimal> = Key::new("work.price", "What the work costs.");
const MONEY: Key<Currency> = Key::new("work.currency", "What it is paid in.");

#[test]
fn a_span_has_as_many_attributes_events_and_links_as_it_may() {
    let cases = [
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", [3, 9, 9]),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", [3, 9, 9]),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", [9, 3, 9]),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", [9, 9, 3]),
    ];
    for (name, expected) in cases {
        let received = spans_with(&[(name, "3")]);
        assert_eq!(received.spans().count(), 2);
        for (_, _, span) in received.spans() {
            let kept = [span.attributes.len(), span.events.len(), span.links.len()];
            let dropped =
                [span.dropped_attributes_count, span.dropped_events_count, span.dropped_links_count];
            assert_eq!(kept, expected, "{name}: {}", span.name);
            assert_eq!(dropped, expected.map(|kept| 9 - kept as u32), "{name}: {}", span.name);
        }
    }
}

#[test]
fn an_event_or_a_link_has_as_many_attributes_as_it_may() {
    let cases = [
        ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", [(3, 6), (9, 0)]),
        ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", [(9, 0), (3, 6)]),
    ];
    for (name, [of_events, of_links]) in cases {
        let received = spans_with(&[(name, "3")]);
        for (_, _, span) in received.spans() {
            let events = span.events.iter().map(|it| (it.attributes.len(), it.dropped_attributes_count));
            assert!(events.eq([of_events; 9]), "{name}: {span:?}");
            // A link of ours has no attributes.
            let links = span.links.iter().map(|it| (it.attributes.len(), it.dropped_attributes_count));
            let links: Vec<_> = links.filter(|link| *link != (0, 0)).collect();
            assert!(!links.is_empty() && links.iter().all(|link| *link == of_links), "{name}: {span:?}");
        }
    }
}

#[test]
fn a_narrower_limit_comes_before_the_one_for_everything() {
    let all = ("OTEL_ATTRIBUTE_COUNT_LIMIT", "3");
    let cases = [
        (vec![all], [3, 3]),
        (vec![all, ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "5")], [5, 3]),
        (vec![all, ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "7")], [3, 7]),
        (vec![("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "0")], [9, 0]),
    ];
    for (variables, [of_spans, of_logs]) in cases {
        let received = everything_with(&variables, |pipeline| {
            fill(pipeline.span(&WORK));
            drop(fill_api(pipeline.tracer_provider().unwrap()));
            let event = (0..9).fold(pipeline.event(&DONE), |event, _| event.set(&NAME, "a"));
            event.emit();
            log(pipeline, String::new(), (0..9).map(|number| ("number".to_owned(), number.into())));
        });
        let spans = received.spans().map(|(.., span)| (span.attributes.len(), span.dropped_attributes_count));
        assert!(spans.eq([(of_spans, 9 - of_spans as u32); 2]), "{variables:?}");
        let logs = received.log_records();
        let logs = logs.map(|(.., record)| (record.attributes.len(), record.dropped_attributes_count));
        assert!(logs.eq([(of_logs, 9 - of_logs as u32); 2]), "{variables:?}");
    }
}

#[test]
fn a_text_has_as_many_characters_as_it_may_and_what_is_written_as_text_is_whole() {
    let received = everything_with(&[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "3")], |pipeline| {
        let mut span = pipeline.span(&WORK);
        // Characters of two, three and four bytes, and of one.
        span.set(&NAME, "éé漢🦀a").set(&NAME, "abc").set(&PARTS, &["🦀🦀🦀🦀", "ab", "abcd"]);
        span.set(&PRICE, Decimal::new(123_456, 2).unwrap()).set(&MONEY, Currency::from_code("EUR").unwrap());
        span.event(&DONE).set(&NAME, "abcd").emit();
        span.finish(Outcome::Error("timeout"));
    });
    let (.., span) = received.spans().next().unwrap();
    let kept: Vec<_> = span.attributes.iter().map(|it| texts(it.value.as_ref().unwrap())).collect();
    let expected: [&[&str]; 6] =
        [&["éé漢"], &["abc"], &["🦀🦀🦀", "ab", "abc"], &["1234.56"], &["EUR"], &["tim"]];
    assert_eq!(kept, expected);
    let (.., event) = received.log_records().next().unwrap();
    assert_eq!(texts(event.attributes[0].value.as_ref().unwrap()), ["abc"]);
}

#[test]
fn the_length_of_texts_can_differ_for_spans_and_log_records() {
    let all = ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2");
    let cases = [
        (vec![all, ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4")], ["abcd", "ab"]),
        (vec![all, ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4")], ["ab", "abcd"]),
        (vec![("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "0")], ["", "abcdef"]),
    ];
    for (variables, [of_span, of_event]) in cases {
        let received = everything_with(&variables, |pipeline| {
            let mut span = pipeline.span(&WORK);
            span.set(&NAME, "abcdef").event(&DONE).set(&NAME, "abcdef").emit();
        });
        let (.., span) = received.spans().next().unwrap();
        let (.., event) = received.log_records().next().unwrap();
        assert_eq!(texts(span.attributes[0].value.as_ref().unwrap()), [of_span], "{variables:?}");
        assert_eq!(texts(event.attributes[0].value.as_ref().unwrap()), [of_event], "{variables:?}");
    }
}

/// Whatever the API is given: what arrives is what the stock conversion makes of it, cut by the rules.
#[test]
fn values_of_the_api_are_cut_however_deep_and_wherever_they_stand() {
    const LONGEST: usize = 5;
    let mut random = Random::new(23);
    let attributes: Vec<Vec<_>> =
        (0..400).map(|_| (0..random.below(5)).map(|_| random.attribute()).collect()).collect();
    let values: Vec<(String, AnyValue)> = (0..400).map(|_| (random.text(), random.any(3))).collect();
    let received = everything_with(&[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "5")], |pipeline| {
        let tracer = pipeline.tracer_provider().unwrap().tracer("api");
        for (number, attributes) in attributes.iter().enumerate() {
            let mut span = tracer.start(number.to_string());
            let other = span.span_context().clone();
            attributes.iter().for_each(|attribute| span.set_attribute(attribute.clone()));
            span.add_event("event", attributes.clone());
            span.add_link(other.clone(), attributes.clone());
            drop(span);
            let ours = pipeline.span(&WORK);
            let context = ours.context();
            context.span().update_name(number.to_string());
            attributes.iter().for_each(|attribute| context.span().set_attribute(attribute.clone()));
            context.span().add_event("event", attributes.clone());
            context.span().add_link(other, attributes.clone());
        }
        for (number, pair) in values.iter().enumerate() {
            log(pipeline, number.to_string(), [pair.clone()]);
        }
    });
    let spans: Vec<&ProtoSpan> = received.spans().map(|(.., span)| span).collect();
    for span in &spans {
        let attributes = &attributes[span.name.parse::<usize>().unwrap()];
        let pairs = attributes.iter().map(|it| pair(it.key.as_str(), it.value.clone().into(), LONGEST));
        let expected = encoded(&pairs.collect::<Vec<_>>());
        assert_eq!(encoded(&span.attributes), expected, "{span:?}");
        assert_eq!(encoded(&span.events[0].attributes), expected, "{span:?}");
        assert_eq!(encoded(&span.links[0].attributes), expected, "{span:?}");
    }
    let logs: Vec<_> = received.log_records().map(|(.., record)| record).collect();
    for record in &logs {
        let (key, value) = &values[texts(record.body.as_ref().unwrap())[0].parse::<usize>().unwrap()];
        let (mut ours, mut expected) =
            (record.attributes.clone(), vec![pair(key, value.clone().into(), LONGEST)]);
        for pairs in [&mut ours, &mut expected] {
            pairs.iter_mut().filter_map(|pair| pair.value.as_mut()).for_each(sort_maps);
        }
        assert_eq!(encoded(&ours), encoded(&expected), "{record:?}");
    }
    assert_eq!((spans.len(), logs.len()), (800, 400));
}

fn everything_with(variables: &[(&str, &str)], record: impl FnOnce(&Pipeline)) -> Received {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(variables).endpoint(receiver.http_endpoint()).install().unwrap();
    record(&pipeline);
    pipeline.shutdown(PATIENCE).unwrap();
    receiver.received()
}

/// One span of ours and one of the API, each with nine of everything, and nine attributes on each of that.
fn spans_with(variables: &[(&str, &str)]) -> Received {
    everything_with(variables, |pipeline| {
        fill(pipeline.span(&WORK));
        drop(fill_api(pipeline.tracer_provider().unwrap()));
    })
}

fn fill(mut span: Span) {
    let context = span.context();
    for at in 0..9 {
        span.set(&NAME, "a");
        if at % 2 == 0 {
            span.link(&context);
        } else {
            context.span().add_link(context.span().span_context().clone(), nine());
        }
        context.span().add_event("event", nine());
    }
    span.finish(Outcome::Unset);
}

fn fill_api(provider: &SdkTracerProvider) -> opentelemetry_sdk::trace::Span {
    let mut span = provider.tracer("api").start("api");
    for attribute in nine() {
        span.set_attribute(attribute);
        span.add_event("event", nine());
        span.add_link(span.span_context().clone(), nine());
    }
    span
}

fn nine() -> Vec<opentelemetry::KeyValue> {
    (0..9).map(|number| opentelemetry::KeyValue::new("number", number)).collect()
}

fn log(pipeline: &Pipeline, body: String, attributes: impl IntoIterator<Item = (String, AnyValue)>) {
    let logger = pipeline.logger_provider().unwrap().logger("api");
    let mut record = logger.create_log_record();
    record.set_body(body.into());
    attributes.into_iter().for_each(|(key, value)| record.add_attribute(key, value));
    logger.emit(record);
}

fn texts(value: &ProtoValue) -> Vec<&str> {
    match &value.value {
        Some(Any::StringValue(text)) => vec![text],
        Some(Any::ArrayValue(array)) => array.values.iter().flat_map(texts).collect(),
        other => panic!("{other:?} is no text"),
    }
}

fn pair(key: &str, mut value: ProtoValue, longest: usize) -> ProtoPair {
    cut(&mut value, longest);
    ProtoPair { key: key.to_owned(), value: Some(value), ..ProtoPair::default() }
}

fn cut(value: &mut ProtoValue, longest: usize) {
    match &mut value.value {
        Some(Any::StringValue(text)) => *text = text.chars().take(longest).collect(),
        Some(Any::BytesValue(bytes)) => bytes.truncate(longest),
        Some(Any::ArrayValue(array)) => array.values.iter_mut().for_each(|value| cut(value, longest)),
        Some(Any::KvlistValue(map)) => {
            map.values
                .iter_mut()
                .filter_map(|pair| pair.value.as_mut())
                .for_each(|value| cut(value, longest));
        }
        _ => {}
    }
}

/// A map of the logs API has no order.
fn sort_maps(value: &mut ProtoValue) {
    match &mut value.value {
        Some(Any::ArrayValue(array)) => array.values.iter_mut().for_each(sort_maps),
        Some(Any::KvlistValue(map)) => {
            map.values.iter_mut().filter_map(|pair| pair.value.as_mut()).for_each(sort_maps);
            map.values.sort_by(|a, b| a.key.cmp(&b.key));
        }
        _ => {}
    }
}

/// As bytes, because a NaN is not even itself.
fn encoded(pairs: &[ProtoPair]) -> Vec<Vec<u8>> {
    pairs.iter().map(ProtoPair::encode_to_vec).collect()
}
