//! Everything arrives as it was recorded, whichever way it travels.

use otel_core::ledger::Report;
use otel_core::testing::{Counts, Receiver};

use super::{Ground, PATIENCE, pipeline, uninstallable, unstartable};
use crate::comparison::{Arrived, arrived, latest_metrics};
use crate::failure::{Failure, ensure};
use crate::servers::rotel::{self, Ports, Rotel, Taken};
use crate::table::{Outcome, Table};
use crate::traffic::{Recorded, Traffic};
use crate::way::Way;

/// Enough for several requests of each signal.
const REQUESTS: u32 = 2_000;

const TITLE: &str = "interop: otel-core → rotel → a receiver; each arrived once, as it was recorded";
const COLUMNS: &[&str] = &["spans", "log records", "metric points"];

pub(super) fn run(ground: &Ground) -> Table {
    let mut table = Table::new(TITLE, COLUMNS);
    for way in Way::ALL {
        table.add(way, travel(ground, way));
    }
    table
}

fn travel(ground: &Ground, way: Way) -> Outcome {
    let receiver = Receiver::start().map_err(|error| unstartable(&error))?;
    let journal = ground.journal(&format!("interop-{}", way.slug()));
    let ports = Ports::free()?;
    let rotel = Rotel::start(&ground.rotel()?, ports, &receiver.http_endpoint(), journal.as_deref())?;
    let pipeline = pipeline(way, ports.endpoint(way)).install().map_err(|error| uninstallable(&error))?;
    let mut traffic = Traffic::new(&pipeline);
    (0..REQUESTS).for_each(|_| traffic.record());
    let report = pipeline.shutdown(PATIENCE).map_err(|error| Failure::wrong(error.to_string()))?;
    // All has been answered for; now it has to come out at the other end, and nothing after it.
    receiver.wait_until(PATIENCE, |counts| has_all(counts, &report, way));
    let taken = rotel.stop()?;
    books(traffic.recorded(), &report, taken, &receiver.counts(), way)?;
    let received = receiver.received();
    let found = arrived(traffic.recorded(), &received, way)?;
    each_once(traffic.recorded(), &found)?;
    if !rotel::reads_metrics(way) {
        return Ok(vec![Some(taken.spans), Some(taken.log_records), None]);
    }
    let metrics = latest_metrics(traffic.recorded(), &received, way)?;
    ensure(metrics.values().all(|times| *times == 1), || {
        format!("metrics were collected once, and arrived as often as this: {metrics:?}")
    })?;
    Ok([taken.spans, taken.log_records, taken.metric_points].map(Some).to_vec())
}

fn has_all(counts: &Counts, report: &Report, way: Way) -> bool {
    counts.spans >= report.spans.exported
        && counts.log_records >= report.logs.exported
        && (counts.metric_points >= report.metric_points.exported || !rotel::reads_metrics(way))
}

/// Recorded, created, exported, taken and arrived are one number for each signal.
fn books(
    recorded: &Recorded,
    report: &Report,
    taken: Taken,
    counts: &Counts,
    way: Way,
) -> Result<(), Failure> {
    ensure(report.lost() == 0 && report.pending() == 0, || format!("not all was delivered: {report}"))?;
    let mut streams = vec![
        ("spans", Some(recorded.spans.len()), &report.spans, taken.spans, counts.spans),
        (
            "log records",
            Some(recorded.log_records.len()),
            &report.logs,
            taken.log_records,
            counts.log_records,
        ),
    ];
    if rotel::reads_metrics(way) {
        // The pipeline may have metrics of itself, which nobody recorded here.
        let metrics = &report.metric_points;
        streams.push(("metric points", None, metrics, taken.metric_points, counts.metric_points));
    }
    for (name, recorded, report, taken, arrived) in streams {
        let recorded = recorded.and_then(|it| u64::try_from(it).ok()).unwrap_or(report.created);
        let all = [recorded, report.created, report.exported, taken, arrived];
        ensure(all.iter().all(|it| *it == recorded), || {
            let [recorded, created, exported, taken, arrived] = all;
            format!(
                "{name}: {recorded} recorded, {created} created, {exported} exported, {taken} taken by rotel, {arrived} \
                 arrived"
            )
        })?;
    }
    Ok(())
}

fn each_once(recorded: &Recorded, found: &Arrived) -> Result<(), Failure> {
    let spans = recorded.spans.keys().filter(|id| found.spans.get(id) != Some(&1)).count();
    let numbers = recorded.log_records.keys();
    let log_records = numbers.filter(|number| found.log_records.get(number) != Some(&1)).count();
    ensure(spans + log_records == 0, || {
        format!("{spans} spans and {log_records} log records did not arrive once each")
    })
}
