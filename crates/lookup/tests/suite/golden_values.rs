//! Real killmails with the figures that they must have (`KILLWIRE_SHARED`).
//!
//! **Prices.** A type costs its id times 1.37 ISK, and 0.25: 587 costs 804.44. A type whose id is a
//! multiple of 29 has no price. The hulls in [`HAND_SET`] cost what stands there.
//!
//! **Where the figures come from.** They were worked out apart from this program, by a script that
//! reads the killmails' JSON and the static data, and follows the rules of `docs/values.md` in
//! integers of hundredths, its own way: it sums recursively what stands in a top-level item, where
//! the program lays out lines. Then they were compared. These were also added up by hand: 94077875
//! and 131126432 (nothing but a hull), 134435757 and 55678613 (capsules with implants), 126740298
//! (six stacks), 67422512 (three stacks), 82322455 (one service module).

use std::path::PathBuf;

use jiff::Timestamp;
use killwire_killmail::{Document, Figure, Isk, Killmail, PriceSource, TypeId, parse};
use killwire_lookup::price::Price;
use killwire_lookup::valuation::{Valuation, value};
use killwire_universe::{Universe, read_export_file};

/// Hulls with a price near the real one, in hundredths: Providence, Charon, Hel, Nyx, Phoenix,
/// Keepstar, Sotiyo.
const HAND_SET: [(i64, i64); 7] = [
    (20_183, 190_000_000_000),
    (20_185, 175_000_000_000),
    (22_852, 3_150_000_000_000),
    (23_913, 2_980_000_000_000),
    (19_726, 512_345_678_901),
    (35_834, 19_158_566_761_445),
    (35_827, 2_500_000_000_000),
];

