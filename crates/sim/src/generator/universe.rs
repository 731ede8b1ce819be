//! Where kills happen: well-known systems of New Eden, the busiest first.
//!
//! Ids, names, places, security and wormhole classes are CCP's; a test compares them with the static data export.

use crate::dice::Dice;

/// A solar system as the generator needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct System {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) constellation_id: i64,
    pub(crate) region_id: i64,
    /// True security, rounded to thousandths.
    pub(crate) security: f64,
    /// CCP's wormhole class where the system has one of its own; 0 is its constellation's.
    pub(crate) own_class: i64,
}

const fn system(
    id: i64,
    name: &'static str,
    [constellation_id, region_id]: [i64; 2],
    security: f64,
    own_class: i64,
) -> System {
    System {
        id,
        name,
        constellation_id,
        region_id,
        security,
        own_class,
    }
}

/// Known space, in the order of how much dies there.
pub(crate) const KNOWN_SPACE: [System; 62] = [
    system(30000142, "Jita", [20000020, 10000002], 0.946, 0),
    system(30002813, "Tama", [20000412, 10000033], 0.283, 8),
    system(30002537, "Amamake", [20000372, 10000030], 0.439, 8),
    system(30002768, "Uedama", [20000406, 10000033], 0.505, 0),
    system(30005196, "Ahbazon", [20000760, 10000067], 0.421, 8),
    system(30000144, "Perimeter", [20000020, 10000002], 0.949, 0),
    system(30000848, "M-OEE8", [20000124, 10000010], -0.218, 0),
    system(30004759, "1DQ1-A", [20000696, 10000060], -0.386, 0),
    system(30003067, "Huola", [20000448, 10000038], 0.37, 8),
    system(30002718, "Rancer", [20000398, 10000032], 0.365, 8),
    system(30003068, "Kourmonen", [20000448, 10000038], 0.363, 8),
    system(30002187, "Amarr", [20000322, 10000043], 0.949, 0),
    system(30002765, "Sivala", [20000405, 10000033], 0.551, 0),
    system(30001161, "HED-GP", [20000169, 10000014], -0.146, 0),
    system(30003504, "Niarja", [20000788, 10000070], -1.0, 0),
    system(30003837, "Aldranette", [20000561, 10000048], 0.368, 8),
    system(30003836, "Vlillirier", [20000561, 10000048], 0.289, 8),
    system(30004979, "Heydieles", [20000729, 10000064], 0.307, 8),
    system(30045344, "Nennamaila", [20000785, 10000069], 0.274, 8),
    system(30045330, "Okkamon", [20000786, 10000069], 0.285, 8),
    system(30045314, "Kinakka", [20000783, 10000069], 0.416, 8),
    system(30002053, "Hek", [20000302, 10000042], 0.8, 0),
    system(30002510, "Rens", [20000367, 10000030], 0.895, 0),
    system(30002659, "Dodixie", [20000389, 10000032], 0.868, 0),
    system(30004735, "T5ZI-S", [20000692, 10000060], -0.143, 0),
    system(30004751, "K-6K16", [20000695, 10000060], -0.435, 0),
    system(30003709, "D-GTMI", [20000541, 10000047], -0.325, 0),
    system(30100000, "Zarzakh", [20010000, 10001000], -1.0, 0),
    system(30001984, "EC-P8R", [20000292, 10000023], -0.447, 0),
    system(30004046, "F7C-H0", [20000591, 10000051], -0.012, 0),
    system(30002538, "Vard", [20000372, 10000030], 0.379, 8),
    system(30002539, "Siseide", [20000372, 10000030], 0.338, 8),
    system(30002086, "Turnur", [20000307, 10000042], 0.387, 8),
    system(30000140, "Maurasi", [20000020, 10000002], 0.913, 0),
    system(30000139, "Urlen", [20000020, 10000002], 0.949, 0),
    system(30001363, "Sobaseki", [20000199, 10000016], 0.841, 0),
    system(30001376, "Nourvukaiken", [20000201, 10000016], 0.817, 0),
    system(30000128, "Tuuriainas", [20000018, 10000002], 0.611, 0),
    system(30003491, "Ashab", [20000509, 10000043], 0.909, 0),
    system(30002282, "Bhizheba", [20000334, 10000043], 0.949, 0),
    system(30000159, "Ikami", [20000023, 10000002], 0.532, 0),
    system(30005133, "MJ-5F9", [20000751, 10000066], -0.62, 0),
    system(30002349, "E8-432", [20000344, 10000027], -0.685, 0),
    system(30005099, "R-AG7W", [20000746, 10000066], -0.276, 0),
    system(30004649, "O-PNSN", [20000679, 10000058], -0.645, 0),
    system(30004589, "J5A-IX", [20000669, 10000058], -0.004, 0),
    system(30004722, "319-3D", [20000690, 10000060], -0.324, 0),
    system(30000240, "4-HWWF", [20000034, 10000003], -0.473, 0),
    system(30003681, "DO6H-Q", [20000536, 10000046], -0.335, 0),
    system(30001198, "GE-8JV", [20000175, 10000014], -0.209, 0),
    system(30004719, "YZ9-F6", [20000690, 10000060], -0.178, 0),
    system(30001445, "Nalvula", [20000787, 10000070], -1.0, 0),
    system(30002099, "Egmar", [20000309, 10000042], 0.253, 8),
    system(30001047, "Doril", [20000153, 10000012], -0.014, 0),
    system(30002978, "Asghed", [20000436, 10000036], 0.356, 8),
    system(30002387, "Bosena", [20000350, 10000028], 0.4, 8),
    system(30002719, "Miroitem", [20000398, 10000032], 0.305, 8),
    system(30000181, "Korsiki", [20000026, 10000002], 0.643, 0),
    system(30004807, "UALX-3", [20000703, 10000061], -0.187, 0),
    system(30004030, "B-7DFU", [20000588, 10000050], -1.0, 0),
    system(30002642, "Iyen-Oursta", [20000387, 10000032], 0.78, 0),
    system(30005001, "Arnon", [20000732, 10000064], 0.8, 0),
];

