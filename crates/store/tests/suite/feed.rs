//! What the feeds leave behind: quarantine, gaps, and the small things to remember.

use jiff::SignedDuration;
use killwire_store::{Append, Gap, GapReason, GapState, NewGap, NewQuarantine, SourceName, Store};

use crate::arena::Arena;
use crate::fixture::r2z2;

on_both_backends! {
    a_quarantined_entry_keeps_its_bytes_and_its_reason,
    an_entry_stands_in_quarantine_once,
    a_retried_entry_says_how_often_and_why_it_failed,
    a_released_entry_is_gone,
    a_full_quarantine_drops_its_oldest,
    a_gap_is_recorded_and_open,
    a_gap_stands_on_record_once,
    a_gap_is_due_when_its_time_has_come,
    a_repaired_gap_is_no_longer_open,
    what_was_remembered_is_recalled_after_a_restart,
}

async fn quarantine(store: &Store, place: &str, reason: &str, bytes: &[u8]) {
    let entry = NewQuarantine {
        source: r2z2(),
        place: place.into(),
        reason: reason.into(),
        bytes: bytes.to_vec(),
    };
    let append = Append {
        quarantined: vec![entry],
        ..Append::default()
    };
    store.append(append).await.unwrap();
}

async fn a_quarantined_entry_keeps_its_bytes_and_its_reason(arena: &Arena) {
    let store = arena.open().await;
    let bytes = b"<html>\x00\xff not a killmail".as_slice();
    quarantine(&store, "96000001", "not a JSON document", bytes).await;
    drop(store);
    let store = arena.open().await;
    let listed = store.quarantined(10).await.unwrap();
    assert_eq!(listed.len(), 1);
    let (entry, kept) = store
        .quarantined_bytes(listed[0].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry, listed[0]);
    assert_eq!(kept, bytes);
    assert_eq!((&entry.source, entry.place.as_str()), (&r2z2(), "96000001"));
    assert_eq!(entry.reason, "not a JSON document");
    assert_eq!(entry.size, bytes.len() as u64);
    assert_eq!(entry.received_at, arena.clock.now());
    assert_eq!(entry.retries, 0);
    assert_eq!(store.quarantined_bytes(entry.id + 1).await.unwrap(), None);
}

async fn an_entry_stands_in_quarantine_once(arena: &Arena) {
    let store = arena.open().await;
    quarantine(&store, "1", "cut short", b"{").await;
    quarantine(&store, "1", "not a JSON document", b"<").await;
    quarantine(&store, "2", "cut short", b"{").await;
    let listed = store.quarantined(10).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(store.stats().await.unwrap().quarantined, 2);
    let first = listed.iter().find(|entry| entry.place == "1").unwrap();
    let (_, bytes) = store.quarantined_bytes(first.id).await.unwrap().unwrap();
    assert_eq!(
        (first.reason.as_str(), bytes.as_slice()),
        ("not a JSON document", b"<".as_slice()),
        "the last reading is the one that counts"
    );
}

async fn a_retried_entry_says_how_often_and_why_it_failed(arena: &Arena) {
    let store = arena.open().await;
    quarantine(&store, "1", "cut short", b"{").await;
    let id = store.quarantined(1).await.unwrap()[0].id;
    store.retried(id, "still cut short").await.unwrap();
    store.retried(id, "as short as ever").await.unwrap();
    let entry = store.quarantined(1).await.unwrap().remove(0);
    assert_eq!(
        (entry.retries, entry.reason.as_str()),
        (2, "as short as ever")
    );
}

async fn a_released_entry_is_gone(arena: &Arena) {
    let store = arena.open().await;
    quarantine(&store, "1", "cut short", b"{").await;
    let id = store.quarantined(1).await.unwrap()[0].id;
    store.release(id).await.unwrap();
    assert!(store.quarantined(1).await.unwrap().is_empty());
    store.release(id).await.unwrap();
}

async fn a_full_quarantine_drops_its_oldest(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.max_quarantined = 3)
        .await;
    for place in 1..=5 {
        quarantine(&store, &place.to_string(), "cut short", b"{").await;
    }
    store.collect_garbage().await.unwrap();
    let mut places: Vec<String> = store
        .quarantined(10)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.place)
        .collect();
    places.sort();
    assert_eq!(places, ["3", "4", "5"]);
}