struct Golden {
    killmail_id: i64,
    /// Hull, fitted, dropped, destroyed, total.
    figures: [&'static str; 5],
    unpriced: u32,
}

const fn golden(killmail_id: i64, figures: [&'static str; 5], unpriced: u32) -> Golden {
    Golden {
        killmail_id,
        figures,
        unpriced,
    }
}

#[rustfmt::skip]
const GOLDEN: [Golden; 23] = [
    // Typhoon: 2008, all flags 0: nothing counts as fitted.
    golden(435_341, ["882.53", "882.53", "167289.34", "167995.15", "335284.49"], 0),
    // Sacrilege: of before blueprint copies were told, charges in a container.
    golden(19_123_869, ["16466.28", "16466.28", "64831308.34", "35680082.09", "100511390.43"], 0),
    // Loki: subsystems.
    golden(36_092_010, ["41086.55", "9661468.41", "110442016.33", "164349121.81", "274791138.14"], 0),
    // Warp Scrambling Battery: a module of a starbase.
    golden(44_785_876, ["23539.59", "23539.59", "0", "23539.59", "23539.59"], 0),
    // Orca: ships with their modules in a hangar.
    golden(52_844_772, ["39190.47", "310128.78", "1215706.31", "106128136.54", "107343842.85"], 7),
    // Capsule - Genolution 'Auroral' 197-variant: golden capsule with two implants, the golden one not among them.
    golden(55_678_613, ["10000", "10000", "0", "37986.86", "37986.86"], 0),
    // Hel: supercarrier with carried ships.
    golden(65_914_118, ["31500000000", "31500778091.27", "1131748370.13", "32440503049.99", "33572251420.12"], 1),
    // Nyx: the same.
    golden(67_076_760, ["29800000000", "29801375541.8", "78184369.29", "32944603135.55", "33022787504.84"], 3),
    // Charon: freighter.
    golden(67_422_512, ["1750000000", "1750005421.84", "3614.56", "1750001807.28", "1750005421.84"], 0),
    // Thanatos: carrier.
    golden(69_992_048, ["32758.32", "937534.61", "1655714656.29", "437975.06", "1656152631.35"], 1),
    // Providence: freighter.
    golden(71_809_310, ["1900000000", "1900005487.6", "535259.31", "1900874391.59", "1901409650.9"], 1),
    // Astrahus: structure with a service module, which is not fitted.
    golden(82_322_455, ["49090.09", "49090.09", "0", "98265.12", "98265.12"], 0),
    // Astero: container that dropped, with 26 stacks.
    golden(88_676_289, ["45851.41", "677286.92", "257879038.52", "30032806.55", "287911845.07"], 0),
    // Sunesis: two containers, blueprint copies and SKINs in and beside them.
    golden(93_963_688, ["58478.7", "603928.65", "156440448.38", "486552744.64", "642993193.02"], 6),
    // Capsule: capsule without implants.
    golden(94_077_875, ["10000", "10000", "0", "10000", "10000"], 0),
    // Sotiyo: structure, 131 stacks, service modules.
    golden(107_220_741, ["25000000000", "25000929398.05", "3094921646.12", "29347890764.77", "32442812410.89"], 12),
    // Blood Raiders Stronghold: structure of NPCs.
    golden(126_740_298, ["63518.93", "363273.69", "299754.76", "63518.93", "363273.69"], 0),
    // Keepstar: structure without items.
    golden(131_126_432, ["191585667614.45", "191585667614.45", "0", "191585667614.45", "191585667614.45"], 0),
    // Metenox Moon Drill: structure with service modules and fuel.
    golden(132_253_134, ["112101.87", "112101.87", "3599209237.97", "7211841136.95", "10811050374.92"], 0),
    // Phoenix: dreadnought with abyssal modules.
    golden(132_302_304, ["5123456789.01", "5124593622.13", "162995839.7", "5646066445.2", "5809062284.9"], 1),
    // Metamorphosis: blueprint copies and SKINs.
    golden(132_311_142, ["105646.43", "5455609.39", "28750622.12", "13512222.07", "42262844.19"], 3),
    // Astero: killed by NPCs, blueprint copies.
    golden(132_462_203, ["45851.41", "715415.39", "3712220.46", "3122428.87", "6834649.33"], 2),
    // Capsule: capsule with implants.
    golden(134_435_757, ["10000", "10000", "0", "84494.25", "84494.25"], 0),
];

/// The folder with shared data, or `None` with a visible word.
fn shared(test: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("KILLWIRE_SHARED").unwrap_or_else(|| "../shared".into());
    let data = root.join(shared).join("data");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED {test}: no shared data at {} (set KILLWIRE_SHARED)",
        data.display()
    );
    None
}

fn killmails(data: &std::path::Path) -> Vec<Killmail> {
    let text = std::fs::read_to_string(data.join("killmails/esi-full.jsonl")).unwrap();
    let read = |line: &str| match parse(line.as_bytes()).unwrap() {
        Document::Killmail(parsed) => parsed.killmail,
        other => panic!("{other:?}"),
    };
    text.lines().map(read).collect()
}

fn universe(data: &std::path::Path) -> Universe {
    let export = data.join("sde/eve-online-static-data-3171578-jsonl.zip");
    read_export_file(&export, &mut |_| ()).unwrap()
}

fn price(type_id: TypeId) -> Option<Price> {
    let id = type_id.get();
    let hand_set = HAND_SET.into_iter().find(|(known, _)| *known == id);
    let hundredths = match hand_set {
        Some((_, hundredths)) => hundredths,
        None if id % 29 == 0 => return None,
        None => id * 137 + 25,
    };
    Some(Price {
        isk: Isk::from_hundredths(hundredths),
        source: PriceSource::EsiAverage,
        market: 0,
        date: Timestamp::UNIX_EPOCH,
    })
}

fn shown(figure: Option<Figure>) -> String {
    figure.map_or_else(|| "unknown".to_owned(), |figure| figure.isk.to_string())
}

fn figures(valuation: &Valuation) -> [String; 5] {
    [
        valuation.hull,
        valuation.fitted,
        valuation.dropped,
        valuation.destroyed,
        valuation.total,
    ]
    .map(shown)
}

#[test]
fn real_killmails_are_worth_what_an_independent_count_says() {
    let Some(data) = shared("real_killmails_are_worth_what_an_independent_count_says") else {
        return;
    };
    let (killmails, universe) = (killmails(&data), universe(&data));
    for expected in GOLDEN {
        let id = expected.killmail_id;
        let killmail = killmails
            .iter()
            .find(|killmail| killmail.id.get() == id)
            .unwrap();
        let valuation = value(killmail, &universe, &price);
        assert_eq!(figures(&valuation), expected.figures, "killmail {id}");
        assert_eq!(
            valuation.unpriced, expected.unpriced,
            "unpriced of killmail {id}"
        );
    }
}

#[test]
fn a_real_capsule_is_worth_what_zkillboard_says_at_its_prices() {
    let Some(data) = shared("a_real_capsule_is_worth_what_zkillboard_says_at_its_prices") else {
        return;
    };
    let killmails = killmails(&data);
    let pod = killmails
        .iter()
        .find(|killmail| killmail.id.get() == 134_435_757)
        .unwrap();
    // Its zkb block says 627,868,229.10 in all and 10,000 fitted: the rest is two implants.
    let implants: Isk = "627858229.10".parse().unwrap();
    let price = |type_id: TypeId| {
        let first = pod.victim.items[0].type_id == type_id;
        let isk = if first {
            implants - Isk::from_hundredths(1)
        } else {
            Isk::from_hundredths(1)
        };
        Some(Price {
            isk,
            source: PriceSource::Janice,
            market: 2,
            date: Timestamp::UNIX_EPOCH,
        })
    };
    let valuation = value(pod, &Universe::empty(), &price);
    assert_eq!(
        figures(&valuation),
        ["10000", "10000", "0", "627868229.1", "627868229.1"]
    );
}
