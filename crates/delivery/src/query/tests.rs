use proptest::prelude::*;

use super::*;

fn ids(query: &str, most: usize) -> Result<Vec<i64>, IdListError> {
    let uri = Uri::builder()
        .path_and_query(format!("/?{query}"))
        .build()
        .unwrap();
    let limits = Limits::default();
    Query::of(&uri, &limits).unwrap().ids("systems", most)
}

#[test]
fn every_spelling_of_a_list_reads_the_same() {
    for query in [
        "systems[]=1&systems[]=2",
        "systems%5B%5D=1&systems%5b%5d=2",
        "systems=1,2",
        "systems=1%2C2",
        "systems=1&systems=2",
        "systems=2,%201&systems[]=1",
        "a=b&systems=2&&systems=&systems[]=1",
    ] {
        assert_eq!(ids(query, 2), Ok(vec![1, 2]), "{query}");
    }
}

#[test]
fn an_element_that_is_not_a_number_is_named() {
    for (query, element) in [
        ("systems=1,x", "x"),
        ("systems=1,", ""),
        ("systems=%2B1", "+1"),
        ("systems=1;2", "1;2"),
        ("systems=9223372036854775808", "9223372036854775808"),
    ] {
        assert_eq!(ids(query, 9), Err(IdListError::Invalid(element.to_owned())));
    }
}

#[test]
fn duplicates_do_not_count_towards_the_limit() {
    assert_eq!(ids("systems=1,1,2,2", 2), Ok(vec![1, 2]));
    assert_eq!(ids("systems=1,2,3", 2), Err(IdListError::TooMany(3)));
}

#[test]
fn other_parameters_are_not_read_as_ids() {
    assert_eq!(
        ids("system=1&systemsx=2&systems[0]=3&Systems=4", 9),
        Ok(vec![])
    );
}

/// One way to write a group of ids into a query string.
fn spelled(group: &[i64], spelling: u8) -> String {
    let texts: Vec<String> = group.iter().map(i64::to_string).collect();
    match spelling {
        0 => texts.iter().map(|id| format!("systems[]={id}&")).collect(),
        1 => texts
            .iter()
            .map(|id| format!("systems%5B%5D={id}&"))
            .collect(),
        2 => texts.iter().map(|id| format!("systems={id}&")).collect(),
        3 => format!("systems={}&", texts.join(",")),
        _ => format!("systems[]={}&", texts.join("%2C")),
    }
}

proptest! {
    #[test]
    fn a_list_comes_back_sorted_and_unique_however_it_was_written(
        groups in prop::collection::vec((prop::collection::vec(0_i64.., 0..8), 0_u8..5), 0..6)
    ) {
        let query: String = groups.iter().map(|(group, spelling)| spelled(group, *spelling)).collect();
        let mut expected: Vec<i64> = groups.into_iter().flat_map(|(group, _)| group).collect();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(ids(&query, 100), Ok(expected));
    }

    #[test]
    fn no_query_string_is_too_odd_to_be_read_or_refused(
        query in "(systems|limit|after|client_id|[a-z%=&,\\[\\]0-9+;]{0,3}|=|&|%5B|%FF|,|[0-9]){0,24}"
    ) {
        let Ok(uri) = Uri::builder().path_and_query(format!("/?{query}")).build() else {
            return Ok(());
        };
        let limits = Limits::default();
        let parsed = Query::of(&uri, &limits).unwrap();
        if let Ok(ids) = parsed.ids::<i64>("systems", 10) {
            prop_assert!(ids.len() <= 10 && ids.is_sorted());
            prop_assert!(ids.iter().all(|id| *id >= 0));
        }
        if let Ok(Some(number)) = parsed.number("limit", 1..=1000) {
            prop_assert!((1..=1000).contains(&number));
        }
    }
}
