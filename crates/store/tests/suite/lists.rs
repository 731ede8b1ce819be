//! Named lists: written whole, versioned, within their bounds.

use killwire_store::{
    Belongings, ListEntry, ListEntryKind, ListError, ListName, ListRow, Party, Store,
};

use crate::arena::Arena;

on_both_backends! {
    a_list_is_read_back_and_survives_a_restart,
    entries_are_sorted_and_each_is_kept_once,
    the_version_goes_up_with_each_change_and_with_nothing_else,
    a_deleted_list_is_gone,
    lists_come_by_name,
    a_list_has_a_bound,
    there_is_a_bound_on_lists,
    there_is_a_bound_on_all_entries,
    what_is_no_entry_is_refused,
    a_list_is_changed_by_its_owner_and_by_those_who_hold_everything,
}

fn name(text: &str) -> ListName {
    ListName::new(text).unwrap()
}

fn entry(kind: ListEntryKind, id: i64, called: Option<&str>) -> ListEntry {
    ListEntry {
        kind,
        id,
        name: called.map(str::to_owned),
    }
}

fn pilots(ids: impl IntoIterator<Item = i64>) -> Vec<ListEntry> {
    let pilot = |id| entry(ListEntryKind::Character, id, None);
    ids.into_iter().map(pilot).collect()
}

async fn put(store: &Store, called: &str, entries: Vec<ListEntry>) -> ListRow {
    store
        .put_named_list(Party::OPERATOR, name(called), entries)
        .await
        .unwrap()
}

async fn a_list_is_read_back_and_survives_a_restart(arena: &Arena) {
    let store = arena.open().await;
    let entries = vec![
        entry(ListEntryKind::System, 30_000_142, Some("Jita")),
        entry(ListEntryKind::Alliance, 99_000_001, None),
    ];
    let put = put(&store, "blues", entries.clone()).await;
    let expected = ListRow {
        name: name("blues"),
        owner: None,
        entries,
        version: 1,
        changed_at: arena.clock.now(),
    };
    assert_eq!(put, expected);
    drop(store);
    let store = arena.open().await;
    assert_eq!(store.named_list(&name("blues")).await.unwrap(), Some(put));
    assert_eq!(store.named_list(&name("Blues")).await.unwrap(), None);
}

async fn entries_are_sorted_and_each_is_kept_once(arena: &Arena) {
    let store = arena.open().await;
    let (pilot, system) = (ListEntryKind::Character, ListEntryKind::System);
    let entries = vec![
        entry(pilot, 9, Some("Vera")),
        entry(pilot, 5, None),
        entry(system, 9, None),
        entry(pilot, 9, None),
        entry(pilot, 5, Some("Anna")),
        entry(pilot, 5, Some("Anna Renamed")),
    ];
    let expected = [
        entry(system, 9, None),
        entry(pilot, 5, Some("Anna Renamed")),
        entry(pilot, 9, Some("Vera")),
    ];
    assert_eq!(put(&store, "a", entries).await.entries, expected);
    let stored = store.named_list(&name("a")).await.unwrap().unwrap();
    assert_eq!(stored.entries, expected);
}

async fn the_version_goes_up_with_each_change_and_with_nothing_else(arena: &Arena) {
    let store = arena.open().await;
    let first = put(&store, "a", pilots([1, 2])).await;
    arena.days_pass(1);
    assert_eq!(put(&store, "a", pilots([2, 1])).await, first);
    let second = put(&store, "a", pilots([1])).await;
    assert_eq!((second.version, second.changed_at), (2, arena.clock.now()));
    assert_eq!(put(&store, "a", Vec::new()).await.version, 3);
    let stored = store.named_list(&name("a")).await.unwrap().unwrap();
    assert!(stored.entries.is_empty(), "an empty list is a list");
}

