//! What is written down of a record, what comes back, and who can read it.

use std::sync::Arc;

use otel_core::{Currency, Decimal, Money, Sensitive, Timestamp};
use otel_trading::audit::{
    AppendError, AuditTrail, Detail, DetailName, EntityId, EventType, HistoryError, KeyFolder, KeyStore as _,
    Options, Record, SecrecyError, StoredDetail, StoredRecord, StoredValue, Subject, Value, Verdict, Version,
    verify,
};
use otel_trading::{Price, Quantity};
use proptest::prelude::*;

use super::{files, key, open, verifier};

fn time() -> Timestamp {
    Timestamp::from_unix_nanos(1_790_000_000_123_456_789)
}

#[test]
fn a_record_is_written_as_json_that_anyone_can_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let euro = Currency::from_code("EUR").expect("a currency");
    let details = [
        Detail::new(DetailName("side"), Value::Text("buy \"now\"")),
        Detail::new(DetailName("quantity"), Value::Quantity(Quantity::whole(500))),
        Detail::new(DetailName("price"), Value::Price(Price("48.141".parse().expect("a price")))),
        Detail::new(DetailName("value"), Value::Money(Money::from_minor(2_407_050, euro))),
        Detail::new(DetailName("sent"), Value::Time(Timestamp::from_unix_nanos(7))),
        Detail::new(DetailName("attempts"), Value::Integer(-3)),
    ];
    let record = Record {
        details: &details,
        ..Record::new(EventType("order_created"), time(), EntityId("c-1"), Version::FIRST)
    };
    trail.append(&record).expect("an open trail").wait().expect("durable");
    let entry = trail.archive().expect("a trail").entry(0).expect("an entry");
    let expected = concat!(
        r#"{"event":"order_created","unix_nanos":1790000000123456789,"entity":"c-1","version":1,"details":["#,
        r#"{"name":"side","value":{"text":"buy \"now\""}},"#,
        r#"{"name":"quantity","value":{"decimal":"500"}},"#,
        r#"{"name":"price","value":{"decimal":"48.141"}},"#,
        r#"{"name":"value","value":{"money":{"minor":2407050,"currency":"EUR"}}},"#,
        r#"{"name":"sent","value":{"unix_nanos":7}},"#,
        r#"{"name":"attempts","value":{"integer":-3}}]}"#,
    );
    assert_eq!(String::from_utf8(entry).expect("a text"), expected);
}

proptest! {
    #[test]
    fn a_record_comes_back_as_it_was(
        event in any::<String>(),
        entity in any::<String>(),
        nanos in any::<u64>(),
        version in any::<u64>(),
        values in proptest::collection::vec((any::<String>(), any_value()), 0..6),
    ) {
        let record = StoredRecord {
            event,
            time: Timestamp::from_unix_nanos(nanos),
            entity,
            version: Version(version),
            details: values.into_iter().map(|(name, value)| StoredDetail { name, value }).collect(),
        };
        let entry = written(&record);
        prop_assert_eq!(StoredRecord::parse(&entry), Ok(record));
    }

    #[test]
    fn no_bytes_make_the_parser_fail(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in any::<usize>()) {
        drop(StoredRecord::parse(&bytes));
        let mut entry = written(&StoredRecord {
            event: "order_created".to_owned(),
            time: time(),
            entity: "c-1".to_owned(),
            version: Version(3),
            details: vec![StoredDetail { name: "n".to_owned(), value: StoredValue::Integer(4) }],
        });
        let at = cut % entry.len();
        entry.splice(at..at, bytes.into_iter().take(3));
        drop(StoredRecord::parse(&entry));
        entry.truncate(at);
        prop_assert!(StoredRecord::parse(&entry).is_err());
    }
}

fn any_value() -> impl Strategy<Value = StoredValue> {
    prop_oneof![
        any::<String>().prop_map(StoredValue::Text),
        any::<i64>().prop_map(StoredValue::Integer),
        (any::<i64>(), 0..=Decimal::MAX_SCALE).prop_map(|(mantissa, scale)| StoredValue::Decimal(
            Decimal::new(mantissa, scale).expect("a scale")
        )),
        (any::<i64>(), prop_oneof![Just("USD"), Just("JPY"), Just("KWD")]).prop_map(|(minor, code)| {
            StoredValue::Money(Money::from_minor(minor, Currency::from_code(code).expect("a currency")))
        }),
        any::<u64>().prop_map(|nanos| StoredValue::Time(Timestamp::from_unix_nanos(nanos))),
    ]
}

