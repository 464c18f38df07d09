//! The `ot` member of a trace state: what OpenTelemetry says of a trace to whoever comes later.

use std::fmt::Write as _;

use opentelemetry::TraceId;
use opentelemetry::trace::TraceState;

use super::{Randomness, Threshold};

/// The name of OpenTelemetry's own member.
const MEMBER: &str = "ot";

/// The longest text that the member may have.
const LONGEST: usize = 256;

/// What the `ot` member of a [`TraceState`] says of sampling, which other members and other concerns it leaves alone.
///
/// A member that does not follow the grammar is not believed in any part, and is erased as soon as something is
/// written; a `th` or `rv` that is no number of its kind counts as not said.
#[derive(Clone, Copy, Debug)]
pub struct SamplingState<'a> {
    threshold: Option<Threshold>,
    randomness: Option<Randomness>,
    /// The whole member, where it is well-formed: what other concerns said is in there.
    member: &'a str,
    /// Whether something stands in the trace state that would not be written again.
    unsound: bool,
}

impl<'a> SamplingState<'a> {
    /// Reads a trace state.
    pub fn of(state: &'a TraceState) -> Self {
        match state.get(MEMBER) {
            None => Self { threshold: None, randomness: None, member: "", unsound: false },
            Some(member) => Self::read(member),
        }
    }

    fn read(member: &'a str) -> Self {
        let said = |member| Self { threshold: None, randomness: None, member, unsound: false };
        if !is_well_formed(member) {
            return Self { unsound: true, ..said("") };
        }
        entries(member).fold(said(member), |said, (key, value)| match key {
            b"th" => {
                let threshold = Threshold::read(value);
                Self { threshold, unsound: said.unsound || threshold.is_none(), ..said }
            }
            b"rv" => {
                let randomness = Randomness::read(value);
                Self { randomness, unsound: said.unsound || randomness.is_none(), ..said }
            }
            _ => said,
        })
    }

    /// The threshold that the trace has reached, `th`; without it, nobody knows what the trace stands for.
    pub const fn threshold(&self) -> Option<Threshold> {
        self.threshold
    }

    /// The explicit randomness of the trace, `rv`.
    pub const fn explicit_randomness(&self) -> Option<Randomness> {
        self.randomness
    }

    /// The randomness of the trace with this id: the explicit one, or that of the id.
    pub fn randomness(&self, trace_id: TraceId) -> Randomness {
        self.randomness.unwrap_or_else(|| Randomness::of(trace_id))
    }

    /// The threshold, where it agrees with the flag of a span: a sampled span has reached its threshold, and one that
    /// is not sampled has none. Where they disagree, somebody on the way did not know the rules.
    pub fn consistent_threshold(&self, sampled: bool, trace_id: TraceId) -> Option<Threshold> {
        let reached = |threshold: &Threshold| sampled && threshold.keeps(self.randomness(trace_id));
        self.threshold.filter(reached)
    }

    /// The same trace state with this threshold and this explicit randomness; `None` where nothing changes.
    ///
    /// The member comes first then, as it does for whoever wrote last. Where the text would become too long, no
    /// threshold is written: an unknown probability is better than a wrong one.
    pub fn rewritten(
        &self,
        state: &TraceState,
        threshold: Option<Threshold>,
        randomness: Option<Randomness>,
    ) -> Option<TraceState> {
        if (threshold, randomness) == (self.threshold, self.randomness) && !self.unsound {
            return None;
        }
        let text = Some(self.text(threshold, randomness)).filter(|text| text.len() <= LONGEST);
        let text = text.unwrap_or_else(|| self.text(None, randomness));
        let changed = if text.is_empty() || text.len() > LONGEST {
            state.delete(MEMBER)
        } else {
            state.insert(MEMBER, text)
        };
        // A state without members is not told apart from none by anybody but the API's own comparison.
        Some(changed.ok().filter(|state| state.into_iter().len() > 0).unwrap_or(TraceState::NONE))
    }

    fn text(&self, threshold: Option<Threshold>, randomness: Option<Randomness>) -> String {
        let mut text = String::with_capacity(self.member.len() + "th:;rv:;".len() + 2 * 14);
        if let Some(threshold) = threshold {
            let _ = write!(text, "th:{threshold}");
        }
        if let Some(randomness) = randomness {
            let separator = if text.is_empty() { "" } else { ";" };
            let _ = write!(text, "{separator}rv:{randomness}");
        }
        let own = |entry: &&str| entry.starts_with("th:") || entry.starts_with("rv:");
        for other in self.member.split(';').filter(|entry| !entry.is_empty() && !own(entry)) {
            let separator = if text.is_empty() { "" } else { ";" };
            let _ = write!(text, "{separator}{other}");
        }
        text
    }
}

/// The concerns of a member: `key:value;key:value`. What is no pair has an empty key.
fn entries(member: &str) -> impl Iterator<Item = (&[u8], &[u8])> {
    member.as_bytes().split(|byte| *byte == b';').map(|entry| {
        let colon = entry.iter().position(|byte| *byte == b':');
        colon.map_or((&entry[..0], entry), |colon| (&entry[..colon], &entry[colon + 1..]))
    })
}

/// Whether the member follows the grammar, with every key once.
fn is_well_formed(member: &str) -> bool {
    let before = |at: usize, key: &[u8]| entries(member).take(at).any(|(other, _)| other == key);
    let good =
        |(at, (key, value)): (usize, (&[u8], &[u8]))| is_key(key) && is_value(value) && !before(at, key);
    member.len() <= LONGEST && entries(member).enumerate().all(good)
}

fn is_key(key: &[u8]) -> bool {
    let letter_or_digit = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    key.first().is_some_and(u8::is_ascii_lowercase) && key.iter().all(letter_or_digit)
}

fn is_value(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
