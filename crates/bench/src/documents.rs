//! The documents that benches read: R2Z2 entries from the simulator's generator, whose sizes follow
//! the real feed's, and real killmails where they are at hand.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use killwire_killmail::{Document, Parsed, SystemId};
use killwire_sim::Generator;

use crate::Outcome;

const SEED: u64 = 20_260_402;
/// Between two kills: a million of them span a day and a bit, so that no retention is due.
const PACE: SignedDuration = SignedDuration::from_millis(100);
/// Documents as they stand on the wire.
pub(crate) type Documents = Vec<Vec<u8>>;

/// Entries of the feed, one after the other, the same in every run.
pub(crate) struct Source {
    generator: Generator,
    time: Timestamp,
    sequence: u64,
    /// Where all of them happen, instead of where the generator put them.
    system: Option<SystemId>,
}

impl Source {
    /// From the first entry on.
    pub(crate) fn new() -> Self {
        Self {
            generator: Generator::new(SEED),
            time: Timestamp::now() - SignedDuration::from_hours(48),
            sequence: 96_000_000,
            system: None,
        }
    }

    /// The first happened an hour ago, so that clients who ask for what is new get it.
    pub(crate) fn fresh() -> Self {
        Self {
            time: Timestamp::now() - SignedDuration::from_hours(1),
            ..Self::new()
        }
    }

    /// The same, and all of them happen in one system. (The hash does not cover where.)
    pub(crate) fn fresh_in(system: SystemId) -> Self {
        Self {
            system: Some(system),
            ..Self::fresh()
        }
    }

    /// The next entry, as R2Z2 serves it.
    pub(crate) fn entry(&mut self) -> Vec<u8> {
        let mut killmail = self.generator.killmail(self.time);
        if let Some(system) = self.system {
            killmail.esi_json = moved(&killmail.esi_json, killmail.solar_system_id, system);
        }
        let uploaded_at = self.time + SignedDuration::from_secs(60);
        self.time += PACE;
        self.sequence += 1;
        killmail.r2z2_entry(self.sequence, uploaded_at)
    }

    /// The next entry, parsed.
    pub(crate) fn parsed(&mut self) -> Outcome<Arc<Parsed>> {
        match killwire_killmail::parse(&self.entry())? {
            Document::Killmail(parsed) => Ok(Arc::from(parsed)),
            other => Err(format!("the generator made no killmail: {other:?}").into()),
        }
    }
}

fn moved(esi: &[u8], from: i64, to: SystemId) -> Vec<u8> {
    let member = |system: &dyn std::fmt::Display| format!("\"solar_system_id\":{system}");
    String::from_utf8_lossy(esi)
        .replace(&member(&from), &member(&to))
        .into_bytes()
}

/// The feed's first entries.
pub(crate) fn generated(how_many: usize) -> Documents {
    let mut source = Source::new();
    let documents: Documents = (0..how_many).map(|_| source.entry()).collect();
    say_sizes("generated", &documents);
    documents
}

/// Real killmails, one ESI body per line; none where they are not at hand.
pub(crate) fn real() -> Outcome<Option<Documents>> {
    let shared = std::env::var("KILLWIRE_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(shared)
        .join("data/killmails/esi-full.jsonl");
    if !file.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(file)?;
    let documents = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    say_sizes("real", &documents);
    Ok(Some(documents))
}

fn say_sizes(kind: &str, documents: &Documents) {
    let mut sizes: Vec<usize> = documents.iter().map(Vec::len).collect();
    sizes.sort_unstable();
    let all: usize = sizes.iter().sum();
    eprintln!(
        "{} {kind} documents: median {} bytes, mean {}, largest {}",
        sizes.len(),
        sizes.get(sizes.len() / 2).copied().unwrap_or_default(),
        all.checked_div(sizes.len()).unwrap_or_default(),
        sizes.last().copied().unwrap_or_default(),
    );
}
