//! What is refused when an office is opened, and what is never shown.

use otel_core::settings::Problem;

use super::*;

fn problems(sinks: impl AsRef<[Sink]>) -> Vec<Problem> {
    let test = TestTelemetry::new();
    Office::open(sinks.as_ref(), &facts(), test.telemetry(), Box::new(|_| {})).err().unwrap_or_default()
}

#[test]
fn what_cannot_be_used_is_refused_with_a_reason() {
    let am = || Sink::alertmanager("http://localhost:9093");
    let address = "the address is not one like https://host:port/path";
    let key = "an integration key of PagerDuty has 32 letters and digits";
    let nothing =
        "`timeout`, `patience`, `resend_every` and the first wait of `backoff` are more than nothing";
    let none = "`queue` and the burst of `at_most` are at least 1";
    for (sink, why) in [
        (Sink::alertmanager("localhost:9093"), address),
        (Sink::slack("ftp://hooks.example/x"), address),
        (Sink::cloud_events("http://"), address),
        (Sink::pager_duty(KEY).at("pagerduty"), address),
        (Sink::alertmanager("http://host/?a=b"), "the address has a query, to which no path can be added"),
        (
            Sink::slack("https://me:secret@hooks.example/"),
            "an address with credentials is not supported; use `bearer_token` or `header`",
        ),
        (Sink::pager_duty("too short"), key),
        (Sink::pager_duty("0123456789abcdef0123456789abcde!"), key),
        (am().header("not a name", "x"), "a header has a name that no header can have"),
        (am().header("x-name", "not\na value"), "the header `x-name` has a value that no header can carry"),
        (am().timeout(Duration::ZERO), nothing),
        (am().resend_every(Duration::ZERO), nothing),
        (Sink::log().patience(Duration::ZERO), nothing),
        (Sink::log().backoff(Duration::ZERO, HOUR), nothing),
        (Sink::log().queue(0), none),
        (Sink::log().at_most(0, HOUR), none),
        (
            Sink::events().bearer_token("x"),
            "has no connection that a header or a certificate authority could be for",
        ),
        (
            Sink::slack("https://hooks.example/").certificate_authority("/nowhere.pem"),
            "`/nowhere.pem` cannot be read: No such file or directory (os error 2)",
        ),
        (am().named("Über"), "a name is at most 32 lower-case letters, digits, `-` and `_`"),
    ] {
        let shown = format!("{sink:?}");
        let found = problems([sink]);
        assert_eq!(found.iter().map(|problem| problem.why.as_str()).collect::<Vec<_>>(), [why], "{shown}");
        assert!(found[0].setting.starts_with("alert sink `"), "{shown}");
    }
    let twice = problems([am(), am(), am().named("other")]);
    assert_eq!(twice.len(), 1);
    assert_eq!(
        twice[0].to_string(),
        "alert sink `alertmanager`: another sink has this name: see `Sink::named`"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let sinks = [Sink::slack("x").queue(0), Sink::pager_duty("y"), Sink::log()];
    assert_eq!(problems(sinks).len(), 3);
}

/// Everything that is shown of sinks whose servers refuse everything, and say back all they were told.
fn refused_by_a_talkative_server(padding: usize) -> String {
    let (tell, heard) = mpsc::channel();
    let server = Server::start(Protocol::HttpProtobuf, None, move |_, request| {
        drop(tell.send(request.clone()));
        let body = String::from_utf8_lossy(&request.body);
        let padding = "x".repeat(padding);
        let said = format!("{padding}{} {:?} {body}", request.path, request.header("authorization"));
        Says::http(400).with_body("text/plain", said)
    });
    let sinks = [
        slack(&server).bearer_token("t0k3n-pl4nt3d"),
        pager_duty(&server).from(Response::Record),
        impatient(Sink::cloud_events(format!("{}/a/k3y1np4th?key=k3y1n4qu3ry", server.endpoint())))
            .header("authorization", "t0k3n-pl4nt3d"),
    ];
    let mut shown = format!("{sinks:?}");
    let stage = Stage::new(&sinks);
    stage.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert!(stage.office.flush(PATIENCE));
    // The secrets were sent, or this would show nothing.
    let sent: String = heard.try_iter().map(|request| format!("{request:?}")).collect();
    for secret in ["s3cr3t", "t0k3n-pl4nt3d", "k3y1np4th", KEY] {
        assert!(sent.contains(secret), "{secret}");
    }
    shown += &format!("{:?} {:?}", stage.office, stage.office.counts());
    let said = stage.said();
    assert_eq!(said.len(), 3);
    shown + &said.join("\n")
}

#[test]
fn secrets_are_shown_nowhere_whatever_a_server_says() {
    const PLANTED: [&str; 5] = ["s3cr3t", "t0k3n-pl4nt3d", "k3y1np4th", "k3y1n4qu3ry", KEY];
    let mut shown = String::new();
    // What a server says is cut after some length; neither before nor at the cut may there be a secret.
    for padding in [0, 254] {
        shown += &refused_by_a_talkative_server(padding);
    }
    // And of those that cannot be used.
    let unusable = [
        Sink::slack("htp://hooks.example/services/s3cr3t"),
        Sink::slack("https://me:t0k3n-pl4nt3d@hooks.example/").named("two"),
        Sink::pager_duty(format!("{KEY}s3cr3t")),
        Sink::alertmanager("http://a/?k3y1n4qu3ry").header("t0k3n-pl4nt3d oops", "x"),
        Sink::cloud_events("http://host/s3cr3t").header("authorization", "t0k3n-pl4nt3d\n"),
    ];
    shown += &format!("{unusable:?}");
    let problems = problems(unusable);
    assert_eq!(problems.len(), 5);
    problems.iter().for_each(|problem| shown += &format!("{problem} {problem:?}"));
    for secret in PLANTED {
        assert!(!shown.contains(secret), "{secret} is shown: {shown}");
        assert!(!shown.contains(&secret[..secret.len() - 1]), "nearly all of {secret} is shown: {shown}");
    }
}
