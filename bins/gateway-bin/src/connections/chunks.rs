//! Where a chunked body ends. Only what every reader takes for the same chunks is accepted: hex
//! digits, CRLF, data, CRLF; no extensions and no trailers.
//!
//! It finds the end and changes nothing; hyper decodes the chunks.

/// Most digits of a chunk's size.
const SIZE_DIGITS: u8 = 8;

/// The bytes are not chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// A chunked body under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In the digits of a size.
    Size { digits: u8, size: u64 },
    /// Before the LF that ends a size.
    SizeEnd(u64),
    /// This many bytes of data are to come, and then the CR.
    Content(u64),
    /// Before the LF behind the data.
    ContentEnd,
    /// Behind the chunk of size 0.
    Last,
    /// Before the LF that ends the body.
    LastEnd,
    /// The body is complete.
    Complete,
}

impl Chunks {
    /// Before the first byte.
    pub(super) const START: Self = Self::Size { digits: 0, size: 0 };

    /// Takes bytes of the body; gives how many of them belong to it.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<usize, Broken> {
        let mut taken = 0;
        while let Some(byte) = bytes.get(taken).filter(|_| *self != Self::Complete) {
            if let Self::Content(left @ 1..) = *self {
                let here = left.min((bytes.len() - taken) as u64);
                *self = Self::Content(left - here);
                // No more than the length of a slice.
                taken += usize::try_from(here).unwrap_or(usize::MAX);
            } else {
                *self = self.after(*byte)?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// The state behind a byte that is not data.
    fn after(self, byte: u8) -> Result<Self, Broken> {
        match (self, byte) {
            (Self::Size { digits, size }, _)
                if byte.is_ascii_hexdigit() && digits < SIZE_DIGITS =>
            {
                let digit = char::from(byte).to_digit(16).ok_or(Broken)?;
                Ok(Self::Size { digits: digits + 1, size: size * 16 + u64::from(digit) })
            }
            (Self::Size { digits: 1.., size }, b'\r') => Ok(Self::SizeEnd(size)),
            (Self::SizeEnd(0), b'\n') => Ok(Self::Last),
            (Self::SizeEnd(size), b'\n') => Ok(Self::Content(size)),
            (Self::Content(0), b'\r') => Ok(Self::ContentEnd),
            (Self::ContentEnd, b'\n') => Ok(Self::START),
            (Self::Last, b'\r') => Ok(Self::LastEnd),
            (Self::LastEnd, b'\n') => Ok(Self::Complete),
            _ => Err(Broken),
        }
    }
}
