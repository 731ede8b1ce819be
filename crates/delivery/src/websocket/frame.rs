//! A frame's first bytes.

use super::decode::ProtocolError;

/// What a control frame carries at most.
pub(super) const CONTROL_BYTES: usize = 125;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    const fn of(bits: u8) -> Result<Self, ProtocolError> {
        Ok(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            other => return Err(ProtocolError::UnknownOpcode(other)),
        })
    }

    /// Its bits in a frame.
    pub(super) const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xa,
        }
    }

    const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The head of a client's frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// Whether the frame ends its message.
    pub(super) last: bool,
    pub(super) opcode: Opcode,
    /// With what the payload is masked.
    pub(super) key: [u8; 4],
    /// How long the head itself is.
    pub(super) bytes: usize,
    /// How long the payload is.
    pub(super) payload: usize,
}

impl Head {
    /// The head at the beginning of `input`, as soon as all of it is there. What is wrong is found
    /// with the first byte that shows it. A data frame's payload may have `room` bytes, of the
    /// `allowed` bytes of a message.
    pub(super) fn read(
        input: &[u8],
        room: usize,
        allowed: usize,
    ) -> Result<Option<Self>, ProtocolError> {
        let &[first, second, ref rest @ ..] = input else {
            return Ok(None);
        };
        if first & 0x70 != 0 {
            return Err(ProtocolError::ReservedBits);
        }
        let opcode = Opcode::of(first & 0x0f)?;
        let last = first & 0x80 != 0;
        if second & 0x80 == 0 {
            return Err(ProtocolError::Unmasked);
        }
        let short = second & 0x7f;
        if opcode.is_control() && !last {
            return Err(ProtocolError::FragmentedControl);
        }
        if opcode.is_control() && usize::from(short) > CONTROL_BYTES {
            return Err(ProtocolError::LongControl);
        }
        let (length, rest) = match (short, rest) {
            (126, &[a, b, ref rest @ ..]) => {
                let length = u64::from(u16::from_be_bytes([a, b]));
                (at_least(126, length)?, rest)
            }
            (127, &[a, b, c, d, e, f, g, h, ref rest @ ..]) => {
                let length = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
                (at_least(65_536, length)?, rest)
            }
            (126 | 127, _) => return Ok(None),
            (short, rest) => (u64::from(short), rest),
        };
        let too_long = ProtocolError::TooLong { allowed };
        let payload = usize::try_from(length).map_err(|_| too_long)?;
        if !opcode.is_control() && payload > room {
            return Err(too_long);
        }
        let &[a, b, c, d, ref rest @ ..] = rest else {
            return Ok(None);
        };
        Ok(Some(Self {
            last,
            opcode,
            key: [a, b, c, d],
            bytes: input.len() - rest.len(),
            payload,
        }))
    }
}

/// A length is to be written as shortly as possible.
const fn at_least(least: u64, length: u64) -> Result<u64, ProtocolError> {
    if length < least {
        return Err(ProtocolError::LengthForm);
    }
    Ok(length)
}
