//! zKillboard's block, read leniently: it decorates a killmail and never loses one.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess};

use super::scalar::Loose;
use crate::{Isk, LocationId, ZkbInfo};

/// How many labels are kept; zKillboard gives about ten.
const MAX_LABELS: usize = 64;

/// Longer labels are no labels; the longest known has 11 bytes.
const MAX_LABEL_BYTES: usize = 64;

/// Longer addresses are not kept; ESI's have about 90 bytes.
const MAX_HREF_BYTES: usize = 256;

members! { ZkbMember {
    Location = "locationID", Hash = "hash", Fitted = "fittedValue", Dropped = "droppedValue",
    Destroyed = "destroyedValue", Total = "totalValue", TotalDroppable = "totalDroppableValue",
    Points = "points", Npc = "npc", Solo = "solo", Awox = "awox",
    AttackerCount = "attackerCount", Labels = "labels", Href = "href",
}}

/// `zkb`. A member that is null or unusable (a text where a number should stand, a hash that is not
/// 40 hex digits, `locationID` 0, a label that is not text or is over 64 bytes long, an address
/// over 256 bytes, labels beyond the 64th) counts as absent, each on its own. A block that is not
/// an object counts as absent as a whole.
pub(super) struct WireZkb(pub(super) Option<ZkbInfo>);

impl<'de> Deserialize<'de> for WireZkb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ZkbVisitor)
    }
}

/// What is not of the expected kind is read over and gives `$nothing`.
macro_rules! anything_else_is {
    ($nothing:expr) => {
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($nothing)
        }
        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($nothing)
        }
        fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($nothing)
        }
        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($nothing)
        }
        fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($nothing)
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok($nothing)
        }
    };
}

struct ZkbVisitor;

impl<'de> de::Visitor<'de> for ZkbVisitor {
    type Value = WireZkb;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("zKillboard's block")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<WireZkb, A::Error> {
        let mut zkb = ZkbInfo::default();
        while let Some(member) = object.next_key()? {
            match member {
                ZkbMember::Labels => {
                    zkb.labels = object.next_value::<Labels>()?.0;
                    continue;
                }
                ZkbMember::Unknown => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
                _ => {}
            }
            let value: Loose<'de> = object.next_value()?;
            match member {
                ZkbMember::Location => {
                    zkb.location_id = value.whole().and_then(|id| LocationId::new(id).ok());
                }
                ZkbMember::Hash => zkb.hash = value.text().and_then(|text| text.parse().ok()),
                ZkbMember::Fitted => zkb.fitted_value = isk(&value),
                ZkbMember::Dropped => zkb.dropped_value = isk(&value),
                ZkbMember::Destroyed => zkb.destroyed_value = isk(&value),
                ZkbMember::Total => zkb.total_value = isk(&value),
                ZkbMember::TotalDroppable => zkb.total_droppable_value = isk(&value),
                ZkbMember::Points => zkb.points = value.whole(),
                ZkbMember::Npc => zkb.npc = value.flag(),
                ZkbMember::Solo => zkb.solo = value.flag(),
                ZkbMember::Awox => zkb.awox = value.flag(),
                ZkbMember::AttackerCount => {
                    zkb.attacker_count = value.whole().filter(|count| *count >= 0);
                }
                ZkbMember::Href => zkb.href = href(&value),
                ZkbMember::Labels | ZkbMember::Unknown => {}
            }
        }
        Ok(WireZkb(Some(zkb)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<WireZkb, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(WireZkb(None))
    }

    anything_else_is!(WireZkb(None));
}

fn isk(value: &Loose<'_>) -> Option<Isk> {
    match value {
        Loose::Whole(number) => Isk::from_whole(*number),
        Loose::Float(number) => Isk::from_f64(*number),
        _ => None,
    }
}

fn href(value: &Loose<'_>) -> Option<String> {
    value
        .text()
        .filter(|text| !text.is_empty() && text.len() <= MAX_HREF_BYTES)
        .map(str::to_owned)
}

struct Labels(Vec<String>);

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LabelsVisitor)
    }
}

struct LabelsVisitor;

impl<'de> de::Visitor<'de> for LabelsVisitor {
    type Value = Labels;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of labels")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Labels, A::Error> {
        let mut labels = Vec::new();
        while let Some(label) = list.next_element::<Loose<'de>>()? {
            let fits = |text: &&str| !text.is_empty() && text.len() <= MAX_LABEL_BYTES;
            if let Some(text) = label.text().filter(fits)
                && labels.len() < MAX_LABELS
            {
                labels.push(text.to_owned());
            }
        }
        labels.sort_unstable();
        labels.dedup();
        Ok(Labels(labels))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Labels, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Labels(Vec::new()))
    }

    anything_else_is!(Labels(Vec::new()));
}
