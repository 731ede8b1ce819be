//! Static data: one build at a time, whole or not at all.

use killwire_store::{Outcome, StaticBuild, StoreError};

use crate::arena::Arena;
use crate::fixture::kill;

on_both_backends! {
    a_build_comes_back_as_it_was_saved,
    a_new_build_takes_the_place_of_the_old_one_and_leaves_nothing_behind,
    a_build_cut_off_between_its_parts_leaves_the_old_one,
    a_build_that_could_not_be_switched_to_leaves_the_old_one,
    a_build_dropped_at_any_moment_leaves_one_that_is_whole,
    builds_saved_at_once_do_not_mix,
    appends_pass_between_the_parts,
    a_missing_part_is_told_and_not_read_over,
}

fn build(number: u32) -> StaticBuild {
    StaticBuild {
        build: number,
        released: Some("2026-10-28T11:03:00Z".parse().unwrap()),
        encoding: 3,
        imported_at: "2026-11-01T00:00:00.123456Z".parse().unwrap(),
        counts_json: format!("{{\"systems\":{number}}}"),
    }
}

/// Bytes that tell one build from another, and one place from another.
fn bytes(number: u32, length: usize) -> Vec<u8> {
    let step = usize::try_from(number).unwrap() * 2 + 1;
    (0..length)
        .map(|at| u8::try_from(((at * step) >> 3) % 256).unwrap())
        .collect()
}

const MIB: usize = 1 << 20;

async fn parts(arena: &Arena) -> i64 {
    arena.number("SELECT COUNT(*) FROM static_part").await
}

async fn a_build_comes_back_as_it_was_saved(arena: &Arena) {
    let store = arena.open().await;
    assert_eq!(store.static_build().await.unwrap(), None);
    assert_eq!(store.load_static().await.unwrap(), None);
    for (number, length) in [(1, 3 * MIB + 5), (2, 2 * MIB), (3, 1), (4, 0)] {
        let unreleased = StaticBuild {
            released: None,
            ..build(number)
        };
        let bytes = bytes(number, length);
        store
            .save_static(unreleased.clone(), bytes.clone())
            .await
            .unwrap();
        assert_eq!(
            store.static_build().await.unwrap().as_ref(),
            Some(&unreleased)
        );
        let loaded = store.load_static().await.unwrap().unwrap();
        assert!(loaded == (unreleased, bytes), "{length} bytes");
    }
}

async fn a_new_build_takes_the_place_of_the_old_one_and_leaves_nothing_behind(arena: &Arena) {
    let store = arena.open().await;
    store
        .save_static(build(1), bytes(1, 6 * MIB))
        .await
        .unwrap();
    assert_eq!(parts(arena).await, 6);
    store
        .save_static(build(2), bytes(2, 2 * MIB + 1))
        .await
        .unwrap();
    assert_eq!(parts(arena).await, 3);
    drop(store);
    let store = arena.open().await;
    let (found, loaded) = store.load_static().await.unwrap().unwrap();
    assert_eq!(found, build(2));
    assert!(loaded == bytes(2, 2 * MIB + 1));
}

/// Parts of a build as an import that is cut off leaves them.
async fn write_some_parts(arena: &Arena) {
    let blob = if arena.is_sqlite() {
        "X'00'"
    } else {
        "'\\x00'"
    };
    for part in 0..3 {
        let insert = format!("INSERT INTO static_part VALUES (77, {part}, {blob})");
        arena.sql(&insert).await;
    }
}

async fn a_build_cut_off_between_its_parts_leaves_the_old_one(arena: &Arena) {
    let store = arena.open().await;
    write_some_parts(arena).await;
    assert_eq!(store.load_static().await.unwrap(), None, "the first import");
    store.save_static(build(1), bytes(1, MIB)).await.unwrap();
    assert_eq!(parts(arena).await, 1, "removed by the next import");

    write_some_parts(arena).await;
    let (found, loaded) = store.load_static().await.unwrap().unwrap();
    assert!(found == build(1) && loaded == bytes(1, MIB));
    drop(store);
    let store = arena.open().await;
    assert_eq!(parts(arena).await, 1, "removed when the store opens");
    let (found, loaded) = store.load_static().await.unwrap().unwrap();
    assert!(found == build(1) && loaded == bytes(1, MIB));
}

