//! The steps of a purchase, in our words and in those of others.
//!
//! A [`ShopEvent`] is what happened, with exact money. An [`EventLog`] tells it as telemetry; a [`Dialect`] writes it as
//! the JSON that Google Analytics 4 or Segment want, and reads theirs. What somebody searched for is
//! [`Sensitive`](otel_core::Sensitive), is no telemetry, and goes to others only when that is asked for. One table stands behind both directions: see
//! [`Vocabulary`] for the names of events, and [`TextField`], [`AmountField`] and [`ItemField`] for those of fields.
//!
//! ```
//! use otel_core::{Currency, Money};
//! use otel_ecommerce::vocabulary::{AmountField, Dialect, EventKind, Item, ShopEvent, TextField};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let yen = Currency::from_code("JPY").ok_or("no such currency")?;
//! let mut event = ShopEvent::new(EventKind::OrderCompleted);
//! event.set_text(TextField::OrderId, "o-1")?;
//! event.add_item(Item::new("sku-1")?.priced(Money::from_minor(1_200, yen))?.times(2)?)?;
//! let worth = event.value_of_items().ok_or("not all items have a price")?;
//! event.set_amount(AmountField::Value, worth)?;
//!
//! let purchase = Dialect::Ga4.export(&event)?;
//! assert_eq!(purchase.name, "purchase");
//! assert!(purchase.params.contains(r#""value":2400"#));
//! assert_eq!(Dialect::Ga4.import("purchase", &purchase.params, None)?.event, event);
//! # Ok(())
//! # }
//! ```

mod event;
mod export;
mod import;
mod item;
mod log;
mod members;
mod number;
mod object;
mod problem;

pub use crate::conventions::vocabulary::{AmountField, EventKind, ItemField, TextField, Vocabulary};
pub use event::{MAX_ITEMS, ShopEvent};
pub use export::{ExportError, Exported, Part};
pub use import::{ImportError, ImportProblem, Imported, MAX_BYTES, Site};
pub use item::Item;
pub use log::EventLog;
pub use number::NumberError;
pub use problem::{EventError, MAX_CHARACTERS};

use crate::conventions::vocabulary as said;

/// A vocabulary that events can be written in as JSON, and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// The `params` of an event of Google Analytics 4.
    Ga4,
    /// The `properties` of a `track` call of Segment, PostHog or RudderStack.
    Segment,
}

impl Dialect {
    /// Both of them.
    pub const ALL: &'static [Self] = &[Self::Ga4, Self::Segment];

    /// The names it uses.
    pub const fn vocabulary(self) -> Vocabulary {
        match self {
            Self::Ga4 => Vocabulary::Ga4,
            Self::Segment => Vocabulary::Segment,
        }
    }

    /// Whether an event of this kind has its one item beside everything else.
    const fn is_flat(self, kind: EventKind) -> bool {
        matches!(self, Self::Segment) && kind.is_flat_in_segment()
    }

    const fn items(self) -> &'static str {
        match self {
            Self::Ga4 => said::GA4_ITEMS,
            Self::Segment => said::SEGMENT_PRODUCTS,
        }
    }

    const fn step(self) -> Option<&'static str> {
        match self {
            Self::Ga4 => None,
            Self::Segment => Some(said::STEP_NAME),
        }
    }

    const fn search_term(self) -> &'static str {
        let [ga4, segment] = said::SEARCH_TERM;
        match self {
            Self::Ga4 => ga4,
            Self::Segment => segment,
        }
    }

    const fn item_position(self) -> &'static str {
        let [ga4, segment] = said::ITEM_INDEX;
        match self {
            Self::Ga4 => ga4,
            Self::Segment => segment,
        }
    }

    const fn item_discount(self) -> Option<&'static str> {
        match self {
            Self::Ga4 => Some(said::ITEM_DISCOUNT),
            Self::Segment => None,
        }
    }
}
