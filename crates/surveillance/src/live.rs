//! The profiles in force, as whoever matches sees them, and how they change while it does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
use std::time::{Duration, Instant};

use crate::compile::Lists;
use crate::ground::Ground;
use crate::index::{Heat, Snapshot, Watcher};

/// Changes over the large table above which it is made anew: what a change costs grows with them.
pub const MOST_RECENT: usize = 512;

/// All that matching needs, of one moment: what belongs together is taken together.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Static data.
    pub ground: Arc<Ground>,
    /// Named lists.
    pub lists: Arc<Lists>,
    /// How hot entries are.
    pub heat: Arc<Heat>,
    /// The profiles.
    pub snapshot: Snapshot,
}

/// Counts for `/status` and `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilds {
    /// How often the large table was made.
    pub count: u64,
    /// How long it took the last time.
    pub last: Duration,
}

/// The view in use. Whoever matches takes it once for each stretch of work; a change never waits for
/// that, and is seen by the next stretch.
#[derive(Debug, Default)]
pub struct Live {
    view: RwLock<Arc<View>>,
    /// Held while the large table is made: twice at once would be wasted.
    rebuilding: Mutex<()>,
    /// Held for a moment only: who wants to know does not wait for a table.
    rebuilds: Mutex<Rebuilds>,
}

impl Live {
    /// With a view in use.
    #[must_use]
    pub fn new(view: View) -> Self {
        Self {
            view: RwLock::new(Arc::new(view)),
            ..Self::default()
        }
    }

