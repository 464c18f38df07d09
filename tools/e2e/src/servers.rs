//! Other people's servers: a file for each.

pub(crate) mod rotel;
