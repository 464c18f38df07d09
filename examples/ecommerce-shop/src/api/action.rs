//! What somebody does, from the request to its answer.

use otel_core::Pseudonym;
use otel_ecommerce::ids::SessionId;
use otel_ecommerce::labels::{Action, Channel};

use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::shop::Shop;

/// Follows what a visitor does: everything that happens in `work` is inside of the span `user_action`.
pub(super) async fn does<T>(
    shop: &Shop,
    visitor: &Visitor,
    action: Action,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    follow(shop, visitor.pseudonym, Some(visitor.id()), action, work).await
}

/// The same for somebody who has no session.
pub(super) async fn stranger_does<T>(
    shop: &Shop,
    action: Action,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    follow(shop, shop.sessions().stranger()?, None, action, work).await
}

async fn follow<T>(
    shop: &Shop,
    who: Pseudonym,
    session: Option<SessionId<'_>>,
    action: Action,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let mut span = shop.observability().track_user_action(who, action);
    span.set_channel(Channel::Web);
    if let Some(session) = session {
        span.set_session(session)?;
    }
    let result = span.wrap(work).await;
    span.finish(result.as_ref().map(drop).map_err(|refusal| refusal.failure()));
    result
}
