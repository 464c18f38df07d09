//! How is searched.

otel_core::labels! {
    /// What a search goes by.
    pub enum SearchType: "ecommerce.search.type" {
        /// Words that were entered.
        Text = "text",
        /// What is offered while words are entered.
        Suggestion = "suggestion",
        /// A category, with or without filters.
        Category = "category",
        /// A picture.
        Image = "image",
        /// Something spoken.
        Voice = "voice",
        /// What is like something else.
        Similar = "similar",
        /// Anything else.
        Other = "other",
    }

    /// Why a search failed.
    pub enum SearchFailure: "error.type" {
        /// The query makes no sense.
        Query = "query",
        /// It took too long.
        Timeout = "timeout",
        /// The index could not be asked.
        Unavailable = "unavailable",
        /// Anything else.
        Internal = "internal",
        /// Nobody waited for the answer, or said what it was.
        Abandoned = "abandoned",
    }
}

impl SearchFailure {
    /// Whether the shop is to blame, and not who searched: what makes an error of the span.
    pub const fn is_fault(self) -> bool {
        !matches!(self, Self::Query | Self::Abandoned)
    }
}
