//! What dies and what shoots: real hulls with their groups.
//!
//! Ids, names, groups and meta groups are CCP's; a test compares them with the static data export. Prices are round
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
    pub(crate) name: &'static str,
    pub(crate) group_id: i64,
    /// CCP's meta group; 0 is none.
    pub(crate) meta_group: i64,
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

const fn hull(
    type_id: i64,
    name: &'static str,
    [group_id, meta_group]: [i64; 2],
    class: Class,
    (price, lost, wins): (i64, u64, u64),
) -> Hull {
    Hull {
        type_id,
        name,
        group_id,
        meta_group,
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
    hull(670, "Capsule", [29, 1], Pod, (10, 2_000, 2)),
    hull(
        33328,
        "Capsule - Genolution 'Auroral' 197-variant",
        [29, 4],
        Pod,
        (10, 60, 0),
    ),
    hull(601, "Ibis", [237, 0], Small, (1, 70, 2)),
    hull(588, "Reaper", [237, 0], Small, (1, 60, 2)),
    hull(606, "Velator", [237, 0], Small, (1, 60, 2)),
    hull(596, "Impairor", [237, 0], Small, (1, 60, 2)),
    hull(672, "Caldari Shuttle", [31, 1], Small, (15, 60, 0)),
    hull(587, "Rifter", [25, 1], Frigate, (550, 160, 40)),
    hull(603, "Merlin", [25, 1], Frigate, (600, 140, 40)),
    hull(594, "Incursus", [25, 1], Frigate, (580, 120, 40)),
    hull(597, "Punisher", [25, 1], Frigate, (520, 110, 30)),
    hull(593, "Tristan", [25, 1], Frigate, (600, 150, 50)),
    hull(602, "Kestrel", [25, 1], Frigate, (560, 140, 40)),
    hull(608, "Atron", [25, 1], Frigate, (450, 160, 50)),
    hull(585, "Slasher", [25, 1], Frigate, (420, 120, 40)),
    hull(598, "Breacher", [25, 1], Frigate, (500, 80, 30)),
    hull(583, "Condor", [25, 1], Frigate, (430, 80, 20)),
    hull(589, "Executioner", [25, 1], Frigate, (440, 60, 20)),
    hull(32880, "Venture", [25, 1], Frigate, (900, 420, 2)),
    hull(605, "Heron", [25, 1], Frigate, (600, 130, 4)),
    hull(29248, "Magnate", [25, 1], Frigate, (600, 90, 3)),
    hull(586, "Probe", [25, 1], Frigate, (550, 80, 3)),
    hull(607, "Imicus", [25, 1], Frigate, (560, 80, 3)),
    hull(33468, "Astero", [25, 4], Frigate, (75_000, 120, 60)),
    hull(33816, "Garmur", [25, 4], Frigate, (60_000, 30, 40)),
    hull(17930, "Worm", [25, 4], Frigate, (45_000, 40, 40)),
    hull(17932, "Dramiel", [25, 4], Frigate, (55_000, 40, 50)),
    hull(47269, "Damavik", [25, 1], Frigate, (30_000, 20, 20)),
    hull(33697, "Prospect", [1283, 2], Frigate, (40_000, 60, 0)),
    hull(16240, "Catalyst", [420, 1], Frigate, (1_500, 300, 200)),
    hull(16242, "Thrasher", [420, 1], Frigate, (1_400, 180, 120)),
    hull(16236, "Coercer", [420, 1], Frigate, (1_500, 90, 60)),
    hull(16238, "Cormorant", [420, 1], Frigate, (1_400, 110, 80)),
    hull(32872, "Algos", [420, 1], Frigate, (1_600, 120, 60)),
    hull(42685, "Sunesis", [420, 0], Frigate, (20_000, 60, 10)),
    hull(49710, "Kikimora", [420, 1], Frigate, (40_000, 80, 90)),
    hull(34562, "Svipul", [1305, 14], Frigate, (50_000, 70, 80)),
    hull(34828, "Jackdaw", [1305, 14], Frigate, (45_000, 60, 60)),
    hull(35683, "Hecate", [1305, 14], Frigate, (45_000, 60, 70)),
    hull(22456, "Sabre", [541, 2], Frigate, (60_000, 180, 220)),
    hull(22464, "Flycatcher", [541, 2], Frigate, (55_000, 50, 60)),
    hull(12032, "Manticore", [834, 2], Frigate, (35_000, 80, 140)),
    hull(12034, "Hound", [834, 2], Frigate, (35_000, 70, 120)),
    hull(12038, "Purifier", [834, 2], Frigate, (35_000, 80, 130)),
    hull(11377, "Nemesis", [834, 2], Frigate, (35_000, 70, 120)),
    hull(11192, "Buzzard", [830, 2], Frigate, (25_000, 60, 10)),
    hull(11172, "Helios", [830, 2], Frigate, (25_000, 50, 10)),
    hull(11198, "Stiletto", [831, 2], Frigate, (28_000, 60, 120)),
    hull(11186, "Malediction", [831, 2], Frigate, (28_000, 60, 120)),
    hull(12044, "Enyo", [324, 2], Frigate, (30_000, 50, 60)),
    hull(11379, "Hawk", [324, 2], Frigate, (30_000, 50, 60)),
    hull(11371, "Wolf", [324, 2], Frigate, (30_000, 40, 50)),
    hull(12042, "Ishkur", [324, 2], Frigate, (30_000, 50, 60)),
    hull(621, "Caracal", [26, 1], Cruiser, (12_000, 170, 90)),
    hull(626, "Vexor", [26, 1], Cruiser, (12_000, 190, 90)),
    hull(622, "Stabber", [26, 1], Cruiser, (11_000, 90, 60)),
    hull(2006, "Omen", [26, 1], Cruiser, (12_000, 80, 60)),
    hull(623, "Moa", [26, 1], Cruiser, (12_000, 60, 40)),
    hull(
        17843,
        "Vexor Navy Issue",
        [26, 4],
        Cruiser,
        (90_000, 160, 130),
    ),
    hull(
        29344,
        "Exequror Navy Issue",
        [26, 4],
        Cruiser,
        (100_000, 60, 90),
    ),
    hull(
        29340,
        "Osprey Navy Issue",
        [26, 4],
        Cruiser,
        (90_000, 40, 60),
    ),
    hull(17715, "Gila", [26, 4], Cruiser, (260_000, 150, 90)),
    hull(33470, "Stratios", [26, 4], Cruiser, (240_000, 70, 60)),
    hull(33818, "Orthrus", [26, 4], Cruiser, (250_000, 30, 60)),
    hull(17720, "Cynabal", [26, 4], Cruiser, (230_000, 30, 60)),
    hull(47270, "Vedmak", [26, 1], Cruiser, (200_000, 40, 60)),
    hull(12005, "Ishtar", [358, 2], Cruiser, (230_000, 130, 180)),
    hull(11993, "Cerberus", [358, 2], Cruiser, (210_000, 70, 120)),
    hull(12015, "Muninn", [358, 2], Cruiser, (210_000, 50, 110)),
    hull(52252, "Ikitursa", [358, 2], Cruiser, (300_000, 30, 60)),
    hull(11978, "Scimitar", [832, 2], Cruiser, (200_000, 50, 20)),
    hull(11987, "Guardian", [832, 2], Cruiser, (200_000, 50, 20)),
    hull(11995, "Onyx", [894, 2], Cruiser, (280_000, 30, 50)),
    hull(12021, "Phobos", [894, 2], Cruiser, (280_000, 20, 40)),
    hull(29990, "Loki", [963, 14], Cruiser, (350_000, 120, 200)),
    hull(29984, "Tengu", [963, 14], Cruiser, (330_000, 100, 140)),
    hull(29988, "Proteus", [963, 14], Cruiser, (320_000, 60, 90)),
    hull(29986, "Legion", [963, 14], Cruiser, (320_000, 60, 90)),
    hull(24698, "Drake", [419, 1], Cruiser, (60_000, 130, 70)),
    hull(24702, "Hurricane", [419, 1], Cruiser, (60_000, 90, 80)),
    hull(16227, "Ferox", [419, 1], Cruiser, (55_000, 80, 120)),
    hull(16229, "Brutix", [419, 1], Cruiser, (60_000, 70, 90)),
    hull(24700, "Myrmidon", [419, 1], Cruiser, (60_000, 90, 70)),
    hull(3756, "Gnosis", [419, 0], Cruiser, (70_000, 70, 40)),
    hull(
        33153,
        "Drake Navy Issue",
        [419, 4],
        Cruiser,
        (180_000, 40, 60),
    ),
    hull(4310, "Tornado", [1201, 0], Cruiser, (90_000, 80, 140)),
    hull(4308, "Talos", [1201, 0], Cruiser, (90_000, 50, 90)),
    hull(22448, "Absolution", [540, 2], Cruiser, (380_000, 20, 30)),
    hull(22446, "Vulture", [540, 2], Cruiser, (380_000, 20, 40)),
    hull(47466, "Praxis", [27, 0], Battleship, (180_000, 90, 60)),
    hull(638, "Raven", [27, 1], Battleship, (250_000, 60, 30)),
    hull(644, "Typhoon", [27, 1], Battleship, (230_000, 40, 30)),
    hull(641, "Megathron", [27, 1], Battleship, (250_000, 40, 50)),
    hull(17918, "Rattlesnake", [27, 4], Battleship, (550_000, 50, 40)),
    hull(17738, "Machariel", [27, 4], Battleship, (600_000, 30, 70)),
    hull(17736, "Nightmare", [27, 4], Battleship, (600_000, 30, 60)),
    hull(47271, "Leshak", [27, 0], Battleship, (700_000, 20, 40)),
    hull(28661, "Kronos", [900, 2], Battleship, (1_700_000, 20, 40)),
    hull(28665, "Vargur", [900, 2], Battleship, (1_800_000, 25, 50)),
    hull(22440, "Panther", [898, 2], Battleship, (1_900_000, 6, 40)),
    hull(17478, "Retriever", [463, 1], Barge, (35_000, 110, 0)),
    hull(17476, "Covetor", [463, 1], Barge, (40_000, 50, 0)),
    hull(22544, "Hulk", [543, 2], Barge, (300_000, 40, 0)),
    hull(22548, "Mackinaw", [543, 2], Barge, (280_000, 50, 0)),
    hull(648, "Badger", [28, 1], Hauler, (2_000, 60, 0)),
    hull(657, "Iteron Mark V", [28, 0], Hauler, (3_000, 60, 0)),
    hull(655, "Epithal", [28, 1], Hauler, (2_000, 90, 0)),
    hull(2998, "Noctis", [28, 1], Hauler, (90_000, 40, 2)),
    hull(12743, "Viator", [1202, 2], Hauler, (180_000, 25, 0)),
    hull(12731, "Bustard", [380, 2], Hauler, (230_000, 20, 0)),
    hull(28606, "Orca", [941, 0], Hauler, (1_200_000, 12, 2)),
    hull(20185, "Charon", [513, 1], Freighter, (1_800_000, 10, 0)),
    hull(28844, "Rhea", [902, 2], Freighter, (11_000_000, 4, 0)),
    hull(28352, "Rorqual", [883, 0], Capital, (6_500_000, 6, 0)),
    hull(19722, "Naglfar", [485, 0], Capital, (4_500_000, 16, 60)),
    hull(23911, "Thanatos", [547, 0], Capital, (3_200_000, 10, 20)),
    hull(37604, "Apostle", [1538, 1], Capital, (4_000_000, 6, 4)),
    hull(23913, "Nyx", [659, 1], Capital, (32_000_000, 2, 10)),
];

/// The largest hull there is; drawn apart because it is so rare.
pub(crate) const TITAN: Hull = hull(11567, "Avatar", [30, 1], Capital, (140_000_000, 1, 0));

/// What is lost without a pilot.
pub(crate) const UNPILOTED: [Hull; 9] = [
    hull(
        33475,
        "Mobile Tractor Unit",
        [1250, 1],
        Deployable,
        (9_000, 200, 0),
    ),
    hull(
        33474,
        "Mobile Depot",
        [1246, 1],
        Deployable,
        (1_200, 120, 0),
    ),
    hull(
        12198,
        "Mobile Small Warp Disruptor I",
        [361, 1],
        Deployable,
        (1_500, 40, 0),
    ),
    hull(
        2233,
        "Customs Office",
        [1025, 0],
        Structure,
        (90_000, 30, 0),
    ),
    hull(35832, "Astrahus", [1657, 0], Structure, (1_400_000, 14, 10)),
    hull(35825, "Raitaru", [1404, 0], Structure, (1_000_000, 14, 6)),
    hull(35835, "Athanor", [1406, 0], Structure, (1_500_000, 24, 10)),
    hull(35833, "Fortizar", [1657, 1], Structure, (18_000_000, 3, 4)),
    hull(35834, "Keepstar", [1657, 1], Structure, (220_000_000, 1, 2)),
];
