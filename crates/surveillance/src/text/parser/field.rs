//! Which field a word means, and what to say where it means none.

use super::{Parser, Read};
use crate::text::lexer::{Token, Trouble};
use crate::tree::{Expr, Field, Scope, Test, ValueKind};
use crate::vocabulary::{Prefix, field_elsewhere, field_names, nearest, part_of_value, place};

/// Words that begin a condition on the killmail and are no fields.
const KEYWORDS: [&str; 7] = [
    "victim",
    "attackers",
    "anyone",
    "items",
    "not",
    "true",
    "false",
];

impl Parser<'_> {
    /// One condition on one field: of the scope, or of somebody that a prefix names.
    pub(super) fn test(&mut self, scope: Scope) -> Read<Expr> {
        let at = self.0.span();
        let Token::Word(word) = *self.0.token() else {
            return Err(self.no_condition(scope));
        };
        let prefixed = || {
            let (prefix, name) = Prefix::split(word).filter(|_| scope == Scope::Killmail)?;
            Some((Some(prefix), Field::named(prefix.scope(), name)?))
        };
        let own = || Some((None, Field::named(scope, word)?));
        let Some((prefix, field)) = own().or_else(prefixed) else {
            return Err(self.no_field(scope, word));
        };
        self.0.advance()?;
        self.0.count_node(at)?;
        let (check, negated) = self.check(field, word)?;
        let mut expr = Expr::Test(Test { field, check });
        if let Some(prefix) = prefix {
            self.0.count_node(at)?;
            expr = prefix.about(expr);
        }
        if negated {
            self.0.count_node(at)?;
            expr = expr.negated();
        }
        Ok(expr)
    }

    /// What is ahead is no word, and so no condition.
    pub(super) fn no_condition(&self, scope: Scope) -> Trouble {
        let condition = super::condition(scope);
        match self.0.token() {
            Token::Text(..) | Token::Number(_) => self.0.unexpected(format!(
                "{condition}; one of several values is asked for with `in [ …, … ]`"
            )),
            _ => self.0.unexpected(condition),
        }
    }

    /// The word ahead is no field of the scope.
    fn no_field(&self, scope: Scope, word: &str) -> Trouble {
        match (scope, field_elsewhere(scope, word)) {
            (Scope::Killmail, Some(field)) => self.0.unexpected(match part_of_value(word) {
                Some(value) => format!("`{value}` where ISK are meant; else {}", whose(field)),
                None => whose(field),
            }),
            (Scope::Killmail, None) if let Some(field) = choosing(word) => {
                let name = field.name();
                self.0.unexpected(format!(
                    "a field before the value: `{name} = {word}`; one of several values is asked \
                     for with `{name} in [{word}, … ]`"
                ))
            }
            (Scope::Killmail, None) => {
                let expected = "a field of the killmail, or of somebody as in `victim.ship`";
                let Trouble { span, problem } = self.0.unexpected(expected);
                let problem = problem.near(near_condition(word));
                Trouble { span, problem }
            }
            (_, Some(field)) => {
                let expected = match field.scope() {
                    Scope::Killmail => {
                        "a field of the one in question: what is of the killmail \
                                        stands outside the braces"
                    }
                    Scope::Party => "a field of the item in question",
                    Scope::Item => "a field of the one in question, not of an item",
                };
                self.0.unexpected(expected)
            }
            (_, None) => {
                let words = field_names(scope).chain(["not", "true", "false"]);
                let behind = Prefix::split(word).map(|(_, name)| name);
                match behind.and_then(|name| Field::named(scope, name)) {
                    Some(field) => self.0.unexpected(format!(
                        "`{}` alone: whose it is stands before the braces",
                        field.name()
                    )),
                    None => (self.0).unexpected_word(super::condition(scope), words),
                }
            }
        }
    }
}

/// The field that has this choice.
fn choosing(word: &str) -> Option<Field> {
    (Field::ALL.iter().copied()).find(|field| match field.kind() {
        ValueKind::Choice(of) => place(of, word).is_some(),
        _ => false,
    })
}

/// What to write for a field of somebody or something where it is not said whose.
fn whose(field: Field) -> String {
    let name = field.name();
    match field.scope() {
        Scope::Item => format!("`item.{name}`, or braces: `items any {{{name} …}}`"),
        Scope::Party | Scope::Killmail => {
            let [victim, attacker, anyone] =
                Prefix::PARTIES.map(|prefix| format!("`{}{name}`", prefix.written()));
            format!("whose it is: {victim}, {attacker} or {anyone}")
        }
    }
}

/// The beginning of a condition on the killmail that was probably meant. Of what has a prefix, the
/// victim's stands for all, where none was written.
fn near_condition(word: &str) -> Option<String> {
    let with = |prefix: Prefix, name: &str| format!("{}{name}", prefix.written());
    let dotted = (Prefix::ALL.into_iter())
        .flat_map(|prefix| field_names(prefix.scope()).map(move |name| with(prefix, name)));
    let alone = field_names(Scope::Killmail).chain(KEYWORDS);
    let words: Vec<String> = dotted.chain(alone.map(str::to_owned)).collect();
    let bare = |prefix: Prefix| {
        let name = nearest(word, field_names(prefix.scope()))?;
        Some(with(prefix, name))
    };
    (nearest(word, words.iter().map(String::as_str)).map(str::to_owned))
        .or_else(|| bare(Prefix::Victim))
        .or_else(|| bare(Prefix::Item))
}

#[cfg(test)]
mod tests {
    use super::near_condition;

    #[test]
    fn the_nearest_name_says_whose_it_is() {
        let table = [
            ("sytem", "system"),
            ("attacker", "attackers"),
            ("victm.ship", "victim.ship"),
            ("attackers.ship", "attacker.ship"),
            ("victim.coporation", "victim.corporation"),
            ("coporation", "victim.corporation"),
            ("ship_group", "victim.ship.group"),
            ("quantty", "item.quantity"),
            ("min_value", "value"),
        ];
        for (word, near) in table {
            assert_eq!(near_condition(word).as_deref(), Some(near), "{word}");
        }
        assert_eq!(near_condition("colour"), None);
    }
}
