//! Tags that follow from a type's group.

use killwire_killmail::GroupId;

use super::{Tag, Tags};

/// All types of a group have these tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRule {
    id: u32,
    /// The group's name in CCP's export. It is for people: the rule goes by the id.
    pub name: &'static str,
    /// The tags.
    pub tags: Tags,
}

impl GroupRule {
    /// The group.
    #[must_use]
    pub fn group_id(&self) -> Option<GroupId> {
        GroupId::new(i64::from(self.id)).ok()
    }
}

const fn rule(id: u32, name: &'static str, tags: &[Tag]) -> GroupRule {
    GroupRule {
        id,
        name,
        tags: Tags::of(tags),
    }
}

/// All rules by group, by id; the groups are those of `groups.jsonl`. They are public because tests
/// compare them with the table in `docs/module-tags.md` and with CCP's export; the program asks
/// [`Universe::tags`](crate::Universe::tags).
pub fn group_rules() -> impl Iterator<Item = &'static GroupRule> {
    RULES.iter()
}

/// The tags of all types of this group.
pub(super) fn by_group(group: u32) -> Tags {
    let place = RULES.binary_search_by_key(&group, |rule| rule.id);
    let rule = place.ok().and_then(|place| RULES.get(place));
    rule.map_or(Tags::NONE, |rule| rule.tags)
}

