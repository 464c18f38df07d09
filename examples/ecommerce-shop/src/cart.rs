//! Carts: one for each session, and how far its owner has come with it.

use otel_core::{Currency, Money, Sensitive};
use otel_ecommerce::ids::ProductId;
use otel_ecommerce::invalid::Invalid;
use otel_ecommerce::inventory::Line;

use crate::database::{Database, DatabaseError, Statement, Work};
use crate::refusal::Refusal;
use crate::words;

static PUT: Statement = Statement::new(
    "INSERT INTO cart_items (session, sku, quantity) SELECT $1, sku, CAST($2 AS BIGINT) FROM products WHERE sku = $3 \
     ON CONFLICT (session, sku) DO UPDATE SET quantity = excluded.quantity",
);
static REMOVE: Statement = Statement::new("DELETE FROM cart_items WHERE session = $1 AND sku = $2");
static CONTENTS: Statement = Statement::new(
    "SELECT cart_items.sku, cart_items.quantity, products.price FROM cart_items \
     JOIN products ON products.sku = cart_items.sku WHERE cart_items.session = $1 ORDER BY cart_items.sku",
);
static TAKE: Statement = Statement::new("DELETE FROM cart_items WHERE session = $1 RETURNING sku, quantity");
static PUT_BACK: Statement = Statement::new(
    "INSERT INTO cart_items (session, sku, quantity) VALUES ($1, $2, $3) ON CONFLICT (session, sku) DO NOTHING",
);
static SHIP: Statement = Statement::new(
    "INSERT INTO checkouts (session, address) VALUES ($1, $2) \
     ON CONFLICT (session) DO UPDATE SET address = excluded.address",
);
static ADDRESS: Statement = Statement::new("SELECT address FROM checkouts WHERE session = $1");

/// The most products in a cart, and the most pieces of one.
const MOST_LINES: usize = 100;
const MOST_PIECES: u32 = 1_000;

/// The carts there are.
#[derive(Clone, Debug)]
pub(crate) struct Carts {
    database: Database,
    currency: Currency,
}

/// So many pieces of a product, at a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) price: i64,
}

/// What is in a cart, by the names of the products.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    pub(crate) items: Vec<Item>,
    pub(crate) total: Money,
    pub(crate) pieces: u32,
}

/// Where a parcel goes to.
#[derive(Debug)]
pub(crate) struct PostalAddress(Sensitive<String>);

impl Item {
    pub(crate) fn read((sku, quantity, price): (String, i64, i64)) -> Result<Self, Refusal> {
        Ok(Self { sku, quantity: u32::try_from(quantity).map_err(|_| Refusal::Unavailable)?, price })
    }

    /// What is told of it.
    pub(crate) fn line(&self) -> Result<Line<'_>, Invalid> {
        Line::new(ProductId(&self.sku), self.quantity)
    }
}

impl Contents {
    /// What these items cost together.
    ///
    /// # Errors
    ///
    /// When nobody could pay it.
    pub(crate) fn new(items: Vec<Item>, currency: Currency) -> Result<Self, Refusal> {
        let cost = |item: &Item| item.price.checked_mul(i64::from(item.quantity));
        let total = items.iter().try_fold(0_i64, |sum, item| sum.checked_add(cost(item)?));
        let pieces = items.iter().try_fold(0_u32, |sum, item| sum.checked_add(item.quantity));
        let (Some(total), Some(pieces)) = (total, pieces) else { return Err(Refusal::Validation) };
        Ok(Self { items, total: Money::from_minor(total, currency), pieces })
    }

    /// As it is said.
    pub(crate) fn said(&self) -> words::Cart {
        let line = |item: &Item| words::Line { sku: item.sku.clone(), quantity: item.quantity };
        words::Cart { lines: self.items.iter().map(line).collect(), total: words::Price::of(self.total) }
    }
}

