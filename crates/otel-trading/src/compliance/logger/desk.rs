//! What only one thread at a time may touch: surveillance, and the versions of orders.

use crate::audit::{Archive, ArchiveError, AuditTrail, Detail, EntityId, EventType, Receipt, Record};
use crate::compliance::flags::{ClockReading, FactError, Flag, MarketFact, OrderKey, Settings, Surveillance};
use crate::compliance::logger::logged::NotRecorded;
use crate::compliance::logger::orders::KnownOrders;
use crate::compliance::logger::told::Head;
use crate::labels::BlindSpot;

/// Surveillance and the known orders, behind one lock.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) surveillance: Surveillance,
    pub(super) orders: KnownOrders,
    pub(super) clock: Option<ClockReading>,
    /// What was told of what could not be seen.
    told: [(BlindSpot, u64); 8],
}

impl Desk {
    /// A desk that goes on where an archive ends.
    pub(super) fn resume(settings: Settings, most: usize, archive: &Archive) -> Result<Self, ArchiveError> {
        let surveillance = Surveillance::new(settings);
        let orders = KnownOrders::resume(most, archive)?;
        let told = unseen(&surveillance, orders.forgotten());
        Ok(Self { surveillance, orders, clock: None, told })
    }

    /// What a fact gives reason to look at.
    pub(super) fn judge(&mut self, fact: &MarketFact) -> Result<&[Flag], FactError> {
        self.surveillance.observe(&MarketFact { clock: fact.clock.or(self.clock), ..*fact })
    }

    /// The same of a fact about an order of which nobody knows whose it is.
    pub(super) fn judge_unowned(&mut self, fact: &MarketFact) -> Result<&[Flag], FactError> {
        self.surveillance.observe_unowned(&MarketFact { clock: fact.clock.or(self.clock), ..*fact })
    }

    /// What could not be seen since this was last asked.
    pub(super) fn unseen(&mut self) -> impl Iterator<Item = (BlindSpot, u64)> + use<> {
        let now = unseen(&self.surveillance, self.orders.forgotten());
        let before = std::mem::replace(&mut self.told, now);
        let news = now.into_iter().zip(before).map(|((spot, now), (_, before))| (spot, now - before));
        news.filter(|(_, news)| *news > 0)
    }

    /// Appends the next version of an order.
    pub(super) fn append(
        &mut self,
        trail: &AuditTrail,
        key: OrderKey,
        name: &str,
        head: &Head,
        details: &[Detail<'_>],
    ) -> Result<Receipt, NotRecorded> {
        let version = self.orders.next_version(key, name, trail)?;
        let event = EventType(head.event.as_str());
        let record = Record { details, ..Record::new(event, head.at, EntityId(name), version) };
        let receipt = trail.append(&record)?;
        self.orders.wrote(key, name, version);
        Ok(receipt)
    }
}

/// What could not be seen so far, by kind.
const fn unseen(surveillance: &Surveillance, forgotten: u64) -> [(BlindSpot, u64); 8] {
    let counts = surveillance.counts();
    [
        (BlindSpot::Value, counts.undetermined_values),
        (BlindSpot::UnknownOrder, counts.unknown_orders),
        (BlindSpot::Session, counts.without_session),
        (BlindSpot::Tape, counts.without_tape),
        (BlindSpot::Clock, counts.without_clock),
        (BlindSpot::ForgottenOrder, counts.orders_overflowed),
        (BlindSpot::ForgottenParty, counts.parties_overflowed),
        (BlindSpot::ForgottenHistory, forgotten),
    ]
}
