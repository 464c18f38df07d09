//! The page without what must not leave: labels of our own are closed or capped, but those of others are not.

use std::borrow::Cow;

use ::prometheus::proto::{LabelPair, MetricFamily};

use crate::sensitive::{Bearer, Guard, Origin};
use crate::wire::foreign;

/// What Prometheus calls what is known of a scope: three parts, and its attributes.
const SCOPE: &str = "otel_scope_";
const PARTS: [&str; 3] = ["name", "version", "schema_url"];

/// Cleans everything on the page that could hold what must not leave. A metric whose name may not leave, or that of a
/// label, is left out: without it, it would be another.
pub(super) fn clean(families: &mut Vec<MetricFamily>, guard: &Guard) {
    families.retain_mut(|family| {
        if let Cow::Owned(clean) = guard.clean(family.help(), Origin::Free) {
            family.set_help(clean);
        }
        is_clean(family.name(), guard)
            && family.mut_metric().iter_mut().all(|metric| {
                let mut labels = metric.take_label();
                labels.retain(|label| !is_of_scope(label) || leaves(label, guard));
                labels.iter_mut().for_each(|label| clean_value(label, guard));
                let all_leave = labels.iter().all(|label| is_of_scope(label) || leaves(label, guard));
                metric.set_label(labels);
                all_leave
            })
    });
}

fn is_of_scope(label: &LabelPair) -> bool {
    label.name().starts_with(SCOPE)
}

fn leaves(label: &LabelPair, guard: &Guard) -> bool {
    let let_out = match label.name().strip_prefix(SCOPE) {
        Some(part) => PARTS.contains(&part) || guard.lets_out(part, Bearer::Scope),
        None => guard.lets_out(label.name(), Bearer::Metric),
    };
    let_out && is_clean(label.name(), guard)
}

fn clean_value(label: &mut LabelPair, guard: &Guard) {
    let origin = foreign::origin_of(label.name());
    if let Cow::Owned(clean) = guard.clean_value(label.name(), label.value(), origin) {
        label.set_value(clean);
    }
}

fn is_clean(name: &str, guard: &Guard) -> bool {
    matches!(guard.clean(name, Origin::Free), Cow::Borrowed(_))
}
