//! The bytes that signatures are over: one value, several ways to write it.

use super::value::Value;

/// How a value is written to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CanonicalForm {
    /// Python's `json.dumps(value, indent=2, sort_keys=True)` as UTF-8:
    /// conda-content-trust, conda and quetz.
    Python,
    /// nlohmann's `dump(2)`: mamba's roles and records of content trust 0.6.
    Mamba,
    /// nlohmann's `dump()`: mamba's TUF-shaped roots.
    MambaCompact,
    /// OLPC canonical JSON, which TUF signs (securesystemslib).
    Olpc,
}

impl CanonicalForm {
    /// The bytes of a value, or `None` where the form can't write it: OLPC knows
    /// no fractions, and mamba rounds integers beyond 64 bits.
    #[must_use]
    pub fn write(self, value: &Value) -> Option<Vec<u8>> {
        let mut writer = Writer { form: self, out: Vec::new() };
        writer.value(value, 0)?;
        Some(writer.out)
    }

    const fn is_indented(self) -> bool {
        matches!(self, Self::Python | Self::Mamba)
    }
}

struct Writer {
    form: CanonicalForm,
    out: Vec<u8>,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(true) => self.put("true"),
            Value::Bool(false) => self.put("false"),
            Value::Number(number) => match self.form {
                CanonicalForm::Python => self.put(&number.python_repr()),
                CanonicalForm::Olpc => self.put(number.integer()?),
                CanonicalForm::Mamba | CanonicalForm::MambaCompact if number.exceeds_64_bits() => {
                    return None;
                }
                CanonicalForm::Mamba | CanonicalForm::MambaCompact => {
                    self.put(&number.nlohmann_dump());
                }
            },
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                let inner = depth.saturating_add(1);
                self.list(b'[', b']', depth, items.iter(), |writer, item| {
                    writer.value(item, inner)
                })?;
            }
            Value::Object(members) => {
                let inner = depth.saturating_add(1);
                self.list(b'{', b'}', depth, members.iter(), |writer, (name, member)| {
                    writer.string(name);
                    writer.put(if writer.form.is_indented() { ": " } else { ":" });
                    writer.value(member, inner)
                })?;
            }
        }
        Some(())
    }

    fn list<T>(
        &mut self,
        open: u8,
        close: u8,
        depth: usize,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> Option<()>,
    ) -> Option<()> {
        self.out.push(open);
        let is_empty = items.len() == 0;
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.line(depth.saturating_add(1));
            write(self, item)?;
        }
        if !is_empty {
            self.line(depth);
        }
        self.out.push(close);
        Some(())
    }

    #[inline(always)]
    fn line(&mut self, depth: usize) {
        if self.form.is_indented() {
            self.out.push(b'\n');
            self.out.resize(self.out.len().saturating_add(depth.saturating_mul(2)), b' ');
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text;
        // Most texts are one run that every form writes as it is.
        loop {
            let end = rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
            let (run, others) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.put(run);
            let mut others = others.chars();
            let Some(character) = others.next() else { break };
            self.character(character);
            rest = others.as_str();
        }
        self.out.push(b'"');
    }

    fn character(&mut self, character: char) {
        match (character, self.form) {
            ('"', _) => self.put("\\\""),
            ('\\', _) => self.put("\\\\"),
            // OLPC escapes nothing else, not even control characters.
            (_, CanonicalForm::Olpc) => self.raw(character),
            ('\u{8}', _) => self.put("\\b"),
            ('\t', _) => self.put("\\t"),
            ('\n', _) => self.put("\\n"),
            ('\u{c}', _) => self.put("\\f"),
            ('\r', _) => self.put("\\r"),
            ('\0'..='\u{1f}', _) => self.escape(u32::from(character)),
            (' '..='~', _) => self.raw(character),
            (_, CanonicalForm::Python) => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    self.escape((*unit).into());
                }
            }
            (_, CanonicalForm::Mamba | CanonicalForm::MambaCompact) => self.raw(character),
        }
    }

    fn escape(&mut self, unit: u32) {
        self.put(&format!("\\u{unit:04x}"));
    }

    fn raw(&mut self, character: char) {
        self.put(character.encode_utf8(&mut [0; 4]));
    }

    #[inline(always)]
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// Printable ASCII but `"` and `\`.
#[inline(always)]
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::CanonicalForm;
    use crate::json::Value;
    use crate::limits::Limits;

    fn write(form: CanonicalForm, text: &str) -> Option<String> {
        let value = Value::parse(text.as_bytes(), "x.json", &Limits::default()).unwrap();
        form.write(&value).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    const TEXT: &str =
        r#"{"b": 1, "a": ["x", {}, []], "é": null, "\u007f": "\u0001\b/\ud83d\udc0d"}"#;

    #[test]
    fn python_indents_and_escapes_to_ascii() {
        let expected = "{\n  \"a\": [\n    \"x\",\n    {},\n    []\n  ],\n  \"b\": 1,\n  \
                        \"\\u007f\": \"\\u0001\\b/\\ud83d\\udc0d\",\n  \"\\u00e9\": null\n}";
        assert_eq!(write(CanonicalForm::Python, TEXT).unwrap(), expected);
    }

    #[test]
    fn mamba_keeps_utf_8() {
        let expected = "{\"a\":[\"x\",{},[]],\"b\":1,\"\u{7f}\":\"\\u0001\\b/🐍\",\"é\":null}";
        assert_eq!(write(CanonicalForm::MambaCompact, TEXT).unwrap(), expected);
        assert_eq!(write(CanonicalForm::Mamba, "[1, 2]").unwrap(), "[\n  1,\n  2\n]");
        assert_eq!(write(CanonicalForm::Mamba, "[18446744073709551616]"), None);
    }

    #[test]
    fn olpc_escapes_quotes_alone_and_knows_no_fractions() {
        let expected = "{\"a\":[\"x\",{},[]],\"b\":1,\"\u{7f}\":\"\u{1}\u{8}/🐍\",\"é\":null}";
        assert_eq!(write(CanonicalForm::Olpc, TEXT).unwrap(), expected);
        assert_eq!(write(CanonicalForm::Olpc, r#""\"\\\n""#).unwrap(), "\"\\\"\\\\\n\"");
        assert_eq!(write(CanonicalForm::Olpc, "[1.0]"), None);
    }
}
