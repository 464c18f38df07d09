//! What is printed, to the letter.

use std::time::Duration;

use ecommerce_shop::agreement::Agreement;
use ecommerce_shop::figures::{Carts, Figures, Sales, Step};
use ecommerce_shop::visitors::{Refusal, Tally};
use otel_ecommerce::labels::FunnelStep;

#[test]
fn the_report_of_a_day_is_what_the_snapshot_says() {
    let medians = [None, Some(95), Some(3_000), Some(12_500), Some(1_000), Some(2)];
    let entered = [(1_000, 500), (400, 250), (250, 250), (200, 180), (210, 180), (150, 140)];
    let steps = FunnelStep::ALL.iter().zip(entered).zip(medians);
    let funnel = steps.map(|((step, (entries, sessions)), median)| {
        let median = median.map(Duration::from_millis);
        Step { step: *step, entries, sessions, median }
    });
    let figures = Figures {
        funnel: funnel.collect(),
        customers: 140,
        accounts: 31,
        sales: [
            ("GBP".to_owned(), Sales { orders: 148, revenue: 1_234_567, refunds: 8_900 }),
            ("JPY".to_owned(), Sales { orders: 2, revenue: 5_001, refunds: 0 }),
            ("KWD".to_owned(), Sales { orders: 0, revenue: 0, refunds: 1_500 }),
        ]
        .into(),
        carts: Carts { started: 380, bought: 150, abandoned: 212 },
        searches: 800,
        found_nothing: 99,
        payments: 152,
        authorised: 150,
        suspected: [("card_testing".to_owned(), 12), ("payment_velocity".to_owned(), 3)].into(),
    };
    let tally = Tally {
        visitors: 500,
        testers: 4,
        sessions: 501,
        tried_to_pay: 200,
        pressed_twice: 9,
        told_otherwise: 1,
        post_missing: 1,
        refused: [(Refusal::PaymentDeclined, 44), (Refusal::RateLimited, 6)].into(),
        odd: [("POST /orders: 500".to_owned(), 1)].into(),
        ..Tally::default()
    };
    let agreement = Agreement::of("what visitors saw").on("searches", 800, 800).on(
        "revenue in GBP",
        1_234_568,
        1_234_567,
    );
    insta::assert_snapshot!(format!("{tally}{figures}{agreement}"));
}

#[test]
fn nothing_is_said_of_what_did_not_happen() {
    let quiet = Figures { funnel: Vec::new(), ..Figures::default() };
    assert_eq!(quiet.to_string(), "");
    let agreement = Agreement::of("what nobody saw");
    assert_eq!(agreement.to_string(), "\nwhat nobody saw agrees: yes\n");
}
