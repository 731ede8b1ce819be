//! What is fitted and carried: real modules, charges, drones, implants and freight.
//!
//! Ids, names, groups and meta groups are CCP's; a test compares them with the static data export. Prices are round figures of
//! 2026, in ISK.

/// A type with its price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Good {
    pub(crate) type_id: i64,
    pub(crate) name: &'static str,
    pub(crate) group_id: i64,
    /// CCP's meta group; 0 is none.
    pub(crate) meta_group: i64,
    /// In ISK.
    pub(crate) price: i64,
}

const fn good(
    type_id: i64,
    name: &'static str,
    group_id: i64,
    meta_group: i64,
    price: i64,
) -> Good {
    Good {
        type_id,
        name,
        group_id,
        meta_group,
        price,
    }
}

pub(crate) const LOW: [Good; 14] = [
    good(2048, "Damage Control II", 60, 2, 600_000),
    good(519, "Gyrostabilizer II", 59, 2, 900_000),
    good(22291, "Ballistic Control System II", 367, 2, 1_000_000),
    good(10190, "Magnetic Field Stabilizer II", 302, 2, 900_000),
    good(2364, "Heat Sink II", 205, 2, 900_000),
    good(4405, "Drone Damage Amplifier II", 645, 2, 1_300_000),
    good(2605, "Nanofiber Internal Structure II", 763, 2, 700_000),
    good(10998, "Warp Core Stabilizer I", 315, 1, 40_000),
    good(1319, "Expanded Cargohold II", 765, 2, 500_000),
    good(28576, "Mining Laser Upgrade II", 546, 2, 1_100_000),
    good(1355, "Reactor Control Unit II", 769, 2, 700_000),
    good(3530, "Medium Armor Repairer II", 62, 2, 1_200_000),
    good(
        11269,
        "Multispectrum Energized Membrane II",
        326,
        2,
        1_400_000,
    ),
    good(1541, "Power Diagnostic System II", 766, 2, 600_000),
];

pub(crate) const MID: [Good; 14] = [
    good(448, "Warp Scrambler II", 52, 2, 1_000_000),
    good(3244, "Warp Disruptor II", 52, 2, 1_000_000),
    good(527, "Stasis Webifier II", 65, 2, 1_100_000),
    good(440, "5MN Microwarpdrive II", 46, 2, 3_500_000),
    good(12076, "50MN Microwarpdrive II", 46, 2, 4_500_000),
    good(12058, "10MN Afterburner II", 46, 2, 2_500_000),
    good(3831, "Medium Shield Extender II", 38, 2, 700_000),
    good(3841, "Large Shield Extender II", 38, 2, 900_000),
    good(2281, "Multispectrum Shield Hardener II", 77, 2, 1_300_000),
    good(1952, "Sensor Booster II", 212, 2, 600_000),
    good(1978, "Tracking Computer II", 213, 2, 700_000),
    good(32772, "Medium Ancillary Shield Booster", 1156, 0, 4_000_000),
    good(
        19187,
        "Pithum C-Type Medium Shield Booster",
        40,
        6,
        30_000_000,
    ),
    good(
        19200,
        "Gist X-Type Large Shield Booster",
        40,
        6,
        700_000_000,
    ),
];

/// Weapons with the charge that is found in the same slot.
pub(crate) const GUNS: [(Good, Good); 10] = [
    (
        good(2889, "200mm AutoCannon II", 55, 2, 900_000),
        good(21898, "Republic Fleet EMP S", 83, 4, 600),
    ),
    (
        good(2913, "425mm AutoCannon II", 55, 2, 1_600_000),
        good(12777, "Hail M", 372, 2, 500),
    ),
    (
        good(3178, "Light Neutron Blaster II", 74, 2, 900_000),
        good(12612, "Void S", 377, 2, 300),
    ),
    (
        good(3146, "Heavy Neutron Blaster II", 74, 2, 1_900_000),
        good(12789, "Void M", 377, 2, 500),
    ),
    (
        good(2404, "Light Missile Launcher II", 509, 2, 700_000),
        good(24495, "Scourge Fury Light Missile", 653, 2, 400),
    ),
    (
        good(1877, "Rapid Light Missile Launcher II", 511, 2, 1_200_000),
        good(24495, "Scourge Fury Light Missile", 653, 2, 400),
    ),
    (
        good(2410, "Heavy Missile Launcher II", 510, 2, 1_300_000),
        good(209, "Scourge Heavy Missile", 385, 1, 300),
    ),
    (
        good(
            25715,
            "Heavy Assault Missile Launcher II",
            771,
            2,
            1_500_000,
        ),
        good(24488, "Nova Rage Heavy Assault Missile", 654, 2, 900),
    ),
    (
        good(3041, "Small Focused Pulse Laser II", 53, 2, 900_000),
        good(12563, "Scorch S", 375, 2, 90_000),
    ),
    (
        good(3520, "Heavy Pulse Laser II", 53, 2, 1_800_000),
        good(12563, "Scorch S", 375, 2, 90_000),
    ),
];

