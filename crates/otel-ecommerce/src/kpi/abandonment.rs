//! Carts as they are counted.

use std::sync::{Mutex, MutexGuard, PoisonError};

use otel_core::{Counter, Telemetry, Timestamp, UpDownCounter};

use super::carts::{Cart, Carts, Turn};
use super::desk::Desk;
use super::memory::Digest;
use super::purse::Purse;
use super::{CartNews, KpiSettings};
use crate::conventions::kpi as said;
use crate::ids::CartId;
use crate::labels::{
    Abandonment, CartEnd, CartStart, CurrencyCode, FunnelStep, KpiFact, KpiMemory, KpiRefusal,
};

/// Everything about carts.
#[derive(Debug)]
pub(super) struct CartCounts {
    active: UpDownCounter<()>,
    starts: Counter<CartStart>,
    abandonments: Counter<(FunnelStep, Abandonment)>,
    ends: Counter<CartEnd>,
    carts: Mutex<(Carts, Purse<(CurrencyCode, FunnelStep)>)>,
}

impl CartCounts {
    pub(super) fn new(telemetry: &Telemetry, settings: &KpiSettings) -> Self {
        let active = telemetry.up_down_counter(&said::CART_ACTIVE);
        active.add(0, ());
        let carts = Carts::new(settings.carts, settings.cart_silence, settings.abandoned_for);
        Self {
            active,
            starts: telemetry.counter(&said::CART_STARTS),
            abandonments: telemetry.counter(&said::CART_ABANDONMENTS),
            ends: telemetry.counter(&said::CART_ENDS),
            carts: Mutex::new((carts, Purse::new(telemetry, &said::CART_ABANDONED_VALUE))),
        }
    }

    pub(super) fn heard(&self, desk: &Desk, news: &CartNews<'_>) -> Result<(), KpiRefusal> {
        let (digest, cart) = sound(desk, news)?;
        let (carts, values) = &mut *self.carts();
        carts.heard(digest, cart, &mut |turn| self.count(desk, values, turn))
    }

    pub(super) fn abandoned(&self, desk: &Desk, news: &CartNews<'_>) -> Result<(), KpiRefusal> {
        let (digest, cart) = sound(desk, news)?;
        let (carts, values) = &mut *self.carts();
        carts.abandoned(digest, cart, &mut |turn| self.count(desk, values, turn))
    }

    pub(super) fn ended(
        &self,
        desk: &Desk,
        cart: CartId<'_>,
        end: CartEnd,
        at: Timestamp,
    ) -> Result<(), KpiRefusal> {
        desk.check(cart.0, at)?;
        let (carts, values) = &mut *self.carts();
        carts.ended(Digest::of([cart.0]), end, at, &mut |turn| self.count(desk, values, turn))
    }

    pub(super) fn advance(&self, desk: &Desk, now: Timestamp) {
        let (carts, values) = &mut *self.carts();
        carts.advance(now, &mut |turn| self.count(desk, values, turn));
        desk.remembers(KpiMemory::Carts, carts.len());
    }

    fn carts(&self) -> MutexGuard<'_, (Carts, Purse<(CurrencyCode, FunnelStep)>)> {
        self.carts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, desk: &Desk, values: &mut Purse<(CurrencyCode, FunnelStep)>, turn: Turn) {
        match turn {
            Turn::Started(start) => {
                self.starts.add(1, start);
                self.active.add(1, ());
            }
            Turn::Abandoned(how, Cart { value, step, .. }) => {
                self.abandonments.add(1, (step, how));
                self.active.add(-1, ());
                let added = values.add(value.minor, (value.currency, step));
                // The cart is counted, and what was in it is not.
                _ = desk.judge(KpiFact::Cart, if added { Ok(()) } else { Err(KpiRefusal::Overflow) });
            }
            Turn::Ended(end) => {
                self.ends.add(1, end);
                self.active.add(-1, ());
                desk.evicted(KpiMemory::Carts, u64::from(end == CartEnd::Evicted));
            }
            Turn::Forgotten => desk.evicted(KpiMemory::Carts, 1),
        }
    }
}

fn sound(desk: &Desk, news: &CartNews<'_>) -> Result<(Digest, Cart), KpiRefusal> {
    desk.check(news.cart.0, news.at)?;
    let value = desk.amount(news.value)?;
    Ok((Digest::of([news.cart.0]), Cart { value, step: news.step, at: news.at }))
}
