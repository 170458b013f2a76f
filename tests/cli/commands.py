#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands on a folder that no server holds."""

import json
import os
import subprocess
import unittest

from newsroom import (PATIENCE, PROGRAM, RELATED, SANITIZED, NewsroomTest,
                      captured_page, main, markdown, refusal, run)


class Init(NewsroomTest):
    def test_init__prints_the_password_once(self):
        out = run("init", "--data", self.room / "two").stdout
        self.assertRegex(out, r"Password +[A-Za-z0-9]{20} ")
        self.assertIn("admin@localhost", out)

    def test_init__json(self):
        out = run("init", "--data", self.room / "two", "--json", "--admin",
                  "chief@courier.example").stdout
        made = json.loads(out)
        self.assertEqual(made["admin"], "chief@courier.example")
        self.assertEqual(len(made["password"]), 20)

    def test_init__never_touches_a_newsroom_that_is_there(self):
        before = (self.data / "newsroom.db").read_bytes()
        self.assertIn("already", self.refused("init"))
        self.assertEqual((self.data / "newsroom.db").read_bytes(), before)

    def test_init__leaves_nothing_half_made(self):
        two = self.room / "two"
        self.assertIn("zone", refusal("init", "--data", two, "--zone",
                                      "Mars/Phobos").lower())
        self.assertFalse((two / "newsroom.db").exists())
        run("init", "--data", two, "--zone", "Europe/Vienna")

    def test_init__keeps_others_out(self):
        self.assertEqual(self.data.stat().st_mode & 0o007, 0)
        self.assertEqual((self.data / "newsroom.db").stat().st_mode & 0o007, 0)


class Import(NewsroomTest):
    def test_import__a_second_time_changes_nothing(self):
        page = self.write("page.txt", captured_page())
        self.assertIn("1 taken", self.masthead("import", page).stdout)
        self.assertIn("1 unchanged", self.masthead("import", page).stdout)
        self.assertEqual(len(self.stories()), 3)  # and two stubs

    def test_import__takes_the_id_and_the_zone(self):
        page = self.write("page.txt", captured_page())
        self.masthead("import", page, "--id", 77, "--zone", "Asia/Tehran")
        story = self.json("story", "show", 77)
        self.assertEqual(story["published"], "2016-11-18T11:23:43Z")
        self.assertEqual(story["advisory"], "graphic")
        self.assertEqual(story["severity"], "gate")
        self.assertEqual(story["headline"], "A lock gate fails")
        self.assertEqual((story["signoff"], story["desk"]), ("S/SH", "11"))

    def test_import__dry_run_keeps_nothing(self):
        page = self.write("page.txt", captured_page())
        self.masthead("import", page, "--dry-run")
        self.assertEqual(self.stories(), [])

    def test_import__bad_files_are_refused_one_by_one(self):
        good = self.write("good.txt", captured_page())
        for name, text in (
            ("count.txt", captured_page().replace("string(2", "string(3")),
            ("json.txt", captured_page(related="[{broken}]")),
            ("date.txt", captured_page().replace("Fri Nov 18", "Someday 99")),
            ("list-only.txt", captured_page().split("S/SH 11\n\n")[1]),
            ("tags.txt", "<div>" * 20000),
            ("empty.txt", ""),
        ):
            with self.subTest(name):
                self.fresh()
                bad = self.write(name, text)
                done = self.masthead("import", bad, good, status=1)
                self.assertIn("1 of 2 files", done.stderr)
                self.assertIn(name, done.stdout)
                self.assertEqual(len(self.stories()), 3)

    def test_import__names_bytes_that_are_not_utf8(self):
        page = self.room / "latin1.txt"
        page.write_bytes("Café\n".encode("latin-1"))
        done = self.masthead("import", page, status=1)
        self.assertIn("UTF-8", done.stdout)

    def test_import__what_is_no_file(self):
        self.assertIn("cannot be opened", self.refused("import", "/nowhere"))
        self.assertIn("neither", self.refused("import", "/dev/null"))

    def test_import__a_folder(self):
        for n in range(5):
            self.write(f"archive/{n}.md", markdown(n))
        report = self.json("import", str(self.room / "archive"))
        self.assertEqual(report["taken"], 5)


class Story(NewsroomTest):
    def test_story__goes_and_returns(self):
        story = self.publish()
        self.masthead("story", "unpublish", story)
        self.assertEqual(self.json("story", "show", story)["state"],
                         "withdrawn")
        self.masthead("story", "publish", story)
        self.assertEqual(self.json("story", "show", story)["state"],
                         "published")

    def test_takedown__is_for_good(self):
        story = self.publish()
        self.masthead("story", "takedown", story)
        self.refused("story", "publish", story)
        self.refused("story", "unpublish", story)

    def test_story__that_is_not_there(self):
        for what in ("show", "publish", "unpublish", "takedown"):
            self.assertIn("7", self.refused("story", what, 7))

    def test_list__by_state_and_in_pages(self):
        story = self.publish()
        stubs = self.json("story", "list", "--state", "stub")
        self.assertEqual([s["id"] for s in stubs], [5002, 5001])
        self.assertEqual(
            [s["id"] for s in self.json("story", "list", "--limit", "1")],
            [story])


