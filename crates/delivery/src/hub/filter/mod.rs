//! What a reader wants of the log: one filter for every protocol, the command line and webhooks.
//!
//! Kinds of conditions are joined by AND, the values within one kind by OR. Conditions on ids, value
//! and labels are about the fact record as it was with the event, so that a filter answers the same
//! whenever the event is read; what follows from static data (constellation, region, group) is
//! looked up in the snapshot in use.

mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use killwire_killmail::{
    AllianceId, CharacterId, ConstellationId, CorporationId, Facts, GroupId, Isk, RegionId,
    SystemId, TypeId,
};
use killwire_store::{EventKind, LogEvent, Origin};
use killwire_universe::Universe;

pub(crate) use self::parse::age;
pub use self::parse::{FILTER_NAMES, FilterError, FilterLimits};

/// What a reader wants. The default wants every killmail that is new.
///
/// Lists of ids are sorted and without duplicates, and an empty one asks for nothing. `characters`,
/// `corporations`, `alliances`, `ship_types` and `ship_groups` hold for the victim or for any
/// attacker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields have the names that clients write")]
pub struct Filter {
    pub systems: Vec<SystemId>,
    pub constellations: Vec<ConstellationId>,
    pub regions: Vec<RegionId>,
    pub characters: Vec<CharacterId>,
    pub corporations: Vec<CorporationId>,
    pub alliances: Vec<AllianceId>,
    pub ship_types: Vec<TypeId>,
    pub ship_groups: Vec<GroupId>,
    /// What was subscribed to: a system of one list **or** a pilot of the other. None for protocols
    /// without subscriptions; an empty one wants nothing.
    pub watch: Option<Watch>,
    /// The total value is known and at least this.
    pub min_value: Option<Isk>,
    /// It carries one of these.
    pub labels: Vec<String>,
    /// Whether only NPCs shot; killmails that do not say count as not.
    pub npc: Option<bool>,
    /// Whether one pilot did it alone; killmails that do not say count as not.
    pub solo: Option<bool>,
    /// Whether it was news when it came.
    pub origin: Option<Origin>,
    /// The ship died no longer than this before the event came. Who reads later is given the same.
    pub max_age: Option<Duration>,
    /// Patches to killmails as well, not only their first appearance.
    pub updates: bool,
}

/// Systems and pilots that somebody watches, as the channel protocol and the peer's stream know it:
/// a killmail that has to do with either is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Sorted, unique.
    pub systems: Vec<SystemId>,
    /// Sorted, unique; as victim or attacker.
    pub characters: Vec<CharacterId>,
}

impl Watch {
    fn takes(&self, facts: &Facts) -> bool {
        has(&self.systems, Some(facts.system_id))
            || (!self.characters.is_empty()
                && anyone(facts, |pilot, _, _| has(&self.characters, pilot)))
    }
}

impl Filter {
    /// Whether an event is for this reader. It answers the same whenever it is asked.
    ///
    /// Without `updates`, a patch is for it only where it makes the killmail match for the first
    /// time: the reader then gets it once.
    #[must_use]
    pub fn takes(&self, event: &LogEvent, universe: &Universe) -> bool {
        let Some(facts) = event.facts.as_deref() else {
            return false;
        };
        let on_time = self.is_wanted_origin(event.origin) && self.is_recent(event);
        match event.kind {
            EventKind::Imported => false,
            EventKind::Updated if !self.updates => {
                on_time
                    && !event.earlier.is_empty()
                    && self.matches(facts, universe)
                    && !event
                        .earlier
                        .iter()
                        .any(|before| self.matches(before, universe))
            }
            EventKind::New | EventKind::Updated => on_time && self.matches(facts, universe),
        }
    }

    /// Whether what the killmail says fits, whenever it happened and however it came.
    #[must_use]
    pub fn matches(&self, facts: &Facts, universe: &Universe) -> bool {
        self.fits_place(facts, universe)
            && self.fits_value(facts)
            && self.watch.as_ref().is_none_or(|watch| watch.takes(facts))
            && self.fits_people(facts)
            && self.fits_ships(facts, universe)
    }

