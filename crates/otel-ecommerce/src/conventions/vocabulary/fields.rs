//! The fields of events and items, and what others call them.

use otel_core::{Key, Minor, Text};

use super as ours;
use super::{EventKind, Vocabulary};
use crate::conventions::ORDER_ID;

macro_rules! fields {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $field,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$field,)+];
        }
    };
}

fields! {
    /// What an event says in words.
    TextField {
        /// The order.
        OrderId,
        /// The checkout. There is one before there is an order.
        CheckoutId,
        /// The cart.
        CartId,
        /// The code of the coupon on all of it.
        Coupon,
        /// The name of the coupon.
        CouponName,
        /// Why a coupon was denied.
        Denial,
        /// The shop, or who brought the customer to it.
        Affiliation,
        /// The list of products.
        ListId,
        /// The name of the list.
        ListName,
        /// The category that the list shows.
        ListCategory,
        /// How it is to be sent.
        ShippingMethod,
        /// How it is to be paid.
        PaymentMethod,
        /// The promotion.
        PromotionId,
        /// The name of the promotion.
        PromotionName,
        /// Which picture or text of the promotion.
        Creative,
        /// Where the promotion is shown.
        Slot,
        /// The wish list.
        WishlistId,
        /// The name of the wish list.
        WishlistName,
        /// Through what it is shared.
        ShareMethod,
        /// The review.
        ReviewId,
        /// The rating of the review.
        Rating,
    }
}

fields! {
    /// What an event says in money.
    AmountField {
        /// What the items are worth: the sum of price times quantity, without tax and shipping.
        Value,
        /// The tax.
        Tax,
        /// What it costs to send it.
        Shipping,
        /// What is taken off all of it.
        Discount,
    }
}

fields! {
    /// What is said of an item in words.
    ItemField {
        /// The product.
        Id,
        /// The number it has in the warehouse.
        Sku,
        /// Its name.
        Name,
        /// Its brand.
        Brand,
        /// Its category.
        Category,
        /// Its variant.
        Variant,
        /// The code of the coupon on this item.
        Coupon,
    }
}

impl TextField {
    /// What a vocabulary calls the field in an event; `None` where it has no name for it.
    pub const fn name_in(self, vocabulary: Vocabulary, kind: EventKind) -> Option<&'static str> {
        match vocabulary {
            Vocabulary::Ga4 => self.in_ga4(),
            Vocabulary::Segment => self.in_segment(kind),
            Vocabulary::Snowplow | Vocabulary::SchemaOrg => None,
        }
    }

    const fn in_ga4(self) -> Option<&'static str> {
        Some(match self {
            Self::OrderId => "transaction_id",
            Self::Coupon => "coupon",
            Self::ListId => "item_list_id",
            Self::ListName => "item_list_name",
            Self::ShippingMethod => "shipping_tier",
            Self::PaymentMethod => "payment_type",
            Self::PromotionId => "promotion_id",
            Self::PromotionName => "promotion_name",
            Self::Creative => "creative_name",
            Self::Slot => "creative_slot",
            Self::CheckoutId
            | Self::CartId
            | Self::CouponName
            | Self::Denial
            | Self::Affiliation
            | Self::ListCategory
            | Self::WishlistId
            | Self::WishlistName
            | Self::ShareMethod
            | Self::ReviewId
            | Self::Rating => return None,
        })
    }

    const fn in_segment(self, kind: EventKind) -> Option<&'static str> {
        Some(match self {
            // Segment asks for an order where there is none yet: what it gets is the checkout.
            Self::OrderId if matches!(kind, EventKind::CheckoutStarted) => return None,
            Self::CheckoutId if matches!(kind, EventKind::CheckoutStarted) => "order_id",
            Self::OrderId => "order_id",
            Self::CheckoutId => "checkout_id",
            Self::CartId => "cart_id",
            Self::Coupon if kind.is_about_a_coupon() => "coupon_id",
            // The coupon of the one product is in its place.
            Self::Coupon if kind.is_flat_in_segment() => return None,
            Self::Coupon => "coupon",
            Self::CouponName => "coupon_name",
            Self::Denial => "reason",
            Self::Affiliation => "affiliation",
            Self::ListId => "list_id",
            Self::ListCategory if kind.is_about_a_list() => "category",
            Self::ShippingMethod => "shipping_method",
            Self::PaymentMethod => "payment_method",
            Self::PromotionId => "promotion_id",
            Self::PromotionName if kind.is_about_a_promotion() => "name",
            Self::Creative => "creative",
            Self::Slot if kind.is_about_a_promotion() => "position",
            Self::WishlistId => "wishlist_id",
            Self::WishlistName => "wishlist_name",
            Self::ShareMethod => "share_via",
            Self::ReviewId => "review_id",
            Self::Rating => "rating",
            Self::ListName | Self::ListCategory | Self::PromotionName | Self::Slot => return None,
        })
    }

    /// The attribute it is told by.
    pub(crate) const fn key(self) -> &'static Key<Text> {
        match self {
            Self::OrderId => &ORDER_ID,
            Self::CheckoutId => &ours::CHECKOUT_ID,
            Self::CartId => &ours::CART_ID,
            Self::Coupon => &ours::COUPON_CODE,
            Self::CouponName => &ours::COUPON_NAME,
            Self::Denial => &ours::COUPON_DENIAL,
            Self::Affiliation => &ours::AFFILIATION,
            Self::ListId => &ours::LIST_ID,
            Self::ListName => &ours::LIST_NAME,
            Self::ListCategory => &ours::LIST_CATEGORY,
            Self::ShippingMethod => &ours::SHIPPING_METHOD,
            Self::PaymentMethod => &ours::PAYMENT_OPTION,
            Self::PromotionId => &ours::PROMOTION_ID,
            Self::PromotionName => &ours::PROMOTION_NAME,
            Self::Creative => &ours::PROMOTION_CREATIVE,
            Self::Slot => &ours::PROMOTION_SLOT,
            Self::WishlistId => &ours::WISHLIST_ID,
            Self::WishlistName => &ours::WISHLIST_NAME,
            Self::ShareMethod => &ours::SHARE_METHOD,
            Self::ReviewId => &ours::REVIEW_ID,
            Self::Rating => &ours::REVIEW_RATING,
        }
    }
}

