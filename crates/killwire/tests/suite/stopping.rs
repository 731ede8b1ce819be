//! The end of a server: in time, and with every open request answered.

use std::time::Duration;

use crate::server::{Server, World, client};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_ends_a_server_within_five_seconds_and_answers_an_open_long_poll() {
    let home = tempfile::tempdir().unwrap();
    let world = World::of(1).await;
    let mut server = Server::serve(home.path(), &world);
    server
        .until("/status", |status| status["log"]["head"] == 1)
        .await;
    let poll = tokio::spawn(
        client()
            .get(server.url("/api/killfeed?client_id=patient&systems=30009999&wait=60"))
            .send(),
    );
    let waiting = |text: &str| {
        text.lines()
            .any(|line| line.starts_with("killwire_http_long_polls 1"))
    };
    let started = std::time::Instant::now();
    while !waiting(&server.get("/metrics").await.text().await.unwrap()) {
        assert!(started.elapsed() < crate::server::PATIENCE, "nobody waits");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.terminate();
    let (status, took) = tokio::task::spawn_blocking(move || {
        let ended = server.wait();
        drop(server);
        ended
    })
    .await
    .unwrap();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(poll.await.unwrap().unwrap().status(), 204);
}
