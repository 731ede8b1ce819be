//! Clients that are slow, silent or wrong, and a server that stops.

use std::time::Duration;

use killwire_delivery::HubLimits;
use killwire_store::Retention;
use serde_json::json;

use crate::channel::{Client, LOBBY, STREAM, Server};
use crate::websocket::{Frame, masked};
use crate::world::{JITA, World, fleet_fight};

/// Killmails that small buffers do not hold: some 12 KB each.
const FIGHTS: i64 = 60;
const ATTACKERS: i64 = 200;

async fn fight(server: &Server, ids: std::ops::RangeInclusive<i64>) {
    for id in ids {
        let parsed = fleet_fight(id, JITA, ATTACKERS);
        server.world.append(parsed).await;
    }
}

/// A client of the stream that reads nothing, when so much has come that it is behind.
async fn stalled(server: &Server) -> Client {
    let mut client = server.connect_with(Some(16 << 10)).await;
    client.join(STREAM, json!({})).await;
    fight(server, 1..=FIGHTS).await;
    server
        .until(|report| report.list.iter().any(|reader| reader.lag > 0))
        .await;
    client
}

#[tokio::test]
async fn a_slow_client_falls_behind_and_catches_up_without_loss_or_doubling() {
    let server = Server::with_small_buffers().await;
    let mut quick = server.joined(STREAM, json!({})).await;
    let reading = async {
        let ids = quick.killmails(usize::try_from(FIGHTS).unwrap()).await;
        (ids, quick)
    };
    let (mut slow, (ids, mut quick)) = tokio::join!(stalled(&server), reading);
    let all: Vec<i64> = (1..=FIGHTS).collect();
    assert_eq!(ids, all, "nobody waits for the slow one");

    let mut seqs = Vec::new();
    while seqs.len() < all.len() {
        let message = slow.next("new_killmail").await;
        seqs.push(message.payload["seq"].as_i64().unwrap());
    }
    assert_eq!(seqs, all);
    server
        .until(|report| report.list.iter().all(|reader| reader.lag == 0))
        .await;
    fight(&server, FIGHTS + 1..=FIGHTS + 1).await;
    assert_eq!(slow.killmails(1).await, [FIGHTS + 1]);
    assert_eq!(quick.killmails(1).await, [FIGHTS + 1]);
}

#[tokio::test]
async fn a_client_that_reads_slowly_is_answered_before_it_has_caught_up() {
    let server = Server::with_small_buffers().await;
    let mut client = stalled(&server).await;
    client.socket.ping(b"still there?").await;
    let mut before = 0;
    loop {
        match client.socket.frame().await.expect("a pong") {
            Frame::Text(_) => before += 1,
            Frame::Pong(payload) => break assert_eq!(payload, b"still there?"),
            Frame::Close(code) => panic!("closed with {code}"),
        }
    }
    // No more than what the system's buffers held.
    assert!(
        before < FIGHTS / 2,
        "{before} killmails came before the pong"
    );
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_dropped_after_half_a_minute() {
    let server = Server::with_small_buffers().await;
    let mut client = stalled(&server).await;
    server.pass(Duration::from_secs(25)).await;
    server.until(|report| report.readers == 1).await;
    server.pass(Duration::from_secs(10)).await;
    server.until(|report| report.readers == 0).await;
    client.socket.broken_off().await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_does_not_hold_up_the_end_of_the_server() {
    let server = Server::with_small_buffers().await;
    let _client = stalled(&server).await;
    server.stopped().await;
}

#[tokio::test]
async fn a_minute_of_silence_ends_a_connection() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    server.pass(Duration::from_secs(59)).await;
    server.world.kill(1, JITA).await;
    // Whatever is sent to it, it has to say something itself.
    assert_eq!(client.killmails(1).await, [1]);
    server.pass(Duration::from_secs(1)).await;
    client.socket.ended().await;
}

#[tokio::test]
async fn a_ping_is_a_sign_of_life_and_so_is_a_heartbeat() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, json!({})).await;
    for _ in 0..5 {
        server.pass(Duration::from_secs(50)).await;
        client.ping().await;
        server.pass(Duration::from_secs(50)).await;
        client.heartbeat().await;
    }
}

