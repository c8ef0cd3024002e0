//! The cases of hostile and odd packages, each through every entrance of the library.
//!
//! The packages and what has to be found in them are the generator's, which shares no code
//! with the library: see `conda_verifier_fixtures::cases`.

#![expect(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "tests")]

#[expect(dead_code, reason = "not every test needs every entrance")]
#[path = "../support/mod.rs"]
mod support;

mod options;

use std::collections::BTreeSet;

use conda_verifier::{
    Code, Expectation, Limits, PinnedDigest, Record, Severity, Sha256Digest, Status, Verdict,
    Verifier,
};
use conda_verifier_fixtures::cases::{self, Case, Variant, Vouched};
use serde_json::Value;

/// One test for each number.
macro_rules! cases {
    ($($number:literal $name:ident;)+) => {
        /// The numbers that have a test.
        const NUMBERS: &[u32] = &[$($number,)+];

        $(
            #[test]
            fn $name() {
                check(&cases::case($number));
            }
        )+
    };
}

cases! {
    1 case_01_size_longer_than_the_record;
    2 case_02_other_sha256;
    3 case_03_other_md5_beside_the_sha256;
    4 case_04_md5_alone;
    5 case_05_no_digest;
    6 case_06_no_archive;
    7 case_07_two_central_entries_of_one_name;
    8 case_08_local_name_differs;
    9 case_09_local_header_differs;
    10 case_10_hidden_member;
    11 case_11_bytes_before_the_first_member;
    12 case_12_bytes_after_the_end_record;
    13 case_13_second_end_record_in_the_comment;
    14 case_14_zip64_records_disagree;
    15 case_15_overlapping_members;
    16 case_16_wrong_crc32;
    17 case_17_deflated_member;
    18 case_18_data_descriptor;
    19 case_19_encrypted_or_unknown_method;
    20 case_20_two_pkg_members;
    21 case_21_members_in_a_folder;
    22 case_22_members_of_another_stem;
    23 case_23_metadata_json;
    24 case_24_member_names_that_are_none;
    25 case_25_window_above_128_mib;
    26 case_26_window_of_128_mib_for_9_kb;
    27 case_27_declared_size_beyond_memory;
    28 case_28_declared_size_is_wrong;
    29 case_29_wrong_checksum;
    30 case_30_dictionary;
    31 case_31_several_and_skippable_frames;
    32 case_32_bytes_after_the_frame;
    33 case_33_bombs;
    34 case_34_several_bzip2_streams;
    35 case_35_second_stream_adds_a_file;
    36 case_36_bytes_after_the_streams;
    37 case_37_tar_cut_between_entries;
    38 case_38_tar_cut_within_a_file;
    39 case_39_wrong_header_checksum;
    40 case_40_second_tar_behind_the_end;
    41 case_41_path_traversal;
    42 case_42_absolute_paths;
    43 case_43_parts_that_mean_nothing;
    44 case_44_paths_that_no_system_should_have;
    45 case_45_absolute_symlink;
    46 case_46_symlink_leads_outside;
    47 case_47_file_written_through_a_link;
    48 case_48_endless_links;
    49 case_49_symlink_without_target;
    50 case_50_hard_link_to_no_earlier_file;
    51 case_51_hard_link_to_an_earlier_file;
    52 case_52_devices_and_unknown_types;
    53 case_53_path_twice;
    54 case_54_file_where_a_folder_is_needed;
    55 case_55_names_that_collide;
    56 case_56_windows_names;
    57 case_57_pax_size_differs;
    58 case_58_pax_records;
    59 case_59_gnu_long_names;
    60 case_60_sparse_files;
    61 case_61_sizes_that_are_none;
    62 case_62_global_pax_header;
    63 case_63_unsafe_modes;
    64 case_64_entries_in_the_wrong_tar;
    65 case_65_document_twice;
    66 case_66_files_of_clients;
    67 case_67_files_differ_from_paths_json;
    68 case_68_unlisted_file;
    69 case_69_paths_listed_oddly;
    70 case_70_unknown_version_or_type;
    71 case_71_no_digest_listed;
    72 case_72_no_paths_json;
    73 case_73_json_bombs;
    74 case_74_size_of_a_link;
    75 case_75_index_json_of_another_package;
    76 case_76_mended_dependencies;
    77 case_77_other_subdir;
    78 case_78_format_differs_from_the_name;
    79 case_79_names_of_javascript;
    80 case_80_a_million_entries;
    81 case_81_prefix_placeholders;
    86 case_86_link_scripts;
}

