//! What a receiver does when it is told to do everything wrong.

use std::time::{Duration, SystemTime};

use otel_core::ledger::Stream;
use otel_core::testing::{Door, Fate, GrpcCode, GrpcStatus, HttpStatus, Moment, RetryAfter};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_assert_eq;
use proptest::test_runner::{Config, TestRunner};

use super::*;

#[tokio::test]
async fn a_script_answers_once_each_and_then_the_standing_answer_stands() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::InvalidArgument);
    receiver.script([Answer::Unavailable, Answer::Accept]);
    receiver.script([HttpStatus::new(507)]);
    receiver.script_of(Stream::Logs, [HttpStatus::new(418)]);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(post(&receiver, "/v1/traces", PROTOBUF, traces(1).encode_to_vec()).await.0.as_u16());
    }
    assert_eq!(statuses, [503, 200, 507, 400]);
    // What is scripted for one signal waits for it, and comes first.
    let body = logs(1).encode_to_vec();
    receiver.script([Answer::InvalidArgument]);
    assert_eq!(post(&receiver, "/v1/logs", PROTOBUF, body.clone()).await.0, StatusCode::IM_A_TEAPOT);
    assert_eq!(post(&receiver, "/v1/logs", PROTOBUF, body).await.0, StatusCode::BAD_REQUEST);
    let counts = receiver.counts();
    assert_eq!((counts.requests, counts.refused, counts.spans, counts.log_records), (6, 5, 1, 0));
}

#[tokio::test]
async fn every_grpc_code_arrives_with_its_words() {
    let receiver = Receiver::start().unwrap();
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    let words = "100 % \u{fc}ber\nthe limit";
    for (number, code) in GrpcCode::ALL.into_iter().enumerate().skip(1) {
        for status in [GrpcStatus::new(code), GrpcStatus::new(code).in_trailers()] {
            receiver.script([status.message(words)]);
            let told = client.export(traces(1)).await.unwrap_err();
            assert_eq!((told.code(), told.message()), (Code::from_i32(number as i32), words), "{code:?}");
        }
    }
    receiver.script([GrpcStatus::numbered(42)]);
    assert_eq!(client.export(traces(1)).await.unwrap_err().code(), Code::Unknown);
    assert_eq!(receiver.counts().spans, 0);
}

#[test]
fn any_words_and_any_details_arrive_as_they_were() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let receiver = Receiver::start().unwrap();
    let client = TraceServiceClient::new(runtime.block_on(connect(&receiver)));
    let statuses = (any::<String>(), vec(any::<u8>(), 0..200), any::<bool>());
    let mut runner = TestRunner::new(Config::with_cases(200));
    let checked = runner.run(&statuses, |(words, details, in_trailers)| {
        let status = GrpcStatus::new(GrpcCode::Aborted).message(words.as_str()).details(details.clone());
        receiver.script([if in_trailers { status.in_trailers() } else { status }]);
        let told = runtime.block_on(client.clone().export(traces(1))).unwrap_err();
        prop_assert_eq!(
            (told.code(), told.message(), told.details()),
            (Code::Aborted, &words[..], &details[..])
        );
        Ok(())
    });
    checked.unwrap();
}

#[tokio::test]
async fn retry_info_is_encoded_as_google_encodes_it() {
    let receiver = Receiver::start().unwrap();
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    let status = GrpcStatus::new(GrpcCode::ResourceExhausted).message("slow");
    receiver.script([
        status.clone().retry_after(Duration::from_millis(1_500)),
        status.clone().retry_delay(-1, 0),
        status.clone().details(*b"abc"),
        status,
    ]);
    // code = 8, message = "slow", details = [Any { type_url, value: RetryInfo { retry_delay } }]
    let details = |any: &[u8]| [b"\x08\x08\x12\x04slow\x1a", any].concat();
    let url = b"\x0a\x28type.googleapis.com/google.rpc.RetryInfo";
    let expected = [
        details(&[b"\x36", url.as_slice(), b"\x12\x0a\x0a\x08\x08\x01\x10\x80\xca\xb5\xee\x01"].concat()[..]),
        details(&[b"\x39", url.as_slice(), b"\x12\x0d\x0a\x0b\x08", &[0xff; 9], b"\x01"].concat()[..]),
        b"abc".to_vec(),
        Vec::new(),
    ];
    for details in expected {
        let told = client.export(traces(1)).await.unwrap_err();
        assert_eq!(told.details(), details);
    }
}

