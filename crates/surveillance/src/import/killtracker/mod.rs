//! aa-killtracker's trackers, as of version 2.1.0.
//!
//! A tracker is a flat record of which every field that is set must hold; a list in a field means
//! any of it. It is read as its users expect it to work: excluding several means none of them, 0 is
//! a value, and blues and member states are named lists.

mod fields;
mod file;
mod people;

use self::fields::{Fields, Link};
use self::file::{File, Tracker};
use super::conditions::{band, choice, every, flag, none, present, related};
use super::decimal::{Decimal, Operator};
use super::{ImportError, Imported, Notes, json};
use crate::tree::{Check, Expr, Field};

/// Reads a tracker: an object of its fields, or what Django's `dumpdata` makes of it.
pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let document = json::document(text)?;
    let file = File::of(&document)?;
    Reading::of(&file, file.one()?)
}

/// Reads every tracker of a dump. An error says which tracker it is in.
pub(super) fn read_all(text: &str) -> Result<Vec<Imported>, ImportError> {
    let document = json::document(text)?;
    let file = File::of(&document)?;
    let trackers = file.trackers().iter();
    trackers
        .map(|tracker| {
            let read = Reading::of(&file, *tracker);
            read.map_err(|error| match tracker.name() {
                Some(name) => error.within(name),
                None => error,
            })
        })
        .collect()
}

struct Reading<'a> {
    fields: Fields<'a>,
    parts: Vec<Expr>,
    notes: Notes,
}

impl<'a> Reading<'a> {
    fn of(file: &'a File<'a>, tracker: Tracker<'a>) -> Result<Imported, ImportError> {
        let mut reading = Self {
            fields: Fields::of(file, tracker)?,
            parts: Vec::new(),
            notes: Notes::default(),
        };
        reading.place()?;
        reading.killmail()?;
        reading.attackers()?;
        reading.victim()?;
        reading.remarks();
        Ok(Imported {
            name: tracker.name().map(str::to_owned),
            expr: every(reading.parts),
            notes: reading.notes.0,
        })
    }

    fn place(&mut self) -> Result<(), ImportError> {
        self.distances()?;
        let bands = [
            ("exclude_high_sec", band::HIGH),
            ("exclude_low_sec", band::LOW),
            ("exclude_null_sec", band::NULL),
            ("exclude_w_space", band::WORMHOLE),
        ];
        let mut excluded = Vec::new();
        for (name, band) in bands {
            if self.fields.flag(name)? {
                excluded.push(band);
            }
        }
        if excluded.contains(&band::NULL) {
            self.notes.take(
                "exclude_null_sec",
                "Pochven and Zarzakh count as null security here",
            );
        }
        self.parts.push(none(choice(Field::Band, excluded)));
        for (name, field) in [
            ("require_regions", Field::Region),
            ("require_constellations", Field::Constellation),
            ("require_solar_systems", Field::System),
        ] {
            self.require(name, field, Link::Static, |test| test)?;
        }
        Ok(())
    }

    fn distances(&mut self) -> Result<(), ImportError> {
        let origin = self.fields.one("origin_solar_system", Link::Static)?;
        let jumps = self.fields.number("require_max_jumps")?;
        let light_years = self.fields.number("require_max_distance")?;
        for (name, number, scale) in [
            ("require_max_jumps", jumps, 0),
            ("require_max_distance", light_years, 3),
        ] {
            let Some(number) = number else { continue };
            let Some(origin) = origin.clone() else {
                return Err(ImportError::shape(
                    name,
                    "it is counted from origin_solar_system, which is not set",
                ));
            };
            let (floor, exact) = scaled(number, scale).ok_or_else(|| too_large(name))?;
            if !exact {
                let text = if scale == 0 {
                    "jumps are whole: rounded down"
                } else {
                    "rounded down to thousandths of a light-year"
                };
                self.notes.take(name, text);
            }
            if floor == 0 && exact {
                self.zero(name, "only the origin itself is near enough");
            }
            let check = if scale == 0 {
                Check::Jumps(floor, vec![origin])
            } else {
                Check::LightYears(floor, vec![origin])
            };
            self.parts.push(Expr::test(Field::System, check));
        }
        if jumps.is_some() && self.fields.flag("exclude_high_sec")? {
            self.notes.take(
                "require_max_jumps",
                "jumps are counted by the shortest way, through high security too",
            );
        }
        Ok(())
    }

    fn killmail(&mut self) -> Result<(), ImportError> {
        // Millions of ISK; at least nothing is no condition.
        self.number("require_min_value", Field::Value, Operator::AtLeast, 8)?;
        let count = Field::AttackerCount;
        self.number("require_min_attackers", count, Operator::AtLeast, 0)?;
        self.number("require_max_attackers", count, Operator::AtMost, 0)?;
        for (name, part) in [
            ("exclude_npc_kills", none(flag(Field::Npc))),
            ("require_npc_kills", flag(Field::Npc)),
            ("exclude_war_kills", none(present(Field::War))),
            ("require_war_kills", present(Field::War)),
        ] {
            if self.fields.flag(name)? {
                self.parts.push(part);
            }
        }
        Ok(())
    }

    fn number(
        &mut self,
        name: &'static str,
        field: Field,
        operator: Operator,
        scale: i32,
    ) -> Result<(), ImportError> {
        let Some(number) = self.fields.number(name)? else {
            return Ok(());
        };
        if number.scaled(scale) == Some((0, true)) {
            if operator == Operator::AtLeast {
                return Ok(());
            }
            self.zero(name, "no killmail is without attackers: nothing matches");
        }
        let relation = number.relation(operator, scale);
        let relation = relation.ok_or_else(|| too_large(name))?;
        self.parts.push(related(field, relation));
        Ok(())
    }

    fn zero(&mut self, name: &'static str, so: &str) {
        let text = format!("0 is taken at its word, {so}; aa-killtracker takes 0 for not set");
        self.notes.take(name, text);
    }

    /// What is no condition, and what is no part of the tracker but decides there.
    fn remarks(&mut self) {
        let shown = self.fields.presentation();
        if !shown.is_empty() {
            self.notes.take(
                shown.join(", "),
                "says how messages look or where they go: it is no part of a condition and was \
                 left out",
            );
        }
        if self.fields.is_switched_off() {
            self.notes.take("is_enabled", "it is switched off there");
        }
        self.notes.take(
            "KILLTRACKER_KILLMAIL_MAX_AGE_FOR_TRACKER",
            "aa-killtracker passes over killmails that come later than this setting of the whole \
             app, 600 minutes unless changed; for the same, add `age <= 10h`",
        );
        if self.parts.iter().all(|part| *part == Expr::Const(true)) {
            self.notes
                .take("the tracker", "it has no condition: every killmail matches");
        }
    }
}

/// In thousandths or whole ones, rounded down.
fn scaled(number: Decimal, scale: i32) -> Option<(u32, bool)> {
    let (floor, exact) = number.scaled(scale)?;
    Some((u32::try_from(floor).ok()?, exact))
}

fn too_large(name: &str) -> ImportError {
    ImportError::shape(name, "the number is too large")
}