pub(crate) const HIGH: [Good; 6] = [
    good(11578, "Covert Ops Cloaking Device II", 330, 2, 4_000_000),
    good(17938, "Core Probe Launcher I", 481, 1, 20_000),
    good(13003, "Small Energy Neutralizer II", 71, 2, 700_000),
    good(12267, "Medium Energy Neutralizer II", 71, 2, 1_100_000),
    good(21096, "Cynosural Field Generator I", 658, 0, 300_000),
    good(25861, "Salvager I", 1122, 1, 30_000),
];

pub(crate) const MINING: [Good; 2] = [
    good(482, "Miner II", 54, 2, 800_000),
    good(17482, "Strip Miner I", 464, 1, 4_000_000),
];

pub(crate) const RIGS: [Good; 8] = [
    good(
        31788,
        "Small Core Defense Field Extender I",
        774,
        1,
        600_000,
    ),
    good(
        31790,
        "Medium Core Defense Field Extender I",
        774,
        1,
        2_500_000,
    ),
    good(
        26088,
        "Large Core Defense Field Extender I",
        774,
        1,
        9_000_000,
    ),
    good(30987, "Small Trimark Armor Pump I", 773, 1, 500_000),
    good(31055, "Medium Trimark Armor Pump I", 773, 1, 2_200_000),
    good(25894, "Large Trimark Armor Pump I", 773, 1, 8_000_000),
    good(31177, "Small Polycarbon Engine Housing I", 782, 1, 400_000),
    good(31119, "Medium Cargohold Optimization I", 782, 1, 1_200_000),
];

pub(crate) const SUBSYSTEMS: [Good; 4] = [
    good(
        45632,
        "Loki Core - Augmented Nuclear Reactor",
        958,
        14,
        40_000_000,
    ),
    good(
        45595,
        "Loki Defensive - Covert Reconfiguration",
        954,
        14,
        60_000_000,
    ),
    good(
        45607,
        "Loki Offensive - Projectile Scoping Array",
        956,
        14,
        35_000_000,
    ),
    good(45621, "Loki Propulsion - Wake Limiter", 957, 14, 30_000_000),
];

pub(crate) const DRONES: [Good; 6] = [
    good(2456, "Hobgoblin II", 100, 2, 500_000),
    good(2185, "Hammerhead II", 100, 2, 900_000),
    good(2446, "Ogre II", 100, 2, 1_600_000),
    good(2488, "Warrior II", 100, 2, 500_000),
    good(2205, "Acolyte II", 100, 2, 400_000),
    good(28211, "Garde II", 100, 2, 1_400_000),
];

pub(crate) const FIGHTERS: [Good; 3] = [
    good(23055, "Templar I", 1652, 1, 14_000_000),
    good(23059, "Firbolg I", 1652, 1, 12_000_000),
    good(23061, "Einherji I", 1652, 1, 12_000_000),
];

pub(crate) const IMPLANTS: [Good; 9] = [
    good(9899, "Ocular Filter - Basic", 745, 1, 12_000_000),
    good(9941, "Memory Augmentation - Basic", 745, 1, 12_000_000),
    good(9942, "Neural Boost - Basic", 745, 1, 12_000_000),
    good(9943, "Cybernetic Subprocessor - Basic", 745, 1, 12_000_000),
    good(9956, "Social Adaptation Chip - Basic", 745, 1, 9_000_000),
    good(20121, "High-grade Crystal Alpha", 300, 4, 70_000_000),
    good(19540, "High-grade Snake Alpha", 300, 4, 90_000_000),
    good(20499, "High-grade Amulet Alpha", 300, 4, 80_000_000),
    good(
        24663,
        "Zor's Custom Navigation Hyper-Link",
        747,
        0,
        1_100_000_000,
    ),
];

