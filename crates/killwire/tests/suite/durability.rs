//! What is shown to a reader is on the disk: seen in the server's own system calls.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use killwire_sim::Generator;
use serde_json::Value;

use crate::program::killwire;
use crate::server::{Server, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_synced_to_disk_before_a_reader_sees_it() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(1).await;
    let server = Server::serve(home.path(), &world);
    // The feed ends after one killmail: what is written from now on is written for the next event.
    server
        .until("/status", |status| status["log"]["head"] == 1)
        .await;
    let trace = home.path().join("trace");
    let Some(tracer) = Tracer::attach(server.id(), &trace) else {
        eprintln!("skipped: the order of sync and answer: strace is missing or may not trace here");
        return;
    };

    let waiting = tokio::spawn({
        let url = server.url("/api/v1/events?after=1&wait=30");
        async move {
            crate::server::client()
                .get(url)
                .send()
                .await
                .unwrap()
                .json::<Value>()
                .await
        }
    });
    let file = home.path().join("kill.json");
    let mut generator = Generator::new(9);
    let another = (0..50)
        .map(|_| generator.killmail(Timestamp::now()))
        .last()
        .unwrap();
    std::fs::write(&file, another.esi_json).unwrap();
    let replay = killwire(home.path())
        .args(["replay", "--as-live", "--data-dir", "data", "--json"])
        .arg(file)
        .output()
        .unwrap();
    assert!(replay.status.success(), "{replay:?}");
    let page = waiting.await.unwrap().unwrap();
    assert_eq!(page["events"][0]["seq"], 2, "{page}");
    tracer.detach();

    let calls = std::fs::read_to_string(&trace).unwrap();
    assert_eq!(order(&calls, 2), Order::SyncedThenAnswered, "{calls}");
}

/// `strace` on a running process.
struct Tracer(Child);

impl Tracer {
    /// None where there is no strace, or it may not trace.
    fn attach(process: u32, trace: &std::path::Path) -> Option<Self> {
        let calls = "trace=fsync,fdatasync,write,writev,pwrite64,sendto,sendmsg";
        let mut strace = Command::new("strace")
            .args([
                "-f",
                "-y",
                "-s",
                "800",
                "-e",
                calls,
                "-p",
                &process.to_string(),
                "-o",
            ])
            .arg(trace)
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let mut said = BufReader::new(strace.stderr.take()?);
        let mut line = String::new();
        said.read_line(&mut line).ok()?;
        if !line.contains("attached") {
            let _ = strace.kill();
            let _ = strace.wait();
            return None;
        }
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Some(Self(strace))
    }

    fn detach(mut self) {
        let interrupted = Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status();
        assert!(interrupted.unwrap().success());
        self.0.wait().unwrap();
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Order {
    /// The write-ahead log was written, then synced, then the answer left.
    SyncedThenAnswered,
    /// The answer left with writes that no sync had covered, or with none at all.
    AnsweredUnsynced,
    /// No answer with that event was seen.
    NoAnswer,
}

/// In what order the traced process wrote the write-ahead log, synced it, and answered with the
/// event `seq`. A call that another thread's interrupted counts from its end.
fn order(trace: &str, seq: i64) -> Order {
    let answer = format!(r#"\"seq\":{seq},"#);
    let mut syncing = Vec::new();
    let (mut written, mut synced) = (false, false);
    for line in trace.lines() {
        let thread = line.split_whitespace().next().unwrap_or_default();
        let is_sync = line.contains("fsync(") || line.contains("fdatasync(");
        let on_log = line.contains("-wal>");
        if line.contains(&answer) {
            let ordered = written && synced;
            return if ordered {
                Order::SyncedThenAnswered
            } else {
                Order::AnsweredUnsynced
            };
        } else if is_sync && on_log && line.contains("unfinished") {
            syncing.push(thread);
        } else if (is_sync && on_log)
            || (line.contains("sync resumed") && syncing.contains(&thread))
        {
            syncing.retain(|&other| other != thread);
            synced = true;
        } else if on_log && line.contains("write") {
            written = true;
            synced = false;
        }
    }
    Order::NoAnswer
}

#[test]
fn the_order_of_calls_is_read_from_a_trace() {
    let write = "7 pwrite64(9</x/killwire.db-wal>, \"…\", 4120, 0) = 4120\n";
    let sync = "7 fdatasync(9</x/killwire.db-wal>) = 0\n";
    let answer =
        "8 writev(12<socket:[5]>, [{iov_base=\"{\\\"events\\\":[{\\\"seq\\\":2,\"}], 1) = 9\n";
    let begun = "7 fdatasync(9</x/killwire.db-wal> <unfinished ...>\n";
    let ended = "7 <... fdatasync resumed>) = 0\n";
    let told = |lines: &[&str]| order(&lines.concat(), 2);
    assert_eq!(told(&[write, sync, answer]), Order::SyncedThenAnswered);
    assert_eq!(
        told(&[write, begun, ended, answer]),
        Order::SyncedThenAnswered
    );
    assert_eq!(
        told(&[write, begun, answer, ended]),
        Order::AnsweredUnsynced
    );
    assert_eq!(told(&[write, answer, sync]), Order::AnsweredUnsynced);
    assert_eq!(told(&[sync, answer]), Order::AnsweredUnsynced);
    assert_eq!(told(&[write, sync]), Order::NoAnswer);
}
