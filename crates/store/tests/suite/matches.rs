//! What profiles found: each once, numbered without gaps, written together with the position of the
//! stage that found it.

use std::time::Duration;

use killwire_store::{
    Lead, MatchQuery, MatchReadError, MatchRow, MatchSeq, NewMatch, ProfileId, ReaderName, Seq,
    Store, StoreError,
};

use crate::arena::Arena;
use crate::fixture::{appending, id, kill};
use crate::profiles::{make, profile};

on_both_backends! {
    matches_are_numbered_in_the_order_given_and_survive_a_restart,
    a_profile_finds_a_killmail_once,
    the_position_moves_with_what_was_found,
    a_call_that_is_not_ahead_writes_nothing,
    a_deposed_stage_writes_nothing,
    stages_have_positions_of_their_own,
    a_match_of_what_is_not_there_is_passed_over,
    a_reason_that_is_too_long_is_refused,
    a_deleted_profile_takes_its_matches,
    a_deletion_that_was_cut_off_is_unseen_and_finished_later,
    a_deleted_killmail_takes_its_matches,
    an_expired_killmail_takes_its_matches,
    matches_go_when_they_are_old,
    matches_go_when_they_are_too_many,
    numbers_go_on_after_all_have_gone,
    matches_are_read_page_by_page,
    a_profiles_matches_are_read_without_those_of_others,
    a_position_that_fell_off_is_answered_with_the_oldest,
    a_position_beyond_the_end_is_refused,
    the_newest_come_first_where_they_are_asked_for,
    who_waits_is_woken_when_matches_are_visible,
    matches_are_found_by_indexes,
}

/// The stage that these tests play.
pub(crate) fn stage() -> ReaderName {
    ReaderName("surveillance".to_owned())
}

/// A match of a profile and a killmail.
pub(crate) fn found(profile: ProfileId, killmail: i64) -> NewMatch {
    NewMatch {
        profile_id: profile,
        profile_version: 1,
        killmail_id: id(killmail),
        seq: Seq(killmail),
        reason: format!(r#"{{"killmail":{killmail}}}"#),
    }
}

/// Number, profile, killmail.
type Gist = (i64, i64, i64);

async fn record(store: &Store, through: i64, matches: Vec<NewMatch>) -> Vec<Gist> {
    let new = store.record_matches(&stage(), Seq(through), matches).await;
    let gist =
        |(number, new): (MatchSeq, NewMatch)| (number.0, new.profile_id.0, new.killmail_id.get());
    new.unwrap().into_iter().map(gist).collect()
}

fn gists(rows: &[MatchRow]) -> Vec<Gist> {
    let gist = |row: &MatchRow| (row.match_seq.0, row.profile_id.0, row.killmail_id.get());
    rows.iter().map(gist).collect()
}

/// All matches after a position.
async fn after(store: &Store, after: i64) -> Vec<MatchRow> {
    let query = MatchQuery {
        after: MatchSeq(after),
        limit: 1_000,
        profile: None,
    };
    let page = store.matches(query).await.unwrap();
    assert!(page.at_head);
    page.matches
}

async fn all(store: &Store) -> Vec<Gist> {
    gists(&after(store, store.match_oldest().0 - 1).await)
}

/// A store with killmails 1 to 9, and two profiles.
async fn watched(arena: &Arena) -> (Store, ProfileId, ProfileId) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=9).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let first = make(&store, profile("first")).await.id;
    let second = make(&store, profile("second")).await.id;
    (store, first, second)
}

async fn matches_are_numbered_in_the_order_given_and_survive_a_restart(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    assert_eq!(store.match_head(), MatchSeq::START);
    let new = record(&store, 3, vec![found(b, 2), found(a, 1), found(a, 3)]).await;
    let expected = [(1, b.0, 2), (2, a.0, 1), (3, a.0, 3)];
    assert_eq!(new, expected);
    assert_eq!(record(&store, 4, vec![found(b, 4)]).await, [(4, b.0, 4)]);
    let before = after(&store, 0).await;
    assert_eq!(gists(&before)[..3], expected);
    let first = MatchRow {
        match_seq: MatchSeq(1),
        profile_id: b,
        profile_version: 1,
        killmail_id: id(2),
        seq: Seq(2),
        matched_at: arena.clock.now(),
        reason: r#"{"killmail":2}"#.to_owned(),
    };
    assert_eq!(before[0], first);
    drop(store);
    let store = arena.open().await;
    assert_eq!(store.match_head(), MatchSeq(4));
    assert_eq!(after(&store, 0).await, before);
    assert_eq!(record(&store, 5, vec![found(b, 5)]).await, [(5, b.0, 5)]);
}

