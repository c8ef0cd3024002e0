//! The patterns by which paths are delegated (TUF 4.5, `paths`).

use std::str::Chars;

use crate::error::Error;
use crate::limits::Budget;

/// Whether a target's path matches a pattern: as many segments, each of which matches its
/// own. Within a segment `*` stands for any characters or none, `?` for one, `[…]` for one
/// of a set, `[!…]` for one that is not in it, as in Python's `fnmatchcase`; everything
/// else for itself.
///
/// # Errors
/// What `steps` refuses: it is charged for each character that is looked at.
pub(super) fn matches(pattern: &str, path: &str, steps: &mut Budget) -> Result<bool, Error> {
    let (mut patterns, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), segments.next()) {
            (Some(pattern), Some(segment)) if matches_segment(pattern, segment, steps)? => {}
            (None, None) => return Ok(true),
            _ => return Ok(false),
        }
    }
}

/// Only the last `*` is ever tried again: what the ones before it took is enough for
/// them. So the time is at most that of the lengths multiplied, but for sets: those are
/// read again each time.
fn matches_segment(pattern: &str, segment: &str, steps: &mut Budget) -> Result<bool, Error> {
    let (mut pattern, mut rest) = (pattern.chars(), segment.chars());
    // What comes behind the last `*`, and where that was looked for.
    let mut retry: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let token = pattern.next();
        // A set is behind its bracket, and no longer than what is.
        let length = if token == Some('[') { pattern.as_str().len() } else { 0 };
        steps.spend(u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1))?;
        if token == Some('*') {
            retry = Some((pattern.clone(), rest.clone()));
            continue;
        }
        let character = rest.next();
        let is_match = match (token, character) {
            (None, None) => return Ok(true),
            // The more a `*` takes, the less is left.
            (Some(_), None) => return Ok(false),
            (None, Some(_)) => false,
            (Some('?'), Some(_)) => true,
            (Some('['), Some(character)) => match Set::parse(pattern.as_str()) {
                Some((set, after)) => {
                    pattern = after.chars();
                    set.has(character)
                }
                None => character == '[',
            },
            (Some(token), Some(character)) => token == character,
        };
        if !is_match {
            let Some((behind, from)) = &mut retry else { return Ok(false) };
            from.next();
            (pattern, rest) = (behind.clone(), from.clone());
        }
    }
}

/// A set of characters.
struct Set<'a> {
    is_negated: bool,
    members: &'a str,
}

impl<'a> Set<'a> {
    /// The set whose bracket was opened before `text`, and what comes behind it; `None`
    /// where no bracket closes it. One that comes first is a member.
    fn parse(text: &'a str) -> Option<(Self, &'a str)> {
        let members = text.strip_prefix('!');
        let (is_negated, text) = (members.is_some(), members.unwrap_or(text));
        let first = text.chars().next()?.len_utf8();
        let length = text.get(first..)?.find(']')?.checked_add(first)?;
        let (members, after) = text.split_at_checked(length)?;
        Some((Self { is_negated, members }, after.strip_prefix(']')?))
    }

    fn has(&self, character: char) -> bool {
        let mut rest = self.members.chars();
        while let Some(low) = rest.next() {
            // A range; one that is the wrong way round has no members.
            let mut after = rest.clone();
            let high = match (after.next(), after.next()) {
                (Some('-'), Some(high)) => {
                    rest = after;
                    high
                }
                _ => low,
            };
            if (low..=high).contains(&character) {
                return !self.is_negated;
            }
        }
        self.is_negated
    }
}

#[cfg(test)]
mod tests;
