//! What exactly each sink is told.

use otel_core::alerting::Announcement;
use serde_json::json;

use super::*;

fn some_of_everything() -> Notification {
    let mut fires = firing(&REJECTS, "XLON");
    fires.evidence.push(evidence());
    fires.message = "a <b> & c\nd".to_owned();
    let mut flaps = alert(&REJECTS, "XPAR", AlertState::Flapping);
    flaps.value = f64::NAN;
    about([alert(&REJECTS, "XETR", AlertState::Resolved), fires, flaps])
}

#[test]
fn pager_duty_is_told_of_an_incident() {
    let (server, heard) = server([Says::http(202)]);
    let stage = Stage::new([pager_duty(&server)]);
    stage.office.tell(&some_of_everything(), Response::Page);
    assert!(stage.office.flush(PATIENCE));
    let request = heard.recv().unwrap();
    assert_eq!(
        (request.path.as_str(), request.header("content-type")),
        ("/v2/enqueue", Some("application/json"))
    );
    let opened = json(&request);
    let xlon = json!({
        "id": firing(&REJECTS, "XLON").fingerprint(),
        "labels": {"venue": "XLON"},
        "state": "firing",
        "value": 0.75,
        "started_at": "2023-12-31T23:58:00.500Z",
        "message": "a <b> & c d",
        "trace_ids": ["abababababababababababababababab"],
    });
    let xpar = json!({
        "id": firing(&REJECTS, "XPAR").fingerprint(),
        "labels": {"venue": "XPAR"},
        "state": "flapping",
        "started_at": "2023-12-31T23:58:00.500Z",
    });
    let xetr = json!({
        "id": firing(&REJECTS, "XETR").fingerprint(),
        "labels": {"venue": "XETR"},
        "state": "resolved",
        "value": 0.75,
        "started_at": "2023-12-31T23:58:00.500Z",
        "resolved_at": "2024-01-01T00:00:00.000Z",
    });
    let expected = json!({
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": opened["dedup_key"],
        "client": "trading",
        "links": [{"href": "https://runbooks.example/venue_rejects?a=1&b=2", "text": "What to do"}],
        "payload": {
            "summary": "venue_rejects: Venues reject <many> orders & trading stops. (1 firing, 1 flapping, 1 resolved)",
            "source": "one",
            "severity": "critical",
            "timestamp": "2023-12-31T23:58:00.500Z",
            "component": "trading",
            "group": "shop",
            "class": "venue_rejects",
            "custom_details": {
                "firing": 1,
                "flapping": 1,
                "resolved": 1,
                "not_shown": 0,
                "response": "page",
                "service.version": "1.2.3",
                "deployment.environment.name": "production",
                "instances": [xlon, xpar, xetr],
            },
        },
    });
    assert_eq!(opened, expected);
}

#[test]
fn an_incident_belongs_to_the_rule_and_the_service_and_not_to_the_process() {
    let (server, heard) = server([Says::http(202)]);
    let first = Stage::new([pager_duty(&server)]);
    first.office.tell(&about([firing(&REJECTS, "XLON")]), Response::Page);
    assert!(first.office.flush(PATIENCE));
    let opened = json(&heard.recv().unwrap());

    // Another process of the same service ends what this one began.
    let mut facts = facts();
    facts.iter_mut().filter(|(_, value)| value == "one").for_each(|(_, value)| *value = "two".to_owned());
    let other =
        Office::open(&[pager_duty(&server)], &facts, first.test.telemetry(), Box::new(|_| {})).unwrap();
    other.tell(&about([alert(&REJECTS, "XLON", AlertState::Resolved)]), Response::Page);
    assert!(other.flush(PATIENCE));
    let resolved = json!({
        "routing_key": KEY, "event_action": "resolve", "dedup_key": opened["dedup_key"],
    });
    assert_eq!(json(&heard.recv().unwrap()), resolved);
    other.tell(&about([firing(&SLOW, "XLON")]), Response::Page);
    assert!(other.flush(PATIENCE));
    let another = json(&heard.recv().unwrap());
    assert_ne!(another["dedup_key"], opened["dedup_key"]);
    assert_eq!(another["payload"]["severity"], "warning");
}