/// By group id, ascending.
static RULES: [GroupRule; 144] = [
    rule(38, "Shield Extender", &[Tag::ShieldExtender]),
    rule(39, "Shield Recharger", &[Tag::ShieldRecharge]),
    rule(40, "Shield Booster", &[Tag::ShieldBooster]),
    rule(
        41,
        "Remote Shield Booster",
        &[Tag::Logistics, Tag::RemoteShieldBooster],
    ),
    rule(43, "Capacitor Recharger", &[Tag::CapacitorRecharge]),
    rule(46, "Propulsion Module", &[Tag::Propulsion]),
    rule(47, "Cargo Scanner", &[Tag::Scanner]),
    rule(48, "Ship Scanner", &[Tag::Scanner]),
    rule(49, "Mining Survey Chipset", &[Tag::Scanner]),
    rule(52, "Warp Scrambler", &[Tag::Tackle]),
    rule(53, "Energy Weapon", &[Tag::Energy]),
    rule(54, "Mining Laser", &[Tag::Mining]),
    rule(55, "Projectile Weapon", &[Tag::Projectile]),
    rule(57, "Shield Power Relay", &[Tag::ShieldRecharge]),
    rule(59, "Gyrostabilizer", &[Tag::DamageUpgrade]),
    rule(60, "Damage Control", &[Tag::DamageControl]),
    rule(61, "Capacitor Battery", &[Tag::CapacitorBattery]),
    rule(62, "Armor Repair Unit", &[Tag::ArmorRepairer]),
    rule(63, "Hull Repair Unit", &[Tag::HullRepairer]),
    rule(65, "Stasis Web", &[Tag::Tackle, Tag::StasisWebifier]),
    rule(
        67,
        "Remote Capacitor Transmitter",
        &[Tag::Logistics, Tag::RemoteCapacitorTransmitter],
    ),
    rule(68, "Energy Nosferatu", &[Tag::EnergyNosferatu]),
    rule(71, "Energy Neutralizer", &[Tag::EnergyNeutralizer]),
    rule(72, "Smart Bomb", &[Tag::Smartbomb]),
    rule(74, "Hybrid Weapon", &[Tag::Hybrid]),
    rule(76, "Capacitor Booster", &[Tag::CapacitorBooster]),
    rule(77, "Shield Hardener", &[Tag::ShieldResistance]),
    rule(78, "Reinforced Bulkhead", &[Tag::ReinforcedBulkhead]),
    rule(80, "Burst Jammer", &[Tag::ElectronicWarfare, Tag::Ecm]),
    rule(98, "Armor Coating", &[Tag::ArmorResistance]),
    rule(101, "Mining Drone", &[Tag::Mining]),
    rule(201, "ECM", &[Tag::ElectronicWarfare, Tag::Ecm]),
    rule(205, "Heat Sink", &[Tag::DamageUpgrade]),
    rule(
        208,
        "Sensor Dampener",
        &[Tag::ElectronicWarfare, Tag::SensorDampener],
    ),
    rule(209, "Remote Tracking Computer", &[Tag::TrackingUpgrade]),
    rule(210, "Signal Amplifier", &[Tag::SignalAmplifier]),
    rule(211, "Tracking Enhancer", &[Tag::TrackingUpgrade]),
    rule(212, "Sensor Booster", &[Tag::SensorBooster]),
    rule(213, "Tracking Computer", &[Tag::TrackingUpgrade]),
    rule(285, "CPU Enhancer", &[Tag::FittingUpgrade]),
    rule(290, "Remote Sensor Booster", &[Tag::RemoteSensorBooster]),
    rule(
        291,
        "Weapon Disruptor",
        &[Tag::ElectronicWarfare, Tag::WeaponDisruptor],
    ),
    rule(295, "Shield Resistance Amplifier", &[Tag::ShieldResistance]),
    rule(302, "Magnetic Field Stabilizer", &[Tag::DamageUpgrade]),
    rule(315, "Warp Core Stabilizer", &[Tag::WarpCoreStabilizer]),
    rule(316, "Gang Coordinator", &[Tag::CommandBurst]),
    rule(
        325,
        "Remote Armor Repairer",
        &[Tag::Logistics, Tag::RemoteArmorRepairer],
    ),
    rule(326, "Energized Armor Membrane", &[Tag::ArmorResistance]),
    rule(328, "Armor Hardener", &[Tag::ArmorResistance]),
    rule(329, "Armor Plate", &[Tag::ArmorPlate]),
    rule(330, "Cloaking Device", &[Tag::Cloak]),
    rule(338, "Shield Boost Amplifier", &[Tag::ShieldBooster]),
    rule(339, "Auxiliary Power Core", &[Tag::FittingUpgrade]),
    rule(361, "Mobile Warp Disruptor", &[Tag::Tackle]),
    rule(367, "Ballistic Control System", &[Tag::DamageUpgrade]),
    rule(
        379,
        "Target Painter",
        &[Tag::ElectronicWarfare, Tag::TargetPainter],
    ),
    rule(407, "Fighter Support Unit", &[Tag::DroneUpgrade]),
    rule(464, "Strip Miner", &[Tag::Mining]),
    rule(481, "Scan Probe Launcher", &[Tag::Probes]),
    rule(483, "Frequency Mining Laser", &[Tag::Mining]),
    rule(506, "Missile Launcher Cruise", &[Tag::Missile]),
    rule(507, "Missile Launcher Rocket", &[Tag::Missile]),
    rule(508, "Missile Launcher Torpedo", &[Tag::Missile]),
    rule(509, "Missile Launcher Light", &[Tag::Missile]),
    rule(510, "Missile Launcher Heavy", &[Tag::Missile]),
    rule(511, "Missile Launcher Rapid Light", &[Tag::Missile]),
    rule(512, "Missile Launcher Defender", &[Tag::Missile]),
    rule(515, "Siege Module", &[Tag::SiegeModule]),
    rule(524, "Missile Launcher XL Torpedo", &[Tag::Missile]),
    rule(538, "Data Miners", &[Tag::DataAnalyzer]),
    rule(544, "Energy Neutralizer Drone", &[Tag::EnergyNeutralizer]),
    rule(
        585,
        "Remote Hull Repairer",
        &[Tag::Logistics, Tag::RemoteHullRepairer],
    ),
    rule(588, "Super Weapon", &[Tag::SuperWeapon]),
    rule(
        589,
        "Interdiction Sphere Launcher",
        &[Tag::Tackle, Tag::InterdictionSphere],
    ),
    rule(590, "Jump Portal Generator", &[Tag::JumpPortal]),
    rule(639, "Electronic Warfare Drone", &[Tag::ElectronicWarfare]),
    rule(
        641,
        "Stasis Webifying Drone",
        &[Tag::Tackle, Tag::StasisWebifier],
    ),
    rule(644, "Drone Navigation Computer", &[Tag::DroneUpgrade]),
    rule(645, "Drone Damage Modules", &[Tag::DroneUpgrade]),
    rule(646, "Drone Tracking Modules", &[Tag::DroneUpgrade]),
    rule(647, "Drone Control Range Module", &[Tag::DroneUpgrade]),
    rule(650, "Tractor Beam", &[Tag::TractorBeam]),
    rule(658, "Cynosural Field Generator", &[Tag::Cynosural]),
    rule(737, "Gas Cloud Scoops", &[Tag::Mining]),
    rule(762, "Inertial Stabilizer", &[Tag::Agility]),
    rule(763, "Nanofiber Internal Structure", &[Tag::Agility]),
    rule(764, "Overdrive Injector System", &[Tag::Agility]),
    rule(765, "Expanded Cargohold", &[Tag::CargoUpgrade]),
    rule(766, "Power Diagnostic System", &[Tag::FittingUpgrade]),
    rule(767, "Capacitor Power Relay", &[Tag::CapacitorRecharge]),
    rule(768, "Capacitor Flux Coil", &[Tag::CapacitorRecharge]),
    rule(769, "Reactor Control Unit", &[Tag::FittingUpgrade]),
    rule(770, "Shield Flux Coil", &[Tag::ShieldRecharge]),
    rule(771, "Missile Launcher Heavy Assault", &[Tag::Missile]),
    rule(842, "Burst Projectors", &[Tag::ElectronicWarfare]),
    rule(862, "Missile Launcher Bomb", &[Tag::BombLauncher]),
    rule(
        899,
        "Warp Disrupt Field Generator",
        &[Tag::Tackle, Tag::WarpDisruptionField],
    ),
    rule(1122, "Salvager", &[Tag::Salvager]),
    rule(
        1150,
        "Armor Resistance Shift Hardener",
        &[Tag::ArmorResistance],
    ),
    rule(1156, "Ancillary Shield Booster", &[Tag::ShieldBooster]),
    rule(1159, "Salvage Drone", &[Tag::Salvager]),
    rule(1189, "Micro Jump Drive", &[Tag::MicroJumpDrive]),
    rule(1199, "Ancillary Armor Repairer", &[Tag::ArmorRepairer]),
    rule(1226, "Survey Probe Launcher", &[Tag::Probes]),
    rule(1245, "Missile Launcher Rapid Heavy", &[Tag::Missile]),
    rule(1292, "Drone Tracking Enhancer", &[Tag::DroneUpgrade]),
    rule(1313, "Entosis Link", &[Tag::EntosisLink]),
    rule(1327, "Structure XL Missile Launcher", &[Tag::Missile]),
    rule(1328, "Structure Guided Bomb Launcher", &[Tag::BombLauncher]),
    rule(
        1329,
        "Structure Energy Neutralizer",
        &[Tag::EnergyNeutralizer],
    ),
    rule(
        1332,
        "Structure ECM Battery",
        &[Tag::ElectronicWarfare, Tag::Ecm],
    ),
    rule(1333, "Structure Doomsday Weapon", &[Tag::SuperWeapon]),
    rule(1395, "Missile Guidance Enhancer", &[Tag::TrackingUpgrade]),
    rule(1396, "Missile Guidance Computer", &[Tag::TrackingUpgrade]),
    rule(1429, "Structure Weapon Upgrade", &[Tag::DamageUpgrade]),
    rule(1430, "Structure Fitting Module", &[Tag::FittingUpgrade]),
    rule(
        1441,
        "Structure Stasis Webifier",
        &[Tag::Tackle, Tag::StasisWebifier],
    ),
    rule(1442, "Structure Warp Scrambler", &[Tag::Tackle]),
    rule(1533, "Micro Jump Field Generators", &[Tag::MicroJumpDrive]),
    rule(1535, "Structure Signal Amplifier", &[Tag::SignalAmplifier]),
    rule(
        1562,
        "Structure Multirole Missile Launcher",
        &[Tag::Missile],
    ),
    rule(1672, "Stasis Grappler", &[Tag::Tackle, Tag::StasisGrappler]),
    rule(1673, "Missile Launcher Rapid Torpedo", &[Tag::Missile]),
    rule(1674, "Missile Launcher XL Cruise", &[Tag::Missile]),
    rule(
        1697,
        "Ancillary Remote Shield Booster",
        &[Tag::Logistics, Tag::RemoteShieldBooster],
    ),
    rule(
        1698,
        "Ancillary Remote Armor Repairer",
        &[Tag::Logistics, Tag::RemoteArmorRepairer],
    ),
    rule(1699, "Flex Armor Hardener", &[Tag::ArmorResistance]),
    rule(1700, "Flex Shield Hardener", &[Tag::ShieldResistance]),
    rule(1770, "Command Burst", &[Tag::CommandBurst]),
    rule(
        1966,
        "Structure Capacitor Battery",
        &[Tag::CapacitorBattery],
    ),
    rule(
        1967,
        "Structure Capacitor Power Relay",
        &[Tag::CapacitorRecharge],
    ),
    rule(1968, "Structure Armor Reinforcer", &[Tag::ArmorPlate]),
    rule(1986, "Precursor Weapon", &[Tag::Precursor]),
    rule(1988, "Entropic Radiation Sink", &[Tag::DamageUpgrade]),
    rule(2004, "Citizen Mining Laser", &[Tag::Mining]),
    rule(
        2018,
        "Mutadaptive Remote Armor Repairer",
        &[Tag::Logistics, Tag::RemoteArmorRepairer],
    ),
    rule(4060, "Vorton Projector", &[Tag::Vorton]),
    rule(4067, "Vorton Projector Upgrade", &[Tag::DamageUpgrade]),
    rule(
        4117,
        "Interdiction Nullifier",
        &[Tag::InterdictionNullifier],
    ),
    rule(4127, "Covert Jump Portal Generator", &[Tag::JumpPortal]),
    rule(4138, "Gas Cloud Harvesters", &[Tag::Mining]),
    rule(4184, "Industrial Jump Portal Generator", &[Tag::JumpPortal]),
    rule(4769, "Capital Mobility Modules", &[Tag::MicroJumpDrive]),
    rule(4807, "Breacher Pod Launchers", &[Tag::BreacherPod]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_so_that_they_are_found() {
        assert!(RULES.is_sorted_by(|one, next| one.id < next.id));
        for rule in &RULES {
            assert_eq!(by_group(rule.id), rule.tags);
            assert!(!rule.tags.is_empty(), "{}", rule.name);
        }
        assert_eq!(by_group(0), Tags::NONE);
    }
}
