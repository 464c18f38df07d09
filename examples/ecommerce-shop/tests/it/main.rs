//! The shop, its visitors, and the program as its users run it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod accounts;
mod bookkeeping;
mod customer;
mod figures;
mod input;
mod journeys;
mod limits;
mod odd_shops;
mod place;
mod private;
mod program;
mod purchases;
mod replay;
mod report;
mod scrape;
#[expect(dead_code, unreachable_pub, reason = "it has the interface of the shop, all of it")]
mod stand_in;
mod traces;
mod visitors;

use ecommerce_shop::words;