async fn a_profile_finds_a_killmail_once(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    let new = record(&store, 2, vec![found(a, 1), found(a, 1), found(b, 1)]).await;
    assert_eq!(new, [(1, a.0, 1), (2, b.0, 1)]);
    // An `updated` event, and another version of the profile.
    let again = NewMatch {
        profile_version: 2,
        seq: Seq(5),
        ..found(a, 1)
    };
    let new = record(&store, 5, vec![again, found(a, 2)]).await;
    assert_eq!(new, [(3, a.0, 2)], "no number was spent");
    let first = &after(&store, 0).await[0];
    assert_eq!((first.profile_version, first.seq), (1, Seq(1)));
}

async fn the_position_moves_with_what_was_found(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    assert_eq!(store.reader_position(&stage()).await.unwrap(), None);
    record(&store, 2, Vec::new()).await;
    let position = store.reader_position(&stage()).await.unwrap();
    assert_eq!(position, Some(Seq(2)));

    arena.make_writes_fail("profile_match").await;
    let failed = store
        .record_matches(&stage(), Seq(5), vec![found(a, 3)])
        .await;
    assert!(failed.is_err());
    let position = store.reader_position(&stage()).await.unwrap();
    assert_eq!(position, Some(Seq(2)), "neither without the other");
    assert_eq!(store.match_head(), MatchSeq::START);

    arena.let_writes_succeed("profile_match").await;
    let new = record(&store, 5, vec![found(a, 3)]).await;
    assert_eq!(new, [(1, a.0, 3)]);
    let position = store.reader_position(&stage()).await.unwrap();
    assert_eq!(position, Some(Seq(5)));
}

async fn a_call_that_is_not_ahead_writes_nothing(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    record(&store, 5, vec![found(a, 1)]).await;
    for through in [5, 4, 0] {
        assert!(record(&store, through, vec![found(a, 2)]).await.is_empty());
    }
    let position = store.reader_position(&stage()).await.unwrap();
    assert_eq!(position, Some(Seq(5)));
    assert_eq!(all(&store).await, [(1, a.0, 1)]);
}

async fn a_deposed_stage_writes_nothing(arena: &Arena) {
    let (first, a, _) = watched(arena).await;
    record(&first, 1, vec![found(a, 1)]).await;
    let second = arena.open_with(|config| config.lead = Lead::TakeOver).await;
    let deposed = first
        .record_matches(&stage(), Seq(2), vec![found(a, 2)])
        .await;
    assert!(matches!(deposed, Err(StoreError::Deposed)), "{deposed:?}");
    let deposed = first.delete_profile(a).await;
    assert!(deposed.is_err());
    assert_eq!(all(&second).await, [(1, a.0, 1)]);
    let position = second.reader_position(&stage()).await.unwrap();
    assert_eq!(position, Some(Seq(1)));
    assert_eq!(record(&second, 2, vec![found(a, 2)]).await, [(2, a.0, 2)]);
}

async fn stages_have_positions_of_their_own(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    record(&store, 5, vec![found(a, 1)]).await;
    let other = ReaderName("history".to_owned());
    let nothing = store.record_matches(&other, Seq(3), Vec::new()).await;
    assert!(nothing.unwrap().is_empty());
    let position = async |reader: &ReaderName| store.reader_position(reader).await.unwrap();
    assert_eq!(position(&stage()).await, Some(Seq(5)));
    assert_eq!(position(&other).await, Some(Seq(3)));
    assert!(store.forget_reader(&other).await.unwrap());
    assert!(!store.forget_reader(&other).await.unwrap());
    assert_eq!(position(&other).await, None);
}

