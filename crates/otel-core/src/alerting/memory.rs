//! What the alert machine remembers over a restart: a small file that is replaced as a whole.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use opentelemetry::{SpanId, TraceId};
use prost::Message;

use super::flaps::Flaps;
use super::instance::{Instance, Phase, Told};
use super::labels::Labels;
use super::machine::Machine;
use super::notifier::Notifier;
use super::state::{AlertState, Evidence};
use crate::time::Timestamp;

/// What a file of ours begins with, and the version of what follows.
const MAGIC: &[u8; 8] = b"otalerts";
const VERSION: u32 = 1;

/// Where the machine's memory lies.
#[derive(Debug)]
pub(crate) struct Memory {
    path: PathBuf,
}

/// Why a memory was not used.
#[derive(Debug)]
pub(crate) enum Forgotten {
    /// It could not be read or written.
    Io(io::Error),
    /// It is not one of ours, or damaged.
    Damaged(String),
}

impl std::fmt::Display for Forgotten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Damaged(why) => f.write_str(why),
        }
    }
}

impl Memory {
    pub(crate) const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What was saved last; `None` when nothing was.
    pub(crate) fn load(&self) -> Result<Option<Saved>, Forgotten> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Forgotten::Io(error)),
        };
        let damaged = |why: &str| Forgotten::Damaged(why.to_owned());
        let rest =
            bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("it does not begin as such a file does"))?;
        let (sum, message) = rest.split_at_checked(32).ok_or_else(|| damaged("it is cut off"))?;
        if blake3::hash(message).as_bytes() != sum {
            return Err(damaged("its checksum is wrong"));
        }
        let saved = Saved::decode(message).map_err(|error| Forgotten::Damaged(error.to_string()))?;
        if saved.version == VERSION { Ok(Some(saved)) } else { Err(damaged("another version wrote it")) }
    }

    /// Replaces what was saved: a crash leaves what was there before or what is there now.
    pub(crate) fn save(&self, saved: &Saved) -> io::Result<()> {
        let message = saved.encode_to_vec();
        let beside = self.path.with_extension("new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(MAGIC)?;
        file.write_all(blake3::hash(&message).as_bytes())?;
        file.write_all(&message)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)
    }
}

/// Everything that is remembered.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Saved {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(message, repeated, tag = "2")]
    rules: Vec<SavedRule>,
}

#[derive(Clone, PartialEq, Message)]
struct SavedRule {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(fixed64, tag = "2")]
    notified: u64,
    #[prost(message, repeated, tag = "3")]
    instances: Vec<SavedInstance>,
}

#[derive(Clone, PartialEq, Message)]
struct SavedInstance {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<SavedLabel>,
    #[prost(uint32, tag = "2")]
    phase: u32,
    /// When it resolved, or since when it is only kept firing.
    #[prost(fixed64, optional, tag = "3")]
    phase_at: Option<u64>,
    #[prost(fixed64, tag = "4")]
    started_at: u64,
    #[prost(double, tag = "5")]
    value: f64,
    #[prost(bytes, repeated, tag = "6")]
    evidence: Vec<Vec<u8>>,
    #[prost(string, tag = "7")]
    message: String,
    #[prost(uint32, tag = "8")]
    samples: u32,
    #[prost(bool, tag = "9")]
    flapping: bool,
    #[prost(uint32, tag = "10")]
    shown: u32,
    #[prost(uint32, optional, tag = "11")]
    told: Option<u32>,
    #[prost(fixed64, repeated, tag = "12")]
    told_at: Vec<u64>,
}

#[derive(Clone, PartialEq, Message)]
struct SavedLabel {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(string, tag = "2")]
    value: String,
}

/// An instance as it was before a restart.
pub(crate) struct Remembered {
    pub(crate) rule: usize,
    pub(crate) labels: Labels,
    pub(crate) instance: Instance,
}

