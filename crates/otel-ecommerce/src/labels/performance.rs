//! What requests to the shop are told apart by.

otel_core::labels! {
    /// What a request to the shop is for.
    pub enum RouteClass: "ecommerce.api.route.class" {
        /// Looking around: home, categories, recommendations.
        Browse = "browse",
        /// Searching.
        Search = "search",
        /// One product.
        Product = "product",
        /// The cart.
        Cart = "cart",
        /// Checking out, with addresses and shipping.
        Checkout = "checkout",
        /// Paying.
        Payment = "payment",
        /// Signing up, logging in, an account.
        Account = "account",
        /// What becomes of orders: shipping, invoices, returns.
        Fulfilment = "fulfilment",
        /// The shop's staff.
        Admin = "admin",
        /// Anything else.
        Other = "other",
    }

    /// What became of a request, as far as the shop is to blame.
    pub enum RequestOutcome: "ecommerce.api.outcome" {
        /// It was answered.
        Answered = "answered",
        /// It was not one that can be answered: the client's fault.
        Refused = "refused",
        /// It failed, or was not answered in time: the shop's fault.
        Failed = "failed",
    }

    /// In which way the shop is not what it should be.
    pub enum IssueKind: "ecommerce.api.issue.kind" {
        /// Requests take too long on average.
        SlowMean = "slow_mean",
        /// One request in a hundred takes too long.
        SlowTail = "slow_tail",
        /// Too many requests fail.
        Errors = "errors",
        /// Requests fail so often that what is allowed in a month is used up within days.
        ErrorBudget = "error_budget",
    }

    /// Why a request was not judged.
    pub enum Unjudged: "ecommerce.api.unjudged" {
        /// It was reported more than six minutes after newer ones.
        Late = "late",
        /// It is to end only later.
        Future = "future",
    }
}
