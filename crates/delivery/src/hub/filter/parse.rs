//! Reading a filter: the names that clients write, and what may stand behind each.

use std::time::Duration;

use killwire_killmail::{GroupId, Isk, TypeId};
use killwire_store::Origin;
use killwire_universe::{How, Kind, Universe};

use super::Filter;

/// Every name that [`Filter::parse`] knows, in the order of the documentation.
pub const FILTER_NAMES: &[&str] = &[
    "systems",
    "constellations",
    "regions",
    "characters",
    "corporations",
    "alliances",
    "ship_types",
    "ship_groups",
    "min_value",
    "labels",
    "npc",
    "solo",
    "origin",
    "max_age",
    "updates",
];

/// The oldest that `max_age` may ask for: ten years.
const MOST_AGE: Duration = Duration::from_secs(10 * 365 * 86_400);

/// The longest label.
const LABEL_BYTES: usize = 64;

/// How much one filter may hold.
#[derive(Clone, Copy, Debug)]
pub struct FilterLimits {
    /// Ids in one list.
    pub ids: usize,
    /// Labels.
    pub labels: usize,
}

impl Default for FilterLimits {
    fn default() -> Self {
        Self {
            ids: 10_000,
            labels: 50,
        }
    }
}

/// Why something cannot be used as a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A value that the name cannot have.
    #[error("{name} is {value:?}: expected {expected}")]
    Invalid {
        /// The filter's name.
        name: &'static str,
        /// What was given, cut.
        value: String,
        /// What would do.
        expected: String,
    },
    /// More than one value where there can be one.
    #[error("{0} is given more than once")]
    Repeated(&'static str),
    /// A list that is too long.
    #[error("{name} has {given} values: at most {allowed} are allowed")]
    TooMany {
        /// The filter's name.
        name: &'static str,
        /// How many were given, duplicates not counted.
        given: usize,
        /// How many may be.
        allowed: usize,
    },
}

impl Filter {
    /// Reads a filter. `values` answers what stands behind a name, separated, nothing where the name
    /// is absent. Places and hulls may be written by their names in the game, where static data is
    /// there.
    ///
    /// # Errors
    /// [`FilterError`], naming what is wrong and what would do.
    pub fn parse<'a, Values>(
        values: impl Fn(&'static str) -> Values,
        universe: &Universe,
        limits: FilterLimits,
    ) -> Result<Self, FilterError>
    where
        Values: IntoIterator<Item = &'a str>,
    {
        let texts = |name| -> Vec<&'a str> {
            let all = values(name).into_iter().map(str::trim);
            all.filter(|text| !text.is_empty()).collect()
        };
        let one = |name| match texts(name)[..] {
            [] => Ok(None),
            [text] => Ok(Some(text)),
            _ => Err(FilterError::Repeated(name)),
        };
        let places = |name, kind| named_ids(name, &texts(name), universe, kind);
        Ok(Self {
            systems: list("systems", places("systems", Kind::System)?, limits)?,
            constellations: list(
                "constellations",
                places("constellations", Kind::Constellation)?,
                limits,
            )?,
            regions: list("regions", places("regions", Kind::Region)?, limits)?,
            characters: list(
                "characters",
                ids("characters", &texts("characters"))?,
                limits,
            )?,
            corporations: list(
                "corporations",
                ids("corporations", &texts("corporations"))?,
                limits,
            )?,
            alliances: list("alliances", ids("alliances", &texts("alliances"))?, limits)?,
            ship_types: list::<TypeId>("ship_types", places("ship_types", Kind::Type)?, limits)?,
            ship_groups: list::<GroupId>(
                "ship_groups",
                places("ship_groups", Kind::Group)?,
                limits,
            )?,
            watch: None,
            min_value: one("min_value")?.map(value).transpose()?,
            labels: labels(&texts("labels"), limits)?,
            npc: one("npc")?.map(|text| yes_or_no("npc", text)).transpose()?,
            solo: one("solo")?
                .map(|text| yes_or_no("solo", text))
                .transpose()?,
            origin: one("origin")?.map(origin).transpose()?.flatten(),
            max_age: one("max_age")?.map(max_age).transpose()?,
            updates: one("updates")?
                .map(|text| yes_or_no("updates", text))
                .transpose()?
                .unwrap_or(false),
        })
    }
}

