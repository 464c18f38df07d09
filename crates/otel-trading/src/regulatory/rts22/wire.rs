//! A transaction report as fields by number, and back.

mod described;
mod involved;

use otel_core::Currency;

use super::{
    Cancellation, Figure, Instrument, NewTransaction, Price, Quantity, ReportStatus, TransactionReport,
    Transmission, UpfrontPayment,
};
use crate::regulatory::cells::{Cells, CurrencyCode, LineProblem, value};
use crate::regulatory::code::codes;

codes! {
    /// The kinds of quantities and prices.
    pub(super) enum Kind {
        Units = UNIT,
        Nominal = NOMI,
        Monetary = MONE,
        Percentage = PERC,
        Yield = YIEL,
        BasisPoints = BPNT,
        Pending = PNDG,
        NotApplicable = NOAP,
    }
}

pub(super) fn write(report: &TransactionReport) -> Cells {
    let mut cells = Cells::default();
    cells.put(1, report.status());
    match report {
        TransactionReport::New(new) => write_new(new, &mut cells),
        TransactionReport::Cancellation(old) => {
            cells.put(2, &old.reference).put(4, old.executing_entity).put(6, old.submitting_entity);
        }
    }
    cells
}

pub(super) fn read(cells: &mut Cells) -> Result<TransactionReport, LineProblem> {
    match cells.one(1)? {
        ReportStatus::New => read_new(cells).map(|new| TransactionReport::New(Box::new(new))),
        ReportStatus::Cancellation => Ok(TransactionReport::Cancellation(Cancellation {
            reference: cells.one(2)?,
            executing_entity: cells.one(4)?,
            submitting_entity: cells.one(6)?,
        })),
    }
}

fn write_new(new: &NewTransaction, cells: &mut Cells) {
    cells
        .put(2, &new.reference)
        .maybe(3, new.venue_transaction.as_ref())
        .put(4, new.executing_entity)
        .put(5, new.is_investment_firm)
        .put(6, new.submitting_entity)
        .put(25, new.transmission.indicator)
        .maybe(26, new.transmission.for_buyer)
        .maybe(27, new.transmission.for_seller)
        .put(28, new.time)
        .put(29, new.capacity)
        .maybe(32, new.notional_change)
        .maybe(35, new.net_amount)
        .put(36, new.venue)
        .maybe(37, new.membership)
        .maybe(38, new.upfront_payment.map(|payment| payment.amount))
        .maybe(39, new.upfront_payment.map(|payment| payment.currency))
        .maybe(40, new.complex_trade.as_ref())
        .maybe(41, new.instrument.isin)
        .maybe(62, new.short_selling)
        .maybe(64, new.reduces_commodity_risk)
        .put(65, new.is_securities_financing);
    for waiver in &new.waivers {
        cells.put(61, waiver);
    }
    for indicator in &new.otc_indicators {
        cells.put(63, indicator);
    }
    write_quantity(&new.quantity, cells);
    write_price(&new.price, 33, cells);
    involved::write(new, cells);
    if let Some(description) = &new.instrument.description {
        described::write(description, cells);
    }
}

fn read_new(cells: &mut Cells) -> Result<NewTransaction, LineProblem> {
    let (buyer, seller) = involved::read_sides(cells)?;
    Ok(NewTransaction {
        reference: cells.one(2)?,
        venue_transaction: cells.optional(3)?,
        executing_entity: cells.one(4)?,
        is_investment_firm: cells.one(5)?,
        submitting_entity: cells.one(6)?,
        buyer,
        seller,
        transmission: Transmission {
            indicator: cells.one(25)?,
            for_buyer: cells.optional(26)?,
            for_seller: cells.optional(27)?,
        },
        time: cells.one(28)?,
        capacity: cells.one(29)?,
        quantity: read_quantity(cells)?,
        notional_change: cells.optional(32)?,
        price: read_price(33, cells)?,
        net_amount: cells.optional(35)?,
        venue: cells.one(36)?,
        membership: cells.optional(37)?,
        upfront_payment: read_payment(cells)?,
        complex_trade: cells.optional(40)?,
        instrument: Instrument { isin: cells.optional(41)?, description: described::read(cells)? },
        decision: involved::read_decision(cells)?,
        execution: involved::read_execution(cells)?,
        waivers: cells.list(61)?,
        short_selling: cells.optional(62)?,
        otc_indicators: cells.list(63)?,
        reduces_commodity_risk: cells.optional(64)?,
        is_securities_financing: cells.one(65)?,
    })
}

