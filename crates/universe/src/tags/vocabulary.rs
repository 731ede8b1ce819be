//! The tags, and sets of them.

use std::fmt;

use killwire_killmail::Slot;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

macro_rules! tags {
    ($($tag:ident = $name:literal,)*) => {
        /// What a type is good for. The table in `docs/module-tags.md` says how each follows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the names say it, and the table in the docs more")]
        pub enum Tag {
            $($tag,)*
        }

        impl Tag {
            /// All tags, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$tag,)*];

            /// Its name in JSON, filters and text.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$tag => $name,)*
                }
            }
        }
    };
}

tags! {
    T1 = "T1",
    T2 = "T2",
    T3 = "T3",
    Storyline = "Storyline",
    Faction = "Faction",
    Officer = "Officer",
    Deadspace = "Deadspace",
    Abyssal = "Abyssal",

    HighSlot = "High Slot",
    MidSlot = "Mid Slot",
    LowSlot = "Low Slot",
    Rig = "Rig",
    Subsystem = "Subsystem",
    ServiceSlot = "Service Slot",
    Cargo = "Cargo",
    DroneBay = "Drone Bay",
    FighterBay = "Fighter Bay",
    Implanted = "Implanted",

    Charge = "Charge",
    Drone = "Drone",
    Fighter = "Fighter",
    Implant = "Implant",
    StructureModule = "Structure Module",

    Hybrid = "Hybrid",
    Projectile = "Projectile",
    Energy = "Energy",
    Missile = "Missile",
    Precursor = "Precursor",
    Vorton = "Vorton",
    BreacherPod = "Breacher Pod",
    BombLauncher = "Bomb Launcher",
    Smartbomb = "Smartbomb",
    SuperWeapon = "Super Weapon",
    DamageUpgrade = "Damage Upgrade",
    TrackingUpgrade = "Tracking Upgrade",
    DroneUpgrade = "Drone Upgrade",

    ShieldExtender = "Shield Extender",
    ShieldBooster = "Shield Booster",
    ShieldResistance = "Shield Resistance",
    ShieldRecharge = "Shield Recharge",
    ArmorPlate = "Armor Plate",
    ArmorRepairer = "Armor Repairer",
    ArmorResistance = "Armor Resistance",
    HullRepairer = "Hull Repairer",
    DamageControl = "Damage Control",
    ReinforcedBulkhead = "Reinforced Bulkhead",

    Logistics = "Logistics",
    RemoteShieldBooster = "Remote Shield Booster",
    RemoteArmorRepairer = "Remote Armor Repairer",
    RemoteHullRepairer = "Remote Hull Repairer",
    RemoteCapacitorTransmitter = "Remote Capacitor Transmitter",

    CapacitorBooster = "Capacitor Booster",
    CapacitorBattery = "Capacitor Battery",
    CapacitorRecharge = "Capacitor Recharge",
    EnergyNeutralizer = "Energy Neutralizer",
    EnergyNosferatu = "Energy Nosferatu",

    Tackle = "Tackle",
    WarpDisruptor = "Warp Disruptor",
    WarpScrambler = "Warp Scrambler",
    WarpDisruptionField = "Warp Disruption Field",
    InterdictionSphere = "Interdiction Sphere",
    StasisWebifier = "Stasis Webifier",
    StasisGrappler = "Stasis Grappler",

    ElectronicWarfare = "Electronic Warfare",
    Ecm = "ECM",
    SensorDampener = "Sensor Dampener",
    WeaponDisruptor = "Weapon Disruptor",
    TargetPainter = "Target Painter",
    SensorBooster = "Sensor Booster",
    RemoteSensorBooster = "Remote Sensor Booster",
    SignalAmplifier = "Signal Amplifier",

    Propulsion = "Propulsion",
    Afterburner = "Afterburner",
    Microwarpdrive = "Microwarpdrive",
    MicroJumpDrive = "Micro Jump Drive",
    Agility = "Agility",
    WarpCoreStabilizer = "Warp Core Stabilizer",
    InterdictionNullifier = "Interdiction Nullifier",

    Cloak = "Cloak",
    Cynosural = "Cynosural",
    JumpPortal = "Jump Portal",
    CommandBurst = "Command Burst",
    SiegeModule = "Siege Module",
    EntosisLink = "Entosis Link",
    Probes = "Probes",
    Scanner = "Scanner",
    DataAnalyzer = "Data Analyzer",
    FittingUpgrade = "Fitting Upgrade",
    CargoUpgrade = "Cargo Upgrade",
    Mining = "Mining",
    Salvager = "Salvager",
    TractorBeam = "Tractor Beam",
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A set of tags. In JSON a list of their names, in the order of [`Tag::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Tags(u128);

// One bit for each.
const _: () = assert!(Tag::ALL.len() <= 128);

impl Tags {
    /// No tag.
    pub const NONE: Self = Self(0);

    /// Exactly these.
    #[must_use]
    pub const fn of(tags: &[Tag]) -> Self {
        let mut bits = 0;
        let mut rest = tags;
        while let [tag, others @ ..] = rest {
            bits |= 1 << (*tag as u32);
            rest = others;
        }
        Self(bits)
    }

    /// The tag of a slot, where it has one.
    #[must_use]
    pub const fn of_slot(slot: Slot) -> Self {
        match super::rules::by_slot(slot) {
            Some(tag) => Self::of(&[tag]),
            None => Self::NONE,
        }
    }

    /// Whether `tag` is among them.
    #[must_use]
    pub const fn contains(self, tag: Tag) -> bool {
        self.0 & (1 << (tag as u32)) != 0
    }

    /// Whether any of `tags` is among them.
    #[must_use]
    pub const fn meets(self, tags: Self) -> bool {
        self.0 & tags.0 != 0
    }

    /// Whether all of `tags` are among them.
    #[must_use]
    pub const fn contains_all(self, tags: Self) -> bool {
        self.0 & tags.0 == tags.0
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of `self` that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// One after the other, in the order of [`Tag::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Tag> {
        Tag::ALL
            .iter()
            .copied()
            .filter(move |tag| self.contains(*tag))
    }
}

impl FromIterator<Tag> for Tags {
    fn from_iter<I: IntoIterator<Item = Tag>>(tags: I) -> Self {
        tags.into_iter()
            .fold(Self::NONE, |all, tag| all.union(Self::of(&[tag])))
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for Tags {
    /// The names, with commas between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, tag) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            f.write_str(tag.name())?;
        }
        Ok(())
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(usize::try_from(self.len()).ok())?;
        for tag in self.iter() {
            list.serialize_element(&tag)?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_tag_has_a_name_of_its_own() {
        let names: HashSet<_> = Tag::ALL.iter().map(|tag| tag.name()).collect();
        assert_eq!(names.len(), Tag::ALL.len());
    }

    #[test]
    fn a_set_holds_each_of_its_tags_and_no_other() {
        for tag in Tag::ALL {
            let set = Tags::of(&[*tag]);
            assert_eq!(set.iter().collect::<Vec<_>>(), [*tag]);
            assert_eq!(set.len(), 1);
        }
        let all: Tags = Tag::ALL.iter().copied().collect();
        assert!(all.contains_all(Tags::of(&[Tag::T2, Tag::TractorBeam])));
        assert!(!Tags::of(&[Tag::T2]).contains_all(all));
        assert!(all.without(all).is_empty());
    }

    #[test]
    fn sets_are_written_by_name_in_the_order_of_the_table() {
        let set = Tags::of(&[Tag::ShieldExtender, Tag::MidSlot, Tag::T2]);
        assert_eq!(set.to_string(), "T2, Mid Slot, Shield Extender");
        assert_eq!(
            serde_json::to_string(&set).unwrap(),
            r#"["T2","Mid Slot","Shield Extender"]"#
        );
    }
}
