//! What conda, libmamba and rattler make of a file with a placeholder, rule by rule.

use conda_verifier::{
    FileMode, Limits, Replacement, ReplacementGrowth, ReplacementOutcome, System, Tool,
};

const P: &str = "/opt/placeholder";

/// What all clients make of a file, to the byte.
fn all(replacement: &Replacement<'_>, original: &[u8]) -> Vec<(Tool, ReplacementOutcome<Vec<u8>>)> {
    let mut growth = ReplacementGrowth::new(&Limits::default());
    replacement.outcomes(original, &mut growth, <[u8]>::to_vec).unwrap()
}

struct Case {
    mode: Option<FileMode>,
    prefix: String,
    system: System,
    original: Vec<u8>,
}

fn text(original: &str, prefix: &str) -> Case {
    let (prefix, original) = (prefix.to_owned(), original.replace("<P>", P).into_bytes());
    Case { mode: Some(FileMode::Text), prefix, system: System::Linux, original }
}

fn binary(original: &str, prefix: &str) -> Case {
    Case { mode: Some(FileMode::Binary), ..text(original, prefix) }
}

impl Case {
    fn on(self, system: System) -> Self {
        Self { system, ..self }
    }

    fn outcomes(&self) -> Vec<(Tool, Option<String>)> {
        let Self { mode, prefix, system, original } = self;
        let replacement = Replacement { placeholder: P, file_mode: *mode, prefix, system: *system };
        let outcomes = all(&replacement, original).into_iter();
        outcomes
            .map(|(tool, outcome)| match outcome {
                ReplacementOutcome::Made(bytes) => {
                    (tool, Some(String::from_utf8_lossy(&bytes).into_owned()))
                }
                ReplacementOutcome::Fails => (tool, None),
                ReplacementOutcome::Unknown(reason) => (tool, Some(format!("unknown: {reason}"))),
            })
            .collect()
    }

    /// What conda, libmamba and rattler make of it; `None` where it fails.
    fn gives(&self, [conda, libmamba, rattler]: [Option<&str>; 3]) {
        let outcomes = self.outcomes();
        let of = |tool| outcomes.iter().find(|it| it.0 == tool).unwrap().1.as_deref();
        assert_eq!(of(Tool::Conda), conda, "conda");
        assert_eq!(of(Tool::Libmamba), libmamba, "libmamba");
        assert_eq!(of(Tool::Rattler), rattler, "rattler");
    }

    fn all_give(&self, expected: &str) {
        self.gives([Some(expected); 3]);
    }
}

#[test]
fn text_is_replaced_bytewise_from_left_to_right() {
    text("a <P>/x:<P>/y\n<P>", "/e").all_give("a /e/x:/e/y\n/e");
    text("nothing here\n", "/e").all_give("nothing here\n");
    text("", "/e").all_give("");
    text("<P><P>", "/longer/than/the/placeholder")
        .all_give("/longer/than/the/placeholder/longer/than/the/placeholder");
}

#[test]
fn without_a_mode_rattler_replaces_nothing() {
    let case = Case { mode: None, ..text("<P>", "/e") };
    case.gives([Some("/e"), Some("/e"), Some(P)]);
}

#[test]
fn a_first_line_of_127_bytes_is_not_too_long_on_linux() {
    let prefix = format!("/{}", "x".repeat(112));
    let line = format!("#!{prefix}/bin/python\n");
    assert_eq!(line.len(), 127);
    let prefix = format!("{prefix}y");
    let line = format!("#!{prefix}/bin/python\n");
    text("#!<P>/bin/python\n", &prefix).all_give(&line);
}

#[test]
fn a_first_line_that_is_too_long_goes_through_env_or_sh() {
    let prefix = format!("/{}", "x".repeat(114));
    let env = "#!/usr/bin/env python3.13 -u\nrest <N>\n".replace("<N>", &prefix);
    let sh = format!(
        "#!/bin/sh\n'''exec' \"{prefix}/bin/python3.13\" -u \"$0\" \"$@\" #'''\nrest {prefix}\n"
    );
    let case = text("#!<P>/bin/python3.13 -u\nrest <P>\n", &prefix);
    case.gives([Some(&env), Some(&env), Some(&sh)]);
    // Not Python: rattler takes env too.
    text("#!<P>/bin/perl -w\n", &prefix).all_give("#!/usr/bin/env perl -w\n");
    // macOS allows 512 bytes, other platforms rattler does not bound.
    let as_it_is = format!("#!{prefix}/bin/perl -w\n");
    text("#!<P>/bin/perl -w\n", &prefix).on(System::MacOs).all_give(&as_it_is);
    text("#!<P>/bin/perl -w\n", &prefix).on(System::Other).gives([
        Some("#!/usr/bin/env perl -w\n"),
        Some("#!/usr/bin/env perl -w\n"),
        Some(&as_it_is),
    ]);
    let prefix = format!("/{}", "x".repeat(600));
    text("#!<P>/bin/perl\n", &prefix).on(System::MacOs).all_give("#!/usr/bin/env perl\n");
}

