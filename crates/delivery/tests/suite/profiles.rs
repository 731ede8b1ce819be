//! What is asked about profiles and lists over HTTP: each question as the desk gets it, and each of
//! its answers.

use http::{Method, StatusCode};
use insta::assert_snapshot;
use killwire_delivery::{Limits, ProfileFault};
use killwire_store::Scope;
use serde_json::json;

use crate::watcher::Watcher;
use crate::world::World;

/// A world, and somebody who may write.
async fn world() -> (World, Watcher) {
    let world = World::new().await;
    let writer = world.watcher("mapper", Scope::Write).await;
    (world, writer)
}

#[tokio::test]
async fn each_request_is_one_question() {
    let (world, writer) = world().await;
    for (method, path, body) in [
        (Method::GET, "/profiles", ""),
        (
            Method::POST,
            "/profiles",
            r#"{"name":"supers","condition":"solo"}"#,
        ),
        (
            Method::POST,
            "/profiles",
            r#"{"name":"dear","condition":{"field":"value",">=":"5b"},"enabled":false}"#,
        ),
        (Method::GET, "/profiles/7", ""),
        (Method::PUT, "/profiles/7", r#"{"condition":"npc"}"#),
        (
            Method::PUT,
            "/profiles/7",
            r#"{"name":"npcs","condition":true}"#,
        ),
        (Method::POST, "/profiles/7/enable", ""),
        (Method::POST, "/profiles/7/disable", ""),
        (Method::DELETE, "/profiles/7", ""),
        (Method::POST, "/profiles/check", r#"{"condition":"solo"}"#),
        (Method::POST, "/profiles/test", r#"{"condition":"solo"}"#),
        (
            Method::POST,
            "/profiles/test",
            r#"{"condition":{"and":[]},"since":"36h"}"#,
        ),
        (Method::POST, "/profiles/7/test", ""),
        (Method::POST, "/profiles/7/test", r#"{"since":"30d"}"#),
        (
            Method::POST,
            "/profiles/explain",
            r#"{"condition":"solo","killmail_id":101}"#,
        ),
        (Method::POST, "/profiles/7/explain?killmail_id=101", ""),
        (Method::GET, "/profiles/7/explain?killmail_id=101", ""),
        (
            Method::POST,
            "/profiles/import",
            r#"{"format":"zkillboard","text":"https://zkillboard.com/region/10000002/"}"#,
        ),
        (Method::GET, "/lists", ""),
        (Method::GET, "/lists/home%20%26%2Faway", ""),
        (
            Method::PUT,
            "/lists/blues",
            r#"{"entries":[{"kind":"alliance","id":99005338,"name":"Pandemic Horde"},{"kind":"character","id":5}]}"#,
        ),
        (Method::DELETE, "/lists/blues", ""),
    ] {
        let answer = world
            .ask_as(&writer, method.clone(), &format!("/api/v1{path}"), body)
            .await;
        let expected = match (&method, path) {
            (&Method::DELETE, _) => "204",
            (&Method::POST, "/profiles") => r#"201 {"answer":42}"#,
            _ => r#"200 {"answer":42}"#,
        };
        assert_eq!(answer.to_string(), expected, "{method} {path}");
    }
    assert_snapshot!(world.desk.was_asked(), @r#"
    token 1 (write): {"ask":"list"}
    token 1 (write): {"ask":"create","name":"supers","condition":{"text":"solo"},"enabled":true}
    token 1 (write): {"ask":"create","name":"dear","condition":{"json":{">=":"5b","field":"value"}},"enabled":false}
    token 1 (write): {"ask":"get","id":7}
    token 1 (write): {"ask":"replace","id":7,"name":null,"condition":{"text":"npc"}}
    token 1 (write): {"ask":"replace","id":7,"name":"npcs","condition":{"json":true}}
    token 1 (write): {"ask":"enable","id":7,"enabled":true}
    token 1 (write): {"ask":"enable","id":7,"enabled":false}
    token 1 (write): {"ask":"delete","id":7}
    token 1 (write): {"ask":"check","condition":{"text":"solo"}}
    token 1 (write): {"ask":"test","condition":{"text":"solo"},"since_seconds":604800}
    token 1 (write): {"ask":"test","condition":{"json":{"and":[]}},"since_seconds":129600}
    token 1 (write): {"ask":"test","condition":{"profile":7},"since_seconds":604800}
    token 1 (write): {"ask":"test","condition":{"profile":7},"since_seconds":2592000}
    token 1 (write): {"ask":"explain","condition":{"text":"solo"},"killmail_id":101}
    token 1 (write): {"ask":"explain","condition":{"profile":7},"killmail_id":101}
    token 1 (write): {"ask":"explain","condition":{"profile":7},"killmail_id":101}
    token 1 (write): {"ask":"import","format":"zkillboard","text":"https://zkillboard.com/region/10000002/"}
    token 1 (write): {"ask":"lists"}
    token 1 (write): {"ask":"get_list","name":"home &/away"}
    token 1 (write): {"ask":"put_list","name":"blues","entries":[{"kind":"alliance","id":99005338,"name":"Pandemic Horde"},{"kind":"character","id":5,"name":null}]}
    token 1 (write): {"ask":"delete_list","name":"blues"}
    "#);
}

#[tokio::test]
async fn a_profile_that_was_made_says_where_it_is() {
    let (world, writer) = world().await;
    world.desk.says(Ok(json!({ "id": 7, "name": "supers" })));
    let body = r#"{"name":"supers","condition":"solo"}"#;
    let made = world
        .ask_as(&writer, Method::POST, "/api/v1/profiles", body)
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.header("location"), Some("/api/v1/profiles/7"));
}

#[tokio::test]
async fn what_the_desk_refuses_is_refused_with_its_words() {
    let (world, writer) = world().await;
    let wrong = ProfileFault::Invalid {
        message: "\"Jitta\" is no solar system; perhaps \"Jita\"".to_owned(),
        line: Some(2),
        column: Some(10),
        shown: Some("system = \"Jitta\"\n         ^^^^^^^".to_owned()),
    };
    let mut refusals = Vec::new();
    for fault in [
        wrong,
        ProfileFault::invalid("the list \"blues\" does not exist"),
        ProfileFault::NotFound("there is no profile 7".to_owned()),
        ProfileFault::Forbidden("profile 7 belongs to another token".to_owned()),
        ProfileFault::Conflict("there is already a profile named supers".to_owned()),
        ProfileFault::Unavailable("profiles are being read".to_owned()),
    ] {
        world.desk.says(Err(fault));
        let answer = world.get_as(&writer, "/api/v1/profiles/7").await;
        let retry = answer.header("retry-after");
        assert_eq!(
            retry.is_some(),
            answer.status == StatusCode::SERVICE_UNAVAILABLE
        );
        refusals.push(answer.to_string());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 {"error":"\"Jitta\" is no solar system; perhaps \"Jita\"","line":2,"column":10,"shown":"system = \"Jitta\"\n         ^^^^^^^"}
    400 {"error":"the list \"blues\" does not exist"}
    404 {"error":"there is no profile 7"}
    403 {"error":"profile 7 belongs to another token"}
    409 {"error":"there is already a profile named supers"}
    503 {"error":"profiles are being read"}
    "#);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_before_the_desk_is_asked() {
    let (world, writer) = world().await;
    let mut refusals = Vec::new();
    for (method, path, body) in [
        (Method::POST, "/profiles", r#"{"condition":"solo"}"#),
        (
            Method::POST,
            "/profiles",
            r#"{"name":"x","condition":"solo","owner":1}"#,
        ),
        (Method::PUT, "/profiles/7", ""),
        (Method::GET, "/profiles/x", ""),
        (Method::GET, "/profiles/0", ""),
        (Method::DELETE, "/profiles/-1", ""),
        (
            Method::POST,
            "/profiles/test",
            r#"{"condition":"solo","since":"soon"}"#,
        ),
        (
            Method::POST,
            "/profiles/test",
            r#"{"condition":"solo","since":"0d"}"#,
        ),
        (
            Method::POST,
            "/profiles/test",
            r#"{"condition":"solo","since":"400d"}"#,
        ),
        (Method::POST, "/profiles/7/test", r#"{"condition":"solo"}"#),
        (
            Method::POST,
            "/profiles/explain",
            r#"{"condition":"solo","killmail_id":0}"#,
        ),
        (Method::GET, "/profiles/7/explain", ""),
        (Method::GET, "/profiles/7/explain?killmail_id=x", ""),
        (Method::GET, "/profiles/7/explain?killmail_id=1&plan=1", ""),
        (
            Method::PUT,
            "/lists/blues",
            r#"{"entries":[{"kind":"ally","id":1}]}"#,
        ),
        (Method::GET, "/profiles/check", ""),
        (Method::GET, "/profiles/7/enable", ""),
    ] {
        let answer = world
            .ask_as(&writer, method, &format!("/api/v1{path}"), body)
            .await;
        refusals.push(format!("{path}: {answer}"));
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    /profiles: 400 {"error":"the body must be {\"name\":\"…\",\"condition\":\"…\",\"enabled\":true}: missing field `name` at line 1 column 20"}
    /profiles: 400 {"error":"the body must be {\"name\":\"…\",\"condition\":\"…\",\"enabled\":true}: unknown field `owner`, expected one of `name`, `condition`, `enabled` at line 1 column 38"}
    /profiles/7: 400 {"error":"the body must be {\"name\":\"…\",\"condition\":\"…\"}: EOF while parsing a value at line 1 column 0"}
    /profiles/x: 400 {"error":"Invalid profile ID"}
    /profiles/0: 400 {"error":"Invalid profile ID"}
    /profiles/-1: 400 {"error":"Invalid profile ID"}
    /profiles/test: 400 {"error":"since is \"soon\": expected today, a day, a time or an age: 2026-11-26, 2026-11-26T18:30Z, 90m or 2h; at most 366 days ago"}
    /profiles/test: 400 {"error":"since is \"0d\": expected today, a day, a time or an age: 2026-11-26, 2026-11-26T18:30Z, 90m or 2h; at most 366 days ago"}
    /profiles/test: 400 {"error":"since is \"400d\": expected today, a day, a time or an age: 2026-11-26, 2026-11-26T18:30Z, 90m or 2h; at most 366 days ago"}
    /profiles/7/test: 400 {"error":"the body must be {\"since\":\"7d\"}: unknown field `condition`, expected `since` at line 1 column 12"}
    /profiles/explain: 400 {"error":"Invalid killmail ID"}
    /profiles/7/explain: 400 {"error":"Missing required parameter: killmail_id"}
    /profiles/7/explain?killmail_id=x: 400 {"error":"Invalid killmail ID"}
    /profiles/7/explain?killmail_id=1&plan=1: 400 {"error":"\"plan\" is not a parameter of this route: it knows killmail_id"}
    /lists/blues: 400 {"error":"the body must be {\"entries\":[{\"kind\":\"alliance\",\"id\":99005338}]}: unknown variant `ally`, expected one of `system`, `constellation`, `region`, `type`, `group`, `category`, `character`, `corporation`, `alliance`, `faction` at line 1 column 26"}
    /profiles/check: 405 {"error":"Method not allowed"}
    /profiles/7/enable: 405 {"error":"Method not allowed"}
    "#);
    assert_eq!(world.desk.was_asked(), "");
}

#[tokio::test]
async fn bodies_and_lists_are_bounded() {
    let limits = Limits {
        condition_bytes: 1_000,
        list_bytes: 2_000_000,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let writer = world.watcher("mapper", Scope::Write).await;
    let body = format!(r#"{{"name":"x","condition":"{}"}}"#, "x".repeat(1_000));
    let large = world
        .ask_as(&writer, Method::POST, "/api/v1/profiles", &body)
        .await;
    assert_snapshot!(large, @r#"413 {"error":"the body is too large: at most 1000 bytes are allowed"}"#);
    let put = async |count: usize, name: &str| {
        let entry = format!(r#"{{"kind":"character","id":5{name}}}"#);
        let body = format!(r#"{{"entries":[{}]}}"#, vec![entry; count].join(","));
        let path = "/api/v1/lists/blues";
        world.ask_as(&writer, Method::PUT, path, &body).await
    };
    assert_eq!(put(50_000, "").await.status, StatusCode::OK);
    assert_snapshot!(put(50_001, "").await, @r#"400 {"error":"entries has 50001 entries: at most 50000 are allowed"}"#);
    assert_snapshot!(put(50_000, r#","name":"Anna Attacker""#).await, @r#"413 {"error":"the body is too large: at most 2000000 bytes are allowed"}"#);
}

#[tokio::test]
async fn few_conditions_are_tried_on_the_past_at_the_same_time_and_the_others_are_told() {
    let limits = Limits {
        trials: 2,
        ..Limits::default()
    };
    let world = World::with_limits(limits).await;
    let writer = world.watcher("mapper", Scope::Write).await;
    world.desk.holds(true);
    let path = "/api/v1/profiles/test";
    let body = r#"{"condition":"solo"}"#;
    let stranger = tokio::spawn({
        let request = http::Request::post(path).body(body.into()).unwrap();
        crate::world::send(world.router.clone(), request)
    });
    world.desk.heard.notified().await;
    assert_snapshot!(world.post(path, body).await, @r#"503 {"error":"too many conditions are being tried on the past (at most 2); try again in a moment"}"#);
    // One with a token has the other place.
    world.desk.holds(false);
    let known = world.ask_as(&writer, Method::POST, path, body).await;
    assert_eq!(known.status, StatusCode::OK);
    // A client that goes away leaves its place.
    stranger.abort();
    assert!(stranger.await.unwrap_err().is_cancelled());
    assert_eq!(world.post(path, body).await.status, StatusCode::OK);
}
