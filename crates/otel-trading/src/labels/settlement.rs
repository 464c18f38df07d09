//! What settlement is counted by.

otel_core::capped_labels! {
    /// Where a trade is settled: a depository or a clearing house, of which 12 are kept apart.
    pub struct Place: "trading.settlement.place", cap 12;
}

otel_core::labels! {
    /// What an instruction is at, and what can be said to have happened to it.
    pub enum SettlementStatus: "trading.settlement.status" {
        /// The place has it.
        Received = "received",
        /// The other side has said the same.
        Matched = "matched",
        /// The owner of the trade has agreed to it.
        Affirmed = "affirmed",
        /// A part has been delivered.
        PartiallySettled = "partially_settled",
        /// It could not be settled on its day, and stays open.
        Failed = "failed",
        /// All of it has been delivered.
        Settled = "settled",
        /// It was taken back.
        Cancelled = "cancelled",
    }

    /// Why an instruction fails: reasons of the ISO 20022 settlement status advice (sese.024, failing reasons), as far
    /// as settlement platforms use them.
    pub enum FailReason: "trading.settlement.fail.reason" {
        /// `LACK`: we lack the securities.
        LackOfSecurities = "lack_of_securities",
        /// `CLAC`: the other side lacks the securities.
        CounterpartyLacksSecurities = "counterparty_lacks_securities",
        /// `MONY`: we lack the money.
        LackOfMoney = "lack_of_money",
        /// `CMON`: the other side lacks the money.
        CounterpartyLacksMoney = "counterparty_lacks_money",
        /// `LATE`: it came after the market's deadline.
        Late = "late",
        /// `PREA`: we hold it back.
        OnHold = "on_hold",
        /// `PRCY`: the other side holds it back.
        CounterpartyOnHold = "counterparty_on_hold",
        /// `PRSY`: the system holds it back.
        SystemOnHold = "system_on_hold",
        /// `CSDH`: the depository holds it back.
        DepositoryOnHold = "depository_on_hold",
        /// `CVAL`: a rule of the depository holds it back.
        RestrictionOnHold = "restriction_on_hold",
        /// `CDLR`: a conditional delivery waits for its release.
        AwaitingRelease = "awaiting_release",
        /// `BLOC`: the account is blocked.
        AccountBlocked = "account_blocked",
        /// `SBLO`: the securities are blocked.
        SecuritiesBlocked = "securities_blocked",
        /// `LINK`: it waits for an instruction that it is linked to.
        Linked = "linked",
        /// `INBC`: not all instructions of its pool are there.
        PoolIncomplete = "pool_incomplete",
        /// `CYCL`: it waits for the next cycle.
        AwaitingCycle = "awaiting_cycle",
        /// `PART`: it will settle in parts.
        Partial = "partial",
        /// `OTHR`: anything else.
        Other = "other",
    }

    /// How long an open instruction has been due, in settlement days.
    pub enum Age: "trading.settlement.age" {
        /// Its day is to come.
        NotDue = "not_due",
        /// Its day is today.
        Due = "due",
        /// One day.
        Late1 = "late_1",
        /// Two to four days.
        Late2To4 = "late_2_to_4",
        /// Five to seven days.
        Late5To7 = "late_5_to_7",
        /// Longer.
        Late8 = "late_8_or_more",
    }

    /// Why something said of an instruction was not taken in.
    pub enum SettlementRefusal: "trading.settlement.refusal" {
        /// There is no room for another instruction.
        NoRoom = "no_room",
        /// There is an instruction of this name.
        Known = "known",
        /// There is no instruction of this name, or it is over.
        Unknown = "unknown",
        /// It cannot follow what the instruction is at.
        Illegal = "illegal",
        /// The quantity is not positive, or more than is left.
        Quantity = "quantity",
        /// The calendar has no settlement day for weeks.
        NoDay = "no_day",
    }
}

impl FailReason {
    /// The reason with this code of four letters; `None` for one that is not in the list.
    pub fn of_iso_20022(code: &str) -> Option<Self> {
        Some(match code {
            "LACK" => Self::LackOfSecurities,
            "CLAC" => Self::CounterpartyLacksSecurities,
            "MONY" => Self::LackOfMoney,
            "CMON" => Self::CounterpartyLacksMoney,
            "LATE" => Self::Late,
            "PREA" => Self::OnHold,
            "PRCY" => Self::CounterpartyOnHold,
            "PRSY" => Self::SystemOnHold,
            "CSDH" => Self::DepositoryOnHold,
            "CVAL" => Self::RestrictionOnHold,
            "CDLR" => Self::AwaitingRelease,
            "BLOC" => Self::AccountBlocked,
            "SBLO" => Self::SecuritiesBlocked,
            "LINK" => Self::Linked,
            "INBC" => Self::PoolIncomplete,
            "CYCL" => Self::AwaitingCycle,
            "PART" => Self::Partial,
            "OTHR" => Self::Other,
            _ => return None,
        })
    }
}
