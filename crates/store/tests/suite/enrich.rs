//! What a killmail's ids mean: offered with it, completed later, never forgotten.

use killwire_killmail::{Enrichment, Figure, Isk, PriceSource, Progress, Valued};
use killwire_store::{Append, EventKind, Outcome, Seq, Store};
use serde_json::Value;

use crate::arena::Arena;
use crate::fixture::{appending, gist, id, kill, naming, whole_log};

on_both_backends! {
    an_offers_enrichment_is_shown_and_stored,
    completing_a_killmail_makes_one_updated_event_and_crosses_it_off,
    what_changes_nothing_for_clients_makes_no_event,
    a_partial_enrichment_adds_to_a_partial_one_and_never_undoes_a_complete_one,
    a_later_offer_never_loses_what_is_known,
    an_offer_completes_what_was_partial,
    an_offer_does_not_rename_a_pilot_who_is_known,
    several_entries_of_one_killmail_make_one_event,
    an_imported_killmail_is_enriched_without_an_event,
    what_was_learned_of_an_imported_killmail_is_in_its_new_event,
    a_killmail_that_is_gone_is_not_enriched,
    many_killmails_are_completed_in_one_call,
    a_rewritten_entry_and_an_enrichment_at_once_lose_neither,
    values_of_ours_are_in_the_facts_until_zkillboard_gives_some,
    a_restart_shows_the_same_bytes,
    unfinished_killmails_are_listed_page_by_page_oldest_first,
    a_deleted_killmail_leaves_the_unfinished_list,
    an_expired_killmail_leaves_the_unfinished_list,
    a_failed_append_leaves_nothing_on_the_unfinished_list,
}

fn partial(name: &str) -> Enrichment {
    naming(Progress::Partial, name)
}

fn complete(name: &str) -> Enrichment {
    naming(Progress::Complete, name)
}

/// A pilot who shot, by name.
fn attacker(name: &str) -> Enrichment {
    let mut known = partial(name);
    known.characters[0].id = 90_000_002.try_into().unwrap();
    known
}

fn worth(isk: &str) -> Enrichment {
    let figure = Figure {
        isk: isk.parse().unwrap(),
        source: PriceSource::Janice,
        priced_at: "2026-10-30T00:00:00.123456789Z".parse().unwrap(),
    };
    Enrichment {
        valued: Some(Valued {
            hull: None,
            fitted: None,
            dropped: None,
            destroyed: None,
            total: Some(figure),
            unpriced: 0,
        }),
        ..partial("Vera")
    }
}

async fn enrich(store: &Store, number: i64, found: Enrichment) -> Outcome {
    let outcomes = store.enrich(vec![(id(number), found)]).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes[0]
}

/// What the log's events say, newest last: number, kind, progress, the victim's name.
async fn told(store: &Store) -> Vec<(i64, EventKind, String, String)> {
    let log = whole_log(store).await;
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    log.iter()
        .map(|event| {
            let json = event.killmail.as_deref().unwrap_or(b"{}");
            let json: Value = serde_json::from_slice(json).unwrap();
            let (seq, kind, _) = gist(event);
            let name = &json["victim"]["character_name"];
            (seq, kind, text(&json["enrichment"]), text(name))
        })
        .collect()
}

async fn unfinished(store: &Store) -> Vec<i64> {
    let found = store.unfinished(None, 100).await.unwrap();
    let numbers: Vec<i64> = found.iter().map(|killmail| killmail.id.get()).collect();
    let count = store.unfinished_count().await.unwrap();
    assert_eq!(count, numbers.len() as u64);
    numbers
}

