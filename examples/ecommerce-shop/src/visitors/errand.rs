//! What can be done in the shop, one request each, and what is noted of it.

use http::{Method, StatusCode};
use serde::de::DeserializeOwned;

use super::WalkError;
use super::answer::{Answer, Refusal};
use super::door::{Door, Request};
use super::tally::Tally;
use crate::words::{Cart, NewSession, NewUser, Order, Product, Purchase, Quantity, Session, Shipping};

/// Somebody in the shop, with a session, who notes what they see.
#[derive(Debug)]
pub(super) struct Errands {
    door: Door,
    session: String,
    pub(super) tally: Tally,
}

/// What became of an attempt to pay.
#[derive(Clone, Debug)]
pub(super) enum Paid {
    /// It was paid for.
    Bought(Order),
    /// The card or the service is no good, and another try may be better.
    Another,
    /// It cannot be bought now.
    Never,
}

impl Errands {
    /// Somebody at the door.
    pub(super) fn new(door: Door) -> Self {
        Self { door, session: String::new(), tally: Tally::default() }
    }

    /// Asks for an account. Whether there is one with this address already, the answer does not say.
    pub(super) async fn sign_up(&mut self, email: &str, name: &str) -> Result<bool, WalkError> {
        let user = NewUser { email: email.to_owned(), name: name.to_owned() };
        let request = Request::new(Method::POST, "/users", "").with(&user);
        Ok(self.ask::<()>(request, StatusCode::ACCEPTED).await?.is_some())
    }

    /// Walks in, and says whether they were let in.
    pub(super) async fn enter(&mut self, token: Option<String>) -> Result<bool, WalkError> {
        let request = Request::new(Method::POST, "/sessions", "").with(&NewSession { token });
        let session = self.ask::<Session>(request, StatusCode::CREATED).await?;
        let is_in = session.is_some();
        self.tally.sessions += u64::from(is_in);
        self.session = session.map(|session| session.session).unwrap_or_default();
        Ok(is_in)
    }

    /// Searches, and says what was found; nothing, when it was not answered.
    pub(super) async fn search(&mut self, query: &str) -> Result<Vec<Product>, WalkError> {
        let found: Option<Vec<Product>> = self.get("/search?q={}", query).await?;
        self.tally.searches += u64::from(found.is_some());
        self.tally.found_nothing += u64::from(found.as_ref().is_some_and(Vec::is_empty));
        Ok(found.unwrap_or_default())
    }

    /// Looks at a product.
    pub(super) async fn view(&mut self, sku: &str) -> Result<Option<Product>, WalkError> {
        let product = self.get("/products/{}", sku).await?;
        self.tally.viewed += u64::from(product.is_some());
        Ok(product)
    }

    /// Puts so many into the cart, or takes it out when it is none, and says whether anything is in it now.
    pub(super) async fn put(&mut self, sku: &str, quantity: u32) -> Result<Option<bool>, WalkError> {
        let session = self.session.clone();
        let request =
            Request::new(Method::PUT, "/cart/items/{}", sku).by(&session).with(&Quantity { quantity });
        let cart: Option<Cart> = self.ask(request, StatusCode::OK).await?;
        self.tally.put_into_cart += u64::from(cart.is_some() && quantity > 0);
        Ok(cart.map(|cart| !cart.lines.is_empty()))
    }

    /// Goes to the till.
    pub(super) async fn check_out(&mut self) -> Result<bool, WalkError> {
        let session = self.session.clone();
        let request = Request::new(Method::POST, "/checkout", "").by(&session);
        let done = self.ask::<()>(request, StatusCode::NO_CONTENT).await?.is_some();
        self.tally.checked_out += u64::from(done);
        Ok(done)
    }

    /// Says where it should go.
    pub(super) async fn ship_to(&mut self, address: &str) -> Result<bool, WalkError> {
        let session = self.session.clone();
        let shipping = Shipping { address: address.to_owned() };
        let request = Request::new(Method::POST, "/checkout/shipping", "").by(&session).with(&shipping);
        let done = self.ask::<()>(request, StatusCode::NO_CONTENT).await?.is_some();
        self.tally.said_where += u64::from(done);
        Ok(done)
    }

    /// Pays. Who presses the button twice asks twice for the same thing, and must be told the same.
    pub(super) async fn pay(&mut self, card: &str, key: &str, twice: bool) -> Result<Paid, WalkError> {
        let first = self.buy(card, key).await?;
        if twice {
            let second = self.buy(card, key).await?;
            self.tally.pressed_twice += 1;
            self.tally.told_otherwise += u64::from(!is_same(&first, &second));
        }
        self.tally.tried_to_pay += 1;
        Ok(match self.noted(&Method::POST, "/orders", first) {
            (Some(order), _) => {
                self.tally.bought(&order.total);
                Paid::Bought(order)
            }
            (None, Some(Refusal::PaymentDeclined | Refusal::PaymentFailed | Refusal::Unavailable)) => {
                Paid::Another
            }
            (None, _) => Paid::Never,
        })
    }

    /// Wants all of the money back.
    pub(super) async fn send_back(&mut self, order: &Order) -> Result<(), WalkError> {
        let session = self.session.clone();
        let request = Request::new(Method::POST, "/orders/{}/refund", &order.order).by(&session);
        if self.ask::<()>(request, StatusCode::NO_CONTENT).await?.is_some() {
            self.tally.got_back(&order.total);
        }
        Ok(())
    }

    async fn buy(&self, card: &str, key: &str) -> Result<Answer<Order>, WalkError> {
        let purchase = Purchase { card_number: card.to_owned() };
        let request = Request::new(Method::POST, "/orders", "").by(&self.session).once(key).with(&purchase);
        self.door.ask(request, StatusCode::CREATED).await
    }

    async fn get<T: DeserializeOwned>(
        &mut self,
        template: &'static str,
        argument: &str,
    ) -> Result<Option<T>, WalkError> {
        let session = self.session.clone();
        let request = Request::new(Method::GET, template, argument).by(&session);
        self.ask(request, StatusCode::OK).await
    }

    /// Asks for something, and says what came of it where it was served.
    async fn ask<T: DeserializeOwned>(
        &mut self,
        request: Request<'_>,
        well: StatusCode,
    ) -> Result<Option<T>, WalkError> {
        let (method, template) = request.target();
        let answer = self.door.ask(request, well).await?;
        Ok(self.noted(&method, template, answer).0)
    }

    /// Notes what was refused.
    fn noted<T>(
        &mut self,
        method: &Method,
        template: &'static str,
        answer: Answer<T>,
    ) -> (Option<T>, Option<Refusal>) {
        match answer {
            Answer::Served(served) => (Some(served), None),
            Answer::Refused(refusal) => {
                *self.tally.refused.entry(refusal).or_default() += 1;
                (None, Some(refusal))
            }
            Answer::Odd(status) => {
                let what = format!("{method} {template}: {}", status.as_u16());
                *self.tally.odd.entry(what).or_default() += 1;
                (None, None)
            }
        }
    }
}

/// Whether the second answer to a request that must be carried out once is that of the first.
fn is_same(first: &Answer<Order>, second: &Answer<Order>) -> bool {
    match (first, second) {
        (Answer::Served(first), Answer::Served(second)) => {
            first.order == second.order && first.total == second.total
        }
        (Answer::Refused(first), Answer::Refused(second)) => first == second,
        _ => false,
    }
}
