//! Killmails that go, with all that hangs on them.

use killwire_killmail::{Facts, KillmailId};

use crate::StoreError;
use crate::backend::Connection;
use crate::column::{self, PARTICIPANT, SEEN, State, damaged};
use crate::error::database;
use crate::sql::{Rows, Value, sql};

/// Deletes a killmail that its owner wants gone; answers how many rows went.
pub(crate) async fn delete(connection: &mut Connection, id: KillmailId) -> Result<u64, StoreError> {
    let doing = database("deleting a killmail");
    let query = sql("SELECT facts FROM killmail WHERE killmail_id = $1").bind(id.get());
    let row: Option<(Vec<u8>,)> = connection.fetch_optional(&query).await.map_err(&doing)?;
    let Some((facts,)) = row else {
        return Ok(0);
    };
    let facts = column::facts(&facts)?;
    if facts.killmail_id != id {
        return Err(damaged(
            "killmail",
            format!("the facts of {id} are another's"),
        ));
    }
    let mut participants = Rows::of(&PARTICIPANT);
    push_participants(&mut participants, &facts);
    let removed = remove(connection, &[id], &participants)
        .await
        .map_err(&doing)?;
    let mut seen = Rows::of(&SEEN);
    seen.push([id.get().into(), State::Deleted.code().into()]);
    connection.insert(&seen).await.map_err(&doing)?;
    Ok(removed)
}

/// Adds the keys of everyone involved in a killmail.
pub(crate) fn push_participants(rows: &mut Rows, facts: &Facts) {
    for (kind, who) in column::participants(facts) {
        let key: [Value; 4] = [
            kind.into(),
            who.into(),
            facts.time.into(),
            facts.killmail_id.get().into(),
        ];
        rows.push(key);
    }
}

/// Removes killmails whose participants are known; answers how many there were.
pub(crate) async fn remove(
    connection: &mut Connection,
    killmails: &[KillmailId],
    participants: &Rows,
) -> Result<u64, sqlx::Error> {
    connection.delete(participants).await?;
    let ids: Vec<i64> = killmails.iter().map(|id| id.get()).collect();
    strike_off(connection, ids.clone()).await?;
    let forget = sql("UPDATE event SET facts_before = NULL \
         WHERE facts_before IS NOT NULL AND killmail_id = ANY($1)");
    connection.execute(&forget.bind(ids.clone())).await?;
    let unmatch = sql("DELETE FROM profile_match WHERE killmail_id = ANY($1)");
    connection.execute(&unmatch.bind(ids.clone())).await?;
    let delete = sql("DELETE FROM killmail WHERE killmail_id = ANY($1)").bind(ids);
    let removed = connection.execute(&delete).await?;
    let count = sql("UPDATE log_head SET killmails = killmails - $1").bind(column::signed(removed));
    connection.execute(&count).await?;
    Ok(removed)
}

/// Takes killmails off the list of those whose enrichment is unfinished.
pub(crate) async fn strike_off(
    connection: &mut Connection,
    killmails: Vec<i64>,
) -> Result<(), sqlx::Error> {
    if killmails.is_empty() {
        return Ok(());
    }
    let strike = sql("DELETE FROM unfinished WHERE killmail_id = ANY($1)").bind(killmails);
    connection.execute(&strike).await.map(drop)
}
