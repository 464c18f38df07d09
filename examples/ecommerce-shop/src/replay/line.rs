//! One line of an invoice: what it says, or why it cannot be used.

use csv::{ByteRecord, ReaderBuilder};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use otel_core::{Decimal, Timestamp};

use super::refusal::Refusal;

/// The columns that are read, as the first line of a file names them. Others may be there.
const COLUMNS: [&str; 5] = ["InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"];

/// The most fields that a line may have.
const MOST_FIELDS: usize = 256;

/// Where the columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    places: [usize; COLUMNS.len()],
    fields: usize,
}

/// What a line says of its invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The number of the invoice: digits, with a `C` before them where it cancels something.
    pub number: String,
    /// How many pieces; fewer than none were given back, or written off.
    pub quantity: i64,
    /// What one costs, in major units.
    pub price: Decimal,
    /// When. The files do not say in which zone, so it is taken for UTC.
    pub at: Timestamp,
    /// Who bought, where that is known.
    pub customer: Option<u64>,
}

impl Columns {
    /// Where the columns are in a file with this first line.
    ///
    /// # Errors
    ///
    /// The column that is missing.
    pub fn of(header: &[u8]) -> Result<Self, &'static str> {
        // The byte order mark that spreadsheets put before the first name is no field's.
        let names = fields(header).unwrap_or_default();
        let mut places = [0; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            *place = names.iter().position(|name| name == column.as_bytes()).ok_or(column)?;
        }
        Ok(Self { places, fields: names.len() })
    }

    /// Reads a line.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn read(&self, line: &[u8]) -> Result<InvoiceLine, Refusal> {
        let record = fields(line).filter(|record| record.len() == self.fields).ok_or(Refusal::Fields)?;
        let mut texts = [""; COLUMNS.len()];
        for (text, place) in texts.iter_mut().zip(self.places) {
            let field = record.get(place).ok_or(Refusal::Fields)?;
            *text = str::from_utf8(field).map_err(|_| Refusal::NotText)?.trim();
        }
        let [number, quantity, at, price, customer] = texts;
        Ok(InvoiceLine {
            number: self::number(number)?.to_owned(),
            quantity: quantity.parse().map_err(|_| Refusal::Quantity)?,
            price: price.parse().map_err(|_| Refusal::Price)?,
            at: time(at).ok_or(Refusal::Time)?,
            customer: self::customer(customer)?,
        })
    }
}

impl InvoiceLine {
    /// Whether it is of a cancellation.
    pub fn is_cancellation(&self) -> bool {
        self.number.starts_with('C')
    }
}

/// The fields of a line. A line break within a field is not a thing that invoices have, so each line stands for itself:
/// a quotation mark that nobody closes spoils one line, and not the rest of the file.
fn fields(line: &[u8]) -> Option<ByteRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(line.len().max(1))
        .from_reader(line);
    let mut record = ByteRecord::with_capacity(line.len(), 16);
    let is_there = reader.read_byte_record(&mut record).ok()?;
    (is_there && record.len() <= MOST_FIELDS).then_some(record)
}

fn number(text: &str) -> Result<&str, Refusal> {
    let digits = text.strip_prefix(['C', 'A']).unwrap_or(text);
    if !(1..=18).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Number);
    }
    if text.starts_with('A') { Err(Refusal::Adjustment) } else { Ok(text) }
}

fn time(text: &str) -> Option<Timestamp> {
    let time: DateTime = text.parse().ok()?;
    let nanos = time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_nanosecond();
    u64::try_from(nanos).ok().map(Timestamp::from_unix_nanos)
}

/// `17850.0` is what becomes of a number among blanks in a spreadsheet.
fn customer(text: &str) -> Result<Option<u64>, Refusal> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if text.is_empty() {
        return Ok(None);
    }
    digits.parse().map(Some).map_err(|_| Refusal::Customer)
}
