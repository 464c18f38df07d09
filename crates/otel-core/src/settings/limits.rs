//! How much a record may carry.

use crate::recorder::{AttributeLimits, Limits};

use super::{Reader, parse};

pub(super) fn resolve(env: &mut Reader<'_>) -> Limits {
    let defaults = Limits::default();
    let mut limit = |name: &str, variables: &[&str], default: u32| {
        env.setting(format!("limits.{name}")).first_of(variables, parse::number).or(default)
    };
    // The specification gives these two to every signal, and the narrower variable the last word.
    let (count, length) = ("OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT");
    Limits {
        span: AttributeLimits {
            count: limit("span.attributes", &["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", count], defaults.span.count),
            length: limit(
                "span.value_length",
                &["OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", length],
                defaults.span.length,
            ),
        },
        log: AttributeLimits {
            count: limit(
                "log.attributes",
                &["OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", count],
                defaults.log.count,
            ),
            length: limit(
                "log.value_length",
                &["OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", length],
                defaults.log.length,
            ),
        },
        events: limit("span.events", &["OTEL_SPAN_EVENT_COUNT_LIMIT"], defaults.events),
        links: limit("span.links", &["OTEL_SPAN_LINK_COUNT_LIMIT"], defaults.links),
        event_attributes: limit(
            "span.event.attributes",
            &["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"],
            defaults.event_attributes,
        ),
        link_attributes: limit(
            "span.link.attributes",
            &["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"],
            defaults.link_attributes,
        ),
    }
}
