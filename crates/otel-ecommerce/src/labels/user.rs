//! What people do in a shop, and why it fails.

otel_core::labels! {
    /// What somebody does in the shop: the steps that GA4, Segment and Snowplow know, and what is done with an account.
    pub enum Action: "ecommerce.user.action.name" {
        /// Looks around.
        Browse = "browse",
        /// Searches the catalogue.
        Search = "search",
        /// Looks at a list of products.
        ViewItemList = "view_item_list",
        /// Chooses one of a list.
        SelectItem = "select_item",
        /// Looks at a product.
        ViewItem = "view_item",
        /// Looks at a promotion.
        ViewPromotion = "view_promotion",
        /// Follows a promotion.
        SelectPromotion = "select_promotion",
        /// Remembers a product.
        AddToWishlist = "add_to_wishlist",
        /// Puts something into the cart.
        AddToCart = "add_to_cart",
        /// Takes something out of the cart.
        RemoveFromCart = "remove_from_cart",
        /// Looks at the cart.
        ViewCart = "view_cart",
        /// Enters a coupon.
        ApplyCoupon = "apply_coupon",
        /// Begins the checkout.
        BeginCheckout = "begin_checkout",
        /// Says where to send it.
        AddShippingInfo = "add_shipping_info",
        /// Says how to pay.
        AddPaymentInfo = "add_payment_info",
        /// Buys.
        Purchase = "purchase",
        /// Looks at an order.
        ViewOrder = "view_order",
        /// Asks where a parcel is.
        TrackOrder = "track_order",
        /// Cancels an order.
        CancelOrder = "cancel_order",
        /// Announces a return.
        ReturnOrder = "return_order",
        /// Asks for money back.
        RequestRefund = "request_refund",
        /// Writes a review.
        WriteReview = "write_review",
        /// Asks somebody.
        ContactSupport = "contact_support",
        /// Opens an account.
        SignUp = "sign_up",
        /// Logs in.
        Login = "login",
        /// Logs out.
        Logout = "logout",
        /// Changes a password, or sets a forgotten one anew.
        ChangePassword = "change_password",
        /// Changes the address that mail goes to.
        ChangeEmail = "change_email",
        /// Changes where parcels go.
        ChangeAddress = "change_address",
        /// Changes what the shop may do with their data, or a subscription.
        ChangeConsent = "change_consent",
        /// Deletes the account.
        DeleteAccount = "delete_account",
        /// Anything else.
        Other = "other",
    }

    /// Where an account was opened.
    pub enum RegistrationSource: "ecommerce.user.registration.source" {
        /// On the page for it.
        Form = "form",
        /// In the middle of a checkout.
        Checkout = "checkout",
        /// With an account elsewhere.
        IdentityProvider = "identity_provider",
        /// By an invitation.
        Invitation = "invitation",
        /// By the shop's staff.
        Staff = "staff",
        /// Taken over from another system.
        Import = "import",
        /// Anything else.
        Other = "other",
    }

    /// What became of a registration, as far as it leaves the process.
    pub enum RegistrationResult: "ecommerce.user.registration.result" {
        /// There is an account more.
        Created = "created",
        /// What was entered is not accepted: this is all that is said of an address that is taken.
        Refused = "refused",
        /// The shop could not do it.
        Unavailable = "unavailable",
        /// Nobody said.
        Abandoned = "abandoned",
        /// The code that did it panicked.
        Panic = "panic",
    }
}

otel_core::labels! {
    /// Why something that somebody did in the shop failed.
    pub enum ActionFailure: "error.type" {
        /// What was entered is not valid.
        Validation = "validation",
        /// Nobody knows who it is.
        Unauthenticated = "unauthenticated",
        /// They may not.
        Forbidden = "forbidden",
        /// There is no such thing.
        NotFound = "not_found",
        /// Somebody else, or they themselves, changed it meanwhile.
        Conflict = "conflict",
        /// It is sold out.
        OutOfStock = "out_of_stock",
        /// The issuer of the card did not agree.
        PaymentDeclined = "payment_declined",
        /// It was too often.
        RateLimited = "rate_limited",
        /// It ended before anybody said how.
        Abandoned = "abandoned",
        /// The payment could not be made, and not because of its issuer.
        PaymentFailed = "payment_failed",
        /// It took too long.
        Timeout = "timeout",
        /// Something it needs was not there.
        Unavailable = "unavailable",
        /// Anything else that is wrong with the shop.
        Internal = "internal",
        /// The code that did it panicked.
        Panic = "panic",
    }
}

impl ActionFailure {
    /// Whether the shop is to blame, and not who asked, or their bank: what makes an error of the span, as 5xx and not
    /// 4xx does of one of HTTP.
    pub const fn is_fault(self) -> bool {
        match self {
            Self::PaymentFailed | Self::Timeout | Self::Unavailable | Self::Internal | Self::Panic => true,
            Self::Validation
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::OutOfStock
            | Self::PaymentDeclined
            | Self::RateLimited
            | Self::Abandoned => false,
        }
    }
}
