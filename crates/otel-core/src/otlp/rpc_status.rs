//! `google.rpc.Status`: what comes with a failure, in gRPC's trailers or in the body of an HTTP answer.

use prost::Message;

/// The part of `google.rpc.Status` that we read.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RpcStatus {
    #[prost(string, tag = "2")]
    pub(super) message: String,
    #[cfg(feature = "otlp-grpc")]
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

#[cfg(feature = "otlp-grpc")]
pub(super) use retry_info::retry_delay;

#[cfg(feature = "otlp-grpc")]
use retry_info::Any;

#[cfg(feature = "otlp-grpc")]
mod retry_info {
    use std::time::Duration;

    use prost::Message;

    use super::RpcStatus;
    use crate::otlp::transport::MAX_WAIT;

    const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";
    const NANOS_PER_SECOND: i128 = 1_000_000_000;

    /// `google.protobuf.Any`
    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }

    /// `google.rpc.RetryInfo`
    #[derive(Clone, PartialEq, Message)]
    struct RetryInfo {
        #[prost(message, optional, tag = "1")]
        retry_delay: Option<Delay>,
    }

    /// `google.protobuf.Duration`
    #[derive(Clone, Copy, PartialEq, Message)]
    struct Delay {
        #[prost(int64, tag = "1")]
        seconds: i64,
        #[prost(int32, tag = "2")]
        nanos: i32,
    }

    /// How long a server wants to be left alone, when the details of its status have a `RetryInfo`; zero when it
    /// does not say how long.
    pub(in crate::otlp) fn retry_delay(details: &[u8]) -> Option<Duration> {
        let status = RpcStatus::decode(details).ok()?;
        let info = status.details.iter().find(|any| any.type_url == RETRY_INFO)?;
        let delay = RetryInfo::decode(info.value.as_slice()).ok()?.retry_delay.unwrap_or_default();
        let nanos = i128::from(delay.seconds) * NANOS_PER_SECOND + i128::from(delay.nanos);
        // Whatever does not fit is far beyond the longest wait; what is negative is over.
        let nanos = u64::try_from(nanos.max(0)).unwrap_or(u64::MAX);
        Some(Duration::from_nanos(nanos).min(MAX_WAIT))
    }

    #[cfg(test)]
    mod tests {
        use proptest::prelude::*;

        use super::*;

        fn details(seconds: i64, nanos: i32) -> Vec<u8> {
            let info = RetryInfo { retry_delay: Some(Delay { seconds, nanos }) };
            around(RETRY_INFO, info.encode_to_vec())
        }

        fn around(type_url: &str, value: Vec<u8>) -> Vec<u8> {
            let other =
                Any { type_url: "type.googleapis.com/google.rpc.DebugInfo".to_owned(), value: vec![0xff] };
            let details = vec![other, Any { type_url: type_url.to_owned(), value }];
            RpcStatus { message: "wait".to_owned(), details }.encode_to_vec()
        }

        #[test]
        fn a_delay_is_found_among_the_details() {
            // Written by hand from the definitions, so that no mistake of ours can hide in our own encoder.
            let bytes = b"\x08\x08\x12\x04full\x1a\x2e\x0a\x28type.googleapis.com/google.rpc.RetryInfo\
                          \x12\x02\x0a\x00";
            assert_eq!(retry_delay(bytes), Some(Duration::ZERO));
            let bytes = b"\x1a\x36\x0a\x28type.googleapis.com/google.rpc.RetryInfo\
                          \x12\x0a\x0a\x08\x08\x02\x10\x80\xca\xb5\xee\x01";
            assert_eq!(retry_delay(bytes), Some(Duration::from_millis(2_500)));
        }

        #[test]
        fn a_delay_that_makes_no_sense_is_brought_into_bounds() {
            assert_eq!(retry_delay(&details(3_600, 0)), Some(MAX_WAIT));
            assert_eq!(retry_delay(&details(3_600, 1)), Some(MAX_WAIT));
            assert_eq!(retry_delay(&details(i64::MAX, i32::MAX)), Some(MAX_WAIT));
            assert_eq!(retry_delay(&details(-1, 0)), Some(Duration::ZERO));
            assert_eq!(retry_delay(&details(i64::MIN, i32::MIN)), Some(Duration::ZERO));
            assert_eq!(retry_delay(&details(1, -500_000_000)), Some(Duration::from_millis(500)));
        }

        #[test]
        fn without_retry_info_there_is_no_delay() {
            assert_eq!(retry_delay(b""), None);
            assert_eq!(retry_delay(b"\xff"), None);
            assert_eq!(retry_delay(&around("type.googleapis.com/google.rpc.ErrorInfo", Vec::new())), None);
            assert_eq!(retry_delay(&around(RETRY_INFO, vec![0xff])), None);
        }

        proptest! {
            #[test]
            fn every_delay_is_kept_within_bounds(seconds: i64, nanos: i32) {
                let expected = (seconds as f64 + f64::from(nanos) / 1e9).clamp(0.0, 3_600.0);
                let delay = retry_delay(&details(seconds, nanos)).unwrap();
                prop_assert!((delay.as_secs_f64() - expected).abs() < 1e-3, "{delay:?} {expected}");
            }

            #[test]
            fn every_small_delay_is_exact(seconds in 0_i64..3_599, nanos in 0..1_000_000_000) {
                let expected = Duration::new(seconds as u64, nanos as u32);
                prop_assert_eq!(retry_delay(&details(seconds, nanos)), Some(expected));
            }

            #[test]
            fn no_bytes_at_all_do_harm(bytes: Vec<u8>) {
                prop_assert!(retry_delay(&bytes).is_none_or(|delay| delay <= MAX_WAIT));
            }
        }
    }
}