#[test]
fn slack_is_told_in_its_markup() {
    let (server, heard) = server([Says::http(200)]);
    let stage = Stage::new([slack(&server)]);
    stage.office.tell(&some_of_everything(), Response::Page);
    let mut reminder = about([firing(&SLOW, "XLON")]);
    reminder.reminder = true;
    reminder.firing = 31;
    stage.office.tell(&reminder, Response::Notify);
    assert!(stage.office.flush(PATIENCE));
    let text = [
        "*[FIRING] venue_rejects* (critical, trading in production)",
        "Venues reject &lt;many&gt; orders &amp; trading stops.",
        "1 firing, 1 flapping, 1 resolved",
        "• venue=\"XLON\": firing at 0.75: a &lt;b&gt; &amp; c d",
        "• venue=\"XPAR\": flapping",
        "• venue=\"XETR\": resolved at 0.75",
        "<https://runbooks.example/venue_rejects?a=1&amp;b=2|What to do>",
    ];
    assert_eq!(json(&heard.recv().unwrap()), json!({ "text": text.join("\n") }));
    let text = [
        "*[FIRING] venue_slow* (medium, trading in production)",
        "Venues answer late.",
        "still 31 firing",
        "• venue=\"XLON\": firing at 0.75",
        "… and 30 more",
    ];
    assert_eq!(json(&heard.recv().unwrap()), json!({ "text": text.join("\n") }));
}

#[test]
fn a_cloud_event_has_one_id_however_often_it_is_sent() {
    let (server, heard) = server([Says::http(503), Says::http(200)]);
    let stage = Stage::new([impatient(Sink::cloud_events(format!("{}/hook?to=us", server.endpoint())))]);
    stage.office.tell(&about([firing(&SLOW, "XLON")]), Response::Ticket);
    assert!(stage.office.flush(PATIENCE));
    let (first, again) = (heard.recv().unwrap(), heard.recv().unwrap());
    let content = Some("application/cloudevents+json; charset=utf-8");
    assert_eq!((first.path.as_str(), first.header("content-type")), ("/hook", content));
    assert_eq!(first.body, again.body);
    let event = json(&again);
    let expected = json!({
        "specversion": "1.0",
        "id": event["id"],
        "source": "/services/trading",
        "type": "io.github.otel-domains.alert.notification",
        "subject": "venue_slow",
        "time": "2024-01-01T00:00:00.000Z",
        "datacontenttype": "application/json",
        "data": {
            "rule": "venue_slow",
            "level": "medium",
            "response": "ticket",
            "state": "firing",
            "summary": "Venues answer late.",
            "started_at": "2023-12-31T23:58:00.500Z",
            "firing": 1,
            "flapping": 0,
            "resolved": 0,
            "reminder": false,
            "service": std::collections::BTreeMap::from_iter(facts()),
            "instances": [{
                "id": firing(&SLOW, "XLON").fingerprint(),
                "labels": {"venue": "XLON"},
                "state": "firing",
                "value": 0.75,
                "started_at": "2023-12-31T23:58:00.500Z",
            }],
        },
    });
    assert_eq!(event, expected);

    let mut later = about([firing(&SLOW, "XLON")]);
    later.at = NOW.after(AT_ONCE);
    stage.office.tell(&later, Response::Ticket);
    assert!(stage.office.flush(PATIENCE));
    assert_ne!(json(&heard.recv().unwrap())["id"], event["id"]);
}

