//! Which shape the document had, and what it amounts to.

use std::ops::Range;

use jiff::Timestamp;

use super::error::{ParseError, join};
use super::walk::{Body, Envelope, Inner, Member, is_foreign};
use super::{Document, FeedEnvelope, HashCheck, Parsed, Reference};
use crate::{Killmail, KillmailHash, KillmailId, MoonId, SystemId, WarId};

/// The document's meaning. `text` is the document, `span` where `envelope` stands in it, `parent`
/// the path to it.
pub(super) fn document(
    text: &str,
    parent: &str,
    span: Range<usize>,
    mut envelope: Box<Envelope<'_>>,
) -> Result<Document, ParseError> {
    match std::mem::take(&mut envelope.package) {
        Inner::Object { content, span } => return document(text, "package", span, content),
        Inner::Null => return Ok(Document::Empty),
        Inner::Absent => {}
    }
    let inner = match (
        std::mem::take(&mut envelope.esi),
        std::mem::take(&mut envelope.killmail),
    ) {
        (Inner::Object { content, span }, _) => Some(("esi", content, span)),
        (_, Inner::Object { content, span }) => Some(("killmail", content, span)),
        (Inner::Null, _) if is_placeholder(&envelope) => {
            return Ok(Document::Placeholder(feed(&envelope)));
        }
        _ => None,
    };
    if let Some((name, body, span)) = inner {
        let path = join(parent, name);
        same_id(&path, &body, parent, &envelope)?;
        let esi = text.as_bytes()[span].to_vec();
        return Ok(whole(killmail(&path, *body)?, esi, *envelope));
    }
    if has_killmail(&envelope.body) {
        let esi = flat_esi(text, span, &envelope);
        let body = std::mem::take(&mut envelope.body);
        return Ok(whole(killmail(parent, body)?, esi, *envelope));
    }
    reference(parent, *envelope)
}

/// R2Z2 wrote entries without id, hash and body until March 2026.
fn is_placeholder(envelope: &Envelope<'_>) -> bool {
    let body = &envelope.body;
    body.killmail_id.is_none() && body.kill_id.is_none() && !has_killmail(body)
}

/// Whether there is more of a killmail than its id.
fn has_killmail(body: &Body) -> bool {
    body.victim.is_some()
        || body.attackers.is_some()
        || body.killmail_time.is_some()
        || body.solar_system_id.is_some()
}

/// What is said around a killmail must be about the killmail inside.
fn same_id(
    path: &str,
    body: &Body,
    parent: &str,
    envelope: &Envelope<'_>,
) -> Result<(), ParseError> {
    let outer = envelope.body.killmail_id.map(|id| ("killmail_id", id));
    let outer = outer.or(envelope.body.kill_id.map(|id| ("killID", id)));
    match (outer, body.killmail_id.or(body.kill_id)) {
        (Some((name, outside)), Some(inside)) if outside != inside => Err(ParseError::invalid(
            join(path, "killmail_id"),
            &inside.to_string(),
            format!("{outside}, as {} says", join(parent, name)),
        )),
        _ => Ok(()),
    }
}

/// The killmail that `body` tells of; `parent` is the path to it.
pub(super) fn killmail(parent: &str, body: Body) -> Result<Killmail, ParseError> {
    let missing = |name| ParseError::missing(parent, name);
    Ok(Killmail {
        id: killmail_id(&body).ok_or_else(|| missing("killmail_id"))?,
        time: body
            .killmail_time
            .or(body.kill_time)
            .ok_or_else(|| missing("killmail_time"))?,
        system_id: body
            .solar_system_id
            .or(body.system_id)
            .and_then(|id| SystemId::new(id).ok())
            .ok_or_else(|| missing("solar_system_id"))?,
        moon_id: body.moon_id.and_then(|id| MoonId::new(id).ok()),
        war_id: body.war_id.and_then(|id| WarId::new(id).ok()),
        victim: body.victim.ok_or_else(|| missing("victim"))?,
        attackers: body.attackers.ok_or_else(|| missing("attackers"))?,
    })
}

fn killmail_id(body: &Body) -> Option<KillmailId> {
    body.killmail_id
        .or(body.kill_id)
        .and_then(|id| KillmailId::new(id).ok())
}

