#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Words of commands: help, wrong usage, exit status, terminals."""

import os
import pty
import re
import resource
import subprocess
import unittest

from newsroom import (PROGRAM, NewsroomTest, main, markdown, refusal,
                      run)

COMMANDS = re.findall(
    r"^  ([a-z]+(?: [a-z]+)?) ", run("--help").stdout, re.MULTILINE
)


def on_terminal(*words):
    """What a person sees on a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *map(str, words)], stdout=follower, stderr=follower
    )
    os.close(follower)
    seen = b""
    try:
        while part := os.read(leader, 4096):
            seen += part
    except OSError:  # how a terminal says that nobody is left
        pass
    os.close(leader)
    process.wait()
    return seen


class Usage(unittest.TestCase):
    def test_overview__lists_the_commands(self):
        for name in ("init", "serve", "import", "story list", "story show",
                     "story publish", "story unpublish", "story takedown",
                     "user add", "user passwd", "check", "audit verify",
                     "theme check"):
            self.assertIn(name, COMMANDS)

    def test_help__has_an_example_for_each_command(self):
        for name in COMMANDS:
            with self.subTest(name):
                text = run(*name.split(), "--help").stdout
                self.assertTrue(text.startswith(f"masthead {name}"))
                self.assertIn(f"Example\n  masthead {name}", text)
                self.assertIn("--json", text)

    def test_help__of_a_noun_lists_its_commands(self):
        text = run("story", "--help").stdout
        self.assertIn("story takedown ID", text)
        self.assertNotIn("import", text)

    def test_help__stands_anywhere(self):
        self.assertEqual(run("story", "show", "7", "--help").stdout,
                         run("story", "show", "--help").stdout)

    def test_version(self):
        self.assertRegex(run("--version").stdout, r"^masthead \d+\.\d+\.\d+\n$")

    def test_wrong_usage__exits_2_and_says_why(self):
        for words, part in (
            (["publish"], 'no command "publish"'),
            (["story"], "one word more"),
            (["story", "burn"], "one word more"),
            (["story", "show"], "needs ID"),
            (["story", "show", "seven"], "whole number"),
            (["story", "show", "0"], "whole number"),
            (["story", "show", "1", "2"], "one too many"),
            (["story", "list", "--colour"], "no option --colour"),
            (["story", "list", "--limit"], "needs a value"),
            (["story", "list", "--limit", "many"], "whole number"),
            (["story", "list", "--state", "burnt"], "--state wants"),
            (["story", "list", "extra"], "no further word"),
            (["import"], "needs PATH"),
            (["import", "x", "--dry-run=yes"], "takes no value"),
            (["import", "x", "--id", "-4"], "whole number"),
            (["import", "x", "--format", "docx"], "capture or markdown"),
            (["user", "add", "a@b.example", "--role", "owner"], "--role wants"),
            (["audit", "verify", "--head", "7:abc"], "--head wants"),
            (["serve", "--data"], "needs a value"),
            (["check", b"\xff\xfe"], "not valid UTF-8"),
            (["story", "list", "--state", b"\xff"], "not valid UTF-8"),
            (["story", "list", "--limit=x", b"\xff"], "not valid UTF-8"),
            (["story", "list", "--data", b"\xff"], "not valid UTF-8"),
        ):
            with self.subTest(words):
                words = [w if isinstance(w, str) else os.fsdecode(w)
                         for w in words]
                self.assertIn(part, refusal(*words, status=2))

    def test_no_word__shows_the_overview_and_exits_2(self):
        self.assertIn("story list", run(status=2).stderr)

    def test_no_folder__says_how_to_make_one(self):
        said = refusal("story", "list", "--data", "/nowhere/at/all")
        self.assertIn("masthead init --data", said)


    def test_help_into_a_full_disk__is_no_success(self):
        for words in (["--help"], ["--version"], ["story", "--help"],
                      ["story", "list", "--help"]):
            with self.subTest(words), open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, *words], stdout=full,
                                      stderr=subprocess.PIPE, text=True)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(
                    done.stderr, "masthead: the output cannot be written: "
                    "No space left on device\n")


class Places(NewsroomTest):
    def test_data_and_json__stand_anywhere(self):
        for words in (
            ["story", "list", "--json", "--data", self.data],
            ["story", "list", "--data", self.data, "--json"],
            ["story", "list", f"--data={self.data}", "--limit", 3, "--json"],
        ):
            self.assertEqual(run(*words).stdout.strip(), "[\n]")

    def test_default_folder__is_newsroom(self):
        self.assertIn("No story yet", run("story", "list", cwd=self.room).stdout)

    def test_full_disk__is_no_success(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [PROGRAM, "story", "list", "--data", str(self.data)],
                stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be written", done.stderr)

    def test_file_at_its_limit__is_a_full_disk(self):
        for n in range(300):
            self.write(f"archive/{n}.md", markdown(n) + "A sentence. " * 200)
        archive = self.room / "archive"
        wal = (self.data / "newsroom.db").stat().st_size + (1 << 18)
        said = self.refused("import", archive, preexec_fn=lambda: (
            resource.setrlimit(resource.RLIMIT_FSIZE, (wal, wal))))
        self.assertIn("disk is full", said)
        self.nothing_is_wrong()
        self.masthead("import", archive)
        self.assertEqual(len(self.stories()), 300)


class Terminal(NewsroomTest):
    def test_terminal__gets_no_controls_from_a_file_name(self):
        evil = self.write("a\x1b]0;owned\x07\u009b31mb.txt", "no page\n")
        seen = on_terminal("import", evil, "--data", self.data)
        self.assertIn(b"owned", seen)
        # The bar's own \r and \x1b[K aside, which only we write.
        seen = seen.replace(b"\x1b[K", b"").replace(b"\r", b"")
        self.assertNotRegex(seen, rb"[\x00-\x08\x0b-\x1f\x7f]")
        self.assertNotIn("\u009b".encode(), seen)

    def test_terminal__keeps_letters_of_every_language(self):
        page = self.write("بريد-øre.txt", "no page\n")
        seen = on_terminal("import", page, "--data", self.data)
        self.assertIn("بريد-øre.txt".encode(), seen)

    def test_pipe__gets_no_bar(self):
        page = self.write("a.txt", "no page\n")
        self.assertNotIn("\r", self.masthead("import", page, status=1).stderr)


if __name__ == "__main__":
    main()
