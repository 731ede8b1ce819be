//! Addresses of zKillboard: of its pages, and of its API.
//!
//! An address is a list of what must hold, in any order: entities with their ids, and modifiers. All
//! that it says of a pilot, corporation, alliance, faction, ship or group is about one and the same
//! involved: with `kills` an attacker, with `losses` the victim, else either.

mod months;
mod page;
mod path;
mod segment;

use std::iter::Peekable;

use self::months::Months;
use self::page::page;
use self::path::{path, percent_decoded};
use self::segment::{Segment, segment};
use super::conditions::{
    anyone, attacker, band, choice, compare, every, flag, flag_is, one_of, related, victim, word,
};
use super::decimal::{Decimal, Operator};
use super::error::clipped;
use super::{ImportError, Imported, Notes};
use crate::tree::{Comparison, Expr, Field, Ref};

/// Reads an address, with or without `https://zkillboard.com` before it.
pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let mut notes = Notes::default();
    let path = path(text.trim(), &mut notes)?;
    let mut address = Address {
        parts: Vec::new(),
        involved: Vec::new(),
        side: None,
        seen: Vec::new(),
        months: Months::default(),
        notes,
    };
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut segments = segments.peekable();
    segments.next_if(|segment| segment.eq_ignore_ascii_case("api"));
    while let Some(name) = segments.next() {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "asearch" | "related" | "br" | "brsave" | "battlereport" => {
                return Err(ImportError::inexpressible(
                    name,
                    "what this page shows is not in its address, or long past: export zKillboard's \
                     advanced search for zkillbot and import that",
                ));
            }
            _ => address.segment(&name, &mut segments)?,
        }
    }
    address.finish()
}

/// Whose doing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Kills,
    Losses,
}

struct Address {
    /// What must hold of the killmail.
    parts: Vec<Expr>,
    /// What must hold of one and the same involved.
    involved: Vec<Expr>,
    side: Option<Side>,
    /// What was said already, and must not be said again.
    seen: Vec<Segment>,
    months: Months,
    notes: Notes,
}