async fn a_match_of_what_is_not_there_is_passed_over(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    store.delete_profile(b).await.unwrap();
    store.delete(id(2)).await.unwrap();
    let matches = vec![
        found(a, 1),
        found(b, 1),
        found(a, 2),
        found(a, 77),
        found(ProfileId(99), 3),
        found(a, 3),
    ];
    let new = record(&store, 9, matches).await;
    assert_eq!(new, [(1, a.0, 1), (2, a.0, 3)]);
}

async fn a_reason_that_is_too_long_is_refused(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    let because = |bytes| NewMatch {
        reason: "x".repeat(bytes),
        ..found(a, 1)
    };
    let most = NewMatch::MAX_REASON_BYTES;
    let error = store
        .record_matches(&stage(), Seq(1), vec![because(most + 1)])
        .await;
    assert!(
        matches!(error, Err(StoreError::ReasonTooLong(_))),
        "{error:?}"
    );
    assert_eq!(store.reader_position(&stage()).await.unwrap(), None);
    assert_eq!(record(&store, 1, vec![because(most)]).await.len(), 1);
}

async fn a_deleted_profile_takes_its_matches(arena: &Arena) {
    let store = arena.open().await;
    let kills: Vec<_> = (1..=2_500).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let a = make(&store, profile("first")).await.id;
    let b = make(&store, profile("second")).await.id;
    let mut matches: Vec<NewMatch> = (1..=2_500).map(|kill| found(a, kill)).collect();
    matches.insert(7, found(b, 1));
    assert_eq!(record(&store, 2_500, matches).await.len(), 2_501);
    assert!(store.delete_profile(a).await.unwrap());
    assert_eq!(all(&store).await, [(8, b.0, 1)]);
    let left = "SELECT COUNT(*) FROM profile_match";
    assert_eq!(arena.number(left).await, 1);
    assert_eq!(store.match_head(), MatchSeq(2_501));
}

async fn a_deletion_that_was_cut_off_is_unseen_and_finished_later(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    record(&store, 3, vec![found(a, 1), found(b, 1), found(a, 2)]).await;
    store.close().await;
    arena
        .sql(&format!(
            "UPDATE profile SET deleted = 1 WHERE id = {}",
            a.0
        ))
        .await;
    let store = arena.open().await;
    assert_eq!(store.profile(a).await.unwrap(), None);
    assert_eq!(all(&store).await, [(2, b.0, 1)]);
    assert!(store.newest_matches(a, 10).await.unwrap().is_empty());
    let of_killmail = store.matches_of_killmail(id(1)).await.unwrap();
    assert_eq!(gists(&of_killmail), [(2, b.0, 1)]);
    assert!(record(&store, 4, vec![found(a, 4)]).await.is_empty());
    make(&store, profile("first")).await;

    store.collect_garbage().await.unwrap();
    let left = arena.number("SELECT COUNT(*) FROM profile_match").await;
    assert_eq!(left, 1);
    assert_eq!(arena.number("SELECT COUNT(*) FROM profile").await, 2);
}

async fn a_deleted_killmail_takes_its_matches(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    record(&store, 3, vec![found(a, 1), found(b, 1), found(a, 2)]).await;
    assert!(store.delete(id(1)).await.unwrap());
    assert_eq!(all(&store).await, [(3, a.0, 2)]);
    assert!(store.matches_of_killmail(id(1)).await.unwrap().is_empty());
}

async fn an_expired_killmail_takes_its_matches(arena: &Arena) {
    let ten_days = |config: &mut killwire_store::StoreConfig| {
        config.retention.killmail_age = Duration::from_secs(10 * 86_400);
    };
    let store = arena.open_with(ten_days).await;
    store.append(appending(&[kill(1)])).await.unwrap();
    arena.days_pass(6);
    store.append(appending(&[kill(2)])).await.unwrap();
    let a = make(&store, profile("first")).await.id;
    record(&store, 2, vec![found(a, 1), found(a, 2)]).await;
    arena.days_pass(5);
    store.collect_garbage().await.unwrap();
    assert_eq!(store.match_oldest(), MatchSeq(2));
    assert_eq!(all(&store).await, [(2, a.0, 2)]);
}

