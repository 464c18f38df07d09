//! The house rules of this workspace, as tests.
//!
//! A rule is a function from the sources to what is wrong with them ([`Rule`]). `cargo test -p tidy` applies
//! every rule to the repository, and to a small bad sample that proves the rule can fail. What each rule is for
//! is said in `docs/style.md`, whose `[tidy: …]` tags name the modules of this crate.

pub mod direction;
pub mod globals;
pub mod length;
pub mod links;
pub mod members;
pub mod names;
pub mod places;
pub mod skeleton;
pub mod strings;
pub mod style;
pub mod unfinished;

mod manifest;
mod tokens;
mod tree;
mod violation;

pub use tree::{Source, Tree};
pub use violation::Violation;

/// One house rule: everything in the tree that breaks it.
pub type Rule = fn(&Tree) -> Vec<Violation>;

/// Every rule, by the name that `docs/style.md` calls it.
pub const RULES: [(&str, Rule); 11] = [
    ("direction", direction::check),
    ("globals", globals::check),
    ("length", length::check),
    ("links", links::check),
    ("members", members::check),
    ("names", names::check),
    ("places", places::check),
    ("skeleton", skeleton::check),
    ("strings", strings::check),
    ("style", style::check),
    ("unfinished", unfinished::check),
];