impl Address {
    fn segment<'a>(
        &mut self,
        name: &str,
        rest: &mut Peekable<impl Iterator<Item = &'a str>>,
    ) -> Result<(), ImportError> {
        // Behind a leading `kills` can stand the name of a page.
        let of_page = match self.seen.as_slice() {
            [Segment::Kills] => page(name).map(Segment::Page),
            _ => None,
        };
        let known = of_page.or_else(|| segment(name)).ok_or_else(|| {
            ImportError::inexpressible(name, "this part of the address is not known")
        })?;
        if !matches!(known, Segment::Shown | Segment::ShownWith) {
            if self.seen.contains(&known) {
                let problem = "this is said twice; zKillboard would take one of them";
                return Err(ImportError::inexpressible(name, problem));
            }
            self.seen.push(known.clone());
        }
        match known {
            Segment::Involved(field) => {
                let refs = self.ids(name, rest.next())?;
                self.involved.push(one_of(field, refs));
            }
            Segment::Place(field) => {
                let refs = self.ids(name, rest.next())?;
                self.parts.push(one_of(field, refs));
            }
            Segment::Killmail => {
                let id = one_id(name, rest.next())?;
                self.parts.push(compare(Field::Id, Comparison::Equal, id));
            }
            Segment::Kills => self.take_side(Side::Kills)?,
            Segment::Losses => self.take_side(Side::Losses)?,
            Segment::FinalBlow => self.involved.push(flag(Field::FinalBlow)),
            Segment::Flag(field) => self.parts.push(flag(field)),
            Segment::FlagIs(field) => {
                // Pages of all kills say `awox` alone.
                let set = rest.next_if(|value| matches!(*value, "0" | "1")) != Some("0");
                self.parts.push(flag_is(field, set));
            }
            Segment::Band(place) => self.band(name, place),
            Segment::Label => self.label(rest.next())?,
            Segment::Ganked => self.parts.push(word(Field::Labels, "ganked")),
            Segment::Worth => self.worth(name, rest.next())?,
            Segment::PastSeconds => self.past_seconds(name, rest.next())?,
            Segment::Year => {
                let year = one_id(name, rest.next())?;
                let year = i16::try_from(year)
                    .ok()
                    .filter(|year| (2003..=2099).contains(year));
                let year = year.ok_or_else(|| number_expected(name, "a year from 2003"))?;
                self.months.year = Some(year);
            }
            Segment::Month => {
                let month = one_id(name, rest.next())?;
                let month = i8::try_from(month).ok().filter(|month| *month <= 12);
                let month = month.ok_or_else(|| number_expected(name, "a month from 1 to 12"))?;
                self.months.month = Some(month);
            }
            Segment::Page(found) => self.parts.push(found),
            Segment::Shown => self.shown(name),
            Segment::ShownWith => {
                rest.next();
                self.shown(name);
            }
            Segment::Disabled => {
                return Err(ImportError::inexpressible(
                    name,
                    "zKillboard no longer takes this: say it in Killwire's language, with `time` or \
                     `id`, or leave it out",
                ));
            }
        }
        Ok(())
    }

    fn take_side(&mut self, side: Side) -> Result<(), ImportError> {
        if self.side.is_some_and(|taken| taken != side) {
            return Err(ImportError::inexpressible(
                "kills, losses",
                "an address is about one or the other: leave both out for either side",
            ));
        }
        self.side = Some(side);
        Ok(())
    }

    fn ids(&mut self, name: &str, value: Option<&str>) -> Result<Vec<Ref>, ImportError> {
        let value = value.unwrap_or_default();
        let ids: Option<Vec<Ref>> = value.split(',').map(|id| id_of(id).map(Ref::Id)).collect();
        let ids = ids.ok_or_else(|| id_expected(name, value))?;
        if ids.len() > 1 {
            self.notes.take(
                name,
                "any of these; zKillboard no longer answers to lists of ids",
            );
        }
        Ok(ids)
    }

    fn band(&mut self, name: &str, place: u8) {
        if matches!(place, band::LOW | band::NULL) {
            self.notes.take(
                name,
                "systems whose security lies between 0.0 and 0.05 (13 in 2026) count as low \
                 security here, as in the game; zKillboard's addresses count them as null",
            );
        }
        self.parts.push(choice(Field::Band, vec![place]));
    }

    fn label(&mut self, value: Option<&str>) -> Result<(), ImportError> {
        let label = value.unwrap_or_default();
        // `+` stands in many labels, so it is no blank here.
        let label = percent_decoded(label).ok_or_else(|| {
            ImportError::shape(label, "what stands behind % is not text in UTF-8")
        })?;
        match label.trim() {
            "" => Err(ImportError::shape(
                "label",
                "a label is expected behind it, as in label/ganked/",
            )),
            "all" => Ok(()),
            label => {
                self.parts.push(word(Field::Labels, label));
                Ok(())
            }
        }
    }

    fn worth(&mut self, name: &str, value: Option<&str>) -> Result<(), ImportError> {
        let isk = value.filter(|value| value.bytes().all(|digit| digit.is_ascii_digit()));
        let relation = isk
            .and_then(Decimal::parse)
            .and_then(|isk| isk.relation(Operator::AtLeast, 2))
            .ok_or_else(|| number_expected(name, "an amount of ISK"))?;
        self.parts.push(related(Field::Value, relation));
        Ok(())
    }

    fn past_seconds(&mut self, name: &str, value: Option<&str>) -> Result<(), ImportError> {
        let seconds = one_id(name, value)?;
        self.notes.take(
            name,
            "read as the age at which a killmail appears here: a profile looks at what comes, not \
             back from now",
        );
        self.parts
            .push(compare(Field::Age, Comparison::AtMost, seconds));
        Ok(())
    }

    fn shown(&mut self, name: &str) {
        self.notes.take(
            name,
            "says how zKillboard shows what it finds: it is no condition and was left out",
        );
    }

    fn finish(mut self) -> Result<Imported, ImportError> {
        self.parts.extend(self.months.condition()?);
        let blow = self.involved.contains(&flag(Field::FinalBlow));
        if blow && self.involved.len() == 1 {
            return Err(ImportError::inexpressible(
                "finalblow-only",
                "it needs a pilot, corporation, alliance, faction, ship or group whose final blow \
                 it is",
            ));
        }
        if blow && self.side == Some(Side::Losses) {
            return Err(ImportError::inexpressible(
                "finalblow-only",
                "a victim has no final blow: nothing matches together with losses",
            ));
        }
        if !self.involved.is_empty() {
            let involved = every(self.involved);
            self.parts.insert(
                0,
                match self.side {
                    Some(Side::Losses) => victim(involved),
                    Some(Side::Kills) => attacker(involved),
                    // Only attackers have a final blow.
                    None if blow => attacker(involved),
                    None => anyone(involved),
                },
            );
        }
        let expr = every(self.parts);
        if expr == Expr::Const(true) {
            self.notes.take(
                "the address",
                "it is about no one and no place: every killmail matches",
            );
        }
        Ok(Imported {
            name: None,
            expr,
            notes: self.notes.0,
        })
    }
}

fn id_of(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|id| digits && *id > 0)
}

fn one_id(name: &str, value: Option<&str>) -> Result<i64, ImportError> {
    let value = value.unwrap_or_default();
    id_of(value).ok_or_else(|| id_expected(name, value))
}

fn id_expected(name: &str, value: &str) -> ImportError {
    let found = if value.is_empty() {
        "nothing".to_owned()
    } else {
        format!("\"{}\"", clipped(value))
    };
    let problem = format!("a number above 0 is expected behind it, not {found}");
    ImportError::shape(name, problem)
}

fn number_expected(name: &str, what: &str) -> ImportError {
    ImportError::shape(name, format!("{what} is expected behind it"))
}
