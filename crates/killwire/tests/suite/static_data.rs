//! CCP's static data: brought, shown, and never half there.

use std::process::Stdio;
use std::time::{Duration, Instant};

use killwire_sim::FaultPlan;
use serde_json::Value;

use crate::program::{killwire, run, shared};
use crate::server::{Server, World};

fn status(home: &std::path::Path) -> Value {
    run(home, &["sde", "status", "--data-dir", "data", "--json"]).json()
}

#[test]
fn before_an_import_status_says_that_there_is_nothing() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(status(home.path())["build"], Value::Null);
    let done = run(home.path(), &["sde", "status", "--data-dir", "data"]);
    assert!(done.out.contains("killwire sde import"), "{}", done.out);
}

#[test]
fn a_file_that_is_no_export_is_refused_and_the_build_in_use_stays() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("x.zip"), b"PK not really").unwrap();
    let import = ["sde", "import", "--file", "x.zip", "--data-dir", "data"];
    let done = run(home.path(), &import);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.err.contains("x.zip"), "{}", done.err);
    assert_eq!(status(home.path())["build"], Value::Null);
}

#[test]
fn ccps_export_is_imported_whole() {
    let Some(shared) = shared("importing CCP's export") else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let file = export(&shared);
    let import = [
        "sde",
        "import",
        "--file",
        &file,
        "--data-dir",
        "data",
        "--json",
    ];
    let done = run(home.path(), &import);
    assert_eq!(done.code, 0, "{}", done.err);
    let status = status(home.path());
    assert_eq!(status["build"], 3_171_578, "{status}");
    assert_eq!(status["systems"], 8_490, "{status}");
    assert_eq!(status["types"], 51_717, "{status}");
    let found = run(
        home.path(),
        &["lookup", "Riftre", "--data-dir", "data", "--json"],
    );
    assert_eq!(found.json()[0]["name"], "Rifter", "{}", found.out);
}

#[test]
fn killed_at_any_moment_of_an_import_the_old_build_stays_in_use() {
    let Some(shared) = shared("killing an import of CCP's export") else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let first = killwire_sim::static_export(1).unwrap();
    std::fs::write(home.path().join("first.zip"), first).unwrap();
    let done = run(
        home.path(),
        &["sde", "import", "--file", "first.zip", "--data-dir", "data"],
    );
    assert_eq!(done.code, 0, "{}", done.err);
    let old = status(home.path());
    assert_eq!(old["build"], 1, "{old}");
    let file = export(&shared);
    // How long a whole import takes here, to spread the kills over it.
    let started = Instant::now();
    let probe = tempfile::tempdir().unwrap();
    let import = ["sde", "import", "--file", &file, "--data-dir", "data"];
    assert_eq!(run(probe.path(), &import).code, 0);
    let whole = started.elapsed();
    let mut killed = 0;
    for step in 1..=12_u32 {
        let mut child = killwire(home.path())
            .args(import)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + whole * step / 12;
        while Instant::now() < deadline && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let ended = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        let _ = child.wait();
        let now = status(home.path());
        if ended || now["build"] != 1 {
            // It was done before the kill, or the kill came after the switch: all of it is there.
            assert_eq!(now["systems"], 8_490, "{now}");
            break;
        }
        killed += 1;
        assert_eq!(now, old);
    }
    assert!(
        killed > 3,
        "only {killed} imports were killed in the middle"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_takes_a_newer_build_into_use_by_itself() {
    // Every six hours it looks: at this pace, every eleven seconds.
    let world = World::named_by(5, FaultPlan::none(), 2_000).await;
    let home = tempfile::tempdir().unwrap();
    let server = Server::serve(home.path(), &world);
    let first = server
        .until("/status", |status| status["static_data"]["build"].is_u64())
        .await;
    let build = first["static_data"]["build"].as_u64().unwrap();
    world
        .sim
        .set_static_build(u32::try_from(build).unwrap() + 1);
    server
        .until("/status", |status| {
            status["static_data"]["build"] == build + 1
        })
        .await;
    assert_eq!(world.sim.breaches(), []);
}

fn export(shared: &std::path::Path) -> String {
    let folder = shared.join("sde");
    let mut files = std::fs::read_dir(folder).unwrap();
    let file = files.find_map(|file| {
        let path = file.unwrap().path();
        path.extension()
            .is_some_and(|end| end == "zip")
            .then_some(path)
    });
    file.unwrap().to_str().unwrap().to_owned()
}
