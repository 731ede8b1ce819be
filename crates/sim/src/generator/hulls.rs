//! What dies and what shoots: real hulls with their groups.
//!
//! Ids and groups are CCP's; a test compares them with the static data export. Prices are round
//! figures of 2026, in thousands of ISK.

/// How a hull is fitted and how much it takes to kill it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Pod,
    /// Rookie ships and shuttles: nothing aboard.
    Small,
    Frigate,
    Cruiser,
    Battleship,
    Barge,
    Hauler,
    Freighter,
    Capital,
    Structure,
    Deployable,
}

/// A hull.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hull {
    pub(crate) type_id: i64,
    pub(crate) group_id: i64,
    pub(crate) class: Class,
    /// Thousands of ISK.
    pub(crate) price: i64,
    /// How often it is lost, as a share of all weights.
    pub(crate) lost: u64,
    /// How often it is on the winning side.
    pub(crate) wins: u64,
}

impl Hull {
    /// CCP's category of its group: ship, structure, deployable or orbital.
    pub(crate) fn category_id(&self) -> i64 {
        match self.class {
            Class::Structure if self.group_id == 1025 => 46,
            Class::Structure => 65,
            Class::Deployable => 22,
            _ => 6,
        }
    }

    /// Whether zKillboard labels its loss `capital`.
    pub(crate) fn is_capital(&self) -> bool {
        matches!(self.group_id, 30 | 485 | 547 | 659 | 883 | 1538)
    }

    /// Whether somebody sits in it.
    pub(crate) fn is_piloted(&self) -> bool {
        !matches!(self.class, Class::Structure | Class::Deployable)
    }

    /// Whether it can be lost where CONCORD answers (or, for `wormhole`, in wormhole space).
    pub(crate) fn dies_in(&self, high_security: bool, wormhole: bool) -> bool {
        !(high_security && self.class == Class::Capital
            || wormhole && matches!(self.group_id, 30 | 659 | 1025))
    }
}

const fn hull(type_id: i64, group_id: i64, class: Class, price: i64, lost: u64, wins: u64) -> Hull {
    Hull {
        type_id,
        group_id,
        class,
        price,
        lost,
        wins,
    }
}

use Class::{
    Barge, Battleship, Capital, Cruiser, Deployable, Freighter, Frigate, Hauler, Pod, Small,
    Structure,
};

