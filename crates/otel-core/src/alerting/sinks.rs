//! Who is told of alerts: each sink with a queue, a pace and counts of its own, all served by one thread.
//!
//! ```text
//! notification ─► mailbox of each sink ──┐
//! state of all ─► board (Alertmanager) ──┴► clerk: one load at a time ─► written as the sink reads it ─► sent
//!                     ▲                         │
//!                     └──── answered ◄──────────┘
//! ```
//!
//! Mailbox and board decide what is sent when. They are told the time and what was answered, and count what becomes of
//! everything.

mod address;
#[cfg(feature = "alert-http")]
mod alertmanager;
mod announcement;
#[cfg(feature = "alert-http")]
mod board;
#[cfg(feature = "alert-http")]
mod calendar;
mod check;
mod clerk;
#[cfg(feature = "alert-http")]
mod cloud_events;
#[cfg(feature = "alert-http")]
mod connection;
mod delivery;
mod event;
#[cfg(feature = "alert-http")]
mod known;
mod mailbox;
mod office;
mod pace;
#[cfg(feature = "alert-http")]
mod pager_duty;
mod post;
mod queue;
mod secret;
#[cfg(feature = "alert-http")]
mod sender;
mod sink;
#[cfg(feature = "alert-http")]
mod slack;
mod tally;
mod told;

pub use announcement::{Announcement, Listener};
pub use office::Office;
pub use sink::Sink;
pub use tally::{AttemptOutcome, NotDelivered, SinkCounts};

#[cfg(feature = "alert-http")]
use crate::telemetry::Telemetry;
#[cfg(feature = "alert-http")]
use crate::time::Timestamp;

/// The time by the clock of the telemetry; by the system's where there is none.
#[cfg(feature = "alert-http")]
fn time(telemetry: &Telemetry) -> Timestamp {
    if telemetry.is_on() { telemetry.now() } else { std::time::SystemTime::now().into() }
}
