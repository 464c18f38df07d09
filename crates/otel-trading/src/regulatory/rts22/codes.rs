//! The lists of codes of RTS 22, Annex I, Table 2.

use crate::regulatory::code::codes;

codes! {
    /// Field 1.
    pub enum ReportStatus {
        /// A new report.
        New = NEWT,
        /// The cancellation of a report.
        Cancellation = CANC,
    }

    /// Field 29: in which capacity the firm traded.
    pub enum TradingCapacity {
        /// On own account.
        OwnAccount = DEAL,
        /// Between a buyer and a seller, without risk: matched principal.
        MatchedPrincipal = MTCH,
        /// Any other: mostly on behalf of a client.
        AnyOther = AOTC,
    }

    /// Field 32: how the notional of a derivative contract changed.
    pub enum NotionalChange {
        /// It rose.
        Increase = INCR,
        /// It fell.
        Decrease = DECR,
    }

    /// Field 49: what the term of an index is counted in.
    pub enum TermUnit {
        /// Days.
        Days = DAYS,
        /// Weeks.
        Weeks = WEEK,
        /// Months.
        Months = MNTH,
        /// Years.
        Years = YEAR,
    }

    /// Field 50.
    pub enum OptionType {
        /// The right to sell.
        Put = PUTO,
        /// The right to buy.
        Call = CALL,
        /// It was not known which at the time of execution.
        Other = OTHR,
    }

    /// Field 53: when an option may be exercised.
    pub enum ExerciseStyle {
        /// At the end.
        European = EURO,
        /// At any time.
        American = AMER,
        /// At the end, at a mean price.
        Asian = ASIA,
        /// On some days.
        Bermudan = BERM,
        /// In another way.
        Other = OTHR,
    }

    /// Field 56: how a derivative is settled.
    pub enum DeliveryType {
        /// By delivery.
        Physical = PHYS,
        /// In cash.
        Cash = CASH,
        /// As a party or a third party chooses, or it is not known yet.
        Optional = OPTL,
    }

    /// Field 61: the waiver of Articles 4 and 9 of MiFIR under which the transaction was made.
    pub enum Waiver {
        /// Equity: at a reference price.
        ReferencePrice = RFPT,
        /// Equity: negotiated, liquid.
        NegotiatedLiquid = NLIQ,
        /// Equity: negotiated, illiquid.
        NegotiatedIlliquid = OILQ,
        /// Equity: negotiated, under other conditions than the market price.
        NegotiatedConditions = PRIC,
        /// Not equity: above the size specific to the instrument.
        Size = SIZE,
        /// Not equity: illiquid.
        Illiquid = ILQD,
    }

    /// Field 62: what the firm knows of a sale of shares or sovereign debt, under Regulation (EU) No 236/2012.
    pub enum ShortSelling {
        /// Short, and not exempted.
        Short = SESH,
        /// Short, and exempted.
        ShortExempt = SSEX,
        /// Not short.
        NotShort = SELL,
        /// The client did not say.
        Undisclosed = UNDI,
    }

    /// Field 63: the kind of transaction that was published after the trade, by Articles 20 and 21 of MiFIR.
    pub enum OtcIndicator {
        /// At a benchmark.
        Benchmark = BENC,
        /// Between two clients of one firm.
        AgencyCross = ACTX,
        /// Large in scale.
        LargeInScale = LRGS,
        /// Illiquid.
        Illiquid = ILQD,
        /// Above the size specific to the instrument.
        Size = SIZE,
        /// The publication was cancelled.
        Cancelled = CANC,
        /// The publication was amended.
        Amended = AMND,
        /// Equity: with a special dividend.
        SpecialDividend = SDIV,
        /// Equity: with price improvement.
        PriceImprovement = RPRI,
        /// Equity: published more than once.
        Duplicate = DUPL,
        /// Equity: does not contribute to price discovery.
        NoPriceDiscovery = TNCP,
        /// Not equity: part of a package.
        Package = TPAC,
        /// Not equity: exchange for physical.
        ExchangeForPhysical = XFPH,
    }
}

impl Waiver {
    /// Whether the waiver is one of equity instruments; if not, it is one of the others.
    pub const fn is_for_equity(self) -> bool {
        !matches!(self, Self::Size | Self::Illiquid)
    }
}

impl OtcIndicator {
    /// Whether only equity instruments have it.
    pub const fn is_for_equity(self) -> bool {
        matches!(
            self,
            Self::SpecialDividend | Self::PriceImprovement | Self::Duplicate | Self::NoPriceDiscovery
        )
    }

    /// Whether only other instruments have it.
    pub const fn is_for_others(self) -> bool {
        matches!(self, Self::Package | Self::ExchangeForPhysical)
    }
}
