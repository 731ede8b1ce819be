//! The clients in `examples/`: started, killed in the middle, started again, cut off from the server
//! by its restart, and nothing missed.
//!
//! `scripts/test` installs what they need. Where an interpreter or a package is missing, a test says
//! that it is skipped.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::{PATIENCE, Server, World};

/// Killmails of the feed; it takes some seconds.
const KILLMAILS: u64 = 160;
/// Lines after which the client is killed.
const SOME: usize = 10;

/// How to call one of the clients.
struct Example {
    program: PathBuf,
    /// The script, where the program is an interpreter.
    script: Option<PathBuf>,
    environment: Vec<(&'static str, PathBuf)>,
}

fn sources() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    root.canonicalize().unwrap()
}

/// Where packages are, and the examples that were built: beside the executable under test.
fn target() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_killwire"));
    program.parent().unwrap().to_owned()
}

fn packages(language: &str) -> PathBuf {
    let given = std::env::var_os("KILLWIRE_EXAMPLE_PACKAGES").map(PathBuf::from);
    let root = given.unwrap_or_else(|| target().join("../example-packages"));
    root.join(language)
}

fn skipped(what: &str, missing: &str) -> Option<Example> {
    eprintln!("skipped: {what}: {missing} is not there; scripts/test installs it");
    None
}

fn runs(program: &str) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|done| done.status.success())
}

fn python(script: &str, package: Option<&str>) -> Option<Example> {
    let folder = packages("python");
    if !runs("python3") {
        return skipped(script, "python3");
    }
    if let Some(package) = package.filter(|package| !folder.join(package).is_dir()) {
        return skipped(script, package);
    }
    Some(Example {
        program: "python3".into(),
        script: Some(sources().join("python").join(script)),
        environment: vec![("PYTHONPATH", folder)],
    })
}

fn javascript(script: &str) -> Option<Example> {
    let folder = packages("javascript");
    if !runs("node") {
        return skipped(script, "node");
    }
    if !folder.join("node_modules/phoenix").is_dir() {
        return skipped(script, "phoenix");
    }
    // Node.js looks for packages beside the script, and they do not belong into the repository.
    let copy = folder.join(script);
    std::fs::copy(sources().join("javascript").join(script), &copy).unwrap();
    Some(Example {
        program: "node".into(),
        script: Some(copy),
        environment: Vec::new(),
    })
}

fn rust(name: &str) -> Option<Example> {
    let program = target().join("examples").join(name);
    if !program.is_file() {
        return skipped(
            name,
            &format!("{} (cargo build --examples)", program.display()),
        );
    }
    Some(Example {
        program,
        script: None,
        environment: Vec::new(),
    })
}

/// A client that runs. Killed when dropped.
struct Client<'a> {
    home: &'a Path,
    child: Child,
    out: PathBuf,
}

impl<'a> Client<'a> {
    fn start(example: &Example, home: &'a Path, server: &Server, run: &str) -> Self {
        let out = home.join(format!("{run}.out"));
        let child = Command::new(&example.program)
            .args(&example.script)
            .args([&server.url(""), "last-seq", "npc=false", "origin=any"])
            .envs(
                example
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .env_remove("KILLWIRE_TOKEN")
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(home.join(format!("{run}.err"))).unwrap())
            .spawn()
            .unwrap();
        Self { home, child, out }
    }

    /// The events it has printed: seq and killmail id.
    fn printed(&self) -> Vec<(i64, i64)> {
        let text = std::fs::read_to_string(&self.out).unwrap();
        // What is being written is not a line yet.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let line = |line: &str| {
            let mut words = line.split(' ').map(|word| word.parse().unwrap());
            (words.next().unwrap(), words.next().unwrap())
        };
        let take_two = |text: &str| text.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
        whole.lines().map(|text| line(&take_two(text))).collect()
    }

    /// The position it has stored.
    fn position(&self) -> i64 {
        let text = std::fs::read_to_string(self.home.join("last-seq")).unwrap();
        text.trim().parse().unwrap()
    }

    async fn until(&self, wanted: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !wanted(self) {
            let said = std::fs::read_to_string(self.out.with_extension("err")).unwrap();
            let printed = self.printed();
            assert!(started.elapsed() < PATIENCE, "{printed:?}\n{said}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `SIGKILL`: it can tidy up nothing.
    fn kill(mut self) -> Vec<(i64, i64)> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.printed()
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the filter lets through of the log.
async fn wanted(server: &Server) -> Vec<(i64, i64)> {
    let log = server.json("/api/v1/events?after=0&limit=1000").await;
    let events = log["events"].as_array().unwrap().iter();
    let wanted = events.filter(|event| event["killmail"]["npc"] != true);
    let both = |event: &serde_json::Value| {
        let id = event["killmail"]["killmail_id"].as_i64().unwrap();
        (event["seq"].as_i64().unwrap(), id)
    };
    wanted.map(both).collect()
}

async fn misses_and_repeats_nothing(example: Option<Example>) {
    let Some(example) = example else { return };
    let home = tempfile::tempdir().unwrap();
    let world = World::unhurried(KILLMAILS).await;
    let mut server = Server::serve(home.path(), &world);
    // From the log's beginning: what comes before the client is there counts as well.
    std::fs::write(home.path().join("last-seq"), "0").unwrap();

    let first = Client::start(&example, home.path(), &server, "first");
    // Between two kills: who is killed between printing one and storing its position prints it again,
    // as the examples say.
    let at_rest = |client: &Client<'_>| {
        let printed = client.printed();
        printed.len() >= SOME
            && printed
                .last()
                .is_some_and(|(seq, _)| *seq <= client.position())
    };
    first.until(at_rest).await;
    let mut printed = first.kill();
    let head = server.json("/status").await["log"]["head"].as_u64();
    server
        .until("/status", |status| {
            let now = status["log"]["head"].as_u64();
            now >= head.map(|head| (head + 20).min(KILLMAILS))
        })
        .await;

    let second = Client::start(&example, home.path(), &server, "second");
    second.until(|client| !client.printed().is_empty()).await;
    server.restart(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"] == KILLMAILS)
        .await;
    let wanted = wanted(&server).await;
    let missing = wanted.len() - printed.len();
    second
        .until(|client| client.printed().len() >= missing)
        .await;
    printed.extend(second.kill());
    assert_eq!(printed, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_client_in_python_misses_and_repeats_nothing() {
    misses_and_repeats_nothing(python("sse.py", None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_channel_client_in_python_misses_and_repeats_nothing() {
    misses_and_repeats_nothing(python("channel.py", Some("websockets"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_channel_client_in_javascript_misses_and_repeats_nothing() {
    misses_and_repeats_nothing(javascript("channel.mjs")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_client_in_rust_misses_and_repeats_nothing() {
    misses_and_repeats_nothing(rust("sse")).await;
}
