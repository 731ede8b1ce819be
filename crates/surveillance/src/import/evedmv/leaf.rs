//! One condition of eveDMV's.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use killwire_universe::Tag;
use serde_json::Value;

use super::field::{Meaning, meaning};
use super::words::{gang, hull};
use crate::import::conditions::{
    attacker, every, flag, none, one_of, present, related, some, victim,
};
use crate::import::decimal::{Decimal, Operator};
use crate::import::error::clipped;
use crate::import::{ImportError, Notes, json};
use crate::tree::{Check, Expr, Field, Has, Ref};

/// How a leaf compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// One value.
    Value(Operator),
    /// One of a list.
    In,
    /// None of a list.
    NotIn,
    /// A list that has one of these.
    ContainsAny,
    /// A list that has all of these.
    ContainsAll,
    /// A list that has none of these.
    NotContains,
}

/// The operator of this name.
pub(super) fn operator(name: &str) -> Option<Asks> {
    let asks = match name {
        "eq" => Asks::Value(Operator::Equal),
        "ne" => Asks::Value(Operator::Unequal),
        "gt" => Asks::Value(Operator::More),
        "lt" => Asks::Value(Operator::Less),
        "gte" => Asks::Value(Operator::AtLeast),
        "lte" => Asks::Value(Operator::AtMost),
        "in" => Asks::In,
        "not_in" => Asks::NotIn,
        "contains_any" => Asks::ContainsAny,
        "contains_all" => Asks::ContainsAll,
        "not_contains" => Asks::NotContains,
        _ => return None,
    };
    Some(asks)
}

/// A condition, its field not looked up yet.
pub(super) struct Leaf<'a> {
    pub(super) field: &'a str,
    pub(super) operator: Asks,
    pub(super) value: &'a Value,
}