async fn an_offers_enrichment_is_shown_and_stored(arena: &Arena) {
    let store = arena.open().await;
    let offers = [
        kill(1),
        kill(2).knowing(partial("Vera")),
        kill(3).knowing(complete("Vera")),
    ];
    store.append(appending(&offers)).await.unwrap();
    let told: Vec<_> = told(&store).await.into_iter().map(|t| (t.2, t.3)).collect();
    let expected = [("-", "-"), ("partial", "Vera"), ("complete", "Vera")];
    assert_eq!(told, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(unfinished(&store).await, [2]);
    let stored = store.get(id(3)).await.unwrap().unwrap();
    assert_eq!(stored.enrichment, Some(complete("Vera")));
    let event = &whole_log(&store).await[2];
    assert_eq!(
        event.killmail.as_deref(),
        Some(stored.json(|_| None).as_slice())
    );
}

async fn completing_a_killmail_makes_one_updated_event_and_crosses_it_off(arena: &Arena) {
    let store = arena.open().await;
    let offers = [kill(1).knowing(partial("Vera")), kill(2)];
    store.append(appending(&offers)).await.unwrap();
    assert_eq!(
        enrich(&store, 1, complete("Vera")).await,
        Outcome::Updated(Seq(3))
    );
    assert_eq!(
        enrich(&store, 1, complete("Vera")).await,
        Outcome::Duplicate,
        "the same again is nothing new"
    );
    let log = whole_log(&store).await;
    let gists: Vec<_> = log.iter().map(|event| gist(event)).collect();
    let expected = [
        (1, EventKind::New, 1),
        (2, EventKind::New, 2),
        (3, EventKind::Updated, 1),
    ];
    assert_eq!(gists, expected);
    assert_eq!(
        log[0].killmail, log[2].killmail,
        "the first event shows what is known by now"
    );
    assert!(unfinished(&store).await.is_empty());
}

async fn what_changes_nothing_for_clients_makes_no_event(arena: &Arena) {
    let store = arena.open().await;
    let offer = kill(1).worth(5).knowing(partial("Vera"));
    store.insert_event(offer.offer()).await.unwrap();
    // zKillboard gave values, so ours is not shown.
    assert_eq!(enrich(&store, 1, worth("7")).await, Outcome::Duplicate);
    assert_eq!(store.head(), Seq(1));
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(
        stored.enrichment,
        Some(worth("7")),
        "it is known all the same"
    );
    assert_eq!(stored.facts.total_value, Some("5".parse().unwrap()));
}

async fn a_partial_enrichment_adds_to_a_partial_one_and_never_undoes_a_complete_one(arena: &Arena) {
    let store = arena.open().await;
    let offer = kill(1).knowing(partial("Vera"));
    store.insert_event(offer.offer()).await.unwrap();
    assert_eq!(
        enrich(&store, 1, attacker("Anna")).await,
        Outcome::Duplicate,
        "it is told of once, when it is complete"
    );
    let stored = store.get(id(1)).await.unwrap().unwrap().enrichment.unwrap();
    let names: Vec<&str> = stored.characters.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Vera", "Anna"]);

    enrich(&store, 1, complete("Vera")).await;
    let head = store.head();
    assert_eq!(
        enrich(&store, 1, attacker("Anna")).await,
        Outcome::Duplicate
    );
    assert_eq!(store.head(), head);
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.enrichment, Some(complete("Vera")));
}

async fn a_later_offer_never_loses_what_is_known(arena: &Arena) {
    let store = arena.open().await;
    let offer = kill(1).knowing(complete("Vera"));
    store.insert_event(offer.offer()).await.unwrap();
    let rewritten = store.insert_event(kill(1).worth(9).offer()).await.unwrap();
    assert_eq!(rewritten, Outcome::Updated(Seq(2)));
    store.import(vec![kill(1).parsed()]).await.unwrap();
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.enrichment, Some(complete("Vera")));
    assert_eq!(told(&store).await[1].3, "Vera");
}

async fn an_offer_completes_what_was_partial(arena: &Arena) {
    let store = arena.open().await;
    let known = |found| kill(1).knowing(found).offer();
    store.insert_event(known(partial("Vera"))).await.unwrap();
    let completed = store.insert_event(known(complete("Vera"))).await.unwrap();
    assert_eq!(completed, Outcome::Updated(Seq(2)));
    assert!(unfinished(&store).await.is_empty());
    let poorer = store.insert_event(known(partial("Vera"))).await.unwrap();
    assert_eq!(poorer, Outcome::Duplicate);
    assert!(unfinished(&store).await.is_empty());
}

async fn an_offer_does_not_rename_a_pilot_who_is_known(arena: &Arena) {
    let store = arena.open().await;
    let known = |found| kill(1).knowing(found).offer();
    store.insert_event(known(complete("Vera"))).await.unwrap();
    let renamed = store.insert_event(known(complete("Vera II"))).await;
    assert_eq!(renamed.unwrap(), Outcome::Duplicate);
    let again = enrich(&store, 1, complete("Vera II")).await;
    assert_eq!(again, Outcome::Duplicate);
    assert_eq!(told(&store).await[0].3, "Vera");
}

async fn several_entries_of_one_killmail_make_one_event(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    let entries = [
        partial("A"),
        attacker("Anna"),
        complete("Vera"),
        partial("B"),
    ];
    let entries = entries.map(|found| (id(1), found)).to_vec();
    let outcomes = store.enrich(entries).await.unwrap();
    assert_eq!(outcomes, [Outcome::Updated(Seq(2)); 4]);
    assert_eq!(store.head(), Seq(2));
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.enrichment, Some(complete("Vera")));
}

