//! A message's payload: an object whose members are read by name.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of a payload that are asked for, as JSON.
#[derive(Debug)]
pub(super) struct Payload<'a>(BTreeMap<String, &'a RawValue>);

/// A payload that is not an object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("[validation:invalid_payload] the payload must be an object")]
pub(super) struct PayloadError;

impl<'a> Payload<'a> {
    /// Null and absence are an object without members. Members that are not `known` are passed
    /// over: so no member is read that is not in a list, and the lists are what is documented.
    pub(super) fn read(json: &'a str, known: &[&str]) -> Result<Self, PayloadError> {
        if json == "null" {
            return Ok(Self(BTreeMap::new()));
        }
        let mut members: BTreeMap<String, &'a RawValue> =
            serde_json::from_str(json).map_err(|_| PayloadError)?;
        members.retain(|name, _| known.contains(&name.as_str()));
        Ok(Self(members))
    }

    /// A member that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let json = self.0.get(name)?.get();
        (json != "null").then_some(json)
    }
}