async fn matches_go_when_they_are_old(arena: &Arena) {
    let ten_days = |config: &mut killwire_store::StoreConfig| {
        config.retention.match_age = Duration::from_secs(10 * 86_400);
    };
    let store = arena.open_with(ten_days).await;
    let kills: Vec<_> = (1..=1_202).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let a = make(&store, profile("first")).await.id;
    let many = (1..=1_200).map(|kill| found(a, kill)).collect();
    record(&store, 1_200, many).await;
    arena.days_pass(6);
    record(&store, 1_201, vec![found(a, 1_201)]).await;
    store.collect_garbage().await.unwrap();
    assert_eq!(store.match_oldest(), MatchSeq(1));
    arena.days_pass(5);
    store.collect_garbage().await.unwrap();
    assert_eq!(store.match_oldest(), MatchSeq(1_201));
    assert_eq!(all(&store).await, [(1_201, a.0, 1_201)]);
    drop(store);
    let store = arena.open_with(ten_days).await;
    assert_eq!(store.match_oldest(), MatchSeq(1_201));
    // A killmail that has been found once is not found again by an event that comes later, for as
    // long as the match is there.
    assert!(
        record(&store, 1_203, vec![found(a, 1_201)])
            .await
            .is_empty()
    );
}

async fn matches_go_when_they_are_too_many(arena: &Arena) {
    let store = arena
        .open_with(|config| config.retention.max_matches = 3)
        .await;
    let kills: Vec<_> = (1..=9).map(kill).collect();
    store.append(appending(&kills)).await.unwrap();
    let a = make(&store, profile("first")).await.id;
    record(&store, 9, (1..=9).map(|kill| found(a, kill)).collect()).await;
    store.collect_garbage().await.unwrap();
    assert_eq!(all(&store).await, [(7, a.0, 7), (8, a.0, 8), (9, a.0, 9)]);
    assert_eq!(store.match_oldest(), MatchSeq(7));
}

async fn numbers_go_on_after_all_have_gone(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    record(&store, 2, vec![found(a, 1), found(a, 2)]).await;
    store.delete_profile(a).await.unwrap();
    drop(store);
    let store = arena.open().await;
    assert!(all(&store).await.is_empty());
    assert_eq!(store.match_head(), MatchSeq(2));
    assert_eq!(record(&store, 3, vec![found(b, 3)]).await, [(3, b.0, 3)]);
}

async fn matches_are_read_page_by_page(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    record(&store, 9, (1..=5).map(|kill| found(a, kill)).collect()).await;
    let page = async |after, limit| {
        let query = MatchQuery {
            after: MatchSeq(after),
            limit,
            profile: None,
        };
        let page = store.matches(query).await.unwrap();
        let numbers: Vec<i64> = page.matches.iter().map(|row| row.match_seq.0).collect();
        (numbers, page.next.0, page.at_head)
    };
    assert_eq!(page(0, 2).await, (vec![1, 2], 2, false));
    assert_eq!(page(2, 2).await, (vec![3, 4], 4, false));
    assert_eq!(page(4, 2).await, (vec![5], 5, true));
    assert_eq!(page(5, 2).await, (vec![], 5, true));
    assert_eq!(page(3, 0).await, (vec![], 3, false));
    assert_eq!(page(0, usize::MAX).await, (vec![1, 2, 3, 4, 5], 5, true));
}

async fn a_profiles_matches_are_read_without_those_of_others(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    let both = (1..=4).flat_map(|kill| [found(a, kill), found(b, kill)]);
    record(&store, 9, both.collect()).await;
    let mut query = MatchQuery {
        after: MatchSeq(1),
        limit: 2,
        profile: Some(a),
    };
    let page = store.matches(query).await.unwrap();
    assert_eq!(gists(&page.matches), [(3, a.0, 2), (5, a.0, 3)]);
    assert_eq!((page.next, page.at_head), (MatchSeq(5), false));
    query.after = page.next;
    let page = store.matches(query).await.unwrap();
    assert_eq!(gists(&page.matches), [(7, a.0, 4)]);
    assert_eq!((page.next, page.at_head), (MatchSeq(8), true));
}

