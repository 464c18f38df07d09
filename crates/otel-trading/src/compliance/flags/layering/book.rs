//! The part of the book that belongs to one owner.

use std::collections::VecDeque;

use otel_core::Timestamp;

use super::{Completed, LayeringLimits};
use crate::compliance::flags::amount::Amount;
use crate::compliance::flags::fact::MarketFact;
use crate::compliance::flags::keys::OrderKey;

/// The orders of one owner at one venue that were entered of late, and what was executed against the other side.
#[derive(Debug, Default)]
pub(super) struct OwnBook {
    /// The oldest first.
    layers: VecDeque<Layer>,
    /// What is suspected of the selling side since something was bought, and of the buying side since it was sold.
    bought: Option<Episode>,
    sold: Option<Episode>,
    /// When it happened before, the oldest first.
    before: VecDeque<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Layer {
    order: OrderKey,
    is_buy: bool,
    price: Amount,
    quantity: Amount,
    entered: Timestamp,
    /// Whether it stood there when the other side was executed.
    suspected: bool,
}

/// What stood on one side when the other was executed, and what became of it.
#[derive(Clone, Copy, Debug)]
struct Episode {
    since: Timestamp,
    executed_at: Timestamp,
    executed: Amount,
    placed: Amount,
    withdrawn: Amount,
    orders: u32,
    levels: u32,
}

/// The orders of one owner that are remembered: more than anybody layers, and few enough to be looked through.
const LAYERS: usize = 64;

/// The episodes that are remembered.
const EPISODES: usize = 16;

impl OwnBook {
    /// Remembers an order; whether another had to go that was not too old yet.
    pub(super) fn entered(
        &mut self,
        fact: &MarketFact,
        is_buy: bool,
        price: Amount,
        limits: &LayeringLimits,
    ) -> bool {
        let (order, quantity, at) = (fact.order, Amount::from(fact.quantity), fact.at);
        self.expire(at, limits);
        let is_old = |layer: &Layer| !layer.suspected && at.since(layer.entered) > limits.build_up;
        while self.layers.front().is_some_and(is_old) {
            self.layers.pop_front();
        }
        let is_full = self.layers.len() >= LAYERS;
        if is_full {
            self.layers.pop_front();
        }
        self.layers.push_back(Layer { order, is_buy, price, quantity, entered: at, suspected: false });
        is_full
    }

    /// Takes in that an order was executed, or a part of it: suspects what stands on the other side, if it is much.
    pub(super) fn executed(
        &mut self,
        fact: &MarketFact,
        is_buy: bool,
        usual: Amount,
        limits: &LayeringLimits,
    ) {
        let (quantity, at) = (Amount::from(fact.quantity), fact.at);
        self.expire(at, limits);
        self.reduce(fact.order, quantity);
        let earlier = *self.episode(is_buy);
        // What was executed a moment ago counts too, unless it would hide what stands there now.
        let together = earlier.map_or(quantity, |episode| episode.executed.plus(quantity));
        let fresh = self
            .standing(is_buy, at, together, usual, limits)
            .or_else(|| self.standing(is_buy, at, quantity, usual, limits));
        if fresh.is_some() {
            for layer in self.layers.iter_mut().filter(|layer| layer.is_buy != is_buy) {
                layer.suspected = at.since(layer.entered) <= limits.build_up;
            }
            *self.episode(is_buy) = fresh;
        } else if let Some(episode) = self.episode(is_buy) {
            episode.executed = together;
        }
    }

    /// Takes in that an order was withdrawn, or a part of it.
    pub(super) fn withdrawn(&mut self, order: OrderKey, quantity: Amount) {
        let Some(taken) = self.reduce(order, quantity).filter(|taken| taken.suspected) else { return };
        if let Some(episode) = self.episode(!taken.is_buy) {
            episode.withdrawn = episode.withdrawn.plus(taken.quantity);
            episode.levels += u32::from(taken.is_last_of_level);
        }
    }

    /// Takes in that an order has another price or quantity: one that moves was withdrawn, and has to be entered anew;
    /// one that shrinks was withdrawn by as much, and one that grows stands there with more. Whether it moved.
    pub(super) fn replaced(&mut self, order: OrderKey, price: Option<Amount>, quantity: Amount) -> bool {
        let Some(layer) = self.layers.iter_mut().find(|layer| layer.order == order) else { return true };
        let before = *layer;
        let moved = price != Some(before.price);
        if moved {
            self.withdrawn(order, before.quantity);
        } else if quantity < before.quantity {
            self.withdrawn(order, before.quantity.minus(quantity));
        } else {
            layer.quantity = quantity;
            if let Some(episode) = self.episode(!before.is_buy).as_mut().filter(|_| before.suspected) {
                episode.placed = episode.placed.plus(quantity.minus(before.quantity));
            }
        }
        moved
    }

