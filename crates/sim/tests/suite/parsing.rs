//! What the simulator serves is what Killwire's own parser reads.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use killwire_clock::Clock;
use killwire_killmail::{Document, HashCheck, Parsed, parse};
use killwire_sim::{FaultPlan, Feed, Generator, Sim, SimConfig};

use crate::client::{FIRST, http, send};

fn killmail(bytes: &[u8]) -> Parsed {
    match parse(bytes) {
        Ok(Document::Killmail(parsed)) => *parsed,
        other => panic!("{other:?}: {}", String::from_utf8_lossy(bytes)),
    }
}

#[test]
fn every_generated_killmail_is_valid_and_its_hash_right() {
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut generator = Generator::new(21);
    for number in 0..2_000 {
        let at = start + SignedDuration::from_secs(number);
        let made = generator.killmail(at);
        let entry = killmail(&made.r2z2_entry(5, at));
        assert_eq!(entry.hash_check, HashCheck::Right);
        assert_eq!(entry.killmail.id.get(), made.id);
        let zkb = entry.zkb.unwrap();
        assert_eq!(
            zkb.total_value.unwrap().hundredths(),
            made.zkb.total_value.0
        );
        assert_eq!(zkb.labels.len(), made.zkb.labels.len());
        let member = killmail(&made.everef_member());
        assert_eq!(member.hash_check, HashCheck::Right);
        assert_eq!(member.killmail, entry.killmail);
    }
}

#[tokio::test]
async fn real_killmails_can_be_played_from_files() {
    let shared = std::env::var("KILLWIRE_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join(shared).join("data/killmails");
    let mut documents = Vec::new();
    for name in ["esi-full.jsonl", "zkb-2018-items-stripped.jsonl"] {
        let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
            eprintln!("SKIPPED: no real killmails in {}", folder.display());
            return;
        };
        documents.extend(text.lines().map(|line| line.as_bytes().to_vec()));
    }
    let count = documents.len() as u64;
    let sim = Sim::start(SimConfig {
        feed: Feed::Files {
            documents,
            per_hour: 1e6,
        },
        backlog: count - 1,
        faults: FaultPlan::none(),
        ..SimConfig::new(Clock::manual(Timestamp::now()))
    })
    .await
    .unwrap();
    assert!(sim.feed_done());
    let http = http("Killwire-test/1 (test@example.com)");
    for (place, offered) in (0..).zip(sim.offered()) {
        let url = format!("{}/ephemeral/{}.json", sim.r2z2_url(), FIRST + place);
        let entry = send(http.get(url)).await.bytes().await.unwrap();
        let parsed = killmail(&entry);
        assert_eq!(parsed.killmail.id.get(), offered.killmail_id);
        assert_ne!(parsed.hash_check, HashCheck::Wrong);
    }
    assert_eq!(sim.offered().len() as u64, count);
}
