//! What is there of each product: pieces are set aside as a whole, and never below nothing.

use otel_ecommerce::Observability;
use otel_ecommerce::ids::OrderId;
use otel_ecommerce::labels::{InventoryFailure, StoreFailure};

use crate::cart::Item;
use crate::database::{DatabaseError, Statement, Work};
use crate::refusal::Refusal;

// The condition is part of the change, so no two buyers get the same piece.
static TAKE: Statement =
    Statement::new("UPDATE stock SET pieces = pieces - $1 WHERE sku = $2 AND pieces >= $3");
static RETURN: Statement = Statement::new("UPDATE stock SET pieces = pieces + $1 WHERE sku = $2");

/// Sets aside what an order needs. All do so in the order of the products' names, so no two wait for each other.
///
/// # Errors
///
/// When something is short, or the database fails; then `work` has to be dropped, and nothing is set aside.
pub(crate) async fn reserve(
    observability: &Observability,
    work: &mut Work<'_>,
    order: &str,
    items: &[Item],
) -> Result<(), Refusal> {
    let mut span = observability.reserve_inventory();
    span.set_order(OrderId(order))?;
    match span.wrap(take_all(work, items)).await {
        Ok(None) => {
            for item in items {
                span.line_reserved(&item.line()?);
            }
            span.finish();
            Ok(())
        }
        Ok(Some(short)) => {
            span.line_reserved(&short.line()?.only(0)?);
            span.finish();
            Err(Refusal::OutOfStock)
        }
        Err(error) => {
            span.failed(match error.failure() {
                StoreFailure::Conflict => InventoryFailure::Contention,
                StoreFailure::Timeout => InventoryFailure::Timeout,
                _ => InventoryFailure::Unavailable,
            });
            Err(error.into())
        }
    }
}

/// Puts pieces back.
pub(crate) async fn put_back(work: &mut Work<'_>, items: &[Item]) -> Result<u64, DatabaseError> {
    let calls = items.iter().map(|item| RETURN.bind(i64::from(item.quantity)).bind(&item.sku));
    work.batch(&RETURN, calls.collect()).await
}

/// Takes the pieces of each item, and says of which there are too few.
async fn take_all<'i>(work: &mut Work<'_>, items: &'i [Item]) -> Result<Option<&'i Item>, DatabaseError> {
    for item in items {
        let pieces = i64::from(item.quantity);
        if work.execute(TAKE.bind(pieces).bind(&item.sku).bind(pieces)).await? == 0 {
            return Ok(Some(item));
        }
    }
    Ok(None)
}
