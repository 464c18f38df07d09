//! The audit trail of a run: written beside the telemetry, and checked at the end as anybody could check it.

use std::fmt;
use std::path::{Path, PathBuf};

use otel_core::{Currency, PseudonymKey, Sensitive, Telemetry};
use otel_trading::ComplianceLogger;
use otel_trading::audit::{AuditTrail, Options, TrailKey, Verdict, VerifierKey};
use otel_trading::compliance::flags::{
    AccountKey, FxTable, LargeTradeLimits, ParticipantKey, Party, Settings,
};
use otel_trading::compliance::logger::ComplianceSettings;
use otel_trading::compliance::sessions::Calendars;

/// What trails of this program are called.
const NAME: &str = "trading-order-path";

/// What large trades are compared in.
const REPORTING_CURRENCY: &str = "USD";

/// An audit trail that is being written.
pub(crate) struct Trail {
    dir: PathBuf,
    logger: ComplianceLogger,
}

/// A trail that was written.
pub(crate) struct Kept {
    dir: PathBuf,
    verifier: VerifierKey,
    verdict: Verdict,
}

impl Trail {
    /// A trail in a directory of its own. Its key is made for this run and forgotten with it, so nobody can write it on.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when the directory cannot be written or has another trail.
    pub(crate) fn open(dir: &Path, telemetry: &Telemetry) -> Result<Self, String> {
        let because = |error: &dyn fmt::Display| format!("no audit trail in {}: {error}", dir.display());
        let key = TrailKey::new(NAME, seed()).map_err(|error| because(&error))?;
        let trail = AuditTrail::open(dir, key, Options::default()).map_err(|error| because(&error))?;
        let settings = settings().map_err(|error| because(&error))?;
        let logger = ComplianceLogger::new(telemetry, trail, settings).map_err(|error| because(&error))?;
        Ok(Self { dir: dir.to_owned(), logger })
    }

    /// What is told of every order and trade.
    pub(crate) fn logger(&self) -> &ComplianceLogger {
        &self.logger
    }

    /// Writes what is left, and checks everything with the public key and the last checkpoint alone.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when something could not be written or read.
    pub(crate) fn close(self) -> Result<Kept, String> {
        let Self { dir, logger } = self;
        let because = |error: &dyn fmt::Display| format!("the audit trail in {}: {error}", dir.display());
        let checkpoint = logger.flush().map_err(|error| because(&error))?;
        let verifier = logger.trail().verifier();
        let verdict =
            AuditTrail::verify(&dir, &verifier, Some(&checkpoint)).map_err(|error| because(&error))?;
        logger.trail_verified(&verdict);
        Ok(Kept { dir, verifier, verdict })
    }
}

impl Kept {
    /// Whether the trail is what was signed.
    pub(crate) fn is_intact(&self) -> bool {
        matches!(self.verdict, Verdict::Intact(_))
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\naudit trail")?;
        match &self.verdict {
            Verdict::Intact(summary) => {
                writeln!(f, "  {:<40}{:>10}", "records, intact", summary.checkpoint.size())?;
            }
            Verdict::Tampered(finding) => writeln!(f, "  TAMPERED: {finding}")?,
        }
        writeln!(f, "  otel-audit verify {}", self.dir.display())?;
        writeln!(f, "  its key: {}", self.verifier)
    }
}

fn settings() -> Result<ComplianceSettings, String> {
    let currency = Currency::from_code(REPORTING_CURRENCY)
        .ok_or_else(|| format!("{REPORTING_CURRENCY} is no currency of ISO 4217"))?;
    let surveillance = Settings::new(LargeTradeLimits::new(FxTable::new(currency)));
    let calendars = Calendars::standard().map_err(|error| error.to_string())?;
    let desk = Sensitive::new(NAME).pseudonym(&PseudonymKey::ephemeral());
    let house = Party::new(ParticipantKey::from(desk), AccountKey::from(desk));
    Ok(ComplianceSettings::new(surveillance, calendars, house))
}

/// 32 bytes that nobody can guess: two pseudonyms under keys of this moment.
fn seed() -> [u8; 32] {
    let random = || Sensitive::new(NAME).pseudonym(&PseudonymKey::ephemeral()).to_string();
    let digits = [random(), random()].concat();
    let mut seed = [0; 32];
    for (byte, pair) in seed.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16)).unwrap_or(0);
        *byte = u8::try_from(digit(0) * 16 + digit(1)).unwrap_or(0);
    }
    seed
}
