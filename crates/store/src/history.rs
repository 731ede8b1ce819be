//! Which fact record a killmail had as of each of its events.
//!
//! A killmail's row holds what is known now. An event that changed the fact record keeps the one
//! before it (`event.facts_before`). Not every change has an event: names and values that are still
//! partial have none, nor has what an archive adds. Then the killmail's row also keeps the record
//! that its last event had (`killmail.shown_facts`). From these three everything here is worked
//! out, for events that are being appended and for those that are read back, so that both say the
//! same.

use std::collections::HashMap;
use std::sync::Arc;

use killwire_killmail::{Facts, KillmailId};

use crate::backend::Connection;
use crate::column;
use crate::error::database;
use crate::sql::sql;
use crate::{Seq, StoreError};

/// Records that [`History::earlier`] names at most: each event in the window holds its own. Nobody
/// has seen an entry rewritten nearly as often.
const MOST_EARLIER: usize = 100;

/// The fact records that the events of one killmail had.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Those that were replaced, oldest first, each with the event that replaced it.
    replaced: Vec<(Seq, Arc<Facts>)>,
    /// The one that the last event had.
    latest: Arc<Facts>,
}

impl History {
    /// One record so far.
    pub(crate) fn of(latest: Arc<Facts>) -> Self {
        Self {
            replaced: Vec::new(),
            latest,
        }
    }

    /// What is on disk; `replaced` in the order of the events.
    pub(crate) fn stored(latest: Arc<Facts>, replaced: Vec<(Seq, Arc<Facts>)>) -> Self {
        Self { replaced, latest }
    }

    /// An event of the killmail has this record. Answers the one that it replaces.
    pub(crate) fn tell(&mut self, seq: Seq, facts: &Arc<Facts>) -> Option<Arc<Facts>> {
        if self.latest == *facts {
            return None;
        }
        let before = std::mem::replace(&mut self.latest, Arc::clone(facts));
        self.replaced.push((seq, Arc::clone(&before)));
        Some(before)
    }

    /// The record that the last event had.
    pub(crate) fn latest(&self) -> &Arc<Facts> {
        &self.latest
    }

    /// The record that an event had.
    pub(crate) fn as_of(&self, seq: Seq) -> &Arc<Facts> {
        let next = self.replaced.iter().find(|(by, _)| *by > seq);
        next.map_or(&self.latest, |(_, facts)| facts)
    }

    /// The records that earlier events had, oldest first, the newest [`MOST_EARLIER`] of them; none
    /// where the record has never changed up to this event.
    pub(crate) fn earlier(&self, seq: Seq) -> Vec<Arc<Facts>> {
        let replaced = self.replaced.iter().take_while(|(by, _)| *by <= seq);
        let mut earlier: Vec<Arc<Facts>> = Vec::new();
        let mut changed = None;
        for (by, facts) in replaced {
            earlier.push(Arc::clone(facts));
            changed = Some(*by);
        }
        // Where this very event changed nothing, the record that it has was there before it.
        if changed.is_some_and(|by| by < seq) {
            earlier.push(Arc::clone(self.as_of(seq)));
        }
        earlier.drain(..earlier.len().saturating_sub(MOST_EARLIER));
        // It is kept for long.
        earlier.shrink_to_fit();
        earlier
    }
}

/// The histories of killmails that events have shown, as they stand on disk.
pub(crate) async fn read(
    connection: &mut Connection,
    killmails: Vec<i64>,
) -> Result<HashMap<KillmailId, History>, StoreError> {
    if killmails.is_empty() {
        return Ok(HashMap::new());
    }
    let query = sql(
        "SELECT killmail_id, 0, COALESCE(shown_facts, facts) FROM killmail \
         WHERE killmail_id = ANY($1) \
         UNION ALL \
         SELECT killmail_id, seq, facts_before FROM event \
         WHERE facts_before IS NOT NULL AND killmail_id = ANY($1)",
    )
    .bind(killmails);
    let mut rows: Vec<(i64, i64, Vec<u8>)> = connection
        .fetch_all(&query)
        .await
        .map_err(database("looking up what killmails were"))?;
    // A killmail's own row, which has no number, comes before its events.
    rows.sort_unstable_by_key(|(killmail, seq, _)| (*killmail, *seq));
    let mut histories: HashMap<KillmailId, History> = HashMap::new();
    for (killmail, seq, facts) in rows {
        let id = column::killmail_id("killmail", killmail)?;
        let facts = Arc::new(column::facts(&facts)?);
        match histories.get_mut(&id) {
            Some(history) => history.replaced.push((Seq(seq), facts)),
            None if seq == 0 => {
                histories.insert(id, History::of(facts));
            }
            // Records of a killmail that is gone go with it.
            None => {}
        }
    }
    Ok(histories)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use killwire_killmail::{FactVictim, SystemId, TypeId};

    use super::*;

    /// A record that is told from others by its points.
    fn facts(points: i64) -> Arc<Facts> {
        Arc::new(Facts {
            killmail_id: KillmailId::new(1).unwrap(),
            time: 0,
            system_id: SystemId::new(30_000_142).unwrap(),
            moon_id: None,
            war_id: None,
            location_id: None,
            victim: FactVictim {
                character_id: None,
                corporation_id: None,
                alliance_id: None,
                faction_id: None,
                ship_type_id: TypeId::new(587).unwrap(),
                damage_taken: 0,
            },
            attackers: Vec::new(),
            items: Vec::new(),
            hull_value: None,
            fitted_value: None,
            dropped_value: None,
            destroyed_value: None,
            total_value: None,
            total_droppable_value: None,
            points: Some(points),
            npc: None,
            solo: None,
            awox: None,
            labels: Vec::new(),
        })
    }

    fn points(facts: &[Arc<Facts>]) -> Vec<i64> {
        facts.iter().filter_map(|facts| facts.points).collect()
    }

    /// Events 1 to so many, with these points; a history that was told of them.
    fn told(events: &[i64]) -> History {
        let mut history = History::of(facts(events[0]));
        for (seq, points) in (2..).zip(&events[1..]) {
            history.tell(Seq(seq), &facts(*points));
        }
        history
    }

    #[test]
    fn an_event_has_the_record_that_it_had_when_it_was_appended() {
        let history = told(&[5, 5, 7, 7, 5]);
        let as_of = |seq| history.as_of(Seq(seq)).points.unwrap();
        assert_eq!([1, 2, 3, 4, 5].map(as_of), [5, 5, 7, 7, 5]);
    }

    #[test]
    fn earlier_names_every_record_before_the_event_and_none_where_it_never_changed() {
        let history = told(&[5, 5, 7, 7, 5]);
        let earlier = |seq| points(&history.earlier(Seq(seq)));
        assert!(earlier(2).is_empty());
        assert_eq!(earlier(3), [5]);
        assert_eq!(earlier(4), [5, 7], "the last is its own");
        assert_eq!(earlier(5), [5, 7]);
    }

    #[test]
    fn a_record_is_replaced_only_by_another_one() {
        let mut history = History::of(facts(5));
        assert_eq!(history.tell(Seq(2), &facts(5)), None);
        assert_eq!(history.tell(Seq(3), &facts(6)), Some(facts(5)));
        assert_eq!(history.latest(), &facts(6));
    }

    #[test]
    fn earlier_is_bounded_and_keeps_the_newest() {
        let events: Vec<i64> = (1..=250).collect();
        let history = told(&events);
        let earlier = points(&history.earlier(Seq(250)));
        assert_eq!(earlier, (150..250).collect::<Vec<i64>>());
    }
}
