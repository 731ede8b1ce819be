//! What is fitted and carried: real modules, charges, drones, implants and freight.
//!
//! Ids are CCP's; a test compares them with the static data export. Prices are round figures of
//! 2026, in ISK.

/// A type with its price in ISK.
pub(crate) type Good = (i64, i64);

pub(crate) const LOW: [Good; 14] = [
    (2048, 600_000),    // Damage Control II
    (519, 900_000),     // Gyrostabilizer II
    (22291, 1_000_000), // Ballistic Control System II
    (10190, 900_000),   // Magnetic Field Stabilizer II
    (2364, 900_000),    // Heat Sink II
    (4405, 1_300_000),  // Drone Damage Amplifier II
    (2605, 700_000),    // Nanofiber Internal Structure II
    (10998, 40_000),    // Warp Core Stabilizer I
    (1319, 500_000),    // Expanded Cargohold II
    (28576, 1_100_000), // Mining Laser Upgrade II
    (1355, 700_000),    // Reactor Control Unit II
    (3530, 1_200_000),  // Medium Armor Repairer II
    (11269, 1_400_000), // Multispectrum Energized Membrane II
    (1541, 600_000),    // Power Diagnostic System II
];

pub(crate) const MID: [Good; 14] = [
    (448, 1_000_000),     // Warp Scrambler II
    (3244, 1_000_000),    // Warp Disruptor II
    (527, 1_100_000),     // Stasis Webifier II
    (440, 3_500_000),     // 5MN Microwarpdrive II
    (12076, 4_500_000),   // 50MN Microwarpdrive II
    (12058, 2_500_000),   // 10MN Afterburner II
    (3831, 700_000),      // Medium Shield Extender II
    (3841, 900_000),      // Large Shield Extender II
    (2281, 1_300_000),    // Multispectrum Shield Hardener II
    (1952, 600_000),      // Sensor Booster II
    (1978, 700_000),      // Tracking Computer II
    (32772, 4_000_000),   // Medium Ancillary Shield Booster
    (19187, 30_000_000),  // Pithum C-Type Medium Shield Booster
    (19200, 700_000_000), // Gist X-Type Large Shield Booster
];

/// Weapons with the charge that is found in the same slot.
pub(crate) const GUNS: [(Good, Good); 10] = [
    ((2889, 900_000), (21898, 600)), // 200mm AutoCannon II, Republic Fleet EMP S
    ((2913, 1_600_000), (12777, 500)), // 425mm AutoCannon II, Hail M
    ((3178, 900_000), (12612, 300)), // Light Neutron Blaster II, Void S
    ((3146, 1_900_000), (12789, 500)), // Heavy Neutron Blaster II, Void M
    ((2404, 700_000), (24495, 400)), // Light Missile Launcher II, Scourge Fury Light Missile
    ((1877, 1_200_000), (24495, 400)), // Rapid Light Missile Launcher II
    ((2410, 1_300_000), (209, 300)), // Heavy Missile Launcher II, Scourge Heavy Missile
    ((25715, 1_500_000), (24488, 900)), // Heavy Assault Missile Launcher II, Nova Rage
    ((3041, 900_000), (12563, 90_000)), // Small Focused Pulse Laser II, Scorch S
    ((3520, 1_800_000), (12563, 90_000)), // Heavy Pulse Laser II
];

pub(crate) const HIGH: [Good; 6] = [
    (11578, 4_000_000), // Covert Ops Cloaking Device II
    (17938, 20_000),    // Core Probe Launcher I
    (13003, 700_000),   // Small Energy Neutralizer II
    (12267, 1_100_000), // Medium Energy Neutralizer II
    (21096, 300_000),   // Cynosural Field Generator I
    (25861, 30_000),    // Salvager I
];

pub(crate) const MINING: [Good; 2] = [
    (482, 800_000),     // Miner II
    (17482, 4_000_000), // Strip Miner I
];

pub(crate) const RIGS: [Good; 8] = [
    (31788, 600_000),   // Small Core Defense Field Extender I
    (31790, 2_500_000), // Medium Core Defense Field Extender I
    (26088, 9_000_000), // Large Core Defense Field Extender I
    (30987, 500_000),   // Small Trimark Armor Pump I
    (31055, 2_200_000), // Medium Trimark Armor Pump I
    (25894, 8_000_000), // Large Trimark Armor Pump I
    (31177, 400_000),   // Small Polycarbon Engine Housing I
    (31119, 1_200_000), // Medium Cargohold Optimization I
];

