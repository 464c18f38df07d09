//! Stock that is set aside.

use crate::ids::ProductId;
use crate::invalid::{Field, Invalid};

/// Pieces of one product: how many were asked for, and how many were set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    product: ProductId<'a>,
    wanted: u32,
    reserved: u32,
}

impl<'a> Line<'a> {
    /// So many pieces of a product, all of which were set aside.
    ///
    /// # Errors
    ///
    /// When the identifier is empty, or there are no pieces.
    pub fn new(product: ProductId<'a>, wanted: u32) -> Result<Self, Invalid> {
        Invalid::unless_there(product.0, Field::Product)?;
        if wanted == 0 {
            return Err(Invalid::Nothing(Field::Items));
        }
        Ok(Self { product, wanted, reserved: wanted })
    }

    /// The same pieces, of which only so many were set aside.
    ///
    /// # Errors
    ///
    /// When they are more than were asked for.
    pub const fn only(mut self, reserved: u32) -> Result<Self, Invalid> {
        if reserved > self.wanted {
            return Err(Invalid::Excess(Field::Items));
        }
        self.reserved = reserved;
        Ok(self)
    }

    /// What is sold.
    pub const fn product(&self) -> ProductId<'a> {
        self.product
    }

    /// How many pieces were asked for.
    pub const fn wanted(&self) -> u32 {
        self.wanted
    }

    /// How many of them were set aside.
    pub const fn reserved(&self) -> u32 {
        self.reserved
    }

    /// How many of them were not there.
    pub const fn missing(&self) -> u32 {
        self.wanted.saturating_sub(self.reserved)
    }
}
