//! What is made, held against what is committed and against the formats it is made in.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod committed;
mod dashboards;
mod formats;
mod pages;
mod queries;
mod registry;
mod rules;
mod specimens;
