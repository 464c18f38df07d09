//! The orders a logger knows: whose they are, and how many records the trail has of them.

use otel_core::{Currency, Timestamp};

use crate::audit::{Archive, ArchiveError, AuditTrail, EntityId, HistoryError, Version};
use crate::compliance::flags::bounded::Bounded;
use crate::compliance::flags::{AccountKey, Action, DealingCapacity, Listing, MarketFact, OrderKey, Party};
use crate::compliance::logger::change::StatusChange;
use crate::compliance::logger::details;
use crate::compliance::logger::logged::NotRecorded;
use crate::compliance::logger::principal::Principal;
use crate::ids::{ClientOrderId, Mic, Symbol, TradeId};
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
    /// Whether it began here, so that nothing older of it can be in the trail.
    is_new: bool,
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
            if let Some(name) = details::client_id(&record) {
                known.goes_by(key, OrderKey::from(ClientOrderId(name)));
            }
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

    /// Remembers an order that was just met.
    pub(super) fn meet(&mut self, key: OrderKey, name: ClientOrderId<'_>, traits: Traits) {
        self.known(key, name.0).traits = Some(traits);
    }

    /// Remembers an order that was just begun: an identifier stands for one order, so the trail need not be asked.
    pub(super) fn begin(&mut self, key: OrderKey, name: ClientOrderId<'_>, traits: Traits) {
        let known = self.known(key, name.0);
        known.is_new = true;
        known.traits = Some(traits);
    }

    /// A trade that no order stands behind, and the name of its history.
    pub(super) fn begin_trade(&mut self, trade: TradeId<'_>) -> (OrderKey, Box<str>) {
        let name = details::name_of_trade(trade);
        let key = OrderKey::from(ClientOrderId(&name));
        self.known(key, &name).is_new = true;
        (key, name)
    }

    /// How often something was forgotten so far.
    pub(super) const fn forgotten(&self) -> u64 {
        self.orders.evicted() + self.names.evicted()
    }

    /// Takes note of what an order is now, and by which name it goes.
    pub(super) fn take_in(&mut self, key: OrderKey, change: &StatusChange<'_>) {
        if let Some(traits) = self.traits(key) {
            change.update(traits);
        }
        if let Some(other) = change.replacement {
            self.goes_by(key, OrderKey::from(other));
        }
    }

    /// Remembers another name of an order.
    fn goes_by(&mut self, key: OrderKey, other: OrderKey) {
        if other != key {
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
        let known = self.orders.get_mut(&key).map(|known| (known.last, known.is_new));
        match known {
            Some((Some(last), _)) => return Ok(last.next()),
            Some((None, true)) => return Ok(Version::FIRST),
            _ if self.orders.evicted() == 0 => return Ok(Version::FIRST),
            _ => {}
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
        self.orders.or_insert_with(key, || Known {
            name: name.into(),
            last: None,
            is_new: false,
            traits: None,
        })
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