/// The entry that a trail makes of a record, through a trail.
fn written(stored: &StoredRecord) -> Vec<u8> {
    let details: Vec<_> = stored
        .details
        .iter()
        .map(|detail| {
            let value = match &detail.value {
                StoredValue::Text(text) => Value::Text(text),
                StoredValue::Integer(number) => Value::Integer(*number),
                StoredValue::Decimal(number) => Value::Decimal(*number),
                StoredValue::Money(money) => Value::Money(*money),
                StoredValue::Time(time) => Value::Time(*time),
                other => panic!("{other:?}"),
            };
            Detail::new(DetailName(&detail.name), value)
        })
        .collect();
    let record = Record {
        details: &details,
        ..Record::new(EventType(&stored.event), stored.time, EntityId(&stored.entity), stored.version)
    };
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let receipt = trail.append(&record).expect("an open trail").wait().expect("durable");
    let entry = trail.archive().expect("a trail").entry(receipt.index).expect("an entry");
    assert_eq!(otel_trading::audit::Hash::leaf(&entry), receipt.leaf_hash);
    entry
}

fn with_keys(dir: &std::path::Path, keys: &std::path::Path) -> (AuditTrail, Arc<KeyFolder>) {
    let keys = Arc::new(KeyFolder::open(keys).expect("a directory"));
    let options = Options { keys: Some(keys.clone()), ..Options::default() };
    (AuditTrail::open(dir, key(), options).expect("a trail"), keys)
}

fn personal<'a>(subject: &'a str, text: &'a str) -> Detail<'a> {
    Detail::new(DetailName("trader"), Value::Personal(Subject(subject), Sensitive::new(text)))
}

#[test]
fn personal_data_is_encrypted_and_forgotten_without_a_hash_changing() {
    let (dir, store) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    let (trail, keys) = with_keys(dir.path(), store.path());
    let names = [("p-1", "Jane Doe"), ("p-2", "John Roe"), ("p-1", "Jane Doe")];
    for (version, (subject, name)) in (1..).zip(names) {
        let details = [personal(subject, name)];
        let record = Record {
            details: &details,
            ..Record::new(EventType("seen"), time(), EntityId("c-1"), Version(version))
        };
        trail.append(&record).expect("an open trail").wait().expect("durable");
    }
    let before = trail.flush().expect("published");
    for file in files(dir.path()) {
        let bytes = std::fs::read(&file).expect("a file");
        assert!(!bytes.windows(4).any(|window| window == b"Jane" || window == b"John"), "{}", file.display());
    }
    let archive = trail.archive().expect("a trail");
    let records: Vec<_> = archive.records(0).map(|(_, record)| record.expect("a record")).collect();
    for (record, (_, name)) in records.iter().zip(names) {
        assert_eq!(record.unsealed(0, &*keys).expect("a key").expose(), name);
    }
    // Equal values do not look equal.
    assert_ne!(records[0].details, records[2].details);

    trail.shred(Subject("p-1")).expect("destroyed");
    assert_eq!(records[0].unsealed(0, &*keys), Err(SecrecyError::Forgotten));
    assert_eq!(records[2].unsealed(0, &*keys), Err(SecrecyError::Forgotten));
    assert_eq!(records[1].unsealed(0, &*keys).expect("a key").expose(), "John Roe");
    assert!(matches!(verify(dir.path(), &verifier(), Some(&before), |_, _| {}), Ok(Verdict::Intact(_))));
    // Nobody takes up a person again who was forgotten, and nobody's data is written in clear instead.
    let details = [personal("p-1", "Jane Doe")];
    let record =
        Record { details: &details, ..Record::new(EventType("seen"), time(), EntityId("c-1"), Version(4)) };
    assert_eq!(trail.append(&record).err(), Some(AppendError::Secrecy(SecrecyError::Forgotten)));
    assert_eq!(trail.checkpoint(), before);
}

#[test]
fn personal_data_without_keys_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let details = [personal("p-1", "Jane Doe")];
    let record = Record {
        details: &details,
        ..Record::new(EventType("seen"), time(), EntityId("c-1"), Version::FIRST)
    };
    assert_eq!(trail.append(&record).err(), Some(AppendError::Secrecy(SecrecyError::NoStore)));
    assert_eq!(trail.shred(Subject("p-1")), Err(SecrecyError::NoStore));
}