#[test]
fn alertmanager_is_told_of_instances_by_labels_that_do_not_change() {
    let (server, heard) = server([Says::http(200)]);
    let stage = Stage::new([Sink::alertmanager(format!("{}/prefix/", server.endpoint()))]);
    let odd = Labels::new([("venue.mic", "XLON"), ("level", "2"), ("venue-mic", "LON"), ("9to5", "yes")]);
    let mut fires = Alert::new(&REJECTS, odd, BEFORE);
    fires.evidence = vec![evidence()];
    fires.value = 0.75;
    fires.message = "see the floor".to_owned();
    let resolved = alert(&SLOW, "XPAR", AlertState::Resolved);
    let pending = alert(&SLOW, "XETR", AlertState::Pending);
    let alerts = [(fires, Response::Page), (resolved, Response::Record), (pending, Response::Record)];
    stage.office.state(alerts.into());
    assert!(stage.office.flush(PATIENCE));
    let request = heard.recv().unwrap();
    assert_eq!(request.path, "/prefix/api/v2/alerts");
    let expected = json!([
        {
            "labels": {
                "alertname": "venue_rejects",
                "level": "critical",
                "service_namespace": "shop",
                "service_name": "trading",
                "deployment_environment_name": "production",
                "exported_level": "2",
                "key_9to5": "yes",
                "venue_mic": "LON;XLON",
            },
            "annotations": {
                "summary": "Venues reject <many> orders & trading stops.",
                "state": "firing",
                "value": "0.75",
                "message": "see the floor",
                "runbook_url": "https://runbooks.example/venue_rejects?a=1&b=2",
                "trace_ids": "abababababababababababababababab",
                "service_version": "1.2.3",
                "service_instance_id": "one",
            },
            "startsAt": "2023-12-31T23:58:00.500Z",
            "endsAt": "2024-01-01T00:03:00.000Z",
        },
        {
            "labels": {
                "alertname": "venue_slow",
                "level": "medium",
                "service_namespace": "shop",
                "service_name": "trading",
                "deployment_environment_name": "production",
                "venue": "XPAR",
            },
            "annotations": {
                "summary": "Venues answer late.",
                "state": "resolved",
                "value": "0.75",
                "service_version": "1.2.3",
                "service_instance_id": "one",
            },
            "startsAt": "2023-12-31T23:58:00.500Z",
            "endsAt": "2024-01-01T00:00:00.000Z",
        },
    ]);
    assert_eq!(json(&request), expected);
}

#[test]
fn the_pipeline_is_told_by_an_event_inside_the_span_that_shows_it() {
    use otel_core::alerting::conventions as is;

    let stage = Stage::new([Sink::events()]);
    stage.office.tell(&some_of_everything(), Response::Page);
    assert!(stage.office.flush(PATIENCE));
    let recorded = stage.test.recorded();
    let event = recorded.event(&is::NOTIFICATION);
    assert_eq!((event.trace_id.as_str(), event.span_id.as_str()), (&*"ab".repeat(16), &*"cd".repeat(8)));
    assert_eq!(event.time, NOW);
    assert_eq!(event.get(&is::RULE_NAME), Some("venue_rejects".into()));
    assert_eq!(event.get(&is::LEVEL), Some("critical".into()));
    assert_eq!(event.get(&is::RESPONSE), Some("page".into()));
    assert_eq!(event.get(&is::FIRING), Some(1.into()));
    assert_eq!(event.get(&is::FLAPPING), Some(1.into()));
    assert_eq!(event.get(&is::RESOLVED), Some(1.into()));
    assert_eq!(event.get(&is::STARTED_AT), Some(1_704_067_080_500_000_000.into()));
    assert_eq!(event.get(&is::RUNBOOK_URL), Some("https://runbooks.example/venue_rejects?a=1&b=2".into()));
    assert_eq!(event.get(&is::MESSAGE), Some("a <b> & c\nd".into()));
    assert_eq!(fates(&stage.counts()), (1, vec![], 0));
}

#[test]
fn the_log_is_told_in_one_line() {
    let stage = Stage::new([Sink::log()]);
    stage.office.tell(&some_of_everything(), Response::Page);
    assert!(stage.office.flush(PATIENCE));
    let line = "firing venue_rejects (critical, page): 1 firing, 1 flapping, 1 resolved. Venues reject <many> orders & \
                trading stops. [venue=\"XLON\": firing at 0.75: a <b> & c d] [venue=\"XPAR\": flapping] \
                [venue=\"XETR\": resolved at 0.75]";
    let expected = Announcement::Alert { level: AlertLevel::Critical, line: line.to_owned() };
    assert_eq!(stage.said.recv().unwrap(), expected);
}
