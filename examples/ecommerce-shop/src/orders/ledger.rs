//! Orders in the database.

use std::time::Duration;

use otel_core::{Currency, Money};
use otel_ecommerce::Observability;

use super::purchase::Draft;
use crate::cart::{self, Contents, Item};
use crate::clock::{Clock, seconds};
use crate::database::{Database, Statement};
use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::stock;
use crate::words;

static CLAIM: Statement = Statement::new(
    "INSERT INTO purchases (session, idempotency_key, order_id) VALUES ($1, $2, $3) \
     ON CONFLICT (session, idempotency_key) DO NOTHING",
);
static ANSWER: Statement = Statement::new(
    "SELECT order_id, answer, total FROM purchases WHERE session = $1 AND idempotency_key = $2",
);
static SETTLE: Statement = Statement::new(
    "UPDATE purchases SET answer = $1, total = $2 WHERE session = $3 AND idempotency_key = $4",
);
static PLACE: Statement = Statement::new(
    "INSERT INTO orders (id, session, user_id, address, total, currency, items, status, placed_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'reserved', $8)",
);
static PLACE_LINE: Statement =
    Statement::new("INSERT INTO order_lines (order_id, sku, quantity, price) VALUES ($1, $2, $3, $4)");
static PAID: Statement =
    Statement::new("UPDATE orders SET status = 'paid', payment = $1 WHERE id = $2 AND status = 'reserved'");
// Whose turn it is, is in the condition: of two that come at the same time, one changes the row.
static COME: Statement = Statement::new("UPDATE orders SET status = $1 WHERE id = $2 AND status = $3");
static FIND: Statement = Statement::new(
    "SELECT status, total, items, payment FROM orders WHERE id = $1 AND (session = $2 OR user_id = $3)",
);
static LINES: Statement =
    Statement::new("SELECT sku, quantity, price FROM order_lines WHERE order_id = $1 ORDER BY sku");

static FORGOTTEN: Statement = Statement::new(
    "SELECT id, session FROM orders WHERE status = 'reserved' AND placed_at <= $1 ORDER BY id LIMIT 1000",
);

/// No order is being paid for as long as this: whoever was at it is dead.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// The word for a purchase that went well, among those for why others did not.
const BOUGHT: &str = "bought";

/// The orders there are, and the answers that were given.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    database: Database,
    clock: Clock,
    currency: Currency,
}

/// What an order is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Its pieces are set aside, and it is being paid for.
    Reserved,
    /// It came to nothing, and its pieces are for sale again.
    Failed,
    /// It is paid for.
    Paid,
    /// Its money is being given back.
    Refunding,
    /// Its money was given back, and its pieces are for sale again.
    Refunded,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Failed => "failed",
            Self::Paid => "paid",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }
}

/// Whether a purchase is made for the first time.
pub(super) enum Claim {
    /// It is.
    New,
    /// It was made, and this was the answer.
    Made(Result<words::Order, Refusal>),
}

/// An order that was placed before.
pub(super) struct Placed {
    pub(super) is_paid: bool,
    pub(super) total: Money,
    pub(super) pieces: u32,
    pub(super) payment: String,
}

impl Ledger {
    pub(crate) fn new(database: &Database, clock: &Clock, currency: Currency) -> Self {
        Self { database: database.clone(), clock: clock.clone(), currency }
    }

    /// Says that this purchase is about to be made: by whoever is first.
    pub(super) async fn claim(&self, session: &str, key: &str, order: &str) -> Result<Claim, Refusal> {
        if self.database.execute(CLAIM.bind(session).bind(key).bind(order)).await? == 1 {
            return Ok(Claim::New);
        }
        let row: Option<(String, Option<String>, Option<i64>)> =
            self.database.row(ANSWER.bind(session).bind(key)).await?;
        match row {
            Some((order, Some(answer), total)) => Ok(Claim::Made(self.read(order, &answer, total))),
            // Another process is at it.
            _ => Err(Refusal::Conflict),
        }
    }

    /// Keeps the answer, for whoever asks again.
    pub(super) async fn settle(
        &self,
        (session, key): (&str, &str),
        answer: &Result<words::Order, Refusal>,
    ) -> Result<(), Refusal> {
        let (word, total) = match answer {
            Ok(order) => (BOUGHT, Some(order.total.minor)),
            Err(refusal) => (refusal.failure().as_str(), None),
        };
        self.database.execute(SETTLE.bind(word).bind(total).bind(session).bind(key)).await?;
        Ok(())
    }

