//! Our events and what others call them: the one table, read in both directions.

use otel_core::EventDef;

use super as ours;

/// Whose names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Vocabulary {
    /// The recommended events of Google Analytics 4 about online sales and searches.
    Ga4,
    /// Segment's e-commerce specification v2; PostHog and RudderStack have the same names.
    Segment,
    /// The types of `snowplow_ecommerce_action` 1-0-2.
    Snowplow,
    /// The values of schema.org's `OrderStatus`.
    SchemaOrg,
}

/// Declares the events: our definition and the names of others, `None` where they have none.
macro_rules! events {
    ($(
        $(#[$doc:meta])*
        $kind:ident = $event:ident {
            ga4: $ga4:expr, segment: $segment:expr, snowplow: $snowplow:expr, schema_org: $schema_org:expr
        }
    )+) => {
        /// What happens in a shop that other vocabularies have a name for as well.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[$doc])* $kind,)+
        }

        impl EventKind {
            /// Every kind, in the order of a purchase.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Our own definition of it.
            pub const fn event(self) -> &'static EventDef {
                match self {
                    $(Self::$kind => &ours::$event,)+
                }
            }
        }

        impl Vocabulary {
            /// What this vocabulary calls it; `None` where it has no name for it.
            pub const fn name_of(self, kind: EventKind) -> Option<&'static str> {
                match (self, kind) {
                    $(
                        (Self::Ga4, EventKind::$kind) => $ga4,
                        (Self::Segment, EventKind::$kind) => $segment,
                        (Self::Snowplow, EventKind::$kind) => $snowplow,
                        (Self::SchemaOrg, EventKind::$kind) => $schema_org,
                    )+
                }
            }
        }
    };
}

impl Vocabulary {
    /// Every vocabulary.
    pub const ALL: &'static [Self] = &[Self::Ga4, Self::Segment, Self::Snowplow, Self::SchemaOrg];

    /// What has this name, written exactly so; `None` where nothing has.
    pub fn parse(self, name: &str) -> Option<EventKind> {
        EventKind::ALL.iter().copied().find(|kind| self.name_of(*kind) == Some(name))
    }
}

