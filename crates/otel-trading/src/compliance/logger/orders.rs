//! The orders a logger knows: whose they are, and how many records the trail has of them.

use otel_core::{Currency, Timestamp};

use crate::audit::{Archive, ArchiveError, AuditTrail, EntityId, HistoryError, Version};
use crate::compliance::flags::bounded::Bounded;
use crate::compliance::flags::{AccountKey, Action, DealingCapacity, Listing, MarketFact, OrderKey, Party};
use crate::compliance::logger::change::StatusChange;
use crate::compliance::logger::logged::NotRecorded;
use crate::compliance::logger::principal::Principal;
use crate::ids::{ClientOrderId, Mic, Symbol};
use crate::labels::Side;
use crate::order::NewOrder;
use crate::quantity::Quantity;
use crate::trade::Trade;

/// The orders of late, by all their names.
#[derive(Debug)]
pub(super) struct KnownOrders {
    orders: Bounded<OrderKey, Known>,
    /// Later names, and the order each is one of.
    names: Bounded<OrderKey, OrderKey>,
}

#[derive(Debug)]
struct Known {
    name: Box<str>,
    /// The latest version in the trail.
    last: Option<Version>,
    /// Unknown after a restart, until the order is met again.
    traits: Option<Traits>,
}

/// What a later fact about an order does not say again.
#[derive(Clone, Debug)]
pub(super) struct Traits {
    pub(super) venue: Box<str>,
    pub(super) symbol: Box<str>,
    pub(super) party: Party,
    pub(super) capacity: DealingCapacity,
    pub(super) side: Side,
    pub(super) currency: Option<Currency>,
    pub(super) ordered: Quantity,
    pub(super) cumulative: Quantity,
}

impl KnownOrders {
    /// The orders of a trail, and their versions.
    pub(super) fn resume(most: usize, archive: &Archive) -> Result<Self, ArchiveError> {
        let mut known = Self { orders: Bounded::new(most), names: Bounded::new(most) };
        for (_, record) in archive.records(archive.minimum()) {
            let record = record?;
            let key = OrderKey::from(ClientOrderId(&record.entity));
            known.wrote(key, &record.entity, record.version);
        }
        Ok(known)
    }

    /// The order that goes by this name.
    pub(super) fn resolve(&mut self, name: ClientOrderId<'_>) -> OrderKey {
        let key = OrderKey::from(name);
        if self.orders.get_mut(&key).is_some() {
            return key;
        }
        self.names.get_mut(&key).map_or(key, |order| *order)
    }

    /// The name that its history goes by.
    pub(super) fn name(&mut self, key: OrderKey, given: &str) -> Box<str> {
        self.orders.get_mut(&key).map_or_else(|| given.into(), |known| known.name.clone())
    }

    pub(super) fn traits(&mut self, key: OrderKey) -> Option<&mut Traits> {
        self.orders.get_mut(&key)?.traits.as_mut()
    }

    /// Remembers an order that was just begun, or met.
    pub(super) fn begin(&mut self, key: OrderKey, name: ClientOrderId<'_>, traits: Traits) {
        self.known(key, name.0).traits = Some(traits);
    }

    /// Takes note of what an order is now, and by which name it goes.
    pub(super) fn take_in(&mut self, key: OrderKey, change: &StatusChange<'_>) {
        if let Some(traits) = self.traits(key) {
            change.update(traits);
        }
        if let Some(other) = change.replacement.map(OrderKey::from)
            && other != key
        {
            *self.names.or_insert_with(other, || key) = key;
        }
    }

    /// The version of the next record of an order. Of one that was forgotten, the trail is asked.
    pub(super) fn next_version(
        &mut self,
        key: OrderKey,
        name: &str,
        trail: &AuditTrail,
    ) -> Result<Version, NotRecorded> {
        let last = self.orders.get_mut(&key).and_then(|known| known.last);
        if last.is_some() || self.orders.evicted() == 0 {
            return Ok(last.map_or(Version::FIRST, Version::next));
        }
        // What still waits to be written is no file yet.
        trail.flush()?;
        let history = trail.archive().map_err(HistoryError::Archive)?.history(EntityId(name))?;
        Ok(history.states().last().map_or(Version::FIRST, |state| state.record.version.next()))
    }

    /// Remembers that the trail has this version.
    pub(super) fn wrote(&mut self, key: OrderKey, name: &str, version: Version) {
        self.known(key, name).last = Some(version);
    }

    fn known(&mut self, key: OrderKey, name: &str) -> &mut Known {
        self.orders.or_insert_with(key, || Known { name: name.into(), last: None, traits: None })
    }
}

impl Traits {
    pub(super) fn of_order(
        order: &NewOrder<'_>,
        principal: Option<&Principal<'_>>,
        house: Party,
        cumulative: Quantity,
    ) -> Self {
        // Whoever gave an order stands for its account, where nobody says more.
        let own = || {
            let account = |trader| Party::new(house.participant, AccountKey::from(trader));
            order.trader.map_or(house, account)
        };
        Self {
            venue: order.venue.0.into(),
            symbol: order.symbol.0.into(),
            party: principal.map_or_else(own, |principal| principal.party),
            capacity: principal.map_or(DealingCapacity::OwnAccount, |principal| principal.capacity),
            side: order.side,
            currency: order.currency,
            ordered: order.quantity,
            cumulative,
        }
    }

    /// What a trade says, and of its order what only that has said.
    pub(super) fn of_trade(trade: &Trade<'_>, order: Option<Self>, house: Party) -> Self {
        let (venue, symbol) = (trade.venue.0.into(), trade.symbol.0.into());
        let (side, currency) = (trade.side, Some(trade.currency));
        match order {
            Some(order) => Self { venue, symbol, side, currency, ..order },
            None => Self {
                venue,
                symbol,
                party: house,
                capacity: DealingCapacity::OwnAccount,
                side,
                currency,
                ordered: trade.quantity,
                cumulative: Quantity::ZERO,
            },
        }
    }

    pub(super) fn fact(
        &self,
        at: Timestamp,
        order: OrderKey,
        action: Action,
        quantity: Quantity,
    ) -> MarketFact {
        let listing = Listing { instrument: Symbol(&self.symbol).into(), venue: Mic(&self.venue).into() };
        let fact = MarketFact::new(at, listing, self.party, order, self.side, action, quantity);
        MarketFact { currency: self.currency, capacity: self.capacity, ..fact }
    }
}
