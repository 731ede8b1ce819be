//! What a tracker says of attackers and the victim.

use super::Reading;
use super::fields::Link;
use super::file::Table;
use crate::import::ImportError;
use crate::import::conditions::{attacker, every, flag, none, one_of, some, victim};
use crate::tree::{Check, Expr, Field, Name};

/// The named list that stands for standings.
const BLUES: &str = "blues";

impl Reading<'_> {
    pub(super) fn attackers(&mut self) -> Result<(), ImportError> {
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

    pub(super) fn victim(&mut self) -> Result<(), ImportError> {
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

    pub(super) fn require(
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
}
