//! Asking about the past: what a condition would have found, and why it holds for a killmail or not.

use jiff::Timestamp;
use killwire_killmail::KillmailId;
use serde::Serialize;

use super::{Draft, Profiles, ProfilesError};
use crate::compile::Compiler;
use crate::matcher::{Explanation, explain};
use crate::subject::Subject;
use crate::trial::{Part, Progress, Trial, Tried, try_on_past};

/// Why a condition holds for a stored killmail or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// Which killmail.
    pub killmail_id: KillmailId,
    /// The condition, part by part.
    pub explanation: Explanation,
    /// By what it is found, in words.
    pub plan: Vec<String>,
}

impl Profiles {
    /// Tries a condition on the stored killmails of a time.
    ///
    /// # Errors
    /// [`ProfilesError`] when the store fails.
    pub async fn try_on_past(
        &self,
        draft: &Draft,
        since: Timestamp,
        until: Timestamp,
        progress: impl FnMut(Progress),
    ) -> Result<Trial, ProfilesError> {
        let view = self.live.load();
        let parts = Part::of(&draft.expr, &mut Compiler::new(&view.ground, &view.lists))?;
        let tried = Tried {
            plan: &draft.plan,
            parts: &parts,
        };
        let trial = try_on_past(
            &self.store,
            (since, until),
            tried,
            &view.ground,
            &*self.chains,
            progress,
        );
        Ok(trial.await?)
    }

    /// Explains a condition on a stored killmail; none where it is not stored.
    ///
    /// # Errors
    /// [`ProfilesError`] when the store fails.
    pub async fn explain(
        &self,
        draft: &Draft,
        killmail: KillmailId,
    ) -> Result<Option<Explained>, ProfilesError> {
        let Some(found) = self.store.get(killmail).await? else {
            return Ok(None);
        };
        let view = self.live.load();
        let mut compiler = Compiler::new(&view.ground, &view.lists);
        let subject = Subject::new(&found.facts, found.stored_at, &view.ground);
        let subject = subject.with_chains(&*self.chains);
        Ok(Some(Explained {
            killmail_id: killmail,
            explanation: explain(&draft.expr, &subject, &mut compiler)?,
            plan: draft.cover.words(&view.ground),
        }))
    }
}
