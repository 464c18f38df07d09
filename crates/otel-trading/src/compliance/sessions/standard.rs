//! The calendars that come with this crate, written from the rules and notices of the exchanges.

/// Their texts.
pub(super) const TEXTS: [&str; 8] = [
    include_str!("standard/cmes.txt"),
    include_str!("standard/xasx.txt"),
    include_str!("standard/xetr.txt"),
    include_str!("standard/xhkg.txt"),
    include_str!("standard/xlon.txt"),
    include_str!("standard/xnys.txt"),
    include_str!("standard/xpar.txt"),
    include_str!("standard/xtks.txt"),
];
