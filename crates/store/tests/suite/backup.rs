//! A backup is the database, whole, as it stood at one moment.

use killwire_store::{StoreError, TimeRange};

use crate::arena::Arena;
use crate::fixture::{
    AMARR, JITA, appending, client, id, ids, kill, manual_poll, poll, position, r2z2, system,
    whole_log,
};

on_both_backends! {
    a_backup_opens_as_a_database_with_the_same_content,
    a_backup_never_overwrites_a_file,
}

async fn a_backup_opens_as_a_database_with_the_same_content(arena: &Arena) {
    let store = arena.open().await;
    let mut append = appending(&[kill(1), kill(2).in_system(AMARR), kill(3)]);
    append.position = Some(position(77));
    store.append(append).await.unwrap();
    store.insert_event(kill(1).worth(9).offer()).await.unwrap();
    store.delete(id(3)).await.unwrap();
    store
        .fetch_for_client(&poll("bot", &[AMARR]))
        .await
        .unwrap();
    store
        .acknowledge(&client("careful"), store.head(), &[system(JITA)])
        .await
        .unwrap();
    store.remember("esi.budget", "87").await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    store.backup(&file).await.unwrap();
    let at_backup = whole_log(&store).await;
    store.insert_event(kill(4).offer()).await.unwrap();

    let copy = arena.restored(&file).await;
    let restored = copy.open().await;
    let log = whole_log(&restored).await;
    assert_eq!(ids(&log), ids(&at_backup));
    for (restored, original) in log.iter().zip(&at_backup) {
        assert_eq!(restored.killmail, original.killmail);
        assert_eq!(restored.facts, original.facts);
    }
    let newest = TimeRange {
        since: None,
        until: None,
        limit: 10,
    };
    assert_eq!(
        restored
            .list_by_system(system(AMARR), newest)
            .await
            .unwrap(),
        store.list_by_system(system(AMARR), newest).await.unwrap()
    );
    assert_eq!(
        restored.position(&r2z2()).await.unwrap(),
        Some(position(77))
    );
    let careful = manual_poll("careful", &[JITA]);
    let offered = restored.fetch_for_client(&careful).await.unwrap();
    assert!(offered.events.is_empty(), "offsets are in it");
    let budget = restored.recall("esi.budget").await.unwrap();
    assert_eq!(budget.as_deref(), Some("87"));
    drop(restored);
    copy.remove().await;
}

async fn a_backup_never_overwrites_a_file(arena: &Arena) {
    let store = arena.open().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    std::fs::write(&file, "a letter to a friend").unwrap();
    let refused = store.backup(&file).await;
    assert!(
        matches!(refused, Err(StoreError::Backup { .. })),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), b"a letter to a friend");
}
