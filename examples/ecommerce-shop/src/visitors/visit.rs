//! One visit, from the door to the door.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;

use super::character::{Character, Odds};
use super::door::Door;
use super::errand::{Errands, Paid};
use super::tally::Tally;
use super::window::Window;
use super::{Crowd, Post, WalkError, card};
use crate::words::{Order, Product};

/// How many cards somebody tries who has too many: more payments than people make within an hour.
const CARDS: usize = 15;

/// How often somebody looks into their post, and how long they wait in between.
const LOOKS: u32 = 200;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// What separates the dice of one visitor from those of the next: 2⁶⁴ divided by the golden ratio.
const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Somebody who is about to visit the shop.
pub(super) struct Visit {
    number: u32,
    /// What nobody else is called, today or any other day.
    name: String,
    dice: Rng,
    errands: Errands,
    post: Post,
    window: Arc<Window>,
    /// Whether something is in the cart that nobody has bought.
    is_cart_full: bool,
    purchases: u32,
}

impl Visit {
    pub(super) fn new(crowd: Crowd, number: u32, door: Door, post: Post, window: Arc<Window>) -> Self {
        let dice = Rng::with_seed(crowd.seed ^ (u64::from(number) + 1).wrapping_mul(STRIDE));
        let name = format!("visitor-{:x}-{number}", crowd.occasion);
        let errands = Errands::new(door);
        Self { number, name, dice, errands, post, window, is_cart_full: false, purchases: 0 }
    }

    /// Walks through the shop, and says what was to be seen.
    pub(super) async fn walk(mut self) -> Result<Tally, WalkError> {
        self.errands.tally.visitors += 1;
        let token = self.register().await?;
        if self.errands.enter(token).await? {
            match Character::of(self.number) {
                Character::Shopper => self.shop().await?,
                Character::CardTester => self.try_cards().await?,
            }
        }
        self.errands.tally.left_in_cart += u64::from(self.is_cart_full);
        Ok(self.errands.tally)
    }

    /// Some open an account, and log in with the token that comes by post; others stay strangers.
    async fn register(&mut self) -> Result<Option<String>, WalkError> {
        if !Odds::REGISTERS.come(&mut self.dice) {
            return Ok(None);
        }
        let email = format!("{}@example.com", self.name);
        if !self.errands.sign_up(&email, "A visitor").await? {
            return Ok(None);
        }
        let token = self.fetch_post(&email).await;
        self.errands.tally.accounts += u64::from(token.is_some());
        self.errands.tally.post_missing += u64::from(token.is_none());
        if Odds::REGISTERS_AGAIN.come(&mut self.dice) {
            // The same address, as somebody types it who is in a hurry.
            self.errands.sign_up(&email.to_uppercase(), "The same visitor").await?;
        }
        Ok(token)
    }

    async fn fetch_post(&self, email: &str) -> Option<String> {
        for _ in 0..LOOKS {
            let token = (self.post)(email);
            if token.is_some() {
                return token;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        None
    }

    async fn shop(&mut self) -> Result<(), WalkError> {
        loop {
            let found = self.search().await?;
            self.look_around(&found).await?;
            if !Odds::SEARCHES_ON.come(&mut self.dice) {
                break;
            }
        }
        if self.is_cart_full
            && Odds::CHECKS_OUT.come(&mut self.dice)
            && self.errands.check_out().await?
            && Odds::SAYS_WHERE.come(&mut self.dice)
            && self.errands.ship_to("1 Example Street, London").await?
            && Odds::PAYS.come(&mut self.dice)
            && let Some(order) = self.pay().await?
            && Odds::SENDS_BACK.come(&mut self.dice)
        {
            self.errands.send_back(&order).await?;
        }
        Ok(())
    }

    async fn search(&mut self) -> Result<Vec<Product>, WalkError> {
        let query = if Odds::TYPES_NONSENSE.come(&mut self.dice) {
            std::iter::repeat_with(|| self.dice.choice(['q', 'x', 'z', 'j'])).flatten().take(9).collect()
        } else {
            self.dice.choice(self.window.words()).cloned().unwrap_or_default()
        };
        self.errands.search(&query).await
    }

    /// Looks at some of what was found, and takes what is liked.
    async fn look_around(&mut self, found: &[Product]) -> Result<(), WalkError> {
        while let Some(product) = self.dice.choice(found) {
            let seen = self.errands.view(&product.sku).await?;
            if seen.is_some() && Odds::TAKES_IT.come(&mut self.dice) {
                let quantity = self.dice.u32(1..=3);
                self.put(&product.sku, quantity).await?;
                if Odds::PUTS_IT_BACK.come(&mut self.dice) {
                    self.put(&product.sku, 0).await?;
                }
            }
            if !Odds::LOOKS_ON.come(&mut self.dice) {
                break;
            }
        }
        Ok(())
    }

    async fn put(&mut self, sku: &str, quantity: u32) -> Result<bool, WalkError> {
        let is_full = self.errands.put(sku, quantity).await?;
        self.is_cart_full = is_full.unwrap_or(self.is_cart_full);
        Ok(is_full.is_some())
    }

    /// Pays with one card, and perhaps with another.
    async fn pay(&mut self) -> Result<Option<Order>, WalkError> {
        loop {
            let twice = Odds::PRESSES_TWICE.come(&mut self.dice);
            match self.pay_with_a_card(twice).await? {
                Paid::Bought(order) => return Ok(Some(order)),
                Paid::Another if Odds::TRIES_AGAIN.come(&mut self.dice) => {}
                Paid::Another | Paid::Never => return Ok(None),
            }
        }
    }

    async fn pay_with_a_card(&mut self, twice: bool) -> Result<Paid, WalkError> {
        self.purchases += 1;
        let card = card::number(&mut self.dice);
        let key = format!("{}-{}", self.name, self.purchases);
        let paid = self.errands.pay(&card, &key, twice).await?;
        if matches!(paid, Paid::Bought(_)) {
            self.is_cart_full = false;
        }
        Ok(paid)
    }

    /// Buys the cheapest thing over and over, each time with another card.
    async fn try_cards(&mut self) -> Result<(), WalkError> {
        self.errands.tally.testers += 1;
        let cheapest = self.window.cheapest().to_owned();
        for _ in 0..CARDS {
            let is_ready = self.is_cart_full
                || self.errands.view(&cheapest).await?.is_some()
                    && self.put(&cheapest, 1).await?
                    && self.errands.check_out().await?
                    && self.errands.ship_to("1 Example Street, London").await?;
            if !is_ready || matches!(self.pay_with_a_card(false).await?, Paid::Never) {
                break;
            }
        }
        Ok(())
    }
}
