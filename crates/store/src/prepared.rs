//! A killmail made ready for the writer: everything that costs time is done before it gets there.

use std::sync::Arc;

use bytes::Bytes;
use killwire_killmail::{
    Enrichment, Facts, KillmailHash, KillmailId, Parsed, ZkbInfo, killmail_json,
};

use crate::Offer;

/// How many killmails may be encoded on the caller's thread; more go to a blocking one.
const FEW: usize = 8;

/// A killmail with its fact record.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) parsed: Arc<Parsed>,
    pub(crate) facts: Arc<Facts>,
    /// The fact record as stored.
    pub(crate) facts_bytes: Vec<u8>,
    /// What its ids mean, where that is known.
    pub(crate) enrichment: Option<Arc<Enrichment>>,
    /// The same as stored.
    pub(crate) enrichment_bytes: Option<Vec<u8>>,
    /// The killmail as clients read it; empty for an archive's new killmails, which no event
    /// carries.
    pub(crate) json: Bytes,
}

/// An offer made ready.
#[derive(Clone, Debug)]
pub(crate) struct PreparedOffer {
    pub(crate) killmail: Arc<Prepared>,
    pub(crate) offer: Offer,
}

impl Prepared {
    /// For an event: with its JSON.
    pub(crate) fn for_event(parsed: Arc<Parsed>, enrichment: Option<Arc<Enrichment>>) -> Self {
        let json = killmail_json(
            &parsed.killmail,
            parsed.hash.as_ref(),
            parsed.zkb.as_ref(),
            enrichment.as_deref(),
        );
        Self {
            json: json.into(),
            ..Self::for_archive(parsed, enrichment)
        }
    }

    /// For the archive: rows only.
    pub(crate) fn for_archive(parsed: Arc<Parsed>, enrichment: Option<Arc<Enrichment>>) -> Self {
        let facts = Facts::of(&parsed, enrichment.as_deref());
        Self {
            facts_bytes: facts.encode(),
            facts: Arc::new(facts),
            enrichment_bytes: enrichment.as_deref().map(Enrichment::encode),
            enrichment,
            json: Bytes::new(),
            parsed,
        }
    }

    /// The same killmail with what is known of it besides.
    pub(crate) fn knowing(
        &self,
        hash: Option<KillmailHash>,
        zkb: Option<ZkbInfo>,
        enrichment: Option<Arc<Enrichment>>,
    ) -> Self {
        let same = hash == self.parsed.hash && zkb == self.parsed.zkb;
        let parsed = if same {
            Arc::clone(&self.parsed)
        } else {
            Arc::new(Parsed {
                hash,
                zkb,
                ..(*self.parsed).clone()
            })
        };
        Self::for_event(parsed, enrichment)
    }

    /// Its id.
    pub(crate) fn id(&self) -> KillmailId {
        self.parsed.killmail.id
    }
}

/// Makes offers ready.
pub(crate) async fn offers(offers: Vec<Offer>) -> Vec<PreparedOffer> {
    let prepare = |offer: Offer| PreparedOffer {
        killmail: Arc::new(Prepared::for_event(
            Arc::clone(&offer.parsed),
            offer.enrichment.clone(),
        )),
        offer,
    };
    many(offers, prepare).await
}

/// Makes archive killmails ready.
pub(crate) async fn archive(batch: Vec<Parsed>) -> Vec<Arc<Prepared>> {
    let prepare = |parsed| Arc::new(Prepared::for_archive(Arc::new(parsed), None));
    many(batch, prepare).await
}

/// Makes killmails ready that are stored already and of which more is known now.
pub(crate) async fn enriched(stored: Vec<(Arc<Parsed>, Arc<Enrichment>)>) -> Vec<Arc<Prepared>> {
    let prepare = |(parsed, enrichment)| Arc::new(Prepared::for_event(parsed, Some(enrichment)));
    many(stored, prepare).await
}

async fn many<T, U>(items: Vec<T>, prepare: impl Fn(T) -> U + Send + 'static) -> Vec<U>
where
    T: Send + 'static,
    U: Send + 'static,
{
    if items.len() <= FEW {
        return items.into_iter().map(prepare).collect();
    }
    let task = tokio::task::spawn_blocking(move || items.into_iter().map(prepare).collect());
    match task.await {
        Ok(prepared) => prepared,
        // A blocking task is never cancelled once it runs: it can only have panicked.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
