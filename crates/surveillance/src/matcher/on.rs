//! What conditions are evaluated on: a killmail, somebody involved, an item.

use killwire_killmail::{FactItem, Isk, TypeId};
use killwire_universe::Tags;

use crate::matcher::Truth;
use crate::subject::{Party, Subject, is_fitted, quantity};
use crate::tree::Field;

/// What is known of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known<T> {
    /// Not resolved yet.
    Unknown,
    /// Not there, and known not to be.
    Absent,
    /// There.
    Is(T),
}

impl<T> Known<T> {
    /// Whether what is there passes. What is absent passes nothing.
    #[inline]
    pub(crate) fn test(self, passes: impl FnOnce(T) -> bool) -> Truth {
        match self {
            Self::Unknown => Truth::Unknown,
            Self::Absent => Truth::False,
            Self::Is(value) => Truth::from(passes(value)),
        }
    }

    /// What may be absent.
    #[inline]
    pub(crate) fn or_absent(value: Option<impl Into<T>>) -> Self {
        value.map_or(Self::Absent, |value| Self::Is(value.into()))
    }

    /// What somebody will find out.
    #[inline]
    fn or_unknown(value: Option<impl Into<T>>) -> Self {
        value.map_or(Self::Unknown, |value| Self::Is(value.into()))
    }
}

/// What a condition can ask. Fields of another scope are absent.
pub(crate) trait On {
    /// The killmail, where it is one.
    fn subject(&self) -> Option<&Subject<'_>> {
        None
    }
    fn flag(&self, field: Field) -> bool;
    fn number(&self, field: Field) -> Known<i64>;
    fn id(&self, field: Field) -> Known<i64>;
    fn choice(&self, _: Field) -> Known<u8> {
        Known::Absent
    }
    fn who(&self) -> [Option<i64>; 4] {
        [None; 4]
    }
    fn labels(&self) -> &[String] {
        &[]
    }
    /// And whether all that could bring tags is known.
    fn tags(&self) -> (Tags, bool) {
        (Tags::NONE, true)
    }
    /// Whether static data knows what `id` is.
    fn is_in_static_data(&self, field: Field, id: i64) -> bool;

    fn exists(&self, field: Field) -> Truth {
        let number = self.number(field).test(|_| true);
        number.max(self.id(field).test(|_| true))
    }
}

impl On for Subject<'_> {
    fn subject(&self) -> Option<&Subject<'_>> {
        Some(self)
    }

    #[inline]
    fn flag(&self, field: Field) -> bool {
        let facts = self.facts;
        let flag = match field {
            Field::Solo => facts.solo,
            Field::Npc => facts.npc,
            Field::Awox => facts.awox,
            _ => None,
        };
        flag.unwrap_or(false)
    }

    #[inline]
    fn number(&self, field: Field) -> Known<i64> {
        let facts = self.facts;
        let isk = |value: Option<Isk>| Known::or_unknown(value.map(Isk::hundredths));
        match field {
            Field::Id => Known::Is(facts.killmail_id.get()),
            Field::Time => Known::Is(facts.time),
            Field::Age => Known::Is(self.age),
            Field::Security => Known::or_unknown(self.place.map(|place| place.security)),
            Field::Value => isk(facts.total_value),
            Field::HullValue => isk(facts.hull_value),
            Field::FittedValue => isk(facts.fitted_value),
            Field::DroppedValue => isk(facts.dropped_value),
            Field::DestroyedValue => isk(facts.destroyed_value),
            Field::Points => Known::or_absent(facts.points),
            Field::AttackerCount => Known::Is(self.attackers()),
            Field::PlayerCount => Known::Is(self.players),
            Field::NpcCount => Known::Is(self.attackers() - self.players),
            _ => Known::Absent,
        }
    }

    #[inline]
    fn id(&self, field: Field) -> Known<i64> {
        let facts = self.facts;
        match field {
            Field::System => Known::Is(facts.system_id.get()),
            Field::Constellation => Known::or_unknown(self.place.map(|place| place.constellation)),
            Field::Region => Known::or_unknown(self.place.map(|place| place.region)),
            Field::Location => Known::or_absent(facts.location_id),
            Field::War => Known::or_absent(facts.war_id),
            _ => Known::Absent,
        }
    }

    #[inline]
    fn choice(&self, field: Field) -> Known<u8> {
        match (field, self.place) {
            (Field::Hour, _) => Known::Is(self.hour),
            (Field::Weekday, _) => Known::Is(self.weekday),
            (Field::Band | Field::Class, None) => Known::Unknown,
            (Field::Band, Some(place)) => Known::Is(place.band),
            (Field::Class, Some(place)) => Known::or_absent(place.class),
            _ => Known::Absent,
        }
    }

    fn labels(&self) -> &[String] {
        &self.facts.labels
    }

    fn tags(&self) -> (Tags, bool) {
        Subject::tags(self)
    }

    fn is_in_static_data(&self, field: Field, _: i64) -> bool {
        // The constellation and the region are known with the place.
        field != Field::System || self.place.is_some()
    }
}

