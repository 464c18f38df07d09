//! The replay of invoices: each becomes an order or a refund, at the time that it says, at the speed of the machine.
//!
//! An invoice is the lines of a file that follow one another with one number. One whose number begins with a `C`
//! cancels another and gives money back; the files do not say which. What is written off has a quantity below nothing and no
//! price: such an invoice is worth nothing, and counts as an order that was free, and nobody is followed for it.

mod input;
mod invoice;
mod line;
mod refusal;
mod told;

use std::time::Duration;

use otel_core::{Currency, Money, PseudonymKey, Sensitive, Telemetry};
use otel_ecommerce::anomaly::AnomalySettings;
use otel_ecommerce::ids::{OrderId, PaymentId, RefundId, SessionId};
use otel_ecommerce::kpi::Refund;
use otel_ecommerce::labels::{Booking, Channel, FunnelStep, RefundReason};
use otel_ecommerce::order::NewOrder;
use otel_ecommerce::payment::Payment;
use otel_ecommerce::{AnomalyDetector, KpiMonitor, KpiSettings, Observability};

pub use input::{Input, Line};
use invoice::Invoice;
pub use line::{Columns, InvoiceLine};
pub use refusal::{Refusal, Refusals};
pub use told::Told;

/// Ten years: a replay is one window, and remembers all of its invoices.
const ALL_OF_IT: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Tells the shop's telemetry what invoices say.
#[derive(Debug)]
pub struct Replay {
    telemetry: Telemetry,
    shop: Observability,
    kpi: KpiMonitor,
    detector: AnomalyDetector,
    /// Pseudonyms of this run lead nowhere afterwards.
    key: PseudonymKey,
    currency: Currency,
    told: Told,
}

impl Replay {
    /// A replay of invoices in this currency.
    pub fn new(telemetry: &Telemetry, currency: Currency) -> Self {
        Self {
            telemetry: telemetry.clone(),
            shop: Observability::new(telemetry),
            kpi: KpiMonitor::new(telemetry, all_in_one()),
            detector: AnomalyDetector::new(telemetry, AnomalySettings::default()),
            key: PseudonymKey::ephemeral(),
            currency,
            told: Told::nothing(currency),
        }
    }

    /// Replays one file to its end; after each line, `next` is told how many bytes it took.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when it cannot be read on, or has no such columns. What was told stays told.
    pub fn run(&mut self, input: &mut Input, mut next: impl FnMut(u64)) -> Result<(), String> {
        let file = input.name().to_owned();
        self.told.open(&file);
        let Some(header) = input.next_line()? else { return Ok(()) };
        next(header.read);
        let columns = Columns::of(header.bytes.unwrap_or_default())
            .map_err(|missing| format!("{file} has no column {missing} in its first line"))?;
        let mut open = None::<Invoice>;
        while let Some(line) = input.next_line()? {
            self.told.lines += 1;
            match line.bytes.ok_or(Refusal::TooLong).and_then(|bytes| columns.read(bytes)) {
                Ok(said) => match open.as_mut().filter(|open| open.number == said.number) {
                    Some(open) => open.add(&said),
                    None => self.close(&file, open.replace(Invoice::new(&said, line.number, self.currency))),
                },
                Err(refusal) => self.told.refused.add(refusal, 1, &file, line.number),
            }
            next(line.read);
        }
        self.close(&file, open);
        Ok(())
    }

    /// Lets the time of the last invoice pass, and says what was told.
    pub fn finish(self) -> Told {
        self.kpi.advance(self.told.latest);
        self.told
    }

    /// Tells an invoice that is complete; its lines are used or refused together.
    fn close(&mut self, file: &str, invoice: Option<Invoice>) {
        let Some(invoice) = invoice else { return };
        match self.tell(&invoice) {
            Ok(()) => {
                self.told.used += invoice.lines;
                self.told.latest = self.told.latest.max(invoice.at);
            }
            Err(refusal) => self.told.refused.add(refusal, invoice.lines, file, invoice.first_line),
        }
    }

