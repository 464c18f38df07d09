//! Sales and refunds: counted once, in their own currency and in one that all have a sum in.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use otel_core::{Counter, Histogram, LabelSet, Money, Telemetry, Timestamp};

use super::bookings::{Booked, Bookings};
use super::desk::Desk;
use super::memory::Digest;
use super::purse::Purse;
use super::rates::RateTable;
use super::{KpiSettings, Refund};
use crate::conventions::{self, kpi as said};
use crate::ids::OrderId;
use crate::labels::{
    Booking, Channel, CurrencyCode, KpiMemory, KpiRefusal, RateGap, RefundReason, RevenueEntry as Entry,
    RevenueLack,
};

/// Everything about money.
#[derive(Debug)]
pub(super) struct Revenue {
    bookings: Counter<(Entry, Booking)>,
    refusals: Counter<(Entry, RevenueLack)>,
    unconverted: Counter<(CurrencyCode, Entry, RateGap)>,
    order_value: Histogram<CurrencyCode>,
    books: Mutex<Books>,
    rates_hold: Duration,
}

/// What one lock is held for: what is remembered and what is counted are never apart.
#[derive(Debug)]
struct Books {
    bookings: Bookings,
    sales: Pair<(CurrencyCode, Channel)>,
    refunds: Pair<(CurrencyCode, RefundReason)>,
    rates: Option<RateTable>,
}

/// Sums in each currency, and in the reporting currency.
#[derive(Debug)]
struct Pair<L> {
    native: Purse<L>,
    normalized: Purse<L>,
}

/// Money that goes one way or the other.
#[derive(Clone, Copy)]
struct Movement<'a> {
    entry: Entry,
    digest: Digest,
    order: OrderId<'a>,
    money: Money,
    at: Timestamp,
}

impl Revenue {
    pub(super) fn new(telemetry: &Telemetry, settings: &KpiSettings, bookings: Bookings) -> Self {
        let books = Books {
            bookings,
            sales: Pair {
                native: Purse::new(telemetry, &said::REVENUE),
                normalized: Purse::new(telemetry, &said::REVENUE_NORMALIZED),
            },
            refunds: Pair {
                native: Purse::new(telemetry, &said::REFUNDS),
                normalized: Purse::new(telemetry, &said::REFUNDS_NORMALIZED),
            },
            rates: None,
        };
        Self {
            bookings: telemetry.counter(&said::BOOKINGS),
            refusals: telemetry.counter(&said::REVENUE_REFUSALS),
            unconverted: telemetry.counter(&said::UNCONVERTED),
            order_value: telemetry.histogram(&said::ORDER_VALUE),
            books: Mutex::new(books),
            rates_hold: settings.rates_hold,
        }
    }

    pub(super) fn sold(
        &self,
        desk: &Desk,
        order: OrderId<'_>,
        money: Money,
        channel: Channel,
        at: Timestamp,
    ) -> Result<Booking, KpiRefusal> {
        let movement = Movement { entry: Entry::Sale, digest: Digest::of([order.0]), order, money, at };
        let booked = self.book(desk, &movement, |books| &mut books.sales, |currency| (currency, channel));
        self.told(desk, &movement, booked)
    }

    pub(super) fn refunded(&self, desk: &Desk, refund: &Refund<'_>) -> Result<Booking, KpiRefusal> {
        let Refund { order, id, amount: money, reason, at } = *refund;
        let digest = Digest::of([order.0, id.0]);
        let movement = Movement { entry: Entry::Refund, digest, order, money, at };
        if id.0.is_empty() {
            return self.told(desk, &movement, Err(KpiRefusal::Identifier));
        }
        if money.minor() == 0 {
            return self.told(desk, &movement, Err(KpiRefusal::Amount));
        }
        let booked = self.book(desk, &movement, |books| &mut books.refunds, |currency| (currency, reason));
        self.told(desk, &movement, booked)
    }

    pub(super) fn use_rates(&self, desk: &Desk, rates: RateTable) {
        let event = desk.telemetry.event(&said::RATES_CHANGED);
        event
            .set(&said::REPORTING_CURRENCY, rates.reporting())
            .set(&said::RATES_SOURCE, rates.source())
            .set(&said::RATES_TIME, rates.time())
            .set(&said::RATES_COUNT, rates.len() as u64)
            .emit();
        self.books().rates = Some(rates);
    }

