//! Fields 42 to 56 by number, and back.

use super::{read_price, write_price};
use crate::regulatory::cells::{Cells, CurrencyCode, LineProblem};
use crate::regulatory::rts22::{Description, Index, OptionTerms};

pub(super) fn write(description: &Description, cells: &mut Cells) {
    cells
        .put(42, &description.full_name)
        .put(43, description.cfi)
        .maybe(44, description.notional_currency)
        .maybe(45, description.other_notional_currency)
        .maybe(46, description.price_multiplier)
        .maybe(48, description.index.as_ref().map(|index| &index.name))
        .maybe(49, description.index.as_ref().and_then(|index| index.term))
        .maybe(54, description.maturity)
        .maybe(55, description.expiry)
        .maybe(56, description.delivery);
    for isin in &description.underlyings {
        cells.put(47, isin);
    }
    if let Some(option) = &description.option {
        cells.put(50, option.option_type).put(53, option.style);
        write_price(&option.strike, 51, cells);
    }
}

pub(super) fn read(cells: &mut Cells) -> Result<Option<Box<Description>>, LineProblem> {
    let Some(full_name) = cells.optional(42)? else { return Ok(None) };
    let currency = |code: CurrencyCode| code.0;
    Ok(Some(Box::new(Description {
        full_name,
        cfi: cells.one(43)?,
        notional_currency: cells.optional(44)?.map(currency),
        other_notional_currency: cells.optional(45)?.map(currency),
        price_multiplier: cells.optional(46)?,
        underlyings: cells.list(47)?,
        index: read_index(cells)?,
        option: read_option(cells)?,
        maturity: cells.optional(54)?,
        expiry: cells.optional(55)?,
        delivery: cells.optional(56)?,
    })))
}

fn read_index(cells: &mut Cells) -> Result<Option<Index>, LineProblem> {
    let Some(name) = cells.optional(48)? else { return Ok(None) };
    Ok(Some(Index { name, term: cells.optional(49)? }))
}

fn read_option(cells: &mut Cells) -> Result<Option<OptionTerms>, LineProblem> {
    let Some(option_type) = cells.optional(50)? else { return Ok(None) };
    Ok(Some(OptionTerms { option_type, strike: read_price(51, cells)?, style: cells.one(53)? }))
}