impl AmountField {
    /// What a vocabulary calls the field in an event; `None` where it has no name for it.
    pub const fn name_in(self, vocabulary: Vocabulary, kind: EventKind) -> Option<&'static str> {
        Some(match (vocabulary, self) {
            (Vocabulary::Snowplow | Vocabulary::SchemaOrg, _) => return None,
            (_, Self::Tax) => "tax",
            (_, Self::Shipping) => "shipping",
            (Vocabulary::Segment, Self::Discount) => "discount",
            (Vocabulary::Ga4, Self::Discount) => return None,
            // Segment says of its `revenue` what GA4 says of `value`: without shipping and tax.
            (Vocabulary::Segment, Self::Value) if kind.has_revenue_in_segment() => "revenue",
            // A refund has nothing but a total there, which is what is given back.
            (Vocabulary::Segment, Self::Value) if matches!(kind, EventKind::OrderRefunded) => "total",
            (_, Self::Value) => EVENT_VALUE,
        })
    }

    /// The attribute it is told by.
    pub(crate) const fn key(self) -> &'static Key<Minor> {
        match self {
            Self::Value => &ours::AMOUNT_VALUE,
            Self::Tax => &ours::AMOUNT_TAX,
            Self::Shipping => &ours::AMOUNT_SHIPPING,
            Self::Discount => &ours::AMOUNT_DISCOUNT,
        }
    }
}

impl ItemField {
    /// What a vocabulary calls the field in an item; `None` where it has no name for it.
    pub const fn name_in(self, vocabulary: Vocabulary) -> Option<&'static str> {
        Some(match (vocabulary, self) {
            (Vocabulary::Snowplow | Vocabulary::SchemaOrg, _) | (Vocabulary::Ga4, Self::Sku) => return None,
            (_, Self::Coupon) => "coupon",
            (Vocabulary::Ga4, Self::Id) => "item_id",
            (Vocabulary::Ga4, Self::Name) => "item_name",
            (Vocabulary::Ga4, Self::Brand) => "item_brand",
            (Vocabulary::Ga4, Self::Category) => "item_category",
            (Vocabulary::Ga4, Self::Variant) => "item_variant",
            (Vocabulary::Segment, Self::Id) => "product_id",
            (Vocabulary::Segment, Self::Sku) => "sku",
            (Vocabulary::Segment, Self::Name) => "name",
            (Vocabulary::Segment, Self::Brand) => "brand",
            (Vocabulary::Segment, Self::Category) => "category",
            (Vocabulary::Segment, Self::Variant) => "variant",
        })
    }
}

/// What both call the currency.
pub(crate) const CURRENCY_NAME: &str = "currency";
/// What GA4 calls what the items are worth, and Segment where there is no order.
const EVENT_VALUE: &str = "value";
/// What GA4 and Segment call what was searched for.
pub(crate) const SEARCH_TERM: [&str; 2] = ["search_term", "query"];
/// What Segment calls the number of a step.
pub(crate) const STEP_NAME: &str = "step";
/// What GA4 calls the list of items.
pub(crate) const GA4_ITEMS: &str = "items";
/// What Segment calls the list of items.
pub(crate) const SEGMENT_PRODUCTS: &str = "products";
/// What both call the price of an item.
pub(crate) const ITEM_PRICE: &str = "price";
/// What both call how many there are of an item.
pub(crate) const ITEM_QUANTITY: &str = "quantity";
/// What GA4 and Segment call the place of an item in its list.
pub(crate) const ITEM_INDEX: [&str; 2] = ["index", "position"];
/// What GA4 calls what is taken off one piece of an item.
pub(crate) const ITEM_DISCOUNT: &str = "discount";
