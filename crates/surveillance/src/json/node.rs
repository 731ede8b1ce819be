//! A JSON document as it stands: members in their order, also where a name stands twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Problem;
use super::error::Trouble;
use crate::tree::{TooMuch, TreeLimits};
use crate::vocabulary::shown;

/// No object of a profile has more members.
const MOST_MEMBERS: usize = 8;

#[derive(Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// Its digits. A number with a fraction or an exponent has passed through a float, whose shortest
    /// decimal form this is: exact up to 15 digits.
    Number(String),
    Text(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads a document. serde_json itself nests no deeper than 128 levels.
    pub(super) fn read(document: &[u8], limits: &TreeLimits) -> Result<Self, Trouble> {
        if document.len() > limits.bytes {
            return Err(TooMuch::Bytes(limits.bytes).into());
        }
        serde_json::from_slice(document).map_err(|error| {
            if error.to_string().starts_with("recursion limit exceeded") {
                return TooMuch::Depth(limits.depth).into();
            }
            let found = format!("what is not JSON ({error})");
            Problem::unexpected(found, "a condition as JSON").into()
        })
    }

    /// For messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(truth) => truth.to_string(),
            Self::Number(digits) => shown(digits),
            Self::Text(text) => format!("the text {}", shown(text)),
            Self::Array(items) if items.is_empty() => "an empty list".to_owned(),
            Self::Array(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }

    /// A number, as a number or in quotes.
    pub(super) fn number(&self) -> Option<&str> {
        match self {
            Self::Number(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list that has some.
    pub(super) fn some(&self, what: &str) -> Result<&[Self], Trouble> {
        match self {
            Self::Array(items) if !items.is_empty() => Ok(items),
            _ => Err(Trouble::unexpected(
                self,
                format!("a list with at least one {what}"),
            )),
        }
    }

    /// The members, each name once.
    pub(super) fn members(
        &self,
        expected: impl FnOnce() -> String,
    ) -> Result<&[(String, Self)], Trouble> {
        let Self::Object(members) = self else {
            return Err(Trouble::unexpected(self, expected()));
        };
        if members.len() > MOST_MEMBERS {
            let found = format!("an object of {} members", members.len());
            return Err(Problem::unexpected(found, expected()).into());
        }
        for (place, (name, _)) in members.iter().enumerate() {
            if members
                .iter()
                .skip(place + 1)
                .any(|(other, _)| other == name)
            {
                return Err(Trouble::member(name, "it once only"));
            }
        }
        Ok(members)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Node::Object(members))
    }
}
