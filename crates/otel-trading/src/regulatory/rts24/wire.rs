//! An order record as fields by number, and back.

use otel_core::Currency;

use super::{OrderClient, OrderDecider, OrderPrices, OrderQuantities, OrderRecord, PriceUnit, QuantityUnit};
use crate::regulatory::cells::{Cells, CurrencyCode, LineProblem, value};
use crate::regulatory::code::codes;
use crate::regulatory::kind::IdKind;

codes! {
    /// Fields 31 and 34.
    enum Notation {
        Monetary = MONE,
        Percentage = PERC,
        Yield = YIEL,
        BasisPoints = BAPO,
        Units = UNIT,
        Nominal = NOML,
    }

    /// Clients that are nobody in particular.
    enum Crowd {
        Aggregated = AGGR,
        PendingAllocation = PNAL,
    }
}

pub(super) fn write(record: &OrderRecord) -> Cells {
    let mut cells = Cells::default();
    cells
        .put(1, record.submitter)
        .put(2, record.direct_access)
        .maybe(6, record.broker)
        .put(7, record.capacity)
        .put(8, record.provides_liquidity)
        .put(9, record.time)
        .put(10, record.validity)
        .maybe(12, record.validity_time)
        .put(15, record.sequence)
        .put(16, record.venue)
        .put(17, &record.book)
        .put(18, record.isin)
        .put(19, record.received)
        .put(20, &record.order)
        .put(21, record.event)
        .put(22, &record.order_type)
        .put(23, record.class)
        .put(32, record.direction)
        .maybe(42, record.minimum_first_only)
        .put(43, record.passive_only)
        .maybe(44, record.aggressor)
        .put(45, record.self_execution_prevention)
        .maybe(46, record.strategy.as_ref())
        .maybe(48, record.venue_transaction.as_ref());
    for restriction in &record.restrictions {
        cells.put(11, restriction);
    }
    for state in &record.states {
        cells.put(33, state);
    }
    write_persons(record, &mut cells);
    write_prices(&record.prices, &mut cells);
    write_quantities(&record.quantities, &mut cells);
    cells
}

fn write_persons(record: &OrderRecord, cells: &mut Cells) {
    match &record.client {
        Some(OrderClient::Entity(lei)) => drop(cells.put(3, IdKind::Entity).put(3, lei)),
        Some(OrderClient::Person(id)) => {
            cells.put(3, IdKind::of(id.scheme())).put(3, id.code().expose());
        }
        Some(OrderClient::Aggregated) => drop(cells.put(3, Crowd::Aggregated)),
        Some(OrderClient::PendingAllocation) => drop(cells.put(3, Crowd::PendingAllocation)),
        None => {}
    }
    for (decider, field) in [(&record.decision, 4), (&record.execution, 5)] {
        match decider {
            Some(OrderDecider::Algorithm(code)) => drop(cells.put(field, IdKind::Algorithm).put(field, code)),
            Some(OrderDecider::Person(id)) => {
                cells.put(field, IdKind::of(id.scheme())).put(field, id.code().expose());
            }
            Some(OrderDecider::Client) => drop(cells.put(field, IdKind::Client)),
            None => {}
        }
    }
}

fn write_prices(prices: &OrderPrices, cells: &mut Cells) {
    cells.maybe(24, prices.limit).maybe(26, prices.stop).maybe(28, prices.transaction);
    match prices.unit {
        PriceUnit::Monetary(currency) => cells.put(31, Notation::Monetary).put(29, currency),
        PriceUnit::Percentage => cells.put(31, Notation::Percentage),
        PriceUnit::Yield => cells.put(31, Notation::Yield),
        PriceUnit::BasisPoints => cells.put(31, Notation::BasisPoints),
    };
}

fn write_quantities(quantities: &OrderQuantities, cells: &mut Cells) {
    match quantities.unit {
        QuantityUnit::Units => cells.put(34, Notation::Units),
        QuantityUnit::Nominal(currency) => cells.put(34, Notation::Nominal).put(35, currency),
        QuantityUnit::Monetary(currency) => cells.put(34, Notation::Monetary).put(35, currency),
    };
    cells
        .put(36, quantities.initial)
        .put(37, quantities.remaining)
        .maybe(38, quantities.displayed)
        .maybe(39, quantities.traded)
        .maybe(40, quantities.minimum_acceptable)
        .maybe(41, quantities.minimum_executable);
}

