//! Other people's servers: a file for each.

pub(crate) mod alertmanager;
pub(crate) mod prometheus;
pub(crate) mod rotel;
