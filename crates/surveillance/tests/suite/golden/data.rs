//! The shared real killmails, CCP's real static data, and the lists and maps that golden profiles
//! name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use killwire_killmail::{Document, Facts, Isk, KillmailId, Parsed, SystemId, parse};
use killwire_surveillance::compile::{List, Lists};
use killwire_surveillance::ground::Ground;
use killwire_surveillance::subject::{Chains, Subject};
use killwire_surveillance::tree::{Name, RefKind};
use killwire_universe::read_export_file;

/// The fight of 3,753 against a Keepstar.
pub(super) const KEEPSTAR: i64 = 131_126_432;

/// Real killmails by id, and what conditions need besides.
pub(super) struct Real {
    pub(super) ground: Ground,
    pub(super) lists: Lists,
    killmails: BTreeMap<i64, Seen>,
}

struct Seen {
    facts: Facts,
    published: Timestamp,
}

impl Real {
    /// All of them, by id.
    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        self.killmails.values().map(|seen| self.of(seen))
    }

    /// One of them.
    pub(super) fn subject(&self, killmail: i64) -> Subject<'_> {
        self.of(&self.killmails[&killmail])
    }

    fn of<'a>(&'a self, seen: &'a Seen) -> Subject<'a> {
        Subject::new(&seen.facts, seen.published, &self.ground).with_chains(&Maps)
    }
}

/// The killmails, read once for all tests; `None`, with a visible word, without the shared data.
pub(super) fn real(test: &str) -> Option<&'static Real> {
    static REAL: OnceLock<Real> = OnceLock::new();
    let data = shared(test)?;
    Some(REAL.get_or_init(|| read(&data)))
}

fn shared(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("KILLWIRE_SHARED").unwrap_or_else(|| "../shared".into());
    let data = root.join(shared).join("data");
    if data.join("killmails").is_dir() && data.join("sde").is_dir() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED {test}: no shared data at {} (set KILLWIRE_SHARED)",
        data.display()
    );
    None
}

fn read(data: &Path) -> Real {
    let universe = read_export_file(&archive(&data.join("sde")), &mut |_| ()).unwrap();
    let mut killmails = BTreeMap::new();
    for file in ["esi-full.jsonl", "zkb-2018-items-stripped.jsonl"] {
        let text = std::fs::read_to_string(data.join("killmails").join(file)).unwrap();
        for line in text.lines() {
            put(&mut killmails, line.as_bytes());
        }
    }
    // The feed's pod is among the others, too: the feed says when it was published.
    for file in ["r2z2-entry-134435757.json", "redisq-package-119689329.json"] {
        put(
            &mut killmails,
            &std::fs::read(data.join("feeds").join(file)).unwrap(),
        );
    }
    Real {
        ground: Ground::new(Arc::new(universe)),
        lists: lists(),
        killmails,
    }
}

fn archive(folder: &Path) -> PathBuf {
    let mut files = folder.read_dir().unwrap();
    let is_zip = |path: &PathBuf| path.extension().is_some_and(|end| end == "zip");
    files
        .find_map(|file| Some(file.unwrap().path()).filter(is_zip))
        .unwrap()
}

fn put(killmails: &mut BTreeMap<i64, Seen>, document: &[u8]) {
    let Document::Killmail(parsed) = parse(document).unwrap() else {
        panic!("no killmail: {}", String::from_utf8_lossy(document));
    };
    let seen = Seen {
        facts: facts(&parsed),
        published: published(&parsed),
    };
    killmails.insert(parsed.killmail.id.get(), seen);
}

/// The Keepstar had nothing aboard: its hull is all of its value. Of hulls nobody else says a word,
/// as zKillboard does not.
fn facts(parsed: &Parsed) -> Facts {
    let mut facts = Facts::of(parsed, None);
    if facts.killmail_id == KillmailId::new(KEEPSTAR).unwrap() {
        facts.hull_value = Some(Isk::from_hundredths(19_158_566_761_445));
    }
    facts
}

/// As the feed says, else long after.
fn published(parsed: &Parsed) -> Timestamp {
    let uploaded = parsed.feed.and_then(|feed| feed.uploaded_at);
    uploaded.unwrap_or_else(|| "2026-11-20T12:00:00Z".parse().unwrap())
}

fn lists() -> Lists {
    let list =
        |name: &str, entries: Vec<(RefKind, i64)>| (Name::new(name).unwrap(), List::new(entries));
    // Goonswarm Federation, Test Alliance Please Ignore, and a corporation of neither.
    let blues = vec![
        (RefKind::Alliance, 1_354_830_081),
        (RefKind::Alliance, 498_125_261),
        (RefKind::Corporation, 98_388_312),
    ];
    // Titans, supercarriers, carriers, dreadnoughts, force auxiliaries.
    let capitals = [30, 659, 547, 485, 1_538];
    // Jita and Amarr.
    let hubs = [30_000_142, 30_002_187];
    [
        list("blues", blues),
        list("capitals", capitals.map(|id| (RefKind::Group, id)).into()),
        list("trade hubs", hubs.map(|id| (RefKind::System, id)).into()),
    ]
    .into()
}

/// One map that is read: J135705, J154152 and Tama.
struct Maps;

impl Maps {
    const HOME: [i64; 3] = [31_002_346, 31_002_155, 30_002_813];
}

impl Chains for Maps {
    fn contains(&self, map: &Name, system: SystemId) -> Option<bool> {
        (map.as_str() == "home").then(|| Self::HOME.contains(&system.get()))
    }

    fn of(&self, system: SystemId, each: &mut dyn FnMut(&Name)) {
        if Self::HOME.contains(&system.get()) {
            each(&Name::new("home").unwrap());
        }
    }
}