async fn a_position_that_fell_off_is_answered_with_the_oldest(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    record(&store, 3, (1..=3).map(|kill| found(a, kill)).collect()).await;
    arena.days_pass(80);
    store.append(appending(&[kill(10)])).await.unwrap();
    record(&store, 10, vec![found(a, 10)]).await;
    arena.days_pass(11);
    store.collect_garbage().await.unwrap();
    let mut query = MatchQuery {
        after: MatchSeq(2),
        limit: 10,
        profile: None,
    };
    let gone = store.matches(query).await;
    let Err(MatchReadError::Gone { after, oldest }) = gone else {
        panic!("{gone:?}");
    };
    assert_eq!((after, oldest), (MatchSeq(2), MatchSeq(4)));
    query.after = MatchSeq(3);
    let page = store.matches(query).await.unwrap();
    assert_eq!(gists(&page.matches), [(4, a.0, 10)]);
}

async fn a_position_beyond_the_end_is_refused(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    record(&store, 3, vec![found(a, 1)]).await;
    let query = MatchQuery {
        after: MatchSeq(2),
        limit: 10,
        profile: None,
    };
    let ahead = store.matches(query).await;
    let Err(error @ MatchReadError::Ahead { .. }) = ahead else {
        panic!("{ahead:?}");
    };
    assert!(error.to_string().contains("last match 1"), "{error}");
}

async fn the_newest_come_first_where_they_are_asked_for(arena: &Arena) {
    let (store, a, b) = watched(arena).await;
    let both = (1..=4).flat_map(|kill| [found(a, kill), found(b, kill)]);
    record(&store, 9, both.collect()).await;
    let newest = store.newest_matches(b, 2).await.unwrap();
    assert_eq!(gists(&newest), [(8, b.0, 4), (6, b.0, 3)]);
    let of_killmail = store.matches_of_killmail(id(3)).await.unwrap();
    assert_eq!(gists(&of_killmail), [(5, a.0, 3), (6, b.0, 3)]);
}

async fn who_waits_is_woken_when_matches_are_visible(arena: &Arena) {
    let (store, a, _) = watched(arena).await;
    let mut changes = store.match_head_changes();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move {
            let head = *changes.wait_for(|head| head.0 > 0).await.unwrap();
            (head, after(&store, 0).await.len())
        }
    });
    record(&store, 1, Vec::new()).await;
    record(&store, 2, vec![found(a, 1), found(a, 2)]).await;
    assert_eq!(waiting.await.unwrap(), (MatchSeq(2), 2));
}

async fn matches_are_found_by_indexes(arena: &Arena) {
    arena.open().await.close().await;
    let plan = async |condition: &str| {
        let select = "SELECT m.match_seq FROM profile_match m WHERE NOT EXISTS \
             (SELECT 1 FROM profile p WHERE p.id = m.profile_id AND p.deleted = 1) AND";
        arena.plan_of(&format!("{select} {condition}")).await
    };
    for (condition, index) in [
        (
            "m.match_seq > 3 AND m.match_seq <= 9 AND m.profile_id = 4 \
             ORDER BY m.match_seq LIMIT 5",
            "match_by_profile",
        ),
        (
            "m.profile_id = 4 AND m.match_seq <= 9 ORDER BY m.match_seq DESC LIMIT 5",
            "match_by_profile",
        ),
        (
            "m.killmail_id = 4 AND m.match_seq <= 9 ORDER BY m.profile_id LIMIT 5",
            "match_by_killmail",
        ),
    ] {
        let plan = plan(condition).await;
        assert!(plan.contains(index), "{condition}: {plan}");
    }
    let by_number = plan("m.match_seq > 3 AND m.match_seq <= 9 ORDER BY m.match_seq LIMIT 5").await;
    let index = if arena.is_sqlite() {
        "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
    } else {
        "profile_match_pkey"
    };
    assert!(by_number.contains(index), "{by_number}");
}
