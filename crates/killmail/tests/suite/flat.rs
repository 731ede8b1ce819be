//! Flat documents, in which ESI's members stand among others and under other names.

use killwire_killmail::Killmail;

use crate::document::{ESI, killmail};

fn esi_of(document: &str) -> String {
    let parsed = killmail(document);
    assert_eq!(
        Killmail::from_esi(&parsed.esi).as_ref(),
        Ok(&parsed.killmail)
    );
    String::from_utf8(parsed.esi).unwrap()
}

#[test]
fn other_names_do_for_esis_names() {
    let document = ESI
        .replace("\"killmail_id\"", "\"killID\"")
        .replace("\"killmail_time\"", "\"kill_time\"")
        .replace("\"solar_system_id\"", "\"system_id\"");
    assert_eq!(killmail(&document).killmail, killmail(ESI).killmail);
    assert_eq!(
        esi_of(&document),
        ESI,
        "and become ESI's in the bytes we keep"
    );
}

#[test]
fn esis_names_win_where_both_stand() {
    let document = ESI.replace(
        r#"{"killmail_id":900"#,
        r#"{"killID":7,"system_id":30000142,"kill_time":"2020-01-01T00:00:00Z","killmail_id":900"#,
    );
    assert_eq!(killmail(&document).killmail, killmail(ESI).killmail);
    assert_eq!(esi_of(&document), ESI);
}

#[test]
fn a_null_under_esis_name_does_not_hide_the_other_name() {
    let document = ESI.replace(
        r#"{"killmail_id":900"#,
        r#"{"killID":900,"killmail_id":null"#,
    );
    assert_eq!(esi_of(&document), ESI);
}

#[test]
fn an_unknown_member_is_kept_in_esis_bytes() {
    let esi = ESI.replace(
        r#"{"killmail_id""#,
        r#"{"future": {"a":[1, 2]} ,"killmail_id""#,
    );
    assert_eq!(esi_of(&esi), esi, "nothing foreign: copied whole");
    let mixed = format!(r#"{} , "zkb" : null }}"#, esi.strip_suffix('}').unwrap());
    assert_eq!(
        esi_of(&mixed),
        esi.replace(" ,\"killmail_id\"", ",\"killmail_id\"")
    );
}

#[test]
fn a_name_with_escapes_is_the_same_name() {
    let document = ESI.replace("\"killmail_id\"", r#""kill\u006dail_id""#);
    assert_eq!(killmail(&document).killmail, killmail(ESI).killmail);
}

#[test]
fn white_space_between_members_changes_nothing() {
    let document = ESI
        .replace(',', " ,\n\t")
        .replace(':', " : ")
        .replace('{', "{\r\n ");
    let document = document.replace("06 : 40 : 33", "06:40:33");
    assert_eq!(
        killmail(&format!("\n{document}\n")).killmail,
        killmail(ESI).killmail
    );
}