    /// An episode of which enough was withdrawn, soon and often enough.
    pub(super) fn completed(&mut self, at: Timestamp, limits: &LayeringLimits) -> Option<Completed> {
        self.expire(at, limits);
        let is_buy = [true, false]
            .into_iter()
            .find(|is_buy| self.episode(*is_buy).is_some_and(|episode| episode.is_complete(limits)))?;
        let episode = self.episode(is_buy).take()?;
        self.acquit(!is_buy);
        let is_forgotten = |earlier: &Timestamp| at.since(*earlier) > limits.memory;
        while self.before.len() >= EPISODES || self.before.front().is_some_and(is_forgotten) {
            self.before.pop_front();
        }
        self.before.push_back(at);
        let times = self.before.len() as u32;
        (times >= limits.episodes.min(EPISODES as u32)).then_some(Completed {
            since: episode.since,
            executed_at: episode.executed_at,
            orders: episode.orders,
            levels: episode.levels,
            placed: episode.placed,
            withdrawn: episode.withdrawn,
            executed: episode.executed,
            times,
        })
    }

    fn episode(&mut self, is_buy_executed: bool) -> &mut Option<Episode> {
        if is_buy_executed { &mut self.bought } else { &mut self.sold }
    }

    /// What stands on the side that was not executed, if it is much and on as many levels as are looked for.
    fn standing(
        &self,
        is_buy: bool,
        at: Timestamp,
        executed: Amount,
        usual: Amount,
        limits: &LayeringLimits,
    ) -> Option<Episode> {
        let stands = |layer: &&Layer| layer.is_buy != is_buy && at.since(layer.entered) <= limits.build_up;
        let mut episode = Episode::new(at, executed);
        for layer in self.layers.iter().filter(stands) {
            episode.since = episode.since.min(layer.entered);
            episode.placed = episode.placed.plus(layer.quantity);
            episode.orders += 1;
        }
        let is_much = episode.placed >= executed.times(limits.ratio)
            && episode.placed >= usual.times(limits.total_size);
        if !is_much {
            return None;
        }
        let is_new_level = |(number, layer): &(usize, &Layer)| {
            let mut earlier = self.layers.iter().filter(stands).take(*number);
            earlier.all(|earlier| earlier.price != layer.price)
        };
        let levels = self.layers.iter().filter(stands).enumerate().filter(is_new_level).count() as u32;
        (limits.min_levels..=limits.max_levels).contains(&levels).then_some(episode)
    }

    /// Forgets episodes that took too long.
    fn expire(&mut self, at: Timestamp, limits: &LayeringLimits) {
        for is_buy in [true, false] {
            let episode = self.episode(is_buy);
            if episode.is_some_and(|episode| at.since(episode.executed_at) > limits.withdrawal) {
                *episode = None;
                self.acquit(!is_buy);
            }
        }
    }

    /// Suspects nothing of one side any more.
    fn acquit(&mut self, is_buy: bool) {
        for layer in self.layers.iter_mut().filter(|layer| layer.is_buy == is_buy) {
            layer.suspected = false;
        }
    }

    /// Takes so much off an order, and the order out when nothing is left of it.
    fn reduce(&mut self, order: OrderKey, quantity: Amount) -> Option<Taken> {
        let at = self.layers.iter().position(|layer| layer.order == order)?;
        let layer = self.layers.get_mut(at)?;
        let Layer { is_buy, price, suspected, .. } = *layer;
        let taken = quantity.min(layer.quantity);
        layer.quantity = layer.quantity.minus(taken);
        let is_gone = layer.quantity <= Amount::ZERO;
        if is_gone {
            self.layers.remove(at);
        }
        let on_level = |layer: &Layer| layer.suspected && layer.is_buy == is_buy && layer.price == price;
        let is_last_of_level = is_gone && !self.layers.iter().any(on_level);
        Some(Taken { is_buy, quantity: taken, suspected, is_last_of_level })
    }
}

impl Episode {
    const fn new(at: Timestamp, executed: Amount) -> Self {
        let (placed, withdrawn) = (Amount::ZERO, Amount::ZERO);
        Self { since: at, executed_at: at, executed, placed, withdrawn, orders: 0, levels: 0 }
    }

    fn is_complete(&self, limits: &LayeringLimits) -> bool {
        self.withdrawn.is_share(limits.share, self.placed)
            && self.withdrawn >= self.executed.times(limits.ratio)
            && self.levels >= limits.min_levels
    }
}

/// What was taken off an order.
struct Taken {
    is_buy: bool,
    quantity: Amount,
    suspected: bool,
    is_last_of_level: bool,
}
