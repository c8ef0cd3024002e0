//! Where the sections of a compressed block are, as far as the decoder does not look.

use crate::Refused;

/// What a block's headers say of it.
pub(crate) struct Sections {
    /// Whether it surely decodes to at least one byte, if it decodes.
    pub(crate) hold_content: bool,
    /// Whether no block follows.
    pub(crate) is_last: bool,
}

impl Sections {
    /// Looks at a block, header included.
    ///
    /// # Errors
    /// [`Refused`] where bytes follow the end of the sections, where there is no sequences
    /// section, and where reserved bits are set: libzstd refuses these, other decoders do not.
    pub(crate) fn of(block: &[u8]) -> Result<Self, Refused> {
        // RFC 8878 3.1.1.2: Last_Block, Block_Type, Block_Size.
        let (&[first, second, third], content) = block.split_first_chunk().ok_or(Refused)?;
        let header = u32::from_le_bytes([first, second, third, 0]);
        let is_last = header & 1 == 1;
        if (header >> 1) & 3 != 2 {
            return Ok(Self { hold_content: header >> 3 != 0, is_last });
        }
        let (literals, sequences) = literals_section(content).ok_or(Refused)?;
        // 3.1.1.3.2.1: Sequences_Section_Header. Without sequences the block ends.
        let (sequences, modes) = match *sequences {
            [0] => (false, 0),
            [1..=127, modes, ..] | [255, _, _, modes, ..] => (true, modes),
            [high @ 128..=254, low, modes, ..] if (high, low) != (128, 0) => (true, modes),
            _ => return Err(Refused),
        };
        if modes & 3 != 0 {
            return Err(Refused);
        }
        Ok(Self { hold_content: literals != 0 || sequences, is_last })
    }
}

/// RFC 8878 3.1.1.3.1.1: how many literals there are, and what follows their section.
fn literals_section(content: &[u8]) -> Option<(usize, &[u8])> {
    let bytes = content.iter().take(5).rev();
    let section = bytes.fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    let (kind, format) = (section & 3, (section >> 2) & 3);
    // Length of the header, where the number of literals begins in it, and what holds that.
    let (header, first, mask): (usize, _, u64) = match (kind < 2, format) {
        (true, 0 | 2) => (1, 3, 0x1F),
        (true, 1) => (2, 4, 0xFFF),
        (true, _) => (3, 4, 0xF_FFFF),
        (false, 0 | 1) => (3, 4, 0x3FF),
        (false, 2) => (4, 4, 0x3FFF),
        (false, _) => (5, 4, 0x3_FFFF),
    };
    let literals = usize::try_from((section >> first) & mask).ok()?;
    let stored = match kind {
        0 => literals,
        1 => 1,
        // Behind it, as many bits for the compressed size.
        _ => usize::try_from((section >> 4 >> mask.count_ones()) & mask).ok()?,
    };
    Some((literals, content.get(stored.checked_add(header)?..)?))
}
