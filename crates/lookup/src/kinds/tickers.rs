//! Tickers of corporations and alliances, one at a time: ESI gives them with the whole corporation.
//!
//! A ticker never changes in EVE, so that this costs one call for each corporation for a long time;
//! names are refreshed in batches (`names`).

use std::sync::Arc;

use killwire_cache::{Loaded, Validity};
use killwire_clock::Clock;
use killwire_killmail::{AllianceId, CorporationId};
use killwire_store::{EntityKind, EntityRow, Store};
use killwire_upstream::{Esi, Priority, Upstream, UpstreamError};

use super::names::rows;
use super::{Names, weight};
use crate::LookupError;
use crate::entity::EntityKey;
use crate::kind::{Answers, Kind, Question};
use crate::limits::{self, Limits};
use crate::pipeline::Pipeline;

/// The kind "ticker".
pub struct Tickers {
    pub(crate) esi: Arc<Esi>,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    /// Who learns the name that comes along.
    pub(crate) names: Pipeline<Names>,
}

/// A corporation or an alliance with its ticker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    /// The name when the ticker was fetched. It may have changed since; the ticker has not.
    pub name: Arc<str>,
    /// The ticker, without brackets.
    pub ticker: Arc<str>,
    /// ESI's mark of this version.
    etag: Option<Arc<str>>,
}

/// What either call brings.
struct Title {
    name: String,
    ticker: String,
}

impl Tickers {
    async fn title(
        &self,
        question: &Question<Self>,
        priority: Priority,
    ) -> Result<Option<Loaded<Titled>>, UpstreamError> {
        let EntityKey { kind, id } = question.key;
        let etag = question
            .known
            .as_ref()
            .and_then(|known| known.etag.as_deref());
        let (title, expires, etag) = match kind {
            EntityKind::Character => return Ok(None),
            EntityKind::Corporation => {
                let Ok(id) = CorporationId::new(id) else {
                    return Ok(None);
                };
                let fetched = self.esi.corporation(id, etag, priority).await?;
                let title = fetched.value.map(|corporation| Title {
                    name: corporation.name,
                    ticker: corporation.ticker,
                });
                (title, fetched.expires, fetched.etag)
            }
            EntityKind::Alliance => {
                let Ok(id) = AllianceId::new(id) else {
                    return Ok(None);
                };
                let fetched = self.esi.alliance(id, etag, priority).await?;
                let title = fetched.value.map(|alliance| Title {
                    name: alliance.name,
                    ticker: alliance.ticker,
                });
                (title, fetched.expires, fetched.etag)
            }
        };
        let validity = Validity::since(self.clock.now()).until(expires);
        let titled = match title {
            Some(Title { name, ticker }) => Some(Titled {
                name: name.into(),
                ticker: ticker.into(),
                etag: etag.map(Arc::from),
            }),
            None => question.known.clone(),
        };
        Ok(titled.map(|titled| Loaded::new(titled, validity)))
    }
}

impl Kind for Tickers {
    type Key = EntityKey;
    type Value = Titled;
    const LIMITS: Limits = limits::TICKERS;
    const SHELVED: bool = true;

    fn weigh(_: &EntityKey, titled: Option<&Titled>) -> u32 {
        weight(titled.map_or(0, |t| {
            t.name.len() + t.ticker.len() + t.etag.as_ref().map_or(0, |etag| etag.len())
        }))
    }

    async fn load(
        &self,
        questions: &[Question<Self>],
        priority: Priority,
    ) -> Result<Answers<Self>, LookupError> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let key = question.key;
            let titled = self.title(question, priority).await.map_err(|error| {
                LookupError::upstream(Upstream::Esi, Self::LIMITS.operation, error)
            })?;
            let now = Validity::since(self.clock.now());
            if let Some(Loaded {
                value: Some(titled),
                ..
            }) = &titled
            {
                self.names.put(&key, Arc::clone(&titled.name), now);
            }
            answers.push((key, titled.unwrap_or(Loaded::missing(now))));
        }
        Ok(answers)
    }

    async fn recall(&self, keys: &[EntityKey]) -> Result<Answers<Self>, LookupError> {
        let rows = rows(&self.store, keys, Self::LIMITS.operation).await?;
        Ok(rows.iter().filter_map(ticker_in).collect())
    }

    /// "No such corporation" is what the names say, not what is stored here.
    async fn save(&self, fetched: Answers<Self>) -> Result<(), LookupError> {
        let rows = fetched.into_iter().filter_map(|(key, loaded)| {
            let titled = loaded.value?;
            Some(EntityRow {
                kind: key.kind,
                id: key.id,
                name: Some(titled.name.as_ref().to_owned()),
                ticker: Some(titled.ticker.as_ref().to_owned()),
                fetched_at: loaded.validity.at,
                expires_at: loaded.validity.expires,
                etag: titled.etag.map(|etag| etag.as_ref().to_owned()),
            })
        });
        let saved = self.store.save_entities(rows.collect()).await;
        saved.map_err(|error| LookupError::store("storing tickers", error))
    }
}

/// The ticker in a stored row; none in the rows of pilots, and where only the name was fetched.
pub(crate) fn ticker_in(row: &EntityRow) -> Option<(EntityKey, Loaded<Titled>)> {
    let titled = Titled {
        name: row.name.as_deref()?.into(),
        ticker: row.ticker.as_deref()?.into(),
        etag: row.etag.as_deref().map(Arc::from),
    };
    let validity = Validity::since(row.fetched_at).until(row.expires_at);
    Some((
        EntityKey::new(row.kind, row.id),
        Loaded::new(titled, validity),
    ))
}