    /// What could match at all, in words of the field: `systems: 3, min_value: 100m`. `everything`
    /// where nothing is asked for.
    fn parts(&self) -> Vec<String> {
        let watch = self.watch.as_ref();
        let counts = [
            ("systems", self.systems.len()),
            ("constellations", self.constellations.len()),
            ("regions", self.regions.len()),
            ("characters", self.characters.len()),
            ("corporations", self.corporations.len()),
            ("alliances", self.alliances.len()),
            ("ship_types", self.ship_types.len()),
            ("ship_groups", self.ship_groups.len()),
            ("labels", self.labels.len()),
            (
                "watched systems",
                watch.map_or(0, |watch| watch.systems.len()),
            ),
            (
                "watched characters",
                watch.map_or(0, |watch| watch.characters.len()),
            ),
        ];
        let mut parts: Vec<String> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        parts.extend(
            self.min_value
                .map(|value| format!("min_value {}", value.short())),
        );
        parts.extend(self.npc.map(|npc| format!("npc {npc}")));
        parts.extend(self.solo.map(|solo| format!("solo {solo}")));
        parts.extend(
            self.origin
                .map(|origin| format!("origin {}", origin_name(origin))),
        );
        parts.extend(
            self.max_age
                .map(|age| format!("max_age {}s", age.as_secs())),
        );
        if self.updates {
            parts.push("with updates".to_owned());
        }
        parts
    }

    /// Whether what came in this way is wanted.
    pub(crate) fn is_wanted_origin(&self, origin: Origin) -> bool {
        self.origin.is_none_or(|wanted| wanted == origin)
    }

    /// Whether the ship died not long before the event was appended.
    fn is_recent(&self, event: &LogEvent) -> bool {
        let age = event.appended_at.duration_since(event.time);
        self.max_age
            .is_none_or(|most| age <= most.try_into().unwrap_or(SignedDuration::MAX))
    }

    fn fits_place(&self, facts: &Facts, universe: &Universe) -> bool {
        if !self.systems.is_empty() && !has(&self.systems, Some(facts.system_id)) {
            return false;
        }
        if self.constellations.is_empty() && self.regions.is_empty() {
            return true;
        }
        universe.system(facts.system_id).is_some_and(|system| {
            wanted(&self.constellations, system.constellation_id)
                && wanted(&self.regions, system.region_id)
        })
    }

    fn fits_value(&self, facts: &Facts) -> bool {
        self.min_value
            .is_none_or(|least| facts.total_value.is_some_and(|value| value >= least))
            && self.npc.is_none_or(|npc| facts.npc.unwrap_or(false) == npc)
            && self
                .solo
                .is_none_or(|solo| facts.solo.unwrap_or(false) == solo)
            && (self.labels.is_empty()
                || self.labels.iter().any(|label| facts.labels.contains(label)))
    }

    fn fits_people(&self, facts: &Facts) -> bool {
        (self.characters.is_empty() || anyone(facts, |pilot, _, _| has(&self.characters, pilot)))
            && (self.corporations.is_empty()
                || anyone(facts, |_, corporation, _| {
                    has(&self.corporations, corporation)
                }))
            && (self.alliances.is_empty()
                || anyone(facts, |_, _, alliance| has(&self.alliances, alliance)))
    }

    fn fits_ships(&self, facts: &Facts, universe: &Universe) -> bool {
        if self.ship_types.is_empty() && self.ship_groups.is_empty() {
            return true;
        }
        let in_group = |hull: TypeId| {
            let hull = universe.item_type(hull);
            hull.is_some_and(|hull| has(&self.ship_groups, Some(hull.group_id)))
        };
        (self.ship_types.is_empty() || hulls(facts).any(|hull| has(&self.ship_types, Some(hull))))
            && (self.ship_groups.is_empty() || hulls(facts).any(in_group))
    }
}

/// What the filter asks for, short: for `/status` and logs.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        match (&self.watch, parts.is_empty()) {
            (Some(_), true) => f.write_str("nothing"),
            (None, true) => f.write_str("everything"),
            _ => f.write_str(&parts.join(", ")),
        }
    }
}

/// The hulls of victim and attackers; some may come twice.
pub(super) fn hulls(facts: &Facts) -> impl Iterator<Item = TypeId> {
    let attackers = facts.attackers.iter().filter_map(|one| one.ship_type_id);
    std::iter::once(facts.victim.ship_type_id).chain(attackers)
}

fn anyone(
    facts: &Facts,
    fits: impl Fn(Option<CharacterId>, Option<CorporationId>, Option<AllianceId>) -> bool,
) -> bool {
    let victim = &facts.victim;
    fits(
        victim.character_id,
        victim.corporation_id,
        victim.alliance_id,
    ) || facts
        .attackers
        .iter()
        .any(|one| fits(one.character_id, one.corporation_id, one.alliance_id))
}

fn has<Id: Ord + Copy>(ids: &[Id], id: Option<Id>) -> bool {
    id.is_some_and(|id| ids.binary_search(&id).is_ok())
}

fn wanted<Id: Ord + Copy>(ids: &[Id], id: Id) -> bool {
    ids.is_empty() || has(ids, Some(id))
}

fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Live => "live",
        Origin::Late => "late",
        Origin::Archive => "archive",
    }
}