/// Wormhole space where people live, Thera first.
pub(crate) const WORMHOLE_SPACE: [System; 37] = [
    system(31000005, "Thera", [21000324, 11000031], -0.99, 0),
    system(31000154, "J113506", [21000002, 11000002], -0.99, 0),
    system(31000304, "J142114", [21000015, 11000003], -0.99, 0),
    system(31000454, "J171518", [21000030, 11000004], -0.99, 0),
    system(31000604, "J232305", [21000045, 11000006], -0.99, 0),
    system(31000754, "J171309", [21000060, 11000008], -0.99, 0),
    system(31000904, "J100932", [21000079, 11000009], -0.99, 0),
    system(31001054, "J123837", [21000103, 11000011], -0.99, 0),
    system(31001204, "J134629", [21000126, 11000013], -0.99, 0),
    system(31001504, "J211258", [21000172, 11000018], -0.99, 0),
    system(31001804, "J164528", [21000219, 11000022], -0.99, 0),
    system(31002104, "J133833", [21000261, 11000026], -0.99, 0),
    system(31002404, "J110834", [21000302, 11000030], -0.99, 0),
    system(31000007, "J105443", [21000311, 11000001], -0.99, 0),
    system(31000111, "J152537", [21000321, 11000001], -0.99, 0),
    system(31000215, "J130542", [21000008, 11000002], -0.99, 0),
    system(31000319, "J170106", [21000017, 11000003], -0.99, 0),
    system(31000423, "J205546", [21000027, 11000004], -0.99, 0),
    system(31000527, "J114306", [21000037, 11000005], -0.99, 0),
    system(31000631, "J131808", [21000047, 11000006], -0.99, 0),
    system(31000735, "J143234", [21000058, 11000007], -0.99, 0),
    system(31000839, "J131842", [21000068, 11000008], -0.99, 0),
    system(31000943, "J140050", [21000086, 11000010], -0.99, 0),
    system(31001047, "J125149", [21000102, 11000011], -0.99, 0),
    system(31001151, "J223658", [21000117, 11000012], -0.99, 0),
    system(31001255, "J131656", [21000134, 11000014], -0.99, 0),
    system(31001359, "J135642", [21000150, 11000015], -0.99, 0),
    system(31001463, "J113754", [21000166, 11000018], -0.99, 0),
    system(31001567, "J141252", [21000182, 11000019], -0.99, 0),
    system(31001671, "J111458", [21000198, 11000021], -0.99, 0),
    system(31001775, "J124224", [21000214, 11000022], -0.99, 0),
    system(31001879, "J165611", [21000231, 11000023], -0.99, 0),
    system(31001983, "J142438", [21000245, 11000025], -0.99, 0),
    system(31002087, "J134141", [21000259, 11000026], -0.99, 0),
    system(31002191, "J204350", [21000273, 11000027], -0.99, 0),
    system(31002295, "J143525", [21000287, 11000029], -0.99, 0),
    system(31002399, "J155311", [21000301, 11000030], -0.99, 0),
];

