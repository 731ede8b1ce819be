//! ESI's answer to a name.

use super::manual;
use crate::Priority::Live;
use crate::test_server::{Asked, Server, reply, volatile};
use crate::{IdsOfNames, NamedId, Upstream, UpstreamError};

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn names_are_asked_for_once_each_and_impossible_ones_not_at_all() {
    let server = Server::serving(|asked: Asked| async move {
        assert_eq!(asked.method, "POST");
        assert_eq!(asked.path, "/esi/universe/ids");
        assert_eq!(asked.headers["x-compatibility-date"], "2026-08-18");
        assert_eq!(&asked.body[..], br#"["ccp bartender","C C P"]"#);
        reply(
            200,
            r#"{"characters":[{"id":95465499,"name":"CCP Bartender"}],"alliances":null,
                "inventory_types":[{"id":670,"name":"C C P"}],"moons":[{"no":"id"}]}"#,
        )
    })
    .await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let names = texts(&["ccp bartender", "C C P", "CCP Bartender", "ab", "C\nP"]);
    let bartender = NamedId {
        id: 95_465_499,
        name: "CCP Bartender".to_owned(),
    };
    let expected = IdsOfNames {
        characters: vec![bartender],
        ..IdsOfNames::default()
    };
    assert_eq!(esi.ids(&names, Live).await, Ok(expected));
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_name_that_nobody_bears_is_in_no_list() {
    let server = Server::answering(|_| async { reply(200, "{}") }).await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let nobody = esi.ids(&texts(&["Nobody At All"]), Live).await;
    assert_eq!(nobody, Ok(IdsOfNames::default()));
}

#[tokio::test]
async fn more_than_five_hundred_names_are_refused_and_none_need_no_call() {
    let server = Server::with_status(200).await;
    let esi = server.upstreams(&manual(), volatile()).await.esi;
    let many: Vec<String> = (0..501).map(|number| format!("Pilot {number}")).collect();
    let too_many = UpstreamError::TooMany {
        upstream: Upstream::Esi,
        what: "names",
        given: 501,
        limit: 500,
    };
    assert_eq!(esi.ids(&many, Live).await, Err(too_many));
    assert_eq!(esi.ids(&[], Live).await, Ok(IdsOfNames::default()));
    let impossible = esi.ids(&texts(&["x"]), Live).await;
    assert_eq!(impossible, Ok(IdsOfNames::default()));
    assert_eq!(server.asked(), 0);
}
