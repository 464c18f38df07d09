//! What a regulator is told: identifiers, transaction reports, order records, and how they leave.
//!
//! [`RegulatoryReporter::report_trade`] decides whether a transaction has to be reported, by the admission of its
//! instrument and never by its value; checks the report and says all that is wrong with it; and hands it to a
//! [`ReportSink`], once, however often it is asked to and whatever fails in between.
//!
//! This is software for people who know their obligations, not advice on them: who has to report, which exclusion
//! applies, and what the reference data are, the caller says.

mod admission;
pub mod cat;
mod cells;
mod code;
mod date;
mod deadline;
mod field;
mod figure;
mod filing;
mod findings;
mod kind;
mod reporter;
pub mod rts22;
pub mod rts24;
mod rule;
mod sink;
mod text;

pub use crate::file_error::FileError;
pub use admission::{
    Admission, Exclusion, Ground, InstrumentAdmissions, Jurisdiction, Reportability, Subject, reportability,
};
pub use cells::{LineError, LineProblem};
pub use code::UnknownCode;
pub use date::{Date, DateError, Moment};
pub use deadline::{Deadline, ReportingCalendar, Weekdays};
pub use field::{Field, Regulation};
pub use figure::{Figure, FigureError};
pub use filing::{Action, Filing, Reference};
pub use reporter::{
    Candidate, Pumped, Refusal, RegulatoryReporter, Reported, ReporterReport, ReporterSettings, StartError,
};
pub use rule::{Problem, Rule};
pub use sink::{CallbackSink, Failure, FileSink, FileSinkError, ReportSink};
pub use text::{Code, TextError, Words};
