//! The walk over a document's outer objects: one pass, each member's value read as what it is, its
//! bytes remembered by where they begin and end.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::{ParseError, explain, join};
use super::scalar::{END_SECOND, Loose, MAX_COUNT, Moment, OptionalId, RequiredId, Whole};
use super::wire::{WireAttackers, WireVictim};
use super::zkb::WireZkb;
use crate::{Attacker, KillmailHash, Victim, ZkbInfo};

/// A place in the document.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// ESI's members, under ESI's names and the other names they go by.
#[derive(Default)]
pub(super) struct Body {
    pub(super) killmail_id: Option<i64>,
    /// `killID`
    pub(super) kill_id: Option<i64>,
    pub(super) killmail_time: Option<Timestamp>,
    pub(super) kill_time: Option<Timestamp>,
    pub(super) solar_system_id: Option<i64>,
    pub(super) system_id: Option<i64>,
    pub(super) moon_id: Option<i64>,
    pub(super) war_id: Option<i64>,
    pub(super) victim: Option<Victim>,
    pub(super) attackers: Option<Vec<Attacker>>,
}

/// An object inside the document that holds a killmail or a package.
#[derive(Default)]
pub(super) enum Inner<T> {
    /// No such member.
    #[default]
    Absent,
    Null,
    Object {
        content: T,
        span: Range<usize>,
    },
}

impl<T> Inner<T> {
    /// The last one counts where a member stands twice, except that null does not undo an object.
    fn set(&mut self, later: Self) {
        if !matches!((&self, &later), (Self::Object { .. }, Self::Null)) {
            *self = later;
        }
    }
}

/// The outermost object, or the package in it.
#[derive(Default)]
pub(super) struct Envelope<'a> {
    /// ESI's members where they stand at this level.
    pub(super) body: Body,
    /// R2Z2's `esi`.
    pub(super) esi: Inner<Box<Body>>,
    /// RedisQ's `killmail`.
    pub(super) killmail: Inner<Box<Body>>,
    /// RedisQ's `package`.
    pub(super) package: Inner<Box<Envelope<'a>>>,
    pub(super) hash: Option<KillmailHash>,
    pub(super) killmail_hash: Option<KillmailHash>,
    pub(super) href: Option<String>,
    pub(super) zkb: Option<ZkbInfo>,
    pub(super) sequence_id: Option<i64>,
    pub(super) sequence_updated: Option<i64>,
    pub(super) uploaded_at: Option<i64>,
    /// The members at this level in their order, as far as ESI's may be among them.
    pub(super) members: Vec<Member<'a>>,
    /// Whether there are members at this level that are not ESI's.
    pub(super) has_foreign: bool,
}

/// Where a member stands in the document.
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    /// From the name's quote to the value's end.
    pub(super) whole: Range<usize>,
    pub(super) value: Range<usize>,
}