#[test]
fn a_first_line_that_names_no_absolute_path_stays() {
    let long = "x".repeat(200);
    let line = format!("#!python {long}\n");
    text(&line, "/e").all_give(&line);
}

#[test]
fn a_space_in_the_prefix() {
    // libmamba has no rule for it; conda and rattler avoid the kernel's parsing of the line.
    text("#!<P>/bin/python -u\n<P>\n", "/my envs/e").gives([
        Some("#!/usr/bin/env python -u\n/my envs/e\n"),
        Some("#!/my envs/e/bin/python -u\n/my envs/e\n"),
        Some("#!/bin/sh\n'''exec' \"/my envs/e/bin/python\" -u \"$0\" \"$@\" #'''\n/my envs/e\n"),
    ]);
    text("#!<P>/bin/perl\n", "/my envs/e").gives([
        Some("#!/usr/bin/env perl\n"),
        Some("#!/my envs/e/bin/perl\n"),
        Some("#!/usr/bin/env perl\n"),
    ]);
    // The placeholder behind the program: only rattler looks there.
    text("#!/bin/sh <P>/x\n", "/my envs/e").gives([
        Some("#!/bin/sh /my envs/e/x\n"),
        Some("#!/bin/sh /my envs/e/x\n"),
        Some("#!/usr/bin/env sh /my envs/e/x\n"),
    ]);
    text("#!/bin/sh\n<P>\n", "/my envs/e").all_give("#!/bin/sh\n/my envs/e\n");
}

#[test]
fn a_file_without_a_line_end_is_one_line() {
    let prefix = format!("/{}", "x".repeat(130));
    text("#!<P>/bin/perl", &prefix).all_give("#!/usr/bin/env perl");
    // conda escapes spaces only where a line ends.
    text("#!<P>/bin/perl", "/my envs/e").gives([
        Some("#!/my envs/e/bin/perl"),
        Some("#!/my envs/e/bin/perl"),
        Some("#!/usr/bin/env perl"),
    ]);
}

#[test]
fn conda_replaces_the_old_line_wherever_it_occurs() {
    let prefix = format!("/{}", "x".repeat(130));
    let case = text("#!<P>/bin/perl\ncat > f <<E\n#!<P>/bin/perl\nE\n", &prefix);
    let env = "#!/usr/bin/env perl\ncat > f <<E\n";
    let once = format!("{env}#!{prefix}/bin/perl\nE\n");
    let twice = format!("{env}#!/usr/bin/env perl\nE\n");
    case.gives([Some(&twice), Some(&once), Some(&once)]);
}

#[test]
fn bytes_that_are_no_text_in_a_first_line() {
    let mut case = text("#!<P>/bin/perl ", "/e");
    case.original.extend(b"\xff\n\xff\n");
    let replacement =
        Replacement { placeholder: P, file_mode: case.mode, prefix: "/e", system: System::Linux };
    let outcomes = all(&replacement, &case.original);
    let bytes = |bytes: &[u8]| ReplacementOutcome::Made(bytes.to_vec());
    assert_eq!(outcomes[0].1, bytes(b"#!/e/bin/perl \xff\n\xff\n"));
    assert_eq!(outcomes[1].1, bytes(b"#!/e/bin/perl \xff\n\xff\n"));
    assert_eq!(
        outcomes[2].1,
        bytes("#!/e/bin/perl \u{fffd}\n".bytes().chain(*b"\xff\n").collect::<Vec<_>>().as_slice())
    );
}

#[test]
fn a_carriage_return_keeps_libmamba_from_rewriting() {
    let prefix = format!("/{}", "x".repeat(130));
    let as_it_is = format!("#!{prefix}/bin/perl\r\n");
    let env = "#!/usr/bin/env perl\r\n";
    text("#!<P>/bin/perl\r\n", &prefix).gives([Some(env), Some(&as_it_is), Some(env)]);
}

#[test]
fn a_string_in_a_binary_keeps_its_length() {
    let case = binary("\x7fELF\0<P>/a:<P>/b\0tail", "/e");
    let padding = "\0".repeat(2 * (P.len() - 2));
    let expected = format!("\x7fELF\0/e/a:/e/b{padding}\0tail");
    case.all_give(&expected);
    assert_eq!(expected.len(), case.original.len());
    // The large files of libmamba: the first of a string alone.
    let padding = "\0".repeat(P.len() - 2);
    let large = format!("\x7fELF\0/e/a:{P}/b{padding}\0tail");
    assert_eq!(case.outcomes()[3], (Tool::Libmamba, Some(large)));
    // Nothing else to tell where a string has it once.
    assert_eq!(binary("<P>/a\0<P>/b\0", "/e").outcomes().len(), 3);
}

#[test]
fn a_string_without_an_end_goes_to_the_end_of_the_file() {
    let padded = format!("a\0/e/x{}", "\0".repeat(P.len() - 2));
    let untouched = format!("a\0{P}/x");
    binary("a\0<P>/x", "/e").gives([Some(&untouched), Some(&padded), Some(&padded)]);
}