#[tokio::test]
async fn a_server_that_stops_drops_its_channels_without_a_close_frame() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    client.next("preload_complete").await;
    let stopped = server.stopped();
    let (ended, ()) = tokio::join!(client.socket.ended(), stopped);
    assert!(ended.is_empty());
}

#[tokio::test]
async fn a_client_that_closes_is_closed_in_turn() {
    let server = Server::start().await;
    let mut client = server.joined(LOBBY, json!({})).await;
    client.socket.close(1001).await;
    assert_eq!(client.socket.frame().await, Some(Frame::Close(1001)));
    assert_eq!(client.socket.frame().await, None);
    server.until(|report| report.readers == 0).await;
}

#[tokio::test]
async fn a_client_that_is_gone_reads_no_more() {
    let server = Server::start().await;
    let client = server.joined(LOBBY, json!({})).await;
    server.until(|report| report.readers == 1).await;
    drop(client);
    server.until(|report| report.readers == 0).await;
}

#[tokio::test]
async fn bad_frames_are_answered_and_too_many_of_them_end_it() {
    let server = Server::start().await;
    let mut client = server.connect().await;
    for bad in ["", "hello", "[1,2]", "{}"] {
        client.socket.text(bad).await;
        let reply = client.socket.next_text().await;
        assert!(reply.contains(r#""status":"error""#), "{bad}: {reply}");
    }
    client.join(LOBBY, json!({})).await;
    for _ in 0..16 {
        client.socket.text("hello").await;
    }
    assert_eq!(client.socket.ended().await.len(), 16);
}

#[tokio::test]
async fn what_is_no_websocket_ends_it() {
    let server = Server::start().await;
    let unmasked = b"\x81\x05hello".to_vec();
    let too_long = masked(0x81, &[b' '; 131_073]);
    let compressed = masked(0xc1, b"hello");
    for wrong in [unmasked, too_long[..14].to_vec(), compressed] {
        let mut client = server.connect().await;
        client.socket.write(&wrong).await;
        assert!(client.socket.ended().await.is_empty());
    }
}

#[tokio::test]
async fn a_join_for_which_there_is_no_room_is_refused_and_its_connection_dropped() {
    let hub = HubLimits {
        readers: 1,
        ..HubLimits::default()
    };
    let server = Server::of(World::with_hub(hub, Retention::default()).await).await;
    let mut first = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    let mut second = server.connect().await;
    second
        .socket
        .text(r#"[1,1,"killmails:lobby","phx_join",{}]"#)
        .await;
    let told = second.socket.ended().await;
    assert_eq!(
        told,
        [
            r#"[1,1,"killmails:lobby","phx_reply",{"status":"error","response":{"reason":"too many readers are connected (at most 1); try again later"}}]"#
        ]
    );
    // Whoever has joined something keeps it.
    let more = r#"["2","2","killmails:stream","phx_join",{}]"#;
    first.socket.text(more).await;
    assert_eq!(first.next("phx_reply").await.payload["status"], "error");
    server.world.kill(1, JITA).await;
    assert_eq!(first.killmails(1).await, [1]);
}

#[tokio::test]
async fn a_subscription_for_which_there_is_no_room_ends_the_connection() {
    let hub = HubLimits {
        keys: 2,
        ..HubLimits::default()
    };
    let server = Server::of(World::with_hub(hub, Retention::default()).await).await;
    let mut client = server.joined(LOBBY, json!({ "systems": [JITA] })).await;
    client
        .socket
        .text(r#"["1","2","killmails:lobby","subscribe_systems",{"systems":[1,2]}]"#)
        .await;
    client.socket.ended().await;
}
