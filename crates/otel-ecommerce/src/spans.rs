//! Guards, one for each unit of work that takes time.
//!
//! All of them end alike. What went well is `Ok`. What the shop failed at is an error with the `error.type` that is also
//! the label of its metric. What a customer or their bank refused is nobody's error, as a 4xx is none of a server's: it has
//! the `error.type`, and the status stays unset. Whoever drops a guard without a word has abandoned what it stands for.

mod action;
mod current;
mod ending;
mod followed;
mod order;
mod parked;
mod payment;
mod registration;
mod reservation;
mod search;

pub use action::ActionSpan;
pub(crate) use current::can_be_current;
pub use order::OrderSpan;
pub use parked::ParkedOrder;
pub(crate) use payment::Kind as PaymentKind;
pub use payment::PaymentSpan;
pub use registration::RegistrationSpan;
pub use reservation::ReservationSpan;
pub use search::SearchSpan;