/// Somebody involved in a killmail.
#[derive(Clone, Copy)]
pub(crate) struct Member<'a> {
    pub(crate) party: Party<'a>,
    pub(crate) subject: &'a Subject<'a>,
}

impl Member<'_> {
    fn group(&self, of: Option<TypeId>) -> Known<i64> {
        self.kind(of, |kind| kind.group)
    }

    fn kind(&self, of: Option<TypeId>, part: fn(crate::ground::Kind) -> u32) -> Known<i64> {
        match of {
            None => Known::Absent,
            Some(id) => Known::or_unknown(self.subject.kind(id).map(part)),
        }
    }
}

impl On for Member<'_> {
    #[inline]
    fn flag(&self, field: Field) -> bool {
        field == Field::FinalBlow && self.party.final_blow()
    }

    #[inline(always)]
    fn number(&self, field: Field) -> Known<i64> {
        match field {
            Field::Damage => Known::Is(self.party.damage()),
            Field::SecurityStatus => Known::or_absent(self.party.status()),
            _ => Known::Absent,
        }
    }

    #[inline(always)]
    fn id(&self, field: Field) -> Known<i64> {
        let party = self.party;
        match field {
            Field::Character => Known::or_absent(party.character()),
            Field::Corporation => Known::or_absent(party.corporation()),
            Field::Alliance => Known::or_absent(party.alliance()),
            Field::Faction => Known::or_absent(party.faction()),
            Field::Ship => Known::or_absent(party.ship()),
            Field::ShipGroup => self.group(party.ship()),
            Field::ShipCategory => self.kind(party.ship(), |kind| kind.category),
            Field::Weapon => Known::or_absent(party.weapon()),
            Field::WeaponGroup => self.group(party.weapon()),
            _ => Known::Absent,
        }
    }

    fn who(&self) -> [Option<i64>; 4] {
        let party = self.party;
        [
            party.character(),
            party.corporation(),
            party.alliance(),
            party.faction(),
        ]
    }

    fn is_in_static_data(&self, field: Field, id: i64) -> bool {
        is_known_kind(self.subject, field, id)
    }
}

/// An item that the victim had.
#[derive(Clone, Copy)]
pub(crate) struct Thing<'a> {
    pub(crate) item: &'a FactItem,
    pub(crate) subject: &'a Subject<'a>,
}

impl On for Thing<'_> {
    #[inline]
    fn flag(&self, field: Field) -> bool {
        field == Field::Fitted && is_fitted(self.item)
    }

    #[inline]
    fn number(&self, field: Field) -> Known<i64> {
        match field {
            Field::Quantity => Known::Is(quantity(self.item)),
            Field::Dropped => Known::Is(self.item.dropped),
            Field::Destroyed => Known::Is(self.item.destroyed),
            _ => Known::Absent,
        }
    }

    #[inline]
    fn id(&self, field: Field) -> Known<i64> {
        let kind = || self.subject.kind(self.item.type_id);
        match field {
            Field::ItemType => Known::Is(self.item.type_id.get()),
            Field::ItemGroup => Known::or_unknown(kind().map(|kind| kind.group)),
            Field::ItemCategory => Known::or_unknown(kind().map(|kind| kind.category)),
            _ => Known::Absent,
        }
    }

    fn tags(&self) -> (Tags, bool) {
        let tags = self.subject.ground.tags(self.item.type_id, self.item.flag);
        (tags, self.subject.kind(self.item.type_id).is_some())
    }

    fn is_in_static_data(&self, field: Field, id: i64) -> bool {
        is_known_kind(self.subject, field, id)
    }
}

/// Types may be newer than static data; a group or category was found in it.
fn is_known_kind(subject: &Subject<'_>, field: Field, id: i64) -> bool {
    match field {
        Field::Ship | Field::Weapon | Field::ItemType => {
            TypeId::new(id).is_ok_and(|id| subject.kind(id).is_some())
        }
        Field::Faction => true,
        _ => true,
    }
}