async fn a_build_that_could_not_be_switched_to_leaves_the_old_one(arena: &Arena) {
    let store = arena.open().await;
    store.save_static(build(1), bytes(1, MIB)).await.unwrap();
    arena.make_writes_fail("static_build").await;
    let refused = store.save_static(build(2), bytes(2, 3 * MIB)).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(parts(arena).await, 4, "written beside the old one");
    let (found, loaded) = store.load_static().await.unwrap().unwrap();
    assert_eq!(found, build(1));
    assert!(loaded == bytes(1, MIB));

    arena.let_writes_succeed("static_build").await;
    store
        .save_static(build(3), bytes(3, 2 * MIB))
        .await
        .unwrap();
    assert_eq!(parts(arena).await, 2, "the leftovers went");
    let (found, loaded) = store.load_static().await.unwrap().unwrap();
    assert_eq!(found, build(3));
    assert!(loaded == bytes(3, 2 * MIB));
}

async fn a_build_dropped_at_any_moment_leaves_one_that_is_whole(arena: &Arena) {
    let store = arena.open().await;
    store.save_static(build(1), bytes(1, MIB)).await.unwrap();
    drop(store);
    let mut current = 1;
    for (number, seen) in (2..).zip([1, 3, 5, 7]) {
        let store = arena.open().await;
        let saving = tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .save_static(build(number), bytes(number, 6 * MIB))
                    .await
            }
        });
        while parts(arena).await < seen && !saving.is_finished() {}
        saving.abort();
        let _ = saving.await;
        drop(store);
        let store = arena.open().await;
        let (found, loaded) = store.load_static().await.unwrap().unwrap();
        assert!([current, number].contains(&found.build), "{found:?}");
        current = found.build;
        let length = if current == 1 { MIB } else { 6 * MIB };
        assert!(loaded == bytes(current, length));
        let expected = i64::try_from(length / MIB).unwrap();
        assert_eq!(parts(arena).await, expected);
    }
}

async fn builds_saved_at_once_do_not_mix(arena: &Arena) {
    let store = arena.open().await;
    let save = |number: u32| store.save_static(build(number), bytes(number, 3 * MIB));
    let (one, two) = tokio::join!(save(1), save(2));
    one.unwrap();
    two.unwrap();
    let (found, loaded) = store.load_static().await.unwrap().unwrap();
    assert!(loaded == bytes(found.build, 3 * MIB));
    assert_eq!(parts(arena).await, 3);
}

async fn appends_pass_between_the_parts(arena: &Arena) {
    let store = arena.open().await;
    let saving = tokio::spawn({
        let store = store.clone();
        async move { store.save_static(build(1), bytes(1, 24 * MIB)).await }
    });
    let mut appended = 0;
    while !saving.is_finished() {
        appended += 1;
        let outcome = store.insert_event(kill(appended).offer()).await.unwrap();
        assert!(matches!(outcome, Outcome::New(_)));
    }
    saving.await.unwrap().unwrap();
    assert!(appended >= 8, "{appended} appends passed 24 parts");
    assert!(store.load_static().await.unwrap().unwrap().1 == bytes(1, 24 * MIB));
}

async fn a_missing_part_is_told_and_not_read_over(arena: &Arena) {
    let store = arena.open().await;
    store
        .save_static(build(1), bytes(1, 3 * MIB))
        .await
        .unwrap();
    arena.sql("DELETE FROM static_part WHERE part = 1").await;
    let damaged = store.load_static().await;
    assert!(
        matches!(
            &damaged,
            Err(StoreError::Damaged {
                table: "static_part",
                ..
            })
        ),
        "{:?}",
        damaged.map(|_| ())
    );
}
