//! Opening a channel connection: addresses, versions, tokens.

use std::time::Duration;

use http::Method;
use insta::assert_snapshot;
use killwire_delivery::{AccessPolicy, TokenSecret};
use killwire_store::{Scope, TokenKey, TokenName};
use serde_json::json;

use crate::channel::{LOBBY, Message, Server, V2};
use crate::websocket::{Socket, assert_upgraded, masked};
use crate::world::{JITA, World};

async fn head(server: &Server, path: &str, more: &str) -> String {
    Socket::connect(server.address, None)
        .await
        .ask(path, more)
        .await
}

#[tokio::test]
async fn the_paths_that_clients_make_of_longer_addresses_lead_there_too() {
    let server = Server::start().await;
    for path in [
        "/socket/websocket",
        "//socket/websocket?vsn=2.0.0&heartbeat=30000",
        "/kills/socket/websocket?vsn=2.0.0",
        "/socket/websocket?vsn=2.0.0&client_identifier=a%20b&x=%ff&x=1&&=",
    ] {
        assert_upgraded(&head(&server, path, "").await);
    }
}

#[tokio::test]
async fn a_version_that_phoenix_does_not_have_is_forbidden() {
    let server = Server::start().await;
    for vsn in ["3.0.0", "3", "2", ""] {
        let path = format!("/socket/websocket?vsn={vsn}");
        let head = head(&server, &path, "").await;
        assert!(head.starts_with("HTTP/1.1 403 "), "{vsn}: {head}");
    }
}

#[tokio::test]
async fn whoever_looks_with_a_browser_is_told_what_this_is() {
    let world = World::new().await;
    let answer = world.get("/socket/websocket").await;
    assert_eq!(answer.header("upgrade"), Some("websocket"));
    assert_snapshot!(answer, @r#"426 {"error":"this is a WebSocket: connect with a WebSocket client, or through a proxy that passes the headers Upgrade and Connection on"}"#);
    let posted = world
        .ask(Method::POST, "/socket/websocket", axum::body::Body::empty())
        .await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn no_extension_is_agreed_on() {
    let server = Server::start().await;
    let deflate = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\
                   Accept-Encoding: gzip\r\n";
    assert_upgraded(&head(&server, V2, deflate).await);
}

#[tokio::test]
async fn what_a_client_sends_before_the_answer_is_not_lost() {
    let server = Server::start().await;
    let mut socket = Socket::connect(server.address, None).await;
    let early = masked(0x81, br#"[1,1,"killmails:lobby","phx_join",{}]"#);
    let request = "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   Upgrade: websocket\r\n\r\n";
    socket.write(&[request.as_bytes(), &early].concat()).await;
    assert_upgraded(&socket.head().await);
    let reply = Message::read(&socket.next_text().await);
    assert_eq!(reply.payload["status"], "ok");
}

#[tokio::test]
async fn closed_reading_needs_a_token_which_may_stand_in_the_url_or_be_a_subprotocol() {
    let access = AccessPolicy {
        read_open: false,
        ..AccessPolicy::default()
    };
    let server = Server::of(World::with_access(access).await).await;
    let secret: TokenSecret = "kw_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        .parse()
        .unwrap();
    let name = TokenName::new("my-map").unwrap();
    let store = &server.world.store;
    let made = store.create_token(&name, &secret.hash(), Scope::Read).await;
    made.unwrap();

    let without = head(&server, V2, "").await;
    assert!(without.starts_with("HTTP/1.1 401 "), "{without}");
    let wrong = head(&server, &format!("{V2}&token=kw_wrong"), "").await;
    assert!(wrong.starts_with("HTTP/1.1 401 "), "{wrong}");
    let header = format!("Authorization: Bearer {}\r\n", secret.reveal());
    assert_upgraded(&head(&server, V2, &header).await);
    // As phoenix.js shows its `authToken`; a browser wants `phoenix` to be picked.
    let shown =
        "base64url.bearer.phx.a3dfQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWVhHQmthR3h3ZEhoOA";
    let offer = format!("Sec-WebSocket-Protocol: phoenix, {shown}\r\n");
    let accepted = head(&server, V2, &offer).await;
    assert_upgraded(&accepted);
    let picked = "\r\nsec-websocket-protocol: phoenix\r\n";
    assert!(accepted.to_ascii_lowercase().contains(picked), "{accepted}");

    let mut socket = Socket::connect(server.address, None).await;
    socket
        .upgrade(&format!("{V2}&token={}", secret.reveal()))
        .await;
    let join = json!([1, 1, LOBBY, "phx_join", { "systems": [JITA] }]);
    socket.text(&join.to_string()).await;
    let reply = Message::read(&socket.next_text().await);
    assert_eq!(reply.payload["status"], "ok");

    // A token that is revoked ends what it opened, when the client next says something.
    assert!(
        server
            .world
            .store
            .revoke_token(&TokenKey::Name(name))
            .await
            .unwrap()
    );
    server.pass(Duration::from_secs(30)).await;
    socket.ping(b"").await;
    let ended = async { while socket.frame().await.is_some() {} };
    ended.await;
}
