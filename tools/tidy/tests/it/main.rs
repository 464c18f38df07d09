//! Every rule on the repository, and every rule on a sample that breaks it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod repository;
mod samples;

/// A sample made of pieces, for words that this repository's own rules would catch in one.
fn joined(pieces: &[&str]) -> String {
    pieces.concat()
}
