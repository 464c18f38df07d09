//! What events in the words of others are counted by.

otel_core::labels! {
    /// Why an event in the words of others was not taken.
    pub enum EventRefusal: "ecommerce.vocabulary.refusal" {
        /// There is no such event.
        Unknown = "unknown",
        /// It cannot be read, or is too long.
        Malformed = "malformed",
        /// A currency that does not exist, is not said, or is another one.
        Currency = "currency",
        /// A number that cannot be what it stands for.
        Number = "number",
        /// Something else that no event may have.
        Content = "content",
        /// It has no time, or is said to have happened in the future.
        Time = "time",
    }
}