async fn an_imported_killmail_is_enriched_without_an_event(arena: &Arena) {
    let store = arena.open().await;
    store.import(vec![kill(1).parsed()]).await.unwrap();
    assert_eq!(enrich(&store, 1, partial("Vera")).await, Outcome::Duplicate);
    assert_eq!(unfinished(&store).await, [1]);
    assert_eq!(
        enrich(&store, 1, complete("Vera")).await,
        Outcome::Duplicate
    );
    assert_eq!(store.head(), Seq(1), "only the import's own event");
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.enrichment, Some(complete("Vera")));
    assert!(unfinished(&store).await.is_empty());
}

async fn what_was_learned_of_an_imported_killmail_is_in_its_new_event(arena: &Arena) {
    let store = arena.open().await;
    store.put(kill(1).without_zkb().parsed()).await.unwrap();
    enrich(&store, 1, complete("Vera")).await;
    let outcome = store.insert_event(kill(1).offer()).await.unwrap();
    assert_eq!(outcome, Outcome::New(Seq(1)));
    assert_eq!(told(&store).await[0].3, "Vera");
}

async fn a_killmail_that_is_gone_is_not_enriched(arena: &Arena) {
    let store = arena.open().await;
    store.insert_event(kill(1).offer()).await.unwrap();
    store.delete(id(1)).await.unwrap();
    for number in [1, 2] {
        let outcome = enrich(&store, number, complete("Vera")).await;
        assert_eq!(outcome, Outcome::Duplicate);
        assert_eq!(store.get(id(number)).await.unwrap(), None);
    }
    assert!(store.enrich(Vec::new()).await.unwrap().is_empty());
    assert_eq!(store.head(), Seq(1));
}

async fn many_killmails_are_completed_in_one_call(arena: &Arena) {
    let store = arena.open().await;
    let offers: Vec<_> = (1..=450).map(|n| kill(n).knowing(partial("?"))).collect();
    store.append(appending(&offers)).await.unwrap();
    // Backwards, with one in between that is not there.
    let mut found: Vec<_> = (1..=450)
        .rev()
        .map(|n| (id(n), complete(&format!("Pilot {n}"))))
        .collect();
    found.insert(7, (id(9_999), complete("Nobody")));
    let outcomes = store.enrich(found).await.unwrap();
    assert_eq!(outcomes.len(), 451);
    assert_eq!(outcomes[7], Outcome::Duplicate);
    let updated = |outcome: &&Outcome| matches!(outcome, Outcome::Updated(_));
    assert_eq!(outcomes.iter().filter(updated).count(), 450);
    assert_eq!(store.head(), Seq(900));
    let log = whole_log(&store).await;
    for (outcome, number) in [(outcomes[0], 450), (outcomes[450], 1)] {
        let Outcome::Updated(seq) = outcome else {
            panic!("{outcome:?}")
        };
        let event = log.iter().find(|event| event.seq == seq).unwrap();
        assert_eq!(event.killmail_id, Some(id(number)));
    }
    assert!(unfinished(&store).await.is_empty());
}

async fn a_rewritten_entry_and_an_enrichment_at_once_lose_neither(arena: &Arena) {
    let store = arena.open().await;
    for number in 1..=20 {
        let offer = kill(number).worth(1).knowing(partial("?"));
        store.insert_event(offer.offer()).await.unwrap();
        let head = store.head().0;
        let (rewritten, enriched) = tokio::join!(
            store.insert_event(kill(number).worth(2).offer()),
            store.enrich(vec![(id(number), complete("Vera"))]),
        );
        assert!(matches!(rewritten.unwrap(), Outcome::Updated(_)));
        assert!(matches!(enriched.unwrap()[0], Outcome::Updated(_)));
        let events = store.head().0 - head;
        assert!((1..=2).contains(&events), "{events} events for two changes");
        let stored = store.get(id(number)).await.unwrap().unwrap();
        assert_eq!(stored.enrichment, Some(complete("Vera")));
        assert_eq!(stored.zkb.unwrap().total_value, Some("2".parse().unwrap()));
    }
}

async fn values_of_ours_are_in_the_facts_until_zkillboard_gives_some(arena: &Arena) {
    let isk = |text: &str| -> Option<Isk> { text.parse().ok() };
    let store = arena.open().await;
    store
        .insert_event(kill(1).without_zkb().offer())
        .await
        .unwrap();
    enrich(&store, 1, worth("7.5")).await;
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.facts.total_value, isk("7.5"));
    store.insert_event(kill(1).worth(3).offer()).await.unwrap();
    let stored = store.get(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.facts.total_value, isk("3"));
    let newest = whole_log(&store).await.pop().unwrap();
    assert_eq!(newest.facts.as_deref(), Some(&stored.facts));
}