#[test]
fn a_prefix_that_is_too_long_for_a_binary() {
    let long = "/longer/than/the/placeholder";
    let grown = format!("{long}/a\0");
    binary("<P>/a\0", long).gives([None, Some(&grown), None]);
    binary("nothing\0", long).all_give("nothing\0");
}

#[test]
fn a_shebang_in_a_binary_is_not_looked_at() {
    let prefix = "/e";
    let expected = format!("#!/e/bin/x{}\0", "\0".repeat(P.len() - 2));
    binary("#!<P>/bin/x\0", prefix).all_give(&expected);
}

#[test]
fn windows_has_forward_slashes_and_no_shebangs() {
    let long = format!("C:\\{}", "x".repeat(200));
    let slashed = long.replace('\\', "/");
    let expected = format!("#!{slashed}/python.exe\n{slashed}\n");
    text("#!<P>/python.exe\n<P>\n", &long).on(System::Windows).all_give(&expected);
    let untouched = format!("{P}/a\0");
    binary("<P>/a\0", "C:\\e").on(System::Windows).all_give(&untouched);
}

/// distlib's launchers: a program, the line, a zip archive.
#[test]
fn a_launcher_of_windows_has_its_line_replaced_by_conda() {
    let mut launcher = b"MZ program with #! in it\0".to_vec();
    launcher.extend(format!("#!{P}\\python.exe\r\n").bytes());
    let archive = launcher.len();
    let central = b"central directory";
    launcher.extend(b"local");
    launcher.extend(central);
    launcher.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0");
    launcher.extend((central.len() as u32).to_le_bytes());
    launcher.extend(5_u32.to_le_bytes());
    launcher.extend(b"\0\0");
    let case = Case {
        mode: Some(FileMode::Binary),
        prefix: "C:\\e".into(),
        system: System::Windows,
        original: launcher.clone(),
    };
    let text = String::from_utf8_lossy(&launcher).into_owned();
    let outcomes = case.outcomes();
    assert_eq!(outcomes[0].1, Some(text.replace(P, "C:\\e")));
    // libmamba takes the signature for a length, and finds nothing.
    assert_eq!(outcomes[1].1, None);
    assert_eq!(outcomes[2].1, Some(text));
    assert!(archive > 0);
    // A record that is cut off: conda fails.
    launcher.truncate(launcher.len() - 8);
    assert_eq!(Case { original: launcher, ..case }.outcomes()[0].1, None);
}

/// conda escapes whether or not there is a space, which counts where the path that comes in has
/// the placeholder in it.
#[test]
fn a_path_that_has_the_placeholder_in_it() {
    let script = |prefix: &str| format!("#!{prefix}/bin/python\nimport sys\n");
    let case = Case {
        mode: Some(FileMode::Text),
        prefix: format!("{P}/envs/x"),
        system: System::MacOs,
        original: script(P).into_bytes(),
    };
    let outcomes = case.outcomes();
    assert_eq!(outcomes[0].1, Some(script(&format!("{P}/envs/x/envs/x"))));
    assert_eq!(outcomes[1].1, Some(script(&format!("{P}/envs/x"))));
    assert_eq!(outcomes[2].1, Some(script(&format!("{P}/envs/x"))));
}

#[test]
fn conda_alone_knows_wide_strings() {
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let original = [wide("é"), wide(P), wide("/a"), vec![0, 0], wide("tail")].concat();
    let case = Case { original: original.clone(), ..binary("", "/e") };
    let replacement =
        Replacement { placeholder: P, file_mode: case.mode, prefix: "/e", system: System::Linux };
    let outcomes = all(&replacement, &original);
    let padding = vec![0; 2 * (P.len() - 2)];
    let expected = [wide("é"), wide("/e/a"), vec![0, 0], padding, wide("tail")].concat();
    assert_eq!(outcomes[0].1, ReplacementOutcome::Made(expected));
    assert_eq!(outcomes[1].1, ReplacementOutcome::Made(original.clone()));
    assert_eq!(outcomes[2].1, ReplacementOutcome::Made(original));
    let original: Vec<u8> = P.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let file_mode = Some(FileMode::Text);
    let outcomes = all(&Replacement { file_mode, ..replacement }, &original);
    let expected: Vec<u8> = "/e".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    assert_eq!(outcomes[0].1, ReplacementOutcome::Made(expected));
}

#[test]
fn systems_by_their_platforms() {
    for (subdir, system) in [
        ("linux-64", Some(System::Linux)),
        ("osx-arm64", Some(System::MacOs)),
        ("win-64", Some(System::Windows)),
        ("emscripten-wasm32", Some(System::Other)),
        ("noarch", None),
        ("", None),
    ] {
        assert_eq!(System::of_subdir(subdir), system, "{subdir}");
    }
    assert_eq!(Tool::ALL.map(Tool::as_str), ["conda", "libmamba", "rattler"]);
}
