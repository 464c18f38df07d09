//! What is printed at the end.

use std::time::Duration;

use super::Flood;
use super::arms::Arm;
use super::child::{Produced, Received};

/// One line for each arm.
#[derive(Debug)]
pub(crate) struct Table {
    flood: Flood,
    rows: Vec<Row>,
}

/// The figures of one arm.
#[derive(Clone, Copy, Debug)]
struct Row {
    arm: Arm,
    offered: u64,
    offered_rate: f64,
    delivered: u64,
    rate: f64,
    megabytes: f64,
    spans_in_request: f64,
    /// Nanoseconds of all threads of the producer, for each delivered span.
    cost: f64,
    sink_cost: f64,
    queue_full: Option<u64>,
    unaccounted: Option<u64>,
    malformed: u64,
}

impl Table {
    pub(crate) const fn new(flood: Flood) -> Self {
        Self { flood, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, arm: Arm, produced: &Produced, received: &Received) {
        let delivered = received.spans as f64;
        let wall = produced.wall.as_secs_f64();
        let of_each = |time: Duration| time.as_nanos() as f64 / delivered.max(1.0);
        self.rows.push(Row {
            arm,
            offered: produced.offered,
            offered_rate: produced.offered as f64 / produced.producing.as_secs_f64(),
            delivered: received.spans,
            rate: delivered / wall,
            megabytes: received.bytes as f64 / 1e6 / wall,
            spans_in_request: delivered / received.requests.max(1) as f64,
            cost: of_each(produced.processor),
            sink_cost: of_each(received.processor),
            queue_full: produced.queue_full,
            unaccounted: produced.unaccounted,
            malformed: received.malformed,
        });
    }

    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub(crate) fn print(&self) {
        println!("{}", self.heading());
        println!(
            "{:<16} {:>12} {:>10} {:>12} {:>12} {:>7} {:>10} {:>7} {:>9} {:>8} {:>8} {:>11} {:>11}",
            "arm",
            "offered",
            "offered/s",
            "delivered",
            "lost",
            "lost %",
            "deliv./s",
            "MB/s",
            "spans/req",
            "CPU ns",
            "sink ns",
            "queue full",
            "unaccounted"
        );
        self.rows.iter().for_each(|row| println!("{}", row.line()));
        self.ratios().iter().for_each(|ratio| println!("{ratio}"));
        println!(
            "CPU ns: processor time of all threads of the producer for each span delivered; deliv./s includes the shutdown."
        );
    }

    fn heading(&self) -> String {
        let Flood { seconds, threads, rate, backpressure, .. } = self.flood;
        let pace = match (rate, backpressure) {
            (Some(rate), _) => format!("at {rate} spans/s"),
            (None, Some(bound)) => format!("with back-pressure at {bound} spans under way"),
            (None, None) => "unthrottled".to_owned(),
        };
        format!("{seconds} s, {threads} producing thread(s), {pace}, 6 attributes")
    }

    /// What `ours` is to the arms that came before it.
    fn ratios(&self) -> Vec<String> {
        let Some(ours) = self.rows.iter().find(|row| row.arm == Arm::Ours) else { return Vec::new() };
        let others = self.rows.iter().filter(|row| row.arm != Arm::Ours && row.delivered > 0);
        others
            .map(|other| {
                format!(
                    "ours / {}: delivered/s {:.1}x, CPU ns for each delivered span {:.3}x",
                    other.arm.as_str(),
                    ours.rate / other.rate,
                    ours.cost / other.cost
                )
            })
            .collect()
    }
}

impl Row {
    fn line(&self) -> String {
        let known = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let lost = self.offered.saturating_sub(self.delivered);
        let share = 100.0 * lost as f64 / self.offered.max(1) as f64;
        let mut line = format!(
            "{:<16} {:>12} {:>10.0} {:>12} {:>12} {:>7.2} {:>10.0} {:>7.1} {:>9.0} {:>8.0} {:>8.0} {:>11} {:>11}",
            self.arm.as_str(),
            self.offered,
            self.offered_rate,
            self.delivered,
            lost,
            share,
            self.rate,
            self.megabytes,
            self.spans_in_request,
            self.cost,
            self.sink_cost,
            known(self.queue_full),
            known(self.unaccounted)
        );
        if self.malformed > 0 {
            line.push_str(&format!("  {} malformed requests", self.malformed));
        }
        line
    }
}
