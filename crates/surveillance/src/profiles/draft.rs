//! From what somebody wrote to a condition that can be stored: read, looked up, simplified, compiled.

use std::collections::HashMap;

use serde::Serialize;

use super::{Place, Profiles, ProfilesError};
use crate::compile::{Lists, Plan, canonical, compile};
use crate::index::{Cover, cover};
use crate::resolve::{by_answers, by_static_data, is_asked_for, open};
use crate::text::{Parsed, Span};
use crate::tree::{Check, Expr, Name};
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
    /// What is odd about it, in words: it can be kept, and is hardly what somebody meant.
    pub warnings: Vec<String>,
}

impl Profiles {
    /// Reads a condition, looks its names up, and compiles it.
    ///
    /// # Errors
    /// [`ProfilesError`], saying where and what is wrong.
    pub async fn draft(&self, source: Source) -> Result<Draft, ProfilesError> {
        let written = self.read(source)?;
        self.looked_up(written).await
    }

    /// The same for somebody who has shown no token: the condition may name neither lists nor maps,
    /// because what matches tells what is in them.
    ///
    /// # Errors
    /// [`ProfilesError::Private`] where it does; otherwise as [`Profiles::draft`].
    pub async fn open_draft(&self, source: Source) -> Result<Draft, ProfilesError> {
        let written = self.read(source)?;
        let mut is_private = false;
        written.expr.for_each_test(&mut |test| {
            is_private |= matches!(test.check, Check::List(_) | Check::Chain(_));
        });
        if is_private {
            return Err(ProfilesError::Private);
        }
        self.looked_up(written).await
    }

    async fn looked_up(&self, written: Written) -> Result<Draft, ProfilesError> {
        let Written {
            mut expr,
            refs,
            names,
        } = written;
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
                span: refs.get(name.place).copied(),
                name,
            });
            return Err(ProfilesError::Names(places.collect()));
        }
        if let Some((name, place)) = unknown_list(&expr, &view.lists) {
            return Err(ProfilesError::NoList {
                span: names.get(place).copied(),
                nearest: nearest(&name, &view.lists),
                name,
            });
        }
        let plan = compile(&expr, &view.ground, &view.lists)?;
        let cover = cover(&plan.node, &view.ground, &view.heat);
        Ok(Draft { expr, plan, cover })
    }

    fn read(&self, source: Source) -> Result<Written, ProfilesError> {
        let limits = &self.limits.tree;
        Ok(match source {
            Source::Text(text) => text::parse(&text, limits)?.into(),
            Source::Json(json) => json::read(&json, limits)?.into(),
            Source::Tree(expr) => (*expr).into(),
        })
    }
}

/// A condition, and where its references and the names of lists and maps stand, if it is text.
struct Written {
    expr: Expr,
    refs: Vec<Span>,
    names: Vec<Span>,
}

impl From<Parsed> for Written {
    fn from(Parsed { expr, refs, names }: Parsed) -> Self {
        Self { expr, refs, names }
    }
}

impl From<Expr> for Written {
    fn from(expr: Expr) -> Self {
        Self {
            expr,
            refs: Vec::new(),
            names: Vec::new(),
        }
    }
}

/// The first list that there is none of, and its place among the names of lists and maps.
fn unknown_list(expr: &Expr, lists: &Lists) -> Option<(Name, usize)> {
    let (mut unknown, mut place) = (None, 0);
    expr.for_each_test(&mut |test| match &test.check {
        Check::List(name) => {
            if unknown.is_none() && !lists.contains_key(name) {
                unknown = Some((name.clone(), place));
            }
            place += 1;
        }
        Check::Chain(_) => place += 1,
        _ => {}
    });
    unknown
}

/// The list whose name is meant, perhaps.
fn nearest(name: &Name, lists: &Lists) -> Option<Name> {
    let distance = |known: &Name| strsim::damerau_levenshtein(known.as_str(), name.as_str());
    let near = lists.keys().map(|known| (distance(known), known));
    let near = near.filter(|(distance, known)| *distance <= 1 + known.as_str().len() / 4);
    near.min().map(|(_, known)| known.clone())
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
            warnings: super::warning::warnings(&self.expr),
        }
    }
}
