//! One function for each thing that can be done.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use otel_ecommerce::labels::{Action, FunnelStep, RegistrationSource};
use serde::Deserialize;

use super::action::{does, stranger_does};
use super::reading::{Body, Key, asked, segment};
use crate::cart::PostalAddress;
use crate::payments::Card;
use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::shop::Shop;
use crate::words::{Cart, NewSession, NewUser, Order, Product, Purchase, Quantity, Session, Shipping};

type Segment = Result<Path<String>, PathRejection>;

pub(super) async fn sign_up(State(shop): State<Shop>, new: Body<NewUser>) -> Result<StatusCode, Refusal> {
    stranger_does(&shop, Action::SignUp, async {
        shop.users().create_user(&new.0?, RegistrationSource::Form).await?;
        Ok(StatusCode::ACCEPTED)
    })
    .await
}

pub(super) async fn log_in(
    State(shop): State<Shop>,
    new: Body<NewSession>,
) -> Result<(StatusCode, Json<Session>), Refusal> {
    stranger_does(&shop, Action::Login, async {
        let session = shop.sessions().open(new.0?.token.as_deref()).await?.into_text();
        Ok((StatusCode::CREATED, Json(Session { session })))
    })
    .await
}

/// `?q=...`
#[derive(Deserialize)]
pub(super) struct Words {
    q: String,
}

pub(super) async fn search(
    State(shop): State<Shop>,
    visitor: Visitor,
    words: Result<Query<Words>, QueryRejection>,
) -> Result<Json<Vec<Product>>, Refusal> {
    does(&shop, &visitor, Action::Search, async {
        Ok(Json(shop.catalogue().search(&asked(words)?.q).await?))
    })
    .await
}

pub(super) async fn view(
    State(shop): State<Shop>,
    visitor: Visitor,
    sku: Segment,
) -> Result<Json<Product>, Refusal> {
    does(&shop, &visitor, Action::ViewItem, async {
        let product = shop.catalogue().product(&segment(sku)?).await?;
        shop.figures().came_to(&visitor, FunnelStep::ViewItem);
        Ok(Json(product))
    })
    .await
}

pub(super) async fn cart(State(shop): State<Shop>, visitor: Visitor) -> Result<Json<Cart>, Refusal> {
    does(&shop, &visitor, Action::ViewCart, async {
        Ok(Json(shop.carts().contents(&visitor.session).await?.said()))
    })
    .await
}

pub(super) async fn put(
    State(shop): State<Shop>,
    visitor: Visitor,
    sku: Segment,
    wanted: Body<Quantity>,
) -> Result<Json<Cart>, Refusal> {
    let is_less = wanted.0.as_ref().is_ok_and(|wanted| wanted.quantity == 0);
    let action = if is_less { Action::RemoveFromCart } else { Action::AddToCart };
    does(&shop, &visitor, action, async {
        let (sku, quantity) = (segment(sku)?, wanted.0?.quantity);
        let contents = shop.carts().put(&visitor.session, &sku, quantity).await?;
        if !is_less {
            shop.figures().came_to(&visitor, FunnelStep::AddToCart);
        }
        shop.figures().cart_is(&visitor, &contents, FunnelStep::AddToCart);
        Ok(Json(contents.said()))
    })
    .await
}

pub(super) async fn check_out(State(shop): State<Shop>, visitor: Visitor) -> Result<StatusCode, Refusal> {
    does(&shop, &visitor, Action::BeginCheckout, async {
        let contents = shop.carts().filled(&visitor.session).await?;
        shop.figures().came_to(&visitor, FunnelStep::BeginCheckout);
        shop.figures().cart_is(&visitor, &contents, FunnelStep::BeginCheckout);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn ship(
    State(shop): State<Shop>,
    visitor: Visitor,
    shipping: Body<Shipping>,
) -> Result<StatusCode, Refusal> {
    does(&shop, &visitor, Action::AddShippingInfo, async {
        let address = PostalAddress::parse(&shipping.0?.address)?;
        let contents = shop.carts().filled(&visitor.session).await?;
        shop.carts().ship(&visitor.session, &address).await?;
        shop.figures().came_to(&visitor, FunnelStep::AddShippingInfo);
        shop.figures().cart_is(&visitor, &contents, FunnelStep::AddShippingInfo);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn buy(
    State(shop): State<Shop>,
    visitor: Visitor,
    key: Key,
    purchase: Body<Purchase>,
) -> Result<(StatusCode, Json<Order>), Refusal> {
    does(&shop, &visitor, Action::Purchase, async {
        let (key, card) = (key.0?, Card::parse(&purchase.0?.card_number)?);
        let order = shop.orders().buy(visitor.clone(), key, card).await?;
        Ok((StatusCode::CREATED, Json(order)))
    })
    .await
}

pub(super) async fn refund(
    State(shop): State<Shop>,
    visitor: Visitor,
    order: Segment,
) -> Result<StatusCode, Refusal> {
    does(&shop, &visitor, Action::RequestRefund, async {
        shop.orders().refund(visitor.clone(), segment(order)?).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}
