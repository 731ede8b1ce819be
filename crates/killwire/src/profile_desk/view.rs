//! Profiles as they are shown.

use killwire_delivery::ProfileFault;
use killwire_store::ProfileRow;
use killwire_surveillance::profiles::{Draft, Source};
use serde_json::{Value, json};

use super::ProfileAnswers;

/// A profile among others: what it looks for, without what that means in detail.
pub(super) fn listed(row: &ProfileRow, fault: Option<&String>) -> Value {
    json!({
        "id": row.id,
        "name": row.name,
        "owner": row.owner,
        "enabled": row.enabled,
        "version": row.version,
        "text": row.condition,
        "fault": fault,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    })
}

impl ProfileAnswers {
    /// A condition that was read: as text, as JSON, simplified, by what it is found.
    pub(super) fn drafted(&self, draft: &Draft) -> Value {
        let view = self.profiles.live().load();
        json!(draft.view(&view.ground))
    }

    /// A profile with all there is to say of it.
    pub(super) async fn whole(&self, row: &ProfileRow) -> Result<Value, ProfileFault> {
        // Every name in it has its id, so that nobody is asked.
        let source = Source::Text(row.condition.clone());
        let (draft, broken) = match self.profiles.draft(source).await {
            Ok(draft) => (self.drafted(&draft), None),
            Err(error) => (json!({ "text": row.condition }), Some(error.to_string())),
        };
        let fault = self.profiles.fault(row.id.0).await.or(broken);
        let part = |name: &str| draft.get(name).cloned().unwrap_or_default();
        let lines = |name: &str| draft.get(name).cloned().unwrap_or_else(|| json!([]));
        Ok(json!({
            "id": row.id,
            "name": row.name,
            "owner": row.owner,
            "enabled": row.enabled,
            "version": row.version,
            "condition": {
                "text": part("text"),
                "json": part("json"),
                "canonical": part("canonical"),
            },
            "plan": lines("plan"),
            "warnings": lines("warnings"),
            "fault": fault,
            "created_at": row.created_at,
            "changed_at": row.changed_at,
        }))
    }
}
