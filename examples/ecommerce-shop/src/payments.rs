//! Payments by card, and the service that makes them. It is simulated.

mod card;
mod fate;

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use otel_ecommerce::labels::PaymentFailure;
use tokio::time::{sleep, timeout};

pub(crate) use card::Card;
use fate::Fate;

use crate::names::name;
use crate::settings::Faults;

/// A payment service: **simulated**, so that the example needs none. A real shop has a client of one in its place, and
/// never sees the number of a card.
///
/// What becomes of a card follows from the seed and its number, within the shares of the [`Faults`]; one whose check digit
/// is wrong does not exist.
#[derive(Debug)]
pub(crate) struct Issuer {
    seed: u64,
    patience: Duration,
    faults: RwLock<Faults>,
}

/// Money that is set aside for the shop.
#[derive(Debug)]
pub(crate) struct Authorised {
    pub(crate) payment: String,
    fate: Fate,
}

impl Issuer {
    pub(crate) fn new(seed: u64, patience: Duration, faults: Faults) -> Self {
        Self { seed, patience, faults: RwLock::new(faults) }
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Asks for money to be set aside.
    pub(crate) async fn authorize(&self, card: &Card) -> Result<Authorised, PaymentFailure> {
        let fate = Fate::of(self.seed, card.expose(), &self.faults());
        self.answered(fate).await?;
        fate.at_authorisation(card)?;
        let payment = name().map_err(|_| PaymentFailure::Internal)?;
        Ok(Authorised { payment, fate })
    }

    /// Takes what was set aside.
    pub(crate) async fn capture(&self, authorised: &Authorised) -> Result<(), PaymentFailure> {
        authorised.fate.at_capture()
    }

    /// Gives back what was taken. Whether it fails follows from the payment: the card is not known any more.
    pub(crate) async fn refund(&self, payment: &str) -> Result<(), PaymentFailure> {
        let fate = Fate::of(self.seed, payment, &self.faults());
        self.answered(fate).await?;
        fate.at_refund()
    }

    async fn answered(&self, fate: Fate) -> Result<(), PaymentFailure> {
        let Some(delay) = fate.delay() else { return Ok(()) };
        timeout(self.patience, sleep(delay)).await.map_err(|_| PaymentFailure::Timeout)
    }

    fn faults(&self) -> Faults {
        *self.faults.read().unwrap_or_else(PoisonError::into_inner)
    }
}