async fn a_deleted_list_is_gone(arena: &Arena) {
    let store = arena.open().await;
    put(&store, "a", pilots([1])).await;
    assert!(
        store
            .delete_named_list(Party::OPERATOR, &name("a"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .delete_named_list(Party::OPERATOR, &name("a"))
            .await
            .unwrap()
    );
    assert_eq!(store.named_list(&name("a")).await.unwrap(), None);
}

async fn lists_come_by_name(arena: &Arena) {
    let store = arena.open().await;
    for called in ["zulu", "Alpha", "äther", "bravo"] {
        put(&store, called, pilots([1])).await;
    }
    let lists = store.named_lists().await.unwrap();
    let names: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
    assert_eq!(names, ["Alpha", "bravo", "zulu", "äther"]);
    assert_eq!(lists[0].entries, pilots([1]));
}

async fn a_list_has_a_bound(arena: &Arena) {
    let store = arena.open().await;
    let most = ListRow::MOST_ENTRIES as i64;
    let error = store
        .put_named_list(Party::OPERATOR, name("a"), pilots(1..=most + 1))
        .await;
    let Err(error) = error else {
        panic!("a list too long was taken");
    };
    assert!(matches!(error, ListError::TooManyEntries(_)), "{error:?}");
    put(&store, "a", pilots(1..=most)).await;
}

/// So many lists as the store would have written them, said to have so many entries each.
async fn fill(arena: &Arena, lists: usize, size: usize) {
    let empty = arena.bytes(&[1, 0]);
    arena
        .sql(&format!(
            "WITH RECURSIVE number(n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {lists}) \
             INSERT INTO named_list (name, owner, version, changed_at, size, entries) \
             SELECT 'list ' || n, 0, 1, 0, {size}, {empty} FROM number"
        ))
        .await;
}

async fn there_is_a_bound_on_lists(arena: &Arena) {
    let store = arena.open().await;
    fill(arena, ListRow::MOST, 0).await;
    let error = store
        .put_named_list(Party::OPERATOR, name("one more"), pilots([1]))
        .await;
    assert!(matches!(error, Err(ListError::TooMany)), "{error:?}");
    put(&store, "list 7", pilots([1])).await;
    assert!(
        store
            .delete_named_list(Party::OPERATOR, &name("list 8"))
            .await
            .unwrap()
    );
    put(&store, "one more", pilots([1])).await;
}

async fn there_is_a_bound_on_all_entries(arena: &Arena) {
    let store = arena.open().await;
    fill(arena, 40, ListRow::MOST_ENTRIES).await;
    let error = store
        .put_named_list(Party::OPERATOR, name("one more"), pilots([1]))
        .await;
    assert!(
        matches!(error, Err(ListError::TooManyEntriesInAll(2_000_001))),
        "{error:?}"
    );
    // In place of those that it had.
    put(&store, "list 7", pilots([1])).await;
    put(&store, "one more", pilots([1])).await;
    assert_eq!(store.write_fault(), None, "a refusal is no fault");
}

async fn what_is_no_entry_is_refused(arena: &Arena) {
    let store = arena.open().await;
    for id in [0, -1] {
        let error = store
            .put_named_list(Party::OPERATOR, name("a"), pilots([id]))
            .await;
        assert!(matches!(error, Err(ListError::BadId(_))), "{error:?}");
    }
    let long = "x".repeat(ListRow::MAX_ENTRY_NAME_CHARS + 1);
    let entries = vec![entry(ListEntryKind::Type, 5, Some(&long))];
    let error = store
        .put_named_list(Party::OPERATOR, name("a"), entries)
        .await;
    assert!(matches!(error, Err(ListError::NameTooLong(5))), "{error:?}");
    assert_eq!(store.named_list(&name("a")).await.unwrap(), None);
}

/// A token that holds its own, or everything.
fn token(id: i64, all: bool) -> Party {
    Party {
        token: Some(id),
        all,
    }
}

async fn a_list_is_changed_by_its_owner_and_by_those_who_hold_everything(arena: &Arena) {
    let store = arena.open().await;
    let (owner, other, admin) = (token(7, false), token(8, false), token(9, true));
    let blues = name("blues");
    let put = async |by: Party, ids: &[i64]| {
        let entries = pilots(ids.iter().copied());
        store.put_named_list(by, blues.clone(), entries).await
    };
    assert_eq!(put(owner, &[1]).await.unwrap().owner, Some(7));
    // Also where nothing would change: whoever may not, learns nothing of what is in it.
    for ids in [&[1][..], &[1, 2]] {
        let refused = put(other, ids).await;
        assert!(
            matches!(refused, Err(ListError::NotOwner(_))),
            "{refused:?}"
        );
    }
    let refused = store.delete_named_list(other, &blues).await;
    assert!(
        matches!(refused, Err(ListError::NotOwner(_))),
        "{refused:?}"
    );
    let changed = put(admin, &[1, 2]).await.unwrap();
    assert_eq!((changed.owner, changed.version), (Some(7), 2));
    assert_eq!(put(Party::OPERATOR, &[3]).await.unwrap().owner, Some(7));
    assert_eq!(put(owner, &[4]).await.unwrap().version, 4);
    let read = store.named_list(&blues).await.unwrap().unwrap();
    assert_eq!((read.owner, read.entries), (Some(7), pilots([4])));
    assert!(store.delete_named_list(owner, &blues).await.unwrap());
    assert!(!store.delete_named_list(other, &blues).await.unwrap());

    // Of whoever runs the machine it is nobody's but theirs.
    assert_eq!(put(Party::OPERATOR, &[1]).await.unwrap().owner, None);
    let refused = put(owner, &[2]).await;
    assert!(
        matches!(refused, Err(ListError::NotOwner(_))),
        "{refused:?}"
    );
    assert!(store.delete_named_list(admin, &blues).await.unwrap());
    assert_eq!(put(admin, &[1]).await.unwrap().owner, Some(9));
    assert_eq!(store.belongings(9).await.unwrap().lists, 1);
    assert_eq!(store.belongings(7).await.unwrap(), Belongings::default());
    assert_eq!(store.write_fault(), None, "a refusal is no fault");
}
