//! The names of the fields of a transaction report, after Annex I, Table 2.

use crate::regulatory::field::{Field, Regulation, named};

/// The field with this number.
pub(super) const fn field(number: u8) -> Field {
    Field::of(Regulation::Rts22, number)
}

pub(in crate::regulatory) const NAMES: [&str; 65] = named! {
    Report status;
    Transaction reference number;
    Trading venue transaction identification code;
    Executing entity identification code;
    Investment firm covered by Directive;
    Submitting entity identification code;
    Buyer identification code;
    Buyer country of the branch;
    Buyer first names;
    Buyer surnames;
    Buyer date of birth;
    Buyer decision maker code;
    Buyer decision maker first names;
    Buyer decision maker surnames;
    Buyer decision maker date of birth;
    Seller identification code;
    Seller country of the branch;
    Seller first names;
    Seller surnames;
    Seller date of birth;
    Seller decision maker code;
    Seller decision maker first names;
    Seller decision maker surnames;
    Seller decision maker date of birth;
    Transmission of order indicator;
    Transmitting firm identification code for the buyer;
    Transmitting firm identification code for the seller;
    Trading date time;
    Trading capacity;
    Quantity;
    Quantity currency;
    Derivative notional increase or decrease;
    Price;
    Price currency;
    Net amount;
    Venue;
    Country of the branch membership;
    Upfront payment;
    Upfront payment currency;
    Complex trade component id;
    Instrument identification code;
    Instrument full name;
    Instrument classification;
    Notional currency one;
    Notional currency two;
    Price multiplier;
    Underlying instrument code;
    Underlying index name;
    Term of the underlying index;
    Option type;
    Strike price;
    Strike price currency;
    Option exercise style;
    Maturity date;
    Expiry date;
    Delivery type;
    Investment decision within firm;
    Country of the branch responsible for the person making the investment decision;
    Execution within firm;
    Country of the branch supervising the person responsible for the execution;
    Waiver indicator;
    Short selling indicator;
    OTC post trade indicator;
    Commodity derivative indicator;
    Securities financing transaction indicator;
};