events! {
    /// Somebody searched.
    SearchPerformed = SEARCH_PERFORMED {
        ga4: Some("search"), segment: Some("Products Searched"), snowplow: None, schema_org: None
    }
    /// Somebody saw what a search found.
    SearchResultsViewed = SEARCH_RESULTS_VIEWED {
        ga4: Some("view_search_results"), segment: None, snowplow: None, schema_org: None
    }
    /// Somebody saw a list of products.
    ListViewed = LIST_VIEWED {
        ga4: Some("view_item_list"), segment: Some("Product List Viewed"),
        snowplow: Some("list_view"), schema_org: None
    }
    /// Somebody filtered or sorted a list of products.
    ListFiltered = LIST_FILTERED {
        ga4: None, segment: Some("Product List Filtered"), snowplow: None, schema_org: None
    }
    /// Somebody chose a product of a list.
    ProductSelected = PRODUCT_SELECTED {
        ga4: Some("select_item"), segment: Some("Product Clicked"),
        snowplow: Some("list_click"), schema_org: None
    }
    /// Somebody saw a product.
    ProductViewed = PRODUCT_VIEWED {
        ga4: Some("view_item"), segment: Some("Product Viewed"),
        snowplow: Some("product_view"), schema_org: None
    }
    /// Somebody told others of a product.
    ProductShared = PRODUCT_SHARED {
        ga4: None, segment: Some("Product Shared"), snowplow: None, schema_org: None
    }
    /// Somebody reviewed a product.
    ProductReviewed = PRODUCT_REVIEWED {
        ga4: None, segment: Some("Product Reviewed"), snowplow: None, schema_org: None
    }
    /// Somebody saw a promotion.
    PromotionViewed = PROMOTION_VIEWED {
        ga4: Some("view_promotion"), segment: Some("Promotion Viewed"),
        snowplow: Some("promo_view"), schema_org: None
    }
    /// Somebody followed a promotion.
    PromotionSelected = PROMOTION_SELECTED {
        ga4: Some("select_promotion"), segment: Some("Promotion Clicked"),
        snowplow: Some("promo_click"), schema_org: None
    }
    /// Somebody put a product on a wish list.
    WishlistItemAdded = WISHLIST_ITEM_ADDED {
        ga4: Some("add_to_wishlist"), segment: Some("Product Added to Wishlist"),
        snowplow: None, schema_org: None
    }
    /// Somebody took a product off a wish list.
    WishlistItemRemoved = WISHLIST_ITEM_REMOVED {
        ga4: None, segment: Some("Product Removed from Wishlist"), snowplow: None, schema_org: None
    }
    /// Somebody put a product of a wish list into a cart.
    WishlistItemMoved = WISHLIST_ITEM_MOVED {
        ga4: None, segment: Some("Wishlist Product Added to Cart"), snowplow: None, schema_org: None
    }
    /// Somebody put a product into a cart.
    CartItemAdded = CART_ITEM_ADDED {
        ga4: Some("add_to_cart"), segment: Some("Product Added"),
        snowplow: Some("add_to_cart"), schema_org: None
    }
    /// Somebody took a product out of a cart.
    CartItemRemoved = CART_ITEM_REMOVED {
        ga4: Some("remove_from_cart"), segment: Some("Product Removed"),
        snowplow: Some("remove_from_cart"), schema_org: None
    }
    /// Somebody looked at a cart.
    CartViewed = CART_VIEWED {
        ga4: Some("view_cart"), segment: Some("Cart Viewed"), snowplow: None, schema_org: None
    }
    /// Somebody told others of a cart.
    CartShared = CART_SHARED {
        ga4: None, segment: Some("Cart Shared"), snowplow: None, schema_org: None
    }
    /// Somebody entered a coupon.
    CouponEntered = COUPON_ENTERED {
        ga4: None, segment: Some("Coupon Entered"), snowplow: None, schema_org: None
    }
    /// A coupon was taken.
    CouponApplied = COUPON_APPLIED {
        ga4: None, segment: Some("Coupon Applied"), snowplow: None, schema_org: None
    }
    /// A coupon was not taken.
    CouponDenied = COUPON_DENIED {
        ga4: None, segment: Some("Coupon Denied"), snowplow: None, schema_org: None
    }
    /// Somebody took a coupon back.
    CouponRemoved = COUPON_REMOVED {
        ga4: None, segment: Some("Coupon Removed"), snowplow: None, schema_org: None
    }
    /// Somebody began to check out.
    CheckoutStarted = CHECKOUT_STARTED {
        ga4: Some("begin_checkout"), segment: Some("Checkout Started"), snowplow: None, schema_org: None
    }
    /// Somebody came to a step of the checkout.
    CheckoutStepViewed = CHECKOUT_STEP_VIEWED {
        ga4: None, segment: Some("Checkout Step Viewed"), snowplow: None, schema_org: None
    }
    /// Somebody completed a step of the checkout.
    CheckoutStepCompleted = CHECKOUT_STEP_COMPLETED {
        ga4: None, segment: Some("Checkout Step Completed"),
        snowplow: Some("checkout_step"), schema_org: None
    }
    /// Somebody said how it is to be sent.
    ShippingChosen = CHECKOUT_SHIPPING_CHOSEN {
        ga4: Some("add_shipping_info"), segment: None, snowplow: None, schema_org: None
    }
    /// Somebody said how it is to be paid.
    PaymentChosen = CHECKOUT_PAYMENT_CHOSEN {
        ga4: Some("add_payment_info"), segment: Some("Payment Info Entered"),
        snowplow: None, schema_org: None
    }
    /// A payment was declined.
    PaymentDeclined = PAYMENT_DECLINED {
        ga4: None, segment: None, snowplow: Some("trns_error"), schema_org: Some("OrderPaymentDue")
    }
    /// An order was placed.
    OrderCompleted = ORDER_COMPLETED {
        ga4: Some("purchase"), segment: Some("Order Completed"),
        snowplow: Some("transaction"), schema_org: Some("OrderProcessing")
    }
    /// An order was changed.
    OrderUpdated = ORDER_UPDATED {
        ga4: None, segment: Some("Order Updated"), snowplow: None, schema_org: None
    }
    /// An order was cancelled.
    OrderCancelled = ORDER_CANCELLED {
        ga4: None, segment: Some("Order Cancelled"), snowplow: None, schema_org: Some("OrderCancelled")
    }
    /// Money of an order was given back.
    OrderRefunded = ORDER_REFUNDED {
        ga4: Some("refund"), segment: Some("Order Refunded"),
        snowplow: Some("refund"), schema_org: Some("OrderReturned")
    }
}

impl EventKind {
    /// Whether Segment tells its one product beside everything else, and not in a list.
    pub(crate) const fn is_flat_in_segment(self) -> bool {
        matches!(
            self,
            Self::ProductSelected
                | Self::ProductViewed
                | Self::ProductShared
                | Self::ProductReviewed
                | Self::WishlistItemAdded
                | Self::WishlistItemRemoved
                | Self::WishlistItemMoved
                | Self::CartItemAdded
                | Self::CartItemRemoved
        )
    }

    pub(crate) const fn is_about_a_coupon(self) -> bool {
        matches!(self, Self::CouponEntered | Self::CouponApplied | Self::CouponDenied | Self::CouponRemoved)
    }

    pub(crate) const fn is_about_a_promotion(self) -> bool {
        matches!(self, Self::PromotionViewed | Self::PromotionSelected)
    }

    pub(crate) const fn is_about_a_list(self) -> bool {
        matches!(self, Self::ListViewed | Self::ListFiltered)
    }

    /// Whether Segment has a `revenue` in it, as in everything about an order that is or will be.
    pub(crate) const fn has_revenue_in_segment(self) -> bool {
        matches!(
            self,
            Self::CheckoutStarted | Self::OrderCompleted | Self::OrderUpdated | Self::OrderCancelled
        )
    }
}
