//! From the tree to what is evaluated.

use std::sync::Arc;

use killwire_universe::{Tag, Tags};

use super::node::{Ids, Leaf, Node};
use super::places::Sets;
use super::{Lists, Plan, canonical, lists_of};
use crate::ground::Ground;
use crate::tree::{Check, Expr, Field, Name, Ref, RefKind, Test, ValueKind};

/// Why a condition cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// A name without an id.
    #[error("{name:?} was not looked up: no {kind} of that name is known")]
    NotLookedUp {
        /// The name.
        name: Box<str>,
        /// What it would be the name of.
        kind: &'static str,
    },
    /// A named list that there is none of.
    #[error("there is no list called \"{0}\"; make it first")]
    NoList(Name),
    /// A word that is no module tag.
    #[error("{0:?} is no module tag; docs/module-tags.md has them all")]
    NoTag(Box<str>),
    /// A check that the field does not take; readers of text and JSON let none through.
    #[error("`{0}` cannot be asked that")]
    Mismatch(&'static str),
}

/// Compiles conditions against one snapshot of static data and lists, and makes the sets that several
/// have in common once.
#[derive(Debug)]
pub struct Compiler<'a> {
    ground: &'a Ground,
    lists: &'a Lists,
    sets: Sets,
}

impl<'a> Compiler<'a> {
    /// A compiler.
    #[must_use]
    pub fn new(ground: &'a Ground, lists: &'a Lists) -> Self {
        Self {
            ground,
            lists,
            sets: Sets::default(),
        }
    }

    /// Compiles a condition.
    ///
    /// # Errors
    /// As [`compile`](super::compile).
    pub fn compile(&mut self, expr: &Expr) -> Result<Plan, CompileError> {
        let lists = lists_of(expr);
        if let Some(missing) = lists.iter().find(|name| !self.lists.contains_key(*name)) {
            return Err(CompileError::NoList(missing.clone()));
        }
        let node = self.as_written(&canonical(expr.clone()))?;
        Ok(Plan {
            needs_static_data: needs_static_data(expr),
            lists: lists.into(),
            node,
        })
    }

    /// Compiles exactly this tree, without simplifying or ordering it.
    ///
    /// # Errors
    /// As [`compile`](super::compile).
    pub fn as_written(&mut self, expr: &Expr) -> Result<Node, CompileError> {
        let mut boxed = |of: &Expr| self.as_written(of).map(Box::new);
        Ok(match expr {
            Expr::Const(truth) => Node::Const(*truth),
            Expr::Not(of) => Node::Not(boxed(of)?),
            Expr::Victim(of) => Node::Victim(boxed(of)?),
            Expr::Anyone(of) => Node::Anyone(boxed(of)?),
            Expr::Attackers(count, of) => Node::Attackers(*count, boxed(of)?),
            Expr::Items(count, of) => Node::Items(*count, boxed(of)?),
            Expr::And(parts) => Node::And(self.all(parts)?),
            Expr::Or(parts) => Node::Or(self.all(parts)?),
            Expr::Test(test) => Node::Leaf(self.leaf(test)?),
        })
    }

    fn all(&mut self, parts: &[Expr]) -> Result<Box<[Node]>, CompileError> {
        parts.iter().map(|part| self.as_written(part)).collect()
    }

    fn leaf(&mut self, Test { field, check }: &Test) -> Result<Leaf, CompileError> {
        let field = *field;
        let mismatch = || CompileError::Mismatch(field.name());
        Ok(match (field.kind(), check) {
            (ValueKind::Flag, Check::Yes) => Leaf::Yes(field),
            (ValueKind::Number(_), Check::Compare(comparison, value)) => {
                Leaf::Number(field, *comparison, *value)
            }
            (ValueKind::Number(_) | ValueKind::Ref(_), Check::Exists) => Leaf::Exists(field),
            (ValueKind::Choice(_), Check::Choice(choices)) => {
                let bits = choices
                    .iter()
                    .map(|choice| 1_u32.checked_shl((*choice).into()));
                Leaf::Choice(field, bits.flatten().fold(0, |all, bit| all | bit))
            }
            (ValueKind::Words, Check::Words(has, words)) if is_tags(field) => {
                Leaf::Tags(*has, tags(words)?)
            }
            (ValueKind::Words, Check::Words(has, words)) => {
                Leaf::Labels(*has, words.clone().into())
            }
            (ValueKind::Ref(kind), check) => self.reference(field, kind, check)?,
            _ => return Err(mismatch()),
        })
    }

    fn reference(
        &mut self,
        field: Field,
        kind: RefKind,
        check: &Check,
    ) -> Result<Leaf, CompileError> {
        let universe = self.ground.universe();
        let set = match check {
            Check::In(refs) => Ids::of(ids(kind, refs)?),
            Check::List(name) => {
                let list = self.lists.get(name);
                let list = list.ok_or_else(|| CompileError::NoList(name.clone()))?;
                Ids::Shared(list.of(kind))
            }
            Check::Chain(map) if kind == RefKind::System => return Ok(Leaf::Chain(map.clone())),
            Check::Contains(fragment) if kind.is_static() => {
                let named = self.sets.named(universe, kind, fragment);
                return Ok(Leaf::Known(field, Ids::Shared(named)));
            }
            Check::Jumps(jumps, of) if kind == RefKind::System => {
                let around: Arc<[i64]> = self.sets.jumps(universe, *jumps, ids(kind, of)?);
                return Ok(Leaf::Known(field, Ids::Shared(around)));
            }
            Check::LightYears(thousandths, of) if kind == RefKind::System => {
                let around = (self.sets).light_years(universe, *thousandths, ids(kind, of)?);
                return Ok(Leaf::Known(field, Ids::Shared(around)));
            }
            _ => return Err(CompileError::Mismatch(field.name())),
        };
        Ok(match kind {
            RefKind::Who => Leaf::Who(set),
            _ => Leaf::Ids(field, set),
        })
    }
}

fn ids(kind: RefKind, refs: &[Ref]) -> Result<Vec<i64>, CompileError> {
    let id = |reference: &Ref| {
        reference.id().ok_or_else(|| CompileError::NotLookedUp {
            name: reference.name().unwrap_or_default().into(),
            kind: kind.noun(),
        })
    };
    let mut ids = refs.iter().map(id).collect::<Result<Vec<i64>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

const fn is_tags(field: Field) -> bool {
    matches!(field, Field::Tags | Field::ItemTags)
}

fn tags(words: &[Box<str>]) -> Result<Tags, CompileError> {
    let tag = |word: &str| {
        let mut all = Tag::ALL.iter().copied();
        all.find(|tag| tag.name().eq_ignore_ascii_case(word))
            .ok_or_else(|| CompileError::NoTag(word.into()))
    };
    words.iter().map(|word| tag(word)).collect()
}

/// Whether what the condition means follows from static data in some part.
fn needs_static_data(expr: &Expr) -> bool {
    let mut needs = false;
    expr.for_each_test(&mut |test| {
        needs |= matches!(
            test.check,
            Check::Contains(_) | Check::Jumps(..) | Check::LightYears(..)
        );
    });
    needs
}