pub(crate) const SUBSYSTEMS: [Good; 4] = [
    (45632, 40_000_000), // Loki Core - Augmented Nuclear Reactor
    (45595, 60_000_000), // Loki Defensive - Covert Reconfiguration
    (45607, 35_000_000), // Loki Offensive - Projectile Scoping Array
    (45621, 30_000_000), // Loki Propulsion - Wake Limiter
];

pub(crate) const DRONES: [Good; 6] = [
    (2456, 500_000),    // Hobgoblin II
    (2185, 900_000),    // Hammerhead II
    (2446, 1_600_000),  // Ogre II
    (2488, 500_000),    // Warrior II
    (2205, 400_000),    // Acolyte II
    (28211, 1_400_000), // Garde II
];

pub(crate) const FIGHTERS: [Good; 3] = [
    (23055, 14_000_000), // Templar I
    (23059, 12_000_000), // Firbolg I
    (23061, 12_000_000), // Einherji I
];

pub(crate) const IMPLANTS: [Good; 9] = [
    (9899, 12_000_000),     // Ocular Filter - Basic
    (9941, 12_000_000),     // Memory Augmentation - Basic
    (9942, 12_000_000),     // Neural Boost - Basic
    (9943, 12_000_000),     // Cybernetic Subprocessor - Basic
    (9956, 9_000_000),      // Social Adaptation Chip - Basic
    (20121, 70_000_000),    // High-grade Crystal Alpha
    (19540, 90_000_000),    // High-grade Snake Alpha
    (20499, 80_000_000),    // High-grade Amulet Alpha
    (24663, 1_100_000_000), // Zor's Custom Navigation Hyper-Link
];

/// Carried in a cargo hold: what it is, its price each, and how many a stack holds at most.
pub(crate) const CARGO: [(Good, i64); 20] = [
    ((28668, 25_000), 80),     // Nanite Repair Paste
    ((11287, 30_000), 12),     // Cap Booster 400
    ((12608, 400), 800),       // Hail S
    ((12773, 500), 1_200),     // Barrage M
    ((230, 60), 2_000),        // Antimatter Charge M
    ((30013, 60_000), 8),      // Core Scanner Probe I
    ((30488, 900_000), 8),     // Sisters Core Scanner Probe
    ((34, 4), 2_000_000),      // Tritanium
    ((37, 60), 200_000),       // Isogen
    ((11399, 20_000), 4_000),  // Morphite
    ((1230, 20), 200_000),     // Veldspar
    ((62568, 3_000), 40_000),  // Compressed Arkonor
    ((4051, 14_000), 8_000),   // Nitrogen Fuel Block
    ((16273, 400), 60_000),    // Liquid Ozone
    ((15331, 1_000), 60),      // Metal Scraps
    ((30259, 900_000), 30),    // Melted Nanoribbons
    ((30745, 1_500_000), 40),  // Sleeper Data Library
    ((30377, 9_000), 20_000),  // Fullerite-C320
    ((44992, 5_500_000), 120), // PLEX
    ((40520, 900_000_000), 4), // Large Skill Injector
];

/// Containers, which hold stacks of their own.
pub(crate) const CONTAINERS: [Good; 4] = [
    (3467, 20_000),  // Small Secure Container
    (17366, 80_000), // Station Container
    (24445, 60_000), // Giant Freight Container
    (3468, 1),       // Plastic Wrap
];

/// A blueprint; a singleton mark of 2 makes it a copy, worth next to nothing.
pub(crate) const BLUEPRINT: Good = (691, 3_000_000); // Rifter Blueprint

pub(crate) const STRUCTURE_MODULES: [Good; 4] = [
    (35921, 60_000_000), // Standup Anticapital Missile Launcher I
    (35922, 50_000_000), // Standup Multirole Missile Launcher I
    (35925, 40_000_000), // Standup Heavy Energy Neutralizer I
    (35959, 30_000_000), // Standup Ballistic Control System I
];

pub(crate) const STRUCTURE_SERVICES: [Good; 3] = [
    (35899, 90_000_000),  // Standup Reprocessing Facility I
    (35892, 400_000_000), // Standup Market Hub I
    (35878, 80_000_000),  // Standup Manufacturing Plant I
];
