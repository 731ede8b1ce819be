//! Who may ask: open and closed reading, tokens, web pages.

use std::time::Duration;

use axum::body::Body;
use http::header::{AUTHORIZATION, ORIGIN};
use http::{Method, Request, StatusCode};
use insta::assert_snapshot;
use killwire_delivery::{AccessPolicy, Cors, TokenSecret};
use killwire_store::{Scope, TokenKey, TokenName};

use crate::world::{Answer, JITA, World, send};

/// What a revocation may take at most.
const KNOWN_FOR: Duration = Duration::from_secs(5);

const EVENTS: &str = "/api/v1/events?limit=1";

async fn closed() -> World {
    World::with_access(AccessPolicy {
        read_open: false,
        ..AccessPolicy::default()
    })
    .await
}

async fn token(world: &World, scope: Scope) -> TokenSecret {
    let secret = TokenSecret::generate().unwrap();
    register(world, "my-map", scope, &secret).await;
    secret
}

async fn register(world: &World, name: &str, scope: Scope, secret: &TokenSecret) {
    let (name, hash) = (TokenName::new(name).unwrap(), secret.hash());
    let made = world.store.create_token(&name, &hash, scope).await;
    made.unwrap();
}

async fn ask_as(world: &World, path: &str, authorization: &str) -> Answer {
    let request = Request::get(path).header(AUTHORIZATION, authorization);
    send(world.router.clone(), request.body(Body::empty()).unwrap()).await
}

async fn ask_with(world: &World, path: &str, secret: &TokenSecret) -> Answer {
    ask_as(world, path, &format!("Bearer {}", secret.reveal())).await
}

#[tokio::test]
async fn reading_is_open_by_default_whatever_token_a_client_has_on_it() {
    let world = World::new().await;
    world.kill(101, JITA).await;
    for authorization in ["Bearer of-something-else", "Basic dXNlcjpwYXNz"] {
        let answer = ask_as(&world, EVENTS, authorization).await;
        assert_eq!(answer.events("seq"), [1]);
    }
}

