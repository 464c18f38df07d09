//! The ledger as its readers see it.

use std::fmt;
use std::ops::AddAssign;

use crate::lane::Lane;

use super::{DropReason, Stream};

/// What became of the items of one stream, or of one lane of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Items that were finished, spans that were not sampled among them.
    pub created: u64,
    /// Items that an earlier process left in the spool.
    pub recovered: u64,
    /// Items a destination accepted.
    pub exported: u64,
    /// Items a destination took and rejected, by OTLP's partial success.
    pub rejected: u64,
    /// Items that are on disk and nowhere else.
    pub spooled: u64,
    /// Spans that samplers left out, at the beginning or at the end of their trace.
    pub sampled_out: u64,
    pub(super) dropped: [u64; DropReason::ALL.len()],
}

impl Counts {
    /// Items dropped for `reason`.
    pub const fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped[reason as usize]
    }

    /// Items dropped for any reason.
    pub fn dropped_total(&self) -> u64 {
        self.dropped.iter().sum()
    }

    /// Items that did not and will not arrive.
    pub fn lost(&self) -> u64 {
        self.rejected + self.dropped_total()
    }

    /// Items in memory, queued or on their way; after a shutdown, items that were lost without a reason.
    pub fn pending(&self) -> u64 {
        let accounted = self.exported + self.lost() + self.sampled_out + self.spooled;
        (self.created + self.recovered).saturating_sub(accounted)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.created += other.created;
        self.recovered += other.recovered;
        self.exported += other.exported;
        self.rejected += other.rejected;
        self.spooled += other.spooled;
        self.sampled_out += other.sampled_out;
        for (mine, other) in self.dropped.iter_mut().zip(other.dropped) {
            *mine += other;
        }
    }
}

/// What became of everything a pipeline was given.
///
/// A stream that goes to several destinations is reported as the one that is furthest behind has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Spans.
    pub spans: Counts,
    /// Log records and events.
    pub logs: Counts,
    /// Metric data points.
    pub metric_points: Counts,
    lanes: [[Counts; Lane::ALL.len()]; Stream::ALL.len()],
}

impl Report {
    pub(super) fn of_lanes(lanes: [[Counts; Lane::ALL.len()]; Stream::ALL.len()]) -> Self {
        let [spans, logs, metric_points] = lanes.map(|lanes| {
            lanes.into_iter().fold(Counts::default(), |mut sum, lane| {
                sum += lane;
                sum
            })
        });
        Self { spans, logs, metric_points, lanes }
    }

    /// The counts of one stream.
    pub const fn of(&self, stream: Stream) -> &Counts {
        match stream {
            Stream::Traces => &self.spans,
            Stream::Logs => &self.logs,
            Stream::Metrics => &self.metric_points,
        }
    }

    /// The counts of one lane of a stream. Metrics are in the normal lane.
    pub const fn of_lane(&self, stream: Stream, lane: Lane) -> &Counts {
        &self.lanes[stream as usize][lane as usize]
    }

    /// Items that did not and will not arrive, over all streams.
    pub fn lost(&self) -> u64 {
        Stream::ALL.iter().map(|stream| self.of(*stream).lost()).sum()
    }

    /// Items in memory, neither delivered nor lost yet, over all streams.
    pub fn pending(&self) -> u64 {
        Stream::ALL.iter().map(|stream| self.of(*stream).pending()).sum()
    }

    /// Items on disk and nowhere else, over all streams.
    pub fn spooled(&self) -> u64 {
        Stream::ALL.iter().map(|stream| self.of(*stream).spooled).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, stream) in Stream::ALL.into_iter().enumerate() {
            let counts = self.of(stream);
            let separator = if at == 0 { "" } else { "; " };
            let item = match stream {
                Stream::Traces => "spans",
                Stream::Logs => "log records",
                Stream::Metrics => "metric points",
            };
            let owed = counts.created + counts.recovered;
            write!(f, "{separator}{item}: {} of {owed} delivered", counts.exported)?;
            if counts.recovered > 0 {
                write!(f, " ({} from the spool of an earlier process)", counts.recovered)?;
            }
            if counts.rejected > 0 {
                write!(f, ", {} rejected", counts.rejected)?;
            }
            for reason in DropReason::ALL.into_iter().filter(|reason| counts.dropped(*reason) > 0) {
                write!(f, ", {} dropped ({})", counts.dropped(reason), reason.as_str())?;
            }
            if counts.spooled > 0 {
                write!(f, ", {} on disk", counts.spooled)?;
            }
            if counts.pending() > 0 {
                write!(f, ", {} pending", counts.pending())?;
            }
        }
        Ok(())
    }
}

/// What became of everything that is owed to one destination.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DestinationReport {
    /// The destination's name.
    pub name: String,
    /// The counts of the streams that go there; of others, nothing.
    pub report: Report,
}