/// How an object's members are read: which level of the document it is.
trait Level<'a> {
    /// Reads the member `name`, at whose value the cursor stands; false where it is unknown.
    fn member(
        &mut self,
        cursor: &mut Cursor<'a>,
        parent: &str,
        name: &str,
    ) -> Result<bool, ParseError>;

    /// Told of every member, read or skipped.
    fn seen(&mut self, member: Member<'a>);
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The whole document as one envelope; its span is that of the object.
    pub(super) fn document(&mut self) -> Result<Inner<Box<Envelope<'a>>>, ParseError> {
        let envelope = self.inner("")?;
        self.end()?;
        Ok(envelope)
    }

    /// The whole document as ESI's object; nothing is known of it where the document is `null`.
    pub(super) fn body(&mut self) -> Result<Box<Body>, ParseError> {
        let body = self.inner("")?;
        self.end()?;
        match body {
            Inner::Object { content, .. } => Ok(content),
            Inner::Null | Inner::Absent => Ok(Box::default()),
        }
    }

    fn end(&mut self) -> Result<(), ParseError> {
        match self.peek() {
            Some(_) => Err(ParseError::syntax("trailing characters", self.at)),
            None => Ok(()),
        }
    }

    /// An object read level by level, or null. The cursor stands at its first byte or before it.
    fn inner<T: Level<'a> + Default>(&mut self, path: &str) -> Result<Inner<Box<T>>, ParseError> {
        match self.peek() {
            Some(b'{') => {
                let start = self.at;
                // On the heap: it is large, and handed on several times.
                let mut content = Box::<T>::default();
                self.object(path, &mut *content)?;
                Ok(Inner::Object {
                    content,
                    span: start..self.at,
                })
            }
            Some(b'n') => {
                self.value::<()>("", path)?;
                Ok(Inner::Null)
            }
            _ => {
                let start = self.at;
                self.value::<IgnoredAny>("", path)?;
                let path = if path.is_empty() {
                    "the document"
                } else {
                    path
                };
                Err(ParseError::invalid(
                    path.to_owned(),
                    &self.text[start..self.at],
                    "an object",
                ))
            }
        }
    }

    fn object(&mut self, path: &str, level: &mut impl Level<'a>) -> Result<(), ParseError> {
        self.at += 1;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.peek();
            let start = self.at;
            let name = self.name()?;
            if self.peek() != Some(b':') {
                return Err(ParseError::syntax(
                    "expected `:` after a member's name",
                    self.at,
                ));
            }
            self.at += 1;
            self.peek();
            let value = self.at;
            if !level.member(self, path, &name)? {
                self.value::<IgnoredAny>(path, &name)?;
            }
            level.seen(Member {
                name,
                whole: start..self.at,
                value: value..self.at,
            });
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) => {
                    return Err(ParseError::syntax(
                        "expected `,` or `}` after a value",
                        self.at,
                    ));
                }
                None => return Err(ParseError::syntax("cut short inside an object", self.at)),
            }
        }
    }

    /// The next byte that is not white space, which the cursor moves to.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// A member's name: as it stands, or decoded where it has escapes.
    fn name(&mut self) -> Result<Cow<'a, str>, ParseError> {
        let rest = &self.text[self.at..];
        let Some(inside) = rest.strip_prefix('"') else {
            return Err(ParseError::syntax("expected a member's name", self.at));
        };
        let plain = |byte: &u8| *byte != b'"' && *byte != b'\\' && *byte >= b' ';
        let length = inside.bytes().take_while(plain).count();
        if inside.as_bytes().get(length) == Some(&b'"') {
            self.at += length + 2;
            return Ok(Cow::Borrowed(&inside[..length]));
        }
        self.value::<String>("", "").map(Cow::Owned)
    }

    /// Reads the value the cursor stands at and moves behind it.
    fn value<T: Deserialize<'a>>(&mut self, parent: &str, name: &str) -> Result<T, ParseError> {
        let rest = &self.text[self.at..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<T>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(_)) => Err(explain::<T>(rest, self.at, join(parent, name))),
            None => Err(ParseError::syntax("cut short before a value", self.at)),
        }
    }
}

/// An id that a document without a killmail (R2Z2's placeholder) has as null.
fn id(cursor: &mut Cursor<'_>, parent: &str, name: &str) -> Result<Option<i64>, ParseError> {
    Ok(cursor.value::<RequiredId>(parent, name)?.0)
}

