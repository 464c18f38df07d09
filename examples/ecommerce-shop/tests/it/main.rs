//! The shop, through its API and its database.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod accounts;
mod bookkeeping;
mod customer;
mod figures;
mod input;
mod journeys;
mod limits;
mod place;
mod private;
mod purchases;
mod traces;
