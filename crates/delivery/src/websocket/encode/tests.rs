use proptest::prelude::*;

use super::*;
use crate::websocket::client;

#[test]
fn the_unmasked_text_of_the_rfc_is_written() {
    assert_eq!(
        text(b"Hello"),
        &[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f][..]
    );
}

#[test]
fn the_pong_of_the_rfc_is_written() {
    assert_eq!(
        pong(b"Hello"),
        &[0x8a, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f][..]
    );
    assert_eq!(pong(b""), &[0x8a, 0x00][..]);
}

#[test]
fn the_three_forms_of_a_length_are_written_at_their_edges() {
    let heads: [(usize, &[u8]); 6] = [
        (0, &[0x81, 0]),
        (125, &[0x81, 125]),
        (126, &[0x81, 126, 0, 126]),
        (65_535, &[0x81, 126, 0xff, 0xff]),
        (65_536, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        (200_000, &[0x81, 127, 0, 0, 0, 0, 0, 3, 0x0d, 0x40]),
    ];
    for (length, head) in heads {
        let frame = text(&vec![b'x'; length]);
        assert_eq!(frame[..head.len()], *head);
        assert_eq!(text_head(length), head);
        assert_eq!(frame.len(), head.len() + length);
    }
}

#[test]
fn a_close_frame_has_its_code_and_as_much_of_the_reason_as_fits() {
    assert_eq!(close(1012, "restart"), &b"\x88\x09\x03\xf4restart"[..]);
    let long = close(1000, &"é".repeat(100));
    assert_eq!(long.len(), 2 + 2 + 122);
    assert!(str::from_utf8(&long[4..]).is_ok());
}

#[test]
fn a_control_frame_never_carries_more_than_it_may() {
    assert_eq!(pong(&[0; 200]).len(), 2 + 125);
}

proptest! {
    #[test]
    fn a_text_is_one_whole_frame_without_reserved_bits(sent in ".{0,300}") {
        let frame = text(sent.as_bytes());
        prop_assert_eq!(client::read_text(&frame), Some(&sent[..]));
    }
}
