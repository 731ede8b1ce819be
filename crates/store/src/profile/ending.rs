//! Who follows a profile, and is told when it ends: woken after the commit, without looking.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::ProfileId;
use crate::backend::Connection;
use crate::error::database;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Why nothing comes of a profile any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileEnd {
    /// It was deleted.
    Deleted,
    /// It was turned off.
    Disabled,
}

type Sender = watch::Sender<Option<ProfileEnd>>;

/// All who follow profiles: shared by the writer, which tells them after a commit, and by them.
#[derive(Debug, Default)]
pub(crate) struct Endings(Mutex<HashMap<ProfileId, Sender>>);

impl Endings {
    fn followed(&self) -> MutexGuard<'_, HashMap<ProfileId, Sender>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn follow(self: Arc<Self>, profile: ProfileId) -> ProfileWatch {
        let mut followed = self.followed();
        let sender = followed.entry(profile);
        let told = sender.or_insert_with(|| watch::channel(None).0).subscribe();
        drop(followed);
        ProfileWatch {
            endings: self,
            profile,
            told,
        }
    }

    /// Tells those who follow a profile.
    pub(crate) fn tell(&self, profile: ProfileId, end: ProfileEnd) {
        if let Some(sender) = self.followed().get(&profile) {
            sender.send_replace(Some(end));
        }
    }

    /// Tells of everything that has ended, where it is not known what was committed.
    pub(crate) async fn look(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let followed: Vec<i64> = self.followed().keys().map(|id| id.0).collect();
        if followed.is_empty() {
            return Ok(());
        }
        let query = sql("SELECT id, enabled FROM profile WHERE deleted = 0 AND id = ANY($1)");
        let there: Vec<(i64, i16)> = connection
            .fetch_all(&query.bind(followed.clone()))
            .await
            .map_err(database("looking for profiles that have ended"))?;
        let there: HashMap<i64, i16> = there.into_iter().collect();
        for id in followed {
            match there.get(&id) {
                None => self.tell(ProfileId(id), ProfileEnd::Deleted),
                Some(0) => self.tell(ProfileId(id), ProfileEnd::Disabled),
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// One who follows a profile.
#[derive(Debug)]
pub struct ProfileWatch {
    endings: Arc<Endings>,
    profile: ProfileId,
    told: watch::Receiver<Option<ProfileEnd>>,
}

impl ProfileWatch {
    /// Waits until the profile ends, and says how. May be given up and called again.
    pub async fn ended(&mut self) -> ProfileEnd {
        loop {
            self.told().await;
            if let Some(end) = self.take_end() {
                return end;
            }
        }
    }

    /// Waits until the profile has ended, and leaves it to [`ProfileWatch::take_end`] to say how.
    pub async fn told(&mut self) {
        // Cannot fail: what tells is kept as long as anybody listens.
        if self.told.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.told.mark_changed();
    }

    /// How the profile has ended, if it has since the last time that was said.
    pub fn take_end(&mut self) -> Option<ProfileEnd> {
        if self.told.has_changed().unwrap_or(false) {
            *self.told.borrow_and_update()
        } else {
            None
        }
    }
}

impl Drop for ProfileWatch {
    fn drop(&mut self) {
        let mut followed = self.endings.followed();
        let sender = followed.get(&self.profile);
        if sender.is_some_and(|sender| sender.receiver_count() <= 1) {
            followed.remove(&self.profile);
        }
    }
}

impl Store {
    /// Follows a profile: what is deleted or turned off from now on is told at once. Who looks
    /// whether the profile is there looks after this.
    #[must_use]
    pub fn watch_profile(&self, profile: ProfileId) -> ProfileWatch {
        self.endings().follow(profile)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures::FutureExt as _;
    use jiff::Timestamp;
    use killwire_clock::Clock;

    use super::*;
    use crate::{Backend, NewProfile, ProfileLimits, ProfileName, StoreConfig};

    fn follow(endings: &Arc<Endings>, profile: i64) -> ProfileWatch {
        Arc::clone(endings).follow(ProfileId(profile))
    }

    #[test]
    fn only_those_who_follow_it_are_told_and_only_of_what_comes() {
        let endings = Arc::new(Endings::default());
        endings.tell(ProfileId(1), ProfileEnd::Deleted);
        let (mut one, mut two) = (follow(&endings, 1), follow(&endings, 2));
        assert_eq!(one.ended().now_or_never(), None);
        endings.tell(ProfileId(1), ProfileEnd::Disabled);
        // Whoever comes now has come after it.
        let mut late = follow(&endings, 1);
        assert_eq!(late.take_end(), None);
        assert_eq!(one.ended().now_or_never(), Some(ProfileEnd::Disabled));
        assert_eq!(one.take_end(), None);
        assert_eq!(two.take_end(), None);
        endings.tell(ProfileId(1), ProfileEnd::Deleted);
        assert_eq!(one.take_end(), Some(ProfileEnd::Deleted));
        assert_eq!(late.ended().now_or_never(), Some(ProfileEnd::Deleted));
    }

    #[tokio::test]
    async fn where_it_is_not_known_what_was_committed_the_database_tells() {
        let folder = tempfile::tempdir().unwrap();
        let backend = Backend::Sqlite(folder.path().join("killwire.db"));
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let config = StoreConfig::new(backend.clone());
        let store = Store::open(config, clock).await.unwrap();
        let profiles = ["a", "b", "c"].map(|name| NewProfile {
            owner: None,
            name: ProfileName::new(name).unwrap(),
            condition: "true".to_owned(),
            enabled: true,
        });
        let limits = ProfileLimits::default();
        let made = store.create_profiles(profiles.into(), limits).await;
        assert_eq!(made.unwrap().len(), 3);
        assert!(store.delete_profile(ProfileId(1)).await.unwrap());
        store
            .set_profile_enabled(ProfileId(2), false)
            .await
            .unwrap();
        // Whose answers were lost.
        let endings = Arc::new(Endings::default());
        let mut all = [1, 2, 3].map(|profile| follow(&endings, profile));
        let mut connection = Connection::open(&backend).await.unwrap();
        endings.look(&mut connection).await.unwrap();
        assert_eq!(
            all.each_mut().map(ProfileWatch::take_end),
            [Some(ProfileEnd::Deleted), Some(ProfileEnd::Disabled), None]
        );
    }

    #[test]
    fn nothing_is_left_of_who_has_gone() {
        let endings = Arc::new(Endings::default());
        let (one, again) = (follow(&endings, 1), follow(&endings, 1));
        drop(one);
        assert_eq!(endings.followed().len(), 1);
        drop(again);
        assert!(endings.followed().is_empty());
    }
}
