//! What is sold.

mod generated;

use otel_core::{Currency, Sensitive};
use otel_ecommerce::kpi::SearchFacts;
use otel_ecommerce::labels::{SearchFailure, SearchOutcome, SearchType};
use otel_ecommerce::{KpiMonitor, Observability};

use crate::clock::Clock;
use crate::database::{Database, DatabaseError, Statement};
use crate::refusal::Refusal;
use crate::words::{Price, Product};

static FILL: Statement = Statement::new(
    "INSERT INTO products (sku, name, folded, price) VALUES ($1, $2, $3, $4) ON CONFLICT (sku) DO NOTHING",
);
static STOCK: Statement =
    Statement::new("INSERT INTO stock (sku, pieces) VALUES ($1, $2) ON CONFLICT (sku) DO NOTHING");
static FIND: Statement = Statement::new("SELECT sku, name, price FROM products WHERE sku = $1");
static SEARCH: Statement = Statement::new(
    "SELECT sku, name, price FROM products WHERE folded LIKE $1 ESCAPE '!' ORDER BY name, sku LIMIT 50",
);

/// The longest text that is searched for, in characters.
const LONGEST_QUERY: usize = 100;

/// What is sold.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue {
    database: Database,
    observability: Observability,
    kpi: KpiMonitor,
    clock: Clock,
    currency: Currency,
}

type Row = (String, String, i64);

impl Catalogue {
    pub(crate) fn new(
        database: &Database,
        observability: &Observability,
        kpi: &KpiMonitor,
        clock: &Clock,
        currency: Currency,
    ) -> Self {
        let (database, observability) = (database.clone(), observability.clone());
        Self { database, observability, kpi: kpi.clone(), clock: clock.clone(), currency }
    }

    /// Puts in what is not there yet; stock that is there stays as it is.
    pub(crate) async fn fill(&self, seed: u64) -> Result<(), DatabaseError> {
        let articles = generated::articles(seed);
        let products = articles
            .iter()
            .map(|it| FILL.bind(&it.sku).bind(&it.name).bind(it.name.to_lowercase()).bind(it.price));
        let pieces = articles.iter().map(|it| STOCK.bind(&it.sku).bind(it.pieces));
        let mut work = self.database.begin().await?;
        work.batch(&FILL, products.collect()).await?;
        work.batch(&STOCK, pieces.collect()).await?;
        work.commit().await
    }

    /// The product with this name.
    pub(crate) async fn product(&self, sku: &str) -> Result<Product, Refusal> {
        let row: Option<Row> = self.database.row(FIND.bind(sku)).await?;
        row.map(|row| self.listed(row)).ok_or(Refusal::NotFound)
    }

    /// The products with these words in their name, at most 50.
    pub(crate) async fn search(&self, words: &str) -> Result<Vec<Product>, Refusal> {
        let (words, started) = (words.trim(), self.clock.now());
        let span = self.observability.search_catalog(SearchType::Text, Sensitive::new(words));
        let length = span.query_length();
        let searched = match (1..=LONGEST_QUERY as u64).contains(&length) {
            true => span.wrap(self.named(words)).await,
            false => Err(Refusal::Validation),
        };
        let outcome = match &searched {
            Ok(found) => {
                span.found(found.len() as u64);
                SearchOutcome::Answered
            }
            Err(Refusal::Validation) => {
                span.failed(SearchFailure::Query);
                SearchOutcome::Rejected
            }
            Err(_) => {
                span.failed(SearchFailure::Unavailable);
                SearchOutcome::Failed
            }
        };
        self.kpi.track_search_performance(&SearchFacts {
            search_type: SearchType::Text,
            outcome,
            query_length: u32::try_from(length).ok(),
            results: searched.as_ref().map_or(0, |found| found.len() as u64),
            duration: self.clock.now().since(started),
        });
        searched
    }

    async fn named(&self, words: &str) -> Result<Vec<Product>, Refusal> {
        let rows: Vec<Row> = self.database.rows(SEARCH.bind(pattern(words))).await?;
        Ok(rows.into_iter().map(|row| self.listed(row)).collect())
    }

    fn listed(&self, (sku, name, minor): Row) -> Product {
        Product { sku, name, price: Price { minor, currency: self.currency.code().to_owned() } }
    }
}

/// What `LIKE` finds these words by: wildcards among them stand for themselves.
fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}
