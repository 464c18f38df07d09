//! Accounts: one for each address, and nobody learns whose there are.

use ecommerce_shop::users::CreateUserError;
use ecommerce_shop::words::NewUser;
use ecommerce_shop::{Mail, MailKind, Shop};
use otel_core::Telemetry;
use otel_core::testing::{Recorded, TestTelemetry};
use otel_ecommerce::conventions::{store, user};
use otel_ecommerce::labels::RegistrationSource;

use crate::customer::{Customer, Reply, sign_up};
use crate::place::Place;

/// One address, as people write it.
const SPELLINGS: [&str; 4] = [
    "mia.muster@example.org",
    "Mia.Muster@Example.org",
    "MIA.MUSTER@EXAMPLE.ORG",
    "  mia.muster@example.ORG ",
];

fn new(email: &str) -> NewUser {
    NewUser { email: email.to_owned(), name: "Mia".to_owned() }
}

async fn create(shop: &Shop, email: &str) -> Result<(), CreateUserError> {
    shop.users().create_user(&new(email), RegistrationSource::Form).await
}

/// 64 people, or one who is impatient, want an account with one address at the same time.
async fn race(place: &Place) {
    let shop = place.shop(&Telemetry::noop()).await;
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let shop = shop.clone();
            tokio::spawn(async move { create(&shop, SPELLINGS[number % SPELLINGS.len()]).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("an end"), Ok(()));
    }
    let mails = shop.mailbox().take(SPELLINGS[0]);
    let welcomes = mails.iter().filter(|mail| mail.kind == MailKind::Welcome).count();
    assert_eq!((mails.len(), welcomes), (64, 1));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_64_who_want_one_address_one_gets_it_in_memory() {
    race(&Place::memory()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_64_who_want_one_address_one_gets_it_in_a_file() {
    let place = Place::file("accounts_race");
    race(&place).await;
    assert_eq!(place.number("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(place.number("SELECT COUNT(*) FROM outbox").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_64_who_want_one_address_one_gets_it_in_postgresql() {
    let Some(place) = Place::postgres("accounts_race").await else { return };
    race(&place).await;
    assert_eq!(place.number("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(place.number("SELECT COUNT(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn an_address_that_is_taken_and_one_that_is_free_get_the_same_answer_by_the_same_work() {
    let (free, free_recorded) = registration(None).await;
    let (taken, taken_recorded) = registration(Some("mia.muster@example.org")).await;
    assert_eq!(free.status, 202);
    assert_eq!(free, taken, "byte for byte");
    assert!(free.body.is_empty());
    let work = statements(&free_recorded);
    assert_eq!(work.len(), 6, "begin, two rows, commit, a token, a letter sent: {work:?}");
    assert_eq!(work, statements(&taken_recorded));
    // What telemetry tells apart is how many accounts there are, which says nothing of an address.
    assert_eq!(free_recorded.spans_of(&user::CREATE_USER).len(), 1);
    assert_eq!(shape(&free_recorded), shape(&taken_recorded));
}

/// The reply to one registration with the address, which is taken already or not, and what was recorded meanwhile.
async fn registration(earlier: Option<&str>) -> (Reply, Recorded) {
    let place = Place::file(&format!("accounts_oracle_{}", earlier.is_some()));
    if let Some(email) = earlier {
        let shop = place.shop(&Telemetry::noop()).await;
        create(&shop, email).await.expect("an account");
        shop.close().await;
    }
    let test = TestTelemetry::new();
    let shop = place.shop(&test).await;
    let before = test.recorded().spans().len();
    let reply = sign_up(&shop, "Mia.Muster@example.org", "Mia").await;
    assert!(test.recorded().spans().len() > before);
    shop.close().await;
    (reply, test.finish())
}

/// The statements inside of the registration, as they are told.
fn statements(recorded: &Recorded) -> Vec<String> {
    let registration = recorded.span(&user::CREATE_USER);
    let inside = recorded.spans().iter().filter(|span| span.parent_span_id == registration.span_id);
    inside
        .map(|span| span.get(&store::QUERY_TEXT).map_or(span.name.clone(), |text| format!("{text:?}")))
        .collect()
}

/// The names and parents of all spans of the request.
fn shape(recorded: &Recorded) -> Vec<(String, bool)> {
    let trace = &recorded.span(&user::CREATE_USER).trace_id;
    let spans = recorded.spans().iter().filter(|span| span.trace_id == *trace);
    spans.map(|span| (span.name.clone(), span.parent_span_id.is_empty())).collect()
}

#[tokio::test]
async fn a_mail_lets_its_reader_in_once() {
    let shop = Place::memory().shop(&Telemetry::noop()).await;
    assert_eq!(sign_up(&shop, "mia@example.org", "Mia").await.status, 202);
    let [Mail { kind: MailKind::Welcome, token: Some(token) }] = &shop.mailbox().take(" MIA@example.org")[..]
    else {
        panic!("no welcome")
    };
    assert!(Customer::enter_with(&shop, Some(token)).await.is_ok());
    let Err(again) = Customer::enter_with(&shop, Some(token)).await else { panic!("let in twice") };
    assert_eq!((again.status, again.problem()), (401, "unauthenticated".to_owned()));
    assert_eq!(sign_up(&shop, "mia@example.org", "Mallory").await.status, 202);
    let mails = shop.mailbox().take("mia@example.org");
    assert_eq!(mails.iter().map(|mail| mail.kind).collect::<Vec<_>>(), [MailKind::AlreadyCustomer]);
}

#[tokio::test]
async fn a_token_is_too_old_after_a_quarter_of_an_hour() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    sign_up(&shop, "mia@example.org", "Mia").await;
    let token = shop.mailbox().take("mia@example.org").remove(0).token;
    test.advance(std::time::Duration::from_secs(15 * 60));
    let Err(late) = Customer::enter_with(&shop, token.as_deref()).await else { panic!("let in") };
    assert_eq!(late.status, 401);
}

#[tokio::test]
async fn what_a_process_left_in_the_outbox_the_next_one_sends() {
    let place = Place::file("accounts_outbox");
    let shop = place.shop(&Telemetry::noop()).await;
    create(&shop, "mia@example.org").await.expect("an account");
    shop.close().await;
    place.change("INSERT INTO outbox (id, email, kind) VALUES ('left', 'mia@example.org', 'welcome')").await;
    let shop = place.shop(&Telemetry::noop()).await;
    let [mail] = &shop.mailbox().take("mia@example.org")[..] else { panic!("no mail") };
    assert!(Customer::enter_with(&shop, mail.token.as_deref()).await.is_ok());
    assert_eq!(place.number("SELECT COUNT(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn what_is_no_address_and_no_name_is_refused_and_nothing_is_done() {
    let place = Place::file("accounts_refused");
    let shop = place.shop(&Telemetry::noop()).await;
    let long = format!("{}@example.org", "a".repeat(65));
    let longer = format!("mia@{}.org", ["a".repeat(60).as_str(); 5].join("."));
    for email in [
        "",
        "@",
        "mia",
        "mia@",
        "@example.org",
        "mia@example",
        "mia@@example.org",
        "mia..m@example.org",
        "mia m@example.org",
        ".mia@example.org",
        "mia@-example.org",
        "mia@exam_ple.org",
        "mïa@example.org",
        "\"mia\"@example.org",
        "mia@example.org\r\nBcc: all@example.org",
        &long,
        &longer,
    ] {
        let reply = sign_up(&shop, email, "Mia").await;
        assert_eq!((reply.status, reply.problem()), (422, "validation".to_owned()), "{email}");
    }
    for name in ["", "  ", "a\u{0}b", &"a".repeat(101)] {
        assert_eq!(sign_up(&shop, "mia@example.org", name).await.status, 422, "{name:?}");
    }
    assert_eq!(place.number("SELECT COUNT(*) FROM users").await, 0);
    assert_eq!(place.number("SELECT COUNT(*) FROM outbox").await, 0);
    for email in ["m+shop@example.org", "o'brien@sub.example.co.uk", "a@b.c"] {
        assert_eq!(sign_up(&shop, email, "Ò").await.status, 202, "{email}");
    }
}
