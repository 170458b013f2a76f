#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Running a newsroom's stories from a terminal."""

import datetime
import json
import os
import pty
import re
import subprocess
import unittest
from pathlib import Path

from newsroom import (PATIENCE, PROGRAM, NewsroomTest, main, markdown, run)

DEMO = Path(__file__).resolve().parents[2] / "demo"


def iso(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class StoryTest(NewsroomTest):
    def take(self, n=1):
        """A published story: its id."""
        report = self.json("import", str(self.write(f"{n}.md", markdown(n))))
        return report["stories"][0]["story"]

    def draft(self, n=1):
        text = markdown(n).replace("date: 2026-01-01 10:00\n", "")
        report = self.json("import", str(self.write(f"{n}.md", text)))
        return report["stories"][0]["story"]

    def story(self, story):
        return [s for s in self.stories() if s["id"] == story][0]

    def metric(self, server, name):
        lines = server.get("/metrics")[1].decode().splitlines()
        return [float(line.split()[-1]) for line in lines
                if line.startswith(name + " ")][0]


class Trace(StoryTest):
    def trace(self, story, *more):
        return self.json("story", "trace", story, *more)

    def test_trace__from_the_writing_to_each_page(self):
        story = self.draft()
        server = self.serve()
        server.get("/")
        server.get("/feed.rss")
        self.assertEqual(self.trace(story), [])
        self.masthead("story", "publish", story)
        [t] = self.trace(story)
        self.assertEqual((t["kind"], t["dropped"], t["pages"]),
                         ("publish", 2, []))
        self.assertAlmostEqual(
            t["visible_ms"], t["write_ms"] + t["commit_ms"] + t["purge_ms"], 2)
        self.assertGreater(t["commit_ms"], 0)
        asked = ["/feed.rss", "/", "/search?q=harbour", f"/news/{story}"]
        for path in asked + ["/", "/healthz", "/archive/1999"]:
            server.get(path)
        [t] = self.trace(story)
        self.assertEqual([p["path"] for p in t["pages"]][:3], asked[:3])
        self.assertTrue(t["pages"][3]["path"].startswith(asked[3]))
        self.assertGreater(min(p["took_ms"] for p in t["pages"]), 0)
        self.assertGreater(t["pages"][0]["asked_ms"], 0)
        said = self.masthead("story", "trace", story).stdout
        self.assertIn("  /feed.rss\n", said)
        self.assertIn("2 pages dropped", said)
        self.assertEqual(self.metric(
            server, 'masthead_first_render_seconds_count{surface="/"}'), 1)

    def test_trace__newest_first_and_all_of_them(self):
        story = self.draft()
        server = self.serve()
        self.masthead("story", "publish", story)
        self.masthead("story", "correct", story, "It was the other quay.")
        kinds = [t["kind"] for t in self.trace(story, "--all")]
        self.assertEqual(kinds, ["correction", "publish"])
        self.assertEqual(len(self.trace(story)), 1)
        self.assertIn("no story 99", self.refused("story", "trace", 99))
        server.stop()
        self.assertIn("no server", self.refused("story", "trace", story))


class Schedule(StoryTest):
    def test_schedule__in_the_words_of_a_person(self):
        story = self.draft()
        for words, ahead in ((["+90m"], 5400), (["+2h"], 7200),
                             (["+3d"], 3 * 86400)):
            before = now()
            said = self.json("story", "schedule", story, *words)
            due = iso(said["due"])
            self.assertLess(abs((due - before).total_seconds() - ahead), 60)
        tomorrow = (now() + datetime.timedelta(days=1)).date()
        said = self.json("story", "schedule", story, "Tomorrow", "at", "6:05")
        # Over midnight the two need not agree on what tomorrow is.
        self.assertIn(iso(said["due"]).date() - tomorrow,
                      (datetime.timedelta(0), datetime.timedelta(1)))
        self.assertEqual(iso(said["due"]).time(), datetime.time(6, 5))
        for i, day in enumerate(("monday", "tue", "Sunday")):
            said = self.json("story", "schedule", story, day + " 23:59:30")
            due = iso(said["due"])
            self.assertEqual(due.weekday(), (0, 1, 6)[i])
            self.assertLessEqual((due - now()).days, 7)
        said = self.json("story", "schedule", story, "2030-02-03 04:05")
        self.assertEqual(said["due"], "2030-02-03T04:05:00Z")

    def test_schedule__by_the_editions_clock(self):
        story = self.draft()
        self.tamper("UPDATE edition SET zone = 'Asia/Tehran'")
        said = self.json("story", "schedule", story, "2030-02-03 04:05")
        self.assertEqual(said["due"], "2030-02-03T00:35:00Z")
        said = self.masthead("story", "schedule", story, "2030-02-03 04:05")
        self.assertIn("2030-02-03 04:05:00 Asia/Tehran", said.stdout)

    def test_schedule__refuses_the_past_and_what_is_no_time(self):
        story = self.draft()
        for time in ("2020-01-01 10:00", "2026-01-01"):
            self.assertIn(f"`masthead story publish {story} --at",
                          self.refused("story", "schedule", story, time))
        for time in ("soon", "25:00", "tomorrow", "+0m", "-2h", "+9999999d",
                     "2030-02-30 10:00", "tomorrow 6", "monday monday", ""):
            self.assertIn("is no time", self.refused(
                "story", "schedule", story, time))
        self.refused("story", "schedule", story)
        self.refused("story", "schedule", "x", "+2h", status=2)
        self.refused("story", "schedule", 99, "+2h")
        self.refused("story", "schedule", story, "+2h", "--rev", 7)
        self.assertEqual(self.story(story)["state"], "draft")

    def test_schedule__is_taken_back(self):
        story = self.draft()
        self.refused("story", "schedule", story, "--cancel")
        self.masthead("story", "schedule", story, "+2h")
        self.refused("story", "schedule", story, "+2h", "--cancel")
        said = self.json("story", "schedule", story, "--cancel")
        self.assertEqual((said["state"], said["due"]), ("ready", None))

    def test_schedule__survives_a_kill_and_says_how_late(self):
        story = self.draft()
        server = self.serve()
        self.masthead("story", "schedule", story, "+2h")
        server.kill()
        # Time passes while no server runs.
        due = int(now().timestamp()) - 75
        self.tamper(f"UPDATE story SET due_at = {due} WHERE id = {story}")
        server = self.serve()
        # Commands wait for the timer's first look.
        self.masthead("user", "add", "a@courier.example")
        said = self.story(story)
        self.assertEqual(said["state"], "published")
        self.assertEqual(iso(said["published"]).timestamp(), due)
        late = re.search(rf"event=schedule_late story={story} due=\S+ "
                         r"late_seconds=(\d+)", server.said())
        self.assertGreaterEqual(int(late[1]), 75)
        name = "masthead_schedule_late_seconds"
        self.assertEqual(self.metric(server, name + "_count"), 1)
        self.assertEqual(self.metric(server, name + "_sum"), int(late[1]))
        self.assertEqual(self.metric(server, name + '_bucket{le="60"}'), 0)
        self.assertEqual(self.metric(server, name + '_bucket{le="+Inf"}'), 1)

    def test_schedule__goes_live_by_itself(self):
        story = self.draft()
        server = self.serve()
        self.assertEqual(server.get(f"/news/{story}/story-1")[0], 404)
        at = now() + datetime.timedelta(seconds=2)
        said = self.json("story", "schedule", story,
                         at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        while server.get(f"/news/{story}/story-1")[0] != 200:
            pass  # the run's own time limit ends a wait in vain
        self.assertGreaterEqual(now(), iso(said["due"]))
        self.assertEqual(self.story(story)["published"], said["due"])
        self.assertEqual(
            self.metric(server, "masthead_schedule_late_seconds_count"), 1)

    def test_schedule__names_a_revision(self):
        story = self.draft()
        self.write("1.md", "---\ntitle: Newer\nslug: story-1\n---\nNew.\n")
        self.masthead("import", self.room / "1.md")
        self.masthead("story", "schedule", story, "+2h", "--rev", 1)
        rows = self.json("story", "history", story)
        self.assertEqual([(r["number"], r["scheduled"], r["newest"])
                          for r in rows], [(2, False, True), (1, True, False)])


class Correct(StoryTest):
    def test_correct__is_public_record(self):
        server = self.serve()
        story = self.take()
        text = "The lock has two gates, <not> three."
        self.masthead("story", "correct", story, text)
        self.masthead("story", "correct", story, "It has one.")
        for path in (f"/news/{story}/story-1", "/corrections"):
            body = server.get(path)[1].decode()
            self.assertIn("two gates, &lt;not&gt; three", body)
            self.assertIn("It has one.", body)
        rows = self.json("story", "correct", story)
        self.assertEqual([r["text"] for r in rows], [text, "It has one."])
        self.assertIn("two gates", self.masthead(
            "story", "correct", story).stdout)

    def test_correct__refuses(self):
        story = self.take()
        for text in ("", "  ", "two\nlines", "x" * 2001):
            self.refused("story", "correct", story, text)
        self.refused("story", "correct", 99, "x")
        self.refused("story", "correct", "x", "y", status=2)
        self.assertIn("was never published", self.refused(
            "story", "correct", self.draft(2), "x"))
        self.assertEqual(self.json("story", "correct", story), [])


class History(StoryTest):
    def test_restore__brings_an_older_text_back(self):
        story = self.take()
        old = self.json("story", "show", story)
        self.write("1.md", "---\ntitle: Newer\nslug: story-1\n"
                           "date: 2026-01-01 10:00\n---\nNew words.\n")
        self.masthead("import", self.room / "1.md")
        self.refused("story", "restore", story, 2)
        self.refused("story", "restore", story, 3)
        self.refused("story", "restore", 99, 1)
        self.masthead("story", "restore", story, 1)
        new = self.json("story", "show", story)
        for key in ("headline", "body", "section", "byline", "words"):
            self.assertEqual(new[key], old[key])
        rows = self.json("story", "history", story)
        self.assertEqual([(r["number"], r["live"]) for r in rows],
                         [(3, False), (2, True), (1, False)])
        self.assertEqual(self.json("story", "show", story, "--rev", 2)
                         ["headline"], "Newer")
        self.masthead("story", "publish", story, "--rev", 3)
        self.assertTrue(self.json("story", "history", story)[0]["live"])


class EditTest(StoryTest):
    """Editors here are little shell scripts; $1 is the file."""

    def setUp(self):
        super().setUp()
        self.typed = self.data / "typed"
        self.environment = {
            k: v for k, v in os.environ.items()
            if k not in ("VISUAL", "EDITOR", "XDG_RUNTIME_DIR", "TMPDIR")}

    def editor(self, script):
        path = self.room / "editor.sh"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return self.environment | {"EDITOR": str(path)}

    def edit(self, story, script, *words, **more):
        return self.masthead("story", "edit", story, *words,
                             env=self.editor(script), **more)

    def not_edited(self, story, script, *words):
        """Its sentence, and what the file that it names holds."""
        said = self.refused("story", "edit", story, *words,
                            env=self.editor(script))
        kept = re.search(r"--file (\S+?)`", said)
        return said, Path(kept[1]) if kept else None

    def text(self, story):
        return self.masthead("story", "show", story, "--markdown").stdout

    def give(self, story, text, name="text.md", **more):
        return self.masthead("story", "edit", story, "--file",
                             self.write(name, text), **more)

    def revisions(self, story):
        return len(self.json("story", "history", story))

    def kept(self):
        return sorted(self.typed.iterdir()) if self.typed.exists() else []

    def begin(self, *words, script):
        """A client whose editor waits until told to go on."""
        reached, go = self.room / "reached", self.room / "go"
        for fifo in (reached, go):
            os.mkfifo(fifo)
        client = subprocess.Popen(
            [PROGRAM, *map(str, words), "--data", self.data],
            env=self.editor(f"{script}\necho >'{reached}'\nread x <'{go}'\n"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(client.communicate)
        reached.read_text()  # waits for it

        def end():
            go.write_text("on\n")
            out, err = client.communicate(timeout=PATIENCE)
            return client.returncode, out, err

        return client, end


class Demo(EditTest):
    """On the demo's stories, with their pictures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run("import", DEMO, "--data", cls.mould / "newsroom")

    def of_every_kind(self):
        """Texts that have between them all keys and marks of the demo's, by id."""
        texts = {s["id"]: self.text(s["id"]) for s in self.stories()}
        kinds = {story: set(re.findall(
            r"^(edition: \w+|\w+:|[#>*-]+ |\d+\. |\|)|(\{\{< *\w+|\]\(|\*\*|<\w+)",
            text, re.M)) for story, text in texts.items()}
        chosen, missing = [], set().union(*kinds.values())
        while missing:
            chosen.append(max(kinds, key=lambda s: (len(kinds[s] & missing), s)))
            missing -= kinds[chosen[-1]]
        return {story: texts[story] for story in chosen}

    def test_document__holds_everything_that_a_demo_story_has(self):
        self.serve()
        for story, text in self.of_every_kind().items():
            said = self.json("story", "edit", story, "--file",
                             str(self.write("text.md", text)))
            self.assertFalse(said["changed"], text)
            self.assertEqual(self.revisions(story), 1)
            # Made anew from the text alone, it says the same.
            bare = re.sub(r"^(story|seen): .*\n", "", text, flags=re.M)
            made = self.json("story", "new", "--file",
                             str(self.write("text.md", bare)))
            again = re.sub(r"^(story|seen): .*\n", "", self.text(made["id"]),
                           flags=re.M)
            self.assertEqual(again, bare)
            old = self.json("story", "show", story)
            new = self.json("story", "show", made["id"])
            for key in set(old) - {"id", "state", "version", "revision",
                                   "published", "updated"}:
                self.assertEqual(new[key], old[key], (story, key))
        self.nothing_is_wrong()

    def test_document__holds_the_words_of_its_picture(self):
        server = self.serve()
        story = next(s["id"] for s in self.stories()
                     if s["state"] == "published"
                     and {"lead", "edition: en"} <= set(re.findall(
                         "^(lead(?=:)|edition: en)", self.text(s["id"]), re.M)))
        text = self.text(story)
        path = f"/news/{story}/" + self.json("story", "show", story)["slug"]
        server.get(path)
        self.give(story, re.sub("^lead_alt: .*$", "lead_alt: New words here",
                                text, flags=re.M))
        self.assertIn(b"New words here", server.get(path)[1])
        # Another's text, begun before, does not bring the old ones back.
        self.give(story, text.replace("\n---\n", "\nkicker: K9\n---\n", 1)
                  if "\nkicker:" not in text else
                  re.sub("^kicker: .*$", "kicker: K9", text, flags=re.M))
        self.assertIn("\nlead_alt: New words here\n", self.text(story))
        self.assertIn("\nkicker: K9\n", self.text(story))
        # Words of a picture that went are not given to the next.
        lead = re.search("^lead: (.*)$", text, re.M)[1]
        other = next(m[1] for s in self.stories()
                     if (m := re.search("^lead: (.*)$", self.text(s["id"]), re.M))
                     and m[1] != lead)
        self.give(story, self.text(story).replace(lead, other))
        self.assertIn(f"\nlead: {other}\n", self.text(story))
        self.assertNotIn("New words here", self.text(story))


class Document(EditTest):
    def test_document__keeps_the_format_that_a_text_came_in(self):
        story = self.publish("A gate: \"fails\"")
        text = self.text(story)
        self.assertIn("\nformat: plain\n", text)
        self.give(story, text.replace("at noon", "at <b>one</b>"))
        self.assertIn("at <b>one</b>", self.text(story))
        self.assertIn("at &lt;b&gt;one", self.json(
            "story", "show", story)["body"])
        # Markup is edited as markup, and only clean markup is kept.
        self.give(story, self.text(story).replace(
            "format: plain", "format: html").replace(
            "\nNobody", "\n<p onclick=x>Nobody"))
        text = self.text(story)
        self.assertIn("\nformat: html\n", text)
        self.assertIn("<p>Nobody", text)
        self.assertIn("<b>one</b>", text)
        self.assertFalse(self.json("story", "edit", story, "--file", str(
            self.write("t.md", text)))["changed"])

    def test_document__keeps_what_yaml_would_take_for_something_else(self):
        hard = ["null", "true", "~", "2026", "a: b", "a #b", "#a", "- a",
                "[a]", "{a}", "a,b", '"a"', "'a'", "a\\b", "*a", "&a", "!a",
                "|", ">", "%a", "@a", "`a`", "?", "a\ufeffb", "\u201ca\u201d",
                "é", "\U0001f6a2 a", "a:", "---", "...", "=", "<<"]
        story = self.draft()
        text = self.text(story)

        def quoted(s):  # YAML has no pairs of surrogates
            return json.dumps(s, ensure_ascii=max(s) < "\U00010000")

        tags = ", ".join(quoted(h) for h in hard)
        for title in hard:
            self.give(story, re.sub(
                "^title: .*$", lambda m: "title: " + quoted(title), text,
                flags=re.M))
            text = self.text(story)
            self.assertEqual(self.json("story", "show", story)["headline"],
                             title)
            said = self.json("story", "edit", story, "--file",
                             str(self.write("t.md", text)))
            self.assertFalse(said["changed"], text)
        self.give(story, text.replace(
            "\n---\n", f"\nsources: [{tags}]\n---\n", 1))
        text = self.text(story)
        said = self.json("story", "edit", story, "--file",
                         str(self.write("t.md", text)))
        self.assertFalse(said["changed"])

    def test_document__follows_names_that_changed(self):
        story = self.json("story", "new", "--file", str(self.write(
            "t.md", "---\ntitle: T\nauthors: Ada One\n"
            "tags: [Ferry, Ferries, Rain]\n---\nWords.\n")))["id"]
        old = self.text(story)
        self.masthead("tag", "merge", "ferry", "ferries")
        self.masthead("author", "set", "ada-one", "--name", "Ada Two")
        self.masthead("tag", "set", "rain", "--slug", "weather",
                      "--title", "All weather")
        text = self.text(story)
        self.assertIn("\ntags: [Ferries, /tag/weather]\n", text)
        self.assertIn("\nauthors: [/author/ada-one]\nbyline: Ada One\n", text)
        self.assertFalse(self.json("story", "edit", story, "--file", str(
            self.write("t.md", text)))["changed"])
        # A text from before is not in conflict, and makes nothing anew.
        said = self.json("story", "edit", story, "--file", str(
            self.write("t.md", old.replace("Words", "More words"))))
        self.assertEqual(said["notes"], [])

    def test_new__from_everything_that_front_matter_holds(self):
        text = (
            "---\ntitle: A title\nkicker: K\nstandfirst: S s.\n"
            "section: harbour\nauthors: [Ada One, Bo Two]\n"
            "byline: By hand\ndateline: Port\ntags: [Ferries, Labour]\n"
            "advisory: { code: graphic, label: Beware, note: Shows it. }\n"
            "sources: [A source, { name: B, url: \"https://b.example/\" }]\n"
            "signoff: A/B\ndesk: \"4\"\nslug: by-hand\nedition: en\n"
            "translation_of: \"1\"\nformat: plain\n---\nOne <b>.\n\nTwo.\n")
        self.take()
        made = self.json("story", "new", "--file",
                         str(self.write("t.md", text)))
        self.assertEqual([n["note"] for n in made["notes"]], [
            "a new author: Ada One", "a new author: Bo Two",
            "a new tag: Ferries", "a new tag: Labour"])
        again = re.sub(r"^(story|seen): .*\n", "", self.text(made["id"]),
                       flags=re.M)
        self.assertEqual(again, text)
        # A line taken out is a value taken away.
        for key in ("kicker", "byline", "advisory", "sources", "tags",
                    "translation_of", "section"):
            now = self.text(made["id"])
            self.give(made["id"], re.sub(f"^{key}: .*\n", "", now, flags=re.M))
            self.assertNotIn(f"\n{key}: ", self.text(made["id"]))
        self.assertEqual(self.json("story", "show", made["id"])["byline"],
                         "Ada One and Bo Two")


class New(EditTest):
    def test_new__in_an_editor(self):
        env = self.editor("sed -i 's/^title:.*/title: Rain/; "
                          "s/^tags:.*/tags: [Weather]/' \"$1\"\n"
                          "echo 'It rains.' >>\"$1\"\n")
        said = self.masthead("story", "new", env=env).stdout
        story = int(re.search(r"Story (\d+) is a draft: Rain", said)[1])
        self.assertIn("Made a new tag: Weather", said)
        self.assertTrue(self.text(story).endswith("---\nIt rains.\n"))
        self.assertEqual(self.story(story)["state"], "draft")
        self.assertEqual(self.kept(), [])

    def test_new__makes_nothing_of_nothing(self):
        for script in ("true", ": >\"$1\"", "echo >\"$1\"", "exit 3"):
            said = self.refused("story", "new", env=self.editor(script))
            self.assertNotIn("--file", said)
        self.assertIn("nothing was typed", self.refused(
            "story", "new", "--file", "-", input=""))
        self.assertEqual((self.stories(), self.kept()), ([], []))

    def test_new__has_an_edition_and_a_title(self):
        look = self.room / "seen.md"
        env = self.editor(f"cp \"$1\" '{look}'")
        self.refused("story", "new", "--title", "A: b", "--edition", "en",
                     env=env)
        self.assertIn('\ntitle: "A: b"\n', look.read_text())
        self.refused("story", "new", "--edition", "zz", env=env)
        text = "---\nedition: en\n---\nWords.\n"
        said = json.loads(self.masthead(
            "story", "new", "--file", "-", "--title", "T", "--json",
            input=text).stdout)
        self.assertEqual(said["headline"], "T")
        self.refused("story", "new", "--file", "-", "--edition", "ar",
                     input=text)

    def test_new__refuses_with_a_sentence_and_keeps_the_text(self):
        front = "---\ntitle: T\n{}\n---\nWords.\n"
        for text, why in (
            ("no front matter", "does not begin with front matter"),
            ("---\ntitle: T\n", "has no end"),
            ("---\n- a\n---\n", "must be a map"),
            ("---\nkicker: K\n---\n", "no headline"),
            (front.format("title: U"), "stands there twice"),
            (front.format("colour: red"), "“colour” of the front matter"),
            (front.format("date: 2026-01-01"), "story publish ID --at"),
            (front.format("state: published"), "story publish"),
            (front.format("section: nowhere"), "no section “nowhere”"),
            (front.format("advisory: nothing"), "there is graphic"),
            (front.format("lead: x.jpg"), "no picture of this newsroom"),
            (front.format("lead: /2026/01/01/courier_12345"), "no picture"),
            (front.format("translation_of: x.md"), "number of a story"),
            (front.format("translation_of: 99"), "cannot be a translation"),
            (front.format("authors: /author/nobody"), "no author"),
            (front.format("format: pdf"), "markdown, html or plain"),
            (front.format("slug: Not a Slug"), "slug"),
            (front.format("edition: zz"), "no edition"),
            (front.format("tags: {a: b}"), "line 3"),
            (front.format("kicker: " + "k" * 101), "the limit is 100"),
            (front.format("story: 7"), "a text of story 7"),
            (front.format("") + "<<<<<<< mine\n", "line 6"),
            (front.format("") + "x" * 2097153, "the limit is"),
            ("x" * (5 << 20), "longer than"),
        ):
            with self.subTest(text[:60]):
                before = set(self.kept())
                said = self.refused("story", "new", "--file", "-", input=text)
                self.assertIn(why, said)
                if len(text) < 4 << 20:
                    kept = set(self.kept()) - before
                    self.assertEqual([k.read_text() for k in kept], [text])
                    self.assertIn(str(kept.pop()), said)
        for bad in (b"---\ntitle: \xff\n---\n", b"---\ntitle: a\0\n---\n"):
            path = self.room / "bad.md"
            path.write_bytes(bad)
            self.assertIn(f"--file {path}`", self.refused(
                "story", "new", "--file", path))
        self.refused("story", "new", "--file", self.room)
        self.refused("story", "new", "--file", self.room / "none")
        self.assertEqual(self.stories(), [])
        # Mended, the kept file is taken, and goes.
        kept = self.kept()[0]
        kept.write_text(front.format("kicker: K"))
        self.masthead("story", "new", "--file", kept)
        self.assertFalse(kept.exists())

    def test_new__through_a_pipe(self):
        done = subprocess.run(
            ["bash", "-c", f"{PROGRAM} story new --data {self.data} "
             "--file <(printf -- '---\\ntitle: P\\n---\\nWords.\\n')"],
            capture_output=True, text=True, timeout=PATIENCE)
        self.assertIn("is a draft: P", done.stdout, done.stderr)


class Edit(EditTest):
    def test_edit__is_pending_until_it_is_published(self):
        server = self.serve()
        story = self.take()
        said = self.edit(story, "echo 'More.' >>\"$1\"").stdout
        self.assertIn(f"`masthead story publish {story}`", said)
        self.assertNotIn(b"More.", server.get(f"/news/{story}/story-1")[1])
        self.masthead("story", "publish", story)
        self.assertIn(b"More.", server.get(f"/news/{story}/story-1")[1])
        self.assertEqual(self.kept(), [])

    def test_edit__changes_nothing_by_looking(self):
        story = self.take()
        for script in ("true", "printf '\\n' >>\"$1\"",
                       "sed -i 's/$/\\r/' \"$1\"",
                       "cp \"$1\" \"$1.x\"; mv \"$1.x\" \"$1\""):
            self.assertIn("is as it was", self.edit(story, script).stdout)
        self.assertEqual((self.revisions(story), self.kept()), (1, []))

    def test_edit__says_when_an_older_text_is_scheduled(self):
        story = self.draft()
        self.masthead("story", "schedule", story, "+2h")
        self.assertIn(f"story schedule {story} TIME", self.edit(
            story, "echo More. >>\"$1\"").stdout)

    def test_edit__is_private(self):
        story = self.take()
        seen = self.room / "mode"
        self.edit(story, f"stat -c '%a %n' \"$1\" >'{seen}'")
        mode, path = seen.read_text().split()
        self.assertEqual(mode, "600")
        self.assertEqual(Path(path).parent, self.typed)
        self.assertEqual(self.typed.stat().st_mode & 0o777, 0o700)

    def test_edit__keeps_what_was_typed_when_the_editor_fails(self):
        story = self.take()
        for end in ("exit 3", "kill -9 $$", "kill -TERM $$"):
            said, kept = self.not_edited(
                story, f"echo Typed. >>\"$1\"\n{end}")
            self.assertIn("the editor", said)
            self.assertTrue(kept.read_text().endswith("Typed.\n"))
            kept.unlink()
        self.assertEqual(self.not_edited(story, "kill -9 $$")[1], None)
        self.assertEqual(self.kept(), [])
        said, kept = self.not_edited(story, "rm \"$1\"")
        self.assertIn("left no text", said)
        said, kept = self.not_edited(
            story, "head -c 5000 /dev/urandom >\"$1\"")
        self.assertEqual(len(kept.read_bytes()), 5000)
        kept.unlink()
        said, kept = self.not_edited(story, ": >\"$1\"")
        self.assertIn("nothing was typed", said)
        env = self.environment | {"EDITOR": "/nowhere/ed"}
        self.assertIn("cannot be started", self.refused(
            "story", "edit", story, env=env))
        self.assertIn("no editor is known", self.refused(
            "story", "edit", story, env=self.environment,
            stdin=subprocess.DEVNULL))
        self.assertEqual((self.revisions(story), self.kept()), (1, []))

    def test_edit__survives_the_client(self):
        story = self.take()
        client, _ = self.begin("story", "edit", story,
                               script="echo Typed. >>\"$1\"")
        client.kill()
        client.wait()
        (self.room / "go").write_text("on\n")  # the editor outlives it
        (kept,) = self.kept()
        self.masthead("story", "edit", story, "--file", kept)
        self.assertTrue(self.text(story).endswith("Typed.\n"))
        self.assertEqual(self.kept(), [])

    def test_edit__survives_the_server(self):
        story = self.take()
        server = self.serve()
        _, end = self.begin("story", "edit", story,
                            script="echo Typed. >>\"$1\"")
        server.kill()
        status, out, err = end()  # the client does it itself
        self.assertEqual(status, 0, err)
        self.assertTrue(self.text(story).endswith("Typed.\n"))

    def test_edit__keeps_the_text_when_it_cannot_be_saved(self):
        story = self.take()
        # Somebody holds the lock, and does not listen.
        holder = self.serve()
        (self.data / "control").unlink()
        said, kept = self.not_edited(story, "echo Typed. >>\"$1\"")
        self.assertIn("does not listen", said)
        holder.kill()
        self.masthead("story", "edit", story, "--file", kept)
        self.assertTrue(self.text(story).endswith("Typed.\n"))

    def test_edit__puts_its_file_elsewhere_when_the_folder_takes_none(self):
        story = self.take()
        self.typed.write_text("not a folder")
        other = self.room / "a 'runtime' dir"
        other.mkdir()
        seen = self.room / "path"
        env = self.editor(f"echo \"$1\" >'{seen}'; echo x >\"$1\"")
        env["XDG_RUNTIME_DIR"] = str(other)
        said = self.refused("story", "edit", story, env=env)
        path = seen.read_text().rstrip("\n")
        self.assertEqual(Path(path).parent, other)
        quoted = "'" + path.replace("'", "'\\''") + "'"
        self.assertIn(f"--file {quoted}`", said)

    def test_edit__refuses(self):
        story = self.take()
        text = self.text(story)
        for change, why in (
            (("seen: 1-", "seen: 9-"), "no revision 9"),
            (("seen: ", "seen: x"), "does not say which text"),
            ((f"story: {story}", "story: 99"), "a text of story 99"),
            (("edition: en", "edition: ar"), "stays in its edition"),
        ):
            self.assertIn(change[0], text)
            self.assertIn(why, self.refused(
                "story", "edit", story, "--file",
                self.write("t.md", text.replace(*change))))
        self.refused("story", "edit", 99, "--file", self.write("t.md", text))
        self.refused("story", "edit", 99, env=self.editor("true"))
        self.masthead("story", "takedown", story)
        self.assertIn("for good", self.refused(
            "story", "edit", story, env=self.editor("true")))
        self.assertIn("for good", self.refused(
            "story", "edit", story, "--file", self.room / "t.md"))

    def test_edit__asks_again_at_a_terminal(self):
        story = self.take()
        env = self.editor(
            "if grep -q Typed \"$1\"\n"
            "then sed -i '/^colour/d' \"$1\"\n"
            "else sed -i '2i colour: red' \"$1\"; echo Typed. >>\"$1\"\nfi\n")
        terminal, theirs = pty.openpty()
        client = subprocess.Popen(
            [PROGRAM, "story", "edit", str(story), "--data", self.data],
            stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=env)
        os.close(theirs)
        said = b""
        while b"[Y/n]" not in said:
            said += os.read(terminal, 4096)
        self.assertIn("“colour”".encode(), said)
        os.write(terminal, b"\n")
        out = client.communicate(timeout=PATIENCE)[0]
        os.close(terminal)
        self.assertIn(b"is saved", out)
        self.assertTrue(self.text(story).endswith("Typed.\n"))
        self.assertEqual(self.kept(), [])

    def test_correct__from_a_file(self):
        story = self.take()
        self.masthead("story", "correct", story, "--file", "-",
                      input="It has one gate.\n")
        self.assertEqual(self.json("story", "correct", story)[0]["text"],
                         "It has one gate.")
        said = self.refused("story", "correct", story, "--file", "-",
                            input="two\nlines")
        self.assertIn(f"`masthead story correct {story}", said)
        self.refused("story", "correct", story, "x", "--file", "-", input="y")


class TwoAtOnce(EditTest):
    TEXT = "".join(f"Paragraph {n}.\n\n" for n in range(9))

    def setUp(self):
        super().setUp()
        self.id = self.take()
        text = self.text(self.id)
        head = text[:text.index("\n---\n", 4) + 5]
        self.give(self.id, head + self.TEXT)

    def while_editing(self, mine, theirs):
        """Status and words of an edit during which another one lands."""
        _, end = self.begin("story", "edit", self.id, script=mine)
        self.edit(self.id, theirs)
        return end()

    def check_apart(self):
        status, out, err = self.while_editing(
            "sed -i 's/^Paragraph 2/Mine 2/; s/^title:.*/title: Mine/' \"$1\"",
            "sed -i 's/^Paragraph 6/Theirs 6/; 2i kicker: Theirs' \"$1\"")
        self.assertEqual(status, 0, err)
        self.assertIn("Put together with revision 3", out)
        text = self.text(self.id)
        for part in ("title: Mine\n", "kicker: Theirs\n", "Mine 2.",
                     "Theirs 6.", "Paragraph 3."):
            self.assertIn(part, text)
        self.assertEqual(self.revisions(self.id), 4)
        self.assertEqual(self.kept(), [])

    def test_two__what_does_not_touch_is_put_together(self):
        self.check_apart()

    def test_two__likewise_with_a_server(self):
        self.serve()
        self.check_apart()

    def check_touching(self):
        status, out, err = self.while_editing(
            "sed -i 's/^Paragraph 2/Mine 2/; s/^Paragraph 5/Mine 5/; "
            "s/^title:.*/title: Mine/' \"$1\"",
            "sed -i 's/^Paragraph 2/Theirs 2/; s/^title:.*/title: Theirs/; "
            "s/^Paragraph 7/Theirs 7/' \"$1\"")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("touches yours in 2 places", err)
        self.assertEqual(self.revisions(self.id), 3)
        (kept,) = self.kept()
        self.assertIn(f"`masthead story edit {self.id} --data {self.data} "
                      f"--file {kept}`", err)
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        text = kept.read_text()
        self.assertIn("<<<<<<< mine\nMine 2.\n||||||| before\n"
                      "Paragraph 2.\n=======\nTheirs 2.\n>>>>>>> newer\n",
                      text)
        self.assertIn("<<<<<<< mine\ntitle: Mine\n||||||| before\n", text)
        self.assertIn("\nMine 5.\n", text)
        self.assertIn("\nTheirs 7.\n", text)
        # As it is it is not taken; decided, it is.
        self.assertIn("mark of a conflict", self.refused(
            "story", "edit", self.id, "--file", kept))
        kept.write_text(re.sub(
            r"<<<<<<< mine\n(.*?)\|\|\|\|\|\|\| before\n.*?>>>>>>> newer\n", r"\1",
            text, flags=re.S))
        self.masthead("story", "edit", self.id, "--file", kept)
        text = self.text(self.id)
        for part in ("title: Mine\n", "Mine 2.", "Mine 5.", "Theirs 7."):
            self.assertIn(part, text)
        self.assertEqual(self.kept(), [])

    def test_two__what_touches_is_shown_and_saved_by_nobody(self):
        self.check_touching()

    def test_two__likewise_with_a_server_(self):
        self.serve()
        self.check_touching()

    def test_two__the_same_change_is_one(self):
        script = "sed -i 's/^Paragraph 2/Both 2/' \"$1\""
        status, out, err = self.while_editing(script, script)
        self.assertEqual(status, 0, err)
        self.assertIn("is as it was", out)
        self.assertEqual(self.revisions(self.id), 3)

    def test_two__a_publish_meanwhile_is_no_conflict(self):
        _, end = self.begin("story", "edit", self.id,
                            script="echo Typed. >>\"$1\"")
        self.masthead("story", "publish", self.id)
        self.masthead("story", "correct", self.id, "A correction.")
        self.assertEqual(end()[0], 0)
        self.assertEqual(self.revisions(self.id), 3)

    def test_two__a_takedown_meanwhile_keeps_the_text(self):
        _, end = self.begin("story", "edit", self.id,
                            script="echo Typed. >>\"$1\"")
        self.masthead("story", "takedown", self.id)
        status, _, err = end()
        self.assertEqual(status, 1)
        self.assertIn("for good", err)
        (kept,) = self.kept()
        self.assertTrue(kept.read_text().endswith("Typed.\n"))

    def test_two__slug_and_translation_are_merged_too(self):
        other = self.take(2)
        status, _, err = self.while_editing(
            "sed -i 's/^slug:.*/slug: mine/' \"$1\"",
            f"sed -i '2i translation_of: {other}' \"$1\"")
        self.assertEqual(status, 0, err)
        text = self.text(self.id)
        self.assertIn("\nslug: mine\n", text)
        self.assertIn(f'\ntranslation_of: "{other}"\n', text)
        os.remove(self.room / "reached")
        os.remove(self.room / "go")
        status, _, err = self.while_editing(
            "sed -i 's/^slug:.*/slug: one/' \"$1\"",
            "sed -i 's/^slug:.*/slug: two/' \"$1\"")
        self.assertEqual(status, 1)
        self.assertIn("<<<<<<< mine\nslug: one\n", self.kept()[0].read_text())

    def test_two__many_at_once_lose_nothing(self):
        self.serve()
        text = self.text(self.id)
        clients = []
        for n in range(9):
            mine = self.write(f"{n}/t.md", text.replace(
                f"Paragraph {n}.", f"Changed {n}."))
            clients.append(subprocess.Popen(
                [PROGRAM, "story", "edit", str(self.id), "--data", self.data,
                 "--file", mine], stdout=subprocess.DEVNULL))
        self.assertEqual([c.wait(PATIENCE) for c in clients], [0] * 9)
        text = self.text(self.id)
        for n in range(9):
            self.assertIn(f"Changed {n}.", text)
        self.assertEqual(self.revisions(self.id), 11)


if __name__ == "__main__":
    main()
