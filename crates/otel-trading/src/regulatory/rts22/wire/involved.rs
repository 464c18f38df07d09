//! Fields 7 to 24 and 57 to 60 by number, and back: parties, and who decided.

use otel_core::Sensitive;

use crate::ids::iso::Country;
use crate::ids::person::PersonId;
use crate::regulatory::cells::{Cells, LineProblem, value};
use crate::regulatory::kind::IdKind;
use crate::regulatory::rts22::{
    Decider, Decision, Execution, NewTransaction, Party, PartySide, Person, Side, StaffMember,
};

pub(super) fn write(new: &NewTransaction, cells: &mut Cells) {
    for (side, which) in [(&new.buyer, PartySide::Buyer), (&new.seller, PartySide::Seller)] {
        write_side(side, which, cells);
    }
    match &new.decision {
        Some(Decision::Algorithm(code)) => drop(cells.put(57, IdKind::Algorithm).put(57, code)),
        Some(Decision::Person(member)) => write_member(member, 57, cells),
        None => {}
    }
    match &new.execution {
        Execution::Algorithm(code) => drop(cells.put(59, IdKind::Algorithm).put(59, code)),
        Execution::Person(member) => write_member(member, 59, cells),
        Execution::Client => drop(cells.put(59, IdKind::Client)),
    }
}

fn write_member(member: &StaffMember, field: u8, cells: &mut Cells) {
    put_person(&member.id, field, cells);
    cells.put(field + 1, member.branch);
}

fn put_person(id: &PersonId, field: u8, cells: &mut Cells) {
    cells.put(field, IdKind::of(id.scheme())).put(field, id.code().expose());
}

fn write_side(side: &Side, which: PartySide, cells: &mut Cells) {
    let field = |offset| which.field(offset).number();
    for party in &side.parties {
        let (branch, person) = match party {
            Party::Entity(lei, branch) => {
                cells.put(field(0), IdKind::Entity).put(field(0), lei);
                (*branch, None)
            }
            Party::Venue(mic) => {
                cells.put(field(0), IdKind::Venue).put(field(0), mic);
                (None, None)
            }
            Party::Internal => {
                cells.put(field(0), IdKind::Internal).put(field(0), "");
                (None, None)
            }
            Party::Person(person, branch) => {
                put_person(&person.id, field(0), cells);
                (*branch, Some(person))
            }
        };
        match branch {
            Some(branch) => cells.put(field(1), branch),
            None => cells.put(field(1), ""),
        };
        put_names(person, field(2), cells);
    }
    for decider in &side.decider {
        let person = match decider {
            Decider::Entity(lei) => {
                cells.put(field(5), IdKind::Entity).put(field(5), lei);
                None
            }
            Decider::Person(person) => {
                put_person(&person.id, field(5), cells);
                Some(person)
            }
        };
        put_names(person, field(6), cells);
    }
}

/// First names, surnames and date of birth, in three fields; empty for who is no person.
fn put_names(person: Option<&Person>, field: u8, cells: &mut Cells) {
    match person {
        Some(person) => cells
            .put(field, person.first_names.sensitive().expose())
            .put(field + 1, person.surnames.sensitive().expose())
            .put(field + 2, person.birth.expose()),
        None => cells.put(field, "").put(field + 1, "").put(field + 2, ""),
    };
}

pub(super) fn read_sides(cells: &mut Cells) -> Result<(Side, Side), LineProblem> {
    Ok((read_side(PartySide::Buyer, cells)?, read_side(PartySide::Seller, cells)?))
}

