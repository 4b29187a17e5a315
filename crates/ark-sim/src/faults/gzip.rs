//! A gzip stream of any number of blanks, made by hand: two fixed Huffman codes say it all.

/// How many blanks one back-reference stands for.
const RUN: u64 = 258;
/// What the codes of one back-reference hold: length 258 (8 bits) and distance 1 (5 bits), lowest
/// bit first.
const REFERENCE: (u32, u32) = (0b0_0000_1010_0011, 13);
/// The code of a blank, lowest bit first.
const BLANK: (u32, u32) = (0b0000_1010, 8);

/// A gzip file that inflates to `count` blanks, in about a 158th of their size.
///
/// The checksum at its end is wrong: whoever reads that far has inflated it all.
pub(super) fn blanks(count: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // The one and last block, with fixed codes.
    bits.push((0b011, 3));
    let (runs, rest) = (count.saturating_sub(1) / RUN, count.saturating_sub(1) % RUN);
    for _ in 0..rest.saturating_add(count.min(1)) {
        bits.push(BLANK);
    }
    for _ in 0..runs {
        bits.push(REFERENCE);
    }
    // The code of the end is seven zeros; eight more push the last byte out.
    bits.push((0, 7));
    bits.push((0, 8));
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    file.extend(bits.bytes);
    file.extend([0; 8]);
    file
}

/// Bits that become bytes, lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, (bits, count): (u32, u32)) {
        self.pending |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.pending & 0xff) as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }
}
