//! The keymaps that come with the product, and what is said about a user's faulty one.

use banshi::console::keymap::{
    Action, Code, Context, Fault, FaultKind, Follow, Key, Keymap, Lookup, Place, Preset, UserFile,
    label, parse_keys,
};
use banshi::i18n::{Lang, Messages};

fn preset(preset: Preset) -> Keymap {
    Keymap::load(preset, None).expect("a preset has no faults")
}

fn keys(written: &str) -> Vec<Key> {
    parse_keys(written).expect("keys in tests are well written")
}

fn user(text: &str) -> Result<Keymap, Vec<Fault>> {
    Keymap::load(
        Preset::Default,
        Some(&UserFile {
            name: "my.toml".into(),
            text: text.into(),
        }),
    )
}

fn faults(text: &str) -> Vec<String> {
    let english = Messages::new(Lang::En);
    user(text)
        .err()
        .unwrap_or_default()
        .iter()
        .map(|fault| fault.message(&english))
        .collect()
}

#[test]
fn every_preset_loads_without_a_fault() {
    let english = Messages::new(Lang::En);
    for (preset, name) in Preset::ALL {
        let faults = Keymap::load(preset, None).err().unwrap_or_default();
        let lines: Vec<_> = faults.iter().map(|fault| fault.message(&english)).collect();
        assert!(lines.is_empty(), "{name}: {lines:#?}");
    }
}

#[test]
fn every_action_is_bound_in_each_keymap_or_unbound_on_purpose() {
    for (preset_name, name) in Preset::ALL {
        let keymap = preset(preset_name);
        for action in Action::ALL {
            if keymap.unbound_on_purpose().contains(action) {
                continue;
            }
            let bound = action
                .contexts()
                .iter()
                .any(|c| keymap.bindings(*c).iter().any(|b| b.action == *action));
            assert!(bound, "{name}: no key for {}", action.name());
        }
    }
}

#[test]
fn every_action_has_words_in_both_languages() {
    for messages in Lang::ALL.map(Messages::new) {
        for action in Action::ALL {
            assert!(
                messages.has(action.message()),
                "{}: {}",
                messages.lang(),
                action.message()
            );
        }
    }
}

#[test]
fn action_names_are_unique_and_found_again() {
    for action in Action::ALL {
        assert_eq!(Action::named(action.name()), Some(*action));
    }
}

#[test]
fn no_bare_character_is_bound_where_text_is_typed() {
    for (preset_name, _) in Preset::ALL {
        let keymap = preset(preset_name);
        for place in Place::ALL.into_iter().filter(|place| place.takes_text()) {
            for binding in place
                .contexts()
                .iter()
                .flat_map(|context| keymap.bindings(*context))
            {
                assert_eq!(
                    binding.keys[0].typed(),
                    None,
                    "{} at {place:?}",
                    label(&binding.keys)
                );
            }
        }
    }
}

#[test]
fn the_eight_window_actions_are_on_digits_and_function_keys() {
    use Action::{
        WindowCall, WindowFinish, WindowHold, WindowMiss, WindowPause, WindowRecall, WindowStart,
        WindowTransfer,
    };
    let eight = [
        WindowCall,
        WindowRecall,
        WindowStart,
        WindowFinish,
        WindowMiss,
        WindowHold,
        WindowTransfer,
        WindowPause,
    ];
    for (preset_name, name) in Preset::ALL {
        let keymap = preset(preset_name);
        for (number, action) in (1_u8..).zip(eight) {
            let digit = Key::char(char::from(b'0' + number));
            assert_eq!(
                keymap.lookup(Place::Window, &[digit]),
                Lookup::Found(action),
                "{name}: {number}"
            );
            let function = Key::plain(Code::F(number));
            assert_eq!(
                keymap.lookup(Place::Window, &[function]),
                Lookup::Found(action),
                "{name}: F{number}"
            );
        }
    }
}

#[test]
fn a_sequence_waits_for_its_next_key() {
    let keymap = preset(Preset::Default);
    let Lookup::Pending(follows) = keymap.lookup(Place::Cases, &keys("g")) else {
        unreachable!("g begins sequences")
    };
    assert!(follows.contains(&(Key::char('c'), Follow::Action(Action::PageCases))));
    assert!(follows.contains(&(Key::char('g'), Follow::Action(Action::Top))));
    assert_eq!(
        keymap.lookup(Place::Cases, &keys("gc")),
        Lookup::Found(Action::PageCases)
    );
    assert_eq!(keymap.lookup(Place::Cases, &keys("g?")), Lookup::Unbound);
    assert_eq!(keymap.lookup(Place::FormLine, &keys("g")), Lookup::Unbound);
}

#[test]
fn full_width_commands_count_as_their_ascii_keys() {
    for (typed, meant) in [
        ('：', ':'),
        ('？', '?'),
        ('／', '/'),
        ('１', '1'),
        ('ａ', 'a'),
        ('、', '/'),
        ('。', '.'),
    ] {
        assert_eq!(Key::char(typed).as_command(), Key::char(meant));
    }
    assert_eq!(Key::char('办').as_command(), Key::char('办'));
}

