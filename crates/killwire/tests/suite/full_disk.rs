//! A disk that fills up, and is given room again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::server::{Server, World};

/// More killmails than the small disk holds.
const KILLMAILS: u64 = 800;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_pauses_intake_says_so_and_loses_nothing_once_there_is_room() {
    let home = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(home.path().join("data")) else {
        eprintln!("skipped: a full disk: mounting a tmpfs needs root");
        return;
    };
    let world = World::of(KILLMAILS).await;
    let server = Server::serve(home.path(), &world);
    let said = server
        .until("/health/ready", |health| {
            health.to_string().contains("cannot be written")
        })
        .await;
    assert_eq!(said["ready"], false, "{said}");
    let written = server.json("/status").await["log"]["head"]
        .as_u64()
        .unwrap();
    assert!(
        written < KILLMAILS,
        "the disk was to be too small for {written} events"
    );

    disk.grow();
    server
        .until("/status", |status| status["log"]["head"] == KILLMAILS)
        .await;
    server
        .until("/health/ready", |health| health["ready"] == true)
        .await;
    assert_eq!(announced(&server).await, world.offered());
    assert_eq!(world.sim.breaches(), []);
}

/// The killmails of all `new` events, sorted.
async fn announced(server: &Server) -> Vec<i64> {
    let page = server
        .json(&format!("/api/v1/events?after=0&limit={KILLMAILS}"))
        .await;
    let events = page["events"].as_array().unwrap();
    let mut ids: Vec<_> = events
        .iter()
        .filter_map(|event: &Value| event["killmail_id"].as_i64())
        .collect();
    ids.sort_unstable();
    ids
}

/// A file system in memory, too small at first. Unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this user may not mount.
    fn mount(place: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&place).unwrap();
        mount("size=2m", &place).then_some(Self(place))
    }

    fn grow(&self) {
        assert!(mount("remount,size=256m", &self.0), "more room");
    }
}

fn mount(options: &str, place: &Path) -> bool {
    let mut command = Command::new("mount");
    command
        .args(["-t", "tmpfs", "-o", options, "tmpfs"])
        .arg(place)
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The server may not have closed its files yet.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
