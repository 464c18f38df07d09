//! Who is told what, how often it is tried, and what becomes of the rest.

use std::sync::Mutex;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::*;

#[test]
fn each_sink_is_told_what_its_least_response_lets_through() {
    let (server, heard) = server([Says::http(202)]);
    let cloud = impatient(Sink::cloud_events(server.endpoint()));
    let stage = Stage::new([Sink::log(), slack(&server), pager_duty(&server), cloud.from(Response::Ticket)]);
    for response in Response::ALL {
        stage.office.tell(&about([firing(&REJECTS, "XLON")]), response);
        assert!(stage.office.flush(PATIENCE));
    }
    let delivered = stage.office.counts().into_iter().map(|counts| (counts.sink, counts.delivered));
    let expected = [("log", 4), ("slack", 3), ("pager_duty", 1), ("cloud_events", 2)];
    assert_eq!(delivered.collect::<Vec<_>>(), expected.map(|(sink, count)| (sink.to_owned(), count)));
    assert_eq!(heard.try_iter().count(), 6);
}

#[test]
fn what_may_succeed_later_is_repeated_until_it_does() {
    let busy = Says::http(429).with("retry-after", "0");
    let (server, heard) = server([Says::Nothing, busy, Says::http(500), Says::http(503), Says::http(202)]);
    let stage = Stage::new([pager_duty(&server)]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert!(stage.office.flush(PATIENCE));
    let bodies: Vec<_> = heard.try_iter().map(|request| request.body).collect();
    // A connection that breaks may be tried again by the client itself.
    assert!(bodies.len() >= 5 && bodies.iter().all(|body| *body == bodies[0]), "{}", bodies.len());
    assert_eq!((fates(&stage.counts()), attempts(&stage.counts())), ((1, vec![], 0), [1, 4, 0]));
    let said = stage.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("the alert sink `pager_duty` cannot be told: "), "{said:?}");
    assert_eq!(said[1], "the alert sink `pager_duty` is told again");
}

#[test]
fn what_was_refused_is_not_repeated_and_the_reason_is_told() {
    for status in [400, 401, 404, 413, 302] {
        let refusal = Says::http(status).with_body("text/plain", "no\u{1b}[31m such\r\nhook");
        let (server, heard) = server([refusal, Says::http(200)]);
        let stage = Stage::new([slack(&server)]);
        stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
        assert!(stage.office.flush(PATIENCE));
        stage.office.tell(&about([firing(&SLOW, "XLON")]), Response::Page);
        assert!(stage.office.flush(PATIENCE));
        assert_eq!(heard.try_iter().count(), 2);
        let counts = stage.counts();
        assert_eq!(
            (fates(&counts), attempts(&counts)),
            ((1, vec![("rejected", 1)], 0), [1, 0, 1]),
            "{status}"
        );
        let said = stage.said();
        assert!(said[0].contains(&format!("HTTP {status}")), "{said:?}");
        assert!(said[0].contains("no [31m such  hook"), "{said:?}");
    }
}

