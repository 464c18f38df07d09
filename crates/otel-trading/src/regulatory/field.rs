//! The fields of a report by their numbers.

use std::fmt;

use super::code::codes;
use super::{rts22, rts24};

codes! {
    /// A regulation that numbers the fields of a report.
    pub enum Regulation {
        /// Transaction reports: Delegated Regulation (EU) 2017/590, Annex I, Table 2.
        Rts22 = RTS22,
        /// Order records: Delegated Regulation (EU) 2017/580, Annex, Table 2.
        Rts24 = RTS24,
    }
}

/// A field of a regulation's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    regulation: Regulation,
    number: u8,
}

impl Field {
    /// The field with this number; `None` when the table has none.
    pub fn new(regulation: Regulation, number: u8) -> Option<Self> {
        let field = Self { regulation, number };
        (!field.name().is_empty()).then_some(field)
    }

    /// The number, from 1.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// The regulation that numbers it.
    pub const fn regulation(self) -> Regulation {
        self.regulation
    }

    /// The name, after the table's.
    pub fn name(self) -> &'static str {
        let names: &[&str] = match self.regulation {
            Regulation::Rts22 => &rts22::NAMES,
            Regulation::Rts24 => &rts24::NAMES,
        };
        usize::from(self.number).checked_sub(1).and_then(|at| names.get(at)).copied().unwrap_or_default()
    }

    /// A field that is known to be there.
    pub(super) const fn of(regulation: Regulation, number: u8) -> Self {
        Self { regulation, number }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "field {} ({})", self.number, self.name())
    }
}

/// The names of fields, in order.
macro_rules! named {
    ($($($word:ident)+;)+) => {
        [$(stringify!($($word)+)),+]
    };
}

pub(crate) use named;