fn write_quantity(quantity: &Quantity, cells: &mut Cells) {
    match quantity {
        Quantity::Units(units) => cells.put(30, Kind::Units).put(30, units),
        Quantity::Nominal(amount, currency) => cells.put(30, Kind::Nominal).put(30, amount).put(31, currency),
        Quantity::Monetary(amount, currency) => {
            cells.put(30, Kind::Monetary).put(30, amount).put(31, currency)
        }
    };
}

fn read_quantity(cells: &mut Cells) -> Result<Quantity, LineProblem> {
    let (kind, amount) = cells.pair::<Kind>(30)?.ok_or(LineProblem::Missing(30))?;
    match kind {
        Kind::Units => value(&amount, 30).map(Quantity::Units),
        Kind::Nominal => Ok(Quantity::Nominal(value(&amount, 30)?, currency(31, cells)?)),
        Kind::Monetary => Ok(Quantity::Monetary(value(&amount, 30)?, currency(31, cells)?)),
        _ => Err(LineProblem::Value(30)),
    }
}

/// Writes a price to a field, and its currency to the next.
pub(super) fn write_price(price: &Price, field: u8, cells: &mut Cells) {
    match price {
        Price::Monetary(amount, currency) => {
            cells.put(field, Kind::Monetary).put(field, amount).put(field + 1, currency)
        }
        Price::Percentage(amount) => cells.put(field, Kind::Percentage).put(field, amount),
        Price::Yield(amount) => cells.put(field, Kind::Yield).put(field, amount),
        Price::BasisPoints(amount) => cells.put(field, Kind::BasisPoints).put(field, amount),
        Price::Pending(currency) => cells.put(field, Kind::Pending).maybe(field + 1, *currency),
        Price::NotApplicable => cells.put(field, Kind::NotApplicable),
    };
}

/// Reads a price from a field, and its currency from the next.
pub(super) fn read_price(field: u8, cells: &mut Cells) -> Result<Price, LineProblem> {
    let (kind, amount) = cells.pair::<Kind>(field)?.ok_or(LineProblem::Missing(field))?;
    match kind {
        Kind::Monetary => Ok(Price::Monetary(value(&amount, field)?, currency(field + 1, cells)?)),
        Kind::Percentage => value(&amount, field).map(Price::Percentage),
        Kind::Yield => value(&amount, field).map(Price::Yield),
        Kind::BasisPoints => value(&amount, field).map(Price::BasisPoints),
        Kind::Pending => {
            let code = cells.optional::<CurrencyCode>(field + 1)?;
            Ok(Price::Pending(code.map(|code| code.0)))
        }
        Kind::NotApplicable => Ok(Price::NotApplicable),
        Kind::Units | Kind::Nominal => Err(LineProblem::Value(field)),
    }
}

fn read_payment(cells: &mut Cells) -> Result<Option<UpfrontPayment>, LineProblem> {
    let amount = cells.optional::<Figure<18, 5>>(38)?;
    amount.map(|amount| Ok(UpfrontPayment { amount, currency: currency(39, cells)? })).transpose()
}

fn currency(field: u8, cells: &mut Cells) -> Result<Currency, LineProblem> {
    cells.one::<CurrencyCode>(field).map(|code| code.0)
}