class User(NewsroomTest):
    def test_user__gets_a_password_and_another(self):
        first = self.json("user", "add", "ilse@courier.example", "--role",
                          "editor", "--name", "Ilse Varden")
        again = self.json("user", "passwd", "ilse@courier.example")
        self.assertEqual(len(first["password"]), 20)
        self.assertNotEqual(first["password"], again["password"])
        self.assertIn(("ilse@courier.example", "Ilse Varden", "editor"),
                      [(u["email"], u["name"], u["role"])
                       for u in self.json("user", "list")])

    def test_user__twice_or_nobody(self):
        self.masthead("user", "add", "a@courier.example")
        self.refused("user", "add", "a@courier.example")
        self.refused("user", "add", "no address")
        self.refused("user", "passwd", "b@courier.example")

    def role_of(self, email):
        return {u["email"]: u["role"] for u in self.json("user", "list")}[email]

    def test_user__gets_another_role(self):
        self.masthead("user", "add", "a@courier.example")
        self.masthead("user", "role", "a@courier.example", "admin")
        self.assertEqual(self.role_of("a@courier.example"), "admin")
        self.masthead("user", "role", "a@courier.example", "editor")
        self.assertEqual(self.role_of("a@courier.example"), "editor")
        self.refused("user", "role", "b@courier.example", "editor")

    def test_user__the_only_administrator_stays_one(self):
        admin = next(u["email"] for u in self.json("user", "list")
                     if u["role"] == "admin")
        self.refused("user", "role", admin, "reporter")
        self.assertEqual(self.role_of(admin), "admin")

    def test_user__of_a_role_that_there_is_not(self):
        self.masthead("user", "role", "a@courier.example", "king", status=2)


class Check(NewsroomTest):
    def test_check__finds_nothing_in_a_new_newsroom(self):
        self.publish()
        self.nothing_is_wrong()
        quick = self.masthead("check", "--quick").stdout
        self.assertIn("seccomp", quick)
        self.assertNotIn("sandbox", quick)

    def test_check__tries_the_sandbox(self):
        done = subprocess.run([PROGRAM, "check", "--data", self.data],
                              capture_output=True, text=True, timeout=PATIENCE)
        tried = [line for line in done.stdout.splitlines() if " sandbox " in line]
        self.assertEqual(len([t for t in tried if "ended the worker" in t]), 18)
        self.assertEqual(len([t for t in tried if t.endswith(": refused")]),
                         14 if SANITIZED else 16)
        # A sanitizer needs the memory that a worker may otherwise not have.
        self.assertEqual([t for t in tried if t.startswith("FAULT")
                          and not (SANITIZED and "memory" in t)], [])

    def test_check__says_that_others_may_look_in(self):
        self.data.chmod(0o755)
        self.assertIn("chmod o=", self.masthead("check", "--quick", status=1).stdout)

    def test_audit__a_changed_row_breaks_the_chain(self):
        self.publish()
        self.masthead("audit", "verify")
        self.tamper("UPDATE audit SET detail = 'other' WHERE id = 2")
        self.assertIn("2", self.refused("audit", "verify"))
        self.masthead("check", "--quick", status=1)

    def test_audit__a_cut_end_shows_against_a_noted_head(self):
        self.publish()
        head = self.json("audit", "verify")
        noted = f"{head['rows']}:{head['head']}"
        self.masthead("audit", "verify", "--head", noted)
        self.tamper(f"DELETE FROM audit WHERE id = {head['rows']}")
        self.masthead("audit", "verify")
        self.refused("audit", "verify", "--head", noted)

    def test_newer_folder__is_refused_by_every_command(self):
        self.tamper("UPDATE migration SET version = 99"
                    " WHERE version = (SELECT max(version) FROM migration)")
        before = (self.data / "newsroom.db").read_bytes()
        page = self.write("page.txt", captured_page())
        for words in (["story", "list"], ["import", page], ["serve"]):
            self.assertRegex(self.refused(*words), "newer")
        self.assertEqual((self.data / "newsroom.db").read_bytes(), before)


@unittest.skipIf(os.geteuid() != 0, "only root can be somebody else")
class Root(NewsroomTest):
    """In a newsroom that belongs to somebody else."""

    OTHER = 65534

    def setUp(self):
        super().setUp()
        self.room.chmod(0o755)
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, self.OTHER, self.OTHER)

    def test_root__leaves_nothing_that_the_owner_cannot_write(self):
        # A page that only root can read: opened before.
        page = self.write("page.txt", captured_page())
        page.chmod(0o600)
        self.masthead("import", page)
        self.json("story", "list")
        self.serve()
        self.masthead("user", "add", "a@courier.example")
        for path in self.data.rglob("*"):
            self.assertEqual(path.stat().st_uid, self.OTHER, path)


class Theme(NewsroomTest):
    def test_theme__lists_all_its_faults(self):
        self.write("theme/story.html", "<p>{{colour}}</p>\n<p>{{taste}}</p>\n")
        done = run("theme", "check", self.room / "theme", status=1)
        self.assertIn("colour", done.stdout)
        self.assertIn("taste", done.stdout)
        found = json.loads(run("theme", "check", self.room / "theme",
                               "--json", status=1).stdout)
        self.assertEqual([f["line"] for f in found], [1, 2])

    def test_theme__in_order(self):
        (self.room / "theme").mkdir()
        self.assertIn("in order",
                      run("theme", "check", self.room / "theme").stdout)


if __name__ == "__main__":
    main()
