//! What positions are counted by.

otel_core::labels! {
    /// What a trade did to a position.
    pub enum PositionChange: "trading.position.change" {
        /// There was none.
        Opened = "opened",
        /// It grew.
        Increased = "increased",
        /// It shrank.
        Reduced = "reduced",
        /// Nothing is left of it.
        Closed = "closed",
        /// It went from long to short, or back.
        Reversed = "reversed",
    }

    /// Why something said of a position was not taken in.
    pub enum PositionRefusal: "trading.position.refusal" {
        /// There is no room for another position.
        NoRoom = "no_room",
        /// The quantity, the limit or the side says nothing.
        Quantity = "quantity",
        /// The position is in another currency.
        Currency = "currency",
        /// The position belongs to another group.
        Group = "group",
        /// There is no such position.
        Unknown = "unknown",
        /// The amount cannot be held.
        TooLarge = "too_large",
    }

    /// How a position differs from an external statement.
    pub enum BreakKind: "trading.position.break.kind" {
        /// Both know it, with different quantities.
        Quantity = "quantity",
        /// Only the statement has it.
        MissingHere = "missing_here",
        /// Only we have it.
        MissingThere = "missing_there",
    }
}
