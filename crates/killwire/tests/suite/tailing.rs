//! `killwire tail` beside a server.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{Done, killwire, run};
use crate::server::{PATIENCE, Server, World};

const DATA: [&str; 2] = ["--data-dir", "data"];

/// A tail whose output goes to a file. Killed when dropped.
struct Tail {
    child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Tail {
    fn start(home: &Path, line: &[&str]) -> Self {
        let (out, err) = (home.join("tail.out"), home.join("tail.err"));
        let child = killwire(home)
            .arg("tail")
            .args(line)
            .args(DATA)
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        Self { child, out, err }
    }

    fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// Waits for so many lines.
    async fn until(&self, count: usize) {
        let started = Instant::now();
        while self.lines().len() < count {
            let remarks = self.remarks();
            let lines = self.lines().len();
            assert!(started.elapsed() < PATIENCE, "{lines} lines; {remarks}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn remarks(&self) -> String {
        std::fs::read_to_string(&self.err).unwrap()
    }

    /// Ctrl-C; answers the exit code.
    fn interrupt(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let kill = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(kill.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serve_all(home: &Path, world: &World, count: u64) -> Server {
    let server = Server::serve(home, world);
    server
        .until("/status", |status| status["log"]["head"] == count)
        .await;
    server
}

fn id(killmail: &Value) -> i64 {
    killmail["killmail_id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_with_a_filter_outlives_a_restart_without_missing_or_repeating_a_kill() {
    const KILLMAILS: u64 = 150;
    let home = tempfile::tempdir().unwrap();
    let world = World::of(KILLMAILS).await;
    let mut server = Server::serve(home.path(), &world);
    let mut tail = Tail::start(home.path(), &["--npc", "false", "--after", "0", "--json"]);
    tail.until(5).await;
    server.terminate();
    assert!(server.wait().0.success());
    let before = tail.lines().len();
    // It listens on another port now, which the tail finds in the data directory.
    let server = serve_all(home.path(), &world, KILLMAILS).await;

    let log = server.json("/api/v1/events?after=0&limit=1000").await;
    let events = log["events"].as_array().unwrap().iter();
    let wanted: Vec<i64> = events
        .filter(|event| event["killmail"]["npc"] != true)
        .map(|event| id(&event["killmail"]))
        .collect();
    assert!(wanted.len() > before, "kills come after the restart, too");
    tail.until(wanted.len()).await;
    assert_eq!(tail.interrupt(), Some(0), "{}", tail.remarks());
    let shown: Vec<i64> = tail
        .lines()
        .iter()
        .map(|line| id(&serde_json::from_str(line).unwrap()))
        .collect();
    assert_eq!(shown, wanted);
    let remarks = tail.remarks();
    assert!(remarks.contains("interrupted: "), "{remarks}");
    assert!(remarks.contains("connected again"), "{remarks}");
    assert!(remarks.lines().count() == 2, "{remarks}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_is_one_line_with_time_place_people_value_and_link_and_no_control_codes() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(10).await;
    let server = serve_all(home.path(), &world, 10).await;
    let line = ["tail", "--after", "7", "--limit", "2", "--server"];
    let done: Done = killwire(home.path())
        .args(line)
        .arg(server.url(""))
        .output()
        .unwrap()
        .into();
    assert_eq!(done.code, 0, "{}", done.err);
    let log = server.json("/api/v1/events?after=7&limit=2").await;
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", done.out);
    for (line, event) in lines.iter().zip(log["events"].as_array().unwrap()) {
        let killmail = &event["killmail"];
        let time = killmail["killmail_time"].as_str().unwrap();
        assert!(line.starts_with(&time[..10]), "{line}");
        let link = format!("https://zkillboard.com/kill/{}/", id(killmail));
        assert!(line.ends_with(&link), "{line}");
        assert!(line.contains(&format!("×{}", killmail["attacker_count"])));
        assert!(!line.contains('\x1b'), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_may_begin_some_hours_ago() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(10).await;
    let _server = serve_all(home.path(), &world, 10).await;
    let line = ["tail", "--since", "2h", "--limit", "10"];
    let done = run(home.path(), &[&line[..], &DATA].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.out.lines().count(), 10, "{}", done.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_ends_quietly_when_nobody_reads_it_any_more() {
    const KILLMAILS: u64 = 200;
    let home = tempfile::tempdir().unwrap();
    let world = World::of(KILLMAILS).await;
    let _server = serve_all(home.path(), &world, KILLMAILS).await;
    let mut child = killwire(home.path())
        .args(["tail", "--after", "0", "--json"])
        .args(DATA)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert!(first.starts_with('{'), "{first}");
    drop(out);
    let done: Done = child.wait_with_output().unwrap().into();
    assert_eq!((done.code, done.err.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_refuses_is_said_in_its_words_with_the_way_out() {
    let home = tempfile::tempdir().unwrap();
    let mut world = World::of(1).await;
    let closed = ("KILLWIRE_READING".to_owned(), "token".to_owned());
    world.environment.push(closed);
    let _server = Server::serve(home.path(), &world);
    let tail = |line: &[&str]| run(home.path(), &[&["tail"], line, &DATA].concat());

    let refused = tail(&[]);
    assert_eq!(refused.code, 1);
    for word in ["--token", "KILLWIRE_TOKEN", "killwire token create"] {
        assert!(refused.err.contains(word), "{word} in {}", refused.err);
    }

    let made = run(
        home.path(),
        &[&["token", "create", "me", "--json"][..], &DATA].concat(),
    );
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let wrong = tail(&["--token", &secret, "--min-value", "much"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("100m or 1.5b"), "{}", wrong.err);

    let shown: Done = killwire(home.path())
        .args(["tail", "--after", "0", "--limit", "1"])
        .args(DATA)
        .env("KILLWIRE_TOKEN", &secret)
        .output()
        .unwrap()
        .into();
    assert_eq!(
        (shown.code, shown.out.lines().count()),
        (0, 1),
        "{}",
        shown.err
    );
}

#[test]
fn without_a_server_it_says_how_to_start_one() {
    let home = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    drop(taken);
    let done = run(home.path(), &["tail", "--server", &address]);
    assert_eq!(done.code, 1);
    for word in [address.as_str(), "killwire serve", "--server"] {
        assert!(done.err.contains(word), "{word} in {}", done.err);
    }
}
