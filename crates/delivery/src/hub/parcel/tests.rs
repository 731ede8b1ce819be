use super::*;

fn written() -> Written {
    Written {
        before: Bytes::from_static(b"[1,"),
        killmail: Bytes::from_static(b"{}"),
        behind: Bytes::from_static(b",2]"),
    }
}

#[test]
fn what_is_left_of_a_form_is_the_same_wherever_it_was_cut() {
    let all = b"[1,{},2]";
    assert_eq!(written().len(), all.len());
    for cut in 0..=all.len() {
        let pieces: Vec<Bytes> = written().rest(cut).collect();
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
        assert_eq!(pieces.concat(), all[cut..]);
    }
}
