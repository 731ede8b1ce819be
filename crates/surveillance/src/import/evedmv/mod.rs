//! eveDMV's filter trees.
//!
//! Two dialects are understood, also mixed: that of its design and its editor,
//! `{"condition": "and", "rules": [..]}` with leaves of `field`, `operator`, `value`, and that of its
//! compiler, `{"type": "and", "children": [..]}` with leaves of `"type": "rule"`. Fields and
//! operators mean what the design says.

mod field;
mod leaf;
mod words;

use serde_json::{Map, Value};

use super::conditions::{every, some};
use super::error::clipped;
use super::{ImportError, Imported, Notes, json};
use crate::tree::{Expr, TooMuch};

/// Reads a tree, or a profile with a `filter_tree`. The tree is nested at most `depth` levels.
pub(super) fn read(text: &str, depth: usize) -> Result<Imported, ImportError> {
    let document = json::document(text)?;
    let mut notes = Notes::default();
    let (name, tree) = match &document {
        Value::Object(object) if object.contains_key("filter_tree") => {
            let tree = profile(object, &mut notes)?;
            (object.get("name").and_then(json::text), tree)
        }
        Value::Object(object) if object.contains_key("criteria") => {
            return Err(ImportError::inexpressible(
                "criteria",
                "profiles of criteria are another kind: only filter trees can be imported",
            ));
        }
        tree => (None, tree),
    };
    let expr = Reading {
        notes: &mut notes,
        limit: depth,
    }
    .node(tree, "the tree", depth)?;
    Ok(Imported {
        name: name.map(str::to_owned),
        expr,
        notes: notes.0,
    })
}

/// The tree in a profile, of which the rest is no condition.
fn profile<'a>(
    object: &'a Map<String, Value>,
    notes: &mut Notes,
) -> Result<&'a Value, ImportError> {
    const LEFT_OUT: [&str; 6] = [
        "description",
        "notification_settings",
        "settings",
        "priority",
        "user_id",
        "is_active",
    ];
    const SILENT: [&str; 8] = [
        "name",
        "filter_tree",
        "id",
        "profile_id",
        "match_count",
        "last_match_at",
        "inserted_at",
        "updated_at",
    ];
    for (member, value) in object {
        let member = member.as_str();
        if LEFT_OUT.contains(&member) {
            if !value.is_null() {
                notes.take(member, "it is no part of a condition and was left out");
            }
        } else if !SILENT.contains(&member) {
            return Err(ImportError::shape(
                member,
                "a profile of eveDMV has no such member",
            ));
        }
    }
    Ok(object.get("filter_tree").unwrap_or(&Value::Null))
}

struct Reading<'a> {
    notes: &'a mut Notes,
    /// Levels that the tree may have.
    limit: usize,
}

impl Reading<'_> {
    /// The node at `at`, with `depth` levels left.
    fn node(&mut self, node: &Value, at: &str, depth: usize) -> Result<Expr, ImportError> {
        let depth = depth.checked_sub(1).ok_or(TooMuch::Depth(self.limit))?;
        let Value::Object(object) = node else {
            let problem = format!("an object is expected, not {}", json::shown(node));
            return Err(ImportError::shape(at, problem));
        };
        let (connective, children) = match (object.get("condition"), object.get("type")) {
            (Some(condition), None) => (condition, "rules"),
            (None, Some(kind)) if kind != "rule" => (kind, "children"),
            (None, _) => return self.leaf(object, at),
            (Some(_), Some(_)) => {
                let problem = "`condition` and `type` are of two dialects: one of them is expected";
                return Err(ImportError::shape(at, problem));
            }
        };
        only(object, at, &["condition", "rules", "type", "children"])?;
        let all = match connective.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("and") => true,
            Some("or") => false,
            _ => {
                let problem = format!(
                    "\"and\" or \"or\" is expected, not {}",
                    json::shown(connective)
                );
                return Err(ImportError::shape(at, problem));
            }
        };
        let Some(Value::Array(nodes)) = object.get(children) else {
            let problem = format!("`{children}` is expected, a list");
            return Err(ImportError::shape(at, problem));
        };
        if nodes.is_empty() {
            let problem = format!("`{children}` is empty: one at least is expected");
            return Err(ImportError::shape(at, problem));
        }
        let mut parts = Vec::with_capacity(nodes.len());
        for (number, node) in nodes.iter().enumerate() {
            let at = format!("{children}[{number}]");
            parts.push(self.node(node, &at, depth)?);
        }
        Ok(if all { every(parts) } else { some(parts) })
    }

    fn leaf(&mut self, object: &Map<String, Value>, at: &str) -> Result<Expr, ImportError> {
        only(object, at, &["type", "field", "operator", "value"])?;
        let text = |member: &str| match object.get(member) {
            Some(Value::String(text)) => Ok(text.as_str()),
            _ => Err(ImportError::shape(
                at,
                format!("`{member}` is expected, as text"),
            )),
        };
        let (field, operator) = (text("field")?, text("operator")?);
        let leaf = leaf::Leaf {
            field,
            operator: leaf::operator(operator).ok_or_else(|| {
                let problem = format!(
                    "\"{}\" is no operator: eq, ne, gt, lt, gte, lte, in, not_in, contains_any, \
                     contains_all or not_contains is expected",
                    clipped(operator)
                );
                ImportError::shape(field, problem)
            })?,
            value: object.get("value").unwrap_or(&Value::Null),
        };
        leaf.read(self.notes)
    }
}

fn only(object: &Map<String, Value>, at: &str, members: &[&str]) -> Result<(), ImportError> {
    match object.keys().find(|key| !members.contains(&key.as_str())) {
        None => Ok(()),
        Some(strange) => {
            let problem = format!("`{}` is not known here", clipped(strange));
            Err(ImportError::shape(at, problem))
        }
    }
}