/// Carried in a cargo hold: what it is, its price each, and how many a stack holds at most.
pub(crate) const CARGO: [(Good, i64); 20] = [
    (good(28668, "Nanite Repair Paste", 916, 0, 25_000), 80),
    (good(11287, "Cap Booster 400", 87, 1, 30_000), 12),
    (good(12608, "Hail S", 372, 2, 400), 800),
    (good(12773, "Barrage M", 372, 2, 500), 1_200),
    (good(230, "Antimatter Charge M", 85, 1, 60), 2_000),
    (good(30013, "Core Scanner Probe I", 479, 1, 60_000), 8),
    (
        good(30488, "Sisters Core Scanner Probe", 479, 4, 900_000),
        8,
    ),
    (good(34, "Tritanium", 18, 0, 4), 2_000_000),
    (good(37, "Isogen", 18, 0, 60), 200_000),
    (good(11399, "Morphite", 18, 0, 20_000), 4_000),
    (good(1230, "Veldspar", 462, 0, 20), 200_000),
    (good(62568, "Compressed Arkonor", 450, 0, 3_000), 40_000),
    (good(4051, "Nitrogen Fuel Block", 1136, 0, 14_000), 8_000),
    (good(16273, "Liquid Ozone", 423, 0, 400), 60_000),
    (good(15331, "Metal Scraps", 526, 0, 1_000), 60),
    (good(30259, "Melted Nanoribbons", 966, 0, 900_000), 30),
    (good(30745, "Sleeper Data Library", 880, 0, 1_500_000), 40),
    (good(30377, "Fullerite-C320", 711, 0, 9_000), 20_000),
    (good(44992, "PLEX", 1875, 0, 5_500_000), 120),
    (good(40520, "Large Skill Injector", 1739, 0, 900_000_000), 4),
];

/// Containers, which hold stacks of their own.
pub(crate) const CONTAINERS: [Good; 4] = [
    good(3467, "Small Secure Container", 340, 0, 20_000),
    good(17366, "Station Container", 448, 0, 80_000),
    good(24445, "Giant Freight Container", 649, 0, 60_000),
    good(3468, "Plastic Wrap", 649, 0, 1),
];

/// A blueprint; a singleton mark of 2 makes it a copy, worth next to nothing.
pub(crate) const BLUEPRINT: Good = good(691, "Rifter Blueprint", 105, 0, 3_000_000);

pub(crate) const STRUCTURE_MODULES: [Good; 4] = [
    good(
        35921,
        "Standup Anticapital Missile Launcher I",
        1327,
        54,
        60_000_000,
    ),
    good(
        35922,
        "Standup Multirole Missile Launcher I",
        1562,
        54,
        50_000_000,
    ),
    good(
        35925,
        "Standup Heavy Energy Neutralizer I",
        1329,
        54,
        40_000_000,
    ),
    good(
        35959,
        "Standup Ballistic Control System I",
        1429,
        54,
        30_000_000,
    ),
];

pub(crate) const STRUCTURE_SERVICES: [Good; 3] = [
    good(
        35899,
        "Standup Reprocessing Facility I",
        1322,
        54,
        90_000_000,
    ),
    good(35892, "Standup Market Hub I", 1321, 54, 400_000_000),
    good(35878, "Standup Manufacturing Plant I", 1415, 54, 80_000_000),
];

/// Modules that a mutaplasmid has changed. Each is one of its kind; the price is what the kind is
/// usually worth.
pub(crate) const ABYSSAL_LOW: [Good; 5] = [
    good(
        49722,
        "Abyssal Magnetic Field Stabilizer",
        302,
        15,
        400_000_000,
    ),
    good(49726, "Abyssal Heat Sink", 205, 15, 350_000_000),
    good(49730, "Abyssal Gyrostabilizer", 59, 15, 420_000_000),
    good(
        49738,
        "Abyssal Ballistic Control System",
        367,
        15,
        380_000_000,
    ),
    good(52227, "Abyssal Damage Control", 60, 15, 150_000_000),
];

/// The same for middle slots.
pub(crate) const ABYSSAL_MID: [Good; 9] = [
    good(47408, "50MN Abyssal Microwarpdrive", 46, 15, 180_000_000),
    good(47702, "Abyssal Stasis Webifier", 65, 15, 220_000_000),
    good(47732, "Abyssal Warp Scrambler", 52, 15, 260_000_000),
    good(47736, "Abyssal Warp Disruptor", 52, 15, 300_000_000),
    good(47740, "5MN Abyssal Microwarpdrive", 46, 15, 45_000_000),
    good(47749, "1MN Abyssal Afterburner", 46, 15, 12_000_000),
    good(47753, "10MN Abyssal Afterburner", 46, 15, 60_000_000),
    good(47804, "Medium Abyssal Shield Extender", 38, 15, 30_000_000),
    good(47808, "Large Abyssal Shield Extender", 38, 15, 95_000_000),
];
