//! The search for a target: which roles are asked, in which order, and by whose keys.

use super::*;
use conda_verifier_fixtures::tuf::{Bins, Delegations, Rule};

/// From whom, to whom, for which paths, terminating or not.
type Edge = (&'static str, &'static str, &'static str, bool);

/// To a role for everything.
const fn to(by: &'static str, name: &'static str) -> Edge {
    (by, name, "*", false)
}

/// A repository of those delegations, whose roles list those targets.
fn graph(edges: &[Edge], listed: &[(&str, &str)]) -> TufChannel {
    let mut roles: BTreeMap<String, RolePlan> =
        [("targets".to_owned(), RolePlan::default())].into();
    for (by, to, paths, terminating) in edges {
        let mut role = Delegated::new(to, paths);
        role.terminating = *terminating;
        roles.entry((*to).to_owned()).or_default();
        match &mut roles.get_mut(*by).unwrap().delegations {
            Delegations::Roles(roles) => roles.push(role),
            other => *other = Delegations::Roles(vec![role]),
        }
    }
    for (role, path) in listed {
        let plan = roles.remove(*role).unwrap();
        roles.insert((*role).to_owned(), plan.target(path, path.as_bytes()));
    }
    TufChannel::new(&TufPlan { roots: 1, ..TufPlan::bare() }, &roles)
}

/// The names of the roles that a search asks for, and how it ends.
fn asked(channel: &TufChannel, path: &str) -> (Vec<String>, Option<Code>) {
    let mut trust = trusting(channel);
    let (asked, found) = search(&mut trust, &channel.files, path, now());
    let name = |path: &String| path.trim_end_matches(".json").to_owned();
    (asked.iter().map(name).collect(), code(found))
}

const GRAPHS: [(&str, &[Edge], &[&str]); 12] = [
    ("basic-delegation", &[to("targets", "A")], &["A"]),
    ("single-level-delegations", &[to("targets", "A"), to("targets", "B")], &["A", "B"]),
    (
        "two-level-delegations",
        &[to("targets", "A"), to("targets", "B"), to("B", "C")],
        &["A", "B", "C"],
    ),
    (
        "two-level-test-DFS-order-of-traversal",
        &[to("targets", "A"), to("targets", "B"), to("A", "C")],
        &["A", "C", "B"],
    ),
    (
        "three-level-delegation-test-DFS-order-of-traversal",
        &[to("targets", "A"), to("targets", "B"), to("A", "C"), to("C", "D")],
        &["A", "C", "D", "B"],
    ),
    (
        "two-level-terminating-ignores-all-but-roles-descendants",
        &[to("targets", "A"), to("targets", "B"), ("A", "C", "*", true), to("A", "D")],
        &["A", "C"],
    ),
    (
        "three-level-terminating-ignores-all-but-roles-descendants",
        &[to("targets", "A"), to("targets", "B"), ("A", "C", "*", true), to("C", "D")],
        &["A", "C", "D"],
    ),
    (
        "two-level-ignores-all-branches-not-matching-paths",
        &[("targets", "A", "*.py", false), to("targets", "B"), to("A", "C")],
        &["B"],
    ),
    (
        "three-level-ignores-all-branches-not-matching-paths",
        &[to("targets", "A"), to("targets", "B"), ("A", "C", "*.py", false), to("C", "D")],
        &["A", "B"],
    ),
    (
        "cyclic-graph",
        &[to("targets", "A"), to("targets", "B"), to("B", "C"), to("C", "D"), to("D", "B")],
        &["A", "B", "C", "D"],
    ),
    (
        "two-roles-delegating-to-a-third",
        &[to("targets", "A"), to("targets", "B"), to("A", "C"), to("B", "C")],
        &["A", "C", "B"],
    ),
    (
        "two-roles-delegating-to-a-third-different-paths",
        &[to("targets", "A"), to("targets", "B"), ("A", "C", "*.py", false), to("B", "C")],
        &["A", "B", "C"],
    ),
];

#[test]
fn delegations_are_followed_depth_first_in_their_order() {
    for (name, edges, expected) in GRAPHS {
        let (visited, found) = asked(&graph(edges, &[]), "missingfile");
        assert_eq!(visited, expected, "{name}");
        assert_eq!(found, Some(Code::TargetMissing), "{name}");
    }
}

/// Names that JavaScript would put in another order.
#[test]
fn the_order_is_that_of_the_list() {
    for names in [["2", "1"], ["b", "a"]] {
        let edges = names.map(|name| to("targets", name));
        assert_eq!(asked(&graph(&edges, &[]), "x").0, names);
    }
}

/// Of two roles that list a target the first one counts.
#[test]
fn the_first_role_that_lists_a_target_has_it() {
    let channel = graph(&[to("targets", "A"), to("targets", "B")], &[("A", "x"), ("B", "x")]);
    let mut trust = trusting(&channel);
    let (asked, found) = search(&mut trust, &channel.files, "x", now());
    assert_eq!(asked, ["A.json"]);
    assert_eq!(found.unwrap().roles, ["targets", "A"]);
}

/// Who was asked in vain has no part in it.
#[test]
fn the_roles_of_a_target_are_those_that_lead_to_it() {
    let edges = [to("targets", "A"), to("A", "B"), to("targets", "C"), to("C", "D")];
    let mut channel = graph(&edges, &[("D", "x"), ("A", "y")]);
    for (role, expires) in [("B", "2029-01-01T00:00:00Z"), ("C", "2030-01-01T00:00:00Z")] {
        channel.edit_signed(role, |signed| signed["expires"] = json!(expires));
    }
    for role in ["timestamp", "snapshot", "targets"] {
        channel.edit_signed(role, |signed| signed["expires"] = json!("2035-01-01T00:00:00Z"));
    }
    let mut trust = trusting(&channel);
    let (asked, found) = search(&mut trust, &channel.files, "x", at("2028-01-01T00:00:00Z"));
    assert_eq!(asked, ["A.json", "B.json", "C.json", "D.json"]);
    let found = found.unwrap();
    assert_eq!(found.roles, ["targets", "C", "D"]);
    assert_eq!(found.expires, at("2030-01-01T00:00:00Z"));
}

/// However many roles match, a search comes to an end at the one that is one too many.
#[test]
fn many_roles_for_one_path_are_not_all_waited_for() {
    let mut edges = vec![to("targets", "A")];
    let names: Vec<&'static str> =
        (0..40).map(|number| &*Box::leak(format!("r{number}").into_boxed_str())).collect();
    edges.extend(names.iter().map(|name| to("A", name)));
    let (visited, found) = asked(&graph(&edges, &[("r30", "last"), ("r31", "none")]), "none");
    assert_eq!((visited.len(), found), (32, Some(Code::LimitExceeded)));
    let (visited, found) = asked(&graph(&edges, &[("r30", "last")]), "last");
    assert_eq!((visited.len(), found), (32, None));
    // One that is terminating does so beyond as many as well.
    edges.push(("A", "end", "*", true));
    assert_eq!(asked(&graph(&edges, &[("end", "x")]), "x").1, Some(Code::LimitExceeded));
}

#[test]
fn patterns_match_segment_by_segment() {
    let tree = [
        ("targets", "A", "files/*", false),
        ("targets", "B", "file?.txt", false),
        ("A", "D", "files/*.txt", false),
        ("A", "E", "other/*", false),
        ("targets", "F", "a/b/c*", false),
        ("targets", "G", "*.TXT", false),
        ("targets", "H", "*", false),
    ];
    let listed = [
        ("targets", "plain"),
        ("A", "files/one"),
        ("D", "files/two.txt"),
        ("E", "other/three"),
        ("B", "file1.txt"),
        ("F", "a/b/cd"),
    ];
    let channel = graph(&tree, &listed);
    let none = Some(Code::TargetMissing);
    let searches: [(&str, &str, &[&str], Option<Code>); 9] = [
        ("no delegations", "plain", &[], None),
        ("targetpath matches wildcard", "files/one", &["A"], None),
        ("targetpath with separators x", "files/two.txt", &["A", "D"], None),
        ("targetpath with separators y", "a/b/cd", &["F"], None),
        ("targetpath is not delegated by all roles in the chain", "other/three", &[], none),
        ("wildcard does not match path separator", "files/a/b", &[], none),
        ("targetpath matches question mark wildcard", "file1.txt", &["B"], None),
        ("targetpath does not match question mark wildcard", "file12.txt", &["H"], none),
        ("targetpath matching is case sensitive", "file.TXT", &["G", "H"], none),
    ];
    for (name, path, roles, expected) in searches {
        let (visited, found) = asked(&channel, path);
        assert_eq!(visited, roles, "{name}");
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn patterns_have_no_further_meaning() {
    for (pattern, path, is_match) in [
        ("*", ".hidden", true),
        ("!a", "b", false),
        ("{a,b}", "a", false),
        ("#x", "#x", true),
        ("**", "a/b", false),
        ("[ab]c", "ac", true),
        ("[!ab]c", "ac", false),
        ("*.txt", "a/b.txt", false),
        ("a/*", "a/b/c", false),
        ("+(a)", "aa", false),
    ] {
        let channel = graph(&[("targets", "A", pattern, false)], &[("A", path)]);
        let expected = if is_match { None } else { Some(Code::TargetMissing) };
        assert_eq!(asked(&channel, path).1, expected, "{pattern} {path}");
    }
}

#[test]
fn hash_prefixes_delegate_too() {
    let path = "noarch/some-1.0-0.conda";
    let hash = Sha256Digest::of(path.as_bytes()).to_string();
    for (prefixes, is_asked) in [
        (vec![hash[..2].to_owned()], true),
        (vec!["zz".to_owned(), hash.clone()], true),
        (vec![format!("{}g", &hash[..2])], false),
        (vec![], false),
    ] {
        let mut role = Delegated::new("A", "");
        role.rule = Rule::HashPrefixes(prefixes);
        let roles = [
            ("targets".to_owned(), RolePlan::default().delegating(vec![role])),
            ("A".to_owned(), RolePlan::listing(path)),
        ];
        let plan = TufPlan { roots: 1, ..TufPlan::default() };
        let (visited, found) = asked(&TufChannel::new(&plan, &roles.into()), path);
        assert_eq!((visited.len(), found.is_none()), (usize::from(is_asked), is_asked));
    }
}

/// TAP 15. Only the one bin is asked for that a path belongs to.
#[test]
fn targets_are_found_in_hash_bins() {
    for bit_length in [1, 4, 5, 8] {
        let plan = TufPlan { roots: 2, ..TufPlan::default() };
        let channel = tuf::many_targets(&plan, 20, Some(bit_length));
        assert_eq!(channel.names().count(), 3 + (1 << bit_length));
        let mut trust = trusting(&channel);
        for number in 0..20 {
            let path = format!("noarch/target-{number}");
            let (asked, found) = search(&mut trust, &channel.files, &path, now());
            let bin = Bins::new(bit_length).of_path(&path);
            assert!(asked.is_empty() || asked == [format!("2.{bin}.json")], "{asked:?}");
            assert_eq!(found.unwrap().roles, ["targets".to_owned(), bin]);
            fetch(&mut trust, &channel.files, &path, now()).unwrap();
        }
        let (asked, found) = search(&mut trust, &channel.files, "noarch/none", now());
        assert!(asked.len() <= 1);
        assert_eq!(code(found), Some(Code::TargetMissing));
    }
}

/// A role that was verified for one delegator is verified again for another one.
#[test]
fn a_role_that_is_held_is_verified_against_each_delegator() {
    let channel = TufSpoil::DelegatedDiamond.apply(&tuf_channel());
    let mut trust = trusting(&channel);
    search(&mut trust, &channel.files, TufSpoil::NEIGHBOUR, now()).1.unwrap();
    let (asked, refused) = search(&mut trust, &channel.files, TufSpoil::STRANGER, now());
    assert_eq!(asked, ["2.second.json", "2.shared.json"]);
    assert_eq!(code(refused), Some(Code::ThresholdNotMet));
    // And on the good way it is still good.
    let (asked, found) = search(&mut trust, &channel.files, TufSpoil::NEIGHBOUR, now());
    assert_eq!((asked.len(), found.unwrap().roles.len()), (0, 3));
}

/// A failure ends the search: no role after it is asked instead.
#[test]
fn a_role_that_is_refused_ends_the_search() {
    let mut channel = graph(&[to("targets", "A"), to("targets", "B")], &[("B", "x")]);
    channel.edit("A", |role| role.signatures = json!([]));
    assert_eq!(asked(&channel, "x"), (vec!["A".to_owned()], Some(Code::ThresholdNotMet)));
    channel.edit_signed("snapshot", |signed| {
        signed["meta"].as_object_mut().unwrap().remove("A.json");
    });
    assert_eq!(asked(&channel, "x"), (vec![], Some(Code::RoleUnlisted)), "never asked for");
}

#[test]
fn odd_names_of_roles_are_percent_encoded() {
    for (name, path) in [
        ("?", "%3F.json"),
        ("#", "%23.json"),
        ("/delegatedrole", "%2Fdelegatedrole.json"),
        ("../delegatedrole", "..%2Fdelegatedrole.json"),
        ("a b%é", "a%20b%25%C3%A9.json"),
        ("__proto__", "__proto__.json"),
    ] {
        let channel = graph(&[to("targets", name)], &[(name, "x")]);
        let mut trust = trusting(&channel);
        let (asked, found) = search(&mut trust, &channel.files, "x", now());
        assert_eq!(asked, [path]);
        assert_eq!(found.unwrap().roles, ["targets", name]);
        // It is kept under that name, and taken back from there.
        assert!(trust.export().iter().any(|kept| kept.key == format!("delegated.{path}")));
        let mut back = restored(&pin(&channel.files).unwrap(), &trust.export()).unwrap();
        assert_eq!(search(&mut back, &channel.files, "x", now()).0, Vec::<String>::new());
    }
}

#[test]
fn odd_names_of_targets_are_found_or_refused() {
    let channel = graph(&[], &[("targets", "constructor"), ("targets", "__proto__")]);
    let mut trust = trusting(&channel);
    for path in ["constructor", "__proto__"] {
        search(&mut trust, &channel.files, path, now()).1.unwrap();
    }
    for path in ["toString", "hasOwnProperty", "length"] {
        assert_eq!(code(trust.target(path, now())), Some(Code::TargetMissing));
    }
    for path in ["", "/x", "x/", "a//b", "../x", "a/./b"] {
        assert_eq!(code(trust.target(path, now())), Some(Code::ArgumentInvalid), "{path:?}");
    }
}
