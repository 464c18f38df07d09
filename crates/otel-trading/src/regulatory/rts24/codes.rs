//! The lists of codes of RTS 24, Annex, Table 2.

use crate::regulatory::code::codes;

codes! {
    /// Field 10: how long an order stays, or from when on.
    pub enum ValidityPeriod {
        /// Until the end of the day.
        Day = DAVY,
        /// Until it is cancelled.
        UntilCancelled = GTCV,
        /// Until a time of the day.
        UntilTime = GTTV,
        /// Until the end of a date.
        UntilDate = GDTV,
        /// Until a time of a date.
        UntilDateTime = GTSV,
        /// From a time of the day on.
        AfterTime = GATV,
        /// From a date on.
        AfterDate = GADV,
        /// From a time of a date on.
        AfterDateTime = GASV,
        /// What can be executed at once.
        ImmediateOrCancel = IOCV,
        /// All at once or nothing.
        FillOrKill = FOKV,
    }

    /// Field 11: in which phase alone an order counts.
    pub enum OrderRestriction {
        /// At the closing price.
        ClosingPriceCross = SESR,
        /// In auctions.
        Auction = VFAR,
        /// In continuous trading.
        Continuous = VFCR,
    }

    /// Field 21: what happened.
    pub enum OrderEvent {
        /// It was received.
        New = NEWO,
        /// A condition came true, and it is in the book.
        Triggered = TRIG,
        /// Its owner replaced it, at the price of its priority.
        ReplacedByMember = REME,
        /// The market replaced it by itself.
        ReplacedAutomatically = REMA,
        /// Somebody at the market replaced it.
        ReplacedByHand = REMH,
        /// Its owner changed its state.
        ChangedByMember = CHME,
        /// The market changed its state by itself.
        ChangedAutomatically = CHMA,
        /// Somebody at the market changed its state.
        ChangedByHand = CHMH,
        /// Its owner cancelled it.
        CancelledByMember = CAME,
        /// The market cancelled it.
        CancelledByMarket = CAMO,
        /// It was received and refused.
        Rejected = REMO,
        /// Its time ran out.
        Expired = EXPI,
        /// A part was executed.
        PartiallyFilled = PARF,
        /// The rest was executed.
        Filled = FILL,
    }

    /// Field 23.
    pub enum OrderClass {
        /// It may trade at its limit or better.
        Limit = LMTO,
        /// It comes to the book when the market reaches its stop.
        Stop = STOP,
    }

    /// Field 32.
    pub enum OrderDirection {
        /// It buys.
        Buy = BUYI,
        /// It sells.
        Sell = SELL,
    }

    /// Field 33.
    pub enum OrderState {
        /// It can trade.
        Active = ACTI,
        /// It cannot.
        Inactive = INAC,
        /// A quote that can be executed.
        Firm = FIRM,
        /// A quote that cannot.
        Indicative = INDI,
        /// Derived from other orders.
        Implied = IMPL,
        /// Passed on to another venue.
        Routed = ROUT,
    }

    /// Field 44: which side of an execution an order was.
    pub enum Aggressor {
        /// It was in the book.
        Passive = PASV,
        /// It met one in the book.
        Aggressive = AGRE,
    }
}

impl ValidityPeriod {
    /// Whether it names a time, which field 12 then has.
    pub const fn has_time(self) -> bool {
        !matches!(self, Self::Day | Self::UntilCancelled | Self::ImmediateOrCancel | Self::FillOrKill)
    }
}

impl OrderEvent {
    /// Whether something was executed.
    pub const fn is_execution(self) -> bool {
        matches!(self, Self::PartiallyFilled | Self::Filled)
    }
}