impl Leaf<'_> {
    pub(super) fn read(&self, notes: &mut Notes) -> Result<Expr, ImportError> {
        let meaning = meaning(self.field)
            .ok_or_else(|| self.shape("a filter tree of eveDMV has no such field"))?;
        match meaning {
            Meaning::Victim(field) => self.numbered(field, victim),
            Meaning::VictimNamed(field) => self.named(field, victim),
            Meaning::System => self.numbered(Field::System, |test| test),
            Meaning::SystemNamed => self.named(Field::System, |test| test),
            Meaning::FinalBlow => {
                let blow = |pilot| match pilot {
                    Expr::Const(_) => pilot,
                    pilot => attacker(every([flag(Field::FinalBlow), pilot])),
                };
                self.numbered(Field::Character, blow)
            }
            Meaning::Number(field, scale) => {
                if field == Field::HullValue {
                    notes.take(
                        self.field,
                        "the hull alone; where eveDMV had no such figure it took what was destroyed",
                    );
                }
                self.number(field, "a number", json::decimal, scale)
            }
            Meaning::Time => self.number(
                Field::Time,
                "a time such as 2026-11-25T18:30:00Z",
                moment,
                0,
            ),
            Meaning::Tags => self.tags(notes),
            Meaning::KillCategory => self.words(|word| {
                gang(word).map_err(|why| {
                    ImportError::inexpressible(self.field, format!("\"{}\": {why}", clipped(word)))
                })
            }),
            Meaning::ShipCategory => {
                notes.take(
                    self.field,
                    "read by the groups of hulls; eveDMV told them apart by ranges of type ids that \
                     overlap",
                );
                self.words(|word| {
                    hull(word).map(victim).ok_or_else(|| {
                        self.shape(
                            "frigate, destroyer, cruiser, battlecruiser, battleship, industrial, \
                             capital or other is expected",
                        )
                    })
                })
            }
        }
    }

    fn shape(&self, problem: impl Into<String>) -> ImportError {
        ImportError::shape(self.field, problem)
    }

    fn unexpected(&self, value: &Value, expected: &str) -> ImportError {
        self.shape(format!(
            "{expected} is expected, not {}",
            json::shown(value)
        ))
    }

    /// This field does not take this operator.
    fn unfit(&self, takes: &str) -> ImportError {
        self.shape(format!("this field takes {takes}"))
    }

    /// The values of a list; eveDMV refuses empty ones.
    fn list(&self) -> Result<&[Value], ImportError> {
        match self.value {
            Value::Array(values) if !values.is_empty() => Ok(values),
            other => Err(self.unexpected(other, "a list with something in it")),
        }
    }

    /// The values that are asked for, and whether it must be one of them or none.
    fn values(&self, takes: &str) -> Result<(&[Value], bool), ImportError> {
        match self.operator {
            Asks::Value(Operator::Equal) => Ok((std::slice::from_ref(self.value), true)),
            Asks::Value(Operator::Unequal) => Ok((std::slice::from_ref(self.value), false)),
            Asks::In => Ok((self.list()?, true)),
            Asks::NotIn => Ok((self.list()?, false)),
            _ => Err(self.unfit(takes)),
        }
    }

    fn named(&self, field: Field, of: impl Fn(Expr) -> Expr) -> Result<Expr, ImportError> {
        let name = |value: &Value| Some(Ref::Name(json::text(value)?.into()));
        self.matching(field, name, "a name", of)
    }

    fn numbered(&self, field: Field, of: impl Fn(Expr) -> Expr) -> Result<Expr, ImportError> {
        let id = |value: &Value| json::id(value).map(Ref::Id);
        self.matching(field, id, "an id above 0", of)
    }

    fn matching(
        &self,
        field: Field,
        reference: impl Fn(&Value) -> Option<Ref>,
        expected: &str,
        of: impl Fn(Expr) -> Expr,
    ) -> Result<Expr, ImportError> {
        let (values, wanted) = self.values("eq, ne, in and not_in")?;
        // Equal to null is not there.
        let found = if values == [Value::Null] && matches!(self.operator, Asks::Value(_)) {
            none(of(present(field)))
        } else {
            let refs: Result<Vec<Ref>, ImportError> = values
                .iter()
                .map(|value| reference(value).ok_or_else(|| self.unexpected(value, expected)))
                .collect();
            of(one_of(field, refs?))
        };
        Ok(if wanted { found } else { none(found) })
    }

    fn number(
        &self,
        field: Field,
        expected: &str,
        read: fn(&Value) -> Option<Decimal>,
        scale: i32,
    ) -> Result<Expr, ImportError> {
        let related = |operator, value| {
            let relation = read(value).and_then(|number| number.relation(operator, scale));
            relation
                .map(|relation| related(field, relation))
                .ok_or_else(|| self.unexpected(value, expected))
        };
        match self.operator {
            Asks::Value(operator) => related(operator, self.value),
            Asks::In | Asks::NotIn => {
                let (values, wanted) = self.values("")?;
                let each: Result<Vec<Expr>, ImportError> = values
                    .iter()
                    .map(|value| related(Operator::Equal, value))
                    .collect();
                let found = some(each?);
                Ok(if wanted { found } else { none(found) })
            }
            _ => Err(self.unfit("eq, ne, gt, lt, gte, lte, in and not_in")),
        }
    }

    fn words(&self, read: impl Fn(&str) -> Result<Expr, ImportError>) -> Result<Expr, ImportError> {
        let (values, wanted) = self.values("eq, ne, in and not_in")?;
        let each: Result<Vec<Expr>, ImportError> = values
            .iter()
            .map(|value| {
                let word = json::text(value).ok_or_else(|| self.unexpected(value, "a word"))?;
                read(word)
            })
            .collect();
        let found = some(each?);
        Ok(if wanted { found } else { none(found) })
    }

    fn tags(&self, notes: &mut Notes) -> Result<Expr, ImportError> {
        let (has, wanted) = match self.operator {
            Asks::ContainsAny => (Has::Any, true),
            Asks::ContainsAll => (Has::All, true),
            Asks::NotContains => (Has::Any, false),
            _ => return Err(self.unfit("contains_any, contains_all and not_contains")),
        };
        let mut tags = Vec::new();
        for value in self.list()? {
            let word = json::text(value).ok_or_else(|| self.unexpected(value, "a tag"))?;
            let tag = Tag::ALL
                .iter()
                .find(|tag| tag.name().eq_ignore_ascii_case(word));
            let tag = tag.ok_or_else(|| {
                let problem = format!(
                    "\"{}\" is no module tag here: docs/module-tags.md lists them",
                    clipped(word)
                );
                ImportError::inexpressible(self.field, problem)
            })?;
            tags.push(tag.name().into());
        }
        if self.field == "noteworthy_modules" {
            notes.take(self.field, "read as module tags");
        }
        let found = Expr::test(Field::Tags, Check::Words(has, tags));
        Ok(if wanted { found } else { none(found) })
    }
}

/// A moment, in UTC where it does not say.
fn moment(value: &Value) -> Option<Decimal> {
    let text = json::text(value)?;
    let time = match text.parse::<Timestamp>() {
        Ok(time) => time,
        Err(_) => {
            let local: DateTime = text.parse().ok()?;
            local.to_zoned(TimeZone::UTC).ok()?.timestamp()
        }
    };
    Decimal::moment(time)
}
