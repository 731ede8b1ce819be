//! Who may ask about profiles.

use http::header::AUTHORIZATION;
use http::{Method, Request, StatusCode};
use killwire_delivery::{AccessPolicy, TokenSecret};
use killwire_store::Scope;

use crate::world::{World, send};

const READS: [&str; 7] = [
    "/api/v1/profiles",
    "/api/v1/profiles/1",
    "/api/v1/profiles/1/explain?killmail_id=1",
    "/api/v1/profiles/1/matches",
    "/api/v1/profiles/1/stream",
    "/api/v1/profiles/stream",
    "/api/v1/kills/1/profiles",
];

const LISTS: [&str; 2] = ["/api/v1/lists", "/api/v1/lists/blues"];

const WRITES: [(Method, &str); 7] = [
    (Method::POST, "/api/v1/profiles"),
    (Method::PUT, "/api/v1/profiles/1"),
    (Method::DELETE, "/api/v1/profiles/1"),
    (Method::POST, "/api/v1/profiles/1/enable"),
    (Method::POST, "/api/v1/profiles/1/disable"),
    (Method::PUT, "/api/v1/lists/blues"),
    (Method::DELETE, "/api/v1/lists/blues"),
];

/// What writes nothing and is about no profile: path and body.
const FREE: [(&str, &str); 4] = [
    ("/api/v1/profiles/check", r#"{"condition":"solo"}"#),
    ("/api/v1/profiles/test", r#"{"condition":"solo"}"#),
    (
        "/api/v1/profiles/explain",
        r#"{"condition":"solo","killmail_id":1}"#,
    ),
    (
        "/api/v1/profiles/import",
        r#"{"format":"zkillbot","text":"x"}"#,
    ),
];

#[tokio::test]
async fn profiles_and_lists_need_a_token_also_where_reading_is_open() {
    let world = World::new().await;
    for path in READS.iter().chain(&LISTS) {
        let answer = world.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
    }
    let test = world.post("/api/v1/profiles/1/test", "").await;
    assert_eq!(test.status, StatusCode::UNAUTHORIZED);
    for (method, path) in WRITES {
        let answer = world.ask(method.clone(), path, "{}".into()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    assert_eq!(world.desk.was_asked(), "");
}

#[tokio::test]
async fn writing_needs_the_scope_for_it() {
    let world = World::new().await;
    let reader = world.watcher("reader", Scope::Read).await;
    for (method, path) in WRITES {
        let answer = world.ask_as(&reader, method.clone(), path, "{}").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    assert_eq!(world.desk.was_asked(), "");
    for path in LISTS {
        assert_eq!(world.get_as(&reader, path).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn conditions_can_be_tried_without_a_token_where_reading_is_open_and_only_there() {
    let open = World::new().await;
    for (path, body) in FREE {
        assert_eq!(open.post(path, body).await.status, StatusCode::OK, "{path}");
    }
    let asked = open.desk.was_asked();
    assert_eq!(asked.matches("nobody (read): ").count(), FREE.len());
    let closed = World::with_access(AccessPolicy {
        read_open: false,
        ..AccessPolicy::default()
    })
    .await;
    for (path, body) in FREE {
        let answer = closed.post(path, body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let reader = closed.watcher("reader", Scope::Read).await;
    for (path, body) in FREE {
        let answer = closed.ask_as(&reader, Method::POST, path, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn whoever_shows_a_token_of_ours_is_known_by_it_and_nobody_by_another() {
    let world = World::new().await;
    let reader = world.watcher("reader", Scope::Read).await;
    let (path, body) = FREE[0];
    world.ask_as(&reader, Method::POST, path, body).await;
    let stranger = TokenSecret::generate().unwrap();
    let request = Request::post(path)
        .header(AUTHORIZATION, format!("Bearer {}", stranger.reveal()))
        .body(body.into())
        .unwrap();
    let answer = send(world.router.clone(), request).await;
    assert_eq!(answer.status, StatusCode::OK);
    let asked = world.desk.was_asked();
    let who: Vec<_> = asked
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(who, ["token 1 (read)", "nobody (read)"]);
}

#[tokio::test]
async fn a_profiles_matches_are_its_owners_and_every_admins() {
    let world = World::new().await;
    let owner = world.watcher("owner", Scope::Read).await;
    let other = world.watcher("other", Scope::Write).await;
    let admin = world.watcher("admin", Scope::Admin).await;
    let theirs = world.profile(Some(&owner), "theirs").await;
    let operators = world.profile(None, "operators").await;
    for (profile, watcher, status) in [
        (theirs, &owner, 200),
        (theirs, &other, 403),
        (theirs, &admin, 200),
        (operators, &owner, 403),
        (operators, &other, 403),
        (operators, &admin, 200),
    ] {
        let path = format!("/api/v1/profiles/{profile}/matches");
        let answer = world.get_as(watcher, &path).await;
        assert_eq!(answer.status, status, "{profile} for {}", watcher.token);
        if status == 403 {
            let stream = format!("/api/v1/profiles/{profile}/stream");
            let answer = world.get_as(watcher, &stream).await;
            let text = format!(r#"403 {{"error":"profile {profile} belongs to another token"}}"#);
            assert_eq!(answer.to_string(), text);
        }
    }
    let none = world.get_as(&admin, "/api/v1/profiles/99/matches").await;
    assert_eq!(
        none.to_string(),
        r#"404 {"error":"there is no profile 99"}"#
    );
}
