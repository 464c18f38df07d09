//! The waist: spans, events and metrics of one item, in every arm.
//!
//! `cargo bench -p otel-benches --bench core`. No figure is valid whose arm says that it lost something.

mod guarded;
mod metrics;
mod records;
mod spans;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    spans::bench(&mut criterion);
    guarded::bench(&mut criterion);
    records::bench(&mut criterion);
    metrics::bench(&mut criterion);
    criterion.final_summary();
}
