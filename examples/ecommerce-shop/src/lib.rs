//! A small shop that `otel-ecommerce` watches: its HTTP API, and what stands behind it.
//!
//! ```
//! use ecommerce_shop::{Settings, Shop};
//! use otel_core::Telemetry;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let telemetry = Telemetry::noop(); // an application has its own, from `Telemetry::builder`
//! let shop = Shop::open(Settings::default(), &telemetry).await?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let server = axum::serve(listener, shop.router());
//! # drop(server);
//! shop.sweep(telemetry.now()); // about once a second
//! shop.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! What to copy from where:
//!
//! - `api/gate.rs`: one span for each request, in the trace of whoever sent it; limits, authentication, performance.
//! - `api/action.rs`: what a person does, and how it ended. `within.rs`: spans and `.await`.
//! - `database/observed.rs`: every statement as a span, without its arguments.
//! - `users.rs`: accounts, and nobody learns whose there are.
//! - `stock.rs`, `orders/`: an order from the cart to the money, and what is told of each step.
//! - `key_figures.rs`: the key figures. `orders/payment.rs`: payments and fraud.
//!
//! The payment service and the post are simulated, and say so.

pub mod settings;
pub mod users;
pub mod words;

// Who comes in from the street, and what is told of it at the end.
pub mod agreement;
pub mod export;
pub mod figures;
pub mod progress;
pub mod replay;
pub mod report;
pub mod scrape;
pub mod visitors;

// What stands behind the API.
mod api;
mod cart;
mod catalogue;
mod clock;
mod database;
mod key_figures;
mod limits;
mod names;
mod orders;
mod payments;
mod refusal;
mod sessions;
mod shop;
mod stock;
mod within;

pub use database::DatabaseError;
pub use settings::{DatabaseUrl, Faults, Settings};
pub use shop::{OpenError, Shop};
pub use users::{Mail, MailKind, Mailbox};
