//! What only one thread at a time may touch: surveillance, and the versions of orders.

use crate::audit::{Archive, ArchiveError, AuditTrail, Detail, EntityId, EventType, Receipt, Record};
use crate::compliance::flags::{ClockReading, FactError, Flag, MarketFact, OrderKey, Settings, Surveillance};
use crate::compliance::logger::logged::NotRecorded;
use crate::compliance::logger::orders::KnownOrders;
use crate::compliance::logger::told::Head;

/// Surveillance and the known orders, behind one lock.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) surveillance: Surveillance,
    pub(super) orders: KnownOrders,
    pub(super) clock: Option<ClockReading>,
}

impl Desk {
    /// A desk that goes on where an archive ends.
    pub(super) fn resume(settings: Settings, most: usize, archive: &Archive) -> Result<Self, ArchiveError> {
        let surveillance = Surveillance::new(settings);
        Ok(Self { surveillance, orders: KnownOrders::resume(most, archive)?, clock: None })
    }

    /// What a fact gives reason to look at.
    pub(super) fn judge(&mut self, fact: &MarketFact) -> Result<&[Flag], FactError> {
        self.surveillance.observe(&MarketFact { clock: fact.clock.or(self.clock), ..*fact })
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