    /// Copies what is remembered; the lock is held for no more than that.
    pub(super) fn save(&self, bytes: &mut Vec<u8>) {
        self.books().bookings.write(bytes);
    }

    pub(super) fn remembered(&self) -> usize {
        self.books().bookings.len()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn book<L: LabelSet>(
        &self,
        desk: &Desk,
        movement: &Movement<'_>,
        pair: impl Fn(&mut Books) -> &mut Pair<L>,
        labels: impl Fn(CurrencyCode) -> L,
    ) -> Result<Booking, KpiRefusal> {
        desk.check(movement.order.0, movement.at)?;
        let amount = desk.amount(movement.money)?;
        let mut books = self.books();
        let booked = Booked::new(movement.money, movement.at);
        if books.bookings.look_up(movement.digest, booked)? == Booking::Repeated {
            return Ok(Booking::Repeated);
        }
        if !pair(&mut books).native.add(amount.minor, labels(amount.currency)) {
            return Err(KpiRefusal::Overflow);
        }
        let evicted = books.bookings.remember(movement.digest, booked);
        desk.evicted(KpiMemory::Bookings, evicted);
        if movement.entry == Entry::Sale {
            // Exact up to 2⁵³ minor units, as the sum of a histogram is.
            self.order_value.record(amount.minor as f64, amount.currency);
        }
        if let Err(gap) = self.normalize(desk, movement, &mut books, pair, labels) {
            self.unconverted.add(1, (amount.currency, movement.entry, gap));
        }
        Ok(Booking::New)
    }

    /// Counts an amount in the reporting currency too, if there is one.
    fn normalize<L: LabelSet>(
        &self,
        desk: &Desk,
        movement: &Movement<'_>,
        books: &mut Books,
        pair: impl Fn(&mut Books) -> &mut Pair<L>,
        labels: impl Fn(CurrencyCode) -> L,
    ) -> Result<(), RateGap> {
        let Some(rates) = &books.rates else { return Ok(()) };
        let converted = rates.convert(movement.money, movement.at, self.rates_hold)?;
        let currency = desk.currency(converted).ok_or(RateGap::ReportingCurrency)?;
        let minor = u64::try_from(converted.minor()).map_err(|_| RateGap::Overflow)?;
        let has_room = pair(books).normalized.add(minor, labels(currency));
        if has_room { Ok(()) } else { Err(RateGap::Overflow) }
    }

    fn told(
        &self,
        desk: &Desk,
        movement: &Movement<'_>,
        booked: Result<Booking, KpiRefusal>,
    ) -> Result<Booking, KpiRefusal> {
        match booked {
            Ok(booking) => self.bookings.add(1, (movement.entry, booking)),
            Err(refusal) => self.tell(desk, movement, refusal),
        }
        booked
    }

    fn tell(&self, desk: &Desk, movement: &Movement<'_>, refusal: KpiRefusal) {
        let lack = lack(refusal);
        self.refusals.add(1, (movement.entry, lack));
        desk.telemetry
            .event(&said::REVENUE_REFUSED)
            .at(movement.at)
            .set(&said::ENTRY, movement.entry)
            .set(&said::REFUSAL, refusal)
            .set(&said::LACK, lack)
            .set(&conventions::ORDER_ID, movement.order.0)
            .set(&conventions::order::TOTAL, movement.money)
            .set(&conventions::CURRENCY, movement.money.currency())
            .emit();
    }
}

/// Whether money that was refused is missing in the sums. Adding by hand what is there already would count it twice.
const fn lack(refusal: KpiRefusal) -> RevenueLack {
    match refusal {
        KpiRefusal::Late | KpiRefusal::Contradiction => RevenueLack::Doubtful,
        KpiRefusal::Identifier
        | KpiRefusal::Amount
        | KpiRefusal::Currency
        | KpiRefusal::Future
        | KpiRefusal::Unknown
        | KpiRefusal::Overflow => RevenueLack::Certain,
    }
}
