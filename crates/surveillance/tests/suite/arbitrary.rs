//! Any condition at all, well formed, drawn from pools: wide ones for readers and writers, small
//! ones for tests in which conditions and killmails must meet.
//!
//! It depends on nothing but the crate's outside, so that unit tests can include it by its path, where
//! the crate calls itself by its name (`extern crate self as killwire_surveillance`).

#![allow(
    dead_code,
    reason = "not every test that includes it draws from every pool"
)]

use std::rc::Rc;

use killwire_surveillance::tree::{
    Check, Comparison, Count, Expr, Field, Has, Name, Ref, RefKind, Scope, Test, Unit, ValueKind,
};
use killwire_universe::Tag;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

type Draw<Of, T> = Rc<dyn Fn(Of) -> BoxedStrategy<T>>;

/// What conditions are drawn from.
#[derive(Clone)]
pub(crate) struct Pools {
    /// References to such a thing.
    pub(crate) refs: Draw<RefKind, Ref>,
    /// Numbers for a field, in its unit.
    pub(crate) numbers: Draw<(Field, Unit), i64>,
    /// Words for a field other than module tags, and parts of names.
    pub(crate) texts: BoxedStrategy<String>,
    /// Names of lists and chains.
    pub(crate) names: BoxedStrategy<String>,
    /// Levels of connectives in the scope of the killmail. Below them stand as many again in the
    /// scope of a party or an item, at most two.
    pub(crate) depth: u32,
}

impl Pools {
    /// Anything that can be written.
    pub(crate) fn wide() -> Self {
        Self {
            refs: Rc::new(|kind| wide_ref(kind).boxed()),
            numbers: Rc::new(|(_, unit)| wide_number(unit).boxed()),
            texts: text().boxed(),
            names: "[^\\p{C}\\s]([^\\p{C}]{0,20}[^\\p{C}\\s])?".boxed(),
            depth: 3,
        }
    }

    /// Few ids, numbers and words, so that conditions on them often hold.
    pub(crate) fn small(
        ids: impl Fn(RefKind) -> Vec<i64> + 'static,
        numbers: impl Fn(Field) -> Vec<i64> + 'static,
        texts: Vec<String>,
        names: Vec<String>,
    ) -> Self {
        Self {
            refs: Rc::new(move |kind| select(ids(kind)).prop_map(Ref::Id).boxed()),
            numbers: Rc::new(move |(field, _)| select(numbers(field)).boxed()),
            texts: select(texts).boxed(),
            names: select(names).boxed(),
            depth: 3,
        }
    }
}

/// A condition on a killmail.
pub(crate) fn arbitrary_expr(pools: &Pools) -> BoxedStrategy<Expr> {
    let inner = pools.depth.min(2);
    let party = connected(test(pools, Scope::Party), inner);
    let item = connected(test(pools, Scope::Item), inner);
    let number = || (comparison(), prop_oneof![0..5_u32, any::<u32>()]);
    let count = || {
        prop_oneof![
            3 => Just(Count::Any),
            1 => Just(Count::All),
            1 => number().prop_map(|(of, number)| Count::Number(of, number)),
        ]
    };
    let share = (
        comparison(),
        prop_oneof![0..=10_000_u32, select(vec![0, 5_000, 10_000])],
    );
    let of_attackers = prop_oneof![
        5 => count(),
        1 => share.prop_map(|(of, share)| Count::Share(of, share)),
    ];
    let pieces = (comparison(), prop_oneof![0..20_i64, 0..=i64::MAX]);
    let of_items = prop_oneof![
        5 => count(),
        1 => pieces.prop_map(|(of, pieces)| Count::Quantity(of, pieces)),
    ];
    let leaf = prop_oneof![
        4 => test(pools, Scope::Killmail),
        1 => party.clone().prop_map(|of| Expr::Victim(Box::new(of))),
        1 => party.clone().prop_map(|of| Expr::Anyone(Box::new(of))),
        2 => (of_attackers, party).prop_map(|(count, of)| Expr::Attackers(count, Box::new(of))),
        2 => (of_items, item).prop_map(|(count, of)| Expr::Items(count, Box::new(of))),
    ];
    connected(leaf.boxed(), pools.depth)
}

/// A condition on one field of a scope; now and then a constant.
pub(crate) fn test(pools: &Pools, scope: Scope) -> BoxedStrategy<Expr> {
    let fields: Vec<Field> = (Field::ALL.iter().copied())
        .filter(|field| field.scope() == scope)
        .collect();
    let pools = pools.clone();
    let test = select(fields).prop_flat_map(move |field| {
        check(&pools, field).prop_map(move |check| Test { field, check })
    });
    prop_oneof![
        20 => test.prop_map(Expr::Test),
        1 => any::<bool>().prop_map(Expr::Const),
    ]
    .boxed()
}

