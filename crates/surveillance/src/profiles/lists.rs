//! Named lists: blues, watch lists, the systems of a home. Kept once, used by many profiles.

use std::collections::HashMap;
use std::sync::Arc;

use killwire_store::{ListEntry, ListError, ListName, ListRow, Party, ProfileRow};

use super::{Place, Profiles, ProfilesError, lists_of};
use crate::compile::Compiler;
use crate::index::Watcher;
use crate::resolve::{Open, is_asked_for, known, unresolved};
use crate::tree::Name;

impl Profiles {
    /// What names mean, looked up as those of a condition are: in static data first. For lists that
    /// somebody writes by name.
    ///
    /// # Errors
    /// [`ProfilesError::Names`] where some are the names of nothing; `Unreachable`.
    pub async fn ids(&self, names: Vec<Open>) -> Result<HashMap<Open, i64>, ProfilesError> {
        let view = self.live.load();
        let mut ids = HashMap::new();
        let mut asked = Vec::new();
        for open in &names {
            match known(open, &view.ground) {
                Some(id) => _ = ids.insert(open.clone(), id),
                None if is_asked_for(open.kind) => asked.push(open.clone()),
                None => {}
            }
        }
        asked.sort_unstable();
        asked.dedup();
        if !asked.is_empty() {
            let answers = self.people.ids(asked).await;
            ids.extend(answers.map_err(ProfilesError::Unreachable)?);
        }
        let left = names.into_iter().enumerate();
        let left = left.filter(|(_, open)| !ids.contains_key(open));
        let left: Vec<Place> = left
            .map(|(place, open)| Place {
                name: unresolved(place, open, &view.ground),
                span: None,
            })
            .collect();
        if left.is_empty() {
            Ok(ids)
        } else {
            Err(ProfilesError::Names(left))
        }
    }

    /// Makes a list, or puts other entries into it, if it is theirs. Profiles that use it match by it
    /// from now on.
    ///
    /// # Errors
    /// [`ProfilesError`], saying what is wrong.
    pub async fn put_list(
        &self,
        by: Party,
        name: ListName,
        entries: Vec<ListEntry>,
    ) -> Result<ListRow, ProfilesError> {
        let _writing = self.broken.lock().await;
        let row = self.store.put_named_list(by, name, entries).await?;
        self.lists_changed(std::slice::from_ref(&row), &[]);
        Ok(row)
    }

    /// Deletes a list that is theirs and that no profile uses. False where there is no such list.
    ///
    /// # Errors
    /// [`ProfilesError::List`] where it is not theirs, [`ProfilesError::ListInUse`] where profiles use
    /// it, also disabled ones; others when the store fails.
    pub async fn delete_list(&self, by: Party, name: &ListName) -> Result<bool, ProfilesError> {
        let _writing = self.broken.lock().await;
        // Before it is told who uses it to somebody to whom the list is none of their affair.
        let there = self.store.named_list(name).await?;
        if there.is_some_and(|list| !by.holds(list.owner)) {
            return Err(ListError::NotOwner(name.clone()).into());
        }
        let users = self.users(name).await?;
        if !users.is_empty() {
            let (own, others): (Vec<_>, Vec<_>) =
                (users.iter()).partition(|row| by.holds(row.owner));
            return Err(ProfilesError::ListInUse {
                list: name.clone(),
                profiles: own.iter().map(|row| row.id).collect(),
                others: others.len(),
            });
        }
        let there = self.store.delete_named_list(by, name).await?;
        self.lists_changed(&[], std::slice::from_ref(name));
        Ok(there)
    }

    /// The profiles that use a list.
    async fn users(&self, name: &ListName) -> Result<Vec<ProfileRow>, ProfilesError> {
        let mut rows = self.store.profiles().await?;
        rows.retain(|row| {
            let parsed = crate::text::parse(&row.condition, &self.limits.tree);
            parsed.is_ok_and(|parsed| {
                let lists = crate::compile::lists_of(&parsed.expr);
                lists.iter().any(|used| used.as_str() == name.as_str())
            })
        });
        Ok(rows)
    }

    /// Compiles anew what depends on the lists that have changed.
    fn lists_changed(&self, put: &[ListRow], removed: &[ListName]) {
        let view = self.live.load();
        let mut lists = view.lists.as_ref().clone();
        for name in removed {
            lists.retain(|known, _| known.as_str() != name.as_str());
        }
        let put = lists_of(put);
        let names: Vec<Name> = put.keys().cloned().collect();
        lists.extend(put);
        let mut compiler = Compiler::new(&view.ground, &lists);
        let depends =
            |watcher: &&Arc<Watcher>| names.iter().any(|name| watcher.plan.lists.contains(name));
        let changed = (view.snapshot.shared().filter(depends))
            .filter_map(|watcher| {
                let plan = compiler.compile(&watcher.expr).ok()?;
                let expr = Arc::clone(&watcher.expr);
                Some(Watcher::new(watcher.id, watcher.version, expr, plan))
            })
            .collect();
        let due = self.live.change_lists(lists, changed);
        self.after_change(due);
    }
}
