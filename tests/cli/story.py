#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Running a newsroom's stories from a terminal."""

import datetime
import re
import unittest

from newsroom import NewsroomTest, main, markdown


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


if __name__ == "__main__":
    main()