fn hole(from: u64, to: u64) -> NewGap {
    NewGap {
        source: r2z2(),
        from,
        to,
        reason: GapReason::Hole,
        published_after: Some("2026-10-31T23:51:00Z".parse().unwrap()),
    }
}

async fn record(store: &Store, gaps: Vec<NewGap>) {
    let append = Append {
        gaps,
        ..Append::default()
    };
    store.append(append).await.unwrap();
}

async fn only_gap(store: &Store) -> Gap {
    let mut gaps = store.gaps(None).await.unwrap();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    gaps.remove(0)
}

async fn a_gap_is_recorded_and_open(arena: &Arena) {
    let store = arena.open().await;
    let expired = NewGap {
        source: SourceName("other".into()),
        reason: GapReason::Expired,
        published_after: None,
        ..hole(20, 400)
    };
    record(&store, vec![hole(7, 7), expired.clone()]).await;
    let gaps = store.gaps(Some(GapState::Open)).await.unwrap();
    assert_eq!(gaps.len(), 2);
    for (gap, given) in gaps.iter().zip([hole(7, 7), expired]) {
        assert_eq!((gap.from, gap.to), (given.from, given.to));
        assert_eq!((&gap.source, gap.reason), (&given.source, given.reason));
        assert_eq!(gap.published_after, given.published_after);
        assert_eq!(gap.recorded_at, arena.clock.now());
        assert_eq!((gap.state, gap.attempts, gap.found), (GapState::Open, 0, 0));
        assert_eq!(store.gap(gap.id).await.unwrap().as_ref(), Some(gap));
    }
    assert_eq!(store.stats().await.unwrap().open_gaps, 2);
    assert_eq!(store.gap(999).await.unwrap(), None);
}

async fn a_gap_stands_on_record_once(arena: &Arena) {
    let store = arena.open().await;
    record(&store, vec![hole(7, 7)]).await;
    record(&store, vec![hole(7, 7)]).await;
    only_gap(&store).await;
}

async fn a_gap_is_due_when_its_time_has_come(arena: &Arena) {
    let store = arena.open().await;
    record(&store, vec![hole(7, 9)]).await;
    let now = arena.clock.now();
    let mut gap = only_gap(&store).await;
    gap.attempts = 1;
    gap.next_attempt_at = now + SignedDuration::from_hours(1);
    gap.note = "history has not been written yet".into();
    store.update_gap(&gap).await.unwrap();
    assert_eq!(only_gap(&store).await, gap);
    assert!(store.due_gaps(now).await.unwrap().is_empty());
    let in_an_hour = now + SignedDuration::from_hours(1);
    assert_eq!(store.due_gaps(in_an_hour).await.unwrap(), [gap]);
}

async fn a_repaired_gap_is_no_longer_open(arena: &Arena) {
    let store = arena.open().await;
    record(&store, vec![hole(7, 9)]).await;
    let mut gap = only_gap(&store).await;
    gap.state = GapState::Repaired;
    gap.found = 2;
    store.update_gap(&gap).await.unwrap();
    let later = arena.clock.now() + SignedDuration::from_hours(10_000);
    assert!(store.due_gaps(later).await.unwrap().is_empty());
    assert!(store.gaps(Some(GapState::Open)).await.unwrap().is_empty());
    assert_eq!(store.gaps(Some(GapState::Repaired)).await.unwrap(), [gap]);
    assert_eq!(store.stats().await.unwrap().open_gaps, 0);
}

async fn what_was_remembered_is_recalled_after_a_restart(arena: &Arena) {
    let store = arena.open().await;
    assert_eq!(store.recall("r2z2.block").await.unwrap(), None);
    store.remember("r2z2.block", "until noon").await.unwrap();
    store
        .remember("r2z2.block", "until \"one\" o'clock ☄")
        .await
        .unwrap();
    store.remember("esi.budget", "87").await.unwrap();
    drop(store);
    let store = arena.open().await;
    let recalled = store.recall("r2z2.block").await.unwrap();
    assert_eq!(recalled.as_deref(), Some("until \"one\" o'clock ☄"));
    assert_eq!(
        store.recall("esi.budget").await.unwrap().as_deref(),
        Some("87")
    );
}
