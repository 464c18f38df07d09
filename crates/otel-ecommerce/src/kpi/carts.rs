//! Carts, each from its first to its last sign of life: pure logic, by event time.

use std::time::Duration;

use otel_core::Timestamp;

use super::desk::Amount;
use super::memory::{Digest, Memory, Slot};
use super::wheel::Wheel;
use crate::labels::{Abandonment, CartEnd, CartStart, FunnelStep, KpiRefusal};

/// All carts that are remembered.
///
/// When a cart is abandoned depends on the times of what is said of it alone, and not on how often anybody looks.
#[derive(Debug)]
pub(super) struct Carts {
    carts: Memory<Held>,
    wheel: Wheel,
    silence: Duration,
    remembered_for: Duration,
}

/// The latest that was said of a cart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cart {
    pub(super) value: Amount,
    pub(super) step: FunnelStep,
    pub(super) at: Timestamp,
}

/// A cart that is remembered.
#[derive(Clone, Copy, Debug)]
struct Held {
    cart: Cart,
    abandoned: bool,
}

/// What became of a cart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    Started(CartStart),
    Abandoned(Abandonment, Cart),
    Ended(CartEnd),
    /// It had been abandoned, and made room for others.
    Forgotten,
}

impl Carts {
    /// At most `cap` carts. One is abandoned after this silence, and then remembered for this long after it was heard
    /// of last, so that it can be revived.
    pub(super) fn new(cap: usize, silence: Duration, remembered_for: Duration) -> Self {
        let remembered_for = remembered_for.max(silence);
        Self { carts: Memory::new(cap), wheel: Wheel::new(), silence, remembered_for }
    }

    pub(super) fn len(&self) -> usize {
        self.carts.len()
    }

    /// Somebody did something with a cart.
    pub(super) fn heard(
        &mut self,
        digest: Digest,
        cart: Cart,
        tell: &mut impl FnMut(Turn),
    ) -> Result<(), KpiRefusal> {
        match self.as_of(digest, cart.at, tell) {
            Some((_, held)) if cart.at < held.cart.at => return Err(KpiRefusal::Late),
            Some((slot, held)) => {
                if held.abandoned {
                    tell(Turn::Started(CartStart::Revived));
                }
                self.keep(slot, Held { cart, abandoned: false });
            }
            None => self.start(digest, Held { cart, abandoned: false }, tell),
        }
        Ok(())
    }

    /// Somebody says that a cart is abandoned. That it is already changes nothing.
    pub(super) fn abandoned(
        &mut self,
        digest: Digest,
        cart: Cart,
        tell: &mut impl FnMut(Turn),
    ) -> Result<(), KpiRefusal> {
        let held = Held { cart, abandoned: true };
        match self.as_of(digest, cart.at, tell) {
            Some((_, held)) if cart.at < held.cart.at => return Err(KpiRefusal::Late),
            Some((_, held)) if held.abandoned => return Ok(()),
            Some((slot, _)) => self.keep(slot, held),
            None => self.start(digest, held, tell),
        }
        tell(Turn::Abandoned(Abandonment::Declared, cart));
        Ok(())
    }

    /// A cart has come to its end.
    pub(super) fn ended(
        &mut self,
        digest: Digest,
        end: CartEnd,
        at: Timestamp,
        tell: &mut impl FnMut(Turn),
    ) -> Result<(), KpiRefusal> {
        let (slot, held) = self.as_of(digest, at, tell).ok_or(KpiRefusal::Unknown)?;
        if held.abandoned {
            tell(Turn::Started(CartStart::Revived));
        }
        tell(Turn::Ended(end));
        self.drop(slot);
        Ok(())
    }

    /// Lets time pass: whoever was silent for too long is abandoned, a second late at most.
    pub(super) fn advance(&mut self, now: Timestamp, tell: &mut impl FnMut(Turn)) {
        while let Some(slot) = self.wheel.expired(now.unix_nanos() / SECOND) {
            match self.carts.get(slot) {
                Some(Held { cart, abandoned: false }) => self.fall_silent(slot, cart, tell),
                Some(Held { abandoned: true, .. }) => self.drop(slot),
                None => {}
            }
        }
    }

    /// A cart as it is at a time, if it is remembered then.
    fn as_of(&mut self, digest: Digest, at: Timestamp, tell: &mut impl FnMut(Turn)) -> Option<(Slot, Held)> {
        let slot = self.carts.find(digest)?;
        let held = self.carts.get(slot)?;
        if !held.abandoned && at >= held.cart.at.after(self.silence) {
            self.fall_silent(slot, held.cart, tell);
        }
        if at >= held.cart.at.after(self.remembered_for) {
            self.drop(slot);
            return None;
        }
        self.carts.get(slot).map(|held| (slot, held))
    }

    fn fall_silent(&mut self, slot: Slot, cart: Cart, tell: &mut impl FnMut(Turn)) {
        tell(Turn::Abandoned(Abandonment::Silent, cart));
        let held = Held { cart, abandoned: true };
        // It is as old as it was: nobody has heard of it.
        self.carts.change(slot, held);
        self.wake(slot, held);
    }

    fn start(&mut self, digest: Digest, held: Held, tell: &mut impl FnMut(Turn)) {
        if self.carts.is_full()
            && let Some((slot, oldest)) = self.carts.oldest()
        {
            tell(if oldest.abandoned { Turn::Forgotten } else { Turn::Ended(CartEnd::Evicted) });
            self.drop(slot);
        }
        tell(Turn::Started(CartStart::New));
        let slot = self.carts.insert(digest, held);
        self.wake(slot, held);
    }

    fn keep(&mut self, slot: Slot, held: Held) {
        self.carts.renew(slot, held);
        self.wake(slot, held);
    }

    /// Sets the timer of a cart, to the first second in which its time is over.
    fn wake(&mut self, slot: Slot, held: Held) {
        let time = if held.abandoned { self.remembered_for } else { self.silence };
        self.wheel.set(slot, held.cart.at.after(time).unix_nanos().div_ceil(SECOND));
    }

    fn drop(&mut self, slot: Slot) {
        self.wheel.stop(slot);
        self.carts.remove(slot);
    }
}

/// Nanoseconds.
const SECOND: u64 = 1_000_000_000;