/// Sorted, without duplicates, within the limit.
fn list<Id: TryFrom<i64> + Ord>(
    name: &'static str,
    ids: Vec<i64>,
    limits: FilterLimits,
) -> Result<Vec<Id>, FilterError> {
    let read = |id: i64| Id::try_from(id).map_err(|_| not_an_id(name, &id.to_string()));
    let mut ids = ids.into_iter().map(read).collect::<Result<Vec<Id>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    within(name, ids.len(), limits.ids)?;
    Ok(ids)
}

fn ids(name: &'static str, texts: &[&str]) -> Result<Vec<i64>, FilterError> {
    let read = |text: &&str| digits(text).ok_or_else(|| not_an_id(name, text));
    texts.iter().map(read).collect()
}

/// Ids, or names that the static data knows.
fn named_ids(
    name: &'static str,
    texts: &[&str],
    universe: &Universe,
    kind: Kind,
) -> Result<Vec<i64>, FilterError> {
    let read = |text: &&str| {
        digits(text)
            .or_else(|| named(universe, text, kind))
            .ok_or_else(|| unknown(name, text, universe, kind))
    };
    texts.iter().map(read).collect()
}

fn digits(text: &str) -> Option<i64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|id: &i64| all && *id > 0)
}

fn named(universe: &Universe, text: &str, kind: Kind) -> Option<i64> {
    let mut found = universe.search(text, 20).into_iter();
    let found = found.find(|of| of.kind == kind && of.how == How::Exact)?;
    Some(found.id)
}

fn not_an_id(name: &'static str, text: &str) -> FilterError {
    invalid(name, text, "ids, whole numbers above 0".to_owned())
}

fn unknown(name: &'static str, text: &str, universe: &Universe, kind: Kind) -> FilterError {
    let near = universe.search(text, 20).into_iter();
    let expected = match near.into_iter().find(|of| of.kind == kind) {
        Some(near) => format!("ids or names; perhaps {:?} ({})", near.name, near.id),
        None => "ids, or names of the game's static data".to_owned(),
    };
    invalid(name, text, expected)
}

fn value(text: &str) -> Result<Isk, FilterError> {
    let read = text.parse::<Isk>().ok().filter(|value| *value >= Isk::ZERO);
    read.ok_or_else(|| {
        let expected = "an amount of ISK from 0: 100000000, 100m or 1.5b".to_owned();
        invalid("min_value", text, expected)
    })
}

fn labels(texts: &[&str], limits: FilterLimits) -> Result<Vec<String>, FilterError> {
    if let Some(long) = texts.iter().find(|text| text.len() > LABEL_BYTES) {
        let expected = format!("labels of at most {LABEL_BYTES} bytes");
        return Err(invalid("labels", long, expected));
    }
    let mut labels: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    labels.sort_unstable();
    labels.dedup();
    within("labels", labels.len(), limits.labels)?;
    Ok(labels)
}

fn yes_or_no(name: &'static str, text: &str) -> Result<bool, FilterError> {
    match text {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err(invalid(name, text, "true or false".to_owned())),
    }
}

fn origin(text: &str) -> Result<Option<Origin>, FilterError> {
    match text {
        "live" => Ok(Some(Origin::Live)),
        "late" => Ok(Some(Origin::Late)),
        "any" => Ok(None),
        _ => Err(invalid("origin", text, "live, late or any".to_owned())),
    }
}

fn max_age(text: &str) -> Result<Duration, FilterError> {
    age(text).ok_or_else(|| {
        let expected = "an age up to ten years: 90s, 15m, 24h or 7d".to_owned();
        invalid("max_age", text, expected)
    })
}

/// `90s`, `15m`, `24h`, `7d`, or bare seconds; up to ten years.
pub(crate) fn age(text: &str) -> Option<Duration> {
    let (number, unit) = match text.char_indices().last() {
        Some((cut, 's')) => (&text[..cut], 1),
        Some((cut, 'm')) => (&text[..cut], 60),
        Some((cut, 'h')) => (&text[..cut], 3_600),
        Some((cut, 'd')) => (&text[..cut], 86_400),
        _ => (text, 1),
    };
    let seconds = digits(number).and_then(|number| u64::try_from(number).ok()?.checked_mul(unit));
    let age = seconds.map(Duration::from_secs);
    age.filter(|age| *age <= MOST_AGE)
}

fn within(name: &'static str, given: usize, allowed: usize) -> Result<(), FilterError> {
    if given > allowed {
        return Err(FilterError::TooMany {
            name,
            given,
            allowed,
        });
    }
    Ok(())
}

fn invalid(name: &'static str, value: &str, expected: String) -> FilterError {
    FilterError::Invalid {
        name,
        value: value.chars().take(80).collect(),
        expected,
    }
}