fn read_side(which: PartySide, cells: &mut Cells) -> Result<Side, LineProblem> {
    let field = |offset| which.field(offset).number();
    let ids = read_ids(field(0), cells)?;
    let branches = exactly(ids.len(), field(1), cells)?;
    let names = read_names(ids.len(), field(2), cells)?;
    let parties = ids.iter().zip(branches).zip(names).map(|((id, branch), names)| {
        let branch = read_branch(&branch, field(1))?;
        party(id, branch, &names, field(0))
    });
    let parties = parties.collect::<Result<_, _>>()?;
    let ids = read_ids(field(5), cells)?;
    let names = read_names(ids.len(), field(6), cells)?;
    let deciders = ids.iter().zip(names).map(|((kind, code), names)| match kind {
        IdKind::Entity => value(code, field(5)).map(Decider::Entity),
        kind => names.person(*kind, code, field(5)).map(Decider::Person),
    });
    Ok(Side { parties, decider: deciders.collect::<Result<_, _>>()? })
}

fn party(
    (kind, code): &(IdKind, String),
    branch: Option<Country>,
    names: &Names,
    field: u8,
) -> Result<Party, LineProblem> {
    match kind {
        IdKind::Entity => Ok(Party::Entity(value(code, field)?, branch)),
        IdKind::Venue => value(code, field).map(Party::Venue),
        IdKind::Internal => Ok(Party::Internal),
        kind => Ok(Party::Person(names.person(*kind, code, field)?, branch)),
    }
}

fn read_branch(text: &str, field: u8) -> Result<Option<Country>, LineProblem> {
    if text.is_empty() { Ok(None) } else { value(text, field).map(Some) }
}

/// The kinds and codes of a field, which alternate.
fn read_ids(field: u8, cells: &mut Cells) -> Result<Vec<(IdKind, String)>, LineProblem> {
    let texts = cells.all(field);
    let (pairs, []) = texts.as_chunks::<2>() else { return Err(LineProblem::Count(field)) };
    pairs.iter().map(|[kind, code]| Ok((value(kind, field)?, code.clone()))).collect()
}

fn exactly(count: usize, field: u8, cells: &mut Cells) -> Result<Vec<String>, LineProblem> {
    let texts = cells.all(field);
    if texts.len() == count { Ok(texts) } else { Err(LineProblem::Count(field)) }
}

/// What three fields say of one place.
struct Names {
    first: String,
    last: String,
    birth: String,
    field: u8,
}

fn read_names(count: usize, field: u8, cells: &mut Cells) -> Result<Vec<Names>, LineProblem> {
    let first = exactly(count, field, cells)?;
    let last = exactly(count, field + 1, cells)?;
    let birth = exactly(count, field + 2, cells)?;
    let names = first.into_iter().zip(last).zip(birth);
    Ok(names.map(|((first, last), birth)| Names { first, last, birth, field }).collect())
}

impl Names {
    fn person(&self, kind: IdKind, code: &str, field: u8) -> Result<Person, LineProblem> {
        Ok(Person {
            id: kind.person(code, field)?,
            first_names: value(&self.first, self.field)?,
            surnames: value(&self.last, self.field + 1)?,
            birth: Sensitive::new(value(&self.birth, self.field + 2)?),
        })
    }
}

pub(super) fn read_decision(cells: &mut Cells) -> Result<Option<Decision>, LineProblem> {
    let Some((kind, code)) = cells.pair(57)? else { return Ok(None) };
    Ok(Some(match kind {
        IdKind::Algorithm => Decision::Algorithm(value(&code, 57)?),
        kind => Decision::Person(read_member(kind, &code, 57, cells)?),
    }))
}

pub(super) fn read_execution(cells: &mut Cells) -> Result<Execution, LineProblem> {
    let (kind, code) = cells.pair(59)?.ok_or(LineProblem::Missing(59))?;
    Ok(match kind {
        IdKind::Algorithm => Execution::Algorithm(value(&code, 59)?),
        IdKind::Client => Execution::Client,
        kind => Execution::Person(read_member(kind, &code, 59, cells)?),
    })
}

fn read_member(kind: IdKind, code: &str, field: u8, cells: &mut Cells) -> Result<StaffMember, LineProblem> {
    Ok(StaffMember { id: kind.person(code, field)?, branch: cells.one(field + 1)? })
}