#[tokio::test]
async fn http_says_when_to_come_back() {
    let receiver = Receiver::start().unwrap();
    let throttled = |after| HttpStatus::new(429).retry_after(after);
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    receiver.script([
        Answer::from(throttled(RetryAfter::Seconds(7))),
        throttled(RetryAfter::Date(moment)).into(),
        throttled(RetryAfter::Raw("soon".to_owned())).into(),
        GrpcStatus::new(GrpcCode::ResourceExhausted).retry_after(Duration::from_millis(1_500)).into(),
    ]);
    for expected in ["7", "Tue, 14 Nov 2023 22:13:20 GMT", "soon", "2"] {
        let request = request(&receiver, Method::POST, "/v1/logs", PROTOBUF, logs(1).encode_to_vec());
        let response = http_client().request(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], expected);
    }
}

#[tokio::test]
async fn a_disconnected_request_fails_and_the_next_one_succeeds() {
    let moments = [
        (Moment::BeforeReading, 1, Fate::BrokenOff),
        (Moment::HalfwayThroughTheRequest, 1, Fate::BrokenOff),
        (Moment::BeforeTheAnswer, 2, Fate::Taken),
        (Moment::InsideTheAnswer { after: 0 }, 2, Fate::Taken),
        (Moment::InsideTheAnswer { after: 1 }, 2, Fate::Taken),
    ];
    for (moment, deliveries, fate) in moments {
        let receiver = Receiver::start().unwrap();
        let mut client = TraceServiceClient::new(connect(&receiver).await);
        receiver.script([Answer::Disconnect(moment), Answer::Disconnect(moment)]);
        assert!(client.export(traces(1)).await.is_err(), "{moment:?}");
        assert!(try_post(&receiver, "/v1/logs", logs(1).encode_to_vec()).await.is_none(), "{moment:?}");
        let mut client = TraceServiceClient::new(connect(&receiver).await);
        client.export(traces(1)).await.unwrap();
        assert!(try_post(&receiver, "/v1/logs", logs(1).encode_to_vec()).await.is_some());
        let counts = receiver.counts();
        assert_eq!((counts.spans, counts.log_records), (deliveries, deliveries), "{moment:?}");
        let fates: Vec<Fate> = receiver.attempts().iter().map(|attempt| attempt.fate).collect();
        assert_eq!(fates, [fate, fate, Fate::Taken, Fate::Taken], "{moment:?}");
    }
}