#[test]
fn a_users_rows_take_the_place_of_the_presets() {
    let keymap = user(
        r#"
        [window]
        keys = [
            { on = "1", run = "window.finish_and_call", desc = "下一位" },
            { on = "c", run = "none" },
        ]"#,
    )
    .expect("no fault");
    assert_eq!(
        keymap.lookup(Place::Window, &keys("1")),
        Lookup::Found(Action::WindowFinishAndCall)
    );
    assert_eq!(keymap.lookup(Place::Window, &keys("c")), Lookup::Unbound);
    assert_eq!(
        keymap.lookup(Place::Window, &keys("<F1>")),
        Lookup::Found(Action::WindowCall)
    );
    let shown = keymap.keys_for(Place::Window, Action::WindowFinishAndCall)[0];
    assert_eq!(
        (label(&shown.keys).as_str(), shown.words.as_deref()),
        ("1", Some("下一位"))
    );
}

#[test]
fn every_fault_of_a_users_file_is_named_by_line() {
    let found = faults(
        "[windows]\nkeys = []\n\
         [window]\nkeys = [\n\
         { on = \"1\", run = \"window.cal\" },\n\
         { on = \"<F99>\", run = \"window.call\" },\n\
         { on = \"y\", run = \"window.call\" },\n\
         { on = \"y\", run = \"window.recall\" },\n\
         { on = \"g\", run = \"window.start\" },\n\
         { on = \"j\", run = \"window.start\" },\n\
         { on = \"v\", run = \"none\" },\n\
         { on = \"v\", run = \"case.accept\" },\n\
         { keys = \"v\", run = \"window.call\" },\n\
         ]\n\
         [field]\nkeys = [{ on = \"x\", run = \"delete.back\" }]\n",
    );
    let expected = [
        "my.toml:1: no section is called [windows]",
        "my.toml:5: no action is called window.cal",
        "my.toml:6: the keys cannot be read: no key is called <F99>",
        "my.toml:12: the action case.accept cannot be used in [window]",
        "my.toml:13: not a keymap: a row has `on`, `run` and `desc`, not `keys`",
        "my.toml:16: text is typed in [field], so x cannot be bound there",
        "my.toml:8: y collides with window.call at my.toml:7",
        "my.toml:11: v is not bound, there is nothing to take away",
    ];
    for line in expected {
        assert!(
            found.iter().any(|fault| fault == line),
            "{line}\nin {found:#?}"
        );
    }
    let shadows = [
        "my.toml:9: g collides with ",
        "my.toml:10: j collides with down at keymaps/default.toml:",
    ];
    for start in shadows {
        assert!(
            found.iter().any(|fault| fault.starts_with(start)),
            "{start}\nin {found:#?}"
        );
    }
    assert_eq!(found.len(), expected.len() + shadows.len(), "{found:#?}");
}

#[test]
fn broken_toml_is_a_fault_with_its_line() {
    let found = user("[window]\nkeys = [\n{ on = \"1\" run = 2 }\n]").expect_err("faults");
    assert!(
        found
            .iter()
            .any(|fault| fault.origin.line == 3 && matches!(fault.kind, FaultKind::Shape(_))),
        "{found:?}"
    );
}

#[test]
fn keys_are_written_as_they_are_read() {
    for written in [
        "gw",
        "<F1>",
        "<C-x><A-1>",
        "<S-up>",
        "<space>",
        "<lt>",
        "<backtab>",
        "办",
        "<enter>",
    ] {
        let printed: String = keys(written).iter().map(ToString::to_string).collect();
        assert_eq!(printed, written);
    }
    assert_eq!(keys("<S-tab>"), keys("<backtab>"));
    assert_eq!(keys("<ret>"), keys("<enter>"));
}

#[test]
fn contexts_have_unique_names() {
    for (context, name) in Context::ALL {
        assert_eq!(Context::named(name), Some(context));
    }
}

/// Runs `banshi keys` for a user with nothing of their own; gives status, stdout and stderr.
fn banshi_keys(args: &[&str]) -> (Option<i32>, String, String) {
    let home = tempfile::tempdir().expect("a folder");
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_banshi"))
        .args(["keys", "--lang", "en"])
        .args(args)
        .env("HOME", home.path())
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .expect("banshi runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn the_command_prints_every_action_and_its_keys() {
    let (status, out, err) = banshi_keys(&["--preset", "vim"]);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    for action in Action::ALL {
        assert!(out.contains(action.name()), "{}", action.name());
    }
    assert!(
        out.contains("1  c  F1                 window.call"),
        "{out}"
    );
    assert!(out.contains("gt"), "{out}");
}

#[test]
fn the_command_names_a_conflict_and_still_prints_the_preset() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(
        file.path(),
        "[window]\nkeys = [{ on = \"j\", run = \"window.call\" }]\n",
    )
    .expect("written");
    let path = file.path().display().to_string();
    let (status, out, err) = banshi_keys(&["--file", &path]);
    assert_eq!(status, Some(2));
    assert!(out.contains("window.call"));
    assert!(
        err.contains(&format!(
            "{path}:2: j collides with down at keymaps/default.toml:"
        )),
        "{err}"
    );
}
