//! Untrusted text in messages: quoted, escaped, shortened.

use std::fmt::{self, Write as _};

/// The longest excerpt of untrusted text in a message, in characters.
const LONGEST: usize = 120;

/// Shows untrusted text so that it can't disturb a terminal or a page's layout:
/// in double quotes, control and format characters (right-to-left marks among
/// them) escaped, cut after 120 characters with a note of the whole length.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a> {
    text: &'a str,
    quotes: bool,
}

impl<'a> Quoted<'a> {
    /// Quotes `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, quotes: true }
    }

    /// The same without the quotation marks, for reasons that embed untrusted text.
    #[must_use]
    pub const fn plain(self) -> Self {
        Self { quotes: false, ..self }
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quotes {
            f.write_char('"')?;
        }
        let mut characters = self.text.chars();
        for character in characters.by_ref().take(LONGEST) {
            match character {
                '"' | '\\' if self.quotes => write!(f, "\\{character}")?,
                _ if is_harmless(character) => f.write_char(character)?,
                _ => write!(f, "{}", character.escape_unicode())?,
            }
        }
        if self.quotes {
            f.write_char('"')?;
        }
        let rest = characters.count();
        if rest > 0 {
            write!(f, "… ({} characters)", rest.saturating_add(LONGEST))?;
        }
        Ok(())
    }
}

/// Neither a control character, nor one that changes direction or hides.
const fn is_harmless(character: char) -> bool {
    !matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn escapes_what_would_disturb_a_terminal() {
        let shown = Quoted::new("a\u{1b}[31m\u{202e}\"\\b").to_string();
        assert_eq!(shown, r#""a\u{1b}[31m\u{202e}\"\\b""#);
    }

    #[test]
    fn cuts_long_text_and_says_so() {
        let shown = Quoted::new(&"x".repeat(10_000)).to_string();
        assert!(shown.ends_with("x\"… (10000 characters)"), "{shown}");
        assert_eq!(shown.chars().filter(|c| *c == 'x').count(), 120);
    }
}
