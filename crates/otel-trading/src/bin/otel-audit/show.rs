//! `otel-audit show`.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use otel_trading::audit::{Archive, EntityId, Hash, State, StoredDetail, StoredRecord, StoredValue};

use crate::answer::{Answer, Failure};
use crate::arguments::Show;
use crate::lines;

pub(crate) fn run(asked: &Show, json: bool) -> Result<Answer, Failure> {
    let archive = asked.trail.archive()?;
    let text = match (asked.index, &asked.entity) {
        (Some(index), _) => entry(&archive, index, json)?,
        (None, Some(entity)) => history(&archive, entity, json)?,
        // The arguments do not allow it.
        (None, None) => String::new(),
    };
    io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::Output)?;
    Ok(Answer::Written)
}

fn entry(archive: &Archive, index: u64, json: bool) -> Result<String, Failure> {
    let entry = archive.entry(index).map_err(Failure::Archive)?;
    let record = lines::record(index, &entry)?;
    let mut text = String::new();
    // Writing into a `String` cannot fail.
    let _infallible = if json {
        write!(text, "{}", lines::entry(index, &entry))
    } else {
        readable(&mut text, index, Hash::leaf(&entry), &record, &record.details)
    };
    Ok(text)
}

fn history(archive: &Archive, entity: &str, json: bool) -> Result<String, Failure> {
    let history = archive.history(EntityId(entity)).map_err(Failure::History)?;
    let mut text = String::new();
    for state in history.states() {
        let State { index, record, details, .. } = state;
        let hash = Hash::leaf(&archive.entry(*index).map_err(Failure::Archive)?);
        // Writing into a `String` cannot fail.
        let _infallible = if json {
            write!(text, "{}", lines::state(state, hash))
        } else {
            readable(&mut text, *index, hash, record, details)
        };
    }
    Ok(text)
}

fn readable(
    text: &mut String,
    index: u64,
    hash: Hash,
    record: &StoredRecord,
    details: &[StoredDetail],
) -> fmt::Result {
    writeln!(text, "entry {index}: {} of {}, version {}", record.event, record.entity, record.version.0)?;
    writeln!(text, "  leaf hash {hash}")?;
    writeln!(text, "  {} ns since 1970, UTC", record.time.unix_nanos())?;
    for StoredDetail { name, value } in details {
        match value {
            StoredValue::Text(value) => writeln!(text, "  {name}: {value:?}"),
            StoredValue::Integer(value) => writeln!(text, "  {name}: {value}"),
            StoredValue::Decimal(value) => writeln!(text, "  {name}: {value}"),
            StoredValue::Money(value) => writeln!(text, "  {name}: {value}"),
            StoredValue::Time(value) => {
                writeln!(text, "  {name}: {} ns since 1970, UTC", value.unix_nanos())
            }
            StoredValue::Sealed { subject, .. } => writeln!(text, "  {name}: sealed, of {subject:?}"),
            other => writeln!(text, "  {name}: {other:?}"),
        }?;
    }
    Ok(())
}