#[test]
fn every_number_has_a_test_and_a_case() {
    let expected: Vec<u32> = (1..=81).chain([86]).collect();
    assert_eq!(NUMBERS, expected);
    assert!(cases::numbers().eq(expected));
    for case in cases::numbers().map(cases::case) {
        let names: BTreeSet<_> = case.variants.iter().map(|variant| &variant.name).collect();
        assert_eq!(names.len(), case.variants.len(), "case {}: a name twice", case.number);
        assert!(!names.is_empty(), "case {} has no package", case.number);
    }
}

/// Every variant has its verdict.
fn check(case: &Case) {
    let wrong: Vec<_> = case.variants.iter().filter_map(complaint).collect();
    let Case { number, about, .. } = case;
    assert!(wrong.is_empty(), "case {number}, {about}:\n{}", wrong.join("\n"));
}

/// What is wrong with the verdict on a package.
fn complaint(variant: &Variant) -> Option<String> {
    let verdict = support::examine(&variant.bytes, &expectation(variant));
    complaint_of(variant, &verdict)
}

fn complaint_of(variant: &Variant, verdict: &Verdict) -> Option<String> {
    let expected = &variant.expected;
    let told: Vec<_> = verdict.findings.iter().take(5).map(describe).collect();
    let complain = |what: &str| Some(format!("  {}: {what}; found {told:?}", variant.name));
    let status = match (expected.is_rejected, &variant.vouched) {
        (true, _) => Status::Rejected,
        (false, Vouched::Record(_)) => Status::Unverified,
        (false, _) => Status::Verified,
    };
    if verdict.status != status {
        return complain(&format!("is {:?}", verdict.status));
    }
    if let Some(finding) = &expected.finding {
        let expected = (finding.code.to_owned(), finding.severity, finding.path.clone());
        if !verdict.findings.iter().any(|found| describe(found) == expected) {
            return complain(&format!("lacks {expected:?}"));
        }
    }
    if expected.is_alone && verdict.findings.len() != usize::from(expected.finding.is_some()) {
        return complain("has more findings than it should");
    }
    None
}

/// A finding's code, severity and path.
fn describe(finding: &conda_verifier::Finding) -> (String, &'static str, Option<String>) {
    let severity = match finding.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let path = finding.error.path().map(str::to_owned);
    (finding.error.code().as_str().to_owned(), severity, path)
}

/// What is expected of a package.
fn expectation(variant: &Variant) -> Expectation {
    let Variant { file_name, bytes, .. } = variant;
    let record =
        |value: &Value| Record::parse(file_name, value.to_string().as_bytes(), &Limits::default());
    let named = Expectation::nothing().named(file_name.as_str());
    let pinned = PinnedDigest::new(Sha256Digest::of(bytes));
    match &variant.vouched {
        Vouched::Bytes => named.pinned(pinned),
        Vouched::Record(value) => named.record(record(value)),
        Vouched::BytesAndRecord(value) => named.pinned(pinned).record(record(value)),
    }
}

/// The codes that the cases name are the library's.
#[test]
fn the_cases_name_codes_that_there_are() {
    for case in cases::numbers().map(cases::case) {
        for found in case.variants.iter().filter_map(|variant| variant.expected.finding.as_ref()) {
            assert!(Code::parse(found.code).is_some(), "case {}: {}", case.number, found.code);
        }
    }
}

/// Nobody vouches for it: the same is found, since nothing depends on who vouches.
#[test]
fn what_is_found_does_not_depend_on_who_vouches() {
    for case in cases::numbers().map(cases::case) {
        for variant in case.variants.iter().filter(|it| it.vouched == Vouched::Bytes) {
            let expectation = Expectation::nothing().named(variant.file_name.as_str());
            let verdict =
                Verifier::new().examine(variant.bytes.as_slice(), expectation).run().unwrap();
            if let Some(finding) = &variant.expected.finding {
                let codes: Vec<_> =
                    verdict.findings.iter().map(|found| found.error.code().as_str()).collect();
                assert!(codes.contains(&finding.code), "{}: {codes:?}", variant.name);
            }
            assert_eq!(verdict.status == Status::Rejected, variant.expected.is_rejected);
        }
    }
}
