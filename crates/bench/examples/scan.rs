#![allow(warnings, clippy::all, clippy::pedantic, clippy::unwrap_used)]
#[path = "../src/documents.rs"]
mod documents;
#[path = "../src/feed.rs"]
mod feed;
#[path = "../src/named.rs"]
mod named;
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
use killwire_killmail::Facts;
use killwire_store::*;
use std::path::Path;
use std::time::Instant;

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}

fn raw(file: &Path, label: &str, sql: &str) {
    for _ in 0..2 {
        let c = rusqlite::Connection::open(file).unwrap();
        let start = Instant::now();
        let c0 = cpu();
        let mut s = c.prepare(sql).unwrap();
        let mut rows = s.query([]).unwrap();
        let (mut n, mut bytes) = (0usize, 0usize);
        let mut decode = std::time::Duration::ZERO;
        while let Some(row) = rows.next().unwrap() {
            let b = row.get_ref(3).unwrap().as_blob().unwrap();
            bytes += b.len();
            n += 1;
        }
        println!(
            "{label}: {n} rows, {bytes} bytes, {:?} cpu {:.2}",
            start.elapsed(),
            cpu() - c0
        );
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let file = Path::new(&args[1]);
    let n: usize = args[2].parse().unwrap();
    let rt = tokio::runtime::Runtime::new().unwrap();
    if !file.exists() {
        let start = Instant::now();
        rt.block_on(feed::fill(file, n, usize::MAX)).unwrap();
        println!("filled in {:?}", start.elapsed());
    }
    let mode = args[3].as_str();
    if mode == "raw" {
        raw(
            file,
            "A by time",
            "SELECT killmail_id, time, stored_at, facts FROM killmail ORDER BY time, killmail_id",
        );
        raw(
            file,
            "A by rowid",
            "SELECT killmail_id, time, stored_at, facts FROM killmail ORDER BY killmail_id",
        );
        let b = file.with_extension("narrow.db");
        if !b.exists() {
            let c = rusqlite::Connection::open(&b).unwrap();
            c.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE fact (killmail_id INTEGER PRIMARY KEY, time INTEGER NOT NULL, stored_at INTEGER NOT NULL, facts BLOB NOT NULL) STRICT; CREATE INDEX fact_t ON fact (time, killmail_id);").unwrap();
            let start = Instant::now();
            c.execute_batch(&format!("ATTACH '{}' AS big; INSERT INTO fact SELECT killmail_id, time, stored_at, facts FROM big.killmail ORDER BY killmail_id; DETACH big; PRAGMA wal_checkpoint(TRUNCATE);", file.display())).unwrap();
            println!("narrow made in {:?}", start.elapsed());
        }
        println!(
            "sizes {} {}",
            std::fs::metadata(file).unwrap().len(),
            std::fs::metadata(&b).unwrap().len()
        );
        raw(
            &b,
            "B by time",
            "SELECT killmail_id, time, stored_at, facts FROM fact ORDER BY time, killmail_id",
        );
        raw(
            &b,
            "B by rowid",
            "SELECT killmail_id, time, stored_at, facts FROM fact ORDER BY killmail_id",
        );
        let c = rusqlite::Connection::open(&b).unwrap();
        let mut s = c.prepare("SELECT facts FROM fact").unwrap();
        let all: Vec<Vec<u8>> = s
            .query_map([], |r| r.get(0))
            .unwrap()
            .map(|r| r.unwrap())
            .collect();
        let start = Instant::now();
        let c0 = cpu();
        let mut attackers = 0;
        for b in &all {
            attackers += std::hint::black_box(Facts::decode(b).unwrap())
                .attackers
                .len();
        }
        println!(
            "decode of {}: {:?}, {attackers} attackers",
            all.len(),
            start.elapsed()
        );
        return;
    }
    rt.block_on(async {
        let store = feed::open(file).await.unwrap();
        let query = ScanQuery {
            by: ScanBy::Killed,
            since: "2000-01-01T00:00:00Z".parse().unwrap(),
            until: "2100-01-01T00:00:00Z".parse().unwrap(),
        };
        for _ in 0..3 {
            let start = Instant::now();
            println!(
                "count {:?} {:?}",
                store.count_scan(query).await,
                start.elapsed()
            );
            let start = Instant::now();
            let c0 = cpu();
            let mut scan = store.scan_facts(query).unwrap();
            let (mut n, mut attackers) = (0, 0);
            while let Some(chunk) = scan.next().await {
                for row in chunk.unwrap() {
                    n += 1;
                    attackers += row
                        .facts
                        .attackers
                        .iter()
                        .filter(|a| a.character_id.is_some())
                        .count();
                }
            }
            println!(
                "scan {n} {attackers} in {:?} cpu {:.2}",
                start.elapsed(),
                cpu() - c0
            );
        }
        store.close().await;
    });
}
