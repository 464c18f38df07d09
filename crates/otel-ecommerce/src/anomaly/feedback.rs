//! What payments turned out to be, and what that says of the next ones.

use otel_core::{Pseudonym, Timestamp};

use super::entities::{Entities, EntityKey, Memory};
use super::finding::{Evidence, Finding, thousandths};
use super::settings::FeedbackSettings;
use crate::conventions::fraud_rules as rules;
use crate::labels::{EntityType, FraudLabel};
use crate::payment::Payment;

/// Finds payments with a card or a device, or at a terminal, of which much turned out to be fraud.
///
/// Amounts say nothing of a compromised terminal: what is paid there is as usual, but by somebody else. Labels do,
/// however late they come. Each counts for less the older the payment is, compared with the newest one that has a
/// label and something in common with it; so it does not matter how late labels come, and little whether frauds
/// become known sooner than that a payment was genuine.
#[derive(Debug)]
pub struct Feedback {
    settings: FeedbackSettings,
    cards: Entities<Record>,
    devices: Entities<Record>,
    terminals: Entities<Record>,
}

/// The labels of one card, device or terminal.
#[derive(Debug, Default)]
struct Record {
    /// The frauds, and what proved genuine, as of the newest payment.
    frauds: f32,
    genuine: f32,
    /// The second of the newest payment with a label.
    newest: u32,
}

impl Memory for Record {
    /// Whoever forgets where there was fraud lets it go on, as long as labels since a moment say something.
    fn is_held(&self, since: Timestamp) -> bool {
        /// Half of a fraud is left: it is old, and not the only one by then.
        const LEFT: f32 = 0.5;
        self.frauds >= LEFT && self.newest > second(since)
    }
}

impl Feedback {
    /// A detector with these settings that knows of no label.
    pub fn new(settings: FeedbackSettings) -> Self {
        let entities = || Entities::new(settings.entities);
        Self { settings, cards: entities(), devices: entities(), terminals: entities() }
    }

    /// Whether this payment has something in common with those that turned out to be fraud.
    pub fn judge(&mut self, payment: &Payment<'_>) -> Option<Finding> {
        parts(payment).into_iter().find_map(|(entity, whose)| self.judge_one(payment, entity, whose?))
    }

    /// Takes note of what a payment was.
    pub fn label(&mut self, payment: &Payment<'_>, label: FraudLabel) {
        let half_life = self.settings.half_life.as_secs_f64();
        let since = self.settings.said_since(payment.at);
        for (entity, whose) in parts(payment) {
            let Some(entities) = self.of(entity) else { continue };
            let Some(whose) = whose else { continue };
            entities.visit(EntityKey::of(whose), since, |record| {
                record.take(label, second(payment.at), half_life);
            });
        }
    }

    /// How many of such entities have labels.
    pub fn len(&self, entity: EntityType) -> usize {
        self.known(entity).map_or(0, Entities::len)
    }

    /// Whether none of such entities has one.
    pub fn is_empty(&self, entity: EntityType) -> bool {
        self.len(entity) == 0
    }

    /// How many of them had to be forgotten so far.
    pub fn evicted(&self, entity: EntityType) -> u64 {
        self.known(entity).map_or(0, Entities::evicted)
    }

    /// The bytes it takes to remember labels.
    pub fn bytes(&self) -> usize {
        self.cards.bytes() + self.devices.bytes() + self.terminals.bytes()
    }

    fn judge_one(&mut self, payment: &Payment<'_>, entity: EntityType, whose: Pseudonym) -> Option<Finding> {
        let FeedbackSettings { frauds, share, memory, .. } = self.settings;
        let read = |record: &mut Record| (record.frauds, record.genuine, record.newest);
        let (known, genuine, newest) = self.of(entity)?.revisit(EntityKey::of(whose), read)?;
        let (known, genuine) = (f64::from(known), f64::from(genuine));
        let age = u64::from(second(payment.at).saturating_sub(newest));
        let is_found = known >= frauds && known >= share * (known + genuine) && age <= memory.as_secs();
        let evidence = Evidence::LabelledFraud {
            entity,
            frauds_milli: thousandths(known),
            genuine_milli: thousandths(genuine),
        };
        is_found.then_some(Finding { rule: &rules::LABELLED_FRAUD, evidence })
    }

    fn of(&mut self, entity: EntityType) -> Option<&mut Entities<Record>> {
        match entity {
            EntityType::Card => Some(&mut self.cards),
            EntityType::Device => Some(&mut self.devices),
            EntityType::Terminal => Some(&mut self.terminals),
            // A person is not a fraud because their card was stolen.
            EntityType::User => None,
        }
    }

    fn known(&self, entity: EntityType) -> Option<&Entities<Record>> {
        match entity {
            EntityType::Card => Some(&self.cards),
            EntityType::Device => Some(&self.devices),
            EntityType::Terminal => Some(&self.terminals),
            EntityType::User => None,
        }
    }
}

impl Record {
    fn take(&mut self, label: FraudLabel, at: u32, half_life: f64) {
        let weight = |seconds: u32| (-f64::from(seconds) / half_life).exp2() as f32;
        let left = weight(at.saturating_sub(self.newest));
        // Labels do not come in the order of payments.
        let counts = weight(self.newest.saturating_sub(at));
        self.frauds *= left;
        self.genuine *= left;
        self.newest = self.newest.max(at);
        match label {
            FraudLabel::Fraud => self.frauds += counts,
            FraudLabel::Genuine => self.genuine += counts,
        }
    }
}

fn parts(payment: &Payment<'_>) -> [(EntityType, Option<Pseudonym>); 3] {
    [
        (EntityType::Terminal, payment.terminal),
        (EntityType::Card, payment.card),
        (EntityType::Device, payment.device),
    ]
}

/// The second since 1970, until 2106.
fn second(at: Timestamp) -> u32 {
    u32::try_from(at.unix_nanos() / 1_000_000_000).unwrap_or(u32::MAX)
}
