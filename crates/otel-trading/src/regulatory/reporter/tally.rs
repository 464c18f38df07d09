//! What became of everything.

use super::Refusal;

/// What became of everything that was handed to a reporter.
///
/// `offered` is the sum of `queued`, `not_reportable` and the six refusals; `queued` is the sum of `delivered`,
/// `refused_by_sink`, `stranded` and `waiting`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReporterReport {
    /// What was handed in. A correction counts as two.
    pub offered: u64,
    /// What was taken in to be delivered.
    pub queued: u64,
    /// What has not to be reported.
    pub not_reportable: u64,
    /// Refused: nobody knows whether it has to be reported.
    pub undetermined: u64,
    /// Refused: wrong.
    pub invalid: u64,
    /// Refused: handed in before.
    pub duplicate: u64,
    /// Refused: nothing to cancel.
    pub nothing_to_cancel: u64,
    /// Refused: too many waited.
    pub queue_full: u64,
    /// Refused: too many references.
    pub register_full: u64,
    /// What the sink took.
    pub delivered: u64,
    /// What of it the sink took after its deadline.
    pub delivered_late: u64,
    /// What the sink will never take.
    pub refused_by_sink: u64,
    /// What depended on something that the sink did not take.
    pub stranded: u64,
    /// How often the sink has to be asked again.
    pub retries: u64,
    /// What waits now.
    pub waiting: u64,
    /// How many references are remembered now.
    pub references: u64,
}

impl ReporterReport {
    pub(super) const fn refuse(&mut self, refusal: &Refusal) {
        let counter = match refusal {
            Refusal::Undetermined => &mut self.undetermined,
            Refusal::Invalid(_) => &mut self.invalid,
            Refusal::Duplicate => &mut self.duplicate,
            Refusal::NothingToCancel => &mut self.nothing_to_cancel,
            Refusal::QueueFull => &mut self.queue_full,
            Refusal::RegisterFull => &mut self.register_full,
        };
        *counter += 1;
    }
}