#[tokio::test]
async fn closed_reading_needs_a_token_on_every_route_that_reads() {
    let world = closed().await;
    for path in [
        "/api/v1/events",
        "/api/killfeed?client_id=bot&systems=30000142",
        "/api/killfeed/next?client_id=bot&systems=30000142",
        "/killmail/101",
        "/system_killmails/30000142",
        "/system/30000142/killmails",
        "/system_kill_count/30000142",
        "/kills_for_system/30000142",
        "/status",
        "/metrics",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
    }
    let ack = world.post("/api/killfeed/ack", "{}").await;
    assert_eq!(ack.status, StatusCode::UNAUTHORIZED);
    assert_snapshot!(world.get(EVENTS).await, @r#"401 {"error":"this needs a token: send the header \"Authorization: Bearer kw_…\"; whoever runs this server makes one with `killwire token create NAME`"}"#);
}

#[tokio::test]
async fn machines_that_ask_for_health_need_no_token() {
    let world = closed().await;
    for path in ["/ping", "/health", "/health/live", "/health/ready"] {
        assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_token_opens_what_is_closed() {
    let world = closed().await;
    world.kill(101, JITA).await;
    for scope in [Scope::Read, Scope::Write, Scope::Admin] {
        let secret = TokenSecret::generate().unwrap();
        register(&world, scope.name(), scope, &secret).await;
        assert_eq!(ask_with(&world, EVENTS, &secret).await.events("seq"), [1]);
    }
}

#[tokio::test]
async fn a_token_that_is_not_known_is_refused_and_the_answer_says_what_to_do() {
    let world = closed().await;
    let stranger = TokenSecret::generate().unwrap();
    let answer = ask_with(&world, EVENTS, &stranger).await;
    assert_eq!(
        answer.header("www-authenticate"),
        Some(r#"Bearer error="invalid_token""#)
    );
    assert_snapshot!(answer, @r#"401 {"error":"this token is not known here: it was revoked, or is not all of it; whoever runs this server makes another with `killwire token create NAME`"}"#);
    let cut_short = format!("Bearer {}", &stranger.reveal()[..20]);
    let answer = ask_as(&world, EVENTS, &cut_short).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(!answer.text().contains(&stranger.reveal()[..20]));
}

#[tokio::test]
async fn a_token_in_the_url_does_not_count_where_a_client_can_set_headers() {
    let world = closed().await;
    let secret = token(&world, Scope::Read).await;
    let answer = world
        .get(&format!("{EVENTS}&token={}", secret.reveal()))
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(!answer.text().contains(secret.reveal()));
}

#[tokio::test]
async fn a_revoked_token_is_refused_within_seconds() {
    let world = closed().await;
    let secret = token(&world, Scope::Read).await;
    assert_eq!(
        ask_with(&world, EVENTS, &secret).await.status,
        StatusCode::OK
    );
    let key = TokenKey::Name(TokenName::new("my-map").unwrap());
    assert!(world.store.revoke_token(&key).await.unwrap());
    world.clock.advance(KNOWN_FOR);
    let answer = ask_with(&world, EVENTS, &secret).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_made_after_it_was_tried_works_within_seconds() {
    let world = closed().await;
    let secret = TokenSecret::generate().unwrap();
    let answer = ask_with(&world, EVENTS, &secret).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    register(&world, "late", Scope::Read, &secret).await;
    world.clock.advance(KNOWN_FOR);
    assert_eq!(
        ask_with(&world, EVENTS, &secret).await.status,
        StatusCode::OK
    );
}

/// What a browser asks before a page of `origin` may send `method` with a token.
async fn preflight(world: &World, origin: &str, method: &str) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(EVENTS)
        .header(ORIGIN, origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization");
    send(world.router.clone(), request.body(Body::empty()).unwrap()).await
}

async fn get_from(world: &World, origin: &str) -> Answer {
    let request = Request::get(EVENTS).header(ORIGIN, origin);
    send(world.router.clone(), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_web_page_may_read_by_default_and_send_a_token() {
    let world = closed().await;
    let asked = preflight(&world, "https://map.example.org", "POST").await;
    assert_eq!(asked.status, StatusCode::OK);
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET,HEAD,POST,PUT,DELETE"),
        (
            "access-control-allow-headers",
            "authorization,content-type,last-event-id",
        ),
        ("access-control-max-age", "3600"),
    ] {
        assert_eq!(asked.header(name), Some(value), "{name}");
    }
    assert_eq!(asked.header("access-control-allow-credentials"), None);
    // A page may also read why it was refused.
    let refused = get_from(&world, "https://map.example.org").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        refused.header("access-control-expose-headers"),
        Some("retry-after,x-killwire-missed-before")
    );
}

#[tokio::test]
async fn a_list_of_origins_lets_those_pages_read_and_no_others() {
    let world = World::with_access(AccessPolicy {
        cors: "https://map.example.org, http://localhost:3000"
            .parse()
            .unwrap(),
        ..AccessPolicy::default()
    })
    .await;
    for origin in ["https://map.example.org", "http://localhost:3000"] {
        for answer in [
            preflight(&world, origin, "GET").await,
            get_from(&world, origin).await,
        ] {
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
            assert_eq!(answer.header("vary"), Some("origin"));
        }
    }
    let other = get_from(&world, "https://elsewhere.example.org").await;
    assert_eq!(other.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn web_pages_can_be_kept_out_altogether() {
    let world = World::with_access(AccessPolicy {
        cors: Cors::Off,
        ..AccessPolicy::default()
    })
    .await;
    let asked = preflight(&world, "https://map.example.org", "GET").await;
    assert_eq!(asked.status, StatusCode::METHOD_NOT_ALLOWED);
    let answer = get_from(&world, "https://map.example.org").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