/// The share of kills in wormhole space.
const WORMHOLE_SHARE: f64 = 0.15;

/// The wars of the empires, as fought in low security: each pair of factions with the systems
/// where the generator lets its militias meet.
pub(crate) const CALDARI_GALLENTE: [i64; 2] = [500_001, 500_004];
pub(crate) const AMARR_MINMATAR: [i64; 2] = [500_003, 500_002];

/// Every solar system in which a generated ship can die, each once: about a hundred, for
/// clients that follow all.
#[must_use]
pub fn solar_systems() -> Vec<i64> {
    systems().map(|system| system.id).collect()
}

/// The same as the generator knows them, known space first.
pub(crate) fn systems() -> impl Iterator<Item = &'static System> {
    KNOWN_SPACE.iter().chain(&WORMHOLE_SPACE)
}

/// The system of an id.
pub(crate) fn system_of(id: i64) -> Option<&'static System> {
    systems().find(|system| system.id == id)
}

impl System {
    /// Where the next ship dies.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        if dice.chance(WORMHOLE_SHARE) {
            zipf(dice, &WORMHOLE_SPACE)
        } else {
            zipf(dice, &KNOWN_SPACE)
        }
    }

    /// Whether the system is in wormhole space.
    pub(crate) fn is_wormhole(&self) -> bool {
        (11_000_000..12_000_000).contains(&self.region_id)
    }

    /// Whether CONCORD answers crimes here.
    pub(crate) fn is_high_security(&self) -> bool {
        self.security >= 0.45
    }

    /// The two sides where militias fight here.
    pub(crate) fn militias(&self) -> Option<[i64; 2]> {
        match self.region_id {
            10_000_033 | 10_000_048 | 10_000_064 | 10_000_069 if !self.is_high_security() => {
                Some(CALDARI_GALLENTE)
            }
            10_000_030 | 10_000_036 | 10_000_038 | 10_000_042 if !self.is_high_security() => {
                Some(AMARR_MINMATAR)
            }
            _ => None,
        }
    }
}

/// The nth of a list is drawn 1/n as often as the first.
fn zipf(dice: &mut Dice, list: &[System]) -> System {
    let total: f64 = (1..=list.len()).map(|rank| 1.0 / rank as f64).sum();
    let mut left = dice.unit() * total;
    for (place, one) in list.iter().enumerate() {
        left -= 1.0 / (place + 1) as f64;
        if left < 0.0 {
            return *one;
        }
    }
    list[0]
}
