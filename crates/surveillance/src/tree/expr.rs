//! The tree itself.

use super::{Field, Name, Ref};

/// A condition on a killmail, on somebody involved in it, or on an item that the victim had,
/// according to where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// Always or never.
    Const(bool),
    /// All of them; at least two.
    And(Vec<Expr>),
    /// One of them at least; at least two.
    Or(Vec<Expr>),
    /// What it is not.
    Not(Box<Expr>),
    /// About the victim. In the scope of the killmail.
    Victim(Box<Expr>),
    /// About the victim or one of the attackers, all of it about the same one. In the scope of the
    /// killmail.
    Anyone(Box<Expr>),
    /// About the attackers. In the scope of the killmail.
    Attackers(Count, Box<Expr>),
    /// About what the victim had with it. In the scope of the killmail.
    Items(Count, Box<Expr>),
    /// One condition on one field.
    Test(Test),
}

/// How many of those in question must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// One at least.
    Any,
    /// Every one. Of nobody, this is false.
    All,
    /// So many: compared with the number of those who fit.
    Number(Comparison, u32),
    /// Such a share, in hundredths of a per cent (0 to 10,000): compared exactly with those who fit
    /// as a part of all. Of nobody, this is false. Of attackers only.
    Share(Comparison, u32),
    /// So many pieces: compared with the quantities of those that fit, dropped and destroyed, added
    /// up. Of items only.
    Quantity(Comparison, i64),
}

/// How two numbers are compared. Unequal is `not` of equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// A condition on a field. Its parts fit each other: [`Field::kind`] says which checks a field takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// What is looked at.
    pub field: Field,
    /// What it must be.
    pub check: Check,
}

/// What a field must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Set. For flags.
    Yes,
    /// There at all. For references and numbers that may be absent.
    Exists,
    /// Compared with a number in the field's [`Unit`](super::Unit).
    Compare(Comparison, i64),
    /// One of these; at least one. For references.
    In(Vec<Ref>),
    /// In the named list, which is kept apart. For references.
    List(Name),
    /// In the named map's chain. For the solar system.
    Chain(Name),
    /// Its name has this in it, upper and lower case alike. For what static data names.
    Contains(Box<str>),
    /// At most so many jumps through stargates from one of these. For the solar system.
    Jumps(u32, Vec<Ref>),
    /// At most so many thousandths of a light-year from one of these. For the solar system.
    LightYears(u32, Vec<Ref>),
    /// One of these numbers of a closed set (see [`ValueKind::Choice`](super::ValueKind)): ascending,
    /// each once, at least one.
    Choice(Vec<u8>),
    /// These words, at least one: in the order of writing.
    Words(Has, Vec<Box<str>>),
}

/// How many of the words a field must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Has {
    /// One at least.
    Any,
    /// Every one.
    All,
}

impl Expr {
    /// What is not `self`.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// A condition on a field.
    #[must_use]
    pub const fn test(field: Field, check: Check) -> Self {
        Self::Test(Test { field, check })
    }

    /// All of them: `true` for none, the one itself for one.
    #[must_use]
    pub fn all(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::Const(true),
            1 => parts.remove(0),
            _ => Self::And(parts),
        }
    }

    /// One of them: `false` for none, the one itself for one.
    #[must_use]
    pub fn any(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::Const(false),
            1 => parts.remove(0),
            _ => Self::Or(parts),
        }
    }

    /// The conditions directly below.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let (many, one): (&[Self], Option<&Self>) = match self {
            Self::And(parts) | Self::Or(parts) => (parts, None),
            Self::Not(of)
            | Self::Victim(of)
            | Self::Anyone(of)
            | Self::Attackers(_, of)
            | Self::Items(_, of) => (&[], Some(of)),
            Self::Const(_) | Self::Test(_) => (&[], None),
        };
        many.iter().chain(one)
    }

    /// The same, to be changed.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        let (many, one): (&mut [Self], Option<&mut Self>) = match self {
            Self::And(parts) | Self::Or(parts) => (parts, None),
            Self::Not(of)
            | Self::Victim(of)
            | Self::Anyone(of)
            | Self::Attackers(_, of)
            | Self::Items(_, of) => (&mut [], Some(of)),
            Self::Const(_) | Self::Test(_) => (&mut [], None),
        };
        many.iter_mut().chain(one)
    }

    /// Every reference in it in the order of writing, with the field it is written for.
    pub fn for_each_ref_mut(&mut self, visit: &mut impl FnMut(Field, &mut Ref)) {
        if let Self::Test(test) = self {
            let field = test.field;
            for reference in test.check.refs_mut() {
                visit(field, reference);
            }
        }
        for child in self.children_mut() {
            child.for_each_ref_mut(visit);
        }
    }

    /// Every test in it in the order of writing.
    pub fn for_each_test<'a>(&'a self, visit: &mut impl FnMut(&'a Test)) {
        if let Self::Test(test) = self {
            visit(test);
        }
        for child in self.children() {
            child.for_each_test(visit);
        }
    }
}

impl Check {
    /// What it refers to.
    #[must_use]
    pub fn refs(&self) -> &[Ref] {
        match self {
            Self::In(refs) | Self::Jumps(_, refs) | Self::LightYears(_, refs) => refs,
            _ => &[],
        }
    }

    /// The same, to be changed.
    pub fn refs_mut(&mut self) -> &mut [Ref] {
        match self {
            Self::In(refs) | Self::Jumps(_, refs) | Self::LightYears(_, refs) => refs,
            _ => &mut [],
        }
    }
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Equal,
        Self::Less,
        Self::AtMost,
        Self::More,
        Self::AtLeast,
    ];

    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Whether `left` compares so with `right`.
    #[must_use]
    #[inline]
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}