impl Saved {
    pub(crate) fn of(machine: &Machine, notifier: &Notifier) -> Self {
        let rules = machine.rules().iter().enumerate().map(|(at, followed)| SavedRule {
            name: followed.rule.name.to_owned(),
            notified: notifier.last(at).unwrap_or_default().unix_nanos(),
            instances: followed.instances.iter().map(|(labels, instance)| saved(labels, instance)).collect(),
        });
        Self { version: VERSION, rules: rules.collect() }
    }

    /// The instances of the rules that there still are, and how many there are of others.
    pub(crate) fn recall(self, machine: &Machine, notifier: &mut Notifier) -> (Vec<Remembered>, usize) {
        let mut remembered = Vec::new();
        let mut unknown = 0;
        for rule in self.rules {
            let Some(at) = machine.rules().iter().position(|followed| followed.rule.name == rule.name) else {
                unknown += rule.instances.len();
                continue;
            };
            if rule.notified > 0 {
                notifier.restore(at, Timestamp::from_unix_nanos(rule.notified));
            }
            remembered.extend(rule.instances.into_iter().filter_map(|saved| {
                let labels = Labels::new(saved.labels.iter().map(|label| (&*label.key, &*label.value)));
                Some(Remembered { rule: at, labels, instance: recalled(&saved)? })
            }));
        }
        (remembered, unknown)
    }
}

const PENDING: u32 = 0;
const FIRING: u32 = 1;
const RESOLVED: u32 = 2;

fn saved(labels: &Labels, instance: &Instance) -> SavedInstance {
    let (phase, phase_at) = match instance.phase {
        Phase::Pending { resolved } => (PENDING, resolved),
        Phase::Firing { kept_since } => (FIRING, kept_since),
        Phase::Resolved { at } => (RESOLVED, Some(at)),
    };
    SavedInstance {
        labels: labels
            .iter()
            .map(|(key, value)| SavedLabel { key: key.to_owned(), value: value.to_owned() })
            .collect(),
        phase,
        phase_at: phase_at.map(Timestamp::unix_nanos),
        started_at: instance.started_at.unix_nanos(),
        value: instance.value,
        evidence: instance.evidence.iter().map(evidence_bytes).collect(),
        message: instance.message.clone(),
        samples: instance.flaps.samples(),
        flapping: instance.flaps.is_flapping(),
        shown: instance.shown as u32,
        told: instance.told.state.map(|state| state as u32),
        told_at: instance.told.times.map(Timestamp::unix_nanos).to_vec(),
    }
}

fn recalled(saved: &SavedInstance) -> Option<Instance> {
    let phase_at = saved.phase_at.map(Timestamp::from_unix_nanos);
    let phase = match saved.phase {
        PENDING => Phase::Pending { resolved: phase_at },
        FIRING => Phase::Firing { kept_since: phase_at },
        RESOLVED => Phase::Resolved { at: phase_at? },
        _ => return None,
    };
    let time = |at: usize| Timestamp::from_unix_nanos(saved.told_at.get(at).copied().unwrap_or_default());
    Some(Instance {
        phase,
        started_at: Timestamp::from_unix_nanos(saved.started_at),
        value: saved.value,
        evidence: saved.evidence.iter().filter_map(|bytes| evidence_of(bytes)).collect(),
        message: saved.message.clone(),
        flaps: Flaps::restored(saved.samples, saved.flapping),
        shown: state(saved.shown)?,
        told: Told {
            state: match saved.told {
                Some(told) => Some(state(told)?),
                None => None,
            },
            times: [time(0), time(1)],
        },
    })
}

fn state(number: u32) -> Option<AlertState> {
    AlertState::ALL.into_iter().find(|state| *state as u32 == number)
}

fn evidence_bytes(evidence: &Evidence) -> Vec<u8> {
    [evidence.trace_id.to_bytes().as_slice(), &evidence.span_id.to_bytes()].concat()
}

fn evidence_of(bytes: &[u8]) -> Option<Evidence> {
    let (trace, span) = bytes.split_at_checked(16)?;
    Some(Evidence {
        trace_id: TraceId::from_bytes(trace.try_into().ok()?),
        span_id: SpanId::from_bytes(span.try_into().ok()?),
    })
}
