//! Making, changing and removing profiles.

use std::sync::Arc;

use killwire_store::{NewProfile, ProfileId, ProfileName, ProfileRow, TokenId};

use super::{Profiles, ProfilesError, Source, watcher};
use crate::compile::Compiler;
use crate::index::Watcher;
use crate::text;

impl Profiles {
    /// Makes a profile, and puts it in force where it is enabled.
    ///
    /// # Errors
    /// [`ProfilesError`], saying what is wrong.
    pub async fn create(
        &self,
        owner: Option<TokenId>,
        name: ProfileName,
        source: Source,
        enabled: bool,
    ) -> Result<ProfileRow, ProfilesError> {
        let draft = self.draft(source).await?;
        let profile = NewProfile {
            owner,
            name,
            condition: text::print(&draft.expr),
            enabled,
        };
        let mut broken = self.broken.lock().await;
        let row = self
            .store
            .create_profile(profile, self.limits.profiles)
            .await?;
        self.put_in_force(&[&row], &mut broken);
        Ok(row)
    }

    /// Gives a profile another name and condition. None where there is no such profile.
    ///
    /// # Errors
    /// [`ProfilesError`], saying what is wrong.
    pub async fn replace(
        &self,
        id: ProfileId,
        name: ProfileName,
        source: Source,
    ) -> Result<Option<ProfileRow>, ProfilesError> {
        let draft = self.draft(source).await?;
        let mut broken = self.broken.lock().await;
        let row = (self.store)
            .replace_profile(id, name, text::print(&draft.expr))
            .await?;
        if let Some(row) = &row {
            self.put_in_force(&[row], &mut broken);
        }
        Ok(row)
    }

    /// Lets a profile match from now on, or no more. None where there is no such profile.
    ///
    /// # Errors
    /// [`ProfilesError`] when the store fails.
    pub async fn set_enabled(
        &self,
        id: ProfileId,
        enabled: bool,
    ) -> Result<Option<ProfileRow>, ProfilesError> {
        let mut broken = self.broken.lock().await;
        let row = self.store.set_profile_enabled(id, enabled).await?;
        if let Some(row) = &row {
            self.put_in_force(&[row], &mut broken);
        }
        Ok(row)
    }

    /// Deletes a profile with its matches. False where there is no such profile.
    ///
    /// # Errors
    /// [`ProfilesError`] when the store fails.
    pub async fn delete(&self, id: ProfileId) -> Result<bool, ProfilesError> {
        let mut broken = self.broken.lock().await;
        let there = self.store.end_profile(id).await?;
        broken.remove(&id.0);
        self.count_broken(&broken);
        self.changed(Vec::new(), &[id.0]);
        // Its matches may be many; who writes next does not wait for them.
        drop(broken);
        if there {
            self.store.sweep_profile(id).await?;
        }
        Ok(there)
    }

    /// What the store has now, put in force.
    fn put_in_force(
        &self,
        rows: &[&ProfileRow],
        broken: &mut std::collections::BTreeMap<i64, String>,
    ) {
        let view = self.live.load();
        let mut compiler = Compiler::new(&view.ground, &view.lists);
        let (mut changed, mut removed) = (Vec::new(), Vec::new());
        for row in rows {
            broken.remove(&row.id.0);
            if !row.enabled {
                removed.push(row.id.0);
                continue;
            }
            match watcher(row, &mut compiler, &self.limits.tree) {
                Ok(watcher) => changed.push(watcher),
                Err(why) => {
                    removed.push(row.id.0);
                    broken.insert(row.id.0, why);
                }
            }
        }
        self.count_broken(broken);
        self.changed(changed, &removed);
    }

    /// Puts a change in force at once, and makes the index anew in the background where that is due.
    fn changed(&self, changed: Vec<Arc<Watcher>>, removed: &[i64]) {
        let due = self.live.change(changed, removed);
        self.after_change(due);
    }

    pub(super) fn after_change(&self, due: bool) {
        crate::metric::in_force(&self.live);
        if due {
            let live = Arc::clone(&self.live);
            tokio::task::spawn_blocking(move || {
                let before = live.rebuilds();
                live.rebuild_if_due();
                let now = live.rebuilds();
                if now != before {
                    crate::metric::rebuilt(now);
                }
            });
        }
    }
}
