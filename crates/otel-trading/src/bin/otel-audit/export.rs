//! `otel-audit export`.

use std::io::{self, BufWriter, Write as _};

use crate::answer::{Answer, Failure};
use crate::arguments::Export;
use crate::lines;

pub(crate) fn run(asked: &Export) -> Result<Answer, Failure> {
    let archive = asked.trail.archive()?;
    let from = asked.from.unwrap_or(archive.minimum());
    let to = asked.to.unwrap_or(u64::MAX);
    let mut out = BufWriter::new(io::stdout().lock());
    for (index, entry) in archive.entries(from).take_while(|(index, _)| *index < to) {
        let entry = entry.map_err(Failure::Archive)?;
        lines::record(index, &entry)?;
        out.write_all(lines::entry(index, &entry).as_bytes()).map_err(Failure::Output)?;
    }
    out.flush().map_err(Failure::Output)?;
    Ok(Answer::Written)
}
