//! Conditions tried on the past: how many killmails they would have found, and why they hold for one.

use std::time::Duration;

use jiff::Timestamp;
use killwire_delivery::{Asker, ProfileFault, ProfileSource};
use killwire_killmail::KillmailId;
use killwire_store::StoredKillmail;
use killwire_surveillance::profiles::Explained;
use killwire_surveillance::trial::{Example, Progress};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ProfileAnswers, fault};

/// A condition to be tried on the past.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TrialRequest {
    /// The condition.
    pub(crate) condition: ProfileSource,
    /// How far back.
    pub(crate) since_seconds: u64,
    /// Whether the examples come with their killmails as clients read them.
    #[serde(default)]
    pub(crate) killmails: bool,
}

/// How far a trial has come.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Scanned {
    /// Killmails looked at.
    pub(crate) looked_at: u64,
    /// About how many there are.
    pub(crate) of: u64,
}

impl From<Progress> for Scanned {
    fn from(Progress { looked_at, of }: Progress) -> Self {
        Self { looked_at, of }
    }
}

impl ProfileAnswers {
    /// Tries a condition on the stored killmails of the time up to now.
    pub(crate) async fn try_on_past(
        &self,
        who: &Asker,
        request: TrialRequest,
        mut progress: impl FnMut(Scanned) + Send,
    ) -> Result<Value, ProfileFault> {
        let draft = self.draft(who, request.condition).await?;
        let until = self.clock.now();
        let since = until.checked_sub(Duration::from_secs(request.since_seconds));
        let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
        let trial = self.profiles.try_on_past(&draft, since, until, |how_far| {
            progress(how_far.into());
        });
        let trial = trial.await.map_err(fault::plain)?;
        let mut examples = Vec::with_capacity(trial.examples.len());
        for example in &trial.examples {
            let mut shown = self.example(example);
            if request.killmails {
                shown["killmail"] = self.killmail(example.killmail_id).await?;
            }
            examples.push(shown);
        }
        let mut answer = json!(trial);
        answer["since"] = json!(since);
        answer["until"] = json!(until);
        answer["examples"] = json!(examples);
        Ok(answer)
    }

    /// An example with names.
    fn example(&self, example: &Example) -> Value {
        let view = self.profiles.live().load();
        let universe = view.ground.universe();
        let mut shown = json!(example);
        shown["system"] = json!(universe.system(example.system_id).map(|of| of.name));
        shown["ship"] = json!(universe.item_type(example.ship_type_id).map(|of| of.name));
        shown["url"] = json!(page(example.killmail_id));
        shown
    }

    /// Why a condition holds for a stored killmail, or not.
    pub(super) async fn explain(
        &self,
        who: &Asker,
        condition: ProfileSource,
        killmail: i64,
    ) -> Result<Value, ProfileFault> {
        let draft = self.draft(who, condition).await?;
        let id = KillmailId::new(killmail)
            .map_err(|_| ProfileFault::invalid(format!("{killmail} is not a killmail's id")))?;
        let explained = self.profiles.explain(&draft, id).await;
        let Explained {
            killmail_id,
            explanation,
            plan,
        } = explained.map_err(fault::plain)?.ok_or_else(|| {
            ProfileFault::NotFound(format!("killmail {killmail} is not stored here"))
        })?;
        Ok(json!({
            "killmail_id": killmail_id,
            "truth": explanation.truth,
            "explanation": explanation,
            "plan": plan,
        }))
    }

    /// A stored killmail as clients read it; null where it has gone meanwhile.
    pub(super) async fn killmail(&self, id: KillmailId) -> Result<Value, ProfileFault> {
        let found = self.store.get(id).await.map_err(fault::store)?;
        Ok(found.map_or(Value::Null, |found| self.shown(&found)))
    }

    fn shown(&self, killmail: &StoredKillmail) -> Value {
        let json = killmail.json(|parsed| Some(self.enricher.known(parsed)));
        serde_json::from_slice(&json).unwrap_or_default()
    }
}

/// zKillboard's page.
fn page(id: KillmailId) -> String {
    format!("https://zkillboard.com/kill/{id}/")
}