impl words::Price {
    pub(crate) fn of(amount: Money) -> Self {
        Self { minor: amount.minor(), currency: amount.currency().code().to_owned() }
    }
}

impl PostalAddress {
    /// Reads an address: 1 to 500 characters, of which lines may end.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let can_be_written = text.chars().all(|letter| letter == '\n' || !letter.is_control());
        let is_address = (1..=500).contains(&text.chars().count()) && can_be_written;
        if is_address { Ok(Self(Sensitive::new(text.to_owned()))) } else { Err(Refusal::Validation) }
    }
}

impl Carts {
    pub(crate) fn new(database: &Database, currency: Currency) -> Self {
        Self { database: database.clone(), currency }
    }

    /// What is in the cart of a session.
    pub(crate) async fn contents(&self, session: &str) -> Result<Contents, Refusal> {
        let rows: Vec<(String, i64, i64)> = self.database.rows(CONTENTS.bind(session)).await?;
        let items = rows.into_iter().map(Item::read).collect::<Result<_, _>>()?;
        Contents::new(items, self.currency)
    }

    /// From now on so many of a product are in it; none takes it out.
    pub(crate) async fn put(&self, session: &str, sku: &str, quantity: u32) -> Result<Contents, Refusal> {
        if quantity > MOST_PIECES {
            return Err(Refusal::Validation);
        }
        let touched = match quantity {
            0 => self.database.execute(REMOVE.bind(session).bind(sku)).await?,
            _ => self.database.execute(PUT.bind(session).bind(i64::from(quantity)).bind(sku)).await?,
        };
        let contents = self.contents(session).await?;
        match contents.items.len() {
            _ if touched == 0 => Err(Refusal::NotFound),
            0..=MOST_LINES => Ok(contents),
            _ => {
                self.database.execute(REMOVE.bind(session).bind(sku)).await?;
                Err(Refusal::Validation)
            }
        }
    }

    /// What is in it, if there is something to check out.
    pub(crate) async fn filled(&self, session: &str) -> Result<Contents, Refusal> {
        let contents = self.contents(session).await?;
        if contents.items.is_empty() { Err(Refusal::Conflict) } else { Ok(contents) }
    }

    /// Says where to send it.
    pub(crate) async fn ship(&self, session: &str, address: &PostalAddress) -> Result<(), Refusal> {
        self.database.execute(SHIP.bind(session).bind(address.0.expose())).await?;
        Ok(())
    }

    /// Where to send it, if anybody said so.
    pub(crate) async fn address(&self, session: &str) -> Result<Option<String>, DatabaseError> {
        let row: Option<(Option<String>,)> = self.database.row(ADDRESS.bind(session)).await?;
        Ok(row.and_then(|(address,)| address))
    }
}

/// Takes everything out of a cart, for an order; what is there must be what was priced.
///
/// # Errors
///
/// When it is something else, because somebody bought or changed it meanwhile; then `work` has to be dropped.
pub(crate) async fn take(work: &mut Work<'_>, session: &str, expected: &[Item]) -> Result<(), Refusal> {
    let mut taken: Vec<(String, i64)> = work.rows(TAKE.bind(session)).await?;
    taken.sort_unstable();
    let is_expected = |(item, (sku, quantity)): (&Item, &(String, i64))| {
        item.sku == *sku && i64::from(item.quantity) == *quantity
    };
    let is_same = taken.len() == expected.len() && expected.iter().zip(&taken).all(is_expected);
    if is_same { Ok(()) } else { Err(Refusal::Conflict) }
}

/// Puts back into a cart what was not bought in the end; what its owner put there meanwhile stays.
pub(crate) async fn put_back(
    work: &mut Work<'_>,
    session: &str,
    items: &[Item],
) -> Result<u64, DatabaseError> {
    let calls =
        items.iter().map(|item| PUT_BACK.bind(session).bind(&item.sku).bind(i64::from(item.quantity)));
    work.batch(&PUT_BACK, calls.collect()).await
}
