//! The names of the fields of an order record, after the Annex, Table 2.

use crate::regulatory::field::{Field, Regulation, named};

/// The field with this number.
pub(super) const fn field(number: u8) -> Field {
    Field::of(Regulation::Rts24, number)
}

pub(in crate::regulatory) const NAMES: [&str; 51] = named! {
    Identification code of the entity which submitted the order;
    Direct electronic access;
    Client identification code;
    Investment decision within firm;
    Execution within firm;
    Non executing broker;
    Trading capacity;
    Liquidity provision activity;
    Date and time;
    Validity period;
    Order restriction;
    Validity period date and time;
    Priority time stamp;
    Priority size;
    Sequence number;
    Segment market identifier code;
    Order book code;
    Financial instrument identification code;
    Date of receipt;
    Order identification code;
    Order event;
    Order type;
    Order type classification;
    Limit price;
    Additional limit price;
    Stop price;
    Pegged limit price;
    Transaction price;
    Price currency;
    Currency of the second leg;
    Price notation;
    Buy sell indicator;
    Order status;
    Quantity notation;
    Quantity currency;
    Initial quantity;
    Remaining quantity including hidden;
    Displayed quantity;
    Traded quantity;
    Minimum acceptable quantity;
    Minimum executable size;
    Minimum executable size first execution only;
    Passive only indicator;
    Passive or aggressive indicator;
    Self execution prevention;
    Strategy linked order identification;
    Routing strategy;
    Trading venue transaction identification code;
    Trading phases;
    Indicative auction price;
    Indicative auction volume;
};
