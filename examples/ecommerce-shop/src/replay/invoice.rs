//! An invoice: its lines, added up.

use otel_core::{Currency, Decimal, Money, Timestamp};
use otel_ecommerce::kpi::OrderTotal;

use super::line::InvoiceLine;
use super::refusal::Refusal;

/// The lines of a file that follow one another and are of one invoice.
#[derive(Clone, Debug)]
pub(super) struct Invoice {
    /// Its number.
    pub(super) number: String,
    /// Whether it gives money back.
    pub(super) is_cancellation: bool,
    /// When it was written: the time of its first line.
    pub(super) at: Timestamp,
    /// Who bought, where that is known.
    pub(super) customer: Option<u64>,
    /// The pieces that were sold, what was written off left out.
    pub(super) items: u32,
    /// The number of its first line in its file.
    pub(super) first_line: u64,
    /// How many lines it has.
    pub(super) lines: u64,
    /// `None` when it is more than money can be.
    total: Option<OrderTotal>,
}

impl Invoice {
    /// An invoice with its first line.
    pub(super) fn new(line: &InvoiceLine, number: u64, currency: Currency) -> Self {
        let mut invoice = Self {
            number: line.number.clone(),
            is_cancellation: line.is_cancellation(),
            at: line.at,
            customer: line.customer,
            items: 0,
            first_line: number,
            lines: 0,
            total: Some(OrderTotal::new(currency)),
        };
        invoice.add(line);
        invoice
    }

    /// Another line of the same invoice.
    pub(super) fn add(&mut self, line: &InvoiceLine) {
        self.lines += 1;
        let pieces = u32::try_from(line.quantity.max(0)).unwrap_or(u32::MAX);
        self.items = self.items.saturating_add(pieces);
        // Nothing is rounded before the end: lines are exact.
        let added = self.total.as_mut().map(|total| total.add(Decimal::whole(line.quantity), line.price));
        if added.is_none_or(|added| added.is_err()) {
            self.total = None;
        }
    }

    /// What has to be paid, or is given back.
    pub(super) fn amount(&self) -> Result<Money, Refusal> {
        let total = self.total.and_then(|total| total.money().ok()).ok_or(Refusal::Total)?;
        match (self.is_cancellation, total.minor()) {
            (false, ..0) => Err(Refusal::NegativeSale),
            (false, _) => Ok(total),
            (true, 0..) => Err(Refusal::NothingBack),
            (true, minor) => {
                let minor = minor.checked_neg().ok_or(Refusal::Total)?;
                Ok(Money::from_minor(minor, total.currency()))
            }
        }
    }
}
