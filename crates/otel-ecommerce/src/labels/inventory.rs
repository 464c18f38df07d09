//! What is in stock, and what becomes of what is set aside.

otel_core::labels! {
    /// What became of a reservation.
    pub enum ReservationResult: "ecommerce.inventory.reservation.result" {
        /// Everything was set aside.
        Reserved = "reserved",
        /// A part of it was set aside, and of the rest there is not enough.
        Partial = "partial",
        /// There is not enough of anything in it.
        OutOfStock = "out_of_stock",
        /// It could not be done.
        Failed = "failed",
        /// Nobody said.
        Abandoned = "abandoned",
    }

    /// Why something that was set aside is for sale again.
    pub enum ReleaseReason: "ecommerce.inventory.release.reason" {
        /// Nobody bought it in time.
        Expired = "expired",
        /// Its order was cancelled.
        Cancelled = "cancelled",
        /// It could not be paid for.
        Unpaid = "unpaid",
        /// It came back.
        Returned = "returned",
        /// Somebody put the stock right.
        Corrected = "corrected",
    }

    /// Why stock could not be set aside.
    pub enum InventoryFailure: "error.type" {
        /// Somebody else was faster, again and again.
        Contention = "contention",
        /// It took too long.
        Timeout = "timeout",
        /// The stock could not be asked.
        Unavailable = "unavailable",
        /// Anything else.
        Internal = "internal",
    }
}
