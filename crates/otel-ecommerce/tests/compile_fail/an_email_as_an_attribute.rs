//! An address is no user, no visit and no text of a shop: somebody who acts is a pseudonym.

use otel_core::{Sensitive, Telemetry};
use otel_ecommerce::Observability;
use otel_ecommerce::ids::SessionId;
use otel_ecommerce::labels::Action;

fn main() {
    let mail = Sensitive::new("mia@example.org");
    let shop = Observability::new(&Telemetry::noop());
    let _ = shop.track_user_action(mail, Action::Login);
    let _ = shop.track_user_action("mia@example.org", Action::Login);
    let _ = SessionId(mail);
}
