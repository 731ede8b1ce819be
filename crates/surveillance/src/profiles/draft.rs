//! From what somebody wrote to a condition that can be stored: read, looked up, simplified, compiled.

use std::collections::HashMap;

use serde::Serialize;

use super::{Place, Profiles, ProfilesError};
use crate::compile::{Plan, canonical, compile};
use crate::index::{Cover, cover};
use crate::resolve::{by_answers, by_static_data, is_asked_for, open};
use crate::text::Span;
use crate::tree::Expr;
use crate::{json, text};

/// A condition as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// As text.
    Text(String),
    /// As JSON.
    Json(Vec<u8>),
    /// As a tree, from an importer.
    Tree(Box<Expr>),
}

/// A condition that can be put in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// As written, every name with its id.
    pub expr: Expr,
    /// Compiled.
    pub plan: Plan,
    /// By what it is found.
    pub cover: Cover,
}

/// A draft as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DraftView {
    /// As text, every name with its id.
    pub text: String,
    /// As JSON.
    pub json: serde_json::Value,
    /// Simplified, in the order of evaluation.
    pub canonical: String,
    /// By what it is found, in words.
    pub plan: Vec<String>,
}

impl Profiles {
    /// Reads a condition, looks its names up, and compiles it.
    ///
    /// # Errors
    /// [`ProfilesError`], saying where and what is wrong.
    pub async fn draft(&self, source: Source) -> Result<Draft, ProfilesError> {
        let (mut expr, spans) = self.read(source)?;
        let view = self.live.load();
        by_static_data(&mut expr, &view.ground);
        let mut asked = open(&mut expr);
        asked.retain(|open| is_asked_for(open.kind));
        let answers = if asked.is_empty() {
            HashMap::new()
        } else {
            let answers = self.people.ids(asked).await;
            answers.map_err(ProfilesError::Unreachable)?
        };
        let left = by_answers(&mut expr, &answers, &view.ground);
        if !left.is_empty() {
            let places = left.into_iter().map(|name| Place {
                span: spans.get(name.place).copied(),
                name,
            });
            return Err(ProfilesError::Names(places.collect()));
        }
        let plan = compile(&expr, &view.ground, &view.lists)?;
        let cover = cover(&plan.node, &view.ground, &view.heat);
        Ok(Draft { expr, plan, cover })
    }

    fn read(&self, source: Source) -> Result<(Expr, Vec<Span>), ProfilesError> {
        let limits = &self.limits.tree;
        Ok(match source {
            Source::Text(text) => {
                let parsed = text::parse(&text, limits)?;
                (parsed.expr, parsed.refs)
            }
            Source::Json(json) => (json::read(&json, limits)?, Vec::new()),
            Source::Tree(expr) => (*expr, Vec::new()),
        })
    }
}

impl Draft {
    /// As it is shown.
    #[must_use]
    pub fn view(&self, ground: &crate::ground::Ground) -> DraftView {
        DraftView {
            text: text::print(&self.expr),
            json: json::write(&self.expr),
            canonical: text::print(&canonical(self.expr.clone())),
            plan: self.cover.words(ground),
        }
    }
}
