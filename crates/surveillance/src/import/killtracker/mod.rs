//! aa-killtracker's trackers, as of version 2.1.0.
//!
//! A tracker is a flat record of which every field that is set must hold; a list in a field means
//! any of it. It is read as its users expect it to work: excluding several means none of them, 0 is
//! a value, and blues and member states are named lists.

mod fields;
mod file;

use self::fields::{Fields, Link};
use self::file::{File, Table, Tracker};
use super::conditions::{
    attacker, band, choice, every, flag, none, one_of, present, related, some, victim,
};
use super::decimal::{Decimal, Operator};
use super::{ImportError, Imported, Notes, json};
use crate::tree::{Check, Expr, Field, Name};

/// The named list that stands for standings.
const BLUES: &str = "blues";

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

    fn attackers(&mut self) -> Result<(), ImportError> {
        for (name, field, table) in [
            (
                "exclude_attacker_alliances",
                Field::Alliance,
                Table::Alliance,
            ),
            (
                "exclude_attacker_corporations",
                Field::Corporation,
                Table::Corporation,
            ),
            ("exclude_attacker_factions", Field::Faction, Table::Faction),
        ] {
            self.exclude(name, field, table, attacker)?;
        }
        self.attacking_organisations()?;
        let faction = Link::Row(Table::Faction);
        self.require(
            "require_attacker_factions",
            Field::Faction,
            faction,
            attacker,
        )?;
        self.states(
            "require_attacker_states",
            "exclude_attacker_states",
            attacker,
        )?;
        if self.fields.flag("exclude_blue_attackers")? {
            let blue = self.blue("exclude_blue_attackers")?;
            self.parts.push(none(attacker(blue)));
        }
        for (name, field) in [
            ("require_attackers_ship_groups", Field::ShipGroup),
            ("require_attackers_ship_types", Field::Ship),
            ("require_attackers_weapon_groups", Field::WeaponGroup),
            ("require_attackers_weapon_types", Field::Weapon),
        ] {
            self.require(name, field, Link::Static, attacker)?;
        }
        Ok(())
    }

    /// Alliances and corporations are both required, each of some attacker. With the toggle, one of
    /// either suffices, but it must have the final blow.
    fn attacking_organisations(&mut self) -> Result<(), ImportError> {
        const TOGGLE: &str = "require_attacker_organizations_final_blow";
        let mut organisations = Vec::new();
        for (name, field, table) in [
            (
                "require_attacker_alliances",
                Field::Alliance,
                Table::Alliance,
            ),
            (
                "require_attacker_corporations",
                Field::Corporation,
                Table::Corporation,
            ),
        ] {
            let refs = self.fields.refs(name, Link::Row(table))?;
            if !refs.is_empty() {
                organisations.push(one_of(field, refs));
            }
        }
        if !self.fields.flag(TOGGLE)? {
            self.parts.extend(organisations.into_iter().map(attacker));
            return Ok(());
        }
        if organisations.is_empty() {
            return Err(ImportError::inexpressible(
                TOGGLE,
                "no alliance or corporation is required, so nobody's final blow can match: list \
                 one, or switch it off",
            ));
        }
        self.parts.push(attacker(every([
            flag(Field::FinalBlow),
            some(organisations),
        ])));
        Ok(())
    }

    fn victim(&mut self) -> Result<(), ImportError> {
        for (required, excluded, field, table) in [
            (
                "require_victim_alliances",
                "exclude_victim_alliances",
                Field::Alliance,
                Table::Alliance,
            ),
            (
                "require_victim_corporations",
                "exclude_victim_corporations",
                Field::Corporation,
                Table::Corporation,
            ),
            (
                "require_victim_factions",
                "exclude_victim_factions",
                Field::Faction,
                Table::Faction,
            ),
        ] {
            self.require(required, field, Link::Row(table), victim)?;
            self.exclude(excluded, field, table, victim)?;
        }
        self.states("require_victim_states", "exclude_victim_states", victim)?;
        if self.fields.flag("require_blue_victim")? {
            let blue = self.blue("require_blue_victim")?;
            self.parts.push(victim(blue));
        }
        for (name, field) in [
            ("require_victim_ship_groups", Field::ShipGroup),
            ("require_victim_ship_types", Field::Ship),
        ] {
            self.require(name, field, Link::Static, victim)?;
        }
        Ok(())
    }

    fn require(
        &mut self,
        name: &'static str,
        field: Field,
        link: Link,
        of: fn(Expr) -> Expr,
    ) -> Result<(), ImportError> {
        let refs = self.fields.refs(name, link)?;
        if !refs.is_empty() {
            self.parts.push(of(one_of(field, refs)));
        }
        Ok(())
    }

    fn exclude(
        &mut self,
        name: &'static str,
        field: Field,
        table: Table,
        of: fn(Expr) -> Expr,
    ) -> Result<(), ImportError> {
        let refs = self.fields.refs(name, Link::Row(table))?;
        if refs.len() > 1 {
            self.notes.take(
                name,
                "none of them may be there; aa-killtracker 2.1.0 leaves a killmail out only if all \
                 of them are",
            );
        }
        if !refs.is_empty() {
            self.parts.push(none(of(one_of(field, refs))));
        }
        Ok(())
    }

    /// States of Alliance Auth's members are named lists of characters here.
    fn states(
        &mut self,
        required: &'static str,
        excluded: &'static str,
        of: fn(Expr) -> Expr,
    ) -> Result<(), ImportError> {
        for (name, wanted) in [(required, true), (excluded, false)] {
            let mut lists = Vec::new();
            for state in self.fields.refs(name, Link::Row(Table::State))? {
                let state = state.name().unwrap_or_default();
                let list = Name::new(state).map_err(|error| {
                    let problem = format!("the state becomes a named list, but {error}");
                    ImportError::inexpressible(name, problem)
                })?;
                self.notes.take(
                    name,
                    format!(
                        "the state is the named list \"{list}\" here: put the characters of its \
                         members into it"
                    ),
                );
                lists.push(Expr::test(Field::Character, Check::List(list)));
            }
            if !lists.is_empty() {
                let listed = of(some(lists));
                self.parts.push(if wanted { listed } else { none(listed) });
            }
        }
        Ok(())
    }

    fn blue(&mut self, name: &'static str) -> Result<Expr, ImportError> {
        let list = Name::new(BLUES).map_err(|error| {
            // Never: the name is a constant.
            ImportError::inexpressible(name, error.to_string())
        })?;
        self.notes.take(
            name,
            format!(
                "blues are the named list \"{list}\" here: put your friends into it. \
                 aa-killtracker keeps this setting but never looks at it"
            ),
        );
        Ok(Expr::test(Field::Who, Check::List(list)))
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