async fn a_restart_shows_the_same_bytes(arena: &Arena) {
    let store = arena.open().await;
    let offers = [
        kill(1).without_zkb().knowing(worth("12345678901.23")),
        kill(2).knowing(partial("\u{0}\"\\ Ünïcödé 🚀")),
        kill(3),
    ];
    store.append(appending(&offers)).await.unwrap();
    enrich(&store, 3, complete("Vera")).await;
    let shown = |log: &[std::sync::Arc<killwire_store::LogEvent>]| -> Vec<_> {
        log.iter().map(|event| event.killmail.clone()).collect()
    };
    let before = shown(&whole_log(&store).await);
    drop(store);
    let store = arena.open().await;
    assert_eq!(shown(&whole_log(&store).await), before);
    for number in 1..=3 {
        let stored = store.get(id(number)).await.unwrap().unwrap();
        let place = usize::try_from(number - 1).unwrap();
        assert_eq!(
            before[place].as_deref(),
            Some(stored.json(|_| None).as_slice())
        );
    }
    assert_eq!(unfinished(&store).await, [1, 2]);
}

async fn unfinished_killmails_are_listed_page_by_page_oldest_first(arena: &Arena) {
    let store = arena.open().await;
    for number in [30, 10, 20, 50, 40] {
        let offer = kill(number).knowing(partial("?"));
        store.insert_event(offer.offer()).await.unwrap();
        arena.clock.advance(std::time::Duration::from_secs(1));
    }
    // Stored at one moment: by their numbers.
    let together = [kill(7), kill(6)].map(|kill| kill.knowing(partial("?")));
    store.append(appending(&together)).await.unwrap();
    assert_eq!(unfinished(&store).await, [30, 10, 20, 50, 40, 6, 7]);

    let mut after = None;
    let mut pages = Vec::new();
    loop {
        let page = store.unfinished(after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let numbers: Vec<i64> = page.iter().map(|killmail| killmail.id.get()).collect();
        // One that has been completed is still a place to go on from.
        enrich(&store, numbers[numbers.len() - 1], complete("Vera")).await;
        pages.push(numbers);
    }
    assert_eq!(pages, [vec![30, 10, 20], vec![50, 40, 6], vec![7]]);
    // Rewriting the entry does not move it to the end.
    let rewritten = kill(30).worth(9).offer();
    store.insert_event(rewritten).await.unwrap();
    assert_eq!(unfinished(&store).await, [30, 10, 50, 40]);
    store.delete(id(30)).await.unwrap();
    let anew = store.unfinished(Some(id(30)), 2).await.unwrap();
    assert_eq!(anew[0].id, id(10), "it begins anew");
}

async fn a_deleted_killmail_leaves_the_unfinished_list(arena: &Arena) {
    let store = arena.open().await;
    let offers = [1, 2].map(|number| kill(number).knowing(partial("?")));
    store.append(appending(&offers)).await.unwrap();
    store.delete(id(1)).await.unwrap();
    assert_eq!(unfinished(&store).await, [2]);
    let rows = arena.number("SELECT COUNT(*) FROM unfinished").await;
    assert_eq!(rows, 1);
}

async fn an_expired_killmail_leaves_the_unfinished_list(arena: &Arena) {
    let store = arena.open().await;
    let offer = kill(1).knowing(partial("?")).offer();
    store.insert_event(offer).await.unwrap();
    arena.days_pass(91);
    let offer = kill(2).knowing(partial("?")).offer();
    store.insert_event(offer).await.unwrap();
    store.collect_garbage().await.unwrap();
    assert_eq!(unfinished(&store).await, [2]);
    let rows = arena.number("SELECT COUNT(*) FROM unfinished").await;
    assert_eq!(rows, 1);
    assert_eq!(
        enrich(&store, 1, complete("Vera")).await,
        Outcome::Duplicate
    );
}

async fn a_failed_append_leaves_nothing_on_the_unfinished_list(arena: &Arena) {
    let store = arena.open().await;
    let first = kill(1).knowing(partial("?")).offer();
    store.insert_event(first).await.unwrap();
    arena.make_writes_fail("unfinished").await;
    let append = Append {
        offers: vec![kill(2).knowing(partial("?")).offer()],
        ..Append::default()
    };
    assert!(store.append(append.clone()).await.is_err());
    assert!(store.get(id(2)).await.unwrap().is_none());
    arena.let_writes_succeed("unfinished").await;
    store.append(append).await.unwrap();
    assert_eq!(unfinished(&store).await, [1, 2]);
}
