//! Where kills happen: well-known systems of New Eden, the busiest first.
//!
//! Ids, regions and security are CCP's; a test compares them with the static data export.

use crate::dice::Dice;

/// A solar system as the generator needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct System {
    pub(crate) id: i64,
    pub(crate) region_id: i64,
    /// True security, rounded to thousandths.
    pub(crate) security: f64,
}

const fn system(id: i64, region_id: i64, security: f64) -> System {
    System {
        id,
        region_id,
        security,
    }
}

/// Known space, in the order of how much dies there.
pub(crate) const KNOWN_SPACE: [System; 62] = [
    system(30000142, 10000002, 0.946),  // Jita
    system(30002813, 10000033, 0.283),  // Tama
    system(30002537, 10000030, 0.439),  // Amamake
    system(30002768, 10000033, 0.505),  // Uedama
    system(30005196, 10000067, 0.421),  // Ahbazon
    system(30000144, 10000002, 0.949),  // Perimeter
    system(30000848, 10000010, -0.218), // M-OEE8
    system(30004759, 10000060, -0.386), // 1DQ1-A
    system(30003067, 10000038, 0.37),   // Huola
    system(30002718, 10000032, 0.365),  // Rancer
    system(30003068, 10000038, 0.363),  // Kourmonen
    system(30002187, 10000043, 0.949),  // Amarr
    system(30002765, 10000033, 0.551),  // Sivala
    system(30001161, 10000014, -0.146), // HED-GP
    system(30003504, 10000070, -1.0),   // Niarja
    system(30003837, 10000048, 0.368),  // Aldranette
    system(30003836, 10000048, 0.289),  // Vlillirier
    system(30004979, 10000064, 0.307),  // Heydieles
    system(30045344, 10000069, 0.274),  // Nennamaila
    system(30045330, 10000069, 0.285),  // Okkamon
    system(30045314, 10000069, 0.416),  // Kinakka
    system(30002053, 10000042, 0.8),    // Hek
    system(30002510, 10000030, 0.895),  // Rens
    system(30002659, 10000032, 0.868),  // Dodixie
    system(30004735, 10000060, -0.143), // T5ZI-S
    system(30004751, 10000060, -0.435), // K-6K16
    system(30003709, 10000047, -0.325), // D-GTMI
    system(30100000, 10001000, -1.0),   // Zarzakh
    system(30001984, 10000023, -0.447), // EC-P8R
    system(30004046, 10000051, -0.012), // F7C-H0
    system(30002538, 10000030, 0.379),  // Vard
    system(30002539, 10000030, 0.338),  // Siseide
    system(30002086, 10000042, 0.387),  // Turnur
    system(30000140, 10000002, 0.913),  // Maurasi
    system(30000139, 10000002, 0.949),  // Urlen
    system(30001363, 10000016, 0.841),  // Sobaseki
    system(30001376, 10000016, 0.817),  // Nourvukaiken
    system(30000128, 10000002, 0.611),  // Tuuriainas
    system(30003491, 10000043, 0.909),  // Ashab
    system(30002282, 10000043, 0.949),  // Bhizheba
    system(30000159, 10000002, 0.532),  // Ikami
    system(30005133, 10000066, -0.62),  // MJ-5F9
    system(30002349, 10000027, -0.685), // E8-432
    system(30005099, 10000066, -0.276), // R-AG7W
    system(30004649, 10000058, -0.645), // O-PNSN
    system(30004589, 10000058, -0.004), // J5A-IX
    system(30004722, 10000060, -0.324), // 319-3D
    system(30000240, 10000003, -0.473), // 4-HWWF
    system(30003681, 10000046, -0.335), // DO6H-Q
    system(30001198, 10000014, -0.209), // GE-8JV
    system(30004719, 10000060, -0.178), // YZ9-F6
    system(30001445, 10000070, -1.0),   // Nalvula
    system(30002099, 10000042, 0.253),  // Egmar
    system(30001047, 10000012, -0.014), // Doril
    system(30002978, 10000036, 0.356),  // Asghed
    system(30002387, 10000028, 0.4),    // Bosena
    system(30002719, 10000032, 0.305),  // Miroitem
    system(30000181, 10000002, 0.643),  // Korsiki
    system(30004807, 10000061, -0.187), // UALX-3
    system(30004030, 10000050, -1.0),   // B-7DFU
    system(30002642, 10000032, 0.78),   // Iyen-Oursta
    system(30005001, 10000064, 0.8),    // Arnon
];

/// Wormhole space where people live, Thera first.
pub(crate) const WORMHOLE_SPACE: [System; 37] = [
    system(31000005, 11000031, -0.99), // Thera
    system(31000154, 11000002, -0.99), // J113506
    system(31000304, 11000003, -0.99), // J142114
    system(31000454, 11000004, -0.99), // J171518
    system(31000604, 11000006, -0.99), // J232305
    system(31000754, 11000008, -0.99), // J171309
    system(31000904, 11000009, -0.99), // J100932
    system(31001054, 11000011, -0.99), // J123837
    system(31001204, 11000013, -0.99), // J134629
    system(31001504, 11000018, -0.99), // J211258
    system(31001804, 11000022, -0.99), // J164528
    system(31002104, 11000026, -0.99), // J133833
    system(31002404, 11000030, -0.99), // J110834
    system(31000007, 11000001, -0.99), // J105443
    system(31000111, 11000001, -0.99), // J152537
    system(31000215, 11000002, -0.99), // J130542
    system(31000319, 11000003, -0.99), // J170106
    system(31000423, 11000004, -0.99), // J205546
    system(31000527, 11000005, -0.99), // J114306
    system(31000631, 11000006, -0.99), // J131808
    system(31000735, 11000007, -0.99), // J143234
    system(31000839, 11000008, -0.99), // J131842
    system(31000943, 11000010, -0.99), // J140050
    system(31001047, 11000011, -0.99), // J125149
    system(31001151, 11000012, -0.99), // J223658
    system(31001255, 11000014, -0.99), // J131656
    system(31001359, 11000015, -0.99), // J135642
    system(31001463, 11000018, -0.99), // J113754
    system(31001567, 11000019, -0.99), // J141252
    system(31001671, 11000021, -0.99), // J111458
    system(31001775, 11000022, -0.99), // J124224
    system(31001879, 11000023, -0.99), // J165611
    system(31001983, 11000025, -0.99), // J142438
    system(31002087, 11000026, -0.99), // J134141
    system(31002191, 11000027, -0.99), // J204350
    system(31002295, 11000029, -0.99), // J143525
    system(31002399, 11000030, -0.99), // J155311
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
    KNOWN_SPACE
        .iter()
        .chain(&WORMHOLE_SPACE)
        .map(|system| system.id)
        .collect()
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
