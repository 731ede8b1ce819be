#![allow(clippy::unwrap_used)]

use jiff::Timestamp;

use super::*;
use crate::Origin;

fn event(seq: i64, bytes: usize) -> Arc<LogEvent> {
    Arc::new(LogEvent {
        seq: Seq(seq),
        kind: EventKind::New,
        origin: Origin::Live,
        killmail_id: KillmailId::new(seq).ok(),
        system_id: SystemId::new(30_000_142).ok(),
        time: Timestamp::UNIX_EPOCH,
        appended_at: Timestamp::UNIX_EPOCH,
        killmail: Some(vec![b'x'; bytes].into()),
        facts: None,
        earlier: Vec::new(),
        imported: 0,
        trace: None,
    })
}

fn window(events: usize, bytes: usize) -> Recent {
    Recent::new(WindowLimits { events, bytes }, 100, Seq(1), Seq::START)
}

fn publish(recent: &Recent, seqs: impl IntoIterator<Item = i64>, bytes: usize) {
    let events = seqs.into_iter().map(|seq| event(seq, bytes)).collect();
    recent.publish(events, &HashMap::new());
}

fn held(recent: &Recent) -> Vec<i64> {
    let ends = recent.ends();
    let all = recent.scan(Seq(ends.window.0 - 1), usize::MAX, |_| true);
    all.unwrap()
        .events
        .iter()
        .map(|event| event.seq.0)
        .collect()
}

#[test]
fn the_window_holds_the_newest_events_up_to_their_number() {
    let recent = window(3, usize::MAX);
    publish(&recent, 1..=5, 10);
    assert_eq!(held(&recent), [3, 4, 5]);
    assert!(
        recent.scan(Seq(1), 9, |_| true).is_none(),
        "2 is on disk only"
    );
}

#[test]
fn the_window_holds_the_newest_events_up_to_their_bytes() {
    let recent = window(100, 10_000);
    publish(&recent, 1..=20, 2_000);
    let (events, bytes) = recent.window_size();
    assert!(
        (1..=5).contains(&events) && bytes <= 10_000,
        "{events} events, {bytes} bytes"
    );
    publish(&recent, [21], 50_000);
    assert_eq!(held(&recent), [21], "the newest stays whatever its size");
    publish(&recent, [22], 10);
    assert_eq!(held(&recent), [22]);
}

#[test]
fn filling_from_the_newest_stops_where_the_room_ends() {
    let recent = Recent::new(
        WindowLimits {
            events: 3,
            bytes: usize::MAX,
        },
        100,
        Seq(1),
        Seq(5),
    );
    assert!(recent.prepend(vec![event(4, 1), event(5, 1)]));
    assert!(!recent.prepend(vec![event(2, 1), event(3, 1)]));
    assert_eq!(held(&recent), [3, 4, 5]);
}

#[test]
fn a_scan_stops_at_its_limit_and_says_how_far_it_came() {
    let recent = window(100, usize::MAX);
    publish(&recent, 1..=9, 1);
    let odd = |event: &LogEvent| event.seq.0 % 2 == 1;
    let first = recent.scan(Seq(2), 2, odd).unwrap();
    let seqs: Vec<i64> = first.events.iter().map(|event| event.seq.0).collect();
    assert_eq!((seqs, first.next), (vec![3, 5], Seq(5)));
    let rest = recent.scan(first.next, 9, odd).unwrap();
    assert_eq!((rest.next, rest.head), (Seq(9), Seq(9)));
}

#[test]
fn forgetting_a_killmail_leaves_a_tombstone_and_frees_its_bytes() {
    let recent = window(100, usize::MAX);
    publish(&recent, 1..=2, 1_000);
    let before = recent.window_size().1;
    recent.forget(&[KillmailId::new(1).unwrap()].into());
    let (found, missing) = recent.take(&[1, 2, 3]);
    assert!(found[0].killmail.is_none() && found[1].killmail.is_some());
    assert_eq!(missing, [3]);
    let freed = before - recent.window_size().1;
    assert!((1_000..1_100).contains(&freed), "{freed} bytes freed");
}

#[test]
fn what_the_log_lost_leaves_the_window_too() {
    let recent = window(100, usize::MAX);
    publish(&recent, 1..=5, 1);
    recent.prune(Seq(4));
    assert_eq!(held(&recent), [4, 5]);
    recent.prune(Seq(6));
    let ends = recent.ends();
    assert_eq!(
        (ends.oldest, ends.head, ends.window),
        (Seq(6), Seq(5), Seq(6))
    );
    assert_eq!(recent.window_size(), (0, 0));
}

#[test]
fn events_appended_while_offers_were_read_are_not_missed() {
    let recent = window(100, usize::MAX);
    let jita = SystemId::new(30_000_142).unwrap();
    publish(&recent, 1..=3, 1);
    // Read from disk when the head was 2.
    let offers = HashMap::from([(jita, (VecDeque::from([1, 2]), 0))]);
    assert!(recent.install_offers(Seq(2), offers));
    assert_eq!(recent.pick(&[(jita, 0)], 9).unwrap().seqs, [1, 2, 3]);

    let small = window(1, usize::MAX);
    publish(&small, 1..=4, 1);
    let offers = HashMap::from([(jita, (VecDeque::from([1, 2]), 0))]);
    assert!(
        !small.install_offers(Seq(2), offers),
        "3 has left the window: read again"
    );
}