pub(super) fn read(cells: &mut Cells) -> Result<OrderRecord, LineProblem> {
    Ok(OrderRecord {
        submitter: cells.one(1)?,
        direct_access: cells.one(2)?,
        client: read_client(cells)?,
        decision: read_decider(4, cells)?,
        execution: read_decider(5, cells)?,
        broker: cells.optional(6)?,
        capacity: cells.one(7)?,
        provides_liquidity: cells.one(8)?,
        time: cells.one(9)?,
        validity: cells.one(10)?,
        restrictions: cells.list(11)?,
        validity_time: cells.optional(12)?,
        sequence: cells.one(15)?,
        venue: cells.one(16)?,
        book: cells.one(17)?,
        isin: cells.one(18)?,
        received: cells.one(19)?,
        order: cells.one(20)?,
        event: cells.one(21)?,
        order_type: cells.one(22)?,
        class: cells.one(23)?,
        prices: read_prices(cells)?,
        direction: cells.one(32)?,
        states: cells.list(33)?,
        quantities: read_quantities(cells)?,
        minimum_first_only: cells.optional(42)?,
        passive_only: cells.one(43)?,
        aggressor: cells.optional(44)?,
        self_execution_prevention: cells.one(45)?,
        strategy: cells.optional(46)?,
        venue_transaction: cells.optional(48)?,
    })
}

fn read_client(cells: &mut Cells) -> Result<Option<OrderClient>, LineProblem> {
    Ok(Some(match cells.all(3).as_slice() {
        [] => return Ok(None),
        [crowd] => match value(crowd, 3)? {
            Crowd::Aggregated => OrderClient::Aggregated,
            Crowd::PendingAllocation => OrderClient::PendingAllocation,
        },
        [kind, code] => match value(kind, 3)? {
            IdKind::Entity => OrderClient::Entity(value(code, 3)?),
            kind => OrderClient::Person(kind.person(code, 3)?),
        },
        _ => return Err(LineProblem::Count(3)),
    }))
}

fn read_decider(field: u8, cells: &mut Cells) -> Result<Option<OrderDecider>, LineProblem> {
    let Some((kind, code)) = cells.pair(field)? else { return Ok(None) };
    Ok(Some(match kind {
        IdKind::Algorithm => OrderDecider::Algorithm(value(&code, field)?),
        IdKind::Client => OrderDecider::Client,
        kind => OrderDecider::Person(kind.person(&code, field)?),
    }))
}

fn read_prices(cells: &mut Cells) -> Result<OrderPrices, LineProblem> {
    let unit = match cells.one(31)? {
        Notation::Monetary => PriceUnit::Monetary(currency(29, cells)?),
        Notation::Percentage => PriceUnit::Percentage,
        Notation::Yield => PriceUnit::Yield,
        Notation::BasisPoints => PriceUnit::BasisPoints,
        Notation::Units | Notation::Nominal => return Err(LineProblem::Value(31)),
    };
    Ok(OrderPrices {
        unit,
        limit: cells.optional(24)?,
        stop: cells.optional(26)?,
        transaction: cells.optional(28)?,
    })
}

fn read_quantities(cells: &mut Cells) -> Result<OrderQuantities, LineProblem> {
    let unit = match cells.one(34)? {
        Notation::Units => QuantityUnit::Units,
        Notation::Nominal => QuantityUnit::Nominal(currency(35, cells)?),
        Notation::Monetary => QuantityUnit::Monetary(currency(35, cells)?),
        _ => return Err(LineProblem::Value(34)),
    };
    Ok(OrderQuantities {
        unit,
        initial: cells.one(36)?,
        remaining: cells.one(37)?,
        displayed: cells.optional(38)?,
        traded: cells.optional(39)?,
        minimum_acceptable: cells.optional(40)?,
        minimum_executable: cells.optional(41)?,
    })
}

fn currency(field: u8, cells: &mut Cells) -> Result<Currency, LineProblem> {
    cells.one::<CurrencyCode>(field).map(|code| code.0)
}