#[test]
fn a_server_that_asks_to_be_left_alone_is_left_alone() {
    let (server, heard) = server([Says::http(429).with("retry-after", "3600")]);
    let stage = Stage::new([slack(&server)]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    heard.recv_timeout(PATIENCE).unwrap();
    assert!(!stage.office.flush(Duration::from_millis(100)), "it would have come back by now");
    assert_eq!(heard.try_iter().count(), 0);
    assert_eq!(fates(&stage.counts()), (0, vec![], 1));
}

#[test]
fn what_nobody_could_be_told_for_too_long_has_expired() {
    let (server, _heard) = server([Says::http(503).with("retry-after", "3600")]);
    let stage = Stage::new([slack(&server).patience(Duration::from_millis(20))]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert!(stage.office.flush(PATIENCE), "there is nothing left to deliver");
    assert_eq!(fates(&stage.counts()), (0, vec![("expired", 1)], 0));
}

/// A server that answers when it is told to, and what it heard.
fn slow_server() -> (Server, Receiver<Heard>, mpsc::Sender<()>) {
    let (tell, heard) = mpsc::channel();
    let (go_on, told_to) = mpsc::channel();
    let told_to = Mutex::new(told_to);
    let server = Server::start(Protocol::HttpProtobuf, None, move |_, request| {
        drop(tell.send(request.clone()));
        // Once nobody tells it any more, it goes on by itself.
        let _ = told_to.lock().unwrap().recv();
        Says::http(200)
    });
    (server, heard, go_on)
}

fn text(heard: &Heard) -> String {
    json(heard)["text"].as_str().unwrap().to_owned()
}

#[test]
fn a_newer_notification_tells_what_the_older_one_about_its_rule_could_not() {
    let (server, heard, go_on) = slow_server();
    let stage = Stage::new([slack(&server)]);
    let tell = |alerts: &[Alert]| stage.office.tell(&about(alerts), Response::Page);
    tell(&[firing(&SLOW, "XETR")]);
    heard.recv_timeout(PATIENCE).unwrap();
    tell(&[firing(&REJECTS, "XLON"), alert(&REJECTS, "XETR", AlertState::Resolved)]);
    tell(&[firing(&REJECTS, "XPAR")]);
    let mut last = about([alert(&REJECTS, "XLON", AlertState::Resolved), firing(&REJECTS, "XMIL")]);
    last.firing = 2;
    stage.office.tell(&last, Response::Page);
    assert_eq!(fates(&stage.counts()), (0, vec![("superseded", 2)], 2));
    drop(go_on);
    assert!(stage.office.flush(PATIENCE));
    let told = text(&heard.recv_timeout(PATIENCE).unwrap());
    let lines: Vec<&str> = told.lines().skip(2).collect();
    let expected = [
        "2 firing, 2 resolved",
        "• venue=\"XMIL\": firing at 0.75",
        "• venue=\"XPAR\": firing at 0.75",
        "• venue=\"XLON\": resolved at 0.75",
        "• venue=\"XETR\": resolved at 0.75",
    ];
    assert_eq!(lines[..5], expected);
    assert_eq!(heard.try_iter().count(), 0);
    assert_eq!(fates(&stage.counts()), (2, vec![("superseded", 2)], 0));
}

#[test]
fn a_queue_has_an_end_and_the_oldest_makes_room() {
    let (server, heard, go_on) = slow_server();
    let stage = Stage::new([slack(&server).queue(2)]);
    const THIRD: AlertRule =
        AlertRule::new("venue_gone", AlertLevel::High, CONDITION, Duration::ZERO, "Nobody answers.");
    for rule in [&REJECTS, &SLOW, &THIRD] {
        stage.office.tell(&about([firing(rule, "XLON")]), Response::Page);
        if *rule == REJECTS {
            heard.recv_timeout(PATIENCE).unwrap();
        }
    }
    assert_eq!(fates(&stage.counts()), (0, vec![("queue_full", 1)], 2));
    drop(go_on);
    assert!(stage.office.flush(PATIENCE));
    assert!(text(&heard.recv_timeout(PATIENCE).unwrap()).contains("venue_gone"));
}

#[test]
fn no_more_is_sent_than_the_rate_allows_and_the_rest_waits() {
    let (server, heard) = server([Says::http(200)]);
    let stage = Stage::new([slack(&server).at_most(1, HOUR)]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    heard.recv_timeout(PATIENCE).unwrap();
    stage.office.tell(&about([firing(&SLOW, "XLON")]), Response::Page);
    assert!(!stage.office.flush(Duration::from_millis(100)));
    assert_eq!((heard.try_iter().count(), stage.counts().queued), (0, 1));
}

#[test]
fn a_shutdown_delivers_what_waits_and_counts_what_comes_too_late() {
    let (server, heard) = server([Says::http(200)]);
    let stage = Stage::new([slack(&server)]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    stage.office.tell(&about([firing(&SLOW, "XLON")]), Response::Page);
    let counts = stage.office.shutdown(PATIENCE);
    assert_eq!((fates(&counts[0]), heard.try_iter().count()), ((2, vec![], 0), 2));
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert_eq!(fates(&stage.counts()), (2, vec![("shutdown", 1)], 0));
    assert_eq!(stage.office.shutdown(PATIENCE)[0].delivered, 2);
}

#[test]
fn a_shutdown_gives_up_at_its_deadline_and_counts_what_is_left() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let stage = Stage::new([impatient(Sink::cloud_events(format!("http://{nobody}/")))]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    stage.office.tell(&about([firing(&SLOW, "XLON")]), Response::Page);
    let counts = stage.office.shutdown(Duration::from_millis(50));
    assert_eq!(fates(&counts[0]), (0, vec![("shutdown", 2)], 0));
    assert_eq!(counts[0].to_string(), "cloud_events: 0 of 2 delivered, 2 shutdown");
}

#[test]
fn a_listener_that_panics_loses_its_own_line_and_nothing_else() {
    let (server, _heard) = server([Says::http(200)]);
    let test = TestTelemetry::new();
    let office = Office::open(
        &[Sink::log(), slack(&server)],
        &facts(),
        test.telemetry(),
        Box::new(|_| panic!("this listener always panics")),
    )
    .unwrap();
    office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert!(office.flush(PATIENCE));
    let counts = office.shutdown(PATIENCE);
    assert_eq!(fates(&counts[0]), (0, vec![("rejected", 1)], 0));
    assert_eq!(fates(&counts[1]), (1, vec![], 0));
}

/// What a request to Alertmanager says of each venue.
fn venues(heard: &Heard) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let all = json(heard);
    all.as_array().unwrap().iter().map(|it| (text(&it["labels"]["venue"]), text(&it["endsAt"]))).collect()
}

#[test]
fn alertmanager_is_told_again_of_what_fires_and_at_once_of_what_changes() {
    let (server, heard) = server([Says::http(503), Says::http(200)]);
    let every = Duration::from_millis(10);
    let stage = Stage::new([impatient(Sink::alertmanager(server.endpoint())).resend_every(every)]);
    assert!(stage.office.wants_state());
    let state = |alerts: &[Alert]| {
        stage.office.state(alerts.iter().map(|alert| (alert.clone(), Response::Record)).collect());
    };
    state(&[firing(&REJECTS, "XLON")]);
    let fires = vec![("XLON".to_owned(), "2024-01-01T00:00:00.030Z".to_owned())];
    for _ in 0..4 {
        assert_eq!(venues(&heard.recv_timeout(PATIENCE).unwrap()), fires);
    }
    assert!(stage.office.flush(PATIENCE));
    assert_eq!((stage.counts().offered, fates(&stage.counts())), (1, (1, vec![], 0)));
    assert_eq!(stage.counts().attempts(AttemptOutcome::Failed), 1);
    state(&[alert(&REJECTS, "XLON", AlertState::Resolved)]);
    assert!(stage.office.flush(PATIENCE));
    let ended = vec![("XLON".to_owned(), "2024-01-01T00:00:00.000Z".to_owned())];
    let mut after = std::iter::from_fn(|| heard.recv_timeout(PATIENCE).ok()).map(|request| venues(&request));
    assert!(after.any(|told| told == ended));
    assert_eq!(after.next(), Some(ended), "and again for five minutes");
    assert_eq!(fates(&stage.counts()), (2, vec![], 0));
    // What people are told is not for it.
    stage.office.tell(&about([firing(&SLOW, "XLON")]), Response::Page);
    assert_eq!(stage.counts().offered, 2);
}

#[test]
fn alertmanager_takes_many_instances_in_pages() {
    let (server, heard) = server([Says::http(200)]);
    let stage = Stage::new([impatient(Sink::alertmanager(server.endpoint())).from(Response::Notify)]);
    let alerts = (0..1_200).map(|venue| (firing(&REJECTS, &format!("{venue:04}")), Response::Notify));
    let recorded = (firing(&SLOW, "XLON"), Response::Record);
    stage.office.state(alerts.chain([recorded]).collect());
    assert!(stage.office.flush(PATIENCE));
    let pages: Vec<_> = heard.try_iter().map(|request| venues(&request)).collect();
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [500, 500, 200]);
    let mut told: Vec<_> = pages.into_iter().flatten().map(|(venue, _)| venue).collect();
    told.dedup();
    assert_eq!(told.len(), 1_200);
    assert_eq!(fates(&stage.counts()), (1_200, vec![], 0));
}

#[test]
fn a_server_with_a_certificate_of_its_own_is_trusted_by_it() {
    let key = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, key.cert.pem()).unwrap();
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![key.cert.der().clone()],
            PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap(),
        )
        .unwrap();
    let server = Server::start(Protocol::HttpProtobuf, Some(config), |_, _| Says::http(200));
    let stage = Stage::new([slack(&server).certificate_authority(authority).bearer_token("a-token")]);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert!(stage.office.flush(PATIENCE), "{}", stage.counts());
    assert_eq!(server.heard()[0].header("authorization"), Some("Bearer a-token"));
}