#[test]
fn sealed_data_is_of_no_use_in_another_place() {
    let (dir, store) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    let (trail, keys) = with_keys(dir.path(), store.path());
    let details = [personal("p-1", "Jane Doe"), personal("p-2", "John Roe")];
    let record = Record {
        details: &details,
        ..Record::new(EventType("seen"), time(), EntityId("c-1"), Version::FIRST)
    };
    trail.append(&record).expect("an open trail").wait().expect("durable");
    let (_, right) = trail.archive().expect("a trail").records(0).next().expect("one");
    let right = right.expect("a record");
    let moved: [fn(&mut StoredRecord); 5] = [
        |record| record.entity = "c-2".to_owned(),
        |record| record.version = Version(2),
        |record| record.details[0].name = "desk".to_owned(),
        |record| record.details[0].value = record.details[1].value.clone(),
        |record| match &mut record.details[0].value {
            StoredValue::Sealed { sealed, .. } => sealed[30] ^= 1,
            other => panic!("{other:?}"),
        },
    ];
    for (at, change) in moved.into_iter().enumerate() {
        let mut record = right.clone();
        change(&mut record);
        let unsealed = record.unsealed(0, &*keys);
        // Another's value in the place of the first is at home under the same name: it says whose it is.
        let is_safe = if at == 3 { unsealed.is_ok() } else { unsealed == Err(SecrecyError::Wrong) };
        assert!(is_safe, "{at}: {unsealed:?}");
    }
    assert_eq!(right.unsealed(2, &*keys), Err(SecrecyError::NotSealed));
}

#[test]
fn a_key_folder_makes_one_key_for_each_subject_and_says_when_a_file_is_none() {
    let store = tempfile::tempdir().expect("a directory");
    let keys = KeyFolder::open(store.path()).expect("a directory");
    assert_eq!(keys.existing(Subject("p-1")).err(), Some(SecrecyError::Unknown));
    let made: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| *keys.key(Subject("p-1")).expect("a key").expose())).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert!(made.iter().all(|key| *key == made[0]), "two keys for one subject");
    assert_ne!(*keys.key(Subject("p-2")).expect("a key").expose(), made[0]);
    let paths = files(store.path());
    assert_eq!(paths.len(), 2, "{paths:?}");
    std::fs::write(&paths[0], b"half a key").expect("written");
    std::fs::write(&paths[1], [0; 32]).expect("written");
    let found = ["p-1", "p-2"].map(|subject| keys.key(Subject(subject)).err());
    assert!(found.contains(&Some(SecrecyError::Forgotten)), "{found:?}");
    assert!(found.iter().any(|error| matches!(error, Some(SecrecyError::File(_)))), "{found:?}");
}

fn changed(trail: &AuditTrail, entity: &str, version: u64, changes: &[(&str, i64)]) {
    let details: Vec<_> =
        changes.iter().map(|(name, value)| Detail::new(DetailName(name), Value::Integer(*value))).collect();
    let record = Record {
        details: &details,
        ..Record::new(EventType("changed"), time(), EntityId(entity), Version(version))
    };
    trail.append(&record).expect("an open trail").wait().expect("durable");
}

#[test]
fn every_version_of_a_record_is_made_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    changed(&trail, "c-1", 1, &[("quantity", 500), ("price", 48)]);
    changed(&trail, "c-2", 1, &[("quantity", 9)]);
    // Appended by another thread, out of order.
    changed(&trail, "c-1", 3, &[("price", 47), ("filled", 100)]);
    changed(&trail, "c-1", 2, &[("price", 49)]);
    let history = trail.archive().expect("a trail").history(EntityId("c-1")).expect("a history");
    let as_numbers = |details: &[StoredDetail]| -> Vec<(String, i64)> {
        let number = |detail: &StoredDetail| match detail.value {
            StoredValue::Integer(number) => (detail.name.clone(), number),
            ref other => panic!("{other:?}"),
        };
        details.iter().map(number).collect()
    };
    let states: Vec<_> =
        history.states().iter().map(|state| (state.index, as_numbers(&state.details))).collect();
    let owned =
        |details: &[(&str, i64)]| details.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let expected: Vec<(u64, Vec<(String, i64)>)> = vec![
        (0, owned(&[("quantity", 500), ("price", 48)])),
        (3, owned(&[("quantity", 500), ("price", 49)])),
        (2, owned(&[("quantity", 500), ("price", 47), ("filled", 100)])),
    ];
    assert_eq!(states, expected);
    assert!(history.states().iter().all(|state| state.is_complete));
    assert_eq!(history.version(Version(2)).map(|state| state.index), Some(3));

    changed(&trail, "c-1", 5, &[("price", 46)]);
    let gap = trail.archive().expect("a trail").history(EntityId("c-1"));
    assert_eq!(gap, Err(HistoryError::Missing { version: Version(4), next: 4 }));
    changed(&trail, "c-1", 4, &[("price", 45)]);
    changed(&trail, "c-1", 2, &[("price", 44)]);
    let twice = trail.archive().expect("a trail").history(EntityId("c-1"));
    assert_eq!(twice, Err(HistoryError::Repeated { version: Version(2), first: 3, second: 6 }));
}