impl<'a> Level<'a> for Body {
    fn member(
        &mut self,
        cursor: &mut Cursor<'a>,
        parent: &str,
        name: &str,
    ) -> Result<bool, ParseError> {
        match name {
            "killmail_id" => self.killmail_id = id(cursor, parent, name)?,
            "killID" => self.kill_id = id(cursor, parent, name)?,
            "killmail_time" => self.killmail_time = cursor.value::<Moment>(parent, name)?.0,
            "kill_time" => self.kill_time = cursor.value::<Moment>(parent, name)?.0,
            "solar_system_id" => self.solar_system_id = id(cursor, parent, name)?,
            "system_id" => self.system_id = id(cursor, parent, name)?,
            "moon_id" => self.moon_id = cursor.value::<OptionalId>(parent, name)?.0,
            "war_id" => self.war_id = cursor.value::<OptionalId>(parent, name)?.0,
            "victim" => {
                let victim = cursor.value::<Option<WireVictim>>(parent, name)?;
                self.victim = victim.map(|WireVictim(victim)| victim);
            }
            "attackers" => {
                let attackers = cursor.value::<Option<WireAttackers>>(parent, name)?;
                self.attackers = attackers.map(|WireAttackers(attackers)| attackers);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn seen(&mut self, _: Member<'a>) {}
}

impl<'a> Level<'a> for Envelope<'a> {
    fn member(
        &mut self,
        cursor: &mut Cursor<'a>,
        parent: &str,
        name: &str,
    ) -> Result<bool, ParseError> {
        if self.body.member(cursor, parent, name)? {
            return Ok(true);
        }
        match name {
            "esi" => self.esi.set(cursor.inner(&join(parent, name))?),
            "killmail" => self.killmail.set(cursor.inner(&join(parent, name))?),
            // Only the outermost object has a package: a package in a package is unknown.
            "package" if parent.is_empty() => {
                self.package.set(cursor.inner(name)?);
            }
            "zkb" => self.zkb = cursor.value::<WireZkb>(parent, name)?.0,
            "hash" => self.hash = hash(cursor, parent, name)?,
            "killmail_hash" => self.killmail_hash = hash(cursor, parent, name)?,
            "href" => {
                let href = cursor.value::<Loose<'a>>(parent, name)?;
                self.href = href.text().map(str::to_owned);
            }
            "sequence_id" => {
                self.sequence_id = cursor.value::<Whole<1, MAX_COUNT>>(parent, name)?.0;
            }
            "sequence_updated" => {
                let updated = cursor.value::<Whole<0, MAX_COUNT>>(parent, name)?.0;
                self.sequence_updated = updated.filter(|number| *number > 0);
            }
            "uploaded_at" => {
                let second = cursor.value::<Whole<0, END_SECOND>>(parent, name)?.0;
                self.uploaded_at = second.filter(|second| *second > 0);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn seen(&mut self, member: Member<'a>) {
        // Only of a flat document are the members needed again.
        if matches!(
            (&self.esi, &self.killmail),
            (Inner::Object { .. }, _) | (_, Inner::Object { .. })
        ) {
            return;
        }
        self.has_foreign |= is_foreign(&member.name);
        self.members.push(member);
    }
}

/// A hash that is not one (old records have a remark in its place) counts as absent.
fn hash(
    cursor: &mut Cursor<'_>,
    parent: &str,
    name: &str,
) -> Result<Option<KillmailHash>, ParseError> {
    let text = cursor.value::<Loose<'_>>(parent, name)?;
    Ok(text.text().and_then(|text| text.parse().ok()))
}

/// Whether a flat document's member is not ESI's, but what zKillboard, EVE Ref, R2Z2 and Killwire's
/// own form put beside ESI's.
pub(super) fn is_foreign(name: &str) -> bool {
    matches!(
        name,
        "zkb"
            | "hash"
            | "killmail_hash"
            | "href"
            | "http_last_modified"
            | "killID"
            | "kill_time"
            | "system_id"
            | "esi"
            | "killmail"
            | "package"
            | "uploaded_at"
            | "attacker_count"
            | "total_value"
            | "npc"
            | "solo"
            | "awox"
            | "solar_system_name"
            | "constellation_id"
            | "constellation_name"
            | "region_id"
            | "region_name"
            | "security"
            | "security_status"
            | "space"
            | "wormhole_class"
            | "enrichment"
            | "value"
            | "final_blow_attacker"
    ) || name.starts_with("sequence_")
}
