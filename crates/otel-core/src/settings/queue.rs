//! How much waits, for how long, and for whom room is kept.

use std::time::Duration;

use crate::Lane;
use crate::ledger::Stream;

use super::effective::Origin;
use super::shown::Shown as _;
use super::{Code, Reader, parse};

/// When a batch is full.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchSettings {
    pub(crate) max_items: [usize; 2],
    pub(crate) max_bytes: usize,
    pub(crate) delay: [Duration; 2],
}

/// Bytes in one request: large enough that the cost of a request disappears, a quarter of what a gRPC server
/// accepts by default.
const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Items in one request when nobody says otherwise. Bytes are the limit that counts.
const MAX_BATCH_ITEMS: usize = 16_384;

/// How long a record waits for company. The specification says 5 s for spans and 1 s for logs; a second for both
/// keeps a trace and its events together.
const SCHEDULE_DELAY: Duration = Duration::from_secs(1);

/// The words that the specification has for the processors of spans and log records.
const PROCESSORS: [(Stream, &str); 2] = [(Stream::Traces, "BSP"), (Stream::Logs, "BLRP")];

impl BatchSettings {
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        let max_items = PROCESSORS.map(|(stream, processor)| {
            env.setting(format!("{}.batch.items", stream.as_str()))
                .variable(&format!("OTEL_{processor}_MAX_EXPORT_BATCH_SIZE"), parse::number)
                .checked(parse::at_least(1))
                .or(MAX_BATCH_ITEMS)
        });
        let delay = PROCESSORS.map(|(stream, processor)| {
            env.setting(format!("{}.batch.delay", stream.as_str()))
                .code("schedule_delay", code.schedule_delay)
                .variable(&format!("OTEL_{processor}_SCHEDULE_DELAY"), parse::millis)
                .or(SCHEDULE_DELAY)
        });
        Self { max_items, max_bytes: MAX_BATCH_BYTES, delay }
    }
}

/// How long a request is tried, by stream: what the Collector does for spans and log records. The specification's
/// 30 s would drop what the queue can still hold; metrics that are older than that are replaced by newer ones.
const RETRY_FOR: [Duration; Stream::ALL.len()] =
    [Duration::from_secs(300), Duration::from_secs(300), Duration::from_secs(30)];

/// How long all attempts to deliver one request may take together, by stream.
pub(super) fn retry_for(code: &Code, env: &mut Reader<'_>) -> [Duration; Stream::ALL.len()] {
    Stream::ALL.map(|stream| {
        let variable = match stream {
            Stream::Traces => "OTEL_BSP_EXPORT_TIMEOUT",
            Stream::Logs => "OTEL_BLRP_EXPORT_TIMEOUT",
            Stream::Metrics => "OTEL_METRIC_EXPORT_TIMEOUT",
        };
        env.setting(format!("{}.retry_for", stream.as_str()))
            .code("retry_for", code.retry_for)
            .variable(variable, parse::millis)
            .checked(parse::a_while)
            .or(RETRY_FOR[stream as usize])
    })
}

/// The wait before another attempt, which doubles with each until it is the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

/// The first wait is over before anybody notices. The longest is as long as a restarted collector may stay unnoticed.
const BACKOFF: Backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(3) };

const LONGEST_BACKOFF: Duration = Duration::from_secs(60 * 60);

impl Backoff {
    /// How long a server may ask us to stay away. Longer is taken for a mistake.
    pub(crate) const LONGEST_REQUEST: Duration = Duration::from_secs(60 * 60);

    /// The wait after one more failure than so many in a row: between 80 and 120 per cent, by `chance` from 0 to 1, so
    /// that a thousand processes do not come back as one.
    pub(crate) fn wait(self, failures: u32, chance: f64) -> Duration {
        let doubled = self.first.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX));
        doubled.min(self.longest).mul_f64(chance.mul_add(0.4, 0.8))
    }

    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        let (first, longest) = code.backoff.unzip();
        let first =
            env.setting("backoff.first").code("backoff", first).checked(parse::a_while).or(BACKOFF.first);
        let longest = env.setting("backoff.longest").code("backoff", longest).or(BACKOFF.longest);
        if first > longest {
            env.complain("backoff", "the longest wait must not be shorter than the first");
        } else if longest > LONGEST_BACKOFF {
            env.complain("backoff", "the longest wait is at most an hour");
        }
        Self { first, longest }
    }
}

/// How much memory the queue may take, and for whom room is kept in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueSettings {
    pub(crate) bytes: usize,
    /// Bytes that only this lane and those above it may take, by lane; nothing for lanes without a reserve.
    pub(crate) reserved: [usize; Lane::ALL.len()],
    /// How long a thread that records an audit event waits for room; `None` is as long as it takes.
    pub(crate) audit_patience: Option<Duration>,
}

/// Bytes the queue may take when nobody says otherwise.
const QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// Room for the chunks of a few threads.
const MIN_QUEUE_BYTES: usize = 256 * 1024;

impl QueueSettings {
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        let bytes = env
            .setting("queue.bytes")
            .code("queue_bytes", code.queue_bytes)
            .checked(|bytes| match *bytes {
                ..MIN_QUEUE_BYTES => {
                    Err(format!("must be at least {MIN_QUEUE_BYTES}: records are queued in chunks"))
                }
                _ => Ok(()),
            })
            .or(QUEUE_BYTES);
        let reserved = Lane::ALL.map(|lane| reserve(lane, bytes, code, env));
        // Fractions of the queue fit into any; what the code asks for may not.
        if reserved.iter().sum::<usize>() > bytes / 4 * 3 {
            env.complain(
                "reserve",
                format!("must leave a quarter of the queue's {bytes} bytes to other lanes"),
            );
        }
        let patience =
            code.audit_patience.map_or("as long as it takes".to_owned(), |patience| patience.shown());
        let origin = if code.audit_patience.is_some() { Origin::Code } else { Origin::Default };
        env.enter("queue.audit_patience", patience, origin);
        Self { bytes, reserved, audit_patience: code.audit_patience }
    }
}

fn reserve(lane: Lane, bytes: usize, code: &Code, env: &mut Reader<'_>) -> usize {
    let asked = code.reserves.iter().rev().find(|(of, _)| *of == lane).map(|(_, bytes)| *bytes);
    let default = match lane {
        Lane::Audit => bytes / 8,
        Lane::Alert => bytes / 16,
        Lane::Normal | Lane::Bulk => {
            if asked.is_some() {
                let lane = lane.as_str();
                env.complain("reserve", format!("the {lane} lane has no reserve: only audit and alert have"));
            }
            return 0;
        }
    };
    env.setting(format!("queue.reserved.{}", lane.as_str())).code("reserve", asked).or(default)
}
