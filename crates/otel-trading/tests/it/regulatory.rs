//! What a regulator is told.

mod admission;
mod bounded;
mod cat;
mod file;
mod lines;
pub(crate) mod observed;
mod orders;
mod reporter;
mod reports;
mod rules;
mod time;
