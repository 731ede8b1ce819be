//! The schema guard: an older program does not touch a newer database.

use killwire_store::{Seq, Store, StoreError};

use crate::arena::Arena;
use crate::fixture::{ids, kill, whole_log};

on_both_backends! {
    a_newer_schema_is_refused_with_a_word_about_what_to_do,
    opening_again_changes_nothing,
}

async fn a_newer_schema_is_refused_with_a_word_about_what_to_do(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    store.close().await;
    let known = arena
        .number("SELECT MAX(version) FROM schema_version")
        .await;
    let newer = known + 7;
    arena
        .sql(&format!(
            "INSERT INTO schema_version (version, applied_at) VALUES ({newer}, 0)"
        ))
        .await;
    let epoch = arena.number("SELECT epoch FROM log_head").await;

    let refused = Store::open(arena.config(), arena.clock.clone()).await;
    let Err(error) = refused.map(|_| ()) else {
        panic!("a newer database was opened");
    };
    assert!(
        matches!(error, StoreError::NewerSchema { found, known: to } if found == newer && to == known),
        "{error:?}"
    );
    let words = error.to_string();
    assert!(
        words.contains(&newer.to_string()) && words.contains("upgrade Killwire"),
        "{words}"
    );
    let untouched = arena.number("SELECT epoch FROM log_head").await;
    assert_eq!(untouched, epoch, "nothing was written");

    arena
        .sql(&format!(
            "DELETE FROM schema_version WHERE version = {newer}"
        ))
        .await;
    assert_eq!(arena.open().await.head(), Seq(1), "and nothing was lost");
}

async fn opening_again_changes_nothing(arena: &Arena) {
    for round in 1..=3 {
        let store = arena.open().await;
        assert_eq!(
            store.insert_event(kill(round).offer()).await.unwrap(),
            killwire_store::Outcome::New(Seq(round))
        );
        assert_eq!(
            ids(&whole_log(&store).await),
            (1..=round).collect::<Vec<i64>>()
        );
        store.close().await;
        let versions = arena.number("SELECT COUNT(*) FROM schema_version").await;
        let newest = arena
            .number("SELECT MAX(version) FROM schema_version")
            .await;
        assert_eq!(versions, newest, "each step once");
    }
}