    /// The view in use. Cheap: nothing is copied.
    #[must_use]
    pub fn load(&self) -> Arc<View> {
        // What is behind the lock is replaced whole, so a panic elsewhere cannot leave half of it.
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another view in use: all profiles compiled anew, after static data has changed.
    pub fn replace(&self, view: View) {
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
    }

    /// Puts profiles in force, in the place of those of the same number, and takes some out. True
    /// where so much has changed that [`Live::rebuild_if_due`] has work. Takes milliseconds.
    pub fn change(&self, changed: Vec<Arc<Watcher>>, removed: &[i64]) -> bool {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        let snapshot = (view.snapshot).with(changed, removed, &view.ground, &view.heat);
        let due = snapshot.recent() > MOST_RECENT;
        *view = Arc::new(View {
            snapshot,
            ..View::clone(&view)
        });
        due
    }

    /// The same, with other lists.
    pub fn change_lists(&self, lists: Lists, changed: Vec<Arc<Watcher>>) -> bool {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        let snapshot = (view.snapshot).with(changed, &[], &view.ground, &view.heat);
        let due = snapshot.recent() > MOST_RECENT;
        *view = Arc::new(View {
            snapshot,
            lists: Arc::new(lists),
            ..View::clone(&view)
        });
        due
    }

    /// Makes the large table anew, with all that is in force, by what is known of heat now. Takes
    /// seconds with many profiles, during which everything goes on; what changes meanwhile stands
    /// over the new table.
    pub fn rebuild(&self, heat: Option<Heat>) {
        let _turn = self
            .rebuilding
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.make(heat);
    }

    /// The same where so much has changed that it is due. Does not wait for somebody who is at it:
    /// they look again when they are done.
    pub fn rebuild_if_due(&self) {
        while self.load().snapshot.recent() > MOST_RECENT {
            let _turn = match self.rebuilding.try_lock() {
                Ok(turn) => turn,
                Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            self.make(None);
        }
    }

    fn make(&self, heat: Option<Heat>) {
        let begun = Instant::now();
        let before = self.load();
        let heat = heat.map_or_else(|| Arc::clone(&before.heat), Arc::new);
        let watchers: Vec<Arc<Watcher>> = before.snapshot.shared().cloned().collect();
        let known: HashMap<i64, Arc<Watcher>> = (watchers.iter())
            .map(|watcher| (watcher.id, Arc::clone(watcher)))
            .collect();
        let made = Snapshot::new(watchers, &before.ground, &heat);

        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&view.ground, &before.ground) {
            // Compiled anew meanwhile: that table is younger.
            return;
        }
        let snapshot = caught_up(&made, &view.snapshot, known, &view.ground, &heat);
        *view = Arc::new(View {
            snapshot,
            heat,
            ..View::clone(&view)
        });
        drop(view);
        let mut rebuilds = self.rebuilds.lock().unwrap_or_else(PoisonError::into_inner);
        rebuilds.count += 1;
        rebuilds.last = begun.elapsed();
    }

    /// How often the large table was made, and how long it took.
    #[must_use]
    pub fn rebuilds(&self) -> Rebuilds {
        *self.rebuilds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What has changed since `known` was taken, put over the table made of it.
fn caught_up(
    made: &Snapshot,
    now: &Snapshot,
    mut known: HashMap<i64, Arc<Watcher>>,
    ground: &Ground,
    heat: &Heat,
) -> Snapshot {
    let mut changed = Vec::new();
    for watcher in now.shared() {
        match known.remove(&watcher.id) {
            Some(before) if Arc::ptr_eq(&before, watcher) => {}
            _ => changed.push(Arc::clone(watcher)),
        }
    }
    let removed: Vec<i64> = known.into_keys().collect();
    if changed.is_empty() && removed.is_empty() {
        return made.clone();
    }
    made.with(changed, &removed, ground, heat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Node, Plan};
    use crate::tree::Expr;

    fn watcher(id: i64, version: i64) -> Arc<Watcher> {
        let plan = Plan {
            node: Node::Const(true),
            needs_static_data: false,
            lists: Box::default(),
        };
        Watcher::new(id, version, Arc::new(Expr::Const(true)), plan)
    }

    fn in_force(live: &Live) -> Vec<(i64, i64)> {
        let view = live.load();
        let mut all: Vec<_> = (view.snapshot.watchers())
            .map(|watcher| (watcher.id, watcher.version))
            .collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn changes_stand_over_the_table_and_survive_its_being_made_anew() {
        let live = Live::default();
        live.change(vec![watcher(1, 1), watcher(2, 1), watcher(3, 1)], &[]);
        live.rebuild(None);
        live.change(vec![watcher(2, 2), watcher(4, 1)], &[3]);
        assert_eq!(in_force(&live), [(1, 1), (2, 2), (4, 1)]);
        assert_eq!(live.load().snapshot.len(), 3);
        live.rebuild(None);
        assert_eq!(in_force(&live), [(1, 1), (2, 2), (4, 1)]);
        assert_eq!(live.load().snapshot.recent(), 0);
        assert_eq!(live.rebuilds().count, 2);
    }

    #[test]
    fn what_changes_while_the_table_is_made_is_not_forgotten() {
        let live = Live::default();
        live.change(vec![watcher(1, 1), watcher(2, 1)], &[]);
        let before = live.load();
        let known = (before.snapshot.shared())
            .map(|watcher| (watcher.id, Arc::clone(watcher)))
            .collect();
        let made = Snapshot::new(
            before.snapshot.shared().cloned().collect(),
            &before.ground,
            &before.heat,
        );
        live.change(vec![watcher(2, 2), watcher(3, 1)], &[1]);
        let now = live.load();
        let after = caught_up(&made, &now.snapshot, known, &now.ground, &now.heat);
        let mut ids: Vec<_> = after.watchers().map(|one| (one.id, one.version)).collect();
        ids.sort_unstable();
        assert_eq!(ids, [(2, 2), (3, 1)]);
    }

    #[test]
    fn a_profile_put_in_twice_is_there_once() {
        let live = Live::default();
        live.change(vec![watcher(1, 1)], &[]);
        live.change(vec![watcher(1, 2)], &[]);
        assert_eq!(in_force(&live), [(1, 2)]);
        live.change(Vec::new(), &[1]);
        assert!(live.load().snapshot.is_empty());
    }

    #[test]
    fn the_table_is_made_anew_when_that_is_due_and_not_before() {
        let live = Live::default();
        let most = i64::try_from(MOST_RECENT).unwrap();
        let due = live.change((1..=most).map(|id| watcher(id, 1)).collect(), &[]);
        assert!(!due, "as many as there may be");
        live.rebuild_if_due();
        assert_eq!(live.rebuilds().count, 0);

        assert!(live.change(vec![watcher(most + 1, 1)], &[]));
        // Somebody is at it, and looks again: nobody waits for them.
        let turn = live.rebuilding.lock().unwrap();
        live.rebuild_if_due();
        assert_eq!(live.rebuilds().count, 0);
        drop(turn);
        live.rebuild_if_due();
        assert_eq!(live.rebuilds().count, 1);
        assert_eq!(live.load().snapshot.recent(), 0);
        let all: Vec<_> = (1..=most + 1).map(|id| (id, 1)).collect();
        assert_eq!(in_force(&live), all);
        live.rebuild_if_due();
        assert_eq!(live.rebuilds().count, 1);
    }
}