    fn tell(&mut self, invoice: &Invoice) -> Result<(), Refusal> {
        let amount = invoice.amount()?;
        let minor = u64::try_from(amount.minor()).map_err(|_| Refusal::Total)?;
        if invoice.is_cancellation {
            self.give_back(invoice, amount)?;
            self.told.refunds += 1;
            self.told.given_back = self.told.given_back.saturating_add(minor);
        } else {
            self.sell(invoice, amount)?;
            self.told.orders += 1;
            self.told.revenue = self.told.revenue.saturating_add(minor);
            self.follow(invoice, amount);
        }
        Ok(())
    }

    fn give_back(&self, invoice: &Invoice, amount: Money) -> Result<(), Refusal> {
        let (order, id) = (OrderId(&invoice.number), RefundId(&invoice.number));
        let refund = Refund { order, id, amount, reason: RefundReason::Cancelled, at: invoice.at };
        new(self.kpi.track_refund(&refund).map_err(|refusal| Refusal::NotCounted(refusal.as_str()))?)
    }

    fn sell(&self, invoice: &Invoice, amount: Money) -> Result<(), Refusal> {
        let not_counted = |refusal: otel_ecommerce::labels::KpiRefusal| Refusal::NotCounted(refusal.as_str());
        let order = OrderId(&invoice.number);
        new(self.kpi.track_revenue(order, amount, Channel::Web, invoice.at).map_err(not_counted)?)?;
        let Some(customer) = invoice.customer else { return Ok(()) };
        let customer = customer.to_string();
        let bought = FunnelStep::Purchase;
        self.kpi.track_conversion_funnel(SessionId(&customer), bought, invoice.at).map_err(not_counted)
    }

    /// Follows an order that was paid for: its life, and whether it was paid for as others are.
    fn follow(&mut self, invoice: &Invoice, amount: Money) {
        if invoice.items == 0 {
            // Of what nobody bought there is no order to follow.
            self.told.written_off += 1;
            return;
        }
        let new = NewOrder::new(OrderId(&invoice.number), Channel::Web, amount, invoice.items)
            .and_then(|order| order.with_placed_at(invoice.at, self.telemetry.now()));
        let Ok(new) = new else {
            self.told.unjudged += 1;
            return;
        };
        // Who is not known is somebody else each time.
        let user = invoice.customer.map_or(invoice.number.clone(), |customer| customer.to_string());
        let user = Sensitive::new(user.as_str()).pseudonym(&self.key);
        let mut order = self.shop.track_order_processing(&new.with_user(user));
        if amount.minor() > 0 {
            let payment = PaymentId(&invoice.number);
            self.told.hear(order.payment_received(payment, amount));
            let payment = Payment {
                id: payment,
                order: Some(OrderId(&invoice.number)),
                user,
                card: None,
                device: None,
                terminal: None,
                amount,
                at: invoice.at,
                place: None,
            };
            let _inside = order.enter();
            self.judge(&payment);
        }
        self.told.hear(order.order_completed());
        order.finish();
    }

    fn judge(&mut self, payment: &Payment<'_>) {
        let judged = self.detector.detect_payment_anomalies(payment);
        self.told.unjudged += u64::from(judged.is_err());
    }
}

/// Key figures of one window, however many days it is.
#[expect(clippy::expect_used, reason = "ten years are enough for both")]
fn all_in_one() -> KpiSettings {
    let settings = KpiSettings::default().window(ALL_OF_IT);
    settings.and_then(|it| it.bookings_horizon(ALL_OF_IT)).expect("settings")
}

/// An invoice that was counted before is not counted again.
fn new(booking: Booking) -> Result<(), Refusal> {
    if booking == Booking::New { Ok(()) } else { Err(Refusal::Repeated) }
}