#[tokio::test]
async fn an_answer_comes_as_late_as_it_was_told_to() {
    let receiver = Receiver::start().unwrap();
    let late = Duration::from_millis(30);
    receiver.script([Answer::Unavailable.late(late)]);
    let body = traces(1).encode_to_vec();
    assert_eq!(
        post(&receiver, "/v1/traces", PROTOBUF, body.clone()).await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(post(&receiver, "/v1/traces", PROTOBUF, body.clone()).await.0, StatusCode::OK);
    let attempts = receiver.attempts();
    let [first, second] = attempts.as_slice() else { panic!("{attempts:?}") };
    assert!(first.answered.unwrap() - first.arrived >= late, "{first:?}");
    assert_eq!(first.pause_before(second).unwrap(), second.arrived - first.answered.unwrap());
    assert_eq!((first.stream, first.fate, first.bytes), (Stream::Traces, Fate::Refused, body.len()));
    assert!(first.identity.is_some() && first.identity == second.identity);
    assert_eq!(first.head.header("content-type"), Some(PROTOBUF));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stalled_receiver_holds_up_a_large_request() {
    let receiver = Receiver::builder().window(64 * 1024).start().unwrap();
    receiver.answer_with(Answer::Stalled { after: 1 });
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    let held_up = tokio::spawn(async move { client.export(traces(20_000)).await });
    assert!(receiver.wait_until(PATIENCE, |counts| counts.broken_off == 1));
    assert!(!held_up.is_finished());
    drop(receiver);
    assert!(held_up.await.unwrap().is_err());
}

#[tokio::test]
async fn a_slow_receiver_takes_a_large_request_in_the_end() {
    let receiver = Receiver::builder().window(64 * 1024).start().unwrap();
    receiver.answer_with(Answer::Slow { bytes: 16 * 1024, every: Duration::from_millis(1) });
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    client.export(traces(20_000)).await.unwrap();
    assert_eq!(receiver.counts().spans, 20_000);
    let attempt = &receiver.attempts()[0];
    let least = Duration::from_millis(u64::try_from(attempt.bytes / (16 * 1024)).unwrap());
    assert!(attempt.answered.unwrap() - attempt.arrived >= least, "{:?}", attempt.answered);
}

#[tokio::test]
async fn a_door_decides_who_is_served() {
    let receiver = Receiver::start().unwrap();
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    client.export(traces(1)).await.unwrap();
    let endpoint = receiver.http_endpoint();
    let address = endpoint.strip_prefix("http://").unwrap();
    receiver.set_door(Door::Closed).unwrap();
    let refused = tokio::net::TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(client.export(traces(1)).await.is_err(), "an open connection is closed too");
    receiver.set_door(Door::Slammed).unwrap();
    assert!(try_post(&receiver, "/v1/logs", logs(1).encode_to_vec()).await.is_none());
    receiver.set_door(Door::Unattended).unwrap();
    let unattended = tokio::net::TcpStream::connect(address).await.unwrap();
    receiver.set_door(Door::Closed).unwrap();
    receiver.set_door(Door::Open).unwrap();
    drop(unattended);
    assert!(try_post(&receiver, "/v1/logs", logs(1).encode_to_vec()).await.is_some());
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_receiver_ends_in_the_middle_of_anything() {
    let hour = Duration::from_secs(60 * 60);
    let answers = [
        Answer::Silent,
        Answer::Accept.late(hour),
        Answer::Slow { bytes: 1, every: hour },
        Answer::Stalled { after: 0 },
        Answer::Disconnect(Moment::BeforeReading),
        Answer::Disconnect(Moment::InsideTheAnswer { after: 1 }),
    ];
    for answer in answers {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(answer.clone());
        let mut client = TraceServiceClient::new(connect(&receiver).await);
        let under_way = tokio::spawn(async move { client.export(traces(100)).await });
        let request = request(&receiver, Method::POST, "/v1/logs", PROTOBUF, logs(100).encode_to_vec());
        let too = tokio::spawn(async move {
            let answer = http_client().request(request).await.ok()?;
            answer.collect().await.ok()
        });
        assert!(receiver.wait_until(PATIENCE, |counts| counts.begun == 2));
        drop(receiver);
        assert!(under_way.await.unwrap().is_err(), "{answer:?}");
        assert!(too.await.unwrap().is_none(), "{answer:?}");
    }
    for door in [Door::Closed, Door::Slammed, Door::Unattended] {
        let receiver = Receiver::start().unwrap();
        receiver.set_door(door).unwrap();
        drop(receiver);
    }
}

/// The status, when an answer came and came whole.
async fn try_post(receiver: &Receiver, path: &str, body: Vec<u8>) -> Option<StatusCode> {
    let response = http_client().request(request(receiver, Method::POST, path, PROTOBUF, body)).await.ok()?;
    let status = response.status();
    response.into_body().collect().await.ok().map(|_| status)
}
