//! The orders that are followed: found by any of their names, and never more than so many.

use std::collections::{BTreeMap, HashMap};

use otel_core::Currency;
use otel_trading::labels::{OrderStatus, Side};
use otel_trading::{OrderSpan, ParkedOrder};

/// Orders followed at once. When there is one more, the oldest is forgotten and counted.
const MOST_ORDERS: usize = 50_000;

/// Names of one order: each request to cancel or replace it brings another. Further ones are not found by.
const MOST_NAMES: usize = 16;

/// The orders that are followed.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    /// By age.
    orders: BTreeMap<u64, Order>,
    names: HashMap<Box<str>, u64>,
    next: u64,
    forgotten: u64,
    by_status: BTreeMap<&'static str, u64>,
}

/// An order, parked between two messages, and what only this example keeps of it.
#[derive(Debug)]
struct Order {
    parked: Option<ParkedOrder>,
    traits: Traits,
    names: Vec<Box<str>>,
}

/// What a report may leave out because the order said it.
#[derive(Clone, Debug)]
pub(crate) struct Traits {
    pub(crate) symbol: Box<str>,
    pub(crate) venue: Box<str>,
    pub(crate) side: Side,
    pub(crate) currency: Option<Currency>,
}

impl Orders {
    /// Whether an order goes by this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Follows an order that was just begun.
    pub(crate) fn add(&mut self, name: &str, order: OrderSpan, traits: Traits) {
        let number = self.next;
        self.next += 1;
        self.orders.insert(number, Order { parked: Some(order.park()), traits, names: Vec::new() });
        self.name(name, number);
        if self.orders.len() > MOST_ORDERS
            && let Some((_, oldest)) = self.orders.pop_first()
        {
            self.forgotten += 1;
            self.close(oldest);
        }
    }

    /// Gives the order called `known` another name.
    pub(crate) fn rename(&mut self, known: &str, name: &str) {
        if let Some(number) = self.names.get(known).copied() {
            self.name(name, number);
        }
    }

    /// Follows the order called `name` for one step; `None` when nobody is called so.
    pub(crate) fn step<T>(&mut self, name: &str, f: impl FnOnce(&mut OrderSpan, &Traits) -> T) -> Option<T> {
        let order = self.orders.get_mut(self.names.get(name)?)?;
        let mut span = order.parked.take()?.resume();
        let result = f(&mut span, &order.traits);
        order.parked = Some(span.park());
        Some(result)
    }

    /// Forgets all orders, and says how many had which status at last, and how many were forgotten before.
    pub(crate) fn finish(mut self) -> (BTreeMap<&'static str, u64>, u64) {
        while let Some((_, order)) = self.orders.pop_first() {
            self.close(order);
        }
        (self.by_status, self.forgotten)
    }

    fn name(&mut self, name: &str, number: u64) {
        let Some(order) = self.orders.get_mut(&number) else { return };
        if order.names.len() < MOST_NAMES && !self.names.contains_key(name) {
            order.names.push(name.into());
            self.names.insert(name.into(), number);
        }
    }

    fn close(&mut self, order: Order) {
        for name in &order.names {
            self.names.remove(name);
        }
        let status = order.parked.map_or(OrderStatus::Submitted, |order| order.lifecycle().status());
        *self.by_status.entry(status.as_str()).or_default() += 1;
    }
}
