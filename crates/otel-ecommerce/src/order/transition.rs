//! What an order may come to from what it is at.

use crate::labels::OrderStatus::{self, *};

/// What to make of an order being said to come to a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transition {
    /// It may come to it next.
    Expected,
    /// It may come to it, though not at once: steps in between were not told.
    Skipped,
    /// It is there already: services that call back do so at least once.
    Repeated,
    /// It was there, or never will be: the message was overtaken by others.
    Overtaken,
    /// It cannot come to it.
    Illegal,
}

use Transition::{Expected, Illegal, Overtaken, Repeated, Skipped};

/// What to make of an order at `from` being said to come to `to`.
///
/// schema.org names the statuses and leaves open what follows what; this is how shops work. An order is paid for,
/// prepared, fetched or sent, and delivered; what is bought without being sent is delivered at once. What is prepared can
/// become due again, as when a direct debit bounces. What is on its way is not cancelled any more: it comes back. What is
/// cancelled or came back stays so. A problem can befall everything else, and can end in anything.
pub const fn transition(from: OrderStatus, to: OrderStatus) -> Transition {
    if from as usize == to as usize {
        return Repeated;
    }
    match from {
        PaymentDue => match to {
            Processing | Cancelled | Problem => Expected,
            // Goods on invoice are sent before they are paid for, and some shops tell nothing in between.
            PickupAvailable | InTransit | Delivered => Skipped,
            PaymentDue | Returned => Illegal,
        },
        Processing => match to {
            PaymentDue | PickupAvailable | InTransit | Delivered | Cancelled | Problem => Expected,
            Processing | Returned => Illegal,
        },
        PickupAvailable => match to {
            // What nobody fetches goes back, and its order is cancelled or returned, as the shop sees it.
            Delivered | Cancelled | Returned | Problem => Expected,
            // A parcel is on its way to where it can be fetched.
            PaymentDue | Processing | InTransit => Overtaken,
            PickupAvailable => Illegal,
        },
        InTransit => match to {
            PickupAvailable | Delivered | Returned | Problem => Expected,
            PaymentDue | Processing => Overtaken,
            InTransit | Cancelled => Illegal,
        },
        Delivered => match to {
            Returned | Problem => Expected,
            PaymentDue | Processing | PickupAvailable | InTransit => Overtaken,
            Delivered | Cancelled => Illegal,
        },
        Cancelled => match to {
            PaymentDue | Processing => Overtaken,
            // What leaves the house although its order was cancelled is lost, unless somebody looks.
            PickupAvailable | InTransit | Delivered | Cancelled | Returned | Problem => Illegal,
        },
        Returned => match to {
            PaymentDue | Processing | PickupAvailable | InTransit | Delivered => Overtaken,
            Cancelled | Returned | Problem => Illegal,
        },
        Problem => Expected,
    }
}