fn whole(killmail: Killmail, esi: Vec<u8>, envelope: Envelope<'_>) -> Document {
    let hash = hash(&envelope);
    let hash_check = match hash {
        None => HashCheck::Absent,
        Some(hash) if hash == KillmailHash::compute(&killmail) => HashCheck::Right,
        Some(_) => HashCheck::Wrong,
    };
    Document::Killmail(Box::new(Parsed {
        killmail,
        esi,
        hash,
        hash_check,
        feed: feed(&envelope),
        zkb: envelope.zkb,
    }))
}

fn hash(envelope: &Envelope<'_>) -> Option<KillmailHash> {
    let in_zkb = envelope.zkb.as_ref().and_then(|zkb| zkb.hash);
    envelope.hash.or(envelope.killmail_hash).or(in_zkb)
}

fn feed(envelope: &Envelope<'_>) -> Option<FeedEnvelope> {
    let number = |number: i64| u64::try_from(number).ok();
    Some(FeedEnvelope {
        sequence_id: envelope.sequence_id.and_then(number)?,
        uploaded_at: envelope
            .uploaded_at
            .and_then(|second| Timestamp::from_second(second).ok()),
        sequence_updated: envelope.sequence_updated.and_then(number),
    })
}

fn reference(parent: &str, envelope: Envelope<'_>) -> Result<Document, ParseError> {
    let feed = feed(&envelope);
    let in_zkb = envelope.zkb.as_ref().and_then(|zkb| zkb.href.as_deref());
    let (href_id, href_hash) = match envelope.href.as_deref().or(in_zkb).and_then(from_href) {
        Some((id, hash)) => (Some(id), Some(hash)),
        None => (None, None),
    };
    let id = killmail_id(&envelope.body).or(href_id);
    let id = id.ok_or_else(|| ParseError::missing(parent, "killmail_id"))?;
    let hash = hash(&envelope).or(href_hash);
    if hash.is_none() && envelope.zkb.is_none() {
        // An id and nothing else: a killmail that lacks all the rest.
        return Err(ParseError::missing(parent, "killmail_time"));
    }
    let hash = hash.ok_or_else(|| ParseError::missing(parent, "zkb.hash"))?;
    Ok(Document::Reference(Box::new(Reference {
        id,
        hash,
        zkb: envelope.zkb.unwrap_or_default(),
        feed,
    })))
}

/// Id and hash out of ESI's address: `…/killmails/{id}/{hash}/`.
fn from_href(href: &str) -> Option<(KillmailId, KillmailHash)> {
    let (_, tail) = href.rsplit_once("/killmails/")?;
    let mut parts = tail.split('/');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// ESI's object out of a flat document: the document's own bytes where every member is ESI's, else
/// the members that are, in their order. A member that only stands under another name (`killID`)
/// gets ESI's name.
fn flat_esi(text: &str, span: Range<usize>, envelope: &Envelope<'_>) -> Vec<u8> {
    if !envelope.has_foreign {
        return text.as_bytes()[span].to_vec();
    }
    let renamed = |name: &str| -> Option<&'static str> {
        let body = &envelope.body;
        match name {
            "killID" | "killmail_id" if body.killmail_id.is_none() => Some("killmail_id"),
            "kill_time" | "killmail_time" if body.killmail_time.is_none() => Some("killmail_time"),
            "system_id" | "solar_system_id" if body.solar_system_id.is_none() => {
                Some("solar_system_id")
            }
            _ => None,
        }
    };
    let mut esi = Vec::with_capacity(span.len());
    let mut add = |parts: [&str; 2]| {
        esi.push(if esi.is_empty() { b'{' } else { b',' });
        parts
            .into_iter()
            .for_each(|part| esi.extend_from_slice(part.as_bytes()));
    };
    for Member { name, whole, value } in &envelope.members {
        match renamed(name) {
            // ESI's name is there too, without a value.
            Some(esi_name) if esi_name == name => {}
            Some(esi_name) => add([&format!("\"{esi_name}\":"), &text[value.clone()]]),
            None if is_foreign(name) => {}
            None => add([&text[whole.clone()], ""]),
        }
    }
    if esi.is_empty() {
        esi.push(b'{');
    }
    esi.push(b'}');
    esi
}