    /// Places an order: its pieces leave the cart and are set aside. All of it, or nothing.
    pub(super) async fn place(
        &self,
        observability: &Observability,
        visitor: &Visitor,
        draft: &Draft,
        address: Option<String>,
    ) -> Result<(), Refusal> {
        let Draft { id, contents } = draft;
        let mut work = self.database.begin().await?;
        cart::take(&mut work, &visitor.session, &contents.items).await?;
        stock::reserve(observability, &mut work, id, &contents.items).await?;
        let order = PLACE.bind(id).bind(&visitor.session).bind(visitor.user.as_deref()).bind(address);
        let order = order.bind(contents.total.minor()).bind(contents.total.currency().code());
        work.execute(order.bind(i64::from(contents.pieces)).bind(seconds(self.clock.now()))).await?;
        let lines = contents
            .items
            .iter()
            .map(|item| PLACE_LINE.bind(id).bind(&item.sku).bind(i64::from(item.quantity)).bind(item.price));
        work.batch(&PLACE_LINE, lines.collect()).await?;
        Ok(work.commit().await?)
    }

    /// An order came to nothing: its pieces are for sale again, and in the cart.
    pub(super) async fn give_up(&self, session: &str, draft: &Draft) -> Result<(), Refusal> {
        let mut work = self.database.begin().await?;
        let failed = COME.bind(Status::Failed.as_str()).bind(&draft.id).bind(Status::Reserved.as_str());
        if work.execute(failed).await? == 0 {
            return Err(Refusal::Conflict);
        }
        stock::put_back(&mut work, &draft.contents.items).await?;
        cart::put_back(&mut work, session, &draft.contents.items).await?;
        Ok(work.commit().await?)
    }

    /// Orders that a dead process left with their pieces set aside, and whose they are.
    pub(super) async fn forgotten(&self) -> Result<Vec<(Draft, String)>, Refusal> {
        let until = seconds(self.clock.now()) - FORGOTTEN_AFTER.as_secs().cast_signed();
        let rows: Vec<(String, String)> = self.database.rows(FORGOTTEN.bind(until)).await?;
        let mut forgotten = Vec::with_capacity(rows.len());
        for (id, session) in rows {
            let contents = Contents::new(self.items(&id).await?, self.currency)?;
            forgotten.push((Draft { id, contents }, session));
        }
        Ok(forgotten)
    }

    /// An order is paid for.
    pub(super) async fn paid(&self, order: &str, payment: &str) -> Result<(), Refusal> {
        match self.database.execute(PAID.bind(payment).bind(order)).await? {
            1 => Ok(()),
            _ => Err(Refusal::Conflict),
        }
    }

    /// An order of somebody, if it is theirs.
    pub(super) async fn find(&self, visitor: &Visitor, order: &str) -> Result<Placed, Refusal> {
        let find = FIND.bind(order).bind(&visitor.session).bind(visitor.user.as_deref());
        let row: Option<(String, i64, i64, Option<String>)> = self.database.row(find).await?;
        let (status, total, pieces, payment) = row.ok_or(Refusal::NotFound)?;
        Ok(Placed {
            is_paid: status == Status::Paid.as_str(),
            total: Money::from_minor(total, self.currency),
            pieces: u32::try_from(pieces).map_err(|_| Refusal::Unavailable)?,
            payment: payment.unwrap_or_default(),
        })
    }

    /// An order comes from one status to another, if it is there still.
    pub(super) async fn come(&self, order: &str, from: Status, to: Status) -> Result<(), Refusal> {
        match self.database.execute(COME.bind(to.as_str()).bind(order).bind(from.as_str())).await? {
            1 => Ok(()),
            _ => Err(Refusal::Conflict),
        }
    }

    /// The money of an order was given back, and its pieces are for sale again: these.
    pub(super) async fn refunded(&self, order: &str) -> Result<Vec<Item>, Refusal> {
        let items = self.items(order).await?;
        let mut work = self.database.begin().await?;
        let come = COME.bind(Status::Refunded.as_str()).bind(order).bind(Status::Refunding.as_str());
        if work.execute(come).await? == 0 {
            return Err(Refusal::Conflict);
        }
        stock::put_back(&mut work, &items).await?;
        work.commit().await?;
        Ok(items)
    }

    async fn items(&self, order: &str) -> Result<Vec<Item>, Refusal> {
        let rows: Vec<(String, i64, i64)> = self.database.rows(LINES.bind(order)).await?;
        rows.into_iter().map(Item::read).collect()
    }

    fn read(&self, order: String, answer: &str, total: Option<i64>) -> Result<words::Order, Refusal> {
        match (answer, total) {
            (BOUGHT, Some(total)) => {
                Ok(words::Order { order, total: words::Price::of(Money::from_minor(total, self.currency)) })
            }
            _ => Err(Refusal::of_purchase(answer)),
        }
    }
}
