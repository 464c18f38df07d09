//! How many different sessions there were, without remembering each.

use datasketches::hll::{Coupon, HllSketch, HllType, HllUnion};

use super::super::memory::Digest;

/// The sketch of each step has 2¹⁴ registers of 4 bits: about 8.3 KiB, so less than 64 KiB for all steps. By the
/// historical inverse probability its standard error is 0.833 / √2¹⁴ = 0.65 %: 2 % are three standard errors.
const REGISTERS: u8 = 14;

/// About how many distinct sessions there were.
#[derive(Debug)]
pub(super) struct Distinct {
    /// Always there: the number of registers is one that sketches may have.
    sketch: Option<HllSketch>,
}

impl Distinct {
    pub(super) fn new() -> Self {
        Self { sketch: HllSketch::new(REGISTERS, HllType::Hll4).ok() }
    }

    pub(super) fn add(&mut self, session: Digest) {
        if let Some(sketch) = &mut self.sketch {
            sketch.update_with_coupon(Coupon::from_value(session.0));
        }
    }

    /// Adds what another one has seen.
    pub(super) fn merge(&mut self, other: &Self) {
        let Ok(mut union) = HllUnion::new(REGISTERS) else { return };
        self.sketch.iter().chain(&other.sketch).for_each(|sketch| union.update(sketch));
        self.sketch = Some(union.to_sketch(HllType::Hll4));
    }

    pub(super) fn estimate(&self) -> u64 {
        // An estimate is finite and not negative, and a cast saturates.
        self.sketch.as_ref().map_or(0, |sketch| sketch.estimate().round() as u64)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.sketch.as_ref().map(HllSketch::serialize).unwrap_or_default()
    }

    /// What [`Distinct::to_bytes`] made; `None` when it is something else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let sketch = HllSketch::deserialize(bytes).ok()?;
        let is_ours = sketch.lg_config_k() == REGISTERS && sketch.target_type() == HllType::Hll4;
        is_ours.then_some(Self { sketch: Some(sketch) })
    }
}
