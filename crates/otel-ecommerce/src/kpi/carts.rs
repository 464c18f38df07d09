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
    /// Of one that has ended: when that was.
    cart: Cart,
    life: Life,
}

/// How it is with a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Active,
    Abandoned,
    /// It has ended, and is remembered so that late news of it does not begin another.
    Ended(CartEnd),
}

impl Held {
    /// Whether something that happened at a time is older than what is known. Of two things at one time, the one that is
    /// said first was first: many clocks have whole milliseconds, or seconds.
    fn is_late(&self, at: Timestamp) -> bool {
        at < self.cart.at
    }
}

/// What became of a cart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    Started(CartStart),
    Abandoned(Abandonment, Cart),
    Ended(CartEnd),
    /// It had been abandoned or had ended, and made room for others.
    Forgotten,
}

impl Carts {
    /// At most `cap` carts. One is abandoned after this silence. Those that are not active any more are remembered for
    /// this long after they were heard of last, so that they can be revived, and that what is late is known to be.
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
        let now = Held { cart, life: Life::Active };
        match self.as_of(digest, cart.at, tell) {
            Some((_, held)) if held.is_late(cart.at) => return Err(KpiRefusal::Late),
            Some((slot, held)) => {
                match held.life {
                    Life::Active => {}
                    Life::Abandoned => tell(Turn::Started(CartStart::Revived)),
                    Life::Ended(_) => tell(Turn::Started(CartStart::New)),
                }
                self.keep(slot, now);
            }
            None => self.start(digest, now, tell),
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
        let now = Held { cart, life: Life::Abandoned };
        match self.as_of(digest, cart.at, tell) {
            Some((_, held)) if held.is_late(cart.at) => return Err(KpiRefusal::Late),
            Some((_, held)) if held.life == Life::Abandoned => return Ok(()),
            Some((slot, held)) => {
                if held.life != Life::Active {
                    tell(Turn::Started(CartStart::New));
                }
                self.keep(slot, now);
            }
            None => self.start(digest, now, tell),
        }
        tell(Turn::Abandoned(Abandonment::Declared, cart));
        Ok(())
    }

    /// A cart has come to its end. One that was bought has, whenever something was put into it.
    pub(super) fn ended(
        &mut self,
        digest: Digest,
        end: CartEnd,
        at: Timestamp,
        tell: &mut impl FnMut(Turn),
    ) -> Result<(), KpiRefusal> {
        let (slot, held) = self.as_of(digest, at, tell).ok_or(KpiRefusal::Unknown)?;
        match held.life {
            Life::Ended(_) => return Err(KpiRefusal::Unknown),
            _ if end == CartEnd::Emptied && held.is_late(at) => return Err(KpiRefusal::Late),
            Life::Abandoned => tell(Turn::Started(CartStart::Revived)),
            Life::Active => {}
        }
        tell(Turn::Ended(end));
        let cart = Cart { at: at.max(held.cart.at), ..held.cart };
        self.keep(slot, Held { cart, life: Life::Ended(end) });
        Ok(())
    }

    /// Lets time pass: whoever was silent for too long is abandoned, a second late at most.
    pub(super) fn advance(&mut self, now: Timestamp, tell: &mut impl FnMut(Turn)) {
        while let Some(slot) = self.wheel.expired(now.unix_nanos() / SECOND) {
            match self.carts.get(slot) {
                Some(Held { cart, life: Life::Active }) => self.fall_silent(slot, cart, tell),
                Some(_) => self.drop(slot),
                None => {}
            }
        }
    }

    /// A cart as it is at a time, if it is remembered then.
    fn as_of(&mut self, digest: Digest, at: Timestamp, tell: &mut impl FnMut(Turn)) -> Option<(Slot, Held)> {
        let slot = self.carts.find(digest)?;
        let held = self.carts.get(slot)?;
        if held.life == Life::Active && at >= held.cart.at.after(self.silence) {
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
        let held = Held { cart, life: Life::Abandoned };
        // It is as old as it was: nobody has heard of it.
        self.carts.change(slot, held);
        self.wake(slot, held);
    }

    fn start(&mut self, digest: Digest, held: Held, tell: &mut impl FnMut(Turn)) {
        if self.carts.is_full()
            && let Some((slot, oldest)) = self.carts.oldest()
        {
            let is_active = oldest.life == Life::Active;
            tell(if is_active { Turn::Ended(CartEnd::Evicted) } else { Turn::Forgotten });
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
        let time = if held.life == Life::Active { self.silence } else { self.remembered_for };
        self.wheel.set(slot, held.cart.at.after(time).unix_nanos().div_ceil(SECOND));
    }

    fn drop(&mut self, slot: Slot) {
        self.wheel.stop(slot);
        self.carts.remove(slot);
    }
}

/// Nanoseconds.
const SECOND: u64 = 1_000_000_000;