/// What is flown, from the capsule to the supercarrier.
pub(crate) const HULLS: [Hull; 118] = [
    hull(670, 29, Pod, 10, 2_000, 2),                // Capsule
    hull(33328, 29, Pod, 10, 60, 0),                 // Capsule - Genolution 'Auroral' 197-variant
    hull(601, 237, Small, 1, 70, 2),                 // Ibis
    hull(588, 237, Small, 1, 60, 2),                 // Reaper
    hull(606, 237, Small, 1, 60, 2),                 // Velator
    hull(596, 237, Small, 1, 60, 2),                 // Impairor
    hull(672, 31, Small, 15, 60, 0),                 // Caldari Shuttle
    hull(587, 25, Frigate, 550, 160, 40),            // Rifter
    hull(603, 25, Frigate, 600, 140, 40),            // Merlin
    hull(594, 25, Frigate, 580, 120, 40),            // Incursus
    hull(597, 25, Frigate, 520, 110, 30),            // Punisher
    hull(593, 25, Frigate, 600, 150, 50),            // Tristan
    hull(602, 25, Frigate, 560, 140, 40),            // Kestrel
    hull(608, 25, Frigate, 450, 160, 50),            // Atron
    hull(585, 25, Frigate, 420, 120, 40),            // Slasher
    hull(598, 25, Frigate, 500, 80, 30),             // Breacher
    hull(583, 25, Frigate, 430, 80, 20),             // Condor
    hull(589, 25, Frigate, 440, 60, 20),             // Executioner
    hull(32880, 25, Frigate, 900, 420, 2),           // Venture
    hull(605, 25, Frigate, 600, 130, 4),             // Heron
    hull(29248, 25, Frigate, 600, 90, 3),            // Magnate
    hull(586, 25, Frigate, 550, 80, 3),              // Probe
    hull(607, 25, Frigate, 560, 80, 3),              // Imicus
    hull(33468, 25, Frigate, 75_000, 120, 60),       // Astero
    hull(33816, 25, Frigate, 60_000, 30, 40),        // Garmur
    hull(17930, 25, Frigate, 45_000, 40, 40),        // Worm
    hull(17932, 25, Frigate, 55_000, 40, 50),        // Dramiel
    hull(47269, 25, Frigate, 30_000, 20, 20),        // Damavik
    hull(33697, 1283, Frigate, 40_000, 60, 0),       // Prospect
    hull(16240, 420, Frigate, 1_500, 300, 200),      // Catalyst
    hull(16242, 420, Frigate, 1_400, 180, 120),      // Thrasher
    hull(16236, 420, Frigate, 1_500, 90, 60),        // Coercer
    hull(16238, 420, Frigate, 1_400, 110, 80),       // Cormorant
    hull(32872, 420, Frigate, 1_600, 120, 60),       // Algos
    hull(42685, 420, Frigate, 20_000, 60, 10),       // Sunesis
    hull(49710, 420, Frigate, 40_000, 80, 90),       // Kikimora
    hull(34562, 1305, Frigate, 50_000, 70, 80),      // Svipul
    hull(34828, 1305, Frigate, 45_000, 60, 60),      // Jackdaw
    hull(35683, 1305, Frigate, 45_000, 60, 70),      // Hecate
    hull(22456, 541, Frigate, 60_000, 180, 220),     // Sabre
    hull(22464, 541, Frigate, 55_000, 50, 60),       // Flycatcher
    hull(12032, 834, Frigate, 35_000, 80, 140),      // Manticore
    hull(12034, 834, Frigate, 35_000, 70, 120),      // Hound
    hull(12038, 834, Frigate, 35_000, 80, 130),      // Purifier
    hull(11377, 834, Frigate, 35_000, 70, 120),      // Nemesis
    hull(11192, 830, Frigate, 25_000, 60, 10),       // Buzzard
    hull(11172, 830, Frigate, 25_000, 50, 10),       // Helios
    hull(11198, 831, Frigate, 28_000, 60, 120),      // Stiletto
    hull(11186, 831, Frigate, 28_000, 60, 120),      // Malediction
    hull(12044, 324, Frigate, 30_000, 50, 60),       // Enyo
    hull(11379, 324, Frigate, 30_000, 50, 60),       // Hawk
    hull(11371, 324, Frigate, 30_000, 40, 50),       // Wolf
    hull(12042, 324, Frigate, 30_000, 50, 60),       // Ishkur
    hull(621, 26, Cruiser, 12_000, 170, 90),         // Caracal
    hull(626, 26, Cruiser, 12_000, 190, 90),         // Vexor
    hull(622, 26, Cruiser, 11_000, 90, 60),          // Stabber
    hull(2006, 26, Cruiser, 12_000, 80, 60),         // Omen
    hull(623, 26, Cruiser, 12_000, 60, 40),          // Moa
    hull(17843, 26, Cruiser, 90_000, 160, 130),      // Vexor Navy Issue
    hull(29344, 26, Cruiser, 100_000, 60, 90),       // Exequror Navy Issue
    hull(29340, 26, Cruiser, 90_000, 40, 60),        // Osprey Navy Issue
    hull(17715, 26, Cruiser, 260_000, 150, 90),      // Gila
    hull(33470, 26, Cruiser, 240_000, 70, 60),       // Stratios
    hull(33818, 26, Cruiser, 250_000, 30, 60),       // Orthrus
    hull(17720, 26, Cruiser, 230_000, 30, 60),       // Cynabal
    hull(47270, 26, Cruiser, 200_000, 40, 60),       // Vedmak
    hull(12005, 358, Cruiser, 230_000, 130, 180),    // Ishtar
    hull(11993, 358, Cruiser, 210_000, 70, 120),     // Cerberus
    hull(12015, 358, Cruiser, 210_000, 50, 110),     // Muninn
    hull(52252, 358, Cruiser, 300_000, 30, 60),      // Ikitursa
    hull(11978, 832, Cruiser, 200_000, 50, 20),      // Scimitar
    hull(11987, 832, Cruiser, 200_000, 50, 20),      // Guardian
    hull(11995, 894, Cruiser, 280_000, 30, 50),      // Onyx
    hull(12021, 894, Cruiser, 280_000, 20, 40),      // Phobos
    hull(29990, 963, Cruiser, 350_000, 120, 200),    // Loki
    hull(29984, 963, Cruiser, 330_000, 100, 140),    // Tengu
    hull(29988, 963, Cruiser, 320_000, 60, 90),      // Proteus
    hull(29986, 963, Cruiser, 320_000, 60, 90),      // Legion
    hull(24698, 419, Cruiser, 60_000, 130, 70),      // Drake
    hull(24702, 419, Cruiser, 60_000, 90, 80),       // Hurricane
    hull(16227, 419, Cruiser, 55_000, 80, 120),      // Ferox
    hull(16229, 419, Cruiser, 60_000, 70, 90),       // Brutix
    hull(24700, 419, Cruiser, 60_000, 90, 70),       // Myrmidon
    hull(3756, 419, Cruiser, 70_000, 70, 40),        // Gnosis
    hull(33153, 419, Cruiser, 180_000, 40, 60),      // Drake Navy Issue
    hull(4310, 1201, Cruiser, 90_000, 80, 140),      // Tornado
    hull(4308, 1201, Cruiser, 90_000, 50, 90),       // Talos
    hull(22448, 540, Cruiser, 380_000, 20, 30),      // Absolution
    hull(22446, 540, Cruiser, 380_000, 20, 40),      // Vulture
    hull(47466, 27, Battleship, 180_000, 90, 60),    // Praxis
    hull(638, 27, Battleship, 250_000, 60, 30),      // Raven
    hull(644, 27, Battleship, 230_000, 40, 30),      // Typhoon
    hull(641, 27, Battleship, 250_000, 40, 50),      // Megathron
    hull(17918, 27, Battleship, 550_000, 50, 40),    // Rattlesnake
    hull(17738, 27, Battleship, 600_000, 30, 70),    // Machariel
    hull(17736, 27, Battleship, 600_000, 30, 60),    // Nightmare
    hull(47271, 27, Battleship, 700_000, 20, 40),    // Leshak
    hull(28661, 900, Battleship, 1_700_000, 20, 40), // Kronos
    hull(28665, 900, Battleship, 1_800_000, 25, 50), // Vargur
    hull(22440, 898, Battleship, 1_900_000, 6, 40),  // Panther
    hull(17478, 463, Barge, 35_000, 110, 0),         // Retriever
    hull(17476, 463, Barge, 40_000, 50, 0),          // Covetor
    hull(22544, 543, Barge, 300_000, 40, 0),         // Hulk
    hull(22548, 543, Barge, 280_000, 50, 0),         // Mackinaw
    hull(648, 28, Hauler, 2_000, 60, 0),             // Badger
    hull(657, 28, Hauler, 3_000, 60, 0),             // Iteron Mark V
    hull(655, 28, Hauler, 2_000, 90, 0),             // Epithal
    hull(2998, 28, Hauler, 90_000, 40, 2),           // Noctis
    hull(12743, 1202, Hauler, 180_000, 25, 0),       // Viator
    hull(12731, 380, Hauler, 230_000, 20, 0),        // Bustard
    hull(28606, 941, Hauler, 1_200_000, 12, 2),      // Orca
    hull(20185, 513, Freighter, 1_800_000, 10, 0),   // Charon
    hull(28844, 902, Freighter, 11_000_000, 4, 0),   // Rhea
    hull(28352, 883, Capital, 6_500_000, 6, 0),      // Rorqual
    hull(19722, 485, Capital, 4_500_000, 16, 60),    // Naglfar
    hull(23911, 547, Capital, 3_200_000, 10, 20),    // Thanatos
    hull(37604, 1538, Capital, 4_000_000, 6, 4),     // Apostle
    hull(23913, 659, Capital, 32_000_000, 2, 10),    // Nyx
];

/// The largest hull there is; drawn apart because it is so rare.
pub(crate) const TITAN: Hull = hull(11567, 30, Capital, 140_000_000, 1, 0); // Avatar

/// What is lost without a pilot.
pub(crate) const UNPILOTED: [Hull; 9] = [
    hull(33475, 1250, Deployable, 9_000, 200, 0), // Mobile Tractor Unit
    hull(33474, 1246, Deployable, 1_200, 120, 0), // Mobile Depot
    hull(12198, 361, Deployable, 1_500, 40, 0),   // Mobile Small Warp Disruptor I
    hull(2233, 1025, Structure, 90_000, 30, 0),   // Customs Office
    hull(35832, 1657, Structure, 1_400_000, 14, 10), // Astrahus
    hull(35825, 1404, Structure, 1_000_000, 14, 6), // Raitaru
    hull(35835, 1406, Structure, 1_500_000, 24, 10), // Athanor
    hull(35833, 1657, Structure, 18_000_000, 3, 4), // Fortizar
    hull(35834, 1657, Structure, 220_000_000, 1, 2), // Keepstar
];