/// Any check that the field takes.
pub(crate) fn check(pools: &Pools, field: Field) -> BoxedStrategy<Check> {
    let refs = |kind| vec((pools.refs)(kind), 1..4);
    let name = || {
        pools
            .names
            .clone()
            .prop_map(|name| Name::new(&name).unwrap())
    };
    let mut checks: Vec<BoxedStrategy<Check>> = Vec::new();
    if field.may_be_absent() {
        checks.push(Just(Check::Exists).boxed());
    }
    match field.kind() {
        ValueKind::Flag => checks.push(Just(Check::Yes).boxed()),
        ValueKind::Number(unit) => checks.push(
            (comparison(), (pools.numbers)((field, unit)))
                .prop_map(|(of, number)| Check::Compare(of, number))
                .boxed(),
        ),
        ValueKind::Ref(kind) => {
            checks.push(refs(kind).prop_map(Check::In).boxed());
            checks.push(name().prop_map(Check::List).boxed());
            if kind.is_static() {
                let part = pools.texts.clone();
                checks.push(part.prop_map(|part| Check::Contains(part.into())).boxed());
            }
            if kind == RefKind::System {
                let jumps = (prop_oneof![0..8_u32, any::<u32>()], refs(kind));
                let far = (prop_oneof![0..10_000_u32, any::<u32>()], refs(kind));
                checks.push(name().prop_map(Check::Chain).boxed());
                checks.push(jumps.prop_map(|(far, of)| Check::Jumps(far, of)).boxed());
                checks.push(far.prop_map(|(far, of)| Check::LightYears(far, of)).boxed());
            }
        }
        ValueKind::Choice(of) => {
            let places = 0..u8::try_from(of.len()).unwrap();
            let chosen = btree_set(places, 1..=of.len().min(8));
            checks.push(
                chosen
                    .prop_map(|of| Check::Choice(of.into_iter().collect()))
                    .boxed(),
            );
        }
        ValueKind::Words => {
            let word = match field {
                Field::Tags | Field::ItemTags => select(Tag::ALL)
                    .prop_map(|tag| tag.name().to_owned())
                    .boxed(),
                _ => pools.texts.clone(),
            };
            let words = vec(word.prop_map(String::into_boxed_str), 1..4);
            let has = select(vec![Has::Any, Has::All]);
            checks.push(
                (has, words)
                    .prop_map(|(has, words)| Check::Words(has, words))
                    .boxed(),
            );
        }
    }
    proptest::strategy::Union::new(checks).boxed()
}

/// Conditions and connectives of them, so many levels deep.
fn connected(leaf: BoxedStrategy<Expr>, depth: u32) -> BoxedStrategy<Expr> {
    leaf.prop_recursive(depth, 12, 3, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 2..4).prop_map(Expr::And),
            2 => vec(inner.clone(), 2..4).prop_map(Expr::Or),
            1 => inner.prop_map(Expr::negated),
        ]
    })
    .boxed()
}

fn comparison() -> impl Strategy<Value = Comparison> {
    select(&Comparison::ALL[..])
}

fn wide_ref(kind: RefKind) -> impl Strategy<Value = Ref> {
    let id = || prop_oneof![1..40_000_000_i64, 1..=i64::MAX];
    let by_id = id().prop_map(Ref::Id);
    if !kind.has_names() {
        return by_id.boxed();
    }
    let by_name = text().prop_map(|name| Ref::Name(name.into()));
    let by_both = (id(), text()).prop_map(|(id, name)| Ref::Both(id, name.into()));
    prop_oneof![by_id, by_name, by_both].boxed()
}

fn wide_number(unit: Unit) -> impl Strategy<Value = i64> {
    // To 9999-12-30T22:00:00Z, the last that can be written.
    let moments = prop_oneof![
        0..=253_402_207_200_i64,
        (0..30_000_i64).prop_map(|day| day * 86_400)
    ];
    let round =
        (-999..999_i64, 0..15_u32).prop_map(|(digits, noughts)| digits * 10_i64.pow(noughts));
    match unit {
        Unit::Moment => moments.boxed(),
        _ => prop_oneof![round, -100..100_i64, any::<i64>()].boxed(),
    }
}

/// Text that is not blank: names as they are, signs of the language, quotes, escapes, controls.
fn text() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[A-Z][a-z]{2,8}( [IVX]{1,3})?",
        "[ \"\\\\#'\\[\\](){},.%a-z0-9\n\t\r]{1,12}",
        "\\PC{1,12}",
        any::<String>(),
    ];
    text.prop_filter("a blank says nothing", |text| !text.trim().is_empty())
}
