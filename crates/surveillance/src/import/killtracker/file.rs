//! The forms in which a tracker comes, and the rows of the database that it refers to.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::import::error::clipped;
use crate::import::{ImportError, json};
use crate::tree::Ref;

/// A table whose rows a tracker refers to by their numbers, which are not EVE's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Alliance,
    Corporation,
    Faction,
    State,
}

impl Table {
    const ALL: [Self; 4] = [
        Self::Alliance,
        Self::Corporation,
        Self::Faction,
        Self::State,
    ];

    /// As `dumpdata` calls it.
    pub(super) const fn model(self) -> &'static str {
        match self {
            Self::Alliance => "eveonline.EveAllianceInfo",
            Self::Corporation => "eveonline.EveCorporationInfo",
            Self::Faction => "eveonline.EveFactionInfo",
            Self::State => "authentication.State",
        }
    }

    /// The members with EVE's id and with the name.
    const fn members(self) -> (&'static str, &'static str) {
        match self {
            Self::Alliance => ("alliance_id", "alliance_name"),
            Self::Corporation => ("corporation_id", "corporation_name"),
            Self::Faction => ("faction_id", "faction_name"),
            Self::State => ("", "name"),
        }
    }

    /// Whether a number can be EVE's id. A smaller one is that of a row. States have no ids.
    pub(super) const fn can_be_id(self, number: i64) -> bool {
        match self {
            Self::Alliance | Self::Corporation => number >= 1_000_000,
            Self::Faction => number >= 500_000,
            Self::State => false,
        }
    }
}

/// The trackers of a document, and the rows that they refer to.
pub(super) struct File<'a> {
    trackers: Vec<Tracker<'a>>,
    rows: BTreeMap<(Table, i64), Ref>,
}

/// A tracker as it was found.
#[derive(Clone, Copy)]
pub(super) struct Tracker<'a> {
    pub(super) fields: &'a Map<String, Value>,
    /// It was written by `dumpdata`, so that numbers are those of rows.
    dumped: bool,
}

const TRACKER: &str = "killtracker.tracker";

impl<'a> File<'a> {
    /// The trackers in `document`, one at least: an object of fields, a record of `dumpdata`, or a
    /// list with such among other records.
    pub(super) fn of(document: &'a Value) -> Result<Self, ImportError> {
        let records = match document {
            Value::Array(records) => records.as_slice(),
            record => std::slice::from_ref(record),
        };
        let mut file = Self {
            trackers: Vec::new(),
            rows: BTreeMap::new(),
        };
        for record in records {
            file.take(record)?;
        }
        if file.trackers.is_empty() {
            let problem = format!("there is none: a record of the model {TRACKER} is expected");
            return Err(ImportError::shape("the tracker", problem));
        }
        Ok(file)
    }

    fn take(&mut self, record: &'a Value) -> Result<(), ImportError> {
        let Value::Object(object) = record else {
            let problem = format!("an object is expected, not {}", json::shown(record));
            return Err(ImportError::shape("the tracker", problem));
        };
        match (object.get("model"), object.get("fields")) {
            (None, _) => self.trackers.push(Tracker {
                fields: object,
                dumped: false,
            }),
            (Some(Value::String(model)), Some(Value::Object(fields))) => {
                if model.eq_ignore_ascii_case(TRACKER) {
                    self.trackers.push(Tracker {
                        fields,
                        dumped: true,
                    });
                } else if let Some((key, row)) = row(model, object, fields) {
                    self.rows.insert(key, row);
                }
            }
            _ => {
                return Err(ImportError::shape(
                    "the tracker",
                    "a record of dumpdata has `model` as text and `fields` as an object",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn trackers(&self) -> &[Tracker<'a>] {
        &self.trackers
    }

    /// The only tracker.
    pub(super) fn one(&self) -> Result<Tracker<'a>, ImportError> {
        if let [one] = self.trackers.as_slice() {
            return Ok(*one);
        }
        let names = self.trackers.iter().filter_map(Tracker::name);
        let names: Vec<&str> = names.take(5).collect();
        let problem = format!(
            "there are {} in one file ({}); one is expected",
            self.trackers.len(),
            clipped(&names.join(", ")),
        );
        Err(ImportError::shape("the tracker", problem))
    }

    /// What a number in a field means that refers to `table`.
    pub(super) fn row(
        &self,
        tracker: Tracker<'_>,
        name: &str,
        table: Table,
        number: i64,
    ) -> Result<Ref, ImportError> {
        if tracker.dumped
            && let Some(row) = self.rows.get(&(table, number))
        {
            return Ok(row.clone());
        }
        if table.can_be_id(number) {
            return Ok(Ref::Id(number));
        }
        let model = table.model();
        let instead = match table {
            Table::State => "write the state's name",
            _ => "write EVE's id, or the name",
        };
        Err(ImportError::shape(
            name,
            format!(
                "{number} is the number of a row in Alliance Auth's database: dump {model} along \
                 with the tracker, or {instead}"
            ),
        ))
    }
}

impl<'a> Tracker<'a> {
    /// What it is called, where it has a name.
    pub(super) fn name(&self) -> Option<&'a str> {
        self.fields.get("name").and_then(json::text)
    }
}

/// A dumped row that trackers can refer to.
fn row(
    model: &str,
    record: &Map<String, Value>,
    fields: &Map<String, Value>,
) -> Option<((Table, i64), Ref)> {
    let table = Table::ALL
        .into_iter()
        .find(|table| table.model().eq_ignore_ascii_case(model))?;
    let number = record.get("pk").and_then(json::id)?;
    let (id, name) = table.members();
    let id = fields.get(id).and_then(json::id);
    let name = fields.get(name).and_then(json::text);
    let row = match (id, name) {
        (Some(id), Some(name)) => Ref::Both(id, name.into()),
        (Some(id), None) => Ref::Id(id),
        (None, Some(name)) => Ref::Name(name.into()),
        (None, None) => return None,
    };
    Some(((table, number), row))
}
